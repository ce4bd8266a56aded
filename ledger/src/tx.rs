//! Transactions: their words, their bytes, their id, and what can be said without a state.

use crate::Reject;
use crate::bid::Bid;
use crate::executor::Profile;
use crate::job::Salt;
use crate::limits::{EXECUTORS_MAX, MEMO_BYTES_MAX, SPARES_MAX, TX_BYTES_MAX};
use icn_base::gov::{DelegateRequest, ProposalRequest, RevokeRequest, VoteRequest};
use icn_base::order::Evidence;
use icn_base::run::{JobSpec, Receipt};
use icn_base::{
    Cid, Codec, Did, Domain, JobId, Keypair, Mana, NetworkId, ProposalId, Signature, Time, TxId,
    codec,
};
use icn_dag::{Block, BlockError};
use icn_zk::circuits::PublicKey;
use icn_zk::words::Numeral;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TxBody {
    /// The network for which it is meant.
    pub network: NetworkId,
    /// Who acts.
    pub from: Did,
    /// The account's next number; absent in messages of a job's parties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<u64>,
    /// The last block time at which it may stand.
    pub valid_until: Time,
    /// What it does.
    pub action: Action,
}

/// What a transaction does. One rule, one file: see `rules/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Moves spendable mana.
    Transfer {
        /// Whom it goes to.
        to: Did,
        /// How much.
        amount: Mana,
        /// A word to the payee.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        memo: String,
    },
    /// Opens a job and holds its budget.
    SubmitJob {
        /// What is asked for.
        spec: Arc<JobSpec>,
    },
    /// Withdraws a job while it is open.
    CancelJob {
        /// Which.
        job: JobId,
    },
    /// Gives a job's seats to executors by their bids.
    AssignJob {
        /// Which job.
        job: JobId,
        /// One bid for each executor that it asks for.
        bids: Vec<Bid>,
        /// Bids for seats that are given back, best first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        spares: Vec<Bid>,
    },
    /// Gives a seat back.
    DeclineJob {
        /// Of which job.
        job: JobId,
        /// Why, for people.
        reason: String,
    },
    /// Promises a receipt without showing it.
    CommitReceipt {
        /// For which job.
        job: JobId,
        /// See [`crate::job::seal`].
        seal: Cid,
    },
    /// Shows a receipt, and so settles the job or helps to.
    SettleJob {
        /// The receipt.
        receipt: Box<Receipt>,
        /// What hid its claim in the seal; none for a lone executor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// Offers to run jobs, or changes the offer.
    RegisterExecutor {
        /// What is offered.
        profile: Profile,
    },
    /// Takes no more jobs; running ones run to their end.
    Withdraw {},
    /// Keeps a record of work done elsewhere.
    AnchorReceipt {
        /// The record.
        receipt: Box<Receipt>,
    },
    /// Keeps a record of a DAG's root.
    Anchor {
        /// The root.
        cid: Cid,
    },
    /// Makes a proposal. Its id is the CID of the transaction.
    Propose(Box<ProposalRequest>),
    /// Opens voting on one's own proposal.
    OpenVoting {
        /// Which.
        proposal: ProposalId,
    },
    /// Votes, or votes anew.
    Vote(VoteRequest),
    /// Hands votes on, or hands them to another.
    Delegate(DelegateRequest),
    /// Takes a delegation back.
    Revoke(RevokeRequest),
    /// Closes voting, if its outcome is certain or its time over.
    CloseVoting {
        /// On which proposal.
        proposal: ProposalId,
    },
    /// Executes a proposal that has passed.
    Execute {
        /// Which.
        proposal: ProposalId,
    },
    /// Takes one's own proposal back.
    WithdrawProposal {
        /// Which.
        proposal: ProposalId,
    },
    /// Puts a commitment to a secret into the members' tree.
    Enrol {
        /// The commitment.
        commitment: Numeral,
    },
    /// Offers to issue credentials, or changes name or key.
    RegisterIssuer {
        /// What people call the issuer.
        name: String,
        /// The key under which circuits check what it signs.
        circuit_key: PublicKey,
    },
    /// Notes a credential that was issued.
    IssueCredential {
        /// The CID of its bytes, which stay with its holder.
        credential: Cid,
        /// Its place in the issuer's revocation tree: the next one.
        place: u32,
    },
    /// Takes a credential back.
    RevokeCredential {
        /// Which.
        credential: Cid,
    },
    /// Says that this DID's node is there and ready to order: power is given to no other.
    Ready {},
    /// Shows that a validator has signed two things where it may sign one: it loses its power.
    Evidence(Box<Evidence>),
}

impl Action {
    /// True for messages of a job's parties: they are unique by (job, signer, kind), so they carry
    /// no nonce, and their fees were set aside before.
    pub const fn is_market(&self) -> bool {
        self.market_job().is_some()
    }

    /// The job whose party says this, if it is such a message.
    pub const fn market_job(&self) -> Option<JobId> {
        match self {
            Self::AssignJob { job, .. }
            | Self::DeclineJob { job, .. }
            | Self::CommitReceipt { job, .. } => Some(*job),
            Self::SettleJob { receipt, .. } => Some(receipt.claim.job),
            Self::Transfer { .. }
            | Self::SubmitJob { .. }
            | Self::CancelJob { .. }
            | Self::RegisterExecutor { .. }
            | Self::Withdraw {}
            | Self::AnchorReceipt { .. }
            | Self::Anchor { .. }
            | Self::Propose(_)
            | Self::OpenVoting { .. }
            | Self::Vote(_)
            | Self::Delegate(_)
            | Self::Revoke(_)
            | Self::CloseVoting { .. }
            | Self::Execute { .. }
            | Self::WithdrawProposal { .. }
            | Self::Enrol { .. }
            | Self::RegisterIssuer { .. }
            | Self::IssueCredential { .. }
            | Self::RevokeCredential { .. }
            | Self::Ready {}
            | Self::Evidence(_) => None,
        }
    }

    /// Checks the signatures inside: those of bids, receipts and evidence.
    fn verify(&self, network: &NetworkId) -> Result<(), Reject> {
        match self {
            Self::AssignJob { bids, spares, .. } => {
                if spares.len() > SPARES_MAX || bids.len() > usize::from(EXECUTORS_MAX) {
                    let found = bids.len().saturating_add(spares.len());
                    return Err(Reject::BidsTooMany { found });
                }
                bids.iter().chain(spares).try_for_each(|bid| {
                    let executor = bid.terms.executor;
                    bid.verify(network)
                        .map_err(|_| Reject::BadBidSignature { executor })
                })
            }
            Self::SettleJob { receipt, .. } | Self::AnchorReceipt { receipt } => {
                let executor = receipt.executor;
                let signed = receipt.verify(network);
                signed.map_err(|_| Reject::BadReceiptSignature { executor })
            }
            Self::Evidence(evidence) => {
                let checked = evidence.check(network);
                checked.map_err(|cause| Reject::BadEvidence { cause })
            }
            Self::Transfer { .. }
            | Self::SubmitJob { .. }
            | Self::CancelJob { .. }
            | Self::DeclineJob { .. }
            | Self::CommitReceipt { .. }
            | Self::RegisterExecutor { .. }
            | Self::Withdraw {}
            | Self::Anchor { .. }
            | Self::Propose(_)
            | Self::OpenVoting { .. }
            | Self::Vote(_)
            | Self::Delegate(_)
            | Self::Revoke(_)
            | Self::CloseVoting { .. }
            | Self::Execute { .. }
            | Self::WithdrawProposal { .. }
            | Self::Enrol { .. }
            | Self::RegisterIssuer { .. }
            | Self::IssueCredential { .. }
            | Self::RevokeCredential { .. }
            | Self::Ready {} => Ok(()),
        }
    }
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedTx {
    /// What is signed.
    pub body: TxBody,
    /// The signature of [`TxBody::from`].
    pub signature: Signature,
}

impl SignedTx {
    /// Signs a body with its account's key.
    pub fn sign(body: TxBody, keys: &Keypair) -> Self {
        let signature = keys.sign(Domain::Tx, &body.network, &bytes(&body));
        Self { body, signature }
    }

    /// Reads canonical bytes. Every other spelling of the same words is refused.
    pub fn decode(input: &[u8]) -> Result<Self, Reject> {
        within(input.len())?;
        codec::decode(input).map_err(|error| Reject::Malformed {
            cause: error.to_string(),
        })
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        bytes(self)
    }

    /// The CID of the canonical bytes.
    pub fn id(&self) -> TxId {
        TxId::new(Cid::of(Codec::DagCbor, &self.encode()))
    }

    /// Checks all that needs no state: size, network and every signature inside.
    pub fn verify(self, network: &NetworkId) -> Result<Verified, Reject> {
        self.verify_unless(network, |_| false)
    }

    /// The same, but for transactions whose signatures have held before: `held` says so of an id,
    /// which names these very bytes.
    pub fn verify_unless(
        self,
        network: &NetworkId,
        held: impl FnOnce(&TxId) -> bool,
    ) -> Result<Verified, Reject> {
        let block = block(&self)?;
        if self.body.network != *network || !held(&TxId::new(*block.cid())) {
            self.judge(network)?;
        }
        let tx = Arc::new(self);
        Ok(Verified { tx, block })
    }

    /// Checks network and signatures.
    fn judge(&self, network: &NetworkId) -> Result<(), Reject> {
        if self.body.network != *network {
            return Err(Reject::WrongNetwork {});
        }
        let from = self.body.from;
        from.verify(Domain::Tx, network, &bytes(&self.body), &self.signature)
            .map_err(|_| Reject::BadSignature { from })?;
        self.body.action.verify(network)
    }
}

/// A transaction whose signatures hold on its network, because they were checked or just made. There
/// is no other way to make one, so they can be checked on other threads and before the order is known.
/// A copy shares everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    tx: Arc<SignedTx>,
    block: Block,
}

impl Verified {
    /// Reads a transaction from the block that its id names, and checks it as
    /// [`SignedTx::verify`] does. The block's bytes are not written or hashed again.
    pub fn read(block: Block, network: &NetworkId) -> Result<Self, Reject> {
        let tx = SignedTx::decode(block.bytes())?;
        tx.judge(network)?;
        let tx = Arc::new(tx);
        Ok(Self { tx, block })
    }

    /// Signs a body with its account's own key. What its action carries of others was verified when it
    /// came, and what it carries of this key was just signed: nothing is verified again, so nothing may
    /// be made so that came in by any other door.
    pub fn own(body: TxBody, keys: &Keypair) -> Result<Self, Reject> {
        let from = body.from;
        if from != keys.did() {
            return Err(Reject::BadSignature { from });
        }
        let tx = SignedTx::sign(body, keys);
        let block = block(&tx)?;
        let tx = Arc::new(tx);
        Ok(Self { tx, block })
    }

    /// Its id.
    pub const fn id(&self) -> TxId {
        TxId::new(*self.block.cid())
    }

    /// What was signed.
    pub fn body(&self) -> &TxBody {
        &self.tx.body
    }

    /// The body with its signature.
    pub fn signed(&self) -> &SignedTx {
        &self.tx
    }

    /// Its canonical bytes, as the block that its id names.
    pub const fn block(&self) -> &Block {
        &self.block
    }
}

/// A transaction as the block that its id names.
fn block(tx: &SignedTx) -> Result<Block, Reject> {
    let block = match Block::cbor(tx) {
        Ok(block) => block,
        Err(BlockError::TooLarge(bytes)) => return Err(too_large(bytes)),
        Err(error) => unreachable!("the words of a transaction have a spelling: {error}"),
    };
    within(block.bytes().len())?;
    Ok(block)
}

fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    codec::encode(value).expect("the words of a transaction have a canonical spelling")
}

fn within(bytes: usize) -> Result<(), Reject> {
    if bytes <= TX_BYTES_MAX {
        Ok(())
    } else {
        Err(too_large(bytes))
    }
}

const fn too_large(bytes: usize) -> Reject {
    let allowed = TX_BYTES_MAX;
    Reject::TooLarge { bytes, allowed }
}

/// Refuses a text that is too long to stand in the book.
pub(crate) fn short(text: &str) -> Result<(), Reject> {
    let (bytes, allowed) = (text.len(), MEMO_BYTES_MAX);
    if bytes <= allowed {
        Ok(())
    } else {
        Err(Reject::TextTooLong { bytes, allowed })
    }
}
