//! A child job: what a run submits. It inherits and may only be stricter, its grants are part of its
//! parent's, and it is paid from the budget that its parent's hold has for it.

use crate::grants::Left;
use crate::job::{Job, Tree};
use crate::quote::{fees, quote};
use crate::rules::{effects, spec, submit_job};
use crate::{Draft, Reject};
use icn_base::JobId;
use icn_base::limits::{CHILDREN_MAX, TREE_DEPTH_MAX, TREE_JOBS_MAX};
use icn_base::run::JobSpec;
use std::sync::Arc;

pub(super) fn open(
    draft: &mut Draft<'_>,
    parent_id: JobId,
    parent: &mut Job,
    left: &mut Left,
    index: u32,
    child: &JobSpec,
) -> Result<(), Reject> {
    stricter(&parent.spec, child)?;
    spec::check(draft, &parent.owner, child)?;
    let fees = fees(draft);
    let hold = quote(child, &fees)?.hold()?;
    left.submit(hold.plus(fees.tx)?)?;
    left.hand_down(&child.grants)?;
    let tree = grow(draft, parent_id, parent)?;
    // The child's hold stays held in the owner's account: it only passes from one job to the other.
    effects::to_treasury(draft, parent, fees.tx)?;
    parent.hold.pay(hold)?;
    let id = child.child_id(&parent_id, index.into());
    let id = id.map_err(|error| Reject::Malformed {
        cause: error.to_string(),
    })?;
    submit_job::open(draft, id, parent.owner, Arc::new(child.clone()), hold, tree);
    Ok(())
}

/// The child's place in the tree, counted at its top.
fn grow(draft: &mut Draft<'_>, parent_id: JobId, parent: &mut Job) -> Result<Tree, Reject> {
    let depth = parent.tree.depth.saturating_add(1);
    let top = parent.tree.top.unwrap_or(parent_id);
    let children = draft.count_children(&parent_id);
    let mut other = match parent.tree.top {
        None => None,
        Some(top) => Some(draft.take_job(&top)?),
    };
    let below = &mut other.as_mut().unwrap_or(parent).tree.below;
    if depth > TREE_DEPTH_MAX || children >= CHILDREN_MAX || *below >= TREE_JOBS_MAX {
        return Err(Reject::TreeTooLarge {});
    }
    *below = below.saturating_add(1);
    if let Some(job) = other {
        draft.put_job(top, job);
    }
    Ok(Tree {
        parent: Some(parent_id),
        top: Some(top),
        depth,
        below: 0,
    })
}

/// Refuses a child that is looser than its parent.
fn stricter(parent: &JobSpec, child: &JobSpec) -> Result<(), Reject> {
    let (own, theirs) = (&parent.requires, &child.requires);
    let allow =
        own.allow.is_empty() || (!theirs.allow.is_empty() && theirs.allow.is_subset(&own.allow));
    let labels = own
        .labels
        .iter()
        .all(|(name, value)| theirs.labels.get(name) == Some(value));
    let checks = [
        ("coordinator", child.coordinator == parent.coordinator),
        (
            "number of executors",
            child.agreement.executors >= parent.agreement.executors,
        ),
        ("quorum", child.agreement.quorum >= parent.agreement.quorum),
        ("allow-list", allow),
        (
            "capabilities",
            theirs.capabilities.is_superset(&own.capabilities),
        ),
        ("labels", labels),
        ("reputation", theirs.reputation >= own.reputation),
    ];
    match checks.iter().find(|(_, holds)| !holds) {
        None => Ok(()),
        Some((what, _)) => Err(Reject::ChildLooser { what }),
    }
}
