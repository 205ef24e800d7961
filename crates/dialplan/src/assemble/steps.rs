//! Steps, and the arrows between places.

use super::Assembly;
use crate::builtin;
use crate::draft::{
    DialDraft, HangUpDraft, LookUpDraft, MenuDraft, PatternDraft, SayDraft, SetDraft, SpeakDraft,
    StepDraft, SubDraft, VoicemailDraft,
};
use crate::nearest::did_you_mean;
use crate::outside::Site;
use crate::plan::{
    Cause, Demand, DemandId, Demands, Dial, DigitPattern, DirectoryId, Goto, HangUp, LanguageId,
    LookUp, Menu, MessageWaits, Say, Saying, Set, Speak, Step, Sub, Value, VariableId, Voicemail,
    dialled,
};
use crate::report::Flaw;
use crate::table::Text;
use ids::QueueId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// For how long a key is waited for.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
/// How often a question is asked.
pub(super) const TRIES: u8 = 3;

/// For how long a number outside rings.
const DIAL_RING: Duration = Duration::from_secs(30);
/// How many calls a step makes in an hour.
const DIAL_PER_HOUR_MAX: u32 = 60;
const MESSAGE_MAX: Duration = Duration::from_secs(180);
const SILENCE: Duration = Duration::from_secs(5);
const SHORTEST: Duration = Duration::from_secs(1);
const MESSAGES_MAX: u32 = 100;
const HEARD_MAX: u32 = 3;
const MEBIBYTES_MAX: u32 = 1_000;

impl Assembly<'_, '_> {
    /// The steps of the file, and behind them the two that are built in.
    pub(super) fn steps(&mut self, site: &mut Site<'_>) -> Vec<Step> {
        let draft = self.draft;
        let mut steps: Vec<_> = draft
            .steps
            .iter()
            .map(|step| {
                let name = step.name.get_ref().as_str().into();
                match &step.body {
                    StepDraft::Say(say) => Step::Say(self.say(name, say)),
                    StepDraft::Menu(menu) => Step::Menu(self.menu(name, menu)),
                    StepDraft::Speak(speak) => Step::Speak(self.speak(name, speak)),
                    StepDraft::Set(set) => Step::Set(self.set(name, set)),
                    StepDraft::Branch(branch) => Step::Branch(self.branch(name, branch)),
                    StepDraft::Collect(collect) => Step::Collect(self.collect(name, collect)),
                    StepDraft::Confirm(confirm) => Step::Confirm(self.confirm(name, confirm)),
                    StepDraft::Http(http) => Step::Http(self.http_step(name, http, site)),
                    StepDraft::HangUp(hang_up) => Step::HangUp(self.hang_up(name, hang_up)),
                    StepDraft::Sub(sub) => Step::Sub(self.sub(name, sub)),
                    StepDraft::LookUp(look_up) => Step::LookUp(self.look_up(name, look_up)),
                    StepDraft::Dial(dial) => Step::Dial(self.dial(name, dial)),
                    StepDraft::Voicemail(voicemail) => {
                        Step::Voicemail(self.voicemail(name, voicemail))
                    }
                    StepDraft::Callback(callback) => Step::Callback(self.callback(name, callback)),
                }
            })
            .collect();
        if self.names.closed.index() == steps.len() {
            steps.extend(builtin::STEPS.map(|name| self.last_words(name)));
            steps.push(Step::Return(builtin::RETURN.into()));
        }
        steps
    }

    fn last_words(&self, name: &str) -> Step {
        let prompts = vec![Saying::Phrase(self.builtin(name))];
        let (goto, otherwise) = (Goto::HangUp, None);
        Step::Say(Say { name: name.into(), prompts, goto, otherwise })
    }

    fn hang_up(&mut self, name: Arc<str>, draft: &HangUpDraft) -> HangUp {
        let cause = draft.cause.unwrap_or(Cause::Normal);
        HangUp { name, prompts: self.phrases(&draft.prompts), cause }
    }

    fn sub(&mut self, name: Arc<str>, draft: &SubDraft) -> Sub {
        let call = self.goto_or(draft.call.as_ref(), Goto::HangUp);
        Sub { name, call, goto: self.goto_or(draft.goto.as_ref(), Goto::HangUp) }
    }

    fn say(&mut self, name: Arc<str>, say: &SayDraft) -> Say {
        let goto = self.goto_or(say.goto.as_ref(), Goto::HangUp);
        let prompts = say.prompts.iter().filter_map(|saying| self.saying(saying)).collect();
        let otherwise = say.otherwise.as_ref().map(|arrow| self.goto(arrow));
        Say { name, prompts, goto, otherwise }
    }

    fn speak(&mut self, name: Arc<str>, speak: &SpeakDraft) -> Speak {
        let language = speak.language.as_ref().map_or(LanguageId(0), |text| self.language(text));
        Speak { name, language, goto: self.goto_or(speak.goto.as_ref(), Goto::HangUp) }
    }

    fn set(&mut self, name: Arc<str>, set: &SetDraft) -> Set {
        let demand = set.need.as_ref().and_then(|_| self.names.demand(&name));
        Set {
            // That there are too many is told with the demands.
            demand: demand
                .filter(|at| *at < Demands::MAX)
                .and_then(|at| u8::try_from(at).ok())
                .map(DemandId),
            name,
            priority: set.priority.and_then(|it| u8::try_from(it).ok()),
            language: set.language.as_ref().map(|text| self.language(text)),
            whisper: self.phrases(&set.whisper),
            values: self.values(&set.values),
            goto: self.goto_or(set.goto.as_ref(), Goto::HangUp),
        }
    }

    /// Values with the variables that have them.
    fn values(&self, values: &[(Text, Value)]) -> Vec<(VariableId, Value)> {
        let known = values.iter().filter_map(|(name, value)| {
            // One too many has been told.
            Some((self.variables.id(name.get_ref())?, value.clone()))
        });
        known.collect()
    }

    /// What steps add to the needs of calls, in the order of the file.
    pub(super) fn demands(&mut self) -> Vec<Demand> {
        let draft = self.draft;
        let mut demands = Vec::new();
        for step in &draft.steps {
            let Some(SetDraft { need: Some(need), needs_for, .. }) = demand_of(&step.body) else {
                continue;
            };
            if demands.len() == Demands::MAX {
                let message = format!("more than {} steps add to what calls need", Demands::MAX);
                let remedy = "use one step from several places".to_owned();
                let flaw = Flaw::error("too-many", step.name.span(), message);
                self.report.add(flaw.suggest(remedy));
                break;
            }
            let (name, requirement) = (step.name.get_ref().as_str().into(), self.requirement(need));
            demands.push(Demand { name, requirement, lasts: *needs_for });
        }
        demands
    }

    fn look_up(&mut self, name: Arc<str>, look_up: &LookUpDraft) -> LookUp {
        let directory = look_up.directory.as_ref().and_then(|text| self.directory_of(text));
        let key = look_up.key.as_ref().and_then(|text| self.key(text));
        if let Some(text) = &look_up.directory {
            self.check_key((text, directory), look_up.key.as_ref());
        }
        let goto = self.goto_or(look_up.goto.as_ref(), Goto::HangUp);
        let unknown = self.goto_or(look_up.unknown.as_ref(), goto);
        LookUp {
            name,
            directory: directory.unwrap_or(DirectoryId(0)),
            key,
            reads: self.columns_noted(directory, &look_up.reads),
            goto,
            vip: self.goto_or(look_up.vip.as_ref(), goto),
            unknown,
            failed: self.goto_or(look_up.failed.as_ref(), unknown),
        }
    }

    fn dial(&mut self, name: Arc<str>, dial: &DialDraft) -> Dial {
        let trunks = dial.trunks.iter().flatten();
        let country = self.draft.top.country.as_ref().map(|text| text.get_ref().as_str());
        let written = dial.number.as_ref().map_or("", |text| text.get_ref().as_str());
        Dial {
            name,
            // What cannot be called is told with the trunks.
            number: dialled(country, written).unwrap_or_else(|| written.to_owned()).into(),
            trunks: trunks.filter_map(|text| self.trunk_of(text)).collect(),
            ring: dial.ring.unwrap_or(DIAL_RING),
            per_hour_max: dial.per_hour_max.unwrap_or(DIAL_PER_HOUR_MAX),
            confirm: dial.confirm,
            failed: self.goto_or(dial.failed.as_ref(), Goto::Step(self.names.all_busy)),
        }
    }

    fn voicemail(&mut self, name: Arc<str>, draft: &VoicemailDraft) -> Voicemail {
        let prompts = self.phrases_or(draft.prompts.as_ref(), builtin::VOICEMAIL_GREETING);
        Voicemail {
            name,
            prompts,
            length_max: draft.length_max.unwrap_or(MESSAGE_MAX),
            silence: draft.silence.unwrap_or(SILENCE),
            shortest: draft.shortest.unwrap_or(SHORTEST),
            messages_max: draft.messages_max.unwrap_or(MESSAGES_MAX),
            mebibytes_max: draft.mebibytes_max.unwrap_or(MEBIBYTES_MAX),
            done_kept: draft.done_kept.unwrap_or(Voicemail::DONE_KEPT),
            waits: self.message_waits(draft),
            full: self.goto_or(draft.full.as_ref(), Goto::HangUp),
            goto: self.goto_or(draft.goto.as_ref(), Goto::HangUp),
        }
    }

    fn message_waits(&mut self, draft: &VoicemailDraft) -> Option<MessageWaits> {
        let queue = self.queue_of(draft.queue.as_ref()?)?;
        Some(MessageWaits {
            queue,
            priority: self.priority_there(draft.priority, queue),
            heard_max: draft.heard_max.unwrap_or(HEARD_MAX),
        })
    }

    /// The priority of what is no caller in this queue: that of the queue, unless another is written.
    pub(super) fn priority_there(&self, written: Option<u32>, queue: QueueId) -> u8 {
        let of_queue = self.draft.queues.get(queue.index()).and_then(|queue| queue.body.priority);
        u8::try_from(written.or(of_queue).unwrap_or(0)).unwrap_or(u8::MAX)
    }

    fn menu(&mut self, name: Arc<str>, menu: &MenuDraft) -> Menu {
        let operator = self.operator();
        Menu {
            name,
            prompts: self.phrases(&menu.prompts),
            keys: self.keys(&menu.keys),
            patterns: menu.patterns.iter().map(|entry| self.pattern(entry)).collect(),
            into: menu.into.as_ref().and_then(|name| self.variables.id(name.get_ref())),
            invalid: self.phrases_or(menu.invalid.as_ref(), builtin::INVALID),
            silent: self.phrases_or(menu.silent.as_ref(), builtin::NO_CHOICE),
            timeout: menu.timeout.unwrap_or(TIMEOUT),
            tries: menu.tries.and_then(|tries| u8::try_from(tries).ok()).unwrap_or(TRIES),
            otherwise: self.goto_or(menu.otherwise.as_ref(), operator.unwrap_or(Goto::HangUp)),
        }
    }

    fn pattern(&mut self, entry: &PatternDraft) -> (DigitPattern, Goto) {
        let operator_key = self.operator_key();
        let is_taken = Menu::goes_on_with(&entry.pattern, operator_key);
        if is_taken && self.is_operator_key(operator_key) {
            let message = format!("key {operator_key} is the operator's everywhere in this plan");
            let remedy = "let no entry begin with it, or choose another `operator_key` at the top";
            let flaw = Flaw::error("operator-key-taken", entry.written.span(), message);
            self.report.add(flaw.suggest(remedy.to_owned()));
        }
        (entry.pattern.clone(), self.goto(&entry.goto))
    }

    pub(super) fn keys(&mut self, keys: &BTreeMap<char, Text>) -> BTreeMap<char, Goto> {
        keys.iter().for_each(|(key, arrow)| self.refuse_operator_key(*key, arrow.span()));
        keys.iter().map(|(key, arrow)| (*key, self.goto(arrow))).collect()
    }

    /// Where a key leads from anywhere: not back, since nobody was sent.
    pub(super) fn goto_from_anywhere(&mut self, arrow: &Text) -> Goto {
        if arrow.get_ref() == builtin::RETURN {
            let message = "a key that works everywhere can not lead to \"return\"".to_owned();
            let remedy = "lead it to a step, a queue or \"hangup\"".to_owned();
            let flaw = Flaw::error("return-to-nowhere", arrow.span(), message);
            self.report.add(flaw.suggest(remedy));
        }
        self.goto(arrow)
    }

    pub(super) fn goto_or(&mut self, arrow: Option<&Text>, otherwise: Goto) -> Goto {
        arrow.map_or(otherwise, |arrow| self.goto(arrow))
    }

    /// Where an arrow of the file leads.
    pub(super) fn goto(&mut self, arrow: &Text) -> Goto {
        if let Some(goto) = self.names.place(arrow.get_ref()) {
            return goto;
        }
        self.arrows_lost = true;
        let name = arrow.get_ref();
        let id = match name.split_once('.') {
            Some(("queue", _)) => "undefined-queue",
            Some(_) | None => "undefined-step",
        };
        let meant = did_you_mean(name, self.names.places()).or_else(|| self.with_kind(name));
        let example = || "an arrow leads to \"kind.name\", or to \"hangup\"".to_owned();
        let flaw = Flaw::error(id, arrow.span(), format!("there is no `{name}`"));
        self.report.add(flaw.suggest(meant.unwrap_or_else(example)));
        Goto::HangUp
    }

    /// A name without its kind is understood, but not taken: `support` may one day be a menu too.
    fn with_kind(&self, name: &str) -> Option<String> {
        let same = |place: &&str| place.split_once('.').is_some_and(|(_, rest)| rest == name);
        self.names.places().find(same).map(|meant| format!("did you mean `{meant}`?"))
    }
}

/// A step that adds to what calls need.
fn demand_of(step: &StepDraft) -> Option<&SetDraft> {
    step.set().filter(|set| set.need.is_some())
}
