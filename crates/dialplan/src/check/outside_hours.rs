//! A callback that is offered to callers who come when it is closed must be one that can be kept.

use super::Written;
use crate::plan::{Callback, DAY, Goto, Hours, HoursId, Step};
use crate::report::{Flaw, Report};
use crate::values;
use std::collections::BTreeSet;
use std::time::Duration;

const MINUTES_OF_WEEK: u32 = 7 * DAY as u32;

/// Follows the arrows of every number and queue that is closed to the callbacks behind them.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let plan = written.plan;
    let of_numbers = plan.numbers.values().filter_map(|number| number.opening);
    let of_numbers = of_numbers.map(|opening| (opening.hours, opening.closed));
    let of_queues = plan.queues.iter().filter_map(|queue| Some((queue.hours?, queue.closed)));
    let closed: BTreeSet<(HoursId, Goto)> = of_numbers.chain(of_queues).collect();
    let mut told = BTreeSet::new();
    for (hours, goto) in closed {
        for (place, callback) in callbacks_behind(written, goto) {
            let flaw = flaw(written, (place, callback), hours);
            report_once(flaw, place, &mut told, report);
        }
    }
}

fn report_once(
    flaw: Option<Flaw>,
    place: Goto,
    told: &mut BTreeSet<Goto>,
    report: &mut Report<'_>,
) {
    if let Some(flaw) = flaw
        && told.insert(place)
    {
        report.add(flaw);
    }
}

/// The callbacks that somebody may ask for who was sent here.
fn callbacks_behind<'a>(written: &Written<'a>, start: Goto) -> Vec<(Goto, &'a Callback)> {
    let plan = written.plan;
    let (mut open, mut seen, mut found) = (vec![start], BTreeSet::new(), Vec::new());
    while let Some(place) = open.pop() {
        if !seen.insert(place) {
            continue;
        }
        if let Goto::Step(step) = place
            && let Step::Callback(callback) = plan.step(step)
        {
            found.push((place, callback));
        }
        // A queue on the way has hours of its own, and is looked at by itself.
        if !matches!(place, Goto::Queue(_)) {
            open.extend(plan.ways(place).into_iter().map(|(_, goto)| goto));
        }
    }
    found
}

fn flaw(
    written: &Written<'_>,
    (place, callback): (Goto, &Callback),
    hours: HoursId,
) -> Option<Flaw> {
    let plan = written.plan;
    let name = written.name(place);
    let queue = plan.queues.get(callback.queue.index())?;
    let (kept, closed) = (plan.hours(hours), queue.hours == Some(hours));
    let (message, remedy) = if closed {
        let message = format!(
            "callers come to `{name}` when `hours.{}` are over, and `queue.{}` is closed then too: none is promised",
            kept.name, queue.name
        );
        (message, "let it wait in a queue that has no `hours`, or lead elsewhere")
    } else {
        let night = longest_night(kept).filter(|_| queue.hours.is_none())?;
        if callback.window >= night {
            return None;
        }
        let message = format!(
            "callers come to `{name}` when `hours.{}` are over, and its `window` of {} ends before the next morning",
            kept.name,
            values::written(callback.window)
        );
        (message, "let `window` be longer than the night")
    };
    let flaw = Flaw::warning("callback-outside-hours", written.span(place), message);
    Some(flaw.suggest(remedy.to_owned()))
}

/// The longest time in an ordinary week for which it is closed, of those that are no longer than a day:
/// over a weekend nobody expects to be called. None if it is never closed, or never open.
fn longest_night(hours: &Hours) -> Option<Duration> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for (day, of_day) in (0..).zip(&hours.week) {
        let midnight = day * u32::from(DAY);
        spans.extend(
            of_day
                .iter()
                .map(|it| (midnight + u32::from(it.opens), midnight + u32::from(it.closes))),
        );
    }
    spans.sort_unstable();
    let first = spans.first()?.0 + MINUTES_OF_WEEK;
    let (mut longest, mut closes) = (0, 0);
    let opens_again = spans.iter().map(|span| span.0).skip(1).chain([first]);
    for ((_, end), opens) in spans.iter().zip(opens_again) {
        closes = closes.max(*end);
        let gap = opens.saturating_sub(closes);
        longest = longest.max(if gap <= u32::from(DAY) { gap } else { 0 });
    }
    (longest > 0).then(|| Duration::from_secs(u64::from(longest) * 60))
}
