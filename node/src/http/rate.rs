//! How often one client may come: a bucket of tokens for each address.

use super::settings::Rate;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Clients that are remembered. When there are more, those whose bucket is full again are
/// forgotten, which changes nothing for them; if none is, the newcomer is refused.
const CLIENTS_MAX: usize = 16 * 1024;

/// The buckets.
#[derive(Debug)]
pub(super) struct Rates {
    rate: Rate,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Requests that it has room for.
    left: f64,
    at: Instant,
}

impl Rates {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            buckets: Mutex::default(),
        }
    }

    /// Takes one request of a client's, or says after how many seconds there is room for one.
    pub(super) fn take(&self, client: IpAddr, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let client = network(client);
        if !buckets.contains_key(&client) && buckets.len() >= CLIENTS_MAX {
            buckets.retain(|_, bucket| self.refilled(*bucket, now).left < self.burst());
            if buckets.len() >= CLIENTS_MAX {
                return Err(1);
            }
        }
        let full = Bucket {
            left: self.burst(),
            at: now,
        };
        let bucket = buckets.entry(client).or_insert(full);
        *bucket = self.refilled(*bucket, now);
        if bucket.left < 1.0 {
            let wait = (1.0 - bucket.left) / f64::from(self.rate.per_second.max(1));
            return Err(Duration::from_secs_f64(wait).as_secs().saturating_add(1));
        }
        bucket.left -= 1.0;
        Ok(())
    }

    fn burst(&self) -> f64 {
        f64::from(self.rate.burst.max(1))
    }

    fn refilled(&self, bucket: Bucket, now: Instant) -> Bucket {
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        let gained = passed * f64::from(self.rate.per_second.max(1));
        Bucket {
            left: (bucket.left + gained).min(self.burst()),
            at: now,
        }
    }
}

/// What counts as one client: an IPv4 address, or the network that one IPv6 customer has.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        Rates::new(Rate {
            per_second: 2,
            burst: 3,
        })
    }

    #[test]
    fn a_burst_is_taken_and_then_so_many_a_second() {
        let (rates, client, now) = (rates(), IpAddr::from([10, 0, 0, 1]), Instant::now());
        for _ in 0..3 {
            assert_eq!(rates.take(client, now), Ok(()));
        }
        assert_eq!(rates.take(client, now), Err(1));
        assert_eq!(rates.take(IpAddr::from([10, 0, 0, 2]), now), Ok(()));
        let later = now + Duration::from_millis(500);
        assert_eq!(rates.take(client, later), Ok(()));
        assert_eq!(rates.take(client, later), Err(1));
    }

    #[test]
    fn clients_beyond_the_bound_are_refused_and_the_rest_forgotten() {
        let (rates, now) = (rates(), Instant::now());
        for number in 0..u32::try_from(CLIENTS_MAX).unwrap() {
            assert_eq!(rates.take(IpAddr::from(number.to_be_bytes()), now), Ok(()));
        }
        let newcomer = IpAddr::from([250, 0, 0, 1]);
        assert_eq!(rates.take(newcomer, now), Err(1));
        assert_eq!(rates.take(newcomer, now + Duration::from_secs(9)), Ok(()));
    }

    #[test]
    fn one_customer_is_one_client() {
        let a: IpAddr = "2001:db8:1:2:3::1".parse().unwrap();
        let b: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        assert_eq!(network(a), network(b));
        let four: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(network(four), IpAddr::from([10, 0, 0, 1]));
    }
}
