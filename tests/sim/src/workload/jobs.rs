//! Jobs of all kinds, and those who run them.

use super::{Deed, Expect, How, View, Workload};
use crate::guests::{ENGINE, Guest};
use crate::people::MEMBERS;
use crate::rng::Rng;
use icn_base::run::{Agreement, Input, JobSpec, Requires};
use icn_base::{Bytes, Did, JobId, Mana};
use icn_economics::Offer;
use icn_ledger::{Action, Profile};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Users whom runs may pay: the pauper, who is the last, is to have nothing.
const PAYEES: usize = MEMBERS.len() + 1;

/// A job that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    job: JobId,
    owner: usize,
}

/// What a node offers.
fn profile(rng: &mut Rng) -> Profile {
    Profile {
        capacity: u32::try_from(rng.between(2, 4)).unwrap_or(2),
        prices: Offer {
            base: Mana::new(rng.between(1, 4)).unwrap_or(Mana::ZERO),
            per_mfuel: Mana::new(rng.between(1, 6)).unwrap_or(Mana::ZERO),
        },
        capabilities: BTreeSet::new(),
        labels: BTreeMap::new(),
        engine: ENGINE.to_owned(),
    }
}

/// A node offers to work, or changes its offer.
pub(super) fn register(node: usize, rng: &mut Rng) -> Deed {
    let profile = profile(rng);
    of_node(node, Action::RegisterExecutor { profile }, "offers to work")
}

/// A deed of a node.
pub(super) fn of_node(node: usize, action: Action, what: &str) -> Deed {
    Deed {
        who: format!("node {node}"),
        what: what.to_owned(),
        blocks: Vec::new(),
        node: Some(node),
        how: How::Act { action, retries: 0 },
    }
}

impl Workload {
    /// Somebody asks for a job.
    pub(super) fn ask(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let guest = *rng.one(&Guest::ALL)?;
        let node = rng.pick(view.nodes.len());
        let coordinator = *view.nodes.get(node)?;
        let spec = self.spec(guest, coordinator, view, rng)?;
        let blocks = vec![guest.module()];
        let executors = spec.agreement.executors;
        let what = format!("asks for a run that {guest:?}, by {executors}, of node {node}");
        if rng.permille(150) {
            let action = Action::SubmitJob {
                spec: Arc::new(spec),
            };
            let how = How::Act { action, retries: 2 };
            return Some(Deed {
                who: format!("node {node}"),
                what,
                blocks,
                node: Some(node),
                how,
            });
        }
        let owner = rng.pick(MEMBERS.len());
        let action = Action::SubmitJob {
            spec: Arc::new(spec),
        };
        // Time may have passed until it is decided.
        let expect = Expect::OrFailed(&[208, 210]);
        let mut deed = self.deed(owner, action, view.at, expect, what)?;
        (deed.blocks, deed.node) = (blocks, Some(node));
        if let How::Submit(tx) = &deed.how {
            let job = JobId::new(*tx.id().cid());
            self.jobs.push(Asked { job, owner });
        }
        Some(deed)
    }

    fn spec(
        &self,
        guest: Guest,
        coordinator: Did,
        view: &View<'_>,
        rng: &mut Rng,
    ) -> Option<JobSpec> {
        let several = guest.is_valuable() || rng.permille(400);
        let (executors, quorum) = if several { (3, 2) } else { (1, 1) };
        let payee = rng.one(self.wallets.get(..PAYEES)?)?.did;
        let input = rng.next().to_be_bytes().to_vec();
        Some(JobSpec {
            module: *guest.module().cid(),
            entry: "run".into(),
            input: Input::Inline(Bytes(input)),
            reads: Vec::new(),
            fuel_limit: 1_000_000,
            memory_pages: 16,
            max_price: Mana::new(20).ok()?,
            bid_window_ms: rng.between(100, 400),
            deadline: view.at.after_ms(rng.between(4_000, 9_000)).ok()?,
            agreement: Agreement { executors, quorum },
            requires: Requires::default(),
            grants: guest.grants(payee),
            coordinator,
            retry_of: None,
        })
    }

    /// Jobs that do not open: too dear, or unsound.
    pub(super) fn spoiled_job(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let coordinator = *rng.one(view.nodes)?;
        let mut spec = self.spec(Guest::Writes, coordinator, view, rng)?;
        let number = match rng.below(5) {
            0 => {
                spec.max_price = Mana::new(1_000_000).ok()?;
                102
            }
            1 => {
                spec.agreement = Agreement {
                    executors: 4,
                    quorum: 2,
                };
                205
            }
            2 => {
                spec.deadline = view.state.chain().time;
                208
            }
            3 => {
                spec.entry.clear();
                200
            }
            _ => {
                spec.retry_of = Some(JobId::new(spec.module));
                212
            }
        };
        let action = Action::SubmitJob {
            spec: Arc::new(spec),
        };
        // A deadline that was good may be too near when the block comes.
        let expect = match number {
            200 => Expect::Failed(200),
            205 => Expect::Failed(205),
            102 => Expect::NotApplied(&[102, 208, 210]),
            208 => Expect::NotApplied(&[208]),
            _ => Expect::NotApplied(&[208, 210, 212]),
        };
        let what = format!("asks for what cannot be: {number}");
        self.deed(rng.pick(MEMBERS.len()), action, view.at, expect, what)
    }

    pub(super) fn cancel(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let recent = self.jobs.len().saturating_sub(4);
        let asked = *rng.one(self.jobs.get(recent..)?)?;
        let action = Action::CancelJob { job: asked.job };
        // It may be assigned or over; or its asking has failed.
        let expect = Expect::OrFailed(&[300, 301, 303]);
        let what = "withdraws a job".to_owned();
        self.deed(asked.owner, action, view.at, expect, what)
    }

    /// An executor comes, changes its offer, or goes.
    pub(super) fn change_executor(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let node = rng.pick(view.nodes.len());
        let registered = view.state.executor(view.nodes.get(node)?);
        let open = registered.is_some_and(|known| known.open);
        match open && rng.permille(250) {
            true => Some(of_node(node, Action::Withdraw {}, "takes no more work")),
            false => Some(register(node, rng)),
        }
    }
}
