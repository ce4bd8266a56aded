//! What a worker does: it puts walls around itself, and then runs what it is given, one job after the
//! other, until its node closes the pipe.

mod asked;
mod line;

use super::protection;
use super::words::{Ended, FromWorker, Order};
use asked::Asking;
use icn_base::Bytes;
use icn_sandbox::{Finished, Run, STACK_BYTES, Sandbox, Settings, SetupError};
use line::Line;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// How a worker lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Memory that it may use.
    pub memory_bytes: u64,
    /// Where compiled code is kept, if anywhere. A worker that is taken over can change what other
    /// workers find there; nothing else ever reads it.
    pub cache: Option<PathBuf>,
}

/// Is a worker: orders come on standard input, outcomes leave on standard output. Returns when the
/// input ends. To be called first thing in a process of its own.
pub fn serve(mut life: Life) -> ExitCode {
    let walls = protection::enter(&mut life);
    let work = move || -> std::io::Result<()> {
        let mut line = Line::open()?;
        let mut walls = walls;
        match sandbox(&life) {
            Ok(sandbox) => {
                protection::seal(&life, &mut walls);
                line.say(&FromWorker::Ready(walls))?;
                run_all(&sandbox, &mut line)
            }
            Err(error) => line.say(&FromWorker::Fault(error.to_string())),
        }
    };
    // Guests need a larger stack than the first thread is sure to have.
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let done = thread.spawn(work).map(std::thread::JoinHandle::join);
    match done {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn sandbox(life: &Life) -> Result<Sandbox, SetupError> {
    Sandbox::new(&Settings {
        instances: 1,
        cache: life.cache.clone(),
        ready_modules: super::limits::MODULES_KEPT_MAX,
        ..Settings::default()
    })
}

fn run_all(sandbox: &Sandbox, line: &mut Line) -> std::io::Result<()> {
    while let Some(order) = line.order()? {
        run(sandbox, line, order)?;
    }
    Ok(())
}

fn run(sandbox: &Sandbox, line: &mut Line, order: Order) -> std::io::Result<()> {
    let code = line.module(order.spec.module)?;
    let input = match (&order.input, &order.spec.input) {
        (Some(bytes), _) | (None, icn_base::run::Input::Inline(bytes)) => bytes.0.clone(),
        (None, icn_base::run::Input::Cid(_)) => Vec::new(),
    };
    let run = Arc::new(Run {
        job: order.job,
        owner: order.owner,
        spec: order.spec,
        code,
        input: input.into(),
        wall_ms: order.wall_ms,
    });
    let mut asking = Asking::new(line, order.block);
    let finished = sandbox.run(&run, &mut asking);
    asking.cut()?;
    match finished {
        Ok(finished) => tell(line, finished),
        Err(fault) => line.say(&FromWorker::Fault(fault.to_string())),
    }
}

fn tell(line: &mut Line, finished: Finished) -> std::io::Result<()> {
    let why = match (&finished.diagnosis, &finished.report) {
        (Some(diagnosis), _) => Some(diagnosis.to_string()),
        (None, Some(report)) => {
            let reasons: Vec<String> = report.reasons.iter().map(ToString::to_string).collect();
            Some(reasons.join("\n"))
        }
        (None, None) => None,
    };
    for (_, block) in finished.blocks {
        line.say(&FromWorker::Wrote(Bytes(block)))?;
    }
    line.say(&FromWorker::Ended(Box::new(Ended {
        outcome: finished.outcome,
        output: Bytes(finished.output.bytes().to_vec()),
        log: Bytes(finished.log.bytes().to_vec()),
        journal: Bytes(finished.journal.bytes().to_vec()),
        why,
    })))
}
