//! What processes use, as the system counts it.

use icn_e2e::Mesh;
use std::fs::read_to_string;
use std::time::Duration;

/// CPU time so far, and memory now.
pub(crate) struct Usage {
    /// Of all nodes and their workers, those that have ended included.
    pub(crate) cpu: Duration,
    /// Of all nodes, their workers excluded.
    pub(crate) node_mib: f64,
    /// Of a worker.
    pub(crate) worker_mib: f64,
}

impl Usage {
    pub(crate) fn of(mesh: &Mesh) -> Self {
        let nodes: Vec<u32> = mesh.nodes.iter().map(icn_e2e::Node::process).collect();
        let workers: Vec<u32> = nodes.iter().flat_map(|node| children(*node)).collect();
        let cpu = nodes.iter().map(|node| cpu(*node, 4)).sum::<Duration>()
            + workers
                .iter()
                .map(|worker| cpu(*worker, 2))
                .sum::<Duration>();
        let resident = workers
            .iter()
            .map(|worker| resident_mib(*worker))
            .sum::<f64>();
        Self {
            cpu,
            node_mib: nodes.iter().map(|node| resident_mib(*node)).sum(),
            worker_mib: resident / workers.len().max(1) as f64,
        }
    }

    /// What was used since then.
    pub(crate) fn since(&self, before: &Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            ..*self
        }
    }
}

/// CPU time of a process: of itself in user and system mode, and of its children that have ended.
fn cpu(process: u32, fields: usize) -> Duration {
    let stat = read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let times = after.split_whitespace().skip(11).take(fields);
    let hundredths: u64 = times.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * hundredths)
}

fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    let tasks = tasks.into_iter().flatten().flatten();
    let lists = tasks.map(|task| read_to_string(task.path().join("children")).unwrap_or_default());
    let all = lists.flat_map(|list| {
        let ids = list.split_whitespace().map(str::parse);
        ids.collect::<Result<Vec<u32>, _>>().unwrap_or_default()
    });
    all.collect()
}

fn resident_mib(process: u32) -> f64 {
    let status = read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

/// CPU time of this thread so far.
pub(crate) fn own() -> Duration {
    let stat = read_to_string("/proc/thread-self/schedstat").unwrap();
    let first = stat.split_whitespace().next().unwrap();
    Duration::from_nanos(first.parse().unwrap())
}

/// What runs on this machine on average.
pub(crate) fn load() -> String {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
