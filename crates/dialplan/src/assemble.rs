//! From the draft to the plan: every name becomes an id, or a fault.
//!
//! Where a name leads nowhere the plan gets a stand-in, so that the rest is checked too; such a plan
//! is never handed out.

mod agents;
mod branches;
mod callbacks;
mod collects;
mod confirms;
mod directories;
mod facts;
mod files;
mod holidays;
mod hours;
mod https;
mod names;
mod numbers;
mod offers;
mod operators;
mod origins;
mod phrases;
mod queues;
mod rules;
mod sayings;
mod short_codes;
mod steps;
mod trunks;
mod variables;

pub(crate) use names::{
    Names, id, of_callers, of_codes, of_directory, of_queue, of_step, split_language,
};
pub(crate) use short_codes::USUAL_PAUSE;

use crate::draft::Draft;
use crate::nearest::did_you_mean;
use crate::outside::Site;
use crate::plan::{Demands, Gone, Language, LanguageId, Plan};
use crate::report::{Flaw, Report};
use crate::table::Text;
use crate::values;
use files::DirectoryFiles;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::sync::Arc;
use variables::Variables;

/// A plan is being put together.
pub(crate) struct Assembly<'a, 't> {
    draft: &'a Draft,
    files: &'a DirectoryFiles,
    names: Names,
    variables: Variables,
    report: &'a mut Report<'t>,
    /// Whether some arrow led nowhere, so that its target may look unreachable.
    arrows_lost: bool,
    /// Whether an agent named a queue that is not there, so that one may look unmanned.
    queues_lost: bool,
}

/// A plan that hangs together, or would if the report were empty.
pub(crate) struct Assembled {
    pub(crate) plan: Plan,
    pub(crate) arrows_lost: bool,
    pub(crate) queues_lost: bool,
}

/// How many languages a plan may have.
pub(crate) const LANGUAGES_MAX: usize = 16;

/// Puts the plan together.
///
/// What is in the plan before keeps its id; `draft` is [arranged](crate::succession::arrange) by it.
pub(crate) fn assemble(
    draft: &Draft,
    before: Option<&Plan>,
    site: &mut Site<'_>,
    report: &mut Report<'_>,
) -> Assembled {
    let languages = languages(draft, before, report);
    let files = DirectoryFiles::read(draft, site);
    let names = Names::of(draft, &languages, &files, before);
    let variables = Variables::of(draft, before, report);
    let mut assembly = Assembly {
        draft,
        files: &files,
        names,
        variables,
        report,
        arrows_lost: false,
        queues_lost: false,
    };
    let plan = assembly.plan(languages, site);
    let Assembly { arrows_lost, queues_lost, .. } = assembly;
    Assembled { plan, arrows_lost, queues_lost }
}

impl Assembly<'_, '_> {
    fn plan(&mut self, languages: Vec<Language>, site: &mut Site<'_>) -> Plan {
        let draft = self.draft;
        let top = &draft.top;
        let holidays = self.holidays(site);
        Plan {
            name: owned(top.name.as_ref(), "Telefonist"),
            default_language: self.default_language(),
            timezone: self.timezone(),
            short_codes: self.short_codes(),
            pauses: self.pauses(),
            dispositions: self.dispositions(),
            operator: top.operator.arrow().map(|arrow| self.goto_from_anywhere(arrow)),
            operator_key: self.operator_key(),
            keys: self.keys_everywhere(),
            calendars: self.calendars(),
            hours: self.hours(&draft.hours, &holidays),
            shifts: self.hours(&draft.shifts, &holidays),
            numbers: self.numbers(),
            steps: self.steps(site),
            demands: self.demands(),
            // Which there are is found out when all arrows are known.
            demand_sets: vec![Demands::NONE],
            variables: self.variables.list(),
            directories: self.directories(site),
            queues: self.queues(),
            agents: self.agents(site),
            trunks: self.trunks(site),
            strangers: self.strangers(),
            country: top.country.as_ref().map(|text| text.get_ref().as_str().into()),
            dial_out_per_hour_max: top
                .dial_out_per_hour_max
                .unwrap_or(trunks::DIAL_OUT_PER_HOUR_MAX),
            skills: self.names.skills(),
            prompts: self.names.prompts(),
            origins: self.origins(),
            prompt_ids: self.names.prompt_ids(),
            called: self.names.called.clone(),
            gone: Gone::default(),
            built_in: [self.names.closed, self.names.all_busy, self.names.back],
            languages,
        }
    }

    fn default_language(&self) -> LanguageId {
        self.names.language(first_language(self.draft)).unwrap_or_default()
    }

    /// The language of a tag that stands in the file.
    fn language(&mut self, text: &Text) -> LanguageId {
        if let Some(language) = self.names.language(text.get_ref()) {
            return language;
        }
        let known = self.names.languages().collect::<Vec<_>>().join(", ");
        let message = format!("`{}` is none of the languages of this plan", text.get_ref());
        let remedy = format!("the plan has {known}; add others to `languages` at the top");
        self.report.add(Flaw::error("undefined-language", text.span(), message).suggest(remedy));
        LanguageId(0)
    }

    /// From the rules that are built in, so that a plan means the same on every machine.
    fn timezone(&mut self) -> TimeZone {
        let Some(text) = &self.draft.top.timezone else {
            self.warn_of_utc();
            return TimeZone::UTC;
        };
        let database = TimeZoneDatabase::bundled();
        database.get(text.get_ref()).unwrap_or_else(|_| {
            let known: Vec<_> = database.available().map(|name| name.as_str().to_owned()).collect();
            let meant = did_you_mean(text.get_ref(), known.iter().map(String::as_str));
            let example = || "write one such as \"Europe/Stockholm\"".to_owned();
            let message = format!("`{}` is no time zone", text.get_ref());
            let flaw = Flaw::error("bad-timezone", text.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(example)));
            TimeZone::UTC
        })
    }

    fn warn_of_utc(&mut self) {
        let written = self.draft.hours.first().or_else(|| self.draft.shifts.first());
        let Some(hours) = written else { return };
        let message = "hours are read in UTC, since the plan names no time zone".to_owned();
        let remedy = "write `timezone = \"Europe/Stockholm\"` at the top of the file".to_owned();
        self.report.add(Flaw::warning("no-timezone", hours.name.span(), message).suggest(remedy));
    }
}

/// The languages of the plan: those of the one before, those listed, and the default one.
fn languages(draft: &Draft, before: Option<&Plan>, report: &mut Report<'_>) -> Vec<Language> {
    let mut languages = before.map(|plan| plan.languages.clone()).unwrap_or_default();
    for text in draft.top.languages.iter().chain(&draft.top.language) {
        if !values::is_language(text.get_ref()) {
            let message = format!("`{}` is no language tag", text.get_ref());
            let remedy = "write a tag such as \"sv\", \"en\" or \"en-GB\"".to_owned();
            report.add(Flaw::error("bad-language", text.span(), message).suggest(remedy));
            continue;
        }
        if languages.iter().any(|language| *language.tag == **text.get_ref()) {
            continue;
        }
        if languages.len() == LANGUAGES_MAX {
            let message = format!("a plan may have at most {LANGUAGES_MAX} languages");
            report.add(Flaw::error("out-of-range", text.span(), message));
        } else {
            languages.push(Language { tag: text.get_ref().as_str().into() });
        }
    }
    if languages.iter().all(|language| &*language.tag != first_language(draft)) {
        languages.push(Language { tag: first_language(draft).into() });
    }
    languages
}

/// The language of a number that names none.
fn first_language(draft: &Draft) -> &str {
    let top = &draft.top;
    let written = top.language.as_ref().or_else(|| top.languages.first());
    let tag = written.map(|text| text.get_ref().as_str());
    tag.filter(|tag| values::is_language(tag)).unwrap_or(USUAL_LANGUAGE)
}

/// The language of a plan that names none.
const USUAL_LANGUAGE: &str = "en";

fn owned(text: Option<&Text>, default: &str) -> Arc<str> {
    text.map_or(default, |text| text.get_ref().as_str()).into()
}
