//! The live table: queues, callers with place and wait, agents with state and time in state.

use crate::screen;
use jiff::Timestamp;
use snapshot::{AgentNow, Alarm, CallNow, ExpectedWait, QueueNow, Snapshot, TrunkNow};
use std::fmt::Write;
use std::sync::Arc;

/// Callers listed one by one.
const CALLERS_SHOWN_MAX: usize = 12;

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// As much as there is to show.
    Whole,
    /// No more than so many rows.
    Rows(usize),
}

impl Fit {
    /// What the terminal holds beside `others` rows; all of it where there is no terminal.
    pub(crate) fn screen(others: usize) -> Self {
        screen::rows().map_or(Self::Whole, |rows| Self::Rows(rows.saturating_sub(others)))
    }

    /// How many callers and agents are shown, beside `fixed` rows. A list that is cut short ends
    /// with a row that says so.
    fn share(self, fixed: usize, callers: usize, agents: usize) -> (usize, usize) {
        let callers = callers.min(CALLERS_SHOWN_MAX);
        let Self::Rows(rows) = self else { return (callers, agents) };
        let room = rows.saturating_sub(fixed);
        if callers + agents < room {
            return (callers, agents);
        }
        let room = room.saturating_sub(MORE_ROWS);
        let agents = agents.min(room - callers.min(room / 3));
        (callers.min(room - agents), agents)
    }
}

/// Rows that say how many more there are.
const MORE_ROWS: usize = 2;

/// Rows that are there whoever calls: the head, and the heads of the three lists.
const HEAD_ROWS: usize = 7;

/// The whole table.
pub(crate) fn draw(snapshot: &Snapshot, fit: Fit) -> String {
    let mut text = String::new();
    let totals = &snapshot.totals;
    let _ = writeln!(
        text,
        "{}   {}   offered {}  answered {}  abandoned {}  on {}\n",
        snapshot.site,
        snapshot.at.strftime("%H:%M:%S UTC"),
        totals.offered,
        totals.answered,
        totals.abandoned,
        snapshot.calls_on(),
    );
    for Alarm { about, since, what } in &snapshot.alarms {
        let since = since.strftime("%H:%M:%S UTC");
        let _ = writeln!(text, "ALARM  since {since}  {about}: {what}\n");
    }
    let of_trunks = if snapshot.trunks.is_empty() { 0 } else { 2 + snapshot.trunks.len() };
    let fixed = HEAD_ROWS + 2 * snapshot.alarms.len() + snapshot.queues.len() + of_trunks;
    let (callers, agents) = fit.share(fixed, snapshot.calls.len(), snapshot.agents.len());
    draw_queues(&mut text, &snapshot.queues);
    draw_trunks(&mut text, &snapshot.trunks);
    draw_callers(&mut text, snapshot.calls.iter().take(callers));
    more(&mut text, snapshot.calls_on(), callers);
    draw_agents(&mut text, snapshot.at, snapshot.agents.iter().take(agents));
    more(&mut text, u64::try_from(snapshot.agents.len()).unwrap_or(u64::MAX), agents);
    text
}

/// Says how many of `all` are not among those shown.
fn more(text: &mut String, all: u64, shown: usize) {
    let hidden = all.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX));
    if hidden > 0 {
        let _ = writeln!(text, "… and {hidden} more");
    }
}

fn draw_queues(text: &mut String, queues: &[QueueNow]) {
    text.push_str("QUEUE                 WAITING  LONGEST  EXPECTED  TALKING  READY  AT WORK\n");
    for queue in queues {
        let _ = writeln!(
            text,
            "{:<20}  {:>7}  {:>7}  {:>8}  {:>7}  {:>5}  {:>7}{}",
            clip(&queue.name, 20),
            queue.waiting,
            length(queue.longest_wait_s),
            expected(queue.expected_wait.as_ref()),
            queue.talking,
            queue.agents_ready,
            queue.agents_logged_in,
            behind(queue),
        );
    }
}

/// What stands behind a queue: how many messages wait there, and whether it is closed, or kept open by hand.
fn behind(queue: &QueueNow) -> String {
    let messages = match queue.messages {
        0 => String::new(),
        1 => "  1 message".to_owned(),
        many => format!("  {many} messages"),
    };
    messages + &opening(queue)
}

fn opening(queue: &QueueNow) -> String {
    match &queue.by_hand {
        Some(by_hand) => format!("  {} by {}", queue.state, by_hand.by),
        None if queue.state == "closed" => "  closed".to_owned(),
        None => String::new(),
    }
}

fn draw_trunks(text: &mut String, trunks: &[TrunkNow]) {
    if !trunks.is_empty() {
        text.push_str("\nTRUNK                 STATE        CALLS\n");
    }
    for trunk in trunks {
        let of = trunk.calls_max.map_or_else(String::new, |max| format!(" of {max}"));
        let name = clip(&trunk.id, 20);
        let _ = writeln!(text, "{name:<20}  {:<11}  {}{of}", trunk.state, trunk.calls);
    }
}

fn draw_callers<'a>(text: &mut String, calls: impl Iterator<Item = &'a CallNow>) {
    text.push_str("\nCALLER      STATE      QUEUE       PLACE   WAIT  EXPECTED  AGENT\n");
    for call in calls {
        let _ = writeln!(
            text,
            "{:<10}  {:<9}  {:<10}  {:>5}  {:>5}  {:>8}  {}",
            clip(call.name.as_deref().unwrap_or(&call.caller), 10),
            call.state,
            clip(call.queue.as_deref().unwrap_or("–"), 10),
            call.place.map_or_else(|| "–".to_owned(), |place| place.to_string()),
            call.waiting_s.map_or_else(|| "–".to_owned(), length),
            expected(call.expected_wait.as_ref()),
            named(&call.agents),
        );
    }
}

/// `<3m20`; nothing where it would be a guess.
fn expected(wait: Option<&ExpectedWait>) -> String {
    match wait {
        Some(ExpectedWait::AtMost { at_most_s }) => format!("<{}", length(*at_most_s)),
        Some(ExpectedWait::Unknown { .. }) | None => "–".to_owned(),
    }
}

/// One agent, or how many more there are: the table is narrow.
fn named(agents: &[Arc<str>]) -> String {
    match agents {
        [] => "–".to_owned(),
        [one] => one.to_string(),
        [first, more @ ..] => format!("{first} +{}", more.len()),
    }
}

fn draw_agents<'a>(text: &mut String, at: Timestamp, agents: impl Iterator<Item = &'a AgentNow>) {
    text.push_str("\nAGENT                       STATE         FOR    UNTIL\n");
    for agent in agents {
        let _ = writeln!(
            text,
            "{:<6}  {:<18}  {:<12}  {:>5}  {:>7}{}",
            clip(&agent.id, 6),
            clip(&agent.name, 18),
            agent.state,
            length(between(agent.since, at)),
            agent.until.map_or_else(String::new, |until| length(between(at, until))),
            note(agent),
        );
    }
}

/// What else is to be known of an agent: that there are several calls, the pause, the log-out that comes, and queues that are left.
fn note(agent: &AgentNow) -> String {
    let calls = (agent.calls.len() > 1).then(|| format!("  {} calls", agent.calls.len()));
    let pause = agent.pause.as_ref().map(|pause| match agent.paused_too_long {
        true => format!("  {pause}, too long"),
        false => format!("  {pause}"),
    });
    let out = agent.logs_out.then(|| "  logs out".to_owned());
    let away = match &agent.away_from[..] {
        [] => None,
        queues => Some(format!("  not in {}", queues.join(", "))),
    };
    clip(&calls.into_iter().chain(pause).chain(out).chain(away).collect::<String>(), NOTE_WIDTH)
}

/// What is left of 80 columns.
const NOTE_WIDTH: usize = 24;

fn between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second().saturating_sub(from.as_second())).unwrap_or(0)
}

/// `7s`, `3m05`, `2h14`.
fn length(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m{:02}", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}", seconds / 3_600, seconds / 60 % 60),
    }
}

fn clip(text: &str, width: usize) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use snapshot::AgentToday;

    #[test]
    fn several_calls_of_an_agent_stand_beside_the_pause_or_the_log_out_that_comes_after_them() {
        let agent = |calls| AgentNow {
            id: "1001".into(),
            name: "Ana".into(),
            state: "talking".into(),
            since: Timestamp::UNIX_EPOCH,
            until: None,
            calls,
            capacity: 2,
            pause: Some("coffee".into()),
            paused_too_long: false,
            logs_out: false,
            away_from: Vec::new(),
            phones: Vec::new(),
            today: AgentToday::default(),
        };
        assert_eq!(note(&agent(vec![4, 7])), "  2 calls  coffee");
        assert_eq!(note(&agent(vec![4])), "  coffee");
        let out = AgentNow { pause: None, logs_out: true, ..agent(vec![4, 7]) };
        assert_eq!(note(&out), "  2 calls  logs out");
    }

    #[test]
    fn a_screen_of_24_rows_shows_some_of_each_list() {
        let (callers, agents) = Fit::Rows(20).share(HEAD_ROWS + 3, 40, 9);
        assert_eq!((callers, agents), (2, 6));
        assert!(HEAD_ROWS + 3 + callers + agents + MORE_ROWS <= 20);
        assert_eq!(Fit::Rows(60).share(HEAD_ROWS + 3, 5, 9), (5, 9));
        assert_eq!(Fit::Rows(4).share(HEAD_ROWS + 3, 5, 9), (0, 0));
        assert_eq!(Fit::Whole.share(HEAD_ROWS + 3, 40, 900), (CALLERS_SHOWN_MAX, 900));
    }

    #[test]
    fn lengths_are_short_and_plain() {
        assert_eq!(length(7), "7s");
        assert_eq!(length(185), "3m05");
        assert_eq!(length(8_040), "2h14");
    }

    #[test]
    fn a_name_with_control_characters_does_not_touch_the_terminal() {
        assert_eq!(clip("\x1b[2JAna", 10), "[2JAna");
    }
}
