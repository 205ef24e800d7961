//! What a queue says or does at a later time of the wait than any caller comes to, and conditions that
//! stand behind one that is always met before them.

use super::Written;
use crate::draft::{Named, QueueDraft};
use crate::plan::{Presence, Queue, When, Whom};
use crate::report::{Flaw, Report};
use crate::values;
use std::ops::Range;
use std::time::Duration;

/// Looks at each queue.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    for (queue, draft) in written.plan.queues.iter().zip(&written.draft.queues) {
        check_conditions(queue, draft, report);
        if let Some(sent_on) = sent_on_after(queue) {
            check_ring(queue, draft, sent_on, report);
            check_later(queue, draft, sent_on, report);
        }
    }
}

/// Nobody waits for longer than this.
fn sent_on_after(queue: &Queue) -> Option<Duration> {
    let waited = queue.conditions.iter().filter_map(|condition| match condition.when {
        When::Waited(waited) => Some(waited),
        When::EveryAgent { .. } | When::CallsPerAgent(_) | When::ExpectedWait { .. } => None,
    });
    waited.min()
}

fn check_ring(
    queue: &Queue,
    draft: &Named<QueueDraft>,
    sent_on: Duration,
    report: &mut Report<'_>,
) {
    if queue.ring < sent_on {
        return;
    }
    let (ring, sent_on) = (values::written(queue.ring), values::written(sent_on));
    let message = format!(
        "a phone rings for {ring}, and callers of `queue.{}` are sent on when they have waited for {sent_on}",
        queue.name
    );
    let remedy = "let `ring` be shorter, or let them wait for longer".to_owned();
    let flaw = Flaw::warning("ring-longer-than-wait", draft.name.span(), message);
    report.add(flaw.suggest(remedy));
}

/// What is to happen when everybody has been sent on.
fn check_later(
    queue: &Queue,
    draft: &Named<QueueDraft>,
    sent_on: Duration,
    report: &mut Report<'_>,
) {
    let mut never = |what: &str, at: Duration, span: Range<usize>| {
        if at > sent_on {
            let (at, sent_on) = (values::written(at), values::written(sent_on));
            let message = format!(
                "this {what} comes after {at}, and callers of `queue.{}` are sent on after {sent_on}",
                queue.name
            );
            report.add(shadowed(span, message));
        }
    };
    for (offer, written) in queue.offers.iter().zip(&draft.body.offers) {
        never("announcement", offer.after, written.span.clone());
    }
    for ((after, _), written) in queue.relax.iter().zip(&draft.body.distribution.relax) {
        never("step of `relax`", *after, written.span.clone());
    }
    // The tier behind the last of these waits is asked when all of them have passed.
    let tiers: Duration = queue.tiers.iter().sum();
    never("last tier", tiers, draft.name.span());
}

fn check_conditions(queue: &Queue, draft: &Named<QueueDraft>, report: &mut Report<'_>) {
    let spans = draft.body.conditions.iter().map(|condition| &condition.span);
    let conditions: Vec<_> = queue.conditions.iter().map(|it| &it.when).zip(spans).collect();
    for (at, (later, span)) in conditions.iter().enumerate() {
        let before = conditions.iter().take(at).position(|(first, _)| covers(first, later));
        // Of two waits the shorter one comes first, wherever it stands.
        let behind = conditions.iter().position(|(other, _)| is_shorter_wait(other, later));
        if let Some(by) = before.or(behind) {
            let message = format!(
                "this condition is never met first: condition {} of `queue.{}` always is",
                by + 1,
                queue.name
            );
            report.add(shadowed((*span).clone(), message));
        }
    }
}

fn shadowed(span: Range<usize>, message: String) -> Flaw {
    let remedy = "take it out, or let it come earlier".to_owned();
    Flaw::warning("shadowed-rule", span, message).suggest(remedy)
}

fn is_shorter_wait(one: &When, other: &When) -> bool {
    matches!((one, other), (When::Waited(one), When::Waited(other)) if one < other)
}

/// Whether `first` is met whenever `later` is.
fn covers(first: &When, later: &When) -> bool {
    match (first, later) {
        (When::Waited(first), When::Waited(later)) => first <= later,
        (When::CallsPerAgent(first), When::CallsPerAgent(later)) => first <= later,
        (
            When::ExpectedWait { longer_than: first, whom: of_first },
            When::ExpectedWait { longer_than: later, whom },
        ) => first <= later && includes(*of_first, *whom),
        (
            When::EveryAgent { is: ways, whom: of_first, lasting: first },
            When::EveryAgent { is, whom, lasting },
        ) => is_all_of(ways, is) && includes(*of_first, *whom) && first <= lasting,
        (
            When::Waited(_)
            | When::CallsPerAgent(_)
            | When::ExpectedWait { .. }
            | When::EveryAgent { .. },
            _,
        ) => false,
    }
}

/// Whether everybody of the second is among those of the first.
fn includes(first: Whom, later: Whom) -> bool {
    first == Whom::All || first == later
}

fn is_all_of(first: &[Presence], later: &[Presence]) -> bool {
    later.iter().all(|way| first.contains(way))
}
