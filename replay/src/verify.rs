//! Judges a receipt by running its job again from the receipt's file.

use crate::book::{Book, Lacking, Proven};
use crate::env::BookEnv;
use crate::job::{block_info, input_cid, run};
use crate::verdict::{CannotTell, Difference, Grounds, Verdict};
use icn_base::Cid;
use icn_base::limits::RECEIPT_CAR_BYTES_MAX;
use icn_base::run::{Claim, Journal, Receipt};
use icn_dag::{Blocks, MemStore, car};
use icn_ledger::Header;
use icn_ledger::job::{Assignment, Job, Phase};
use icn_ledger::scratch::Need;
use icn_sandbox::{ENGINE, Finished, NodeFault, Sandbox};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// Reads a receipt's file, runs its job, and compares. `wall_ms` is how long the run may take here.
pub fn verify(file: impl Read, sandbox: &Sandbox, wall_ms: u64) -> Verdict {
    match judge(file, sandbox, wall_ms) {
        Ok((grounds, differs)) if differs.is_empty() => Verdict::Valid(Box::new(grounds)),
        Ok((grounds, differs)) => Verdict::Invalid {
            grounds: Box::new(grounds),
            differs,
        },
        Err(because) => Verdict::CannotTell(because),
    }
}

fn judge(
    file: impl Read,
    sandbox: &Sandbox,
    wall_ms: u64,
) -> Result<(Grounds, Vec<Difference>), CannotTell> {
    let (roots, blocks) = load(file)?;
    let [receipt, next] = roots[..] else {
        return Err(CannotTell::Roots(roots.len()));
    };
    let (receipt_cid, fixed_by) = (receipt, next);
    let receipt: Receipt = value(&blocks, "receipt", &receipt)?;
    let claim = &receipt.claim;
    let next: Header = value(&blocks, "header after the snapshot", &next)?;
    let header: Header = value(&blocks, "header of the assigning block", &next.parent)?;
    let mut book = Proven::new(&blocks, claim.snapshot.root)?;
    fixed(claim, &header, &next, &book)?;

    let mut grounds = Grounds {
        receipt: receipt_cid,
        job: claim.job,
        executor: receipt.executor,
        network: next.network,
        snapshot: claim.snapshot,
        fixed_by,
        outcome: None,
    };
    if receipt.verify(&next.network).is_err() {
        let signer = format!("the signature of {}", receipt.executor);
        return Ok((grounds, vec![differs("signature", &"another", &signer)]));
    }
    let state = book.state(&Need::of_run(claim.job))?;
    let Some(job) = state.job(&claim.job) else {
        return Ok((grounds, vec![differs("job", &claim.job, &"no such job")]));
    };
    let Phase::Assigned(assigned) = &job.phase else {
        return Ok((grounds, vec![differs("job", &"assigned", &job.state())]));
    };
    let wrong = misfits(&receipt, job, assigned);
    if !wrong.is_empty() {
        return Ok((grounds, wrong));
    }
    here(&assigned.engine)?;
    let mut env = BookEnv::new(book, claim.job, block_info(&header))?;
    let run = run(claim.job, env.job(), &blocks, wall_ms)?;
    let finished = sandbox.run(&run, &mut env).map_err(|fault| match fault {
        NodeFault::Missing(text) => CannotTell::Lacking(Lacking(text)),
        other => CannotTell::Fault(other),
    })?;
    let wrong = compare(claim, &finished, &blocks);
    grounds.outcome = Some(finished.outcome);
    Ok((grounds, wrong))
}

fn load(file: impl Read) -> Result<(Vec<Cid>, MemStore), CannotTell> {
    let mut blocks = MemStore::default();
    let mut limited = file.take(RECEIPT_CAR_BYTES_MAX + 1);
    let read = car::import(&mut limited, &mut blocks, |_| {});
    if limited.limit() == 0 {
        return Err(CannotTell::TooLarge(RECEIPT_CAR_BYTES_MAX));
    }
    Ok((read?.roots, blocks))
}

fn value<T: DeserializeOwned + Serialize>(
    blocks: &MemStore,
    what: &'static str,
    cid: &Cid,
) -> Result<T, CannotTell> {
    let found = blocks.get(cid).ok().flatten();
    let block = found.ok_or(CannotTell::Missing { what, cid: *cid })?;
    block
        .value()
        .map_err(|source| CannotTell::Unreadable { what, source })
}

/// The headers must say of the snapshot what it says of itself: then whoever trusts the second
/// trusts the state.
fn fixed(
    claim: &Claim,
    header: &Header,
    next: &Header,
    book: &Proven<'_>,
) -> Result<(), CannotTell> {
    let chain = book.chain();
    let checks = [
        (
            "the second names another state",
            next.state == claim.snapshot.root,
        ),
        (
            "the first has another height",
            header.height == claim.snapshot.height,
        ),
        (
            "the second does not follow",
            next.height == header.height.saturating_add(1),
        ),
        ("the second is not later", next.time > header.time),
        ("they are of two networks", next.network == header.network),
        (
            "the state is of another network",
            chain.network == header.network,
        ),
        (
            "the state has another height",
            chain.height == header.height,
        ),
        ("the state has another time", chain.time == header.time),
    ];
    match checks.into_iter().find(|(_, holds)| !holds) {
        None => Ok(()),
        Some((why, _)) => Err(CannotTell::Headers(why)),
    }
}

/// What of the receipt is not about this job as it was assigned.
fn misfits(receipt: &Receipt, job: &Job, assigned: &Assignment) -> Vec<Difference> {
    let (claim, spec) = (&receipt.claim, &job.spec);
    let mut wrong = Vec::new();
    let seats = assigned.seats.iter().map(|seat| seat.executor);
    let mut executors = seats.chain(assigned.spares.iter().map(|bid| bid.terms.executor));
    if !executors.any(|executor| executor == receipt.executor) {
        wrong.push(differs(
            "executor",
            &receipt.executor,
            &"no seat in the job",
        ));
    }
    note(
        &mut wrong,
        "snapshot",
        &claim.snapshot.height,
        &assigned.height,
    );
    note(&mut wrong, "module", &claim.module, &spec.module);
    note(&mut wrong, "input", &claim.input, &input_cid(spec));
    note(&mut wrong, "engine", &claim.engine, &assigned.engine);
    wrong
}

fn here(engine: &str) -> Result<(), CannotTell> {
    if engine == ENGINE {
        return Ok(());
    }
    Err(CannotTell::Engine {
        theirs: engine.to_owned(),
        ours: ENGINE,
    })
}

/// What of the claim the run here did otherwise.
fn compare(claim: &Claim, finished: &Finished, blocks: &MemStore) -> Vec<Difference> {
    let (found, mut wrong) = (&finished.outcome, Vec::new());
    note(&mut wrong, "exit", &claim.exit, &found.exit);
    note(&mut wrong, "output", &claim.output, &found.output);
    note(&mut wrong, "log", &claim.log, &found.log);
    note(&mut wrong, "effects", &claim.effects, &found.effects);
    note(&mut wrong, "fuel_used", &claim.fuel_used, &found.fuel_used);
    note(
        &mut wrong,
        "memory_peak",
        &claim.memory_peak,
        &found.memory_peak,
    );
    note(
        &mut wrong,
        "host_calls",
        &claim.host_calls,
        &found.host_calls,
    );
    if claim.journal != found.journal {
        wrong.push(told(claim, finished, blocks));
    }
    wrong
}

/// Where two runs were told different things, if the receipt's journal is in the file; else only
/// that they were.
fn told(claim: &Claim, finished: &Finished, blocks: &MemStore) -> Difference {
    let names = || differs("journal", &claim.journal, &finished.outcome.journal);
    let Ok(theirs) = value::<Journal>(blocks, "journal", &claim.journal) else {
        return names();
    };
    let Ok(ours) = icn_base::codec::decode::<Journal>(finished.journal.bytes()) else {
        return names();
    };
    let at = (0..).find(|at| theirs.answers.get(*at) != ours.answers.get(*at));
    let count = theirs.answers.len().max(ours.answers.len());
    match at.filter(|at| *at < count) {
        Some(at) => differs("journal", &theirs.answers.get(at), &ours.answers.get(at)),
        None => differs("journal", &theirs.arguments, &ours.arguments),
    }
}

fn note<T: Serialize + PartialEq>(
    wrong: &mut Vec<Difference>,
    what: &'static str,
    claimed: &T,
    found: &T,
) {
    if claimed != found {
        wrong.push(differs(what, claimed, found));
    }
}

fn differs(what: &'static str, claimed: &impl Serialize, found: &impl Serialize) -> Difference {
    Difference {
        what,
        claimed: shown(claimed),
        found: shown(found),
    }
}

/// As in JSON, but for texts, which need no quotes here.
fn shown(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(error) => error.to_string(),
    }
}
