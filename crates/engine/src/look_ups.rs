//! What is asked over HTTP by the shell: who callers are, where the plan's own lists do not say it, and what
//! steps of the plan ask.
//!
//! Whoever is asked can hold up nobody but the caller of whom it is, and that one no longer than its
//! `timeout`. Who callers are is kept for a while; so many questions are on at once and no more; and who has
//! failed several times in a row is left alone for a moment.

use crate::acquaintances::Number;
use crate::engine::{Engine, Timer};
use crate::facts::Asker;
use crate::io::Output;
use clock::{Duration, Moment};
use dialplan::{
    By, DirectoryId, Facts, HttpDirectory, Known, Read, Secret, Source, StepId, Told, Value,
    VariableId,
};
use events::{CallEvent, LookUpResult, What};
use ids::CallId;
use ivr::{Fetched, LookedUpBy};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// No more than this is asked at once, over all directories and steps. A caller who hangs up does not
/// take the question back: it is out until it is answered or its time is over, or callers who come and
/// go could ask for any number.
const ASKED_MAX: usize = 64;

/// No more answers than this are kept, over all directories.
const KEPT_MAX: usize = 10_000;

/// After this many failures in a row a directory is left alone for [`REST`].
const FAILURES_MAX: u32 = 5;

/// How long a directory that fails is left alone. Then one caller tries it.
const REST: Duration = Duration::from_secs(10);

ids::define_id! {
    /// One question to a directory.
    LookUpId(u64), "look-up-"
}

/// A question for the shell to ask.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which, to be named in the answer.
    pub id: LookUpId,
    /// What.
    pub ask: Ask,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Who calls, or whom they say to be.
    Caller {
        /// Where and how.
        directory: HttpDirectory,
        /// Whom: the caller's number in our form, such as `+46701234567`, or what they have typed.
        number: String,
    },
    /// What a step of the plan wants to know.
    Step(Box<Request>),
}

/// A request of a step, with all that is known filled in. It may hold what is secret.
#[derive(Clone)]
pub struct Request {
    /// The address.
    pub url: String,
    /// The values of a JSON object that is sent, none where it is not known; no object: it is only read.
    pub body: Option<Vec<(Arc<str>, Option<Value>)>>,
    /// What stands in the head.
    pub headers: Vec<(Arc<str>, Secret)>,
    /// How long to wait for an answer, each time.
    pub timeout: Duration,
    /// Whether to ask once more.
    pub retry: bool,
    /// What is wanted of the answer.
    pub reads: Vec<Read>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request(…)")
    }
}

/// What came of asking a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It knows the caller.
    Known(Box<Told>),
    /// It knows what a step wanted to know: this much of it.
    Read(Vec<(VariableId, Value)>),
    /// It does not.
    Unknown,
    /// It gave no answer, or none that can be read.
    Failed,
}

/// Questions that are on, answers that are kept, and how directories do.
#[derive(Debug, Default)]
pub(crate) struct LookUps {
    last: LookUpId,
    asked: BTreeMap<LookUpId, Asked>,
    kept: BTreeMap<Key, (Moment, Found)>,
    /// In the order in which they are to be forgotten, as far as they are still kept.
    kept_until: BTreeSet<(Moment, Key)>,
    health: BTreeMap<Service, Health>,
}

type Key = (DirectoryId, Number);

/// Known, or known to be unknown.
type Found = Option<Arc<Known>>;

/// A question that is on.
#[derive(Debug)]
struct Asked {
    call: CallId,
    about: About,
}

/// What it is about.
#[derive(Debug)]
enum About {
    Caller(Key),
    Step(StepId, u32),
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Service {
    Directory(DirectoryId),
    Step(StepId),
}

/// How somebody does who is asked.
#[derive(Clone, Copy, Debug, Default)]
struct Health {
    failures: u32,
    rests_until: Option<Moment>,
}

impl LookUps {
    /// An answer that is kept still.
    fn recall(&mut self, now: Moment, key: &Key) -> Option<Found> {
        while let Some((until, _)) = self.kept_until.first()
            && (*until <= now || self.kept.len() > KEPT_MAX)
            && let Some((_, old)) = self.kept_until.pop_first()
        {
            self.kept.remove(&old);
        }
        self.kept.get(key).map(|(_, found)| found.clone())
    }

    /// What was known is asked for anew.
    pub(crate) fn forget(&mut self) {
        self.kept.clear();
        self.kept_until.clear();
    }

    fn keep(&mut self, key: Key, until: Moment, found: Found) {
        if let Some((before, _)) = self.kept.insert(key.clone(), (until, found)) {
            self.kept_until.remove(&(before, key.clone()));
        }
        self.kept_until.insert((until, key));
    }

    /// Whether somebody may be asked now.
    fn may_ask(&mut self, now: Moment, service: Service) -> bool {
        let health = self.health.entry(service).or_default();
        if self.asked.len() >= ASKED_MAX || health.rests_until.is_some_and(|until| now < until) {
            return false;
        }
        if health.failures >= FAILURES_MAX {
            // This caller tries it; the next ones wait for what comes of that.
            health.rests_until = Some(now + REST);
        }
        true
    }

    fn has_failed(&mut self, now: Moment, service: Service) {
        let health = self.health.entry(service).or_default();
        health.failures = health.failures.saturating_add(1);
        if health.failures >= FAILURES_MAX {
            health.rests_until = Some(now + REST);
        }
    }

    fn take(&mut self, id: LookUpId) -> Option<Asked> {
        self.asked.remove(&id)
    }
}

impl Engine {
    /// The visit wants to know who its caller is. It is told at once, or by the end of a time.
    pub(crate) fn look_up(
        &mut self,
        now: Moment,
        id: CallId,
        directory: DirectoryId,
        by: &LookedUpBy,
    ) {
        let Some(call) = self.calls.get(id) else { return };
        let number = match (by, self.plan.directory(directory).by) {
            (LookedUpBy::Number, _) => Number::of(&self.plan, &call.caller),
            (LookedUpBy::Key(key), By::Number) => Some(Number::typed(&self.plan, key)),
            (LookedUpBy::Key(key), By::Key | By::Either) => Some(Number::key(key)),
        };
        let Some(number) = number else {
            return self.found(now, id, directory, Ok(None));
        };
        let plan = Arc::clone(&self.plan);
        let http = match &plan.directory(directory).source {
            Source::Listed(listed) => {
                let known = listed.get(number.as_str()).cloned().map(Arc::new);
                return self.found(now, id, directory, Ok(known));
            }
            Source::Http(http) => http,
        };
        let key = (directory, number);
        if let Some(found) = self.look_ups.recall(now, &key) {
            return self.found(now, id, directory, Ok(found));
        }
        if !self.look_ups.may_ask(now, Service::Directory(directory)) {
            return self.found(now, id, directory, Err(NoAnswer));
        }
        let number = key.1.as_str().to_owned();
        let ask = Ask::Caller { directory: http.clone(), number };
        self.ask(Asked { call: id, about: About::Caller(key) }, ask, now + http.timeout);
    }

    /// A step of the visit wants to know something of another program. It is told so at once, or by the end
    /// of a time.
    pub(crate) fn fetch(
        &mut self,
        now: Moment,
        id: CallId,
        (step, ask): (StepId, u32),
        known: Facts,
    ) {
        let Some(call) = self.calls.get(id) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(http) = plan.step(step).http() else { return };
        if !self.look_ups.may_ask(now, Service::Step(step)) {
            return self.fetched(now, id, ask, Fetched::Failed);
        }
        let mut facts = known;
        for fact in http.facts() {
            if let Some(value) = self.fact(now, Asker::of(call), fact) {
                facts.entry(fact).or_insert(value);
            }
        }
        let body = http.body.as_ref().map(|body| {
            body.iter().map(|(key, value)| (Arc::clone(key), value.value(&facts))).collect()
        });
        let request = Request {
            url: http.url.address(&facts),
            body,
            headers: http.headers.clone(),
            timeout: http.timeout,
            retry: http.retry,
            reads: http.reads.clone(),
        };
        let asked = Asked { call: id, about: About::Step(step, ask) };
        self.ask(asked, Ask::Step(Box::new(request)), now + http.patience());
    }

    fn ask(&mut self, asked: Asked, ask: Ask, until: Moment) {
        self.look_ups.last = self.look_ups.last.next();
        let id = self.look_ups.last;
        self.timers.set(Timer::LookUp(id), until);
        self.look_ups.asked.insert(id, asked);
        self.output(Output::LookUp(Box::new(Question { id, ask })));
    }

    /// Tells the visit what came of its question.
    fn fetched(&mut self, now: Moment, id: CallId, ask: u32, fetched: Fetched) {
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, ivr::Input::Fetched { ask, fetched });
        }
    }

    /// The shell has an answer. One that comes too late is not listened to.
    pub(crate) fn look_up_answered(&mut self, now: Moment, id: LookUpId, answer: Answer) {
        self.timers.clear(&Timer::LookUp(id));
        let Some(Asked { call, about }) = self.look_ups.take(id) else { return };
        match about {
            About::Caller(key) => self.caller_answered(now, call, key, answer),
            About::Step(step, ask) => self.step_answered(now, call, (step, ask), answer),
        }
        self.follow_visit(now, call);
    }

    fn step_answered(
        &mut self,
        now: Moment,
        call: CallId,
        (step, ask): (StepId, u32),
        answer: Answer,
    ) {
        let fetched = match answer {
            Answer::Read(values) => Fetched::Found(values),
            Answer::Unknown => Fetched::Unknown,
            Answer::Known(_) | Answer::Failed => Fetched::Failed,
        };
        if fetched == Fetched::Failed {
            self.look_ups.has_failed(now, Service::Step(step));
        } else {
            self.look_ups.health.remove(&Service::Step(step));
        }
        self.fetched(now, call, ask, fetched);
    }

    fn caller_answered(&mut self, now: Moment, call: CallId, key: Key, answer: Answer) {
        let directory = key.0;
        let found = match answer {
            Answer::Known(told) => Ok(Some(Arc::new(Known::of(&self.plan, &told)))),
            Answer::Unknown => Ok(None),
            Answer::Read(_) | Answer::Failed => Err(NoAnswer),
        };
        match &found {
            Ok(found) => {
                self.look_ups.health.remove(&Service::Directory(directory));
                if let Source::Http(HttpDirectory { keep, .. }) =
                    &self.plan.directory(directory).source
                    && !keep.is_zero()
                {
                    self.look_ups.keep(key, now + *keep, found.clone());
                }
            }
            Err(NoAnswer) => self.look_ups.has_failed(now, Service::Directory(directory)),
        }
        self.found(now, call, directory, found);
    }

    /// A directory has not answered in time.
    pub(crate) fn look_up_timed_out(&mut self, now: Moment, id: LookUpId) {
        self.look_up_answered(now, id, Answer::Failed);
    }

    /// Tells the visit who its caller is.
    fn found(
        &mut self,
        now: Moment,
        id: CallId,
        directory: DirectoryId,
        found: Result<Found, NoAnswer>,
    ) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let (result, told) = match &found {
            Ok(Some(known)) => {
                let Known { language, priority, vip, .. } = **known;
                let more = Arc::clone(&known.more);
                (LookUpResult::Found, ivr::LookedUp::Known { language, priority, vip, more })
            }
            Ok(None) => (LookUpResult::Unknown, ivr::LookedUp::Unknown),
            Err(NoAnswer) => (LookUpResult::Failed, ivr::LookedUp::Failed),
        };
        let known = found.ok().flatten();
        let (name, company) =
            known.as_ref().map_or((None, None), |k| (k.name.clone(), k.company.clone()));
        call.known = known.or_else(|| call.known.take());
        call.visit.handle(now, ivr::Input::LookedUp(told));
        let directory = Arc::clone(&self.plan.directory(directory).name);
        let looked_up = CallEvent::LookedUp { directory, result, name, company };
        self.record(now, What::Call(id, looked_up));
    }
}

/// A directory could not be asked.
#[derive(Clone, Copy, Debug)]
struct NoAnswer;
