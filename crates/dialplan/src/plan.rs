//! The checked plan: what the site is, with every arrow leading somewhere.
//!
//! Whoever holds a [`Plan`] need not doubt it: each [`Goto`] names a step or queue that exists,
//! each [`PromptId`] a phrase that is recorded, each loop waits for the caller somewhere.

mod agent;
mod branch;
mod callback;
mod choice;
mod collect;
mod condition;
mod confirm;
mod demand;
mod dial_pattern;
mod digit_pattern;
mod directory;
mod disposition;
mod fact;
mod hang_up;
mod holidays;
mod hours;
mod http;
mod network;
mod number_form;
mod number_pattern;
mod numbers_called;
mod offer;
mod origin;
mod pause;
mod phone_secret;
mod questions;
mod queue;
mod requirement;
mod rule;
mod saying;
mod secret;
mod short_codes;
mod step;
mod strategy;
mod sub;
mod test;
mod trunk;
mod variable;
mod voicemail;
mod way;

pub use agent::{Agent, DialOut, LogIn, Redirect, Returns, Rings, RingsMax, Srtp};
pub use branch::{Arm, Branch};
pub use callback::{Callback, CallbackAtClosing, CallbackMode, NumberFrom, Slots};
pub use choice::Choice;
pub use collect::{Collect, DigitCheck};
pub use condition::{Condition, Presence, When, Whom};
pub use confirm::Confirm;
pub use demand::{Demand, DemandId, Demands};
pub use dial_pattern::{DialPattern, NoPattern};
pub use digit_pattern::{DigitPattern, Fit};
pub(crate) use directory::PRIORITY_MAX;
pub use directory::{By, Directory, DirectoryId, HttpDirectory, Known, Listed, More, Source, Told};
pub use disposition::{Disposition, Filing};
pub use fact::{Fact, Facts, Value, ValueKind};
pub use hang_up::{Cause, HangUp};
pub use holidays::{
    CalendarAt, Country, Holiday, HolidayKind, Holidays, OwnHoliday, YearDay, Yearly,
};
pub(crate) use hours::DAY;
pub use hours::{DayHours, HolidayHours, Hours, OpenSpan, Why};
pub use http::{Http, Piece, Read, Template};
pub use network::{Network, NoNetwork};
pub use number_form::NumberForm;
pub(crate) use number_form::{SHORT_DIGITS_MAX, dialled};
pub(crate) use number_pattern::NumberPattern;
pub(crate) use numbers_called::NumbersCalled;
pub use offer::{Announcement, Offer, Only};
pub(crate) use origin::QueueOrigin;
pub use origin::{Line, Origin, Origins};
pub use pause::{AtMax, Pause, PauseLimit};
pub use phone_secret::{Ha1, PhoneSecret};
pub use queue::{AtClosing, Queue};
pub use requirement::Requirement;
pub use rule::{Fate, Refusal, Rule};
pub(crate) use saying::{DATE_FORMS, GENDERS};
pub use saying::{SaidAmount, SaidAs, SaidUnit, SaidValue, Sayable, Saying};
pub use secret::Secret;
pub use short_codes::{Dialled, ShortCode, ShortCodes};
pub use step::{Dial, Goto, LookUp, Menu, Phrase, Say, Set, Speak, Step};
pub use strategy::Strategy;
pub use sub::Sub;
pub use test::{Comparison, Likeness, Term, Test};
pub use trunk::{Digest, KnownBy, Trunk, TrunkHost, TrunkLogin, TrunkTransport, Trust};
pub use variable::{Variable, VariableId};
pub use voicemail::{MessageWaits, Voicemail};
pub use way::Way;

use clock::WallTime;
use ids::{AgentId, PauseId, PromptId, QueueId, TrunkId};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

ids::define_id! {
    /// A language of the plan: the place among its languages.
    LanguageId(u8), "language-"
}
ids::define_id! {
    /// A step of the plan: the place among its steps.
    StepId(u32), "step-"
}
ids::define_id! {
    /// Opening hours: the place among those of the plan.
    HoursId(u32), "hours-"
}
ids::define_id! {
    /// A shift: the place among those of the plan.
    ShiftId(u32), "shift-"
}
ids::define_id! {
    /// A disposition: the place among those of the plan.
    DispositionId(u32), "disposition-"
}

/// A site, checked. Lists are in the order of the file, except the prompts, which are sorted; those of a plan that follows
/// another (see [`Plan::check_after`]) begin like the lists of that one.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What people call the site.
    pub name: Arc<str>,
    /// The languages callers are spoken to in; at least one.
    pub languages: Vec<Language>,
    /// The language of a number that names none.
    pub default_language: LanguageId,
    /// The centre's own time zone, by which opening hours are read.
    pub timezone: TimeZone,
    /// The numbers that can be dialled, as the plan writes them, patterns such as `20XX` among them.
    pub numbers: BTreeMap<Arc<str>, Number>,
    /// Places that speak or listen, by [`StepId`].
    pub steps: Vec<Step>,
    /// What steps add to the needs of single calls, by [`DemandId`]; [`Demands::MAX`] at most.
    pub demands: Vec<Demand>,
    /// Which of them a call can have gathered when it comes to a queue, each once; none of them is the
    /// first.
    pub demand_sets: Vec<Demands>,
    /// What steps note of calls, by [`VariableId`]; [`Variable::MAX`] at most.
    pub variables: Vec<Variable>,
    /// Directories, by [`DirectoryId`].
    pub directories: Vec<Directory>,
    /// Queues, by [`QueueId`].
    pub queues: Vec<Queue>,
    /// Agents, by [`AgentId`].
    pub agents: Vec<Agent>,
    /// Names of the skills that queues ask for or agents have, by [`ids::SkillId`].
    pub skills: Vec<Arc<str>>,
    /// Names of the phrases that the plan may say, the built-in ones among them, by [`PromptId`].
    pub prompts: Vec<Arc<str>>,
    /// Opening hours, by [`HoursId`].
    pub hours: Vec<Hours>,
    /// Calendars of holidays at addresses, which change while the plan stays; each address once.
    pub calendars: Vec<CalendarAt>,
    /// When agents of a shift are at work, by [`ShiftId`].
    pub shifts: Vec<Hours>,
    /// Where the operator key leads from any menu or announcement before a queue, where the text says so.
    pub operator: Option<Goto>,
    /// The operator key.
    pub operator_key: char,
    /// Where further keys lead from any menu or announcement before a queue that has no use of its own for them. Where the
    /// text says nothing of the operator, its key is one of them.
    pub keys: BTreeMap<char, Goto>,
    /// What agents dial on their own phones.
    pub short_codes: ShortCodes,
    /// Pauses, by [`PauseId`]; at least one.
    pub pauses: Vec<Pause>,
    /// Dispositions, by [`DispositionId`].
    pub dispositions: Vec<Disposition>,
    /// Trunks, by [`TrunkId`].
    pub trunks: Vec<Trunk>,
    /// Whether callers who are neither a trunk nor an agent are let in.
    pub strangers: Strangers,
    /// The country's calling code without the plus, such as `46`.
    pub country: Option<Arc<str>>,
    /// How many calls out an agent may begin in an hour.
    pub dial_out_per_hour_max: u32,
    /// Where all of it stands.
    pub origins: Origins,
    /// What the text does not have any more, and calls may still be in.
    pub gone: Gone,
    pub(crate) prompt_ids: BTreeMap<Arc<str>, PromptId>,
    pub(crate) called: NumbersCalled,
    /// The steps that no text has: for a number that is closed, for a queue that is full, and `return`.
    pub(crate) built_in: [StepId; 3],
}

/// What a plan has in its lists only since calls may still be in it: it was in the plan before, and is not in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Queues: nobody comes to them who is not on the way there already, and those in them are served by the agents who
    /// served them.
    pub queues: BTreeSet<QueueId>,
    /// Agents: they take no calls, and their phones cannot register.
    pub agents: BTreeSet<AgentId>,
}

/// Whether callers who are neither a trunk nor an agent are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// They may call the numbers of the plan.
    Welcome,
    /// They may not.
    Refused,
}

/// A language that callers are spoken to in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its tag (BCP 47), such as `sv`; also the folder of its recordings.
    pub tag: Arc<str>,
}

/// A number that callers dial (DNIS).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The language its callers are spoken to in at first.
    pub language: LanguageId,
    /// Who goes another way or is refused, before anybody answers; the first that holds counts.
    pub rules: Vec<Rule>,
    /// Where its callers go.
    pub goto: Goto,
    /// When, if not always.
    pub opening: Option<Opening>,
    /// Where its callers are looked up before all else.
    pub directory: Option<DirectoryId>,
}

/// When a number is open, and what happens when it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The hours.
    pub hours: HoursId,
    /// Where callers go outside them.
    pub closed: Goto,
}

impl Plan {
    /// The keys that work from any menu or announcement before a queue, and where they lead: first the operator
    /// key.
    pub fn anytime(&self) -> impl Iterator<Item = (char, Goto)> {
        let operator = self.operator.map(|goto| (self.operator_key, goto));
        operator.into_iter().chain(self.keys.iter().map(|(key, goto)| (*key, *goto)))
    }

    /// The step of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn step(&self, step: StepId) -> &Step {
        self.steps.get(step.index()).expect("a step id is handed out by the plan that has the step")
    }

    /// The voicemails, in the order of the file.
    pub fn voicemails(&self) -> impl Iterator<Item = &Voicemail> {
        self.steps.iter().filter_map(Step::voicemail)
    }

    /// The voicemail of this name.
    #[must_use]
    pub fn voicemail(&self, name: &str) -> Option<&Voicemail> {
        self.voicemails().find(|voicemail| &*voicemail.name == name)
    }

    /// The callbacks, in the order of the file.
    pub fn callbacks(&self) -> impl Iterator<Item = &Callback> {
        self.steps.iter().filter_map(Step::callback)
    }

    /// The step of the callback of this name.
    #[must_use]
    pub fn callback_step(&self, name: &str) -> Option<StepId> {
        let mut steps = (0..).map(StepId).zip(&self.steps);
        let is_it = |step: &Step| step.callback().is_some_and(|it| &*it.name == name);
        steps.find(|(_, step)| is_it(step)).map(|(id, _)| id)
    }

    /// The callback of this name.
    #[must_use]
    pub fn callback(&self, name: &str) -> Option<&Callback> {
        self.callbacks().find(|callback| &*callback.name == name)
    }

    /// The queue of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn queue(&self, queue: QueueId) -> &Queue {
        self.queues.get(queue.index()).expect("a queue id is handed out by the plan that has it")
    }

    /// The variable of this name.
    #[must_use]
    pub fn variable_of(&self, name: &str) -> Option<VariableId> {
        let at = self.variables.iter().position(|variable| &*variable.name == name)?;
        u8::try_from(at).ok().map(VariableId)
    }

    /// The queue of this name.
    #[must_use]
    pub fn queue_of(&self, name: &str) -> Option<QueueId> {
        let at = self.queues.iter().position(|queue| &*queue.name == name)?;
        u32::try_from(at).ok().map(QueueId)
    }

    /// An arrow as it is written: `queue.support`, `say.bye`, `hangup`.
    #[must_use]
    pub fn arrow(&self, goto: Goto) -> String {
        match goto {
            Goto::Step(step) => {
                let step = self.step(step);
                if let Step::Return(name) = step {
                    return name.to_string();
                }
                format!("{}.{}", step.kind(), step.name())
            }
            Goto::Queue(queue) => format!("queue.{}", self.queue(queue).name),
            Goto::HangUp => "hangup".to_owned(),
        }
    }

    /// Where the place that an arrow leads to stands; none of what is built in, and of `hangup`.
    #[must_use]
    pub fn line_of(&self, place: Goto) -> Option<&Line> {
        match place {
            Goto::Step(step) => self.origins.of(Origin::Step(step)),
            Goto::Queue(queue) => self.origins.of(Origin::Queue(queue)),
            Goto::HangUp => None,
        }
    }

    /// The agent of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn agent(&self, agent: AgentId) -> &Agent {
        self.agents.get(agent.index()).expect("an agent id is handed out by the plan that has it")
    }

    /// The pause of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn pause(&self, pause: PauseId) -> &Pause {
        self.pauses.get(pause.index()).expect("a pause id is handed out by the plan that has it")
    }

    /// The disposition of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn disposition(&self, disposition: DispositionId) -> &Disposition {
        let found = self.dispositions.get(disposition.index());
        found.expect("a disposition id is handed out by the plan that has it")
    }

    /// The pause of this name.
    #[must_use]
    pub fn pause_of(&self, name: &str) -> Option<PauseId> {
        let at = self.pauses.iter().position(|pause| &*pause.name == name)?;
        u32::try_from(at).ok().map(PauseId)
    }

    /// The disposition of this name.
    #[must_use]
    pub fn disposition_of(&self, name: &str) -> Option<DispositionId> {
        let at = self.dispositions.iter().position(|one| &*one.name == name)?;
        u32::try_from(at).ok().map(DispositionId)
    }

    /// The hours of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn hours(&self, hours: HoursId) -> &Hours {
        self.hours.get(hours.index()).expect("an hours id is handed out by the plan that has them")
    }

    /// The tag of a language of this plan, such as `sv`.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn language(&self, language: LanguageId) -> &Arc<str> {
        let found = self.languages.get(language.index());
        &found.expect("a language id is handed out by the plan that has it").tag
    }

    /// The language of a tag, if it is one of this plan's.
    #[must_use]
    pub fn language_of(&self, tag: &str) -> Option<LanguageId> {
        let at = self.languages.iter().position(|language| *language.tag == *tag)?;
        u8::try_from(at).ok().map(LanguageId)
    }

    /// The phrase of this name, if the plan may say it. Built-in names ([`crate::builtin`]) are
    /// always there.
    #[must_use]
    pub fn prompt(&self, name: &str) -> Option<PromptId> {
        self.prompt_ids.get(name).copied()
    }

    /// The name of a phrase of this plan.
    #[must_use]
    pub fn prompt_name(&self, prompt: PromptId) -> &str {
        self.prompts
            .get(prompt.index())
            .expect("a prompt id is handed out by the plan that has the prompt")
    }

    /// The agent whose phone registers with this account.
    #[must_use]
    pub fn agent_of(&self, account: &str) -> Option<AgentId> {
        let at = self.agents.iter().position(|agent| &*agent.account == account)?;
        u32::try_from(at).ok().map(AgentId).filter(|agent| !self.gone.agents.contains(agent))
    }

    /// The directory of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn directory(&self, directory: DirectoryId) -> &Directory {
        let found = self.directories.get(directory.index());
        found.expect("a directory id is handed out by the plan that has it")
    }

    /// The trunk of an id of this plan.
    ///
    /// # Panics
    /// On the id of another, longer plan.
    #[must_use]
    pub fn trunk(&self, trunk: TrunkId) -> &Trunk {
        self.trunks.get(trunk.index()).expect("a trunk id is handed out by the plan that has it")
    }

    /// What somebody at a phone here has dialled, as a number of ours: `0812345` and `0046812345`
    /// become `+46812345`, a short number stays. `None` for what is no number: `*` codes, letters,
    /// more digits than a number has.
    #[must_use]
    pub fn number_dialled(&self, text: &str) -> Option<String> {
        dialled(self.country.as_deref(), text)
    }

    /// A number in our form, as directories and all that is remembered of callers go by it. What is no number is left
    /// as it is.
    #[must_use]
    pub fn number_in_our_form(&self, written: &str) -> String {
        self.number_dialled(written).unwrap_or_else(|| written.to_owned())
    }

    /// The same plan for somebody who only walks through it: who is in directories they ask others.
    #[must_use]
    pub fn without_lists(&self) -> Self {
        let mut plan = self.clone();
        for directory in &mut plan.directories {
            if let Source::Listed(listed) = &mut directory.source {
                *listed = Arc::default();
            }
        }
        plan
    }

    /// A number in our form as people of the country say it: `+46701234567` is `0701234567` in Sweden.
    #[must_use]
    pub fn number_read(&self, number: &str) -> String {
        NumberForm::National.write(self.country.as_deref(), number)
    }

    /// The trunks over which a number may be called, the one to try first at the front: the longest
    /// prefix wins, then the order of the file. Empty: the number may not be called.
    #[must_use]
    pub fn ways_out(&self, number: &str) -> Vec<TrunkId> {
        let allowing = (0..).map(TrunkId).zip(&self.trunks);
        let mut ways: Vec<(usize, TrunkId)> =
            allowing.filter_map(|(id, trunk)| Some((trunk.allows(number)?, id))).collect();
        ways.sort_by_key(|(length, id)| (std::cmp::Reverse(*length), *id));
        ways.into_iter().map(|(_, id)| id).collect()
    }

    /// The trunks over which a step calls its number, the one to try first at the front: those that it names, or
    /// whichever may carry the number. Empty: it calls nobody.
    #[must_use]
    pub fn ways_of(&self, dial: &Dial) -> Vec<TrunkId> {
        if dial.trunks.is_empty() {
            return self.ways_out(&dial.number);
        }
        let may_carry = |id: &TrunkId| self.trunk(*id).allows(&dial.number).is_some();
        dial.trunks.iter().copied().filter(may_carry).collect()
    }

    /// What a clock on the wall of the centre shows at `wall`. Right on the nights when the clocks
    /// change, since the zone knows them.
    #[must_use]
    pub fn local(&self, wall: WallTime) -> DateTime {
        self.timezone.to_datetime(stamp(wall))
    }

    /// When the day of the centre began that has `wall` in it, and when the next one does. None beyond the year 9999.
    #[must_use]
    pub fn day_of(&self, wall: WallTime) -> Option<(WallTime, WallTime)> {
        let today = self.local(wall).date();
        let begins = |date: jiff::civil::Date| {
            let begins = date.to_zoned(self.timezone.clone()).ok()?.timestamp();
            Some(WallTime::from_micros(begins.as_microsecond()))
        };
        Some((begins(today)?, begins(today.tomorrow().ok()?)?))
    }

    /// When a clock on the wall of the centre shows this: of two such times the first, and after a gap what would
    /// have been. None beyond the year 9999.
    #[must_use]
    pub fn wall_at(&self, local: DateTime) -> Option<WallTime> {
        let stamp = self.timezone.to_timestamp(local).ok()?;
        Some(WallTime::from_micros(stamp.as_microsecond()))
    }

    /// How long these hours are open from `wall` on: zero when they are closed, none when they do not close within
    /// days. Right on the nights when the clocks change.
    #[must_use]
    pub fn closes_in(&self, hours: HoursId, wall: WallTime) -> Option<Duration> {
        let closes = self.hours(hours).closes_after(self.local(wall))?;
        let closes = self.timezone.to_timestamp(closes).ok()?;
        Some(Duration::try_from(closes.duration_since(stamp(wall))).unwrap_or_default())
    }
}

fn stamp(wall: WallTime) -> jiff::Timestamp {
    // Beyond the year 9999 the clock stands still; nothing there is open or closed.
    jiff::Timestamp::from_microsecond(wall.as_micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}
