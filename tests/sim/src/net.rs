//! The net between nodes: who hears whom, how long it takes, and what is lost on the way.

use crate::hits::{Fault, Hits};
use crate::rng::Rng;

/// How bad the net is, in thousandths, while a storm lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// Messages that are lost.
    pub loss: u64,
    /// Messages that come twice.
    pub twice: u64,
    /// Messages that are held up for long.
    pub late: u64,
    /// Chance that the next change of the net is a cut.
    pub cut: u64,
    /// Chance of a crash at each step that writes or sends.
    pub crash: u64,
    /// The shortest way.
    pub least_ms: u64,
    /// What the usual way takes longer at most.
    pub spread_ms: u64,
}

impl Weather {
    /// Nothing goes wrong.
    pub const CALM: Self = Self {
        loss: 0,
        twice: 0,
        late: 0,
        cut: 0,
        crash: 0,
        least_ms: 3,
        spread_ms: 12,
    };

    /// Some of everything.
    pub fn drawn(rng: &mut Rng) -> Self {
        Self {
            loss: rng.below(120),
            twice: rng.below(100),
            late: rng.below(60),
            cut: rng.below(700),
            crash: rng.below(4),
            least_ms: rng.between(1, 10),
            spread_ms: rng.between(4, 60),
        }
    }
}

/// How the net is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Into two halves that hear nothing of each other.
    Halves,
    /// One is alone.
    Alone(usize),
    /// One is heard by nobody, and hears all.
    Mute(usize),
    /// One hears nobody, and is heard by all.
    Deaf(usize),
}

/// Who hears whom.
#[derive(Clone, Debug)]
pub struct Net {
    /// For each node, those it does not hear.
    unheard: Vec<u64>,
    weather: Weather,
}

impl Net {
    /// Everybody hears everybody, as the weather permits.
    pub fn new(nodes: usize, weather: Weather) -> Self {
        Self {
            unheard: vec![0; nodes],
            weather,
        }
    }

    /// The weather.
    pub const fn weather(&self) -> &Weather {
        &self.weather
    }

    /// From now on it is calm.
    pub fn calm(&mut self) {
        self.weather = Weather {
            least_ms: self.weather.least_ms,
            spread_ms: self.weather.spread_ms,
            ..Weather::CALM
        };
        self.heal();
    }

    /// Everybody hears everybody.
    pub fn heal(&mut self) {
        self.unheard.iter_mut().for_each(|one| *one = 0);
    }

    /// Another node is there.
    pub fn add(&mut self) {
        self.unheard.push(0);
    }

    /// Cuts it.
    pub fn cut(&mut self, cut: Cut) {
        let all = self.unheard.len();
        self.heal();
        let sides = |one: usize| match cut {
            Cut::Halves => one < all.div_ceil(2),
            Cut::Alone(of) | Cut::Mute(of) | Cut::Deaf(of) => one == of,
        };
        for to in 0..all {
            for from in (0..all).filter(|from| sides(*from) != sides(to)) {
                let silent = match cut {
                    Cut::Halves | Cut::Alone(_) => true,
                    Cut::Mute(of) => from == of,
                    Cut::Deaf(of) => to == of,
                };
                if silent && let Some(unheard) = self.unheard.get_mut(to) {
                    *unheard |= 1 << from;
                }
            }
        }
    }

    /// True if `to` hears `from`.
    pub fn hears(&self, to: usize, from: usize) -> bool {
        let unheard = self.unheard.get(to).copied().unwrap_or(0);
        unheard & (1 << from) == 0
    }

    /// True if the two hear each other.
    pub fn talk(&self, one: usize, other: usize) -> bool {
        self.hears(one, other) && self.hears(other, one)
    }

    /// How long a message takes, for each time that it comes.
    pub fn flight(&self, from: usize, to: usize, rng: &mut Rng, hits: &mut Hits) -> Flight {
        let weather = &self.weather;
        let mut flight = Flight::default();
        if !self.hears(to, from) {
            return flight;
        }
        if rng.permille(weather.loss) {
            hits.fault(Fault::Loss);
            return flight;
        }
        // Most come soon, some later: the sum of two draws is nearly a bell.
        let usual = rng.below(weather.spread_ms) + rng.below(weather.spread_ms);
        let mut delay = weather.least_ms + usual / 2;
        if rng.permille(weather.late) {
            hits.fault(Fault::Overtaken);
            delay += rng.between(50, 400);
        }
        flight.first = Some(delay);
        if rng.permille(weather.twice) {
            hits.fault(Fault::Twice);
            flight.again = Some(delay + rng.below(300));
        }
        flight
    }
}

/// When a message comes, if it does, and when again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flight {
    /// After so many milliseconds.
    pub first: Option<u64>,
    /// And once more.
    pub again: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(net: &Net) -> Vec<String> {
        let row = |to| (0..4).map(move |from| if net.hears(to, from) { '+' } else { '.' });
        (0..4).map(|to| row(to).collect()).collect()
    }

    #[test]
    fn a_cut_says_who_hears_whom() {
        let mut net = Net::new(4, Weather::CALM);
        net.cut(Cut::Halves);
        assert_eq!(heard(&net), ["++..", "++..", "..++", "..++"]);
        net.cut(Cut::Alone(3));
        assert_eq!(heard(&net), ["+++.", "+++.", "+++.", "...+"]);
        net.cut(Cut::Mute(3));
        assert_eq!(heard(&net), ["+++.", "+++.", "+++.", "++++"]);
        net.cut(Cut::Deaf(3));
        assert_eq!(heard(&net), ["++++", "++++", "++++", "...+"]);
        assert!(!net.talk(0, 3) && net.talk(0, 1));
        net.heal();
        assert_eq!(heard(&net), ["++++"; 4]);
    }

    #[test]
    fn in_calm_weather_everything_comes_once() {
        let (mut rng, mut hits) = (Rng::new(1), Hits::default());
        let net = Net::new(2, Weather::CALM);
        for _ in 0..100 {
            let flight = net.flight(0, 1, &mut rng, &mut hits);
            assert!(matches!(
                flight,
                Flight {
                    first: Some(3..=14),
                    again: None
                }
            ));
        }
        assert_eq!(hits, Hits::default());
    }

    #[test]
    fn in_a_storm_something_is_lost_doubled_and_late() {
        let (mut rng, mut hits) = (Rng::new(1), Hits::default());
        let storm = Weather {
            loss: 100,
            twice: 100,
            late: 100,
            ..Weather::CALM
        };
        let mut net = Net::new(2, storm);
        for _ in 0..1_000 {
            net.flight(0, 1, &mut rng, &mut hits);
        }
        for fault in [Fault::Loss, Fault::Twice, Fault::Overtaken] {
            assert!(hits.count(fault.name()) > 20, "{fault:?}");
        }
        net.calm();
        assert_eq!(net.weather().loss, 0);
    }
}
