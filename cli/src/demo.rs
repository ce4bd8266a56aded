//! `icn demo`: what icn is, in one command: five processes on this machine, a job, a vote, a death, and the
//! books that agree. Nothing is told that was not checked.

mod scenes;
mod story;

use crate::Context;
use crate::answer::Answer;
use crate::devnet::Stopped;
use crate::failure::Failure;
use serde_json::json;
use story::Story;

/// Shows a whole mesh at work, on this machine, in under a minute
///
/// Four validators and a follower run as processes of this program on loopback, on ports that were free. A job is
/// submitted over HTTP at one and run by another; its receipt is verified offline; members change a price by a vote; one
/// proves that he has a paper without showing it; a node is killed and comes back; at the end every chain is replayed and the mana added up. Nothing is left behind.
///
/// Exit code 0 only if every step was checked and held.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, context: &Context) -> Result<Answer, Failure> {
    let stopped = Stopped::listen()?;
    let mut story = Story::new(context.output);
    scenes::play(&mut story, &stopped)?;
    let (checked, seconds) = story.end();
    let text = format!(
        "\nAll {} checks held, in {seconds:.1} seconds. Nothing is left behind.\nnext: icn init, and `icn start`; or `icn devnet` for a mesh to play with",
        checked.len()
    );
    let json = json!({ "verdict": "done", "seconds": seconds, "checked": checked });
    Ok(Answer::new(text, json))
}
