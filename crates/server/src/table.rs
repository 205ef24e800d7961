//! The live table: queues, callers with place and wait, agents with state and time in state.

use jiff::Timestamp;
use snapshot::{AgentNow, CallNow, QueueNow, Snapshot};
use std::fmt::Write;

/// Clears a terminal and goes to its upper left corner.
pub(crate) const CLEAR: &str = "\x1b[2J\x1b[H";

/// Callers listed one by one.
const CALLERS_SHOWN_MAX: usize = 12;

/// The whole table.
pub(crate) fn draw(snapshot: &Snapshot) -> String {
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
    draw_queues(&mut text, &snapshot.queues);
    draw_callers(&mut text, &snapshot.calls, snapshot.calls_on());
    draw_agents(&mut text, snapshot.at, &snapshot.agents);
    text
}

fn draw_queues(text: &mut String, queues: &[QueueNow]) {
    text.push_str("QUEUE                 WAITING  LONGEST  TALKING  READY  AT WORK\n");
    for queue in queues {
        let _ = writeln!(
            text,
            "{:<20}  {:>7}  {:>7}  {:>7}  {:>5}  {:>7}",
            clip(&queue.name, 20),
            queue.waiting,
            length(queue.longest_wait_s),
            queue.talking,
            queue.agents_ready,
            queue.agents_logged_in,
        );
    }
}

fn draw_callers(text: &mut String, calls: &[CallNow], on: u64) {
    text.push_str("\nCALLER      STATE      QUEUE       PLACE   WAIT  AGENT\n");
    for call in calls.iter().take(CALLERS_SHOWN_MAX) {
        let _ = writeln!(
            text,
            "{:<10}  {:<9}  {:<10}  {:>5}  {:>5}  {}",
            clip(&call.caller, 10),
            call.state,
            clip(call.queue.as_deref().unwrap_or("–"), 10),
            call.place.map_or_else(|| "–".to_owned(), |place| place.to_string()),
            call.waiting_s.map_or_else(|| "–".to_owned(), length),
            call.agent.as_deref().unwrap_or("–"),
        );
    }
    let shown = u64::try_from(calls.len().min(CALLERS_SHOWN_MAX)).unwrap_or(u64::MAX);
    if on > shown {
        let _ = writeln!(text, "… and {} more", on - shown);
    }
}

fn draw_agents(text: &mut String, at: Timestamp, agents: &[AgentNow]) {
    text.push_str("\nAGENT                       STATE         FOR    UNTIL\n");
    for agent in agents {
        let _ = writeln!(
            text,
            "{:<6}  {:<18}  {:<12}  {:>5}  {:>7}",
            clip(&agent.id, 6),
            clip(&agent.name, 18),
            agent.state,
            length(between(agent.since, at)),
            agent.until.map_or_else(String::new, |until| length(between(at, until))),
        );
    }
}

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
