//! A ledger in small: it makes blocks, keeps the world that proposals change, and does what
//! governance answers. It asserts what must hold after every step.

use icn_base::gov::ProposalStatus;
use icn_base::{Cid, Codec, Did, Keypair, Mana, ProposalId, Time};
use icn_governance::{
    Action, Book, Changes, Enactment, Fact, Fee, Parameter, Refusal, State, Step, World, apply,
    fall_due,
};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that governance reads and changes.
#[derive(Clone)]
pub(crate) struct Mesh {
    pub(crate) state: State,
    pub(crate) parameters: BTreeMap<Parameter, u64>,
    pub(crate) pending: BTreeMap<Parameter, u64>,
    pub(crate) validators: BTreeMap<Did, u64>,
    /// Circuits in use.
    pub(crate) circuits: BTreeSet<Cid>,
    pub(crate) treasury: u64,
    pub(crate) escrow: u64,
    pub(crate) at: Time,
    pub(crate) parent: Time,
    /// The last status of each proposal.
    pub(crate) statuses: BTreeMap<ProposalId, ProposalStatus>,
    /// What is changed in the block and not yet in the state, as in a ledger's draft.
    pub(crate) draft: Changes,
}

/// The member with a letter.
pub(crate) fn did(letter: char) -> Did {
    Keypair::from_seed([u8::try_from(letter).unwrap(); 32]).did()
}

/// The proposal with a name.
pub(crate) fn id(name: &str) -> ProposalId {
    ProposalId::new(Cid::of(Codec::DagCbor, name.as_bytes()))
}

pub(crate) fn time(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

impl Mesh {
    /// Members with these letters, the first of them a validator.
    pub(crate) fn new(members: &str) -> Self {
        let dids: Vec<Did> = members.chars().map(did).collect();
        Self {
            state: State::genesis(dids.iter().copied(), Time::ZERO),
            parameters: BTreeMap::new(),
            pending: BTreeMap::new(),
            validators: dids.first().map(|did| (*did, 30)).into_iter().collect(),
            circuits: BTreeSet::new(),
            treasury: 1_000,
            escrow: 0,
            at: Time::ZERO,
            parent: Time::ZERO,
            statuses: BTreeMap::new(),
            draft: Changes::default(),
        }
    }

    /// The book as a rule sees it in this block.
    pub(crate) fn book(&self, seen: Time) -> Book<'_> {
        let world = World {
            parameters: &self.parameters,
            pending: &self.pending,
            validators: &self.validators,
            circuits: &self.circuits,
            treasury: Mana::new(self.treasury).unwrap(),
        };
        let (state, changes) = (&self.state, &self.draft);
        Book {
            state,
            changes,
            world,
            at: self.at,
            parent: self.parent,
            seen,
        }
    }

    /// Begins a block, unless it is the one that has begun, and answers what fell due in the last.
    pub(crate) fn begin(&mut self, at: Time) -> Vec<Step> {
        assert!(at >= self.at, "time does not move back");
        if at == self.at {
            return Vec::new();
        }
        let steps = self.end();
        (self.parent, self.at) = (self.at, at);
        self.parameters.append(&mut self.pending);
        steps
    }

    /// Ends a block: what is due happens, and the draft becomes the state.
    pub(crate) fn end(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        for id in self.state.due(self.parent) {
            let Some(step) = fall_due(&self.book(self.at), &id) else {
                continue;
            };
            self.keep(&step);
            steps.push(step);
        }
        self.state.absorb(std::mem::take(&mut self.draft));
        steps
    }

    /// A member acts.
    pub(crate) fn act(&mut self, who: Did, action: Action, seen: Time) -> Result<Step, Refusal> {
        let step = apply(&self.book(seen), &who, action)?;
        self.keep(&step);
        Ok(step)
    }

    /// A member acts, and is not refused.
    pub(crate) fn must(&mut self, who: Did, action: Action) {
        drop(self.act(who, action, self.at).unwrap());
    }

    fn keep(&mut self, step: &Step) {
        self.draft.extend(step.changes.clone());
        step.facts.iter().for_each(|fact| self.check_fact(fact));
        match step.fee {
            None => {}
            Some(Fee::Escrow { amount, .. }) => self.escrow += amount.units(),
            Some(Fee::Return { amount, .. }) => self.escrow -= amount.units(),
            Some(Fee::Forfeit { amount, .. }) => {
                self.escrow -= amount.units();
                self.treasury += amount.units();
            }
        }
        for change in &step.enact {
            self.enact(change);
        }
        let open: u64 = self
            .book(self.at)
            .under_way()
            .map(|one| one.fee.units())
            .sum();
        assert_eq!(
            self.escrow, open,
            "a fee is in escrow exactly while its proposal is under way"
        );
    }

    fn enact(&mut self, change: &Enactment) {
        match change {
            Enactment::SetParameter {
                parameter,
                old,
                new,
            } => {
                let now = self.parameters.get(parameter).copied();
                assert_eq!(now.unwrap_or(parameter.row().default), *old);
                assert_eq!(parameter.check(*new), Ok(()));
                assert_eq!(self.pending.insert(*parameter, *new), None);
            }
            Enactment::SetValidator { did, old, new } => {
                assert_eq!(self.validators.remove(did).unwrap_or(0), *old);
                if *new > 0 {
                    self.validators.insert(*did, *new);
                }
                assert!(!self.validators.is_empty(), "somebody orders");
            }
            Enactment::RegisterCircuit { circuit, .. } => {
                assert!(self.circuits.insert(*circuit));
            }
            Enactment::RetireCircuit { circuit } => assert!(self.circuits.remove(circuit)),
            Enactment::Pay { amount, .. } => self.treasury -= amount.units(),
            Enactment::AdmitMember { .. } | Enactment::RemoveMember { .. } => {}
        }
    }

    /// No proposal ever leaves the life that is written down.
    fn check_fact(&mut self, fact: &Fact) {
        use ProposalStatus::{
            Accepted, Deliberation, Executed, Expired, Failed, Rejected, Voting, Withdrawn,
        };
        let (id, to) = match fact {
            Fact::Proposed { proposal, .. } => (*proposal, Deliberation),
            Fact::Moved { proposal, status } => (*proposal, *status),
            Fact::Voted { .. }
            | Fact::Delegated { .. }
            | Fact::Revoked { .. }
            | Fact::Ready { .. } => return,
        };
        let from = self.statuses.insert(id, to);
        let allowed = match from {
            None => &[Deliberation][..],
            Some(Deliberation) => &[Voting, Withdrawn, Expired],
            Some(Voting) => &[Accepted, Rejected],
            Some(Accepted) => &[Executed, Failed, Expired, Voting],
            Some(Rejected | Executed | Failed | Withdrawn | Expired) => &[],
        };
        assert!(allowed.contains(&to), "from {from:?} to {to:?}");
        assert_eq!(self.book(self.at).proposal(&id).unwrap().status(), to);
    }
}
