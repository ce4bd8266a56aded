//! The node's figures, as Prometheus reads them. No label carries what a stranger said.

use crate::net::{Counts as NetCounts, Net};
use crate::worker::{Counts as RunCounts, WorkerPool};
use icn_ledger::Verdict;
use icn_mesh::Decided;
use icn_store::Stat;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};
use std::time::Duration;

type Level = Gauge<i64>;

/// What the main loop counts.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    height: Level,
    time: Gauge<f64, AtomicU64>,
    blocks: Counter,
    applied: Counter,
    failed: Counter,
    refused: Counter,
    waiting: Level,
    waiting_bytes: Level,
    /// Runs that the mesh has ordered.
    pub(crate) runs: Counter,
    jobs_settled: Counter,
    store_blocks: Level,
    store_bytes: Level,
    store_quota_bytes: Level,
}

impl Metrics {
    /// Makes them known to the registry.
    pub(crate) fn register(registry: &mut Registry) -> Arc<Self> {
        let all = Self::default();
        let icn = registry.sub_registry_with_prefix("icn");
        for (name, help, level) in [
            ("height", "The last decided height", &all.height),
            ("mempool_txs", "Transactions that wait", &all.waiting),
            ("mempool_bytes", "Bytes that wait", &all.waiting_bytes),
            ("store_blocks", "Blocks in the store", &all.store_blocks),
            (
                "store_bytes",
                "Bytes of the store's segments",
                &all.store_bytes,
            ),
            (
                "store_quota_bytes",
                "What the segments may weigh",
                &all.store_quota_bytes,
            ),
        ] {
            icn.register(name, help, level.clone());
        }
        for (name, help, counter) in [
            ("blocks_decided", "Blocks decided", &all.blocks),
            (
                "txs_applied",
                "Transactions that did what they say",
                &all.applied,
            ),
            ("txs_failed", "Transactions that only paid", &all.failed),
            (
                "txs_refused",
                "Transactions that should not have stood",
                &all.refused,
            ),
            ("runs_ordered", "Runs that were begun here", &all.runs),
            (
                "jobs_ended",
                "Jobs that have ended in the book",
                &all.jobs_settled,
            ),
        ] {
            icn.register(name, help, counter.clone());
        }
        icn.register(
            "block_time_seconds",
            "The time of the last decided block, since 1970",
            all.time.clone(),
        );
        Arc::new(all)
    }

    pub(crate) fn decided(&self, decided: &Decided) {
        self.height.set(level(decided.header.height));
        let time = Duration::from_millis(decided.header.time.as_ms());
        self.time.set(time.as_secs_f64());
        self.blocks.inc();
        for verdict in &decided.verdicts {
            match verdict {
                Verdict::Applied(_) => self.applied.inc(),
                Verdict::Failed(_) => self.failed.inc(),
                Verdict::Refused(_) => self.refused.inc(),
            };
        }
        let facts = decided.verdicts.iter().flat_map(|verdict| match verdict {
            Verdict::Applied(events) => events.as_slice(),
            Verdict::Failed(_) | Verdict::Refused(_) => &[],
        });
        let ended =
            |event: &&icn_ledger::Event| matches!(event, icn_ledger::Event::JobEnded { .. });
        let ended = facts.chain(&decided.due).filter(ended).count();
        self.jobs_settled.inc_by(ended as u64);
    }

    pub(crate) fn waiting(&self, txs: usize, bytes: usize) {
        self.waiting.set(level(txs as u64));
        self.waiting_bytes.set(level(bytes as u64));
    }

    pub(crate) fn store(&self, stat: &Stat) {
        self.store_blocks.set(level(stat.blocks));
        self.store_bytes.set(level(stat.segment_bytes));
        self.store_quota_bytes.set(level(stat.quota_bytes));
    }
}

fn level(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What the network and the workers count, read when it is asked for.
#[derive(Debug)]
pub(crate) struct Others {
    pub(crate) net: Net,
    pub(crate) pool: Weak<WorkerPool>,
}

impl Collector for Others {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let NetCounts {
            peers,
            connections,
            gossip_in,
            gossip_in_bytes,
            gossip_out,
            gossip_out_bytes,
            accepted,
            ignored,
            rejected,
            asked,
            asks,
            ..
        } = self.net.counts();
        for (name, help, number) in [
            ("icn_peers", "Peers that are connected", peers),
            ("icn_connections", "Connections", connections),
        ] {
            gauge(&mut encoder, name, help, number)?;
        }
        for (name, help, number) in [
            ("icn_gossip_in", "Messages from peers", gossip_in),
            (
                "icn_gossip_in_bytes",
                "Bytes of messages from peers",
                gossip_in_bytes,
            ),
            ("icn_gossip_out", "Messages to peers", gossip_out),
            (
                "icn_gossip_out_bytes",
                "Bytes of messages to peers",
                gossip_out_bytes,
            ),
            ("icn_gossip_accepted", "Messages passed on", accepted),
            ("icn_gossip_ignored", "Messages not passed on", ignored),
            (
                "icn_gossip_rejected",
                "Messages that should not have been sent",
                rejected,
            ),
            ("icn_asked", "Questions from peers", asked),
            ("icn_asks", "Questions to peers", asks),
        ] {
            counter(&mut encoder, name, help, number)?;
        }
        match self.pool.upgrade() {
            Some(pool) => runs(&mut encoder, &pool.counts()),
            None => Ok(()),
        }
    }
}

fn runs(encoder: &mut DescriptorEncoder<'_>, runs: &RunCounts) -> Result<(), std::fmt::Error> {
    for (name, help, number) in [
        ("icn_worker_jobs", "Runs that came to an outcome", runs.jobs),
        (
            "icn_worker_faults",
            "Runs that this machine could not end",
            runs.faults,
        ),
        (
            "icn_workers_started",
            "Worker processes started",
            runs.started,
        ),
        (
            "icn_workers_replaced",
            "Worker processes replaced after a fault",
            runs.replaced,
        ),
    ] {
        counter(encoder, name, help, number)?;
    }
    for (name, help, number) in [
        (
            "icn_runs_waiting",
            "Runs that wait for a worker",
            runs.waiting,
        ),
        ("icn_runs_running", "Runs under way", runs.running),
    ] {
        gauge(encoder, name, help, number)?;
    }
    Ok(())
}

fn counter(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    number: u64,
) -> Result<(), std::fmt::Error> {
    let metric = ConstCounter::new(number);
    let descriptor = encoder.encode_descriptor(name, help, None, metric.metric_type())?;
    metric.encode(descriptor)
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    number: u64,
) -> Result<(), std::fmt::Error> {
    let metric = ConstGauge::new(level(number));
    let descriptor = encoder.encode_descriptor(name, help, None, metric.metric_type())?;
    metric.encode(descriptor)
}
