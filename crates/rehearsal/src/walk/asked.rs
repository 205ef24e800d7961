//! What a visit asks of the world outside: who calls, whether they can be called back, a message, a
//! number outside.

use super::{OUTSIDE_RINGS, Standing, Walk};
use crate::transcript::{End, Found, What};
use clock::{Duration, Moment};
use dialplan::trial::{Answer, AtCallback, AtDial, AtVoicemail, Doors};
use dialplan::{By, Callback, Dial, DirectoryId, Known, NumberFrom, Source, Step, StepId};
use ids::QueueId;
use ivr::{Input, LookedUp, LookedUpBy, NoCallback, Number, Recorded};
use jiff::civil::DateTime;
use speech::Appointment;
use std::sync::Arc;

/// The longest number that is called back, a plus and the digits of ITU-T E.164.
const NUMBER_MAX: usize = 16;

impl Walk<'_> {
    pub(super) fn look_up(&mut self, id: DirectoryId, by: &LookedUpBy) {
        let plan = Arc::clone(&self.plan);
        let directory = plan.directory(id);
        let number = match (by, directory.by) {
            (LookedUpBy::Number, _) => {
                self.trial.from.as_deref().map(|from| plan.number_in_our_form(from))
            }
            (LookedUpBy::Key(key), By::Number) => Some(plan.number_in_our_form(key)),
            (LookedUpBy::Key(key), By::Key | By::Either) => Some(key.to_string()),
        };
        let (found, known) = match (&directory.source, number, &self.trial.answer) {
            // Who withholds the number is asked for nowhere.
            (_, None, _) => (Found::Unknown, None),
            (Source::Listed(listed), Some(number), _) => match listed.get(number.as_str()) {
                Some(known) => (Found::Known, Some(known.clone())),
                None => (Found::Unknown, None),
            },
            (Source::Http(_), Some(_), Answer::Known(told)) => {
                (Found::Known, Some(Known::of(&plan, told)))
            }
            (Source::Http(_), Some(_), Answer::Unknown) => (Found::Unknown, None),
            (Source::Http(_), Some(_), Answer::NotSaid) => (Found::NotSaid, None),
            (Source::Http(_), Some(_), Answer::Fails) => (Found::Failed, None),
        };
        let told = match (&known, found) {
            (Some(known), _) => LookedUp::Known {
                language: known.language,
                priority: known.priority,
                vip: known.vip,
                more: Arc::clone(&known.more),
            },
            (None, Found::Failed) => LookedUp::Failed,
            (None, Found::Known | Found::Unknown | Found::NotSaid) => LookedUp::Unknown,
        };
        self.known = known.clone().or_else(|| self.known.take());
        self.tell(What::LooksUp {
            directory: Arc::clone(&directory.name),
            found,
            vip: known.as_ref().is_some_and(|known| known.vip),
            name: known.and_then(|known| known.name),
        });
        self.inbox.push_back(Input::LookedUp(told));
    }

    pub(super) fn open_voicemail(&mut self) {
        if self.trial.voicemail == AtVoicemail::Full {
            self.tell(What::MessageRefused);
            self.inbox.push_back(Input::VoicemailRefused);
        }
    }

    pub(super) fn record(&mut self) {
        self.speaks_since = Some(self.now);
        self.tell(What::Records);
    }

    /// When it is clear that the caller speaks no more.
    pub(super) fn hushed_at(&self) -> Option<Moment> {
        let Some(Step::Voicemail(voicemail)) = self.step() else { return None };
        Some(self.speaks_since? + self.trial.speaks + voicemail.silence)
    }

    pub(super) fn stop_recording(&mut self) {
        let since = self.speaks_since.take().unwrap_or(self.now);
        let spoken = self.now.since(since).min(self.trial.speaks);
        let shortest = match self.step() {
            Some(Step::Voicemail(voicemail)) => voicemail.shortest,
            _ => Duration::ZERO,
        };
        let spoken_ms = u64::try_from(spoken.as_millis()).unwrap_or(u64::MAX);
        self.tell(What::Recorded { spoken_ms });
        let recorded = match self.trial.voicemail {
            AtVoicemail::Fails => Recorded::Failed,
            AtVoicemail::Takes | AtVoicemail::Full => {
                let is_heard = spoken >= shortest && !spoken.is_zero();
                if is_heard { Recorded::Whole } else { Recorded::Nothing }
            }
        };
        self.inbox.push_back(Input::Recorded(recorded));
    }

    pub(super) fn keep_message(&mut self) {
        self.tell(What::MessageKept);
        self.inbox.push_back(Input::MessageKept);
    }

    /// Whether the caller can be called back, and on which number.
    pub(super) fn open_callback(&mut self, step: StepId, typed: Option<Number>) {
        let plan = Arc::clone(&self.plan);
        let Step::Callback(callback) = plan.step(step) else { return };
        if let Some(number) = self.standing_number(typed.as_ref()) {
            self.standing = Standing::Asked;
            let (at, day_ends) = (self.time_that_stands(callback), self.day_ends());
            // What is called at a time is in no line before.
            let place = self.trial.places.first().copied().or(Some(1)).filter(|_| at.is_none());
            let told = at.map(|told| told.at);
            self.tell(What::CallbackStands { number: number.as_str().to_owned(), at: told });
            return self.inbox.push_back(Input::CallbackStands { number, place, at, day_ends });
        }
        if let Err(why) = self.may_promise(callback)
            && self.times_offered(callback).is_empty()
        {
            return self.refuse_callback(why);
        }
        let own = self.trial.from.as_deref();
        let from = if typed.is_some() { NumberFrom::Typed } else { NumberFrom::Call };
        let number = typed.as_ref().map(Number::as_str).or(own).and_then(|it| self.outside_of(it));
        let number = number.filter(|it| callback.allows(it, from));
        let number = number.and_then(|it| Number::new(&plan.number_read(&it)));
        self.tell(What::CallbackAsked { number: number.map(|it| it.as_str().to_owned()) });
        self.inbox.push_back(Input::CallbackNumber(number));
    }

    /// Which times the caller may choose from.
    pub(super) fn tell_times(&mut self, step: StepId) {
        let plan = Arc::clone(&self.plan);
        let Step::Callback(callback) = plan.step(step) else { return };
        let (times, at_turn) = (self.times_offered(callback), self.may_promise(callback));
        if !times.is_empty() {
            self.tell(What::CallbackTimes { times: times.iter().map(|told| told.at).collect() });
        }
        let day_ends = self.day_ends();
        self.inbox.push_back(Input::CallbackTimes { times, at_turn, day_ends });
    }

    /// The time at which a callback is that stands: where callers choose one, it is at the next.
    fn time_that_stands(&self, callback: &Callback) -> Option<Appointment> {
        self.times_offered(callback).first().copied()
    }

    fn day_ends(&self) -> Moment {
        let wall = self.wall();
        let left = self.plan.day_of(wall).map_or(0, |(_, ends)| {
            u64::try_from(ends.as_micros().saturating_sub(wall.as_micros())).unwrap_or(0)
        });
        self.now + Duration::from_micros(left)
    }

    /// The next times that callers may choose from, as if nobody had been promised one.
    fn times_offered(&self, callback: &Callback) -> Vec<Appointment> {
        let Some(slots) = callback.offers_times() else { return Vec::new() };
        if self.trial.callback == AtCallback::Refused {
            return Vec::new();
        }
        let local = self.local();
        let hours = self.plan.queue(callback.queue).hours.map(|hours| self.plan.hours(hours));
        let is_open = |at: &DateTime| hours.is_none_or(|hours| hours.open_at(*at));
        let offered = slots.to_come(local, hours).filter(is_open);
        let told = offered.map(|at| Appointment { at, today: local.date() });
        told.take(usize::try_from(slots.offered).unwrap_or(0)).collect()
    }

    pub(super) fn promise_callback(
        &mut self,
        step: StepId,
        (number, at): (Number, Option<DateTime>),
    ) {
        let plan = Arc::clone(&self.plan);
        let Step::Callback(callback) = plan.step(step) else { return };
        let may = at.map_or_else(|| self.may_promise(callback), |_| Ok(()));
        match (self.outside_of(number.as_str()), may) {
            (Some(number), Ok(())) => {
                let today = self.local().date();
                let told = at.map(|at| Appointment { at, today });
                // Who keeps one that stands is called when they were to be.
                let kept = Some(callback).filter(|_| self.standing == Standing::Asked);
                let told = told.or_else(|| self.time_that_stands(kept?));
                self.tell(What::CallbackPromised { number, at: told.map(|told| told.at) });
                self.inbox.push_back(Input::CallbackPromised(told));
            }
            (None, _) => self.refuse_callback(NoCallback::Full),
            (_, Err(why)) => self.refuse_callback(why),
        }
    }

    /// The number of the caller, if a callback is open to it and no other number is meant.
    fn standing_number(&self, typed: Option<&Number>) -> Option<Number> {
        let is_meant = self.standing != Standing::None && typed.is_none();
        let own = self.trial.from.as_deref().filter(|_| is_meant)?;
        Number::new(&self.plan.number_read(&self.outside_of(own)?))
    }

    /// The callback that is open to a caller who comes to this queue, if they are to be asked about it.
    pub(super) fn callback_standing(&self, queue: QueueId) -> Option<StepId> {
        let is_new = self.standing == Standing::Open && self.standing_number(None).is_some();
        let mut callbacks = self.plan.callbacks().filter(|it| it.queue == queue && it.ask_again);
        callbacks.next().filter(|_| is_new).and_then(|it| self.plan.callback_step(&it.name))
    }

    pub(super) fn call_off_callback(&mut self) {
        self.standing = Standing::None;
        self.tell(What::CallbackCalledOff);
        self.inbox.push_back(Input::CallbackCalledOff);
    }

    pub(super) fn take_up_callback(&mut self) {
        self.standing = Standing::None;
        self.tell(What::CallbackTakenUp);
        self.inbox.push_back(Input::CallbackTakenUp);
    }

    /// Whether one of these callbacks could be promised, to which an offer leads.
    pub(super) fn weigh_offer(&mut self, callbacks: &[StepId]) {
        let plan = Arc::clone(&self.plan);
        let mut callbacks = callbacks.iter().filter_map(|step| plan.step(*step).callback());
        let stands = callbacks.any(|callback| {
            self.may_promise(callback).is_ok() || !self.times_offered(callback).is_empty()
        });
        if !stands {
            self.tell(What::OfferLeftOut);
        }
        self.inbox.push_back(Input::OfferStands(stands));
    }

    fn may_promise(&self, callback: &Callback) -> Result<(), NoCallback> {
        match self.trial.callback {
            AtCallback::Refused => return Err(NoCallback::Full),
            AtCallback::TooLate => return Err(NoCallback::TooLate),
            AtCallback::Promised | AtCallback::Stands => {}
        }
        if !self.is_open(callback.queue, self.local()) {
            return Err(NoCallback::Full);
        }
        let by_hours = self.figures(callback.queue).doors == Doors::ByHours;
        let hours = self.plan.queue(callback.queue).hours.filter(|_| by_hours);
        let closes_in = hours.and_then(|hours| self.plan.closes_in(hours, self.wall()));
        let kept = callback.can_be_kept(self.trial.expected_wait, closes_in);
        kept.then_some(()).ok_or(NoCallback::TooLate)
    }

    fn refuse_callback(&mut self, why: NoCallback) {
        self.tell(match why {
            NoCallback::Full => What::CallbackRefused,
            NoCallback::TooLate => What::CallbackTooLate,
        });
        self.inbox.push_back(Input::CallbackRefused(why));
    }

    /// A number in our form, if some trunk may call it.
    fn outside_of(&self, number: &str) -> Option<String> {
        let number = self.plan.number_dialled(number)?;
        let may_call = !self.plan.ways_out(&number).is_empty() && number.len() <= NUMBER_MAX;
        may_call.then_some(number)
    }

    pub(super) fn dial(&mut self, dial: &Dial) {
        let ways = self.plan.ways_of(dial);
        let trunks = ways.iter().map(|id| Arc::clone(&self.plan.trunk(*id).name)).collect();
        self.tell(What::Dials { number: Arc::clone(&dial.number), trunks });
        let rings = match self.trial.dial {
            _ if ways.is_empty() => Duration::ZERO,
            AtDial::Answers | AtDial::Mailbox => OUTSIDE_RINGS.min(dial.ring),
            AtDial::Rings => dial.ring,
        };
        self.outside_at = Some(self.now + rings);
    }

    /// It is known whether a number outside answers.
    pub(super) fn outside(&mut self) {
        self.outside_at = None;
        let Some(Step::Dial(dial)) = self.step() else { return };
        let can_answer = !self.plan.ways_of(dial).is_empty();
        let takes = match self.trial.dial {
            AtDial::Answers => true,
            AtDial::Mailbox => !dial.confirm,
            AtDial::Rings => false,
        };
        if can_answer && takes {
            return self.over(End::PutThrough);
        }
        self.tell(What::NotPutThrough);
        self.feed(Input::NotPutThrough);
    }

    /// The step that the caller is at.
    fn step(&self) -> Option<&Step> {
        match self.visit.passed().last()?.place {
            dialplan::Goto::Step(step) => Some(self.plan.step(step)),
            dialplan::Goto::Queue(_) | dialplan::Goto::HangUp => None,
        }
    }
}
