//! Histories from the command line.

use clap::Parser;
use sim::hits::Hits;
use sim::run::{self, Report};
use sim::story::Story;
use sim::{Plan, World};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

/// Runs many nodes in one process, from one seed.
#[derive(Debug, Parser)]
struct Options {
    /// The seed of one history, whose story is told.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Many histories, from the first seed up to but without the last: `0..1000`.
    #[arg(long, value_parser = range)]
    seeds: Option<Range<u64>>,
    /// Tell only what came of it.
    #[arg(long)]
    quiet: bool,
    /// Write one JSON object for each history.
    #[arg(long)]
    json: bool,
    /// Stop the history after so many milliseconds of its time.
    #[arg(long, value_name = "MS")]
    until: Option<u64>,
    /// Threads for many histories.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let (first, last) = text.split_once("..").ok_or("write it as `0..1000`")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| error.to_string());
    Ok(number(first)?..number(last)?)
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match (&options.seeds, options.seed) {
        (Some(seeds), _) => many(seeds.clone(), &options),
        (None, seed) => one(seed.unwrap_or(0), &options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        // Whoever reads may have had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

fn one(seed: u64, options: &Options) -> io::Result<bool> {
    let story = match options.quiet || options.json {
        true => Story::default(),
        false => Story::told(),
    };
    let mut world = World::new(Plan::of(seed), story);
    let violation = match options.until {
        Some(ms) => world.run_for(ms).err(),
        None => world.run().err(),
    };
    let report = run::report(&world, violation);
    let mut out = io::stdout().lock();
    for line in &report.story {
        writeln!(out, "{line}")?;
    }
    tell(&mut out, &report, options.json)?;
    Ok(report.violation.is_none())
}

fn many(seeds: Range<u64>, options: &Options) -> io::Result<bool> {
    let began = Instant::now();
    let count = seeds.end.saturating_sub(seeds.start);
    let (mut hits, mut endings) = (Hits::default(), BTreeMap::<String, u64>::new());
    let (mut failed, mut steps, mut heights, mut txs) = (Vec::new(), 0, 0, 0);
    let mut told = Ok(());
    run::run_all(seeds, options.threads, Plan::of, |report| {
        hits.add(&report.hits);
        for (ending, count) in &report.endings {
            *endings.entry(ending.clone()).or_default() += count;
        }
        steps += report.steps;
        heights += report.heights;
        txs += report.txs;
        if report.violation.is_some() {
            failed.push(report.seed);
        }
        if told.is_ok() && (options.json || report.violation.is_some()) {
            told = tell(&mut io::stdout().lock(), &report, options.json);
        }
    });
    told?;
    let mut out = io::stdout().lock();
    let missing = match count >= 100 {
        true => hits.missing(),
        false => Vec::new(),
    };
    if !options.json {
        for (name, count) in hits.iter() {
            writeln!(out, "{count:>9}  {name}")?;
        }
        writeln!(out, "jobs ended: {endings:?}")?;
        let took = began.elapsed();
        let steps_s = u128::from(steps) * 1_000 / took.as_millis().max(1);
        writeln!(
            out,
            "{count} histories, {heights} heights, {txs} transactions, {steps} steps in {:.1} s: \
             {steps_s} steps/s",
            took.as_secs_f64()
        )?;
        if !missing.is_empty() {
            writeln!(out, "never met: {missing:?}")?;
        }
        failed.sort_unstable();
        writeln!(out, "violations: {failed:?}")?;
    }
    Ok(failed.is_empty() && missing.is_empty())
}

fn tell(out: &mut impl Write, report: &Report, json: bool) -> io::Result<()> {
    let seed = report.seed;
    let violation = report.violation.as_ref().map(ToString::to_string);
    if json {
        let violation = violation.map_or("null".to_owned(), |what| format!("{what:?}"));
        return writeln!(
            out,
            "{{\"seed\":{seed},\"trace\":\"{}\",\"steps\":{},\"world_ms\":{},\"heights\":{},\
             \"txs\":{},\"violation\":{violation}}}",
            report.trace, report.steps, report.world_ms, report.heights, report.txs
        );
    }
    writeln!(
        out,
        "seed {seed}: {} heights, {} transactions, {} steps in {} ms of its time, trace {}",
        report.heights, report.txs, report.steps, report.world_ms, report.trace
    )?;
    match violation {
        None => Ok(()),
        Some(what) => writeln!(
            out,
            "seed {seed}: {what}\nreplay it with `cargo run -p sim -- --seed {seed}`"
        ),
    }
}
