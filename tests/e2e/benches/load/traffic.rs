//! Users' jobs, as they come over HTTP.

use icn_base::run::{Agreement, Inherited, Input, JobRequest, JobSpec, Requires};
use icn_base::{Bytes, Cid, Did, Mana, Time};
use icn_e2e::user::body;
use icn_e2e::{Http, Mesh, User};
use icn_ledger::{Action, SignedTx};
use serde_json::Value;
use std::collections::HashMap;
use std::io::BufRead;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A guest that returns its input.
const ECHO: &[u8] = include_bytes!("../../../../examples/wasm/echo.wasm");

/// Who submits at once.
const SENDERS: usize = 4;
/// Jobs that are under way at once, at most.
const UNDER_WAY: u64 = 2_000;
/// Jobs in a request that comes at an even pace, at most.
const AT_ONCE: usize = 100;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);
const CBOR: &str = "application/vnd.ipld.dag-cbor";

/// The users of a mesh. Each has one node, which gives away the user's jobs.
pub(crate) struct Traffic {
    nodes: Vec<(Http, Did)>,
    users: Vec<User>,
    next: usize,
    module: Cid,
}

/// A user's job.
pub(crate) struct Order {
    user: usize,
    tx: SignedTx,
}

impl Traffic {
    pub(crate) fn new(mesh: &Mesh, users: u8) -> Self {
        let nodes = mesh.nodes.iter();
        let nodes: Vec<_> = nodes
            .map(|node| (node.http(), node.did().parse().unwrap()))
            .collect();
        let module = nodes.iter().map(|(http, _)| http.put(ECHO)).next_back();
        let traffic = Self {
            users: (1..=users)
                .map(|user| User::new(user, mesh.network()))
                .collect(),
            next: 0,
            module: module.unwrap().parse().unwrap(),
            nodes,
        };
        until("all have registered", || {
            let known = traffic.nodes[0].0.get("/v1/executors");
            known["items"]
                .as_array()
                .is_some_and(|all| all.len() == traffic.nodes.len())
        });
        traffic
    }

    /// So many jobs, signed.
    pub(crate) fn jobs(&mut self, count: usize) -> Vec<Order> {
        (0..count).map(|_| self.job()).collect()
    }

    fn job(&mut self) -> Order {
        let user = self.next % self.users.len();
        self.next += 1;
        let spec = Arc::new(self.spec(user));
        let tx = self.users[user].sign(Action::SubmitJob { spec });
        Order { user, tx }
    }

    fn spec(&self, user: usize) -> JobSpec {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let deadline = Time::from_ms(u64::try_from(now.as_millis()).unwrap() + 280_000);
        let request = JobRequest {
            module: self.module,
            entry: None,
            input: Some(Input::Inline(Bytes(b"the quick brown fox".to_vec()))),
            reads: None,
            fuel_limit: 1_000_000,
            memory_pages: Some(32),
            max_price: Mana::new(20).unwrap(),
            bid_window_ms: None,
            deadline: None,
            agreement: None,
            requires: None,
            grants: None,
            coordinator: None,
            retry_of: None,
        };
        request.complete(Inherited {
            deadline: deadline.unwrap(),
            agreement: Agreement::default(),
            requires: Requires::default(),
            coordinator: self.nodes[self.node(user)].1,
        })
    }

    fn node(&self, user: usize) -> usize {
        user % self.nodes.len()
    }

    fn http(&self, order: &Order) -> &Http {
        &self.nodes[self.node(order.user)].0
    }

    /// Jobs that have ended so far, as the first node has it.
    fn ended(&self) -> u64 {
        let text = self.nodes[0].0.try_get("/metrics").unwrap().body;
        let text = String::from_utf8(text).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("icn_jobs_ended_total "));
        line.unwrap().parse().unwrap()
    }

    /// Each is submitted when the last has ended: how long each took.
    pub(crate) fn one_after_another(&self, orders: &[Order]) -> Vec<Duration> {
        let facts = Facts::follow(&self.nodes[0].0);
        let run = |order: &Order| {
            let began = Instant::now();
            assert_eq!(
                send(self.http(order), std::slice::from_ref(&order.tx)),
                [0_usize; 0]
            );
            let ended = facts.ended(&order.tx);
            ended.duration_since(began)
        };
        orders.iter().map(run).collect()
    }

    /// As many as the mesh can take, so many in each request. How long each took is not looked at.
    pub(crate) fn flood(&self, orders: &[Order], at_once: usize) -> Vec<Duration> {
        let before = self.ended();
        let (sent, ended) = (AtomicU64::new(0), AtomicU64::new(0));
        let all = orders.len() as u64;
        std::thread::scope(|threads| {
            for sender in 0..SENDERS {
                let (sent, ended) = (&sent, &ended);
                // A user's jobs stay in order, and with one node.
                let mine = orders
                    .iter()
                    .filter(move |order| order.user % SENDERS == sender);
                let mine: Vec<&Order> = mine.collect();
                threads.spawn(move || {
                    for several in mine.chunks(at_once) {
                        let under_way = || {
                            sent.load(Ordering::Relaxed)
                                .saturating_sub(ended.load(Ordering::Relaxed))
                        };
                        until("there is room", || under_way() < UNDER_WAY);
                        sent.fetch_add(several.len() as u64, Ordering::Relaxed);
                        self.send_all(several);
                    }
                });
            }
            until("all jobs have ended", || {
                ended.store(self.ended() - before, Ordering::Relaxed);
                ended.load(Ordering::Relaxed) >= all
            });
        });
        Vec::new()
    }

    /// At this rate, whatever becomes of them: how long after it was due each had ended. What is due
    /// while a node has not answered yet goes together in the next request.
    pub(crate) fn pace(&self, orders: &[Order], rate: f64) -> Vec<Duration> {
        let facts = Facts::follow(&self.nodes[0].0);
        let began = Instant::now();
        let due = move |number: usize| began + Duration::from_secs_f64(number as f64 / rate);
        std::thread::scope(|threads| {
            for sender in 0..SENDERS {
                // A user's jobs stay in order, and with one node.
                let mine = orders
                    .iter()
                    .enumerate()
                    .filter(move |(_, order)| order.user % SENDERS == sender);
                let mine: Vec<_> = mine.collect();
                threads.spawn(move || {
                    let mut left = mine.as_slice();
                    while let Some((number, _)) = left.first() {
                        std::thread::sleep(due(*number).saturating_duration_since(Instant::now()));
                        let now = Instant::now();
                        let count = left.partition_point(|(number, _)| due(*number) <= now);
                        let (several, rest) = left.split_at(count.clamp(1, AT_ONCE));
                        let several: Vec<&Order> =
                            several.iter().map(|(_, order)| *order).collect();
                        self.send_all(&several);
                        left = rest;
                    }
                });
            }
        });
        let ended = orders.iter().map(|order| facts.ended(&order.tx));
        let took = |(number, ended): (usize, Instant)| ended.duration_since(due(number));
        ended.enumerate().map(took).collect()
    }

    /// Sends these until all are taken. What a node has no room for is sent again.
    fn send_all(&self, orders: &[&Order]) {
        for (node, (http, _)) in self.nodes.iter().enumerate() {
            let mine = orders.iter().filter(|order| self.node(order.user) == node);
            let mut left: Vec<SignedTx> = mine.map(|order| order.tx.clone()).collect();
            let began = Instant::now();
            while !left.is_empty() {
                let again = send(http, &left);
                left = again.into_iter().map(|place| left[place].clone()).collect();
                assert!(began.elapsed() < PATIENCE, "a node takes nothing");
                if !left.is_empty() {
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        }
    }
}

/// Sends these; the places of those that there was no room for.
fn send(http: &Http, txs: &[SignedTx]) -> Vec<usize> {
    let reply = http.try_post("/v1/transactions", CBOR, &body(txs), None);
    let reply = reply.expect("the node answers");
    assert_eq!(reply.status, 200, "{}", reply.json());
    let Value::Array(views) = reply.json() else {
        panic!("several have several verdicts");
    };
    let refused = views
        .iter()
        .enumerate()
        .filter(|(_, view)| view["status"] == "refused");
    let retried = refused.map(|(place, view)| {
        assert_eq!(view["error"]["retryable"], true, "{view}");
        place
    });
    retried.collect()
}

/// When jobs ended, as one node streams it.
struct Facts {
    ends: Arc<Mutex<HashMap<String, Instant>>>,
    news: Receiver<()>,
    stop: Arc<AtomicBool>,
}

impl Facts {
    fn follow(http: &Http) -> Self {
        let stream = http.facts();
        let ends = Arc::<Mutex<HashMap<_, _>>>::default();
        let ((tell, news), stop) = (channel(), Arc::<AtomicBool>::default());
        let (seen, over) = (Arc::clone(&ends), Arc::clone(&stop));
        std::thread::spawn(move || {
            for line in stream.lines().map_while(Result::ok) {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let data = line
                    .strip_prefix("data: ")
                    .filter(|data| data.contains("job_ended"));
                if let Some(data) = data {
                    let fact: Value = serde_json::from_str(data).unwrap();
                    let ended = &fact["event"]["job_ended"];
                    assert_eq!(ended["how"], "completed", "{fact}");
                    let job = ended["job"].as_str().unwrap().to_owned();
                    seen.lock().unwrap().insert(job, Instant::now());
                    tell.send(()).unwrap_or(());
                }
            }
        });
        Self { ends, news, stop }
    }

    /// When a job ended; waits for it.
    fn ended(&self, tx: &SignedTx) -> Instant {
        let job = tx.id().cid().to_string();
        loop {
            if let Some(ended) = self.ends.lock().unwrap().get(&job) {
                return *ended;
            }
            self.news.recv_timeout(PATIENCE).expect("a job ends");
        }
    }
}

impl Drop for Facts {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(
            began.elapsed() < PATIENCE,
            "{what}: not within {PATIENCE:?}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}
