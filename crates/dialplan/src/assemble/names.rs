//! Every name of a plan with the id it gets.

use super::files::DirectoryFiles;
use crate::builtin;
use crate::draft::{
    CallbackDraft, CollectDraft, ConfirmDraft, DirectoryDraft, Draft, HangUpDraft, MenuDraft,
    Named, NeedDraft, QueueDraft, SayDraft, SayingDraft, SetDraft, SourceDraft, StepDraft,
    VoicemailDraft,
};
use crate::plan::{Goto, HoursId, Language, LanguageId, NumbersCalled, Plan, SaidAs, StepId};
use crate::succession::following;
use crate::table::Text;
use ids::{PromptId, QueueId, SkillId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Every name with its id.
pub(crate) struct Names {
    /// `queue.support`, `menu.main`, `hangup`.
    places: BTreeMap<String, Goto>,
    queues: BTreeMap<String, QueueId>,
    hours: BTreeMap<String, HoursId>,
    languages: Vec<Arc<str>>,
    /// In the order in which they are first mentioned.
    skills: Vec<Arc<str>>,
    skill_ids: BTreeMap<Arc<str>, SkillId>,
    prompts: Vec<Arc<str>>,
    prompt_ids: BTreeMap<Arc<str>, PromptId>,
    demands: Vec<Arc<str>>,
    /// Numbers that callers dial.
    pub(crate) called: NumbersCalled,
    /// The built-in step for a number that is closed.
    pub(crate) closed: StepId,
    /// The built-in step for a queue that is full.
    pub(crate) all_busy: StepId,
    /// The built-in step that leads back behind a `sub`.
    pub(crate) back: StepId,
}

impl Names {
    /// What is in the plan before keeps its id; `draft` is [arranged](crate::succession::arrange) by it.
    pub(crate) fn of(
        draft: &Draft,
        languages: &[Language],
        files: &DirectoryFiles,
        before: Option<&Plan>,
    ) -> Self {
        let queues = ids_of(&draft.queues, QueueId);
        let skills = following(before.map(|plan| &*plan.skills), skills(draft));
        let skill_ids =
            (0..).map(SkillId).zip(&skills).map(|(id, name)| (name.clone(), id)).collect();
        let prompts =
            following(before.map(|plan| &*plan.prompts), prompts(draft, languages, files));
        let prompt_ids =
            (0..).map(PromptId).zip(&prompts).map(|(id, name)| (name.clone(), id)).collect();
        let demands: Option<Vec<_>> =
            before.map(|plan| plan.demands.iter().map(|demand| demand.name.clone()).collect());
        let demands = following(demands.as_deref(), demands_of(draft));
        let written = id(draft.steps.len());
        // A plan that follows another has them where that one has them.
        let [closed, all_busy, back] =
            before.map_or_else(|| [0, 1, 2].map(|at| StepId(written + at)), |plan| plan.built_in);
        Self {
            places: places(draft, &queues, back),
            queues,
            hours: ids_of(&draft.hours, HoursId),
            languages: languages.iter().map(|language| language.tag.clone()).collect(),
            skills,
            skill_ids,
            prompts,
            prompt_ids,
            demands,
            called: numbers_called(draft),
            closed,
            all_busy,
            back,
        }
    }

    pub(crate) fn place(&self, name: &str) -> Option<Goto> {
        self.places.get(name).copied()
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    pub(crate) fn queue(&self, name: &str) -> Option<QueueId> {
        self.queues.get(name).copied()
    }

    pub(crate) fn queues(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }

    pub(crate) fn hours(&self, name: &str) -> Option<HoursId> {
        self.hours.get(name).copied()
    }

    pub(crate) fn all_hours(&self) -> impl Iterator<Item = &str> {
        self.hours.keys().map(String::as_str)
    }

    pub(crate) fn language(&self, tag: &str) -> Option<LanguageId> {
        let at = self.languages.iter().position(|language| **language == *tag)?;
        u8::try_from(at).ok().map(LanguageId)
    }

    pub(crate) fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|tag| &**tag)
    }

    pub(crate) fn skill(&self, name: &str) -> SkillId {
        *self.skill_ids.get(name).expect("`skills` went through the same draft")
    }

    pub(crate) fn skills(&self) -> Vec<Arc<str>> {
        self.skills.clone()
    }

    pub(crate) fn prompt(&self, name: &str) -> PromptId {
        *self.prompt_ids.get(name).expect("`prompts` went through the same draft")
    }

    pub(crate) fn prompt_ids(&self) -> BTreeMap<Arc<str>, PromptId> {
        self.prompt_ids.clone()
    }

    /// The place of what a step adds to the needs of calls, among all that do.
    pub(crate) fn demand(&self, step: &str) -> Option<usize> {
        self.demands.iter().position(|name| **name == *step)
    }

    pub(crate) fn prompts(&self) -> Vec<Arc<str>> {
        self.prompts.clone()
    }
}

/// An id for a place in a list; lists are short, since the text is ([`crate::TEXT_BYTES_MAX`]).
pub(crate) fn id(at: usize) -> u32 {
    u32::try_from(at).expect("a list in a text of bounded length is shorter than 2³²")
}

fn numbers_called(draft: &Draft) -> NumbersCalled {
    let names = draft.numbers.iter().map(|number| number.name.get_ref().as_str());
    NumbersCalled::of(names, draft.top.country.as_ref().map(|text| text.get_ref().as_str()))
}

fn ids_of<T, I>(named: &[Named<T>], make: fn(u32) -> I) -> BTreeMap<String, I> {
    let numbered = named.iter().enumerate();
    numbered.map(|(at, entry)| (entry.name.get_ref().clone(), make(id(at)))).collect()
}

fn places(
    draft: &Draft,
    queues: &BTreeMap<String, QueueId>,
    back: StepId,
) -> BTreeMap<String, Goto> {
    let steps = draft.steps.iter().enumerate().map(|(at, step)| {
        let name = format!("{}.{}", step.body.kind(), step.name.get_ref());
        (name, Goto::Step(StepId(id(at))))
    });
    let queues = queues.iter().map(|(name, id)| (format!("queue.{name}"), Goto::Queue(*id)));
    let hang_up = ("hangup".to_owned(), Goto::HangUp);
    let back = (builtin::RETURN.to_owned(), Goto::Step(back));
    steps.chain(queues).chain([hang_up, back]).collect()
}

/// Every skill that is asked for or had, in the order in which they are first mentioned.
fn skills(draft: &Draft) -> Vec<Arc<str>> {
    let of_queues = draft.queues.iter().flat_map(|queue| queue.body.all_skills());
    let of_queues = of_queues.map(|(level, _)| level);
    let of_steps = draft.steps.iter().filter_map(|step| step.body.set()?.need.as_ref());
    let of_steps = of_steps.flat_map(NeedDraft::levels).map(|(level, _)| level);
    let of_agents = draft.agents.iter().flat_map(|agent| &agent.body.skills);
    let all = of_queues.chain(of_steps).chain(of_agents);
    all.map(|level| level.skill.get_ref().as_str().into()).collect()
}

/// The steps that add to the needs of calls.
fn demands_of(draft: &Draft) -> impl Iterator<Item = Arc<str>> {
    let needing = |step: &&Named<StepDraft>| step.body.set().is_some_and(|set| set.need.is_some());
    draft.steps.iter().filter(needing).map(|step| step.name.get_ref().as_str().into())
}

/// Every phrase that may be said, sorted, each once.
fn prompts(draft: &Draft, languages: &[Language], files: &DirectoryFiles) -> Vec<Arc<str>> {
    let written = draft.steps.iter().flat_map(|step| of_step(&step.body));
    let of_queues = draft.queues.iter().flat_map(|queue| of_queue(&queue.body));
    let of_directories = draft.directories.iter().flat_map(|it| of_directory(&it.body));
    let mut names: BTreeSet<Arc<str>> = written
        .chain(of_queues)
        .chain(of_codes(draft).flatten())
        .chain(of_directories)
        .map(|text| split_language(text.get_ref()).1.into())
        .collect();
    names.extend(files.whispers().map(Arc::from));
    names.extend(draft.queues.iter().filter_map(|queue| queue.body.music.as_ref()).map(whole));
    names.extend(builtin::ALL.into_iter().chain(builtin::DIGITS).map(Arc::from));
    let times = draft.steps.iter().any(|step| step.body.has_slots());
    for language in languages {
        let of_places = speech::place_prompts(&language.tag);
        let of_waits = speech::wait_prompts(&language.tag);
        let of_waited = speech::waited_prompts(&language.tag);
        let of_numbers = speech::prompts(&language.tag, speech::Kind::Telephone);
        let of_times = times.then(|| speech::appointment_prompts(&language.tag));
        let of_times = of_times.into_iter().flatten();
        let told = of_places.chain(of_waits).chain(of_waited).chain(of_numbers).chain(of_times);
        names.extend(told.map(|name| Arc::from(&*name)));
        let said = forms_said(draft).flat_map(|form| form.prompts(&language.tag));
        names.extend(said.map(|name| Arc::from(&*name)));
    }
    names.into_iter().collect()
}

/// As what steps say values; of those that need the same recordings one may be there several times.
fn forms_said(draft: &Draft) -> impl Iterator<Item = SaidAs> {
    let values = draft.steps.iter().flat_map(|step| step.body.values());
    let mut forms: Vec<SaidAs> = Vec::new();
    for form in values.map(|value| value.form) {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms.into_iter()
}

pub(crate) fn of_step(step: &StepDraft) -> Vec<&Text> {
    match step {
        StepDraft::Say(SayDraft { prompts, .. }) => phrases_of(prompts).collect(),
        StepDraft::Confirm(ConfirmDraft { prompts, question, invalid, silent, .. }) => {
            let others = [question, invalid, silent].into_iter().flatten().flatten();
            phrases_of(prompts).chain(others).collect()
        }
        StepDraft::HangUp(HangUpDraft { prompts, .. }) => prompts.iter().collect(),
        StepDraft::Menu(MenuDraft { prompts, invalid, silent, .. }) => {
            prompts.iter().chain(invalid.iter().flatten()).chain(silent.iter().flatten()).collect()
        }
        StepDraft::Set(SetDraft { whisper, .. }) => whisper.iter().collect(),
        StepDraft::Collect(CollectDraft { prompts, invalid, silent, .. }) => {
            prompts.iter().chain(invalid.iter().flatten()).chain(silent.iter().flatten()).collect()
        }
        StepDraft::Speak(_)
        | StepDraft::Sub(_)
        | StepDraft::Branch(_)
        | StepDraft::Http(_)
        | StepDraft::LookUp(_)
        | StepDraft::Dial(_) => Vec::new(),
        StepDraft::Voicemail(VoicemailDraft { prompts, .. })
        | StepDraft::Callback(CallbackDraft { prompts, .. }) => prompts.iter().flatten().collect(),
    }
}

fn phrases_of(sayings: &[SayingDraft]) -> impl Iterator<Item = &Text> {
    sayings.iter().filter_map(|saying| match saying {
        SayingDraft::Phrase(text) => Some(text),
        SayingDraft::Value(_) => None,
    })
}

pub(crate) fn of_queue(queue: &QueueDraft) -> impl Iterator<Item = &Text> {
    of_callers(queue).chain(&queue.told.whisper)
}

/// What a queue says to those who wait, and to those whose talk it keeps.
pub(crate) fn of_callers(queue: &QueueDraft) -> impl Iterator<Item = &Text> {
    let offered = queue.offers.iter().flat_map(|offer| &offer.one_of).flat_map(|it| &it.prompts);
    queue.welcome.iter().chain(&queue.reminder).chain(offered).chain(&queue.kept.announce)
}

/// What agents are told of whom a directory knows, as far as it stands in the plan.
pub(crate) fn of_directory(directory: &DirectoryDraft) -> Vec<&Text> {
    match &directory.source {
        SourceDraft::Callers(callers) => {
            callers.iter().filter_map(|c| c.whisper.as_ref()).collect()
        }
        SourceDraft::Http(http) => http.whispers.iter().collect(),
        SourceDraft::File(..) | SourceDraft::Nowhere => Vec::new(),
    }
}

/// What is said to agents who dial codes, each code's by itself.
pub(crate) fn of_codes(draft: &Draft) -> impl Iterator<Item = &Vec<Text>> {
    let of_pauses = draft.pauses.iter().filter_map(|pause| pause.body.prompts.as_ref());
    let filed = draft.dispositions.iter().filter_map(|one| one.body.prompts.as_ref());
    of_pauses.chain(filed)
}

fn whole(text: &Text) -> Arc<str> {
    text.get_ref().as_str().into()
}

/// `en:speak` is the phrase `speak`, said in English whatever the caller speaks.
pub(crate) fn split_language(phrase: &str) -> (Option<&str>, &str) {
    phrase.split_once(':').map_or((None, phrase), |(tag, name)| (Some(tag), name))
}
