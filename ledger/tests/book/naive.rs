//! The naive book: pots with names, and mana that is poured from one into another. What is held or
//! bonded is not a part of an account but a pot of its own for each job, members regenerate
//! millisecond by millisecond, seats are counted, and deadlines are found by looking at every job.
//! Slow, obvious, and built differently from the real book on purpose.

use crate::assembly::{Motion, Wish};
use std::collections::BTreeMap;

pub(crate) const MINT: &str = "mint";
pub(crate) const TREASURY: &str = "treasury";

/// What a real verdict is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Applied,
    Failed,
    Refused,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Running,
    Sealed(u8),
    Shown(u8),
    Declined,
}

#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) who: &'static str,
    pub(crate) base: u64,
    pub(crate) per: u64,
    pub(crate) since: u64,
    pub(crate) work: Work,
}

#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) owner: &'static str,
    pub(crate) n: usize,
    pub(crate) m: usize,
    pub(crate) price: u64,
    pub(crate) opened: u64,
    pub(crate) deadline: u64,
    /// "open", "assigned", or how it ended.
    pub(crate) state: &'static str,
    pub(crate) seats: Vec<Seat>,
    pub(crate) spares: Vec<(&'static str, u64, u64)>,
    pub(crate) reveal_by: Option<u64>,
    /// Fuel of each variant of a claim that was shown.
    pub(crate) fuel: BTreeMap<u8, u64>,
}

/// The parameters that the model's world has.
pub(crate) const CAPACITY_MANA: u64 = 1_000;
pub(crate) const REGEN: u64 = 10;
pub(crate) const INTERVAL: u64 = 1_000;
pub(crate) const SEATS: usize = 3;
pub(crate) const WINDOW: u64 = 200;
pub(crate) const GRACE: u64 = 3_000;
pub(crate) const REVEAL: u64 = 5_000;
pub(crate) const ACCEPT: u64 = 2_000;
pub(crate) const NEED: u64 = 2_000 + 10;
pub(crate) const BOND: u64 = 10;

#[derive(Clone)]
pub(crate) struct Naive {
    pub(crate) pots: BTreeMap<String, u64>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) members: Vec<&'static str>,
    /// Registered executors, and whether they take jobs.
    pub(crate) executors: BTreeMap<&'static str, bool>,
    pub(crate) reputation: BTreeMap<&'static str, i64>,
    pub(crate) praised: Vec<(&'static str, &'static str, u64)>,
    pub(crate) now: u64,
    pub(crate) parent: u64,
    pub(crate) motions: Vec<Motion>,
    pub(crate) capacity: u64,
    pub(crate) regen: u64,
    /// When the amount that regenerates last changed.
    pub(crate) since: u64,
    /// What is decided for the next block.
    pub(crate) next: Option<Wish>,
}

fn held(job: usize) -> String {
    format!("job {job}")
}

fn bond(who: &str, job: usize) -> String {
    format!("bond of {who} for {job}")
}

impl Naive {
    pub(crate) fn sum(&self, pot: &str) -> u64 {
        self.pots.get(pot).copied().unwrap_or(0)
    }

    pub(crate) fn held_by(&self, who: &str) -> u64 {
        let own = |(_, job): &(usize, &Job)| job.owner == who;
        let jobs = self.jobs.iter().enumerate().filter(own);
        jobs.map(|(id, _)| self.sum(&held(id))).sum()
    }

    pub(crate) fn bonded_by(&self, who: &str) -> u64 {
        (0..self.jobs.len())
            .map(|id| self.sum(&bond(who, id)))
            .sum()
    }

    pub(crate) fn total(&self, who: &str) -> u64 {
        self.sum(who) + self.held_by(who) + self.bonded_by(who) + self.escrowed_by(who)
    }

    /// Pours; the mint never runs dry.
    pub(crate) fn put(&mut self, from: &str, to: &str, units: u64) {
        if from != MINT && units > 0 {
            *self
                .pots
                .get_mut(from)
                .filter(|pot| **pot >= units)
                .expect(from) -= units;
        }
        *self.pots.entry(to.into()).or_insert(0) += units;
    }

    /// Lets time pass: members regenerate at every whole interval, one by one.
    pub(crate) fn pass(&mut self, ms: u64) {
        self.parent = self.now;
        for _ in 0..ms {
            self.now += 1;
            self.regenerate(INTERVAL);
        }
    }

    /// Takes the fee of a transaction with a nonce, if it can be paid.
    fn fee(&mut self, who: &str) -> bool {
        let payable = self.sum(who) >= 1;
        if payable {
            self.put(who, TREASURY, 1);
        }
        payable
    }

    /// Runs a rule behind the fee.
    pub(crate) fn act(&mut self, who: &str, rule: impl FnOnce(&mut Self) -> bool) -> Said {
        if !self.fee(who) {
            return Said::Refused;
        }
        if rule(self) {
            Said::Applied
        } else {
            Said::Failed
        }
    }

    pub(crate) fn transfer(&mut self, from: &'static str, to: &str, units: u64) -> Said {
        self.act(from, |book| {
            let allowed = units > 0 && from != to && book.sum(from) >= units;
            if allowed {
                book.put(from, to, units);
            }
            allowed
        })
    }

    pub(crate) fn submit(&mut self, owner: &'static str, n: usize, m: usize, price: u64) -> Said {
        self.act(owner, |book| {
            let hold = n as u64 * price + 1;
            let allowed = m <= n && 2 * m > n && book.sum(owner) >= hold;
            if allowed {
                let id = book.jobs.len();
                book.put(owner, &held(id), hold);
                book.jobs.push(Job {
                    owner,
                    n,
                    m,
                    price,
                    opened: book.now,
                    deadline: book.now + 10_000,
                    state: "open",
                    seats: vec![],
                    spares: vec![],
                    reveal_by: None,
                    fuel: BTreeMap::new(),
                });
            }
            allowed
        })
    }

    pub(crate) fn cancel(&mut self, who: &'static str, id: usize) -> Said {
        self.act(who, |book| {
            let allowed = book.jobs[id].owner == who && book.jobs[id].state == "open";
            if allowed {
                book.end(id, "cancelled");
            }
            allowed
        })
    }

    pub(crate) fn register(&mut self, who: &'static str) -> Said {
        self.act(who, |book| {
            let allowed = book.members.contains(&who);
            if allowed {
                book.executors.insert(who, true);
            }
            allowed
        })
    }

    pub(crate) fn withdraw(&mut self, who: &'static str) -> Said {
        self.act(who, |book| {
            let open = book.executors.get(who) == Some(&true);
            if open {
                book.executors.insert(who, false);
            }
            open
        })
    }

    /// Seats are counted, not remembered.
    pub(crate) fn busy(&self, who: &str) -> usize {
        let jobs = self.jobs.iter().filter(|job| job.state == "assigned");
        let seats = jobs.flat_map(|job| &job.seats);
        seats
            .filter(|seat| seat.who == who && seat.work != Work::Declined)
            .count()
    }

    fn worst(base: u64, per: u64) -> u64 {
        base + per
    }

    fn fees(job: &Job) -> u64 {
        if job.n > 1 { 2 } else { 1 }
    }

    fn qualifies(&self, id: usize, who: &str, base: u64, per: u64) -> bool {
        let job = &self.jobs[id];
        let worst = Self::worst(base, per);
        self.executors.get(who) == Some(&true)
            && self.busy(who) < SEATS
            && worst <= job.price
            && self.sum(who) >= worst.max(BOND) + Self::fees(job)
    }

    fn seat(&mut self, id: usize, (who, base, per): (&'static str, u64, u64)) {
        let kept = Self::worst(base, per).max(BOND) + Self::fees(&self.jobs[id]);
        self.put(who, &bond(who, id), kept);
        let seat = Seat {
            who,
            base,
            per,
            since: self.now,
            work: Work::Running,
        };
        self.jobs[id].seats.push(seat);
    }

    pub(crate) fn assign(
        &mut self,
        by: &str,
        id: usize,
        bids: &[(&'static str, u64, u64)],
        spares: &[(&'static str, u64, u64)],
    ) -> Said {
        let job = &self.jobs[id];
        let all: Vec<_> = bids.iter().chain(spares).copied().collect();
        let names: Vec<_> = all.iter().map(|bid| bid.0).collect();
        let twice = names
            .iter()
            .any(|name| names.iter().filter(|other| *other == name).count() > 1);
        let window_open = self.now < job.opened + WINDOW;
        let mut others = self.executors.keys().filter(|who| !names.contains(who));
        let awaited = window_open && others.any(|who| self.qualifies(id, who, 2, 3));
        let allowed = job.state == "open"
            && by == job.owner
            && self.parent < job.opened + WINDOW + 2 * GRACE
            && job.deadline >= self.now + NEED
            && bids.len() == job.n
            && !twice
            && all
                .iter()
                .all(|(who, base, per)| self.qualifies(id, who, *base, *per))
            && !awaited;
        if !allowed {
            return Said::Refused;
        }
        self.put(&held(id), TREASURY, 1);
        self.jobs[id].state = "assigned";
        self.jobs[id].spares = spares.to_vec();
        for bid in bids {
            self.seat(id, *bid);
        }
        Said::Applied
    }

    fn seat_of(&self, id: usize, who: &str) -> Option<usize> {
        if self.jobs[id].state != "assigned" {
            return None;
        }
        self.jobs[id].seats.iter().position(|seat| seat.who == who)
    }

    pub(crate) fn decline(&mut self, who: &'static str, id: usize) -> Said {
        let Some(at) = self.seat_of(id, who) else {
            return Said::Refused;
        };
        let job = &self.jobs[id];
        let seat = job.seats[at].clone();
        if seat.work != Work::Running || job.reveal_by.is_some() || self.parent >= job.deadline {
            return Said::Refused;
        }
        let pot = bond(who, id);
        self.put(&pot, TREASURY, 1);
        if self.now - seat.since > ACCEPT {
            let stake = Self::worst(seat.base, seat.per).max(BOND);
            self.put(&pot, TREASURY, stake.div_ceil(10));
        }
        self.put(&pot, who, self.sum(&pot));
        self.jobs[id].seats[at].work = Work::Declined;
        if self.jobs[id].deadline >= self.now + NEED {
            while !self.jobs[id].spares.is_empty() {
                let bid = self.jobs[id].spares.remove(0);
                if self.qualifies(id, bid.0, bid.1, bid.2) {
                    self.seat(id, bid);
                    break;
                }
            }
        }
        if self.jobs[id]
            .seats
            .iter()
            .all(|seat| seat.work == Work::Declined)
        {
            self.end(id, "no bids");
        } else {
            self.open_reveal(id);
        }
        Said::Applied
    }

    fn open_reveal(&mut self, id: usize) {
        let now = self.now;
        let job = &mut self.jobs[id];
        if job.n > 1 && !job.seats.iter().any(|seat| seat.work == Work::Running) {
            job.reveal_by = Some(now + REVEAL);
        }
    }

    pub(crate) fn seal(&mut self, who: &'static str, id: usize, variant: u8) -> Said {
        let Some(at) = self.seat_of(id, who) else {
            return Said::Refused;
        };
        let job = &mut self.jobs[id];
        if job.n == 1 || job.seats[at].work != Work::Running || self.parent >= job.deadline {
            return Said::Refused;
        }
        job.seats[at].work = Work::Sealed(variant);
        let pot = bond(who, id);
        self.put(&pot, TREASURY, 1);
        if self.jobs[id].reveal_by.is_none() {
            self.open_reveal(id);
        }
        Said::Applied
    }

    pub(crate) fn settle(&mut self, who: &'static str, id: usize, variant: u8, fuel: u64) -> Said {
        let Some(at) = self.seat_of(id, who) else {
            return Said::Refused;
        };
        let job = &self.jobs[id];
        let ready = match (job.n, &job.seats[at].work, job.reveal_by) {
            (1, Work::Running, _) => self.parent < job.deadline,
            (2.., Work::Sealed(sealed), Some(by)) => *sealed == variant && self.parent < by,
            _ => false,
        };
        if !ready {
            return Said::Refused;
        }
        let job = &mut self.jobs[id];
        job.seats[at].work = Work::Shown(variant);
        job.fuel.insert(variant, fuel);
        let pot = bond(who, id);
        self.put(&pot, TREASURY, 1);
        let done = |seat: &Seat| matches!(seat.work, Work::Shown(_) | Work::Declined);
        if self.jobs[id].seats.iter().all(done) {
            self.decide(id);
        }
        Said::Applied
    }

    /// Ends an assigned job by what was shown.
    fn decide(&mut self, id: usize) {
        let job = self.jobs[id].clone();
        let shown = |variant: u8| {
            job.seats
                .iter()
                .filter(|seat| seat.work == Work::Shown(variant))
                .count()
        };
        let silent = |seat: &&Seat| matches!(seat.work, Work::Running | Work::Sealed(_));
        let winner = job
            .fuel
            .keys()
            .copied()
            .find(|variant| shown(*variant) >= job.m);
        let best = job
            .fuel
            .keys()
            .map(|variant| shown(*variant))
            .max()
            .unwrap_or(0);
        let silence = job.seats.iter().filter(silent).count();
        let how = match winner {
            Some(_) => "completed",
            None if best + silence >= job.m => "late",
            None => "disagreed",
        };
        for seat in &job.seats {
            let pot = bond(seat.who, id);
            let stake = Self::worst(seat.base, seat.per).max(BOND);
            match (&seat.work, winner) {
                (Work::Declined, _) => {}
                (Work::Shown(own), Some(winner)) if *own == winner => {
                    self.pay(
                        id,
                        seat,
                        seat.base + (seat.per * job.fuel[own]).div_ceil(1_000_000),
                    );
                    self.praise(&job, seat.who);
                }
                (Work::Shown(_), Some(_)) => {
                    self.put(&pot, TREASURY, stake);
                    self.score(seat.who, -100);
                }
                (Work::Shown(_), None) if how == "disagreed" => self.pay(id, seat, seat.base),
                (Work::Shown(_), None) => {}
                (Work::Running | Work::Sealed(_), _) => {
                    self.put(&pot, TREASURY, stake);
                    self.score(seat.who, -10);
                }
            }
            self.put(&pot, seat.who, self.sum(&pot));
        }
        self.end(id, how);
    }

    fn pay(&mut self, id: usize, seat: &Seat, charge: u64) {
        let fee = (charge * 200).div_ceil(10_000);
        self.put(&held(id), TREASURY, fee);
        self.put(&held(id), seat.who, charge - fee);
    }

    fn praise(&mut self, job: &Job, who: &'static str) {
        let now = self.now;
        let day = |(one, owner, until): &&(&str, &str, u64)| {
            *one == who && *owner == job.owner && now < *until
        };
        if job.n > 1 && who != job.owner && self.praised.iter().find(day).is_none() {
            self.praised.push((who, job.owner, now + 86_400_000));
            self.score(who, 1);
        }
    }

    fn score(&mut self, who: &'static str, by: i64) {
        let score = self.reputation.entry(who).or_insert(100);
        *score = (*score + by).clamp(0, 1_000);
    }

    fn end(&mut self, id: usize, how: &'static str) {
        self.jobs[id].state = how;
        let owner = self.jobs[id].owner;
        self.put(&held(id), owner, self.sum(&held(id)));
    }

    /// What falls due, by looking at every job.
    pub(crate) fn expire(&mut self) {
        for id in 0..self.jobs.len() {
            let job = &mut self.jobs[id];
            match job.state {
                "open" if self.parent >= job.opened + WINDOW + 2 * GRACE => self.end(id, "no bids"),
                "assigned" => {
                    let due = job.reveal_by.unwrap_or(job.deadline);
                    let promised = |seat: &Seat| matches!(seat.work, Work::Sealed(_));
                    if self.parent < due {
                        continue;
                    }
                    if job.reveal_by.is_none() && job.seats.iter().any(promised) {
                        job.reveal_by = Some(self.now + REVEAL);
                    } else {
                        self.decide(id);
                    }
                }
                _ => {}
            }
        }
    }
}
