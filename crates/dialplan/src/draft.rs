//! The plan as it is written: typed and bounded, with every name still a name and a place in the
//! text.

mod after_call;
mod agent;
mod branch;
mod callback;
mod callers;
mod collect;
mod coming_back;
mod conditions;
mod confirm;
mod date;
mod dial;
mod digits;
mod directory;
mod disposition;
mod distribution;
mod ha1;
mod hang_up;
mod holidays;
mod hours;
mod http;
mod kept;
mod logic;
mod needs;
mod number;
mod offers;
mod opening;
mod operator;
mod pause;
mod queue;
mod rules;
mod saying;
mod secret;
mod set;
mod short_codes;
mod step;
mod sub;
mod told;
mod trunk;
mod voicemail;
mod wait;

pub(crate) use agent::{AgentDraft, QueuesDraft, TierDraft};
pub(crate) use branch::{
    ArmDraft, BranchDraft, CheckDraft, IsDraft, LiteralDraft, TermDraft, is_word,
};
pub(crate) use callback::CallbackDraft;
pub(crate) use collect::CollectDraft;
pub(crate) use conditions::ConditionDraft;
pub(crate) use confirm::ConfirmDraft;
pub(crate) use date::{REMEDY as DATE_REMEDY, of as read_date};
pub(crate) use dial::DialDraft;
pub(crate) use directory::{CallerDraft, DirectoryDraft, HttpDraft, LookUpDraft, SourceDraft};
pub(crate) use disposition::DispositionDraft;
pub(crate) use distribution::RelaxDraft;
pub(crate) use hang_up::HangUpDraft;
pub(crate) use holidays::HolidaysDraft;
pub(crate) use hours::{HoursDraft, KeptDraft};
pub(crate) use http::HttpStepDraft;
pub(crate) use logic::Logic;
pub(crate) use needs::{NeedDraft, Sense};
pub(crate) use number::NumberDraft;
pub(crate) use offers::{AnnouncementDraft, OfferDraft};
pub(crate) use operator::{OperatorDraft, OperatorTo};
pub(crate) use pause::PauseDraft;
pub(crate) use queue::{LevelDraft, QueueDraft};
pub(crate) use rules::{FateDraft, RuleDraft};
pub(crate) use saying::{SayingDraft, ValueDraft};
pub(crate) use secret::SecretDraft;
pub(crate) use set::SetDraft;
pub(crate) use short_codes::ShortCodesDraft;
pub(crate) use step::{MenuDraft, PatternDraft, SayDraft, SpeakDraft, StepDraft};
pub(crate) use sub::SubDraft;
pub(crate) use trunk::TrunkDraft;
pub(crate) use voicemail::VoicemailDraft;

use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Entry, Table, Text};
use crate::{Srtp, Strangers, include, values};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::DeTable;

/// Whether sound is encrypted, as agents and trunks have it.
const SRTP: [(&str, Srtp); 3] =
    [("off", Srtp::Off), ("optional", Srtp::Optional), ("required", Srtp::Required)];

/// A table with the name in its header.
pub(crate) struct Named<T> {
    pub(crate) name: Text,
    pub(crate) body: T,
}

impl<T: Default> Named<T> {
    /// An entry that no text has, at a place that is kept for what is [gone](crate::Plan::gone).
    pub(crate) fn nobody(place: usize) -> Self {
        Self { name: Text::new(0..0, format!("{NOBODY}{place}")), body: T::default() }
    }
}

impl<T> Named<T> {
    /// Whether it is no entry of the text. What is one stands somewhere in it.
    pub(crate) fn is_nobody(&self) -> bool {
        self.name.get_ref().starts_with(NOBODY) && self.name.span().is_empty()
    }
}

/// Nothing in a text can name what begins with it.
const NOBODY: char = '\u{0}';

/// A whole file.
pub(crate) struct Draft {
    pub(crate) top: Top,
    pub(crate) hours: Vec<Named<HoursDraft>>,
    pub(crate) holidays: Vec<Named<HolidaysDraft>>,
    pub(crate) numbers: Vec<Named<NumberDraft>>,
    pub(crate) steps: Vec<Named<StepDraft>>,
    pub(crate) queues: Vec<Named<QueueDraft>>,
    pub(crate) agents: Vec<Named<AgentDraft>>,
    pub(crate) trunks: Vec<Named<TrunkDraft>>,
    pub(crate) pauses: Vec<Named<PauseDraft>>,
    pub(crate) shifts: Vec<Named<HoursDraft>>,
    pub(crate) dispositions: Vec<Named<DispositionDraft>>,
    pub(crate) directories: Vec<Named<DirectoryDraft>>,
}

/// What stands before the first table, and the short codes.
pub(crate) struct Top {
    pub(crate) name: Option<Text>,
    pub(crate) language: Option<Text>,
    pub(crate) languages: Vec<Text>,
    pub(crate) timezone: Option<Text>,
    pub(crate) operator: OperatorDraft,
    /// Keys that lead away from everywhere, with the text that names each.
    pub(crate) keys: BTreeMap<char, Text>,
    pub(crate) short_codes: ShortCodesDraft,
    pub(crate) strangers: Option<Strangers>,
    pub(crate) country: Option<Text>,
    pub(crate) dial_out_per_hour_max: Option<u32>,
    /// Variables that agents' phones are told.
    pub(crate) show: Vec<Text>,
}

/// Nobody dials by hand more often than this.
const DIAL_OUT_PER_HOUR_MAX_MAX: u32 = 10_000;

/// Reads a whole file.
pub(crate) fn read(values: &DeTable<'_>, report: &mut Report<'_>) -> Draft {
    let mut file = Table::new(String::new(), 0..0, values);
    let draft = Draft {
        top: read_top(&mut file, report),
        hours: named(&mut file, "hours", report, hours::read),
        holidays: named(&mut file, "holidays", report, holidays::read),
        numbers: named(&mut file, "number", report, number::read),
        steps: step::read_all(&mut file, report),
        queues: named(&mut file, "queue", report, queue::read),
        agents: named(&mut file, "agent", report, agent::read),
        trunks: named(&mut file, "trunk", report, trunk::read),
        shifts: named(&mut file, "shift", report, hours::read),
        pauses: named(&mut file, "pause", report, pause::read),
        dispositions: named(&mut file, "disposition", report, disposition::read),
        directories: named(&mut file, "directory", report, directory::read),
    };
    file.finish(report);
    draft
}

fn read_top(file: &mut Table<'_>, report: &mut Report<'_>) -> Top {
    // Followed long before; here its type is checked.
    file.texts(include::KEY, report);
    Top {
        name: file.text("name", report),
        language: file.text("language", report),
        languages: file.texts("languages", report).unwrap_or_default(),
        timezone: file.text("timezone", report),
        operator: OperatorDraft::read(file, report),
        keys: read_keys_everywhere(file, report),
        short_codes: short_codes::read(file, report),
        strangers: file.choice(
            "strangers",
            [("welcome", Strangers::Welcome), ("refused", Strangers::Refused)],
            report,
        ),
        country: read_country(file, report),
        dial_out_per_hour_max: file.count(
            "dial_out_per_hour_max",
            1..=DIAL_OUT_PER_HOUR_MAX_MAX,
            report,
        ),
        show: file.texts("show", report).unwrap_or_default(),
    }
}

/// `[keys]`, which may be left out.
fn read_keys_everywhere(file: &mut Table<'_>, report: &mut Report<'_>) -> BTreeMap<char, Text> {
    match file.shaped("keys", step::keys()) {
        Some(_) => step::read_keys(file, report),
        None => BTreeMap::new(),
    }
}

fn read_country(file: &mut Table<'_>, report: &mut Report<'_>) -> Option<Text> {
    let text = file.text("country", report)?;
    if !values::is_country(text.get_ref()) {
        let message = format!("`{}` is no calling code of a country", text.get_ref());
        let remedy = "write its digits without plus or zeros, such as \"46\"".to_owned();
        report.add(Flaw::error("bad-country", text.span(), message).suggest(remedy));
    }
    Some(text)
}

/// Reads every `[kind.name]`, in the order of the file.
fn named<T>(
    file: &mut Table<'_>,
    kind: &'static str,
    report: &mut Report<'_>,
    read: fn(&Text, &mut Table<'_>, &mut Report<'_>) -> T,
) -> Vec<Named<T>> {
    let of_kind = file
        .shaped(kind, Shape::Tables(kind))
        .and_then(|value| Table::of(kind.to_owned(), value, report));
    let entries = of_kind.map(|table| table.entries()).unwrap_or_default();
    entries.into_iter().filter_map(|entry| read_named(kind, &entry, report, read)).collect()
}

fn read_named<T>(
    kind: &str,
    entry: &Entry<'_>,
    report: &mut Report<'_>,
    read: fn(&Text, &mut Table<'_>, &mut Report<'_>) -> T,
) -> Option<Named<T>> {
    let name = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
    let full_name = format!("{kind}.{}", name.get_ref());
    let mut table = Table::of(full_name, entry.value, report)?;
    table.span = name.span();
    let body = read(&name, &mut table, report);
    table.finish(report);
    Some(Named { name, body })
}

/// Takes a text for a key of a telephone, or says that it is none.
fn read_key(text: &Text, report: &mut Report<'_>) -> Option<char> {
    let key = values::key(text.get_ref());
    if key.is_none() {
        let message = format!("`{}` is no key of a telephone", text.get_ref());
        let keys = "the keys are 0 to 9, \"*\", \"#\" and A to D".to_owned();
        report.add(Flaw::error("bad-key", text.span(), message).suggest(keys));
    }
    key
}

fn check_dialled(text: &Text, report: &mut Report<'_>) {
    if !values::is_dialled(text.get_ref()) {
        let message = format!("`{}` can not be dialled", text.get_ref());
        let remedy = "use digits, letters and + * # . _ - only, as the phone sends them".to_owned();
        report.add(Flaw::error("bad-number", text.span(), message).suggest(remedy));
    }
}
