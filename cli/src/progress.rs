//! Progress on long work: a bar on a terminal, silence elsewhere.

use crate::answer::Output;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that counts up to `total` if it is known. It is drawn on stderr, when that is a terminal
/// and the answer is text.
pub(crate) fn bar(
    output: Output,
    verb: &'static str,
    total: Option<u64>,
    bytes: bool,
) -> ProgressBar {
    if output == Output::Json {
        return ProgressBar::hidden();
    }
    let (done, all, rate) = if bytes {
        ("{bytes}", "{total_bytes}", "{bytes_per_sec}")
    } else {
        ("{human_pos}", "{human_len}", "{per_sec}")
    };
    let template = match total {
        Some(_) => format!("{verb} {{wide_bar}} {done}/{all} {rate} {{eta}} left"),
        None => format!("{verb} {{spinner}} {done} {rate}"),
    };
    let style = ProgressStyle::with_template(&template).expect("the templates above are valid");
    // Indicatif itself stays silent when stderr is no terminal.
    ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr()).with_style(style)
}
