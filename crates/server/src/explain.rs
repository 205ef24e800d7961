//! An explanation in sentences, for people.

mod past;

use jiff::{SignedDuration, Timestamp};
use snapshot::{
    AgentExplained, CallExplained, DecisionExplained, Explained, ObstacleExplained, RivalExplained,
    RuleExplained, StandingExplained,
};
use std::fmt::Write;

/// Tells it, line by line.
pub(crate) fn tell(explained: &Explained) -> String {
    let text = match explained {
        Explained::Call(call) => tell_call(call),
        Explained::Agent(agent) => tell_agent(agent),
        Explained::AgentPast(agent) => past::tell_past(agent),
    };
    let printable = |letter: &char| !letter.is_control() || *letter == '\n';
    text.trim_end().chars().filter(printable).collect()
}

fn tell_call(call: &CallExplained) -> String {
    let state = call.state.as_deref().unwrap_or("over");
    let mut text = format!("call {} is {state}\n", call.call);
    if let Some(standing) = &call.standing {
        tell_standing(&mut text, call.at, standing);
    }
    for decision in &call.decisions {
        tell_decision(&mut text, decision);
    }
    for stood in &call.unserved {
        let left = stood.arrived + SignedDuration::from_millis_i128(stood.waited_ms.into());
        let _ = writeln!(text, "{}  left unserved, as it stood", left.strftime("%H:%M:%S"));
        tell_standing(&mut text, left, stood);
    }
    if call.standing.is_none() && call.decisions.is_empty() && call.unserved.is_empty() {
        text.push_str("it stands in no queue, and no agent has been rung for it\n");
    }
    text
}

fn tell_standing(text: &mut String, at: Timestamp, it: &StandingExplained) {
    let place = match it.place {
        Some(place) => format!("place {place}"),
        None => "being rung".to_owned(),
    };
    let (waited, score) = (seconds(it.waited_ms), seconds(it.score_ms));
    let (worth, percent) = (seconds(it.priority_ms), it.ageing);
    let _ = writeln!(text, "queue {}: {place}, agents by {}", it.queue, it.strategy);
    let _ = writeln!(
        text,
        "score {score}: {waited} waited at {percent} %, and {worth} for priority {}",
        it.priority
    );
    if !it.before.is_empty() {
        let _ = writeln!(text, "before it: {}", rivals(&it.before));
    }
    if let Some(relaxes) = it.relaxes {
        let wait = ahead(at, relaxes);
        let _ = writeln!(text, "in {wait} it needs less of an agent, or the next tier is asked");
    }
    if it.agents.is_empty() {
        text.push_str("no agent serves this queue\n");
    }
    for obstacle in &it.agents {
        let _ = writeln!(text, "  agent {}: {}", obstacle.agent, sentence(at, obstacle));
    }
    let all = it.obstacles.values().map(|count| u64::from(*count)).sum::<u64>();
    if all > it.agents.len() as u64 {
        let counts = it.obstacles.iter().map(|(why, count)| format!("{count} {why}"));
        let counts = counts.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  of all {all} agents of the queue: {counts}");
    }
}

fn tell_decision(text: &mut String, it: &DecisionExplained) {
    let rule = match &it.rule {
        RuleExplained::Strategy { strategy, idle_ms, runner_up } => {
            let next = match runner_up {
                Some(agent) => format!("agent {agent} would have been next"),
                None => "nobody else was ready".to_owned(),
            };
            format!("by {strategy}, idle for {}; {next}", seconds(*idle_ms))
        }
        RuleExplained::KeptFor => "as the agent it was kept for".to_owned(),
        RuleExplained::PassedOn { by } => format!("passed on by agent {by}"),
        RuleExplained::HighestScore { rivals: none } if none.is_empty() => {
            "as the only call that the agent could take".to_owned()
        }
        RuleExplained::HighestScore { rivals: those } => {
            format!("with the highest score, before {}", rivals(those))
        }
    };
    let beside = match it.conversations {
        0 => String::new(),
        1 => ", beside one conversation,".to_owned(),
        several => format!(", beside {several} conversations,"),
    };
    let _ = writeln!(
        text,
        "{}  rang at agent {}{beside} for queue {}, after {} with score {}: {rule}",
        it.at.strftime("%H:%M:%S"),
        it.agent,
        it.queue,
        seconds(it.waited_ms),
        seconds(it.score_ms),
    );
}

fn tell_agent(it: &AgentExplained) -> String {
    let mut text = format!("agent {} is {}", it.agent, it.state);
    if let Some(pause) = &it.pause {
        let _ = write!(text, ", pause {pause}");
    }
    if it.logs_out {
        text.push_str(", and then logged out");
    }
    let calls: Vec<_> = it.calls.iter().map(u64::to_string).collect();
    let _ = match &calls[..] {
        [] => Ok(()),
        [call] => write!(text, ", call {call}"),
        several => write!(text, ", calls {}", several.join(", ")),
    };
    let _ = write!(text, ", for {}", ahead(it.since, it.at));
    if let Some(until) = it.until {
        let _ = write!(text, ", {} left", ahead(it.at, until));
    }
    text.push('\n');
    let _ = match it.next {
        Some(next) => writeln!(text, "next call, were the agent ready now: {}", rivals(&[next])),
        None => writeln!(text, "no call waits that the agent may take"),
    };
    for head in it.queues.iter().filter(|head| head.waiting > 0) {
        let _ = write!(text, "  queue {}: {} waiting", head.queue, head.waiting);
        if let (Some(call), Some(why)) = (head.call, &head.obstacle) {
            let _ = write!(text, ", call {call} first: {}", sentence(it.at, why));
        }
        text.push('\n');
    }
    if !it.rung.is_empty() {
        text.push_str("rung for\n");
    }
    for rung in &it.rung {
        let _ = write!(text, "  call {}  ", rung.call);
        tell_decision(&mut text, &rung.why);
    }
    text
}

/// What keeps an agent from a call.
fn sentence(at: Timestamp, it: &ObstacleExplained) -> String {
    let with = it.with.as_deref().unwrap_or("?");
    let what = match &*it.why {
        "lacks_skill" => format!("does not meet the need, because of {with}"),
        "left_queue" => "does not serve the queue for now".to_owned(),
        "later_tier" => format!("tier {with} is not asked yet"),
        "kept_for" => format!("the call is kept for agent {with}"),
        "turned_down" => "turned the call down".to_owned(),
        "rung_elsewhere" => "ready, and the call rings elsewhere".to_owned(),
        "paused" => format!("paused, {with}"),
        state @ ("talking" | "ringing") => match &it.with {
            Some(calls) if calls.contains(',') => format!("{state}, calls {calls}"),
            Some(call) => format!("{state}, call {call}"),
            None => state.to_owned(),
        },
        state => state.replace('_', " "),
    };
    match it.until {
        Some(until) => format!("{what}, {} left", ahead(at, until)),
        None => what,
    }
}

fn rivals(rivals: &[RivalExplained]) -> String {
    let each = |it: &RivalExplained| format!("call {} (score {})", it.call, seconds(it.score_ms));
    rivals.iter().map(each).collect::<Vec<_>>().join(", ")
}

fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

/// From one time to a later one.
fn ahead(from: Timestamp, to: Timestamp) -> String {
    let length = to.duration_since(from).as_millis().max(0);
    seconds(u64::try_from(length).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use std::collections::BTreeMap;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn obstacle(why: &str, with: Option<&str>, until: Option<i64>) -> ObstacleExplained {
        ObstacleExplained {
            agent: "1001".to_owned(),
            why: why.to_owned(),
            with: with.map(str::to_owned),
            until: until.map(at),
        }
    }

    #[test]
    fn a_call_is_told_with_its_score_those_before_it_and_what_keeps_each_agent() {
        let standing = StandingExplained {
            queue: "support".to_owned(),
            strategy: "longest_idle".to_owned(),
            arrived: at(0),
            waited_ms: 93_400,
            ageing: 100,
            priority: 2,
            priority_ms: 60_000,
            score_ms: 153_400,
            place: Some(2),
            before: vec![RivalExplained { call: 5, score_ms: 200_000 }],
            relaxes: Some(at(120)),
            agents: vec![
                obstacle("lacks_skill", Some("french"), None),
                obstacle("paused", Some("coffee"), None),
                obstacle("wrap_up", None, Some(100)),
                obstacle("talking", Some("4"), None),
                obstacle("talking", Some("4, 9"), None),
                obstacle("turned_down", None, Some(99)),
            ],
            obstacles: BTreeMap::from([("logged_out".to_owned(), 40), ("paused".to_owned(), 1)]),
        };
        let decision = DecisionExplained {
            at: at(90),
            queue: "support".to_owned(),
            agent: "1001".to_owned(),
            conversations: 1,
            waited_ms: 90_000,
            priority: 2,
            score_ms: 150_000,
            rule: RuleExplained::Strategy {
                strategy: "longest_idle".to_owned(),
                idle_ms: 41_000,
                runner_up: Some("1002".to_owned()),
            },
        };
        let call = CallExplained {
            at: at(94),
            call: 7,
            state: Some("waiting".to_owned()),
            standing: Some(standing),
            decisions: vec![decision],
            unserved: Vec::new(),
        };
        expect![[r#"
            call 7 is waiting
            queue support: place 2, agents by longest_idle
            score 153.4 s: 93.4 s waited at 100 %, and 60.0 s for priority 2
            before it: call 5 (score 200.0 s)
            in 26.0 s it needs less of an agent, or the next tier is asked
              agent 1001: does not meet the need, because of french
              agent 1001: paused, coffee
              agent 1001: wrap up, 6.0 s left
              agent 1001: talking, call 4
              agent 1001: talking, calls 4, 9
              agent 1001: turned the call down, 5.0 s left
              of all 41 agents of the queue: 40 logged_out, 1 paused
            00:01:30  rang at agent 1001, beside one conversation, for queue support, after 90.0 s with score 150.0 s: by longest_idle, idle for 41.0 s; agent 1002 would have been next"#]]
        .assert_eq(&tell(&Explained::Call(call)));
    }
}
