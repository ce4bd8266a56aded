//! Handing votes on, and taking them back. It holds for votes that open from then on.
//!
//! Which delegation counts for a kind depends on scopes and times, and changes when one ends. So
//! cycles and depth are judged of all that could ever count together: for each kind, the edges of
//! this kind and those for all kinds. What is allowed then stays so whatever is revoked or ends.

use crate::delegation::{Delegations, Hand};
use crate::limits::{DELEGATION_DEPTH_MAX, HISTORY_MAX};
use crate::member::must_be_member;
use crate::step::Fact;
use crate::{Book, Refusal, Step};
use icn_base::Did;
use icn_base::gov::{DelegateRequest, RevokeRequest, Scope};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn delegate(
    book: &Book<'_>,
    from: &Did,
    request: &DelegateRequest,
) -> Result<Step, Refusal> {
    let DelegateRequest { to, scope, until } = *request;
    if to == *from {
        return Err(Refusal::DelegateToOneself {});
    }
    if must_be_member(book, &to).is_err() {
        return Err(Refusal::NoSuchMember { did: to });
    }
    if until <= book.at {
        return Err(Refusal::UntilPassed { until });
    }
    check_stale(book, from, scope)?;
    check_graph(book, *from, to, scope)?;
    let mut step = Step::of(Fact::Delegated {
        from: *from,
        scope,
        to,
    });
    let row = decided(book, from, scope, Some(Hand { to, until }))?;
    step.changes.delegations.insert((*from, scope), row);
    Ok(step)
}

pub(super) fn revoke(book: &Book<'_>, from: &Did, request: RevokeRequest) -> Result<Step, Refusal> {
    let scope = request.scope;
    let hand = book.delegation(from, scope).and_then(|row| row.hand.now());
    if hand.and_then(|hand| hand.to_at(book.at)).is_none() {
        return Err(Refusal::NoDelegation {});
    }
    check_stale(book, from, scope)?;
    let mut step = Step::of(Fact::Revoked { from: *from, scope });
    step.changes
        .delegations
        .insert((*from, scope), decided(book, from, scope, None)?);
    Ok(step)
}

/// The rows without the delegations of a member who is removed. Nothing a member has done keeps
/// them from being dropped.
pub(super) fn drop_all(book: &Book<'_>, from: &Did) -> BTreeMap<(Did, Scope), Delegations> {
    let scopes = Scope::ALL.iter().filter(|scope| {
        let row = book.delegation(from, **scope);
        row.is_some_and(|row| row.hand.now().is_some())
    });
    scopes
        .map(|scope| ((*from, *scope), changed(book, from, *scope, None)))
        .collect()
}

/// The row as the member decides it now, if it has not decided too often.
fn decided(
    book: &Book<'_>,
    from: &Did,
    scope: Scope,
    hand: Option<Hand>,
) -> Result<Delegations, Refusal> {
    let row = changed(book, from, scope, hand);
    if row.hand.versions() > HISTORY_MAX {
        return Err(Refusal::HistoryFull {
            allowed: HISTORY_MAX,
        });
    }
    Ok(row)
}

fn changed(book: &Book<'_>, from: &Did, scope: Scope, hand: Option<Hand>) -> Delegations {
    let row = book.delegation(from, scope).map(|row| row.hand.clone());
    let hand = row.unwrap_or_default().set(hand, &book.openings());
    Delegations {
        hand,
        changed: book.at,
    }
}

fn check_stale(book: &Book<'_>, from: &Did, scope: Scope) -> Result<(), Refusal> {
    let decided = book.delegated(from, scope);
    match decided.filter(|at| *at > book.seen) {
        Some(newer) => Err(Refusal::Stale { newer }),
        None => Ok(()),
    }
}

/// Refuses an edge that would close a cycle or make votes pass through too many hands. The edge that
/// it replaces may be counted along: only a cycle could lead through it.
fn check_graph(book: &Book<'_>, from: Did, to: Did, scope: Scope) -> Result<(), Refusal> {
    let kinds: &[Scope] = if scope == Scope::All {
        Scope::ALL
    } else {
        &[scope]
    };
    for kind in kinds {
        let counts = |scope: &Scope| *scope == *kind || *scope == Scope::All;
        let before = levels(from, |to, level| {
            let delegators = book.delegators(to).filter(|(_, scope)| counts(scope));
            level.extend(delegators.map(|(from, _)| from));
        });
        if before.iter().any(|level| level.contains(&to)) {
            return Err(Refusal::DelegationCycle { to });
        }
        let after = levels(to, |from, level| {
            level.extend(
                [*kind, Scope::All]
                    .iter()
                    .filter_map(|scope| book.hand(from, *scope)),
            );
        });
        let hands = before.len().saturating_add(after.len()).saturating_add(1);
        if hands > DELEGATION_DEPTH_MAX {
            return Err(Refusal::DelegationTooDeep {
                hands,
                allowed: DELEGATION_DEPTH_MAX,
            });
        }
    }
    Ok(())
}

/// Who is reached over one edge, over two, and so on: as many levels as the longest path has
/// edges. There are no cycles, and no path is longer than the bound, so this ends.
fn levels(start: Did, next: impl Fn(&Did, &mut BTreeSet<Did>)) -> Vec<BTreeSet<Did>> {
    let mut levels = Vec::new();
    let mut level = BTreeSet::from([start]);
    while levels.len() <= DELEGATION_DEPTH_MAX {
        let mut reached = BTreeSet::new();
        level.iter().for_each(|did| next(did, &mut reached));
        if reached.is_empty() {
            break;
        }
        level.clone_from(&reached);
        levels.push(reached);
    }
    levels
}
