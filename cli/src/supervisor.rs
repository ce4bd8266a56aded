//! What the program that started a node is told, if it is one such as systemd.

use sd_notify::NotifyState;
use std::thread::Builder;
use std::time::Duration;

/// Says something. Where nobody listens, nothing is said.
pub(crate) fn say(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        crate::note(&format!("the supervisor cannot be told: {error}"));
    }
}

/// Says again and again that the node is alive, as long as it is, if anybody wants to know.
pub(crate) fn watch(alive: impl Fn() -> bool + Send + 'static) {
    let Some(period) = sd_notify::watchdog_enabled() else {
        return;
    };
    let beat = (period / 3).max(Duration::from_millis(10));
    let thread = Builder::new().name("icn-watchdog".to_owned());
    let watched = thread.spawn(move || {
        loop {
            std::thread::sleep(beat);
            if alive() {
                say(&[NotifyState::Watchdog]);
            }
        }
    });
    if let Err(error) = watched {
        crate::note(&format!("the watchdog cannot be fed: {error}"));
    }
}
