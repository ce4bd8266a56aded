//! Rows by their keys: how each row of the state is written, and read back.

use crate::State;
use crate::job::Job;
use crate::key::Key;
use crate::state::{Actor, Changes};
use icn_base::codec::{self, CodecError};
use icn_governance::ParameterError;
use serde::Serialize;
use std::sync::Arc;

/// Why the bytes of a row are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// They do not decode.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A parameter out of its bounds.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Amounts that no book has.
    #[error("its amounts do not add up")]
    Amounts,
}

impl State {
    /// The canonical bytes of a row, if it is there.
    pub fn row(&self, key: &Key) -> Option<Vec<u8>> {
        match key {
            Key::Chain => Some(bytes(&self.chain)),
            Key::Parameter(parameter) => self.parameters.get(parameter).map(bytes),
            Key::Account(did) => self.actors.get(did).map(bytes),
            Key::Validator(did) => self.validators.get(did).map(bytes),
            Key::Executor(did) => self.executors.get(did).map(bytes),
            Key::Job(job) => self.jobs.get(job).map(bytes),
            Key::Receipt(cid) => self.receipts.get(cid).map(bytes),
            Key::Anchor(cid) => self.anchors.get(cid).map(bytes),
            Key::Praise(executor, owner) => self.praise.get(&(*executor, *owner)).map(bytes),
            Key::Offence(offence) => self.offences.get(offence).map(bytes),
            Key::Zk(key) => self.zk.row(key),
            Key::Governance(key) => {
                let row = self.governance.row(key)?;
                Some(row.expect("the words of a row have a canonical spelling"))
            }
        }
    }

    /// The key of every row.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        [Key::Chain]
            .into_iter()
            .chain(self.parameters.keys().copied().map(Key::Parameter))
            .chain(self.actors.keys().copied().map(Key::Account))
            .chain(self.validators.keys().copied().map(Key::Validator))
            .chain(self.executors.keys().copied().map(Key::Executor))
            .chain(self.jobs.keys().copied().map(Key::Job))
            .chain(self.receipts.keys().copied().map(Key::Receipt))
            .chain(self.anchors.keys().copied().map(Key::Anchor))
            .chain(
                self.praise
                    .keys()
                    .map(|(executor, owner)| Key::Praise(*executor, *owner)),
            )
            .chain(self.offences.keys().copied().map(Key::Offence))
            .chain(self.governance.keys().map(Key::Governance))
            .chain(self.zk.keys().map(Key::Zk))
    }

    /// Marks every row as not yet committed to.
    pub(crate) fn touch_all(&mut self) {
        self.touched = self.keys().collect();
    }

    /// Puts a row in place that was read from a snapshot. Rules rely on what is checked here.
    pub(crate) fn put_row(&mut self, key: Key, row: &[u8]) -> Result<(), RowError> {
        let mut changes = Changes::default();
        match key {
            Key::Chain => changes.chain = Some(codec::decode(row)?),
            Key::Parameter(parameter) => {
                let value = codec::decode(row)?;
                parameter.check(value)?;
                self.parameters.insert(parameter, value);
            }
            Key::Validator(did) => {
                self.validators.insert(did, codec::decode(row)?);
            }
            Key::Account(did) => {
                let actor: Actor = codec::decode(row)?;
                sound(actor.account.is_sound())?;
                changes.actors.insert(did, Some(actor));
            }
            Key::Executor(did) => drop(changes.executors.insert(did, Some(codec::decode(row)?))),
            Key::Job(id) => {
                let job: Job = codec::decode(row)?;
                sound(job.hold.is_sound())?;
                changes.jobs.insert(id, Some(Arc::new(job)));
            }
            Key::Receipt(cid) => drop(changes.receipts.insert(cid, Some(codec::decode(row)?))),
            Key::Anchor(cid) => drop(changes.anchors.insert(cid, Some(codec::decode(row)?))),
            Key::Praise(executor, owner) => {
                changes
                    .praise
                    .insert((executor, owner), Some(codec::decode(row)?));
            }
            Key::Offence(offence) => {
                changes.offences.insert(offence, Some(codec::decode(row)?));
            }
            Key::Governance(key) => changes.governance.read(&key, row)?,
            Key::Zk(key) => changes.zk.read(key, row)?,
        }
        self.absorb(changes);
        Ok(())
    }
}

pub(crate) const fn sound(adds_up: bool) -> Result<(), RowError> {
    if adds_up {
        Ok(())
    } else {
        Err(RowError::Amounts)
    }
}

fn bytes<T: Serialize>(row: &T) -> Vec<u8> {
    codec::encode(row).expect("the words of a row have a canonical spelling")
}
