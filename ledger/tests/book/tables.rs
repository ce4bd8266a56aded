//! Tables: one row a transaction, its verdict, and whose balances it changed.
//!
//! A row is `line | verdict | what changed`. A leading `+ms` moves the clock before the block; each
//! transaction has a block of its own, unless ` & ` stands between them. `UPDATE_EXPECT=1 cargo test` writes what happens now.

use crate::decisions;
use crate::script::{Jobs, Line, sign, units};
use crate::world::{Setup, World};
use expect_test::{ExpectFile, expect_file};
use icn_base::{JobId, Mana};
use icn_economics::Account;
use icn_governance::Refusal;
use icn_ledger::{Event, Reject, SignedTx, Verdict};
use std::collections::BTreeMap;

/// Every table, by its file.
macro_rules! tables {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            let path = concat!("tables/", stringify!($name), ".txt");
            check(include_str!(concat!("tables/", stringify!($name), ".txt")), &expect_file![path]);
        })*

        pub(crate) const ALL: &[&str] =
            &[$(include_str!(concat!("tables/", stringify!($name), ".txt"))),*];
    };
}

tables! {
    envelope transfer submit assign settle agreement deadlines effects children registry
    life votes delegations kinds guests evidence circuits credentials proofs
}

/// Shown by governance's own stories: an id is never made twice here; 256 proposals, 10,000 members,
/// 128 validators, 64 delegations and a tree of a million leaves do not fit a table.
const ELSEWHERE: [u16; 6] = [703, 729, 754, 765, 795, 901];

#[test]
fn every_refusal_has_a_row() {
    let all = ALL.concat();
    let shown = |number: &u16| {
        let refused = format!("| {number} ");
        let effect = format!(": {number})");
        let failed = format!("Failed({number})");
        [refused, effect, failed]
            .iter()
            .any(|text| all.contains(text))
    };
    let all = Reject::ALL.iter().chain(Refusal::ALL);
    let numbers = all.filter(|(number, _)| !shown(number) && !ELSEWHERE.contains(number));
    let missing: Vec<_> = numbers.collect();
    assert!(missing.is_empty(), "no table shows {missing:?}");
}

/// Runs a table and compares it with its file.
fn check(table: &str, expected: &ExpectFile) {
    let mut shown = String::new();
    for section in table.split("\n---\n") {
        if !shown.is_empty() {
            shown += "---\n";
        }
        shown += &run(section);
    }
    expected.assert_eq(&shown);
}

fn run(section: &str) -> String {
    let rows = section
        .lines()
        .map(|row| row.split('|').next().unwrap_or_default().trim());
    let mut setup = Setup::default();
    let mut shown = String::new();
    let mut world: Option<(World, Jobs)> = None;
    for row in rows {
        if row.is_empty() || row.starts_with('#') || prepare(&mut setup, row) {
            shown += &format!("{row}\n");
            continue;
        }
        let (world, jobs) = world.get_or_insert_with(|| (World::new(&setup), Jobs::new()));
        let before = balances(world);
        let verdict = act(world, jobs, row);
        world.state.audit().unwrap();
        let changed = difference(&before, &balances(world));
        shown += format!("{row:<58} | {verdict:<26} | {changed}").trim_end();
        shown.push('\n');
    }
    shown
}

/// Reads a line of the setup: `member alice 100 power=1`, `guest bob 5`, `parameter bond 3`.
pub(crate) fn prepare(setup: &mut Setup, row: &str) -> bool {
    let line = Line::new(row);
    let kind = line.word(0);
    match kind {
        "member" | "guest" => {
            let units = units(line.word(2)).units();
            let person = (
                line.word(1).into(),
                units,
                kind == "member",
                line.number("power", 0),
            );
            setup.people.push(person);
        }
        "parameter" => {
            setup
                .parameters
                .push((line.word(1).into(), line.word(2).parse().unwrap()));
        }
        "development" => setup.development = true,
        "treasury" => setup.treasury = units(line.word(1)).units(),
        _ => return false,
    }
    true
}

fn act(world: &mut World, jobs: &mut Jobs, row: &str) -> String {
    let (ms, row) = match row.strip_prefix('+') {
        None => (1, row),
        Some(rest) => {
            let (ms, row) = rest.split_once(' ').unwrap_or((rest, ""));
            (ms.parse().unwrap(), row)
        }
    };
    let mut verdicts = Vec::new();
    let applied = match row.strip_prefix("bytes ") {
        Some(kind) => {
            let tx = SignedTx::decode(&bytes(world, kind));
            verdicts.extend(tx.err().map(|reject| refusal("refused", &reject)));
            world.block(ms, &[])
        }
        None if row.is_empty() => world.block(ms, &[]),
        None => {
            let mut txs = Vec::new();
            for row in row.split(" & ") {
                txs.push(sign(world, &Line::new(row), jobs, &txs));
            }
            world.block(ms, &txs)
        }
    };
    for verdict in &applied.verdicts {
        verdicts.push(match verdict {
            Verdict::Applied(events) => told(world, "ok", events, jobs),
            Verdict::Failed(reject) => refusal("failed", reject),
            Verdict::Refused(reject) => refusal("refused", reject),
        });
    }
    let due = told(world, "", &applied.due, jobs);
    verdicts.extend((!due.is_empty()).then_some(due));
    verdicts.join("; ")
}

fn refusal(what: &str, reject: &Reject) -> String {
    format!("{what} | {} {}", reject.number(), reject.name())
}

/// Bytes that are no transaction, by name.
fn bytes(world: &World, kind: &str) -> Vec<u8> {
    let action = icn_ledger::Action::Withdraw {};
    let good = world.sign("alice", action).encode();
    match kind {
        "empty" => vec![],
        "cut" => good[..good.len() - 1].to_vec(),
        "longer" => [good, vec![0]].concat(),
        "huge" => vec![0; icn_ledger::limits::TX_BYTES_MAX + 1],
        "float" => {
            let at = good.windows(6).position(|part| part == b"enonce").unwrap() + 6;
            let float = [0xfb, 0, 0, 0, 0, 0, 0, 0, 0];
            [&good[..at], &float, &good[at + 1..]].concat()
        }
        "negative" => {
            let at = good.windows(6).position(|part| part == b"enonce").unwrap() + 6;
            [&good[..at], &[0x20], &good[at + 1..]].concat()
        }
        other => panic!("{other} are no bytes"),
    }
}

/// The facts that end something or move mana, in a few words.
fn told(world: &World, first: &str, events: &[Event], jobs: &Jobs) -> String {
    let names: BTreeMap<JobId, &String> = jobs.iter().map(|(name, id)| (*id, name)).collect();
    let name = |job: &JobId| names.get(job).map_or("?", |name| name.as_str());
    let mut words = vec![first.to_owned()];
    for event in events {
        match event {
            Event::JobEnded {
                job,
                how,
                paid,
                refunded,
            } => {
                let how = format!("{how:?}")
                    .replace(" { effect: ", "(")
                    .replace(", number: ", ": ");
                let how = how.replace(" }", ")");
                words.push(format!(
                    "{} {how} paid {paid} refunded {refunded}",
                    name(job)
                ));
            }
            Event::JobOpened { job, hold, .. } => {
                words.push(format!("{} holds {hold}", name(job)));
            }
            Event::SeatDeclined { next: Some(_), .. } => words.push("reseated".into()),
            Event::AnchorExpired { .. } => words.push("anchor expired".into()),
            Event::OffenceRecorded { lost, .. } => words.push(format!("power lost {lost}")),
            other => words.extend(decisions::told(world, other, jobs)),
        }
    }
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

#[derive(Clone, PartialEq)]
struct Balances {
    accounts: BTreeMap<String, (Account, u16)>,
    treasury: Mana,
}

fn balances(world: &World) -> Balances {
    let account = |(did, name): (&icn_base::Did, &String)| {
        let actor = world.state.actor(did).copied().unwrap_or_default();
        (
            name.clone(),
            (
                actor.account,
                actor.standing.score(world.state.chain().time),
            ),
        )
    };
    Balances {
        accounts: world.names().map(account).collect(),
        treasury: world.state.chain().supply.treasury,
    }
}

fn difference(before: &Balances, after: &Balances) -> String {
    let mut words = Vec::new();
    for (name, (account, score)) in &after.accounts {
        let (old, old_score) = before.accounts[name];
        let parts = |account: &Account| (account.total(), account.held(), account.bonded());
        if parts(&old) != parts(account) {
            let mut word = format!("{name} {}", account.total());
            if !account.held().is_zero() {
                word += &format!(" ({} held)", account.held());
            }
            if !account.bonded().is_zero() {
                word += &format!(" ({} bonded)", account.bonded());
            }
            words.push(word);
        }
        if old_score != *score {
            words.push(format!("{name}'s reputation {score}"));
        }
    }
    if before.treasury != after.treasury {
        words.push(format!("treasury {}", after.treasury));
    }
    words.join(", ")
}
