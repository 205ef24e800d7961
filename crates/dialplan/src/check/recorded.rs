//! Every phrase must be recorded in every language in which it may be said.

use crate::assemble::{of_codes, of_directory, of_queue, of_step, split_language};
use crate::builtin;
use crate::draft::{Draft, NumberDraft, SourceDraft, StepDraft, ValueDraft};
use crate::outside::Site;
use crate::plan::{Language, Plan, Source};
use crate::report::{Flaw, Report};
use crate::table::Text;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// How many missing phrases of those that are built in are named.
const NAMED_MAX: usize = 5;

/// Looks for each phrase of the text, and for the built-in ones that the plan comes to say.
pub(super) fn check(draft: &Draft, plan: &Plan, site: &Site<'_>, report: &mut Report<'_>) {
    let of_steps = draft.steps.iter().flat_map(|step| of_step(&step.body));
    let of_queues = draft.queues.iter().flat_map(|queue| of_queue(&queue.body));
    for text in of_steps.chain(of_queues).chain(of_codes(draft)) {
        check_phrase(text, plan, site, report);
    }
    for value in draft.steps.iter().flat_map(|step| step.body.values()) {
        check_value(value, plan, site, report);
    }
    // Agents are told in the first language.
    let agents = plan.language(plan.default_language);
    let of_directories = draft.directories.iter().flat_map(|it| of_directory(&it.body));
    for text in of_directories.filter(|text| !(site.recorded)(agents, text.get_ref())) {
        report.add(missing(text, agents, text.get_ref()));
    }
    for music in draft.queues.iter().filter_map(|queue| queue.body.music.as_ref()) {
        check_in_all(music, music.get_ref(), plan, site, report);
    }
    check_files(draft, plan, site, report);
    check_builtin(draft, plan, site, report);
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

fn check_phrase(text: &Text, plan: &Plan, site: &Site<'_>, report: &mut Report<'_>) {
    match split_language(text.get_ref()) {
        (Some(tag), name) if !(site.recorded)(tag, name) => {
            report.add(missing(text, tag, name));
        }
        (Some(_), _) => {}
        (None, name) => check_in_all(text, name, plan, site, report),
    }
}

fn check_in_all(text: &Text, name: &str, plan: &Plan, site: &Site<'_>, report: &mut Report<'_>) {
    for language in plan.languages.iter().filter(|it| !(site.recorded)(&it.tag, name)) {
        report.add(missing(text, &language.tag, name));
    }
}

/// One fault for all recordings that a value lacks in a language.
fn check_value(value: &ValueDraft, plan: &Plan, site: &Site<'_>, report: &mut Report<'_>) {
    for Language { tag, .. } in &plan.languages {
        let needed = value.form.prompts(tag).into_iter();
        let missing: Vec<_> = needed.filter(|name| !(site.recorded)(tag, name)).collect();
        if !missing.is_empty() {
            let what = value.fact.get_ref();
            let missing = some_of(&missing);
            let message = format!("`{tag}` lacks what `{what}` is said with: {missing}");
            let remedy = format!(
                "`telefonist prompts build` speaks them, where the language has a grammar; or put recordings into the \
                 folder of prompts under {tag}/"
            );
            let flaw = Flaw::error("missing-prompt", value.fact.span(), message);
            report.add(flaw.suggest(remedy));
        }
    }
}

fn missing(text: &Text, tag: &str, name: &str) -> Flaw {
    let message = format!("`{name}` is not recorded in `{tag}`");
    let remedy = format!(
        "put the recording into the folder of prompts as {tag}/{name}.wav, or its words into {tag}/prompts.toml for \
         `telefonist prompts build`"
    );
    Flaw::error("missing-prompt", text.span(), message).suggest(remedy)
}

fn check_builtin(draft: &Draft, plan: &Plan, site: &Site<'_>, report: &mut Report<'_>) {
    let needed = needed(draft);
    let places = plan.queues.iter().any(|queue| queue.announce_place.is_some());
    let places = places || plan.callbacks().any(|callback| callback.ask_again);
    let waits = plan.queues.iter().any(|queue| queue.announce_wait);
    let told = plan.queues.iter().any(|queue| queue.whisper_wait.is_some());
    let numbers = draft.steps.iter().any(|step| matches!(step.body, StepDraft::Callback(_)));
    for language in &plan.languages {
        let of_places = speech::place_prompts(&language.tag).filter(|_| places);
        let of_waits = speech::wait_prompts(&language.tag).filter(|_| waits);
        let mut all: Vec<Cow<'_, str>> = needed.iter().map(|name| (*name).into()).collect();
        let of_waited = speech::waited_prompts(&language.tag)
            .filter(|_| told && language.tag == *plan.language(plan.default_language));
        let of_numbers =
            speech::prompts(&language.tag, speech::Kind::Telephone).filter(|_| numbers);
        for name in of_places.chain(of_waits).chain(of_waited).chain(of_numbers) {
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

/// The built-in phrases that this plan may come to say, apart from places and waits.
fn needed(draft: &Draft) -> BTreeSet<&'static str> {
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
                needed.extend(voicemail.queue.iter().flat_map(|_| builtin::OF_MESSAGES));
                needed.insert(builtin::GOODBYE);
            }
            StepDraft::Callback(callback) => {
                needed.extend(callback.prompts.is_none().then_some(builtin::CALLBACK_OFFER));
                needed.extend(builtin::OF_CALLBACKS);
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
            StepDraft::Say(_)
            | StepDraft::HangUp(_)
            | StepDraft::Sub(_)
            | StepDraft::Speak(_)
            | StepDraft::Set(_)
            | StepDraft::Branch(_)
            | StepDraft::Http(_)
            | StepDraft::LookUp(_)
            | StepDraft::Dial(_) => {}
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
