//! What a person does in the book through a node: signed by the node, whose operator asks it to, or by
//! a key of this machine.

use crate::answer::Answer;
use crate::client::{Client, fresh_key, typed};
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore};
use crate::{Context, clock};
use icn_abi::Class;
use icn_api::account::AccountView;
use icn_api::gov::Acted;
use icn_api::status::Status;
use icn_api::tx::{TxStatus, TxView};
use icn_base::Keypair;
use icn_ledger::{Action, Reject, SignedTx, TxBody};
use serde_json::{Value, json};
use std::path::PathBuf;

/// How long what is signed here may wait for its block.
const LIFE_MS: u64 = 60_000;

/// Seconds that a block is waited for.
const WAIT_S: u64 = 20;

/// Times that an action is signed anew because somebody else used its nonce.
const TRIES: u32 = 3;

/// Who signs.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Signs with this key of the data directory; otherwise the node signs with its own, where it has a route for that
    #[arg(long, value_name = "NAME")]
    pub(crate) key: Option<KeyName>,
    /// A file with the key's passphrase in its first line, instead of asking
    #[arg(long, value_name = "FILE", env = "ICN_PASSPHRASE_FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// What was done.
#[derive(Debug)]
pub(crate) struct Done {
    /// For people.
    pub(crate) text: String,
    /// For programs.
    pub(crate) json: Value,
}

impl From<Done> for Answer {
    fn from(done: Done) -> Self {
        Self::new(done.text, done.json)
    }
}

/// Does it, and waits for its block.
pub(crate) fn act(
    client: &Client,
    action: Action,
    args: &Args,
    context: &Context,
) -> Result<Done, Failure> {
    if let Some((path, body)) = route(&action).filter(|_| args.key.is_none()) {
        let path = format!("{path}?wait={WAIT_S}");
        let json = client.post(&path, &body, &fresh_key()?)?;
        let (acted, json) = typed::<Acted>(&path, json)?;
        let text = match acted.proposal {
            Some(proposal) => format!("proposal {proposal}\n{}", told(&acted.tx)),
            None => told(&acted.tx),
        };
        return Ok(Done { text, json });
    }
    let name = args.key.clone().unwrap_or_default();
    let keys = Keystore::open(context)?.load(&name, args.passphrase_file.as_deref())?;
    send_again(client, &action, &keys)
}

/// Signs an action with a key and sends it, anew if somebody else used its nonce.
pub(crate) fn send_again(
    client: &Client,
    action: &Action,
    keys: &Keypair,
) -> Result<Done, Failure> {
    for _ in 1..TRIES {
        match send(client, action, keys) {
            Err(failure) if failure.number == Some(nonce_used()) => {}
            done => return done,
        }
    }
    send(client, action, keys)
}

/// Signs an action with a key and sends it.
pub(crate) fn send(client: &Client, action: &Action, keys: &Keypair) -> Result<Done, Failure> {
    let (status, _) = client.get_as::<Status>("/v1/status")?;
    let from = keys.did();
    let (account, _) = client.get_as::<AccountView>(&format!("/v1/accounts/{from}"))?;
    let now = clock::now()?.max(status.time);
    let body = TxBody {
        network: status.network,
        from,
        nonce: Some(account.nonce),
        valid_until: now.after_ms(LIFE_MS).map_err(Failure::malformed)?,
        action: action.clone(),
    };
    let bytes = SignedTx::sign(body, keys).encode();
    let path = format!("/v1/transactions?wait={WAIT_S}");
    let sent = ("application/vnd.ipld.dag-cbor", bytes.as_slice());
    let json = client.send(&path, sent, &fresh_key()?)?;
    let (view, json) = typed::<TxView>(&path, json)?;
    match &view.error {
        Some(error) => {
            let class = Class::ALL.into_iter().find(|one| one.name() == error.class);
            Err(
                Failure::new(class.unwrap_or(Class::Internal), &error.message)
                    .hint(&error.hint)
                    .number(error.code),
            )
        }
        None => Ok(Done {
            text: told(&view),
            json,
        }),
    }
}

fn nonce_used() -> u16 {
    Reject::NonceUsed { next: 0 }.number()
}

fn told(tx: &TxView) -> String {
    let id = tx.tx.map_or_else(String::new, |id| id.to_string());
    match (tx.status, tx.height) {
        (TxStatus::Waiting, _) => format!("transaction {id} waits for a block"),
        (_, Some(height)) => format!("transaction {id}, in the block at height {height}"),
        (_, None) => format!("transaction {id}"),
    }
}

/// The route by which the node does it under its own key.
fn route(action: &Action) -> Option<(String, Value)> {
    let step = |proposal, step: &str| (format!("/v1/proposals/{proposal}/{step}"), json!({}));
    Some(match action {
        Action::Propose(request) => {
            let body =
                json!({ "title": request.title, "text": request.text, "kind": request.kind });
            ("/v1/proposals".to_owned(), body)
        }
        Action::OpenVoting { proposal } => step(proposal, "open"),
        Action::CloseVoting { proposal } => step(proposal, "close"),
        Action::Execute { proposal } => step(proposal, "execute"),
        Action::WithdrawProposal { proposal } => step(proposal, "withdraw"),
        Action::Vote(vote) => {
            let path = format!("/v1/proposals/{}/vote", vote.proposal);
            (
                path,
                json!({ "ballot": vote.ballot, "preview": vote.preview }),
            )
        }
        Action::Delegate(to) => {
            let body = json!({ "to": to.to, "scope": to.scope, "until": to.until });
            ("/v1/delegations".to_owned(), body)
        }
        Action::Revoke(from) => ("/v1/delegations".to_owned(), json!({ "scope": from.scope })),
        Action::CancelJob { job } => (format!("/v1/jobs/{job}/cancel"), json!({})),
        Action::RevokeCredential { credential } => {
            (format!("/v1/credentials/{credential}/revoke"), json!({}))
        }
        Action::Withdraw {} => ("/v1/executors/withdraw".to_owned(), json!({})),
        Action::RegisterExecutor { profile } => {
            let body = json!({
                "capacity": profile.capacity,
                "base": profile.prices.base,
                "per_mfuel": profile.prices.per_mfuel,
                "capabilities": profile.capabilities,
                "labels": profile.labels,
                "engine": profile.engine,
            });
            ("/v1/executors".to_owned(), body)
        }
        Action::Transfer { .. }
        | Action::SubmitJob { .. }
        | Action::AssignJob { .. }
        | Action::DeclineJob { .. }
        | Action::CommitReceipt { .. }
        | Action::SettleJob { .. }
        | Action::AnchorReceipt { .. }
        | Action::Anchor { .. }
        | Action::Evidence(_)
        | Action::Enrol { .. }
        | Action::RegisterIssuer { .. }
        | Action::IssueCredential { .. }
        | Action::Ready {} => return None,
    })
}
