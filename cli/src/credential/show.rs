//! `icn credential show`.

use crate::answer::Answer;
use crate::client::{Client, typed};
use crate::failure::Failure;
use crate::{Context, file};
use icn_api::zk::CredentialVerdict;
use icn_base::NetworkId;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_zk::credential::Credential;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Shows a credential, and whether its signatures hold
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The credential; `-` reads stdin
    file: PathBuf,
    /// The network that it was issued on [default: that of the node, which then says, too, whether it was revoked]
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// Prints it in the shape of W3C's Verifiable Credentials 2.0
    #[arg(long)]
    vc: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let credential = read(&args.file)?;
    let (holds, said) = match &args.network {
        Some(network) => match credential.verify(network) {
            Ok(()) => (true, "both signatures hold".to_owned()),
            Err(error) => (false, error.to_string()),
        },
        None => ask(&credential, context)?,
    };
    let exit = u8::from(!holds);
    if args.vc {
        let vc = credential.to_vc();
        let text = serde_json::to_string_pretty(&vc).map_err(Failure::malformed)?;
        return Ok(Answer::new(text, vc).exit(exit));
    }
    let statement = &credential.statement;
    let claims: String = statement
        .claims
        .iter()
        .map(|(fact, value)| format!("{} {value}\n", fact.name()))
        .collect();
    let text = format!(
        "credential {}\nissuer {}\nholder {}\n{claims}valid until {}\nrevocation id {}\n{said}",
        credential.cid(),
        statement.issuer,
        statement.holder,
        statement.valid_until,
        statement.revocation_id,
    );
    let json = json!({
        "cid": credential.cid(),
        "credential": credential,
        "holds": holds,
        "because": said,
    });
    Ok(Answer::new(text, json).exit(exit))
}

/// What a node says of it.
fn ask(credential: &Credential, context: &Context) -> Result<(bool, String), Failure> {
    let body = serde_json::to_vec(credential).map_err(Failure::malformed)?;
    let path = "/v1/credentials/check";
    let sent = ("application/json", body.as_slice());
    let said = Client::open(context)?.send_without_key(path, sent)?;
    let (said, _) = typed::<CredentialVerdict>(path, said)?;
    let because = said
        .because
        .map_or_else(String::new, |why| format!(": {why}"));
    Ok((
        said.verdict == "valid",
        format!("{}{because}", said.verdict),
    ))
}

pub(super) fn read(path: &Path) -> Result<Credential, Failure> {
    let bytes = file::read(path, BLOCK_BYTES_MAX)?;
    Credential::decode(&bytes).map_err(Failure::malformed)
}
