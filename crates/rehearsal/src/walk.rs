//! The walk itself: virtual time, and what is due on it.

mod asked;
mod facts;
mod keys;
mod outputs;
mod queue;
mod saying;
mod talk;

use crate::sounds::Sounds;
use crate::transcript::{End, Entry, Left, Transcript, What};
use clock::{Duration, Moment, WallTime};
use dialplan::trial::{AtCallback, Press, Trial};
use dialplan::{Facts, Fate, Goto, Known, Line, Origin, Plan, Rule};
use ivr::{Input, Visit};
use jiff::Timestamp;
use jiff::civil::DateTime;
use queue::InQueue;
use saying::Saying;
use std::collections::VecDeque;
use std::sync::Arc;

/// How long after something has asked for it a key without a time is pressed.
pub const KEY_AFTER: Duration = Duration::from_millis(500);

/// How long a number outside rings that answers.
pub const OUTSIDE_RINGS: Duration = Duration::from_secs(5);

/// Walks a made-up call through a plan. `now` is when it comes, unless the trial says so. `None`: the plan
/// does not know the number that is dialled.
///
/// It comes to an end: a visit is ended after [`ivr::STEPS_MAX`] steps, and nobody waits or speaks for
/// longer than [`dialplan::trial::TIME_MAX`].
#[must_use]
pub fn rehearse(
    plan: &Arc<Plan>,
    trial: &Trial,
    now: Timestamp,
    sounds: &dyn Sounds,
) -> Option<Transcript> {
    let mut walk = Walk::begin(plan, trial, now, sounds)?;
    if walk.end.is_none() {
        walk.feed(Input::Answered);
    }
    while walk.end.is_none()
        && let Some((at, due)) = walk.next_due()
    {
        walk.now = walk.now.max(at);
        walk.meet(due);
    }
    Some(walk.finish())
}

/// A made-up call on its way.
struct Walk<'a> {
    plan: Arc<Plan>,
    trial: &'a Trial,
    sounds: &'a dyn Sounds,
    visit: Visit,
    /// When it was answered.
    start: Timestamp,
    now: Moment,
    place: (Arc<str>, Option<Line>),
    entries: Vec<Entry>,
    /// How many outputs of the visit have been taken, and how many of its places told.
    taken: u64,
    told: usize,
    /// What a directory knows of the caller.
    known: Option<Known>,
    /// What the visit is to be told next.
    inbox: VecDeque<Input>,
    saying: Option<Saying>,
    keys: VecDeque<Press>,
    /// When the last key was pressed.
    pressed_at: Option<Moment>,
    /// Since when a key is waited for.
    asked_since: Option<Moment>,
    queue: Option<InQueue>,
    /// When the agent with whom the caller talks hangs up.
    talks_until: Option<Moment>,
    standing: Standing,
    /// Since when the caller speaks at a voicemail.
    speaks_since: Option<Moment>,
    /// When it is known whether a number outside answers.
    outside_at: Option<Moment>,
    end: Option<End>,
}

/// Whether a callback is open to the caller from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    None,
    Open,
    /// It is, and the caller has been asked about it.
    Asked,
}

/// Something that is due. Of what is due at once, the first listed comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// What is said has been said.
    Said,
    /// Something that the visit waits for has not come.
    Timeout,
    /// The queue has closed.
    Closed,
    /// Conditions of the queue are looked at.
    Conditions,
    /// An agent answers.
    Connected,
    /// The agent hangs up.
    AgentLeaves,
    /// Nobody speaks any more.
    Hushed,
    /// It is known whether a number outside answers.
    Outside,
    /// The next key is pressed.
    Key,
    /// The caller has waited for long enough.
    GivesUp,
    /// The caller hangs up.
    HangsUp,
}

impl<'a> Walk<'a> {
    fn begin(
        plan: &Arc<Plan>,
        trial: &'a Trial,
        now: Timestamp,
        sounds: &'a dyn Sounds,
    ) -> Option<Self> {
        let start = match trial.at {
            // On the night when an hour is skipped or repeated, as most clocks take it.
            Some(at) => plan.timezone.to_ambiguous_timestamp(at).compatible().ok()?,
            None => now,
        };
        let local = plan.timezone.to_datetime(start);
        let (name, number) = plan.number(&trial.to)?;
        let visit = Visit::begin(Arc::clone(plan), &trial.to, local)?;
        let line = plan.origins.of(Origin::Number(name)).cloned();
        let mut walk = Self {
            plan: Arc::clone(plan),
            trial,
            sounds,
            visit,
            start,
            now: Moment::ZERO,
            place: (format!("number.{name}").into(), line),
            entries: Vec::new(),
            taken: 0,
            told: 0,
            known: None,
            inbox: VecDeque::new(),
            saying: None,
            keys: trial.keys.iter().copied().collect(),
            pressed_at: None,
            asked_since: None,
            queue: None,
            talks_until: None,
            standing: match trial.callback {
                AtCallback::Stands => Standing::Open,
                AtCallback::Promised | AtCallback::Refused | AtCallback::TooLate => Standing::None,
            },
            speaks_since: None,
            outside_at: None,
            end: None,
        };
        let asked = number.facts();
        let facts: Facts =
            asked.into_iter().filter_map(|fact| Some((fact, walk.fact(fact)?))).collect();
        let rule = number.rule(&facts);
        if let Some(Rule { fate: Fate::Refused(refusal), written, .. }) = rule {
            walk.tell(What::Refused { refused_as: refusal.word(), why: Arc::clone(written) });
            walk.over(End::Refused);
            return Some(walk);
        }
        let hours = number.opening.map(|opening| plan.hours(opening.hours));
        walk.tell(What::Answered {
            language: Arc::clone(plan.language(number.language)),
            hours: hours.map(|hours| Arc::clone(&hours.name)),
            open: hours.is_none_or(|hours| hours.open_at(local)),
            day: hours.and_then(|hours| queue::day_of(hours, local)),
        });
        if let Some(Rule { fate: Fate::Goto(goto), written, .. }) = rule {
            walk.visit = Visit::begin(Arc::clone(plan), &trial.to, local)?.by_rule(*goto);
            let to = plan.arrow(*goto).into();
            walk.tell(What::Decides { why: Arc::clone(written), to });
        }
        Some(walk)
    }

    /// What the clock of the centre shows now.
    fn local(&self) -> DateTime {
        self.local_at(self.now)
    }

    fn local_at(&self, moment: Moment) -> DateTime {
        self.plan.local(self.wall_at(moment))
    }

    /// What the wall clock shows.
    fn wall(&self) -> WallTime {
        self.wall_at(self.now)
    }

    fn wall_at(&self, moment: Moment) -> WallTime {
        let start = self.start.as_microsecond();
        WallTime::from_micros(start.saturating_add(moment.signed_micros()))
    }

    /// The visit is told something, and what it wants is done; until it has nothing more to say.
    fn feed(&mut self, input: Input) {
        self.visit.handle(self.now, input);
        self.follow();
    }

    /// Does what the visit wants, and tells it what comes of that at once.
    fn follow(&mut self) {
        loop {
            self.drain();
            let Some(input) = self.inbox.pop_front() else { break };
            self.visit.handle(self.now, input);
        }
        self.look_whether_asked();
    }

    fn drain(&mut self) {
        loop {
            self.tell_places();
            if self.end.is_some() {
                break;
            }
            let Some(output) = self.visit.poll_output() else { break };
            self.taken += 1;
            self.obey(output);
        }
    }

    /// Tells the places that the caller has come to since.
    fn tell_places(&mut self) {
        while let Some(passed) = self.visit.passed().get(self.told).copied()
            && passed.outputs_before <= self.taken
        {
            self.told += 1;
            self.come_to(passed.place);
        }
    }

    fn come_to(&mut self, place: Goto) {
        self.place = (self.plan.arrow(place).into(), self.plan.line_of(place).cloned());
        (self.queue, self.speaks_since, self.outside_at) = (None, None, None);
        self.tell(What::Came);
    }

    fn next_due(&self) -> Option<(Moment, Due)> {
        let hangs_up = self.trial.hangs_up_after.map(|after| Moment::ZERO + after);
        [
            (self.saying.as_ref().and_then(Saying::ends_at), Due::Said),
            (self.visit.poll_timeout(), Due::Timeout),
            (self.queue_closes_at(), Due::Closed),
            (self.conditions_at(), Due::Conditions),
            (self.connected_at(), Due::Connected),
            (self.talks_until, Due::AgentLeaves),
            (self.hushed_at(), Due::Hushed),
            (self.outside_at, Due::Outside),
            (self.key_at(), Due::Key),
            (self.gives_up_at(), Due::GivesUp),
            (hangs_up, Due::HangsUp),
        ]
        .into_iter()
        .filter_map(|(at, due)| Some((at?.max(self.now), due)))
        .min()
    }

    fn meet(&mut self, due: Due) {
        match due {
            Due::Said => self.said(),
            Due::Timeout => {
                self.visit.handle_timeout(self.now);
                self.follow();
            }
            Due::Closed => self.queue_closes(),
            Due::Conditions => self.look_at_conditions(),
            Due::Connected => self.connected(),
            Due::AgentLeaves => self.agent_leaves(),
            Due::Hushed => self.feed(Input::Hushed),
            Due::Outside => self.outside(),
            Due::Key => self.press(),
            Due::GivesUp | Due::HangsUp => self.over(End::Left),
        }
    }

    fn tell(&mut self, what: What) {
        let line = self.place.1.clone();
        self.tell_at(line, what);
    }

    fn tell_at(&mut self, line: Option<Line>, what: What) {
        let at_ms = self.now.as_micros() / 1_000;
        self.entries.push(Entry { at_ms, place: Arc::clone(&self.place.0), line, what });
    }

    /// The call is over.
    fn over(&mut self, how: End) {
        if self.end.is_none() {
            self.stop_saying();
            self.end = Some(how);
            let left = self.left_at(how);
            self.tell(What::Ends { how, left });
        }
    }

    /// What the caller has left behind who has talked with nobody, and is not in a queue now.
    fn left_at(&self, end: End) -> Option<Left> {
        let has_talked = self.entries.iter().any(|entry| entry.what == What::Connected);
        let is_served =
            has_talked || matches!(end, End::Connected | End::PutThrough) || self.queue.is_some();
        let has =
            |it: fn(&What) -> bool| !is_served && self.entries.iter().any(|entry| it(&entry.what));
        if has(|it| *it == What::MessageKept) {
            Some(Left::Message)
        } else if has(|it| matches!(it, What::CallbackPromised { .. })) {
            Some(Left::Callback)
        } else {
            None
        }
    }

    fn finish(mut self) -> Transcript {
        if self.end.is_none() {
            // Nothing is due any more, which a visit that is not over does not let happen.
            self.over(End::Left);
        }
        let is_heard = |entry: &Entry| !saying::is_unheard(&entry.what);
        self.entries.retain(is_heard);
        Transcript {
            to: self.trial.to.as_str().into(),
            from: self.trial.from.clone(),
            at: self.plan.timezone.to_datetime(self.start).strftime("%F %T").to_string(),
            timezone: self.plan.timezone.iana_name().unwrap_or("UTC").to_owned(),
            entries: self.entries,
            not_pressed: self.keys.iter().map(|press| press.key).collect(),
        }
    }
}
