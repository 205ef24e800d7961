//! A plan as subjects with facts, in the words of the file.

use crate::plan::{
    Directory, Disposition, Fate, Goto, HttpDirectory, Known, Number, Opening, Pause, PhoneSecret,
    Phrase, Plan, Requirement, Rule, Saying, Secret, ShortCode, Source, Trunk, TrunkLogin, Trust,
};
use crate::values;
use ids::{AgentId, PromptId, QueueId, SkillId};
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::time::Duration;

/// Something that has a name in the plan.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) facts: Vec<(String, Fact)>,
}

/// What is so of it.
#[derive(Debug, PartialEq)]
pub(super) enum Fact {
    /// A value, as it would be written.
    Text(String),
    /// Where callers go.
    Arrow(String),
    /// What nobody may read.
    Hidden(Hidden),
    /// Callers by number, each as one line.
    Callers(BTreeMap<String, String>),
}

/// A secret, to be compared and never told.
#[derive(Debug, PartialEq)]
pub(super) enum Hidden {
    Phone(PhoneSecret),
    Secret(Secret),
}

impl Subject {
    pub(super) fn new(kind: &str, name: &str) -> Self {
        let name = format!("{kind} {name}").trim_end().to_owned();
        Self { name, facts: Vec::new() }
    }

    pub(super) fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|(known, _)| known == key).map(|(_, fact)| fact)
    }

    pub(super) fn add(&mut self, key: impl Into<String>, fact: Fact) {
        self.facts.push((key.into(), fact));
    }

    /// Something written as it is shown.
    pub(super) fn text(&mut self, key: &str, value: impl Display) {
        self.add(key, Fact::Text(value.to_string()));
    }

    /// The same, if it is there.
    pub(super) fn perhaps(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    pub(super) fn length(&mut self, key: &str, length: Duration) {
        self.text(key, values::written(length));
    }

    pub(super) fn flag(&mut self, key: &str, flag: bool) {
        self.text(key, flag);
    }

    /// A list, if it is not empty.
    pub(super) fn list<T: Display>(&mut self, key: &str, list: impl IntoIterator<Item = T>) {
        let items: Vec<String> = list.into_iter().map(|item| item.to_string()).collect();
        if !items.is_empty() {
            self.text(key, items.join(", "));
        }
    }

    /// One of a few words.
    pub(super) fn word(&mut self, key: &str, value: &impl Debug) {
        self.text(key, word(value));
    }
}

/// The word for a variant that is named as the operator writes it: `LongestIdle` is `longest_idle`.
pub(super) fn word(value: &impl Debug) -> String {
    let name = format!("{value:?}");
    let name = name.split([' ', '(', '{']).next().unwrap_or_default();
    let mut word = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

/// Ids in the words of one plan.
pub(super) struct Words<'p>(pub(super) &'p Plan);

impl Words<'_> {
    pub(super) fn arrow(&self, goto: Goto) -> Fact {
        Fact::Arrow(self.0.arrow(goto))
    }

    pub(super) fn queue(&self, queue: QueueId) -> &str {
        &self.0.queue(queue).name
    }

    pub(super) fn prompt(&self, prompt: PromptId) -> &str {
        self.0.prompt_name(prompt)
    }

    pub(super) fn skill(&self, skill: SkillId) -> &str {
        self.0.skills.get(skill.index()).map_or("", |name| name)
    }

    pub(super) fn phrases(&self, phrases: &[Phrase]) -> Vec<String> {
        phrases.iter().map(|phrase| self.phrase(phrase)).collect()
    }

    fn phrase(&self, phrase: &Phrase) -> String {
        match phrase.language {
            Some(language) => {
                format!("{}:{}", self.0.language(language), self.prompt(phrase.prompt))
            }
            None => self.prompt(phrase.prompt).to_owned(),
        }
    }

    pub(super) fn sayings(&self, sayings: &[Saying]) -> Vec<String> {
        let said = |saying: &Saying| match saying {
            Saying::Phrase(phrase) => self.phrase(phrase),
            Saying::Value(value) => value.to_string(),
        };
        sayings.iter().map(said).collect()
    }

    /// As an expression; nothing where everybody will do.
    pub(super) fn requirement(&self, requirement: &Requirement) -> String {
        let joined = |of: &[Requirement], by: &str| {
            let each: Vec<_> = of.iter().map(|one| self.requirement(one)).collect();
            if of.len() == 1 { each.concat() } else { format!("({})", each.join(by)) }
        };
        match requirement {
            Requirement::AtLeast(skill, level) => format!("{} >= {level}", self.skill(*skill)),
            Requirement::All(of) if of.is_empty() => "anyone".to_owned(),
            Requirement::All(of) => joined(of, " and "),
            Requirement::Any(of) => joined(of, " or "),
            Requirement::Not(not) => format!("not {}", self.requirement(not)),
        }
    }
}

/// Everything that has a name, in the order of a file.
pub(super) fn subjects(plan: &Plan) -> Vec<Subject> {
    let words = Words(plan);
    let mut subjects = vec![words.top(), words.codes()];
    subjects.extend(plan.numbers.keys().map(|number| words.number(number)));
    subjects.extend(words.calendars());
    subjects.extend(plan.hours.iter().map(|hours| words.hours("hours", hours)));
    subjects.extend(plan.shifts.iter().map(|hours| words.hours("shift", hours)));
    subjects.extend(words.steps());
    subjects.extend(plan.variables.iter().map(|variable| words.variable(variable)));
    // Who is gone is in the lists for the sake of calls that are on.
    let queues = (0..).map(QueueId).zip(&plan.queues);
    let queues = queues.filter(|(queue, _)| !plan.gone.queues.contains(queue));
    subjects.extend(queues.map(|(_, queue)| words.queue_facts(queue)));
    let agents = (0..).map(AgentId).zip(&plan.agents);
    let agents = agents.filter(|(agent, _)| !plan.gone.agents.contains(agent));
    subjects.extend(agents.map(|(_, agent)| words.agent(agent)));
    subjects.extend(plan.trunks.iter().map(|trunk| words.trunk(trunk)));
    subjects.extend(plan.directories.iter().map(|it| words.directory(it)));
    subjects.extend(plan.pauses.iter().map(|pause| words.pause(pause)));
    subjects.extend(plan.dispositions.iter().map(|it| words.disposition(it)));
    subjects
}

impl Words<'_> {
    fn top(&self) -> Subject {
        let plan = self.0;
        let mut top = Subject::new("the top", "");
        top.text("name", &plan.name);
        top.list("languages", plan.languages.iter().map(|language| &language.tag));
        top.text("language", plan.language(plan.default_language));
        top.text("timezone", plan.timezone.iana_name().unwrap_or("UTC"));
        if let Some(operator) = plan.operator {
            top.add("operator", self.arrow(operator));
        }
        top.text("operator_key", plan.operator_key);
        for (key, goto) in &plan.keys {
            top.add(format!("key {key}"), self.arrow(*goto));
        }
        top.word("strangers", &plan.strangers);
        top.perhaps("country", plan.country.as_ref());
        top.text("dial_out_per_hour_max", plan.dial_out_per_hour_max);
        top
    }

    fn codes(&self) -> Subject {
        let mut codes = Subject::new("short codes", "");
        for (dialled, code) in &self.0.short_codes.by_dialled {
            codes.text(dialled, self.code(*code));
        }
        codes
    }

    fn code(&self, code: ShortCode) -> String {
        match code {
            ShortCode::Pause(pause) => format!("pause {}", self.0.pause(pause).name),
            ShortCode::File(disposition) => {
                format!("file as {}", self.0.disposition(disposition).name)
            }
            ShortCode::JoinQueue(queue) => format!("join {}", self.queue(queue)),
            ShortCode::LeaveQueue(queue) => format!("leave {}", self.queue(queue)),
            ShortCode::Listen(agent) => format!("listen {}", self.0.agent(agent).account),
            ShortCode::LogIn
            | ShortCode::LogOut
            | ShortCode::Resume
            | ShortCode::ExtendWrapUp
            | ShortCode::EndWrapUp => word(&code),
        }
    }

    fn number(&self, dialled: &str) -> Subject {
        let mut subject = Subject::new("number", dialled);
        let Some(number) = self.0.numbers.get(dialled) else { return subject };
        let Number { language, rules, goto, opening, directory } = number;
        subject.add("goto", self.arrow(*goto));
        subject.text("language", self.0.language(*language));
        if let Some(Opening { hours, closed }) = *opening {
            subject.text("hours", &self.0.hours(hours).name);
            subject.add("closed", self.arrow(closed));
        }
        subject.perhaps("directory", directory.map(|it| &self.0.directory(it).name));
        for (at, Rule { test: _, written, fate }) in (1..).zip(rules) {
            let fate = match fate {
                Fate::Goto(goto) => format!("to {}", self.0.arrow(*goto)),
                Fate::Refused(refusal) => format!("refused as {}", refusal.word()),
            };
            subject.text(&format!("rule {at}"), format!("({written}, {fate})"));
        }
        subject
    }

    fn trunk(&self, trunk: &Trunk) -> Subject {
        let Trunk {
            name,
            host,
            port,
            transport,
            domain,
            login,
            register,
            known_by,
            sends,
            wants,
            caller_id,
            calls_max,
            health,
            trust,
            srtp,
            dial,
        } = trunk;
        let mut subject = Subject::new("trunk", name);
        subject.text("host", host);
        subject.perhaps("port", *port);
        subject.perhaps("transport", transport.map(|transport| word(&transport)));
        subject.text("domain", domain);
        if let Some(TrunkLogin { user, secret, realm }) = login {
            subject.text("user", user);
            subject.add("secret", Fact::Hidden(Hidden::Secret(secret.clone())));
            subject.perhaps("realm", realm.as_ref());
        }
        subject.text("register", register.map_or_else(|| "never".to_owned(), values::written));
        subject.list("addresses", &known_by.addresses);
        subject.perhaps("certificate", known_by.certificate.as_ref());
        subject.word("digest", &known_by.digest);
        subject.word("sends", sends);
        subject.word("wants", wants);
        subject.perhaps("caller_id", caller_id.as_ref());
        subject.perhaps("calls_max", *calls_max);
        subject.text("health", health.map_or_else(|| "never".to_owned(), values::written));
        subject.flag("trust_identity", *trust == Trust::Asserted);
        subject.word("srtp", srtp);
        subject.list("dial", dial);
        subject
    }

    fn directory(&self, directory: &Directory) -> Subject {
        let Directory { name, by, source } = directory;
        let mut subject = Subject::new("directory", name);
        subject.word("by", by);
        match source {
            Source::Listed(listed) => {
                let callers = listed.iter();
                let callers =
                    callers.map(|(number, known)| (number.to_string(), self.known(known)));
                subject.add("callers", Fact::Callers(callers.collect()));
            }
            Source::Http(HttpDirectory { url, token, timeout, keep, fields }) => {
                subject.text("url", url);
                if let Some(token) = token {
                    subject.add("token", Fact::Hidden(Hidden::Secret(token.clone())));
                }
                subject.length("timeout", *timeout);
                subject.length("keep", *keep);
                subject
                    .list("fields", fields.iter().map(|(name, path)| format!("{name} = {path}")));
            }
        }
        subject
    }

    /// Only to be compared.
    fn known(&self, known: &Known) -> String {
        let Known { name, company, language, priority, vip, agent, whisper, more } = known;
        let language = language.map(|language| self.0.language(language));
        let agent = agent.map(|agent| &self.0.agent(agent).account);
        let whisper = whisper.map(|prompt| self.prompt(prompt));
        format!("{name:?} {company:?} {language:?} {priority} {vip} {agent:?} {whisper:?} {more:?}")
    }

    fn pause(&self, pause: &Pause) -> Subject {
        let Pause { name, title, confirmation, limit } = pause;
        let mut subject = Subject::new("pause", name);
        subject.text("name", title);
        subject.list("prompts", self.phrases(confirmation));
        if let Some(limit) = limit {
            subject.length("max", limit.max);
            subject.word("at_max", &limit.at_max);
        }
        subject
    }

    fn disposition(&self, disposition: &Disposition) -> Subject {
        let Disposition { name, title, confirmation } = disposition;
        let mut subject = Subject::new("disposition", name);
        subject.text("name", title);
        subject.list("prompts", self.phrases(confirmation));
        subject
    }
}
