//! What an agent is told of a queue's calls beside the display, as it is written.

use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::time::Duration;

/// What an agent is told.
#[derive(Default)]
pub(crate) struct ToldDraft {
    pub(crate) whisper: Vec<Text>,
    pub(crate) whisper_wait: Option<Duration>,
    pub(crate) alert_info: Option<Text>,
}

/// Nobody is told of those only who have waited for longer.
const WAIT_MAX: Duration = Duration::from_secs(3_600);

/// The longest Alert-Info, in octets: phones have little room.
const ALERT_INFO_MAX: usize = 200;

pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> ToldDraft {
    ToldDraft {
        whisper: table.texts("whisper", report).unwrap_or_default(),
        whisper_wait: table.length("whisper_wait", Duration::ZERO..=WAIT_MAX, report),
        alert_info: read_alert_info(table, report),
    }
}

/// RFC 3261 §20.4: addresses in angle brackets, with parameters; a phone knows its own.
fn read_alert_info(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Text> {
    let text = table.text("alert_info", report)?;
    if is_alert_info(text.get_ref()) {
        return Some(text);
    }
    let message = format!(
        "`{}` is no Alert-Info: an address in angle brackets, at most {ALERT_INFO_MAX} characters in all",
        text.get_ref()
    );
    let flaw = Flaw::error("alert-info", text.span(), message);
    let remedy = "write what the phone's manual says, such as <http://127.0.0.1/Bellcore-dr2>";
    report.add(flaw.suggest(remedy.to_owned()));
    None
}

fn is_alert_info(text: &str) -> bool {
    let address = text.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    printable
        && text.len() <= ALERT_INFO_MAX
        && address.is_some_and(|(uri, rest)| {
            uri.split_once(':').is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty())
                && !uri.contains([' ', '<'])
                && (rest.is_empty() || rest.starts_with([';', ',']))
        })
}
