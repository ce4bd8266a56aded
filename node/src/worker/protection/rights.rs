//! Landlock: no file, no port, no signal to others, whatever system call it is that asks.

use super::Wall;
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use std::path::Path;

/// The newest rights that this was written for; an older kernel knows fewer.
const RIGHTS: ABI = ABI::V6;

/// Which pages of its own memory a guest has touched: the engine looks, to clean no more than those.
const PAGE_MAP: &str = "/proc/self/pagemap";

/// Gives up every right to files but the one to this directory.
pub(super) fn give_up(cache: Option<&Path>) -> Wall {
    match restrict(cache) {
        Ok(RulesetStatus::FullyEnforced) => Wall::Whole,
        Ok(RulesetStatus::PartiallyEnforced) => {
            Wall::Part("this kernel's landlock knows only some of the rights".to_owned())
        }
        Ok(RulesetStatus::NotEnforced) => {
            Wall::Missing("this kernel has no landlock, or it is not enabled".to_owned())
        }
        Err(error) => Wall::Missing(error.to_string()),
    }
}

fn restrict(cache: Option<&Path>) -> Result<RulesetStatus, RulesetError> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(RIGHTS))?
        .handle_access(AccessNet::from_all(RIGHTS))?
        .scope(Scope::from_all(RIGHTS))?
        .create()?;
    if let Some(cache) = cache {
        rules = rule(rules, cache, kept_code())?;
    }
    rules = rule(rules, Path::new(PAGE_MAP), AccessFs::ReadFile.into())?;
    Ok(rules.restrict_self()?.ruleset)
}

/// A path that is not there gives no right.
fn rule(
    rules: landlock::RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> Result<landlock::RulesetCreated, RulesetError> {
    match PathFd::new(path) {
        Ok(path) => rules.add_rule(PathBeneath::new(path, access)),
        Err(_) => Ok(rules),
    }
}

/// What keeping compiled code takes: reading, writing, renaming.
fn kept_code() -> BitFlags<AccessFs> {
    AccessFs::ReadFile
        | AccessFs::WriteFile
        | AccessFs::ReadDir
        | AccessFs::MakeReg
        | AccessFs::RemoveFile
        | AccessFs::Truncate
        | AccessFs::Refer
}
