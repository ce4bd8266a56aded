//! `icn audit`: the whole chain, judged again.

use crate::answer::{Answer, count};
use crate::client::Client;
use crate::failure::Failure;
use crate::{Context, progress};
use icn_abi::Class;
use icn_api::status::Status;
use icn_base::Cid;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_dag::{Block, Blocks, StoreError};
use icn_node::Home;
use icn_node::audit::{Sound, Unsound, audit, fold};

/// Applies a whole chain again, from its genesis, and adds everything up after each block: on the data directory, with
/// what decided each block; or, while its node runs, over the blocks that the node gives
pub(crate) fn run(context: &Context) -> Result<Answer, Failure> {
    let bar = progress::bar(context.output, "applying", None, false);
    let tell = |height: u64, last: u64| {
        bar.set_length(last);
        bar.set_position(height);
    };
    let (sound, judged) = match Client::running(context)? {
        Some(client) => {
            let (status, _) = client.get_as::<Status>("/v1/status")?;
            let sound = fold(&Remote(&client), &status.block, tell)?;
            if sound.root != status.root {
                let text = format!(
                    "the node says root {}, its blocks lead to {}",
                    status.root, sound.root
                );
                return Err(Failure::new(Class::ProcessingFailure, text));
            }
            (sound, "every block that the node gave")
        }
        None => {
            let home = Home::new(context.data_dir.path()?);
            (audit(&home, tell)?, "every block, and what decided it")
        }
    };
    bar.finish_and_clear();
    Ok(Answer::new(text(&sound, judged), sound))
}

fn text(sound: &Sound, judged: &str) -> String {
    format!(
        "the chain holds: {judged}, was checked and applied again\nnetwork   {}\nheight    {}, with {}\nblock     {}\nroot      {}\nmana      {} in {}, {} in the treasury: the {} that were ever made",
        sound.network,
        sound.height,
        count(sound.txs, "transaction"),
        sound.block,
        sound.root,
        sound.in_accounts,
        count(sound.accounts, "account"),
        sound.treasury,
        sound.minted,
    )
}

/// The blocks of a node, each hashed again here.
struct Remote<'a>(&'a Client);

impl Blocks for Remote<'_> {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        let asked = self
            .0
            .bytes(&format!("/v1/dag/{cid}"), BLOCK_BYTES_MAX as u64);
        let Ok(bytes) = asked else {
            return Ok(None);
        };
        let block = Block::check(*cid, bytes);
        block
            .map(Some)
            .map_err(|source| StoreError::Block { cid: *cid, source })
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        Ok(self.get(cid)?.map(|block| block.bytes().len() as u64))
    }
}

impl From<Unsound> for Failure {
    fn from(error: Unsound) -> Self {
        match error {
            Unsound::Open(error) => error.into(),
            Unsound::Store(error) => error.into(),
            Unsound::Chain(error) => error.into(),
            Unsound::Empty => Self::new(Class::ProcessingFailure, error)
                .hint("is --data-dir right? `icn start` makes a chain"),
            Unsound::OtherNetwork { .. }
            | Unsound::Certificate { .. }
            | Unsound::OtherBlock { .. }
            | Unsound::Follow { .. }
            | Unsound::Sum { .. } => Self::new(Class::ProcessingFailure, error)
                .hint("compare with another node's: if that one holds, restore this one from it"),
        }
    }
}
