//! What is counted of requests. No label is a client's word: routes are those of the table, methods
//! those of the standard.

use axum::http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Seconds: from a quarter of a millisecond to half a minute.
const BUCKETS: [f64; 9] = [0.000_25, 0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 30.0];

/// The API's own metrics.
#[derive(Clone, Debug)]
pub struct Meters {
    requests: Family<Labels, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    pub(super) connections: Gauge,
    pub(super) streams: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Meters {
    /// Makes them known to the registry from which `/metrics` is written.
    pub fn register(registry: &mut Registry) -> Self {
        let made: fn() -> Histogram = || Histogram::new(BUCKETS);
        let meters = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(made),
            connections: Gauge::default(),
            streams: Gauge::default(),
        };
        let http = registry.sub_registry_with_prefix("icn_http");
        let requests = meters.requests.clone();
        http.register("requests", "Requests that were answered", requests);
        let seconds = meters.seconds.clone();
        http.register_with_unit("answer", "How long answers took", Unit::Seconds, seconds);
        let connections = meters.connections.clone();
        http.register("connections", "Open connections", connections);
        http.register("streams", "Open event streams", meters.streams.clone());
        meters
    }

    pub(super) fn answered(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let labels = Labels {
            method: word(method),
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        let route = Route {
            route: route.to_owned(),
        };
        self.seconds
            .get_or_create(&route)
            .observe(took.as_secs_f64());
    }
}

fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
