//! A key, and the book in which it acts: a node's, or that of a snapshot.

use super::sign::{self, Args};
use crate::act::Done;
use crate::client::Client;
use crate::failure::Failure;
use crate::keystore::Keystore;
use crate::{Context, act, clock};
use icn_api::status::Status;
use icn_base::{Keypair, NetworkId, Time};
use icn_ledger::{Action, State};

/// Who signs, when, and where.
pub(crate) struct Desk<'a> {
    args: &'a Args,
    /// Who signs.
    pub(crate) keys: Keypair,
    /// What it is signed for.
    pub(crate) network: NetworkId,
    /// The time at which it is signed.
    pub(crate) now: Time,
    /// What is known of the book.
    pub(crate) book: Book,
}

/// What is known of a book.
pub(crate) enum Book {
    /// What this node says of it.
    Node(Client),
    /// All of it.
    Snapshot(Box<State>),
}

impl<'a> Desk<'a> {
    /// Opens the key and the book.
    pub(crate) fn open(args: &'a Args, context: &Context) -> Result<Self, Failure> {
        let (book, network, at_least) = match args.book.read(context)? {
            Some(state) => {
                let network = state.chain().network;
                (Book::Snapshot(Box::new(state)), network, None)
            }
            None => {
                let client = Client::open(context)?;
                let (status, _) = client.get_as::<Status>("/v1/status")?;
                (Book::Node(client), status.network, Some(status.time))
            }
        };
        let name = args.signer.key.clone().unwrap_or_default();
        let passphrase = args.signer.passphrase_file.as_deref();
        let keys = Keystore::open(context)?.load(&name, passphrase)?;
        let now = match args.at {
            Some(ms) => Time::from_ms(ms).map_err(Failure::malformed)?,
            None => clock::now()?.max(at_least.unwrap_or(Time::ZERO)),
        };
        Ok(Self {
            args,
            keys,
            network,
            now,
            book,
        })
    }

    /// Signs an action: for the node, which puts it into a block, or for a file.
    pub(crate) fn sign(&self, action: Action) -> Result<Done, Failure> {
        match &self.book {
            Book::Node(client) => act::send_again(client, &action, &self.keys),
            Book::Snapshot(state) => sign::write(self.args, state, &self.keys, self.now, action),
        }
    }
}
