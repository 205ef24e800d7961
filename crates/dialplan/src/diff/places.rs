//! Steps and queues as subjects.

use super::facts::{Subject, Words, word};
use crate::plan::{
    Announcement, Arm, Branch, Callback, CallbackMode, Cause, Condition, Confirm, Dial, Goto,
    HangUp, LookUp, Menu, MessageWaits, Offer, Queue, Say, Set, Slots, Speak, Step, StepId,
    Strategy, Sub, Voicemail, Way, When,
};
use crate::values;

impl Words<'_> {
    /// The steps of the file; those that are built in are the same in every plan.
    pub(super) fn steps(&self) -> Vec<Subject> {
        let steps = (0..).map(StepId).zip(&self.0.steps);
        let written = steps.filter(|(id, _)| !self.0.is_built_in(*id));
        written.map(|(id, step)| self.step(id, step)).collect()
    }

    fn step(&self, id: StepId, step: &Step) -> Subject {
        let mut subject = Subject::new(step.kind(), step.name());
        match step {
            Step::Say(Say { prompts, .. }) => subject.list("prompts", self.sayings(prompts)),
            Step::Menu(menu) => self.menu(&mut subject, menu),
            Step::Speak(Speak { language, .. }) => {
                subject.text("language", self.0.language(*language));
            }
            Step::Set(set) => self.set(&mut subject, set),
            Step::LookUp(LookUp { directory, key, reads, .. }) => {
                subject.text("directory", &self.0.directory(*directory).name);
                subject.perhaps("key", key.map(|key| self.noted(key)));
                for (into, column) in reads {
                    subject.text(&format!("read {}", self.noted(*into)), column);
                }
            }
            Step::Dial(Dial {
                name: _,
                number,
                trunks,
                ring,
                per_hour_max,
                confirm,
                failed: _,
            }) => {
                subject.text("number", number);
                let trunks = trunks.iter().map(|id| self.0.trunk(*id).name.to_string());
                subject.list("trunk", trunks);
                subject.length("ring", *ring);
                subject.text("per_hour_max", per_hour_max);
                subject.flag("confirm", *confirm);
            }
            Step::Collect(collect) => self.collect(&mut subject, collect),
            Step::Confirm(confirm) => self.confirm(&mut subject, confirm),
            Step::Http(http) => self.http(&mut subject, http),
            Step::HangUp(HangUp { name: _, prompts, cause }) => {
                let found = Cause::WORDS.iter().find(|(_, known)| known == cause);
                subject.text("cause", found.map_or("", |(word, _)| *word));
                subject.list("prompts", self.phrases(prompts));
            }
            // Where it leads is told with its ways; `return` is in no text.
            Step::Sub(Sub { name: _, call: _, goto }) => subject.add("goto", self.arrow(*goto)),
            Step::Return(_) => {}
            Step::Voicemail(voicemail) => self.voicemail(&mut subject, voicemail),
            Step::Callback(callback) => self.callback(&mut subject, callback),
            Step::Branch(Branch { name: _, arms, otherwise: _ }) => {
                for (at, Arm { test: _, written, goto }) in (1..).zip(arms) {
                    let arm = format!("({written}, to {})", self.0.arrow(*goto));
                    subject.text(&format!("test {at}"), arm);
                }
            }
        }
        // A way by a test is told with the test.
        let ways = self.0.ways(Goto::Step(id)).into_iter();
        for (way, goto) in ways.filter(|(way, _)| !matches!(way, Way::When(_) | Way::Keys(_))) {
            subject.add(key_of(way), self.arrow(goto));
        }
        subject
    }

    fn menu(&self, subject: &mut Subject, menu: &Menu) {
        let Menu {
            name: _,
            prompts,
            keys: _,
            patterns,
            into,
            invalid,
            silent,
            timeout,
            tries,
            otherwise: _,
        } = menu;
        subject.list("prompts", self.phrases(prompts));
        for (pattern, goto) in patterns {
            subject.add(format!("keys {pattern}"), self.arrow(*goto));
        }
        subject.perhaps("into", into.map(|variable| self.noted(variable)));
        subject.list("invalid", self.phrases(invalid));
        subject.list("silent", self.phrases(silent));
        subject.length("timeout", *timeout);
        subject.text("tries", tries);
    }

    /// Which key says what is told with its way.
    fn confirm(&self, subject: &mut Subject, confirm: &Confirm) {
        let Confirm {
            name: _,
            prompts,
            question,
            yes_key: _,
            no_key: _,
            invalid,
            silent,
            timeout,
            tries,
            yes: _,
            no: _,
            otherwise: _,
        } = confirm;
        subject.list("prompts", self.sayings(prompts));
        subject.list("question", self.phrases(question));
        subject.list("invalid", self.phrases(invalid));
        subject.list("silent", self.phrases(silent));
        subject.length("timeout", *timeout);
        subject.text("tries", tries);
    }

    fn set(&self, subject: &mut Subject, set: &Set) {
        let Set { name: _, demand, priority, language, whisper, values, goto: _ } = set;
        if let Some(demand) = demand.and_then(|demand| self.0.demands.get(demand.index())) {
            subject.text("needs", self.requirement(&demand.requirement));
            subject.perhaps("needs_for", demand.lasts.map(values::written));
        }
        subject.perhaps("priority", *priority);
        subject.perhaps("language", language.map(|language| self.0.language(language)));
        subject.list("whisper", self.phrases(whisper));
        for (variable, value) in values {
            subject.text(&format!("notes {}", self.noted(*variable)), value);
        }
    }

    fn voicemail(&self, subject: &mut Subject, voicemail: &Voicemail) {
        let Voicemail {
            name: _,
            prompts,
            length_max,
            silence,
            shortest,
            messages_max,
            mebibytes_max,
            done_kept,
            waits,
            full: _,
            goto: _,
        } = voicemail;
        subject.list("prompts", self.phrases(prompts));
        subject.length("length_max", *length_max);
        subject.length("silence", *silence);
        subject.length("shortest", *shortest);
        subject.text("messages_max", messages_max);
        subject.text("mebibytes_max", mebibytes_max);
        subject.length("done_kept", *done_kept);
        if let Some(MessageWaits { queue, priority, heard_max }) = waits {
            subject.text("queue", self.queue(*queue));
            subject.text("priority", priority);
            subject.text("heard_max", heard_max);
        }
    }

    fn callback(&self, subject: &mut Subject, callback: &Callback) {
        let Callback {
            name: _,
            prompts,
            queue,
            priority,
            slots,
            numbers,
            not_numbers,
            typed_numbers,
            per_number_a_day,
            requests_per_hour_max,
            may_type,
            mode,
            window,
            attempts_max,
            retry,
            ring,
            confirm,
            ask_again,
            callbacks_max,
            unsure_margin,
            at_closing,
            full: _,
            too_late: _,
            otherwise: _,
            goto: _,
        } = callback;
        subject.list("prompts", self.phrases(prompts));
        subject.text("queue", self.queue(*queue));
        subject.text("priority", priority);
        if let Some(Slots { every, per_slot, days_ahead, offered }) = slots {
            subject.length("slots.every", *every);
            subject.text("slots.per_slot", per_slot);
            subject.text("slots.days_ahead", days_ahead);
            subject.text("slots.offered", offered);
        }
        subject.list("numbers", numbers);
        subject.list("not_numbers", not_numbers);
        subject.list("typed_numbers", typed_numbers);
        subject.text("per_number_a_day", per_number_a_day);
        subject.text("requests_per_hour_max", requests_per_hour_max);
        subject.flag("may_type", *may_type);
        subject.word("mode", mode);
        if let CallbackMode::CallerFirst(ahead) = mode {
            subject.length("ahead", *ahead);
        }
        subject.length("window", *window);
        subject.text("attempts_max", attempts_max);
        subject.length("retry", *retry);
        subject.length("ring", *ring);
        subject.flag("confirm", *confirm);
        subject.flag("ask_again", *ask_again);
        subject.text("callbacks_max", callbacks_max);
        subject.length("unsure_margin", *unsure_margin);
        subject.word("at_closing", at_closing);
    }

    pub(super) fn queue_facts(&self, queue: &Queue) -> Subject {
        let Queue {
            name,
            title,
            welcome,
            announce_place,
            announce_wait,
            confidence,
            expected_talk,
            reminder,
            whisper,
            whisper_wait,
            alert_info,
            music,
            strategy,
            requirement,
            relax,
            tiers,
            ring,
            wrap_up,
            wrap_up_step,
            wrap_up_max,
            filing,
            waiting_max,
            priority,
            ageing,
            full,
            hours,
            closed,
            survey,
            record,
            record_announce,
            record_key,
            pause_key,
            at_closing,
            conditions,
            offers,
            decline_pause,
            last_agent,
            last_agent_within,
            redial_window,
        } = queue;
        let mut subject = Subject::new("queue", name);
        subject.text("name", title);
        subject.list("welcome", self.phrases(welcome));
        subject.text(
            "announce_place",
            announce_place.map_or_else(|| "never".to_owned(), values::written),
        );
        subject.flag("announce_wait", *announce_wait);
        subject.text("confidence", confidence);
        subject.perhaps("expected_talk", expected_talk.map(values::written));
        subject.list("reminder", self.phrases(reminder));
        subject.list("whisper", self.phrases(whisper));
        subject.perhaps("whisper_wait", whisper_wait.map(values::written));
        subject.perhaps("alert_info", alert_info.as_ref());
        subject.text("music", self.prompt(*music));
        subject.word("strategy", strategy);
        if let Strategy::Progressive { every } = strategy {
            subject.length("ring_next", *every);
        }
        subject.text("needs", self.requirement(requirement));
        subject.list(
            "relax",
            relax.iter().map(|(after, who)| {
                format!("{} after {}", self.requirement(who), values::written(*after))
            }),
        );
        subject.list("tiers", tiers.iter().map(|wait| values::written(*wait)));
        subject.length("ring", *ring);
        subject.length("wrap_up", *wrap_up);
        subject.length("wrap_up_step", *wrap_up_step);
        subject.length("wrap_up_max", *wrap_up_max);
        subject.word("disposition", filing);
        subject.text("waiting_max", waiting_max);
        subject.text("priority", priority);
        subject.text("ageing", ageing);
        subject.add("full", self.arrow(*full));
        subject.perhaps("hours", hours.map(|hours| &self.0.hours(hours).name));
        subject.add("closed", self.arrow(*closed));
        if let Some(survey) = survey {
            subject.add("survey", self.arrow(*survey));
        }
        subject.flag("record", *record);
        subject.list("record_announce", self.phrases(record_announce));
        subject.perhaps("record_key", *record_key);
        subject.perhaps("pause_key", *pause_key);
        subject.word("at_closing", at_closing);
        for (at, condition) in (1..).zip(conditions) {
            subject.text(&format!("condition {at}"), self.condition(condition));
        }
        for (at, offer) in (1..).zip(offers) {
            self.offer(&mut subject, at, offer);
        }
        subject.length("decline_pause", *decline_pause);
        subject.length("last_agent", *last_agent);
        subject.length("last_agent_within", *last_agent_within);
        subject.length("redial_window", *redial_window);
        subject
    }

    fn condition(&self, condition: &Condition) -> String {
        let Condition { when, goto } = condition;
        let arrow = self.0.arrow(*goto);
        let when = match when {
            When::EveryAgent { is, whom, lasting } => {
                let ways: Vec<_> = is.iter().map(word).collect();
                let (ways, lasting) = (ways.join(" or "), values::written(*lasting));
                format!("every agent {ways} for {lasting}, on {}", word(whom))
            }
            When::Waited(waited) => format!("waited {}", values::written(*waited)),
            When::CallsPerAgent(calls) => format!("over {calls} calls per agent"),
            When::ExpectedWait { longer_than, whom } => {
                format!("expected wait over {}, on {}", values::written(*longer_than), word(whom))
            }
        };
        format!("({when}, to {arrow})")
    }

    fn offer(&self, subject: &mut Subject, at: usize, offer: &Offer) {
        let Offer { after, every, one_of } = offer;
        let every = every.map(|every| format!(" and every {}", values::written(every)));
        let (after, every) = (values::written(*after), every.unwrap_or_default());
        for (which, Announcement { only, weight, prompts, keys }) in (1..).zip(one_of) {
            let name = match one_of.len() {
                1 => format!("announcement {at}"),
                _ => format!("announcement {at}.{which}"),
            };
            let only = only.as_ref().map(|only| format!(" if {}", only.written));
            let only = only.unwrap_or_default();
            let weight = if *weight == 1 { String::new() } else { format!(", weight {weight}") };
            let prompts = self.phrases(prompts).join(", ");
            subject.text(&name, format!("({prompts} after {after}{every}{only}{weight})"));
            for (key, goto) in keys {
                subject.add(format!("key {key} of {name}"), self.arrow(*goto));
            }
        }
    }
}

/// The key of an arrow as a person says it.
fn key_of(way: Way) -> String {
    match way {
        Way::Key(key) => format!("key {key}"),
        Way::Then | Way::Typed | Way::Left | Way::Promised => "goto".to_owned(),
        Way::Calls => "call".to_owned(),
        Way::Survey => "survey".to_owned(),
        Way::Otherwise
        | Way::Keys(_)
        | Way::Returned
        | Way::Vip
        | Way::Unknown
        | Way::Failed
        | Way::Full
        | Way::Closed
        | Way::TooLate
        | Way::When(_)
        | Way::Else
        | Way::Offered(_) => way.to_string(),
    }
}
