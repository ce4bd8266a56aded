//! Gossip that waits for its verdict.

use crate::net::limits::VERDICTS_WAITING_MAX;
use crate::net::words::Ticket;
use libp2p::PeerId;
use libp2p::gossipsub::MessageId;
use std::collections::VecDeque;

/// Numbers in the order in which they were given, and what each stands for. When too many wait, the
/// oldest is forgotten; gossipsub itself keeps a message for a few seconds only.
#[derive(Debug, Default)]
pub(crate) struct Tickets {
    first: Ticket,
    waiting: VecDeque<Option<Waiting>>,
}

/// What a ticket stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) message: MessageId,
    pub(crate) from: PeerId,
}

impl Tickets {
    /// A number for a message.
    pub(crate) fn give(&mut self, waiting: Waiting) -> Ticket {
        if self.waiting.len() >= VERDICTS_WAITING_MAX {
            self.waiting.pop_front();
            self.first += 1;
        }
        let place = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        self.waiting.push_back(Some(waiting));
        self.first + place
    }

    /// What the number stands for, once.
    pub(crate) fn take(&mut self, ticket: Ticket) -> Option<Waiting> {
        let place = usize::try_from(ticket.checked_sub(self.first)?).ok()?;
        let taken = self.waiting.get_mut(place)?.take();
        while self.waiting.front().is_some_and(Option::is_none) {
            self.waiting.pop_front();
            self.first += 1;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(name: usize) -> Waiting {
        Waiting {
            message: MessageId::new(&name.to_be_bytes()),
            from: PeerId::random(),
        }
    }

    #[test]
    fn a_ticket_is_good_once_in_any_order() {
        let mut tickets = Tickets::default();
        let given: Vec<_> = (0..10)
            .map(|name| {
                let waiting = waiting(name);
                (tickets.give(waiting.clone()), waiting)
            })
            .collect();
        for (ticket, waiting) in given.iter().rev() {
            assert_eq!(tickets.take(*ticket).as_ref(), Some(waiting));
            assert_eq!(tickets.take(*ticket), None);
        }
        assert!(tickets.waiting.is_empty());
        assert_eq!(tickets.give(waiting(0)), 10, "numbers are not used again");
        assert_eq!(tickets.take(11), None);
    }

    #[test]
    fn the_oldest_is_forgotten_when_too_many_wait() {
        let mut tickets = Tickets::default();
        let first = tickets.give(waiting(0));
        for name in 0..VERDICTS_WAITING_MAX {
            tickets.give(waiting(name));
        }
        assert_eq!(tickets.waiting.len(), VERDICTS_WAITING_MAX);
        assert_eq!(tickets.take(first), None);
        assert!(tickets.take(first + 1).is_some());
    }
}
