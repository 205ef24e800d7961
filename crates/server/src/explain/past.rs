//! What an agent was doing at a moment that is over, in sentences.

use super::{seconds, tell_decision};
use snapshot::{AgentHappened, AgentPast};
use std::fmt::Write;

/// A moment, with its day.
const DAY_AND_TIME: &str = "%Y-%m-%d %H:%M:%S";

/// Tells it, line by line.
pub(super) fn tell_past(it: &AgentPast) -> String {
    let (state, at) = (it.state.replace('_', " "), it.at.strftime(DAY_AND_TIME));
    let mut text = format!("agent {} was {state} at {at}", it.agent);
    if let Some(pause) = &it.pause {
        let _ = write!(text, ", pause {pause}");
    }
    if let Some(since) = it.since {
        let _ = write!(text, ", since {}", since.strftime(DAY_AND_TIME));
    }
    if let Some(until) = it.until {
        let _ = write!(text, ", until {}", until.strftime(DAY_AND_TIME));
    }
    text.push_str(match it.happened[..] {
        [] => "\nnothing had happened in the day before\n",
        _ => "\nwhat had happened\n",
    });
    for happened in &it.happened {
        tell_happened(&mut text, happened);
    }
    text
}

fn tell_happened(text: &mut String, it: &AgentHappened) {
    text.push_str("  ");
    if let (Some(call), Some(why)) = (it.call, &it.why) {
        let _ = write!(text, "call {call}  ");
        return tell_decision(text, why);
    }
    let _ = write!(text, "{}  {}", it.at.strftime("%H:%M:%S"), what(it));
    if let Some(call) = it.call {
        let _ = write!(text, ", call {call}");
    }
    for (name, value) in &it.with {
        let _ = match (name.as_str(), value.parse()) {
            // They are in the sentence.
            ("state" | "end" | "command", _) => Ok(()),
            ("length_ms", Ok(length)) => write!(text, ", {} in all", seconds(length)),
            (name, _) => write!(text, ", {} {value}", name.replace('_', " ")),
        };
    }
    text.push('\n');
}

/// What it was, in the ledger's words.
fn what(it: &AgentHappened) -> String {
    let with = |name: &str| it.with.get(name).map(|word| word.replace('_', " "));
    let event = it.event.replace('_', " ");
    let word = match &*it.event {
        "agent_state" => with("state").map(|state| format!("is {state}")),
        "reservation_ended" => with("end").map(|end| format!("the ring was {end}")),
        "command_obeyed" | "command_refused" => {
            with("command").map(|command| format!("{event}: {command}"))
        }
        _ => None,
    };
    word.unwrap_or(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use jiff::Timestamp;
    use snapshot::{DecisionExplained, RuleExplained};
    use std::collections::BTreeMap;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_770_000 + second).unwrap()
    }

    fn happened(
        second: i64,
        event: &str,
        call: Option<u64>,
        with: &[(&str, &str)],
    ) -> AgentHappened {
        let with = with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let with: BTreeMap<_, _> = with.collect();
        AgentHappened { at: at(second), event: event.to_owned(), call, with, why: None }
    }

    #[test]
    fn what_an_agent_was_doing_is_told_with_what_had_led_there() {
        let rang = DecisionExplained {
            at: at(60),
            queue: "support".to_owned(),
            agent: "1001".to_owned(),
            conversations: 0,
            waited_ms: 42_000,
            priority: 0,
            score_ms: 42_000,
            rule: RuleExplained::HighestScore { rivals: Vec::new() },
        };
        let past = AgentPast {
            at: at(300),
            agent: "1001".to_owned(),
            state: "paused".to_owned(),
            pause: Some("coffee".to_owned()),
            since: Some(at(95)),
            until: Some(at(700)),
            happened: vec![
                happened(0, "logged_in", None, &[]),
                happened(0, "agent_state", None, &[("state", "ready")]),
                AgentHappened { why: Some(rang), ..happened(60, "rang", Some(7), &[]) },
                happened(72, "reservation_ended", Some(7), &[("end", "missed")]),
                happened(80, "wrap_up_started", Some(5), &[("length_ms", "15000")]),
                happened(
                    95,
                    "command_obeyed",
                    None,
                    &[("by", "token:wallboard"), ("command", "pause"), ("with", "coffee")],
                ),
                happened(95, "agent_state", None, &[("pause", "coffee"), ("state", "paused")]),
            ],
        };
        expect![[r#"
            agent 1001 was paused at 2026-11-27 09:05:00, pause coffee, since 2026-11-27 09:01:35, until 2026-11-27 09:11:40
            what had happened
              09:00:00  logged in
              09:00:00  is ready
              call 7  09:01:00  rang at agent 1001 for queue support, after 42.0 s with score 42.0 s: as the only call that the agent could take
              09:01:12  the ring was missed, call 7
              09:01:20  wrap up started, call 5, 15.0 s in all
              09:01:35  command obeyed: pause, by token:wallboard, with coffee
              09:01:35  is paused, pause coffee
        "#]].assert_eq(&tell_past(&past));
        let nothing = AgentPast { happened: Vec::new(), until: None, pause: None, ..past };
        let told = tell_past(&nothing);
        assert!(told.ends_with("\nnothing had happened in the day before\n"), "{told}");
    }
}
