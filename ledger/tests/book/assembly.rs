//! The naive book's members: who proposes, votes and decides, written from the rules alone. A fee in
//! escrow is a pot of its own, and what is decided for the next block waits in a list.

use crate::model::PEOPLE;
use crate::naive::{MINT, Naive, Said, TREASURY};
use crate::world::{did, mana};
use icn_base::gov::{ProposalKind, ProposalRequest};
use proptest::prelude::*;

/// The times of a proposal's life, in the model's world.
pub(crate) const TALK: u64 = 100;
pub(crate) const TALK_MAX: u64 = 3_000;
pub(crate) const VOTING: u64 = 200;
pub(crate) const VOTING_MAX: u64 = 2_000;
pub(crate) const DELAY: u64 = 100;
pub(crate) const EXECUTE_BY: u64 = 2_000;
pub(crate) const FEE: u64 = 10;

/// What a proposal would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Pay(&'static str, u64),
    Capacity(u64),
    Regen(u64),
    Admit(&'static str),
    Remove(&'static str),
}

pub(crate) fn wish() -> impl Strategy<Value = Wish> {
    let person = || (0usize..5).prop_map(|at| PEOPLE[at]);
    prop_oneof![
        (person(), 0u64..60).prop_map(|(to, units)| Wish::Pay(to, units)),
        prop_oneof![Just(200u64), Just(400), Just(1_500)].prop_map(Wish::Capacity),
        (0u64..25).prop_map(Wish::Regen),
        person().prop_map(Wish::Admit),
        person().prop_map(Wish::Remove),
    ]
}

impl Wish {
    /// What the real book is asked for.
    pub(crate) fn request(self) -> ProposalRequest {
        let set = |name: &str, value| ProposalKind::SetParameter {
            name: name.into(),
            value,
        };
        let kind = match self {
            Wish::Pay(to, units) => ProposalKind::Budget {
                to: did(to),
                amount: mana(units),
                memo: String::new(),
            },
            Wish::Capacity(value) => set("capacity", value),
            Wish::Regen(value) => set("regen_amount", value),
            Wish::Admit(who) => ProposalKind::AdmitMember { did: did(who) },
            Wish::Remove(who) => ProposalKind::RemoveMember { did: did(who) },
        };
        ProposalRequest {
            title: "wish".into(),
            text: String::new(),
            kind,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Motion {
    pub(crate) by: &'static str,
    pub(crate) wish: Wish,
    pub(crate) phase: &'static str,
    from: u64,
    until: u64,
    eligible: Vec<&'static str>,
    votes: Vec<(&'static str, bool)>,
}

fn escrow(motion: usize) -> String {
    format!("escrow of {motion}")
}

fn under_way(motion: &Motion) -> bool {
    ["Deliberation", "Voting", "Accepted"].contains(&motion.phase)
}

impl Naive {
    pub(crate) fn escrowed_by(&self, who: &str) -> u64 {
        let own = self
            .motions
            .iter()
            .enumerate()
            .filter(|(_, one)| one.by == who);
        own.map(|(id, _)| self.sum(&escrow(id))).sum()
    }

    pub(crate) fn propose(&mut self, who: &'static str, wish: Wish) -> Said {
        self.act(who, |book| {
            let own = book
                .motions
                .iter()
                .filter(|one| one.by == who && under_way(one));
            let allowed = book.members.contains(&who)
                && own.count() < 3
                && book.makes_sense(wish)
                && book.sum(who) >= FEE;
            if allowed {
                book.put(who, &escrow(book.motions.len()), FEE);
                book.motions.push(Motion {
                    by: who,
                    wish,
                    phase: "Deliberation",
                    from: book.now + TALK,
                    until: book.now + TALK_MAX,
                    eligible: vec![],
                    votes: vec![],
                });
            }
            allowed
        })
    }

    fn makes_sense(&self, wish: Wish) -> bool {
        match wish {
            Wish::Pay(_, units) => units > 0,
            Wish::Capacity(_) | Wish::Regen(_) => true,
            Wish::Admit(who) => !self.members.contains(&who),
            Wish::Remove(who) => self.members.contains(&who) && self.members.len() > 1,
        }
    }

    /// True if a member may do something to a motion that is in this phase and in time.
    fn may(&self, who: &str, id: usize, phase: &str, from: u64) -> bool {
        let motion = &self.motions[id];
        self.members.contains(&who)
            && motion.phase == phase
            && self.now >= from
            && self.parent < motion.until
    }

    pub(crate) fn open(&mut self, who: &'static str, id: usize) -> Said {
        self.act(who, |book| {
            let allowed = book.may(who, id, "Deliberation", book.motions[id].from)
                && book.motions[id].by == who;
            if allowed {
                let (now, eligible) = (book.now, book.members.clone());
                let motion = &mut book.motions[id];
                motion.phase = "Voting";
                (motion.from, motion.until) = (now + VOTING, now + VOTING_MAX);
                motion.eligible = eligible;
            }
            allowed
        })
    }

    pub(crate) fn retract(&mut self, who: &'static str, id: usize) -> Said {
        self.act(who, |book| {
            let allowed = book.may(who, id, "Deliberation", 0) && book.motions[id].by == who;
            if allowed {
                book.finish(id, "Withdrawn");
            }
            allowed
        })
    }

    pub(crate) fn vote(&mut self, who: &'static str, id: usize, yes: bool) -> Said {
        self.act(who, |book| {
            let allowed =
                book.may(who, id, "Voting", 0) && book.motions[id].eligible.contains(&who);
            if allowed {
                let votes = &mut book.motions[id].votes;
                votes.retain(|(voter, _)| *voter != who);
                votes.push((who, yes));
            }
            allowed
        })
    }

    /// Whether it passes if so many more vote so.
    fn passes(&self, id: usize, more: usize, yes: bool) -> bool {
        let motion = &self.motions[id];
        let (quorum, threshold) = match motion.wish {
            Wish::Remove(_) => (5_000, 6_667),
            _ => (3_334, 5_001),
        };
        let cast = motion.votes.len() + more;
        let mut ayes = motion.votes.iter().filter(|(_, yes)| *yes).count();
        ayes += if yes { more } else { 0 };
        cast * 10_000 >= motion.eligible.len() * quorum
            && ayes > 0
            && ayes * 10_000 >= cast * threshold
    }

    /// Whether the outcome is the same however those vote who have not.
    fn is_certain(&self, id: usize) -> bool {
        let motion = &self.motions[id];
        let missing = motion.eligible.len() - motion.votes.len();
        let outcomes = (0..=missing).flat_map(|voters| {
            (0..=voters).map(move |ayes| {
                let mut one = motion.clone();
                one.votes
                    .extend((0..voters).map(|at| ("somebody", at < ayes)));
                one
            })
        });
        let mut verdicts = outcomes.map(|one| {
            let mut book = self.clone();
            book.motions[id] = one;
            book.passes(id, 0, true)
        });
        let first = verdicts.next();
        verdicts.all(|verdict| Some(verdict) == first)
    }

    pub(crate) fn close(&mut self, who: &'static str, id: usize) -> Said {
        self.act(who, |book| {
            let motion = &book.motions[id];
            let allowed = book.members.contains(&who)
                && motion.phase == "Voting"
                && book.now >= motion.from
                && (book.parent >= motion.until || book.is_certain(id));
            if allowed {
                book.count(id);
            }
            allowed
        })
    }

    fn count(&mut self, id: usize) {
        if !self.passes(id, 0, true) {
            return self.finish(id, "Rejected");
        }
        let now = self.now;
        let motion = &mut self.motions[id];
        motion.phase = "Accepted";
        motion.from = now + DELAY;
        motion.until = now + DELAY + EXECUTE_BY;
    }

    pub(crate) fn execute(&mut self, who: &'static str, id: usize) -> Said {
        self.act(who, |book| {
            let allowed = book.may(who, id, "Accepted", book.motions[id].from);
            if allowed {
                let wish = book.motions[id].wish;
                let affordable = match wish {
                    Wish::Pay(_, units) => book.sum(TREASURY) >= units,
                    _ => true,
                };
                if book.makes_sense(wish) && affordable {
                    book.put(&escrow(id), book.motions[id].by, FEE);
                    book.finish(id, "Executed");
                    book.enact(wish);
                } else {
                    book.finish(id, "Failed");
                }
            }
            allowed
        })
    }

    fn enact(&mut self, wish: Wish) {
        match wish {
            Wish::Pay(to, units) => self.put(TREASURY, to, units),
            Wish::Capacity(_) | Wish::Regen(_) => self.next = Some(wish),
            Wish::Admit(who) => self.members.push(who),
            Wish::Remove(who) => {
                self.members.retain(|member| *member != who);
                if let Some(open) = self.executors.get_mut(who) {
                    *open = false;
                }
            }
        }
    }

    fn finish(&mut self, id: usize, phase: &'static str) {
        self.motions[id].phase = phase;
        self.put(&escrow(id), TREASURY, self.sum(&escrow(id)));
    }

    /// Every motion whose time is over.
    pub(crate) fn adjourn(&mut self) {
        for id in 0..self.motions.len() {
            if under_way(&self.motions[id]) && self.parent >= self.motions[id].until {
                match self.motions[id].phase {
                    "Voting" => self.count(id),
                    _ => self.finish(id, "Expired"),
                }
            }
        }
        match self.next.take() {
            Some(Wish::Capacity(units)) => self.capacity = units,
            Some(Wish::Regen(units)) if units != self.regen => {
                (self.regen, self.since) = (units, self.now);
            }
            _ => {}
        }
    }

    /// Members regenerate at every whole interval since the amount last changed.
    pub(crate) fn regenerate(&mut self, interval: u64) {
        if !(self.now - self.since).is_multiple_of(interval) {
            return;
        }
        for who in self.members.clone() {
            let room = self.capacity.saturating_sub(self.total(who));
            self.put(MINT, who, room.min(self.regen));
        }
    }
}
