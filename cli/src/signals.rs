//! Ctrl-C and its like: the first asks, the second forces.

use crate::failure::Failure;
use icn_abi::Class;
use std::thread::Builder;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

/// The exit code of a process that was made to end.
const FORCED: i32 = 1;

/// A signal that a process was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// To end.
    Stop,
    /// To read its configuration again.
    Reload,
}

/// Calls `told` for each signal, on a thread of its own. The second that asks to stop ends the
/// process there and then, after `last` was called.
pub(crate) fn listen(
    mut told: impl FnMut(Told) + Send + 'static,
    last: impl FnOnce() + Send + 'static,
) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| {
        let text = format!("cannot listen to signals: {error}");
        Failure::new(Class::Internal, text)
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(wrong)?;
    let entered = runtime.enter();
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let [interrupt, terminate, hangup] = kinds.map(signal);
    let (mut interrupt, mut terminate) = (interrupt.map_err(wrong)?, terminate.map_err(wrong)?);
    let mut hangup = hangup.map_err(wrong)?;
    drop(entered);
    let listener = move || {
        runtime.block_on(async move {
            let mut asked = false;
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hangup.recv() => {
                        told(Told::Reload);
                        continue;
                    }
                }
                if asked {
                    break;
                }
                asked = true;
                told(Told::Stop);
            }
        });
        last();
        std::process::exit(FORCED);
    };
    let thread = Builder::new().name("icn-signals".to_owned());
    thread.spawn(listener).map(drop).map_err(wrong)
}
