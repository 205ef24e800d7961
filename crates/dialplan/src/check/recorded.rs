//! Every phrase must be recorded in every language in which it may be said.

use crate::assemble::{of_callers, of_codes, of_directory, of_step, split_language};
use crate::builtin;
use crate::draft::{Draft, NumberDraft, SourceDraft, StepDraft, ValueDraft};
use crate::outside::{Outside, Site};
use crate::plan::{Plan, Source};
use crate::report::{Flaw, Report};
use crate::table::Text;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How many missing phrases of those that are built in are named.
const NAMED_MAX: usize = 5;

/// Looks for each phrase of the text, and for the built-in ones that the plan comes to say.
pub(super) fn check(draft: &Draft, plan: &Plan, site: &mut Site<'_>, report: &mut Report<'_>) {
    for step in &draft.steps {
        let texts = of_step(&step.body).into_iter();
        // What a step has whispered is the only thing that it says to agents.
        let whom = if step.body.set().is_some() { Whom::Agents } else { Whom::Callers };
        let values: Vec<_> = step.body.values().collect();
        Said::of(texts, whom, plan).and_values(&values, plan).check(site, report);
    }
    for queue in &draft.queues {
        Said::of(of_callers(&queue.body), Whom::Callers, plan).check(site, report);
        Said::of(queue.body.told.whisper.iter(), Whom::Agents, plan).check(site, report);
        Said::of_music(queue.body.music.as_ref(), plan).check(site, report);
    }
    for texts in of_codes(draft) {
        Said::of(texts.iter(), Whom::Agents, plan).check(site, report);
    }
    for directory in &draft.directories {
        let texts = of_directory(&directory.body).into_iter();
        Said::of(texts, Whom::Agents, plan).check(site, report);
    }
    check_files(draft, plan, site, report);
    check_builtin(draft, plan, site, report);
}

/// To whom something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whom {
    /// In the language of each.
    Callers,
    /// In the first language of the plan.
    Agents,
}

impl Whom {
    /// The languages in which it may be.
    fn languages(self, plan: &Plan) -> Vec<&str> {
        match self {
            Self::Callers => plan.languages.iter().map(|language| &*language.tag).collect(),
            Self::Agents => vec![plan.language(plan.default_language)],
        }
    }
}

/// What one place of the plan says: faults are told once for each language, however much it lacks.
#[derive(Default)]
struct Said<'d>(BTreeMap<String, Vec<Placed<'d>>>);

impl<'d> Said<'d> {
    fn of(texts: impl Iterator<Item = &'d Text>, whom: Whom, plan: &Plan) -> Self {
        let mut said = Self::default();
        for text in texts {
            match split_language(text.get_ref()) {
                (Some(tag), name) => said.add(tag, text.span(), name.into()),
                (None, name) => {
                    let languages = whom.languages(plan).into_iter();
                    languages.for_each(|tag| said.add(tag, text.span(), name.into()));
                }
            }
        }
        said
    }

    /// Music is of any language, and of none first.
    fn of_music(music: Option<&'d Text>, plan: &Plan) -> Self {
        let mut said = Self::default();
        for (music, tag) in music.iter().flat_map(|music| {
            Whom::Callers.languages(plan).into_iter().map(move |tag| (music, tag))
        }) {
            said.add(tag, music.span(), music.get_ref().as_str().into());
        }
        said
    }

    fn and_values(mut self, values: &[&ValueDraft], plan: &Plan) -> Self {
        for value in values {
            for tag in Whom::Callers.languages(plan) {
                let names = value.form.prompts(tag).into_iter();
                names.for_each(|name| self.add(tag, value.fact.span(), name));
            }
        }
        self
    }

    fn add(&mut self, tag: &str, span: Range<usize>, name: Cow<'d, str>) {
        self.0.entry(tag.to_owned()).or_default().push((span, name));
    }

    fn check(self, site: &mut Site<'_>, report: &mut Report<'_>) {
        for (tag, said) in self.0 {
            let recorded = |name: &str| (site.recorded)(&tag, name);
            let (there, lacking): (Vec<_>, Vec<_>) =
                said.into_iter().partition(|(_, name)| recorded(name));
            if let Some((span, _)) = lacking.first() {
                report.add(missing(span.clone(), &tag, &names_of(&lacking), site));
            }
            let mut is_stale = |name: &str| {
                let spoken = Outside::OtherWords { language: &tag, prompt: name };
                (site.outside)(spoken).is_ok()
            };
            let stale: Vec<_> = there.into_iter().filter(|(_, name)| is_stale(name)).collect();
            if let Some((span, _)) = stale.first() {
                let names = some_of(&names_of(&stale));
                let message =
                    format!("recorded in `{tag}` with other words than are written: {names}");
                let flaw = Flaw::warning("stale-prompt", span.clone(), message);
                report.add(flaw.suggest("`telefonist prompts build` speaks them anew".to_owned()));
            }
        }
    }
}

/// The name of a recording, and where the plan says it.
type Placed<'d> = (Range<usize>, Cow<'d, str>);

/// Each name once, in their order.
fn names_of<'d>(placed: &[Placed<'d>]) -> Vec<Cow<'d, str>> {
    let mut seen = BTreeSet::new();
    let names = placed.iter().map(|(_, name)| name.clone());
    names.filter(|name| seen.insert(name.clone())).collect()
}

/// What the rows of a directory's file name. Their callers are known all the same.
fn check_files(draft: &Draft, plan: &Plan, site: &Site<'_>, report: &mut Report<'_>) {
    let agents = plan.language(plan.default_language);
    for (written, directory) in draft.directories.iter().zip(&plan.directories) {
        let (SourceDraft::File(file, _), Source::Listed(listed)) =
            (&written.body.source, &directory.source)
        else {
            continue;
        };
        let named: BTreeSet<_> = listed.values().filter_map(|known| known.whisper).collect();
        let names = named.into_iter().map(|prompt| plan.prompt_name(prompt));
        let missing: Vec<_> = names.filter(|name| !(site.recorded)(agents, name)).collect();
        if !missing.is_empty() {
            let missing = some_of(&missing);
            let message =
                format!("{} names what is not recorded in `{agents}`: {missing}", file.get_ref());
            let remedy = format!("put recordings into the folder of prompts under {agents}/");
            report.add(Flaw::warning("missing-prompt", file.span(), message).suggest(remedy));
        }
    }
}

/// The first few names, and how many more there are.
fn some_of<T: AsRef<str>>(names: &[T]) -> String {
    let named: Vec<_> = names.iter().take(NAMED_MAX).map(AsRef::as_ref).collect();
    let more = match names.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", named.join(", "))
}

/// One fault for all that a place lacks in a language.
fn missing(span: Range<usize>, tag: &str, names: &[Cow<'_, str>], site: &mut Site<'_>) -> Flaw {
    let message = match names {
        [name] => format!("`{name}` is not recorded in `{tag}`"),
        names => format!("not recorded in `{tag}`: {}", some_of(names)),
    };
    // The words of numbers and other values follow from the grammar of a language.
    let of_grammar: BTreeSet<_> = match speech::knows(tag) {
        true => speech::recordings(tag).map(|(name, _)| name).collect(),
        false => BTreeSet::new(),
    };
    let mut has_words = |name: &str| {
        let text = Outside::Text { language: tag, prompt: name };
        of_grammar.contains(name) || (site.outside)(text).is_ok()
    };
    let wordless: Vec<_> = names.iter().filter(|name| !has_words(name)).collect();
    let remedy = match &wordless[..] {
        [] => "`telefonist prompts build` speaks what has words, and all of this has".to_owned(),
        [name] => format!(
            "put the recording into the folder of prompts as {tag}/{name}.wav, or its words into {tag}/prompts.toml for \
             `telefonist prompts build`"
        ),
        several => format!(
            "put the recordings into the folder of prompts under {tag}/, or the words of {} into {tag}/prompts.toml for \
             `telefonist prompts build`",
            some_of(several)
        ),
    };
    Flaw::error("missing-prompt", span, message).suggest(remedy)
}

fn check_builtin(draft: &Draft, plan: &Plan, site: &Site<'_>, report: &mut Report<'_>) {
    let (of_callers, of_agents) = (said_to_callers(draft), said_to_agents(draft));
    let places = plan.queues.iter().any(|queue| queue.announce_place.is_some());
    let places = places || plan.callbacks().any(|callback| callback.ask_again);
    let waits = plan.queues.iter().any(|queue| queue.announce_wait);
    let told = plan.queues.iter().any(|queue| queue.whisper_wait.is_some());
    let times = plan.callbacks().any(|callback| callback.slots.is_some());
    let numbers = draft.steps.iter().any(|step| matches!(step.body, StepDraft::Callback(_)));
    for language in &plan.languages {
        let to_agents = language.tag == *plan.language(plan.default_language);
        let of_places = speech::place_prompts(&language.tag).filter(|_| places);
        let of_waits = speech::wait_prompts(&language.tag).filter(|_| waits);
        let of_agents = of_agents.iter().filter(|_| to_agents);
        let mut all: Vec<Cow<'_, str>> = Vec::new();
        let of_waited = speech::waited_prompts(&language.tag).filter(|_| told && to_agents);
        let of_numbers =
            speech::prompts(&language.tag, speech::Kind::Telephone).filter(|_| numbers);
        let of_times = times.then(|| speech::appointment_prompts(&language.tag));
        let of_times = of_times.into_iter().flatten();
        let of_keys = builtin::DIGITS.into_iter().filter(|_| times).map(Cow::from);
        let needed = of_callers.iter().chain(of_agents).map(|name| (*name).into());
        let told = needed.chain(of_places).chain(of_waits).chain(of_waited).chain(of_numbers);
        let told = told.chain(of_times).chain(of_keys);
        for name in told {
            // Places, waits and telephone numbers share their digits.
            if !all.contains(&name) {
                all.push(name);
            }
        }
        let missing: Vec<_> =
            all.into_iter().filter(|name| !(site.recorded)(&language.tag, name)).collect();
        if let Some(flaw) = missing_builtin(draft, &language.tag, &missing) {
            report.add(flaw);
        }
    }
}

/// The built-in phrases that callers may come to hear, apart from places and waits.
fn said_to_callers(draft: &Draft) -> BTreeSet<&'static str> {
    let mut needed = BTreeSet::new();
    for step in &draft.steps {
        match &step.body {
            StepDraft::Menu(menu) => {
                needed.extend(menu.invalid.is_none().then_some(builtin::INVALID));
                needed.extend(menu.silent.is_none().then_some(builtin::NO_CHOICE));
            }
            StepDraft::Voicemail(voicemail) => {
                needed.extend(voicemail.prompts.is_none().then_some(builtin::VOICEMAIL_GREETING));
                needed.extend(builtin::OF_VOICEMAILS);
                needed.insert(builtin::GOODBYE);
            }
            StepDraft::Callback(callback) => {
                needed.extend(callback.prompts.is_none().then_some(builtin::CALLBACK_OFFER));
                needed.extend(builtin::OF_CALLBACKS);
                needed.extend(callback.slots.iter().flat_map(builtin::of_times));
                needed.insert(builtin::INVALID);
            }
            StepDraft::Collect(collect) => {
                needed.extend(collect.invalid.is_none().then_some(builtin::COLLECT_INVALID));
                needed.extend(collect.silent.is_none().then_some(builtin::COLLECT_SILENT));
                if collect.confirm {
                    let read_back =
                        [builtin::COLLECT_TYPED, builtin::COLLECT_RIGHT, builtin::INVALID];
                    needed.extend(read_back.into_iter().chain(builtin::DIGITS));
                }
            }
            StepDraft::Confirm(confirm) => {
                needed.extend(confirm.question.is_none().then_some(builtin::CONFIRM_RIGHT));
                needed.extend(confirm.invalid.is_none().then_some(builtin::INVALID));
                needed.extend(confirm.silent.is_none().then_some(builtin::NO_CHOICE));
            }
            StepDraft::Dial(dial) => {
                needed.extend(dial.confirm.then_some(builtin::DIAL_CONFIRM));
            }
            StepDraft::Say(_)
            | StepDraft::HangUp(_)
            | StepDraft::Sub(_)
            | StepDraft::Speak(_)
            | StepDraft::Set(_)
            | StepDraft::Branch(_)
            | StepDraft::Http(_)
            | StepDraft::LookUp(_) => {}
        }
    }
    for queue in &draft.queues {
        needed.extend(queue.body.full.is_none().then_some(builtin::ALL_BUSY));
        // Every queue may be closed by hand.
        needed.extend(queue.body.opening.closed.is_none().then_some(builtin::CLOSED));
        needed.extend(queue.body.music.is_none().then_some(builtin::MUSIC));
    }
    let closes = |body: &NumberDraft| body.hours.is_some() && body.closed.is_none();
    needed.extend(draft.numbers.iter().any(|it| closes(&it.body)).then_some(builtin::CLOSED));
    needed
}

/// The built-in phrases that agents may come to hear, apart from waits.
fn said_to_agents(draft: &Draft) -> BTreeSet<&'static str> {
    let mut needed = BTreeSet::new();
    for step in &draft.steps {
        if let StepDraft::Voicemail(voicemail) = &step.body {
            needed.extend(voicemail.queue.iter().flat_map(|_| builtin::OF_MESSAGES));
        }
        if let StepDraft::Callback(_) = &step.body {
            needed.extend(builtin::OF_CALLBACK_AGENTS);
        }
    }
    if !draft.agents.is_empty() {
        needed.extend(of_desks(draft));
    }
    needed
}

/// What may be said to agents who dial codes.
fn of_desks(draft: &Draft) -> impl Iterator<Item = &'static str> {
    let always = [
        builtin::LOGGED_IN,
        builtin::LOGGED_OUT,
        builtin::UNKNOWN_CODE,
        builtin::RESUMED,
        builtin::WRAP_UP_EXTENDED,
        builtin::WRAP_UP_ENDED,
        builtin::REFUSED,
    ];
    let pauses = &draft.pauses;
    let paused = pauses.is_empty() || pauses.iter().any(|pause| pause.body.prompts.is_none());
    let filed = draft.dispositions.iter().any(|one| one.body.prompts.is_none());
    let queues = draft.queues.iter().any(|queue| queue.body.digits.is_some());
    let sometimes = [
        (paused, builtin::PAUSED),
        (filed, builtin::FILED),
        (queues, builtin::QUEUE_JOINED),
        (queues, builtin::QUEUE_LEFT),
    ];
    always
        .into_iter()
        .chain(sometimes.into_iter().filter_map(|(if_so, name)| if_so.then_some(name)))
}

/// One fault for all of them: a language without recordings lacks a hundred.
fn missing_builtin(draft: &Draft, tag: &str, missing: &[Cow<'static, str>]) -> Option<Flaw> {
    let top = &draft.top;
    let written = top.languages.iter().chain(&top.language).find(|text| text.get_ref() == tag);
    let span = written.map_or(0..0, Text::span);
    let message = format!("what every plan says is not recorded in `{tag}`: {}", some_of(missing));
    let remedy = format!(
        "put recordings into the folder of prompts under {tag}/; `telefonist prompts check` names each, `telefonist prompts \
         build` speaks what has words"
    );
    (!missing.is_empty()).then(|| Flaw::error("missing-prompt", span, message).suggest(remedy))
}
