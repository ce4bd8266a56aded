//! Receipts that strangers send are judged by a process of their own, which holds no key: this
//! binary's `receipt verify`.

use icn_api::verify::{DifferenceView, VerdictView};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// How long a verdict may take.
const VERDICT: Duration = Duration::from_secs(75);

/// What the command prints.
#[derive(Deserialize)]
struct Printed {
    verdict: String,
    #[serde(default)]
    differs: Vec<DifferenceView>,
    because: Option<String>,
    #[serde(flatten)]
    grounds: serde_json::Map<String, Value>,
}

/// Judges a receipt's file.
pub(super) async fn verify(dir: &Path, file: &[u8]) -> Result<VerdictView, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(["--output", "json", "receipt", "verify", "-"])
        .env_clear()
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("no process for it can be started: {error}"))?;
    let mut into = child.stdin.take().ok_or("its input is closed")?;
    let judged = async move {
        // A process that has ended needs no more of it.
        drop(into.write_all(file).await);
        drop(into);
        child.wait_with_output().await
    };
    let judged = tokio::time::timeout(VERDICT, judged).await;
    let output = judged
        .map_err(|_| "it took too long on this machine".to_owned())?
        .map_err(|error| error.to_string())?;
    let printed: Printed = serde_json::from_slice(&output.stdout)
        .map_err(|_| "the process that judged it has failed".to_owned())?;
    let grounds = (!printed.grounds.is_empty()).then_some(Value::Object(printed.grounds));
    Ok(VerdictView {
        verdict: printed.verdict,
        grounds,
        differs: printed.differs,
        because: printed.because,
    })
}
