//! Where a caller stands by the names of the dialplan, which may be another one when it is read.

use clock::{Duration, Moment};
use dialplan::{DemandId, Demands, Goto, LanguageId, Plan, StepId, Value};
use events::{Name, SavedAt, SavedCall, SavedPlace, SavedPromise, SavedValue, SavedWait};
use ids::QueueId;
use ivr::{Promised, Resumed, ResumedAt, ResumedWait};
use std::sync::Arc;

/// `queued` is the queue that the caller was in last, and when they first came to any. `micros` tells what the clock showed, or
/// will show, at a moment.
pub(super) fn write(
    plan: &Plan,
    (resumed, queued): (&Resumed, Option<(QueueId, Moment)>),
    micros: impl Fn(Moment) -> i64,
) -> SavedPlace {
    let demands = resumed.demands.iter().filter_map(|id| plan.demands.get(usize::from(id.0)));
    let at = match &resumed.at {
        ResumedAt::Queue(wait) => SavedAt::Queue(SavedWait {
            queue: plan.queue(wait.queue).name.clone(),
            since: micros(wait.since),
            told: wait.told,
            promised: wait.promised.map(|promised| SavedPromise {
                at_most_s: promised.at_most.map(|bound| bound.as_secs()),
                until: promised.until.map(&micros),
            }),
            open: wait.open,
        }),
        ResumedAt::Step { goto, closed } => {
            SavedAt::Step { goto: plan.arrow(*goto).into(), closed: *closed }
        }
    };
    SavedPlace {
        at,
        queued: queued.map(|(queue, arrived)| (plan.queue(queue).name.clone(), micros(arrived))),
        priority: resumed.priority,
        demands: demands.map(|demand| demand.name.clone()).collect(),
        subs: resumed.subs.iter().map(|goto| plan.arrow(*goto).into()).collect(),
    }
}

/// What was noted.
pub(super) fn notes(resumed: &Resumed) -> Vec<(Name, SavedValue)> {
    resumed.notes.iter().map(|(name, value)| (Name::from(&**name), saved(value))).collect()
}

/// None if the plan has no such queue or step any more. `moment` tells when the clock showed this.
pub(super) fn read(
    plan: &Plan,
    call: &SavedCall,
    moment: impl Fn(i64) -> Moment,
) -> Option<Resumed> {
    let place = call.place.as_ref()?;
    let demands = (0_u8..).map(DemandId).zip(&plan.demands);
    let asked = demands.filter(|(_, demand)| place.demands.contains(&demand.name));
    let notes = call.notes.iter();
    Some(Resumed {
        at: at(plan, &place.at, moment)?,
        language: language(plan, &call.language),
        demands: asked.fold(Demands::NONE, |demands, (id, _)| demands.with(id)),
        priority: place.priority,
        subs: place.subs.iter().filter_map(|arrow| goto(plan, arrow)).collect(),
        notes: notes
            .filter_map(|(name, value)| Some((Arc::clone(name), value_of(value)?)))
            .collect(),
    })
}

fn at(plan: &Plan, at: &SavedAt, moment: impl Fn(i64) -> Moment) -> Option<ResumedAt> {
    Some(match at {
        SavedAt::Queue(wait) => ResumedAt::Queue(ResumedWait {
            queue: plan.queue_of(&wait.queue)?,
            since: moment(wait.since),
            told: wait.told,
            promised: wait.promised.map(|promised| Promised {
                at_most: promised.at_most_s.map(Duration::from_secs),
                until: promised.until.map(&moment),
            }),
            open: wait.open,
        }),
        SavedAt::Step { goto: arrow, closed } => {
            ResumedAt::Step { goto: goto(plan, arrow)?, closed: *closed }
        }
    })
}

/// The language of this tag; of one that the plan has no more, its first.
pub(super) fn language(plan: &Plan, tag: &str) -> LanguageId {
    let found = plan.languages.iter().position(|language| *language.tag == *tag);
    found.and_then(|at| u8::try_from(at).ok()).map_or(plan.default_language, LanguageId)
}

/// Where an arrow leads, if there is still such a place.
fn goto(plan: &Plan, arrow: &str) -> Option<Goto> {
    let steps = (0..).map(|id| Goto::Step(StepId(id))).take(plan.steps.len());
    let queues = (0..).map(|id| Goto::Queue(QueueId(id))).take(plan.queues.len());
    let mut all = steps.chain(queues).chain([Goto::HangUp]);
    all.find(|goto| plan.arrow(*goto) == arrow)
}

fn saved(value: &Value) -> SavedValue {
    match value {
        Value::YesNo(is) => SavedValue::YesNo(*is),
        Value::Text(text) => SavedValue::Text(text.to_string()),
        Value::Number(number) => SavedValue::Number(*number),
        Value::Length(length) => {
            SavedValue::Length(u64::try_from(length.as_micros()).unwrap_or(u64::MAX))
        }
        Value::Time(minutes) => SavedValue::Time(*minutes),
        Value::Date(date) => SavedValue::Date(date.year(), date.month(), date.day()),
    }
}

fn value_of(saved: &SavedValue) -> Option<Value> {
    Some(match saved {
        SavedValue::YesNo(is) => Value::YesNo(*is),
        SavedValue::Text(text) => Value::text(text),
        SavedValue::Number(number) => Value::Number(*number),
        SavedValue::Length(micros) => Value::Length(Duration::from_micros(*micros)),
        SavedValue::Time(minutes) => Value::Time(*minutes),
        SavedValue::Date(year, month, day) => {
            Value::Date(jiff::civil::Date::new(*year, *month, *day).ok()?)
        }
    })
}
