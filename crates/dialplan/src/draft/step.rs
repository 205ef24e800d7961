//! Steps as they are written: `[say.NAME]`, `[menu.NAME]` and `[speak.NAME]`, and that there are others.

use super::branch::{self, BranchDraft};
use super::callback::{self, CallbackDraft};
use super::collect::read_pattern;
use super::collect::{self, CollectDraft};
use super::confirm::{self, ConfirmDraft};
use super::dial::{self, DialDraft};
use super::directory::{LookUpDraft, read_look_up};
use super::hang_up::{self, HangUpDraft};
use super::http::{self, HttpStepDraft};
use super::saying::{self, SayingDraft, ValueDraft};
use super::set::{self, SetDraft};
use super::sub::{self, SubDraft};
use super::voicemail::{self, VoicemailDraft};
use super::{Named, named, read_key};
use crate::plan::{DigitPattern, Fit, ValueKind};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, text_of};
use std::collections::BTreeMap;
use std::time::Duration;
use toml::Spanned;

/// A place on a caller's way.
pub(crate) enum StepDraft {
    Say(SayDraft),
    Menu(MenuDraft),
    Speak(SpeakDraft),
    Set(SetDraft),
    Branch(BranchDraft),
    Collect(CollectDraft),
    Http(HttpStepDraft),
    HangUp(HangUpDraft),
    Sub(SubDraft),
    LookUp(LookUpDraft),
    Confirm(ConfirmDraft),
    Dial(DialDraft),
    Voicemail(VoicemailDraft),
    Callback(CallbackDraft),
}

impl Default for StepDraft {
    /// A step that leads nowhere.
    fn default() -> Self {
        Self::Speak(SpeakDraft::default())
    }
}

/// Says something and goes on.
pub(crate) struct SayDraft {
    pub(crate) prompts: Vec<SayingDraft>,
    /// Hang up if there is none.
    pub(crate) goto: Option<Text>,
    /// Where callers go of whom a value can not be said.
    pub(crate) otherwise: Option<Text>,
}

/// Asks for a key.
pub(crate) struct MenuDraft {
    pub(crate) prompts: Vec<Text>,
    pub(crate) keys: BTreeMap<char, Text>,
    pub(crate) patterns: Vec<PatternDraft>,
    pub(crate) into: Option<Text>,
    pub(crate) invalid: Option<Vec<Text>>,
    pub(crate) silent: Option<Vec<Text>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) tries: Option<u32>,
    pub(crate) otherwise: Option<Text>,
}

/// An entry of several keys.
pub(crate) struct PatternDraft {
    pub(crate) written: Text,
    pub(crate) pattern: DigitPattern,
    pub(crate) goto: Text,
}

/// Patterns of one menu.
const PATTERNS_MAX: usize = 32;

/// Changes the language and goes on.
#[derive(Default)]
pub(crate) struct SpeakDraft {
    pub(crate) language: Option<Text>,
    pub(crate) goto: Option<Text>,
}

pub(super) const TIMEOUT_MIN: Duration = Duration::from_secs(1);
pub(super) const TIMEOUT_MAX: Duration = Duration::from_secs(60);
pub(super) const TRIES_MAX: u32 = 10;

/// All steps, in the order of the file, of whatever kind.
pub(super) fn read_all(file: &mut Table<'_>, report: &mut Report<'_>) -> Vec<Named<StepDraft>> {
    let mut steps = named(file, "say", report, read_say);
    steps.extend(named(file, "menu", report, read_menu));
    steps.extend(named(file, "speak", report, read_speak));
    steps.extend(named(file, "set", report, set::read));
    steps.extend(named(file, "branch", report, branch::read));
    steps.extend(named(file, "collect", report, collect::read));
    steps.extend(named(file, "confirm", report, confirm::read));
    steps.extend(named(file, "http", report, http::read));
    steps.extend(named(file, "hangup", report, hang_up::read));
    steps.extend(named(file, "sub", report, sub::read));
    steps.extend(named(file, "lookup", report, read_look_up));
    steps.extend(named(file, "dial", report, dial::read));
    steps.extend(named(file, "voicemail", report, voicemail::read));
    steps.extend(named(file, "callback", report, callback::read));
    steps.sort_by_key(|step| step.name.span().start);
    steps
}

fn read_say(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let (prompts, has_values) = saying::read(table, report);
    if has_values && table.value("otherwise").is_none() {
        let message = format!(
            "`{}` says a value, and has no `otherwise` for when it is not known",
            table.name
        );
        let remedy = "write where callers go then, such as `otherwise = \"queue.support\"`";
        let flaw = Flaw::error("missing-key", table.span.clone(), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
    let otherwise = table.text("otherwise", report);
    if let (Some(arrow), false) = (&otherwise, has_values) {
        let message = format!("`{}` says no value, so that nobody goes there", table.name);
        let remedy = "take it out, or write `goto`".to_owned();
        report.add(Flaw::error("nothing-said", arrow.span(), message).suggest(remedy));
    }
    StepDraft::Say(SayDraft { prompts, otherwise, goto: table.text("goto", report) })
}

fn read_speak(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let language = table.needed("language", report);
    StepDraft::Speak(SpeakDraft { language, goto: table.needed("goto", report) })
}

fn read_menu(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let mut patterns = Vec::new();
    StepDraft::Menu(MenuDraft {
        prompts: read_prompts(table, report),
        keys: read_entries(table, Some(&mut patterns), report),
        patterns,
        into: table.text("into", report),
        invalid: table.texts("invalid", report),
        silent: table.texts("silent", report),
        timeout: table.length("timeout", TIMEOUT_MIN..=TIMEOUT_MAX, report),
        tries: table.count("tries", 1..=TRIES_MAX, report),
        otherwise: table.text("otherwise", report),
    })
}

/// What a step says; a step that says nothing is a fault.
pub(super) fn read_prompts(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<Text> {
    if table.value("prompts").is_none() {
        table.missing("prompts", report);
    }
    let prompts = table.texts("prompts", report);
    if prompts.as_ref().is_some_and(Vec::is_empty) {
        let message = format!("`{}` says nothing", table.name);
        let remedy = "name at least one recording in `prompts`".to_owned();
        report.add(Flaw::error("nothing-said", table.span.clone(), message).suggest(remedy));
    }
    prompts.unwrap_or_default()
}

/// An arrow for each key.
pub(super) fn keys() -> Shape {
    Shape::Map(Box::new(Shape::Text))
}

pub(super) fn read_keys(table: &mut Table<'_>, report: &mut Report<'_>) -> BTreeMap<char, Text> {
    read_entries(table, None, report)
}

/// Keys with their arrows, and entries of several keys where there may be such.
fn read_entries(
    table: &mut Table<'_>,
    mut patterns: Option<&mut Vec<PatternDraft>>,
    report: &mut Report<'_>,
) -> BTreeMap<char, Text> {
    let Some(value) = table.shaped("keys", keys()) else {
        table.missing("keys", report);
        return BTreeMap::new();
    };
    let Some(keys) = Table::of("keys".to_owned(), value, report) else { return BTreeMap::new() };
    let entries = keys.entries();
    if entries.is_empty() {
        let message = format!("`{}` has no key: its callers can not get on", table.name);
        report.add(Flaw::error("dead-end", value.span(), message));
    }
    let mut arrows = BTreeMap::new();
    for entry in entries {
        let name = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
        let arrow = text_of(name.get_ref(), entry.value, report);
        if let Some(patterns) = patterns.as_deref_mut()
            && name.get_ref().chars().count() > 1
        {
            patterns.extend(arrow.and_then(|goto| read_pattern_entry(name, goto, report)));
            continue;
        }
        if let (Some(key), Some(arrow)) = (read_key(&name, report), arrow) {
            arrows.insert(key, arrow);
        }
    }
    if let Some(further) = patterns.and_then(|patterns| patterns.get(PATTERNS_MAX)) {
        let message = format!("a menu may have at most {PATTERNS_MAX} entries of several keys");
        report.add(Flaw::error("too-many", further.written.span(), message));
    }
    arrows
}

/// An entry of several keys: a regular expression, of which some telephone must be able to send something.
fn read_pattern_entry(written: Text, goto: Text, report: &mut Report<'_>) -> Option<PatternDraft> {
    let pattern = read_pattern(&written, report)?;
    if pattern.fit("") != Fit::NotYet {
        let message = format!("`{}` is nothing that a telephone sends", written.get_ref());
        let remedy = "the keys are 0 to 9, \"*\", \"#\" and A to D, and patterns of several of them, such as \"2[0-9]{2}\"; a key * in a pattern is \\*";
        let flaw = Flaw::error("bad-key", written.span(), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
    Some(PatternDraft { written, pattern, goto })
}

impl StepDraft {
    /// The kind in the header.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Say(_) => "say",
            Self::Menu(_) => "menu",
            Self::Speak(_) => "speak",
            Self::Set(_) => "set",
            Self::Branch(_) => "branch",
            Self::Collect(_) => "collect",
            Self::Confirm(_) => "confirm",
            Self::Http(_) => "http",
            Self::HangUp(_) => "hangup",
            Self::Sub(_) => "sub",
            Self::LookUp(_) => "lookup",
            Self::Dial(_) => "dial",
            Self::Voicemail(_) => "voicemail",
            Self::Callback(_) => "callback",
        }
    }

    /// Which variables it sets, and of what kind they are then.
    pub(crate) fn sets(&self) -> Vec<(&Text, ValueKind)> {
        match self {
            Self::Set(set) => set.values.iter().map(|(name, value)| (name, value.kind())).collect(),
            Self::Collect(collect) => {
                collect.into.iter().map(|name| (name, ValueKind::Text)).collect()
            }
            Self::Http(http) => http.reads.iter().map(|read| (&read.into, read.kind)).collect(),
            Self::Menu(menu) => menu.into.iter().map(|name| (name, ValueKind::Text)).collect(),
            Self::LookUp(look_up) => {
                look_up.reads.iter().map(|(into, _)| (into, ValueKind::Text)).collect()
            }
            Self::Say(_)
            | Self::HangUp(_)
            | Self::Sub(_)
            | Self::Speak(_)
            | Self::Branch(_)
            | Self::Confirm(_)
            | Self::Dial(_)
            | Self::Voicemail(_)
            | Self::Callback(_) => Vec::new(),
        }
    }

    /// What it says to callers, where there may be values among it.
    pub(crate) fn sayings(&self) -> &[SayingDraft] {
        match self {
            Self::Say(say) => &say.prompts,
            Self::Confirm(confirm) => &confirm.prompts,
            Self::Menu(_)
            | Self::Speak(_)
            | Self::Set(_)
            | Self::Branch(_)
            | Self::Collect(_)
            | Self::Http(_)
            | Self::HangUp(_)
            | Self::Sub(_)
            | Self::LookUp(_)
            | Self::Dial(_)
            | Self::Voicemail(_)
            | Self::Callback(_) => &[],
        }
    }

    /// The values that it says.
    pub(crate) fn values(&self) -> impl Iterator<Item = &ValueDraft> {
        self.sayings().iter().filter_map(|saying| match saying {
            SayingDraft::Value(value) => Some(value),
            SayingDraft::Phrase(_) => None,
        })
    }

    /// The variable that it keeps secret.
    pub(crate) fn secret(&self) -> Option<&Text> {
        let Self::Collect(collect) = self else { return None };
        collect.into.as_ref().filter(|_| collect.secret)
    }

    /// Whether callbacks of it may be asked for at a time.
    pub(crate) const fn has_slots(&self) -> bool {
        if let Self::Callback(callback) = self { callback.slots.is_some() } else { false }
    }

    /// What it sets, if it is such a step.
    pub(crate) const fn set(&self) -> Option<&SetDraft> {
        if let Self::Set(set) = self { Some(set) } else { None }
    }
}
