//! Those who lie. Most run an honest node and change what leaves it, each in one way.

mod amnesiac;
mod cloned_key;
mod double_bidder;
mod equivocating_proposer;
mod equivocating_voter;
mod false_receipt;
mod flooder;
mod lying_server;
mod nil_voter;
mod replayer;
mod silent;
mod stale_assigner;
mod withholding_server;

use crate::hits::Hits;
use crate::letter::Letter;
use crate::rng::Rng;
use icn_base::{Cid, Keypair, NetworkId, Time};
use icn_ledger::{Bid, State};
use icn_mesh::{Answer, Gossip, Ran, Topic};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Declares the liars from their rows: variant, name.
macro_rules! lies {
    ($($variant:ident $name:literal $meaning:literal;)*) => {
        /// What a liar does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Lie {
            $(#[doc = $meaning] $variant,)*
        }

        impl Lie {
            /// Every lie.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

lies! {
    EquivocatingProposer "equivocating proposer" "Proposes one block to these and another to those.";
    EquivocatingVoter "equivocating voter" "Votes one way here and another way there.";
    Amnesiac "amnesiac" "Forgets all it has signed whenever it falls.";
    Silent "silent" "Says nothing.";
    NilVoter "nil voter" "Votes for no block, ever.";
    DoubleBidder "double bidder" "Bids twice for one job, at different prices.";
    FalseReceipt "false receipt" "Says that runs came to something else.";
    Replayer "replayer" "Brings what was said before, and elsewhere.";
    StaleAssigner "stale assigner" "Gives seats late, twice, and where it may not.";
    Flooder "flooding peer" "Sends rubbish, and messages from far away.";
    LyingServer "lying sync server" "Answers who is behind with what was never decided.";
    WithholdingServer "withholding block server" "Says that it has blocks, and shows none.";
    ClonedKey "cloned key" "Runs twice with one key.";
}

/// How many messages a liar remembers.
const MEMORY: usize = 256;

/// One who lies, and what it has noticed.
#[derive(Debug)]
pub struct Liar {
    lie: Lie,
    heard: VecDeque<Arc<Letter>>,
    bids: VecDeque<Bid>,
    twins: BTreeMap<Cid, Cid>,
}

/// Where a liar sits.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// Its key.
    pub keys: &'a Keypair,
    /// Its network.
    pub network: &'a NetworkId,
    /// The book, as it has it.
    pub state: &'a State,
    /// The time, by its clock.
    pub now: Time,
}

/// What a liar does by itself.
#[derive(Clone, Debug)]
pub enum Mischief {
    /// Says something to everybody.
    Says(Gossip),
    /// Sends bytes on a topic.
    Sends(Topic, Vec<u8>),
}

impl Liar {
    /// One who has noticed nothing yet.
    pub const fn new(lie: Lie) -> Self {
        Self {
            lie,
            heard: VecDeque::new(),
            bids: VecDeque::new(),
            twins: BTreeMap::new(),
        }
    }

    /// What it does.
    pub const fn lie(&self) -> Lie {
        self.lie
    }

    /// It hears something, before its node does.
    pub fn hears(&mut self, letter: &Arc<Letter>) {
        match self.lie {
            Lie::Replayer => push(&mut self.heard, Arc::clone(letter)),
            Lie::StaleAssigner => stale_assigner::notice(&mut self.bids, letter),
            _ => {}
        }
    }

    /// What it says to one peer, where its node wants to say something.
    pub fn says(
        &mut self,
        said: &Gossip,
        to: usize,
        seat: &Seat<'_>,
        hits: &mut Hits,
    ) -> Vec<Gossip> {
        let twisted = match self.lie {
            Lie::EquivocatingProposer => {
                equivocating_proposer::says(&mut self.twins, said, to, seat)
            }
            Lie::EquivocatingVoter => equivocating_voter::says(said, to, seat),
            Lie::NilVoter => nil_voter::says(said, seat),
            Lie::Silent => silent::says(),
            Lie::DoubleBidder => double_bidder::says(said, to, seat),
            Lie::StaleAssigner => stale_assigner::says(said),
            Lie::WithholdingServer => withholding_server::says(said),
            Lie::Amnesiac
            | Lie::FalseReceipt
            | Lie::Replayer
            | Lie::Flooder
            | Lie::LyingServer
            | Lie::ClonedKey => None,
        };
        match twisted {
            None => vec![said.clone()],
            Some(twisted) => {
                hits.lie(self.lie);
                twisted
            }
        }
    }

    /// What it answers, where its node wants to answer; nothing, if it keeps silent.
    pub fn answers(&self, answer: Answer, hits: &mut Hits) -> Option<Answer> {
        match self.lie {
            Lie::Silent => {
                hits.lie(self.lie);
                None
            }
            Lie::LyingServer => {
                hits.lie(self.lie);
                Some(lying_server::answers(answer))
            }
            Lie::WithholdingServer => withholding_server::answers(answer, hits),
            _ => Some(answer),
        }
    }

    /// What it says that a run came to.
    pub fn ran(&self, ran: Ran, hits: &mut Hits) -> Ran {
        match self.lie {
            Lie::FalseReceipt => {
                hits.lie(self.lie);
                false_receipt::ran(ran)
            }
            _ => ran,
        }
    }

    /// What it does by itself, now and then.
    pub fn acts(&mut self, seat: &Seat<'_>, rng: &mut Rng, hits: &mut Hits) -> Vec<Mischief> {
        let done = match self.lie {
            Lie::Flooder => flooder::acts(seat, rng),
            Lie::Replayer => replayer::acts(&self.heard, seat, rng),
            Lie::StaleAssigner => stale_assigner::acts(&self.bids, seat, rng),
            _ => Vec::new(),
        };
        if !done.is_empty() {
            hits.lie(self.lie);
        }
        done
    }

    /// True if it forgets what it has signed when it falls.
    pub const fn forgets(&self) -> bool {
        amnesiac::forgets(self.lie)
    }

    /// True if another node runs with its key.
    pub const fn has_twin(&self) -> bool {
        cloned_key::has_twin(self.lie)
    }
}

fn push<T>(memory: &mut VecDeque<T>, one: T) {
    if memory.len() >= MEMORY {
        memory.pop_front();
    }
    memory.push_back(one);
}

#[cfg(test)]
mod tests;
