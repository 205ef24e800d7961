//! Made-up calls meet the conditions of a queue when real ones would: the distribution core is asked the same.

use acd::{Acd, AgentConfig, Config, Input, Output, QueueConfig, Waiting};
use clock::{Duration, Moment};
use dialplan::trial::{Figures, Trial};
use dialplan::{Origin, Plan, Presence, When, Whom};
use ids::{AgentId, CallId, PauseId, QueueId};
use proptest::prelude::*;
use rehearsal::{Unheard, What, rehearse};
use std::fmt::Write;
use std::sync::Arc;

const QUEUE: QueueId = QueueId(0);
/// The agents have been so for this long when the caller comes.
const BEFORE: Duration = Duration::from_secs(60);
/// The caller stays for this long.
const STAYS: Duration = Duration::from_secs(100);

/// When a caller is sent on, after coming, and by which condition.
type Sent = Option<(Duration, usize)>;

fn plan(conditions: &[(Vec<&str>, &str, u64)]) -> Plan {
    let mut text =
        "[number.9000]\ngoto = \"queue.q\"\n[queue.q]\n[say.out]\nprompts = [\"goodbye\"]\n\
                    [agent.1001]\nsecret = \"secret\"\nqueues = \"all\"\n"
            .to_owned();
    for (words, whom, seconds) in conditions {
        let _ = match words.as_slice() {
            [] => writeln!(text, "[[queue.q.when]]\nwaited = \"{}s\"", seconds + 1),
            words if *whom == "join" => {
                writeln!(text, "[[queue.q.when]]\nevery_agent = {words:?}\non = \"join\"")
            }
            words => writeln!(
                text,
                "[[queue.q.when]]\nevery_agent = {words:?}\non = \"{whom}\"\nlasting = \"{seconds}s\""
            ),
        };
        text += "goto = \"say.out\"\n";
    }
    Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new()))
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn rehearsed(plan: &Plan, agents: &[&str]) -> Sent {
    let figures = Figures::read(&agents.join(",")).expect("these are words for agents");
    let trial = Trial {
        queues: [("q".to_owned(), figures)].into(),
        wait: Some(STAYS),
        ..Trial::of("9000")
    };
    let plan = Arc::new(plan.clone());
    let entries = rehearse(&plan, &trial, jiff::Timestamp::UNIX_EPOCH, &Unheard)?.entries;
    let sent = entries.iter().find(|entry| matches!(entry.what, What::SentOn { .. }))?;
    let at = (0..).find(|at| plan.origins.of(Origin::Condition(QUEUE, *at)) == sent.line.as_ref());
    Some((Duration::from_millis(sent.at_ms), at?))
}

fn distributed(plan: &Plan, agents: &[&str]) -> Sent {
    let ids = || (0..).map(AgentId);
    let mut queue = QueueConfig::new(QUEUE);
    queue.conditions = plan.queue(QUEUE).conditions.iter().map(|it| condition(&it.when)).collect();
    let staff = ids().take(agents.len()).map(|id| AgentConfig::new(id, vec![QUEUE]));
    let mut acd = Acd::new(Config::new(vec![queue], staff.collect()));
    for (id, word) in ids().zip(agents) {
        let becomes: &[Input] = match *word {
            "unreachable" => &[Input::LoggedIn(id)],
            "paused" => &[Input::Reachable(id), Input::LoggedIn(id), Input::Paused(id, PauseId(0))],
            "busy" => &[Input::Occupied(id), Input::Reachable(id), Input::LoggedIn(id)],
            _ => &[],
        };
        becomes.iter().for_each(|input| acd.handle(Moment::ZERO, *input));
    }
    let came = Moment::ZERO + BEFORE;
    acd.handle_timeout(came);
    acd.handle(came, Input::Queued(Waiting::new(CallId(1), QUEUE, came)));
    let mut now = came;
    loop {
        while let Some(output) = acd.poll_output() {
            if let Output::SentOn { condition, .. } = output {
                return Some((now.since(came), condition));
            }
        }
        now = acd.poll_timeout().filter(|at| *at <= came + STAYS)?.max(now);
        acd.handle_timeout(now);
    }
}

fn condition(when: &When) -> acd::Condition {
    match when {
        When::EveryAgent { is, whom, lasting } => acd::Condition::EveryAgent {
            is: is.iter().map(|presence| presence_of(*presence)).collect(),
            whom: match whom {
                Whom::Coming => acd::Whom::Coming,
                Whom::Waiting => acd::Whom::Waiting,
                Whom::All => acd::Whom::All,
            },
            lasting: *lasting,
        },
        When::Waited(after) => acd::Condition::Waited(*after),
        When::CallsPerAgent(most) => acd::Condition::CallsPerAgent(*most),
        When::ExpectedWait { longer_than, .. } => {
            acd::Condition::ExpectedWait { longer_than: *longer_than, whom: acd::Whom::All }
        }
    }
}

const fn presence_of(presence: Presence) -> acd::Presence {
    match presence {
        Presence::LoggedOut => acd::Presence::LoggedOut,
        Presence::Unreachable => acd::Presence::Unreachable,
        Presence::Paused => acd::Presence::Paused,
        Presence::MissedRing => acd::Presence::NotReady,
        Presence::WrapUp => acd::Presence::WrapUp,
        Presence::Busy => acd::Presence::Busy,
    }
}

const WORDS: [&str; 4] = ["logged_out", "unreachable", "paused", "busy"];

proptest! {
    #[test]
    fn who_is_sent_on_is_sent_on_when_the_distribution_would(
        agents in prop::sample::subsequence(WORDS.to_vec(), 1..4),
        conditions in prop::collection::vec(
            (
                prop::sample::subsequence(WORDS.to_vec(), 0..4),
                prop::sample::select(vec!["join", "waiting", "both"]),
                0_u64..40,
            ),
            0..4,
        ),
    ) {
        let plan = plan(&conditions);
        prop_assert_eq!(rehearsed(&plan, &agents), distributed(&plan, &agents));
    }
}

#[test]
fn both_are_sent_on_at_once_or_in_time_where_the_plan_says_so() {
    let plan = plan(&[
        (vec!["paused"], "join", 0),
        (vec!["busy"], "waiting", 10),
        (Vec::new(), "both", 29),
    ]);
    for (agents, sent) in [
        (&["paused"][..], (Duration::ZERO, 0)),
        (&["busy"], (Duration::from_secs(10), 1)),
        (&["busy", "paused"], (Duration::from_secs(30), 2)),
    ] {
        assert_eq!(rehearsed(&plan, agents), Some(sent), "{agents:?}");
        assert_eq!(distributed(&plan, agents), Some(sent), "{agents:?}");
    }
}
