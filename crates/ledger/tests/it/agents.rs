//! The seconds of an agent's states add up to the log-in, over intervals and restarts.

use crate::support::{Desk, MORNING, connected, ended, folder, happened, offered, queued};
use crate::tool::Tool;
use clock::WallTime;
use events::{AgentEvent, CallEvent, Day, Event, Outcome, ReservationEnd, What};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ledger::{
    AgentCounts, AgentReport, AgentsAsked, Calendar, Every, Imbalance, Off, Place, agent_report,
    day_so_far, imbalance,
};

fn at(ms: i64) -> Timestamp {
    Timestamp::from_microsecond(MORNING + ms * 1_000).unwrap()
}

/// What the agent does from `ms` milliseconds after eight on.
fn now(seq: u64, ms: i64, agent: &str, state: &'static str, pause: Option<&str>) -> Event {
    let state = AgentEvent::State { state, pause: pause.map(Into::into), call: None };
    let at = WallTime::from_micros(MORNING + ms * 1_000);
    Event { seq, at, what: What::Agent(agent.into(), state) }
}

fn rang(seq: u64, ms: i64, agent: &str, end: ReservationEnd) -> Event {
    let agent = agent.into();
    happened(seq, ms, 1, CallEvent::ReservationEnded { reservation: seq, agent, end })
}

async fn report(place: &Place, every: Every) -> AgentReport {
    let calendar = Calendar { every, zone: TimeZone::UTC };
    let (from, to) = (at(0), at(86_400_000));
    let asked = AgentsAsked { from, to, now: at(7_200_000), calendar, agent: None };
    agent_report(place, asked).await.unwrap()
}

/// In few words.
fn told(counts: &AgentCounts) -> String {
    let states = counts.states.iter().map(|((state, pause), seconds)| match pause {
        Some(pause) => format!("{state}:{pause} {seconds}"),
        None => format!("{state} {seconds}"),
    });
    let rings = counts.rings.iter().map(|(ended, times)| format!("{times}×{ended}"));
    states.chain(rings).collect::<Vec<_>>().join(", ")
}

/// A shift from 8:00:00.4 to 9:30:10.6.
fn shift() -> Vec<Event> {
    vec![
        now(1, 400, "1001", "ready", None),
        now(2, 600_000, "1001", "ringing", None),
        rang(3, 604_000, "1001", ReservationEnd::Accepted),
        now(4, 604_900, "1001", "talking", None),
        now(5, 1_200_300, "1001", "wrap_up", None),
        now(6, 1_215_500, "1001", "paused", Some("coffee")),
        now(7, 1_515_999, "1001", "paused", Some("training")),
        now(8, 3_700_001, "1001", "ready", None),
        now(9, 5_400_000, "1001", "ringing", None),
        rang(10, 5_410_600, "1001", ReservationEnd::Missed),
        now(11, 5_410_600, "1001", "logged_out", None),
    ]
}

#[tokio::test]
async fn the_seconds_of_all_states_add_up_to_the_log_in_however_time_is_divided() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(shift());
    desk.until(11);
    // Handed over twice, and counted once.
    desk.send(shift());
    desk.finish();
    let whole = report(&place, Every::Day).await;
    let expected = "paused:coffee 300, paused:training 2185, ready 2300, ringing 14, talking 596, wrap_up 15, \
                    1×accepted, 1×missed";
    assert_eq!(told(&whole.total), expected);
    // From the second in which the log-in was to that of the log-out.
    assert_eq!(whole.total.staffed_s(), 5_410);
    for every in [Every::Quarter, Every::Hour, Every::Week] {
        let divided = report(&place, every).await;
        assert_eq!(divided.total, whole.total, "{every:?}");
        let staffed: u64 = divided.lines.iter().map(|line| line.counts.staffed_s()).sum();
        assert_eq!(staffed, 5_410, "{every:?}");
    }
    let quarters = report(&place, Every::Quarter).await;
    assert!(quarters.lines.iter().take(6).all(|line| line.counts.staffed_s() == 900));
    assert_eq!(quarters.lines.len(), 7);
}

#[tokio::test]
async fn a_state_that_goes_on_counts_until_now_and_ends_with_the_server() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([now(1, 0, "1001", "ready", None), now(2, 60_000, "1002", "ready", None)]);
    desk.until(2);
    assert_eq!(told(&report(&place, Every::Day).await.total), "ready 14340");
    // Its process is gone without a word: the last that is known of it was 8:01.
    desk.finish();
    let undone = "UPDATE agent_states SET to_at = NULL; UPDATE log_ins SET to_at = NULL; DELETE FROM agent_quarters";
    Tool::of(&place).await.run(undone).await;
    let desk = Desk::open(&place).await;
    desk.send([
        now(1, 3_600_000, "1001", "ready", None),
        now(2, 3_630_000, "1001", "logged_out", None),
    ]);
    desk.finish();
    let after = report(&place, Every::Hour).await;
    let lines = after.lines.iter().map(|it| (it.from, it.agent.as_str(), told(&it.counts)));
    let (early, late) = ("ready 60".to_owned(), "ready 30".to_owned());
    assert_eq!(lines.collect::<Vec<_>>(), [(at(0), "1001", early), (at(3_600_000), "1001", late)]);
}

#[tokio::test]
async fn who_is_on_hold_is_counted_as_long_as_the_agent_has_them_there() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let over = CallEvent::Ended { outcome: Outcome::Answered, cause: "caller hung up".into() };
    let held = |by_agent| CallEvent::Held { by_agent };
    desk.send([
        happened(1, 0, 1, queued("support")),
        happened(2, 1_000, 1, connected("1001")),
        happened(3, 10_000, 1, held(true)),
        happened(4, 25_000, 1, CallEvent::Resumed),
        happened(5, 30_000, 1, held(false)),
        happened(6, 40_000, 1, CallEvent::Resumed),
        happened(7, 50_000, 1, held(true)),
        happened(8, 55_000, 1, over),
    ]);
    desk.finish();
    let report = report(&place, Every::Day).await;
    assert_eq!((report.total.held_s, report.lines[0].agent.as_str()), (20, "1001"));
}

#[tokio::test]
async fn an_older_ledger_has_what_agents_did_made_of_its_events() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(shift());
    desk.finish();
    let before = report(&place, Every::Quarter).await;
    Tool::of(&place)
        .await
        .run(
            "DROP TABLE recordings; DROP TABLE legs; DROP TABLE log_ins; DROP TABLE agent_quarters; DROP TABLE call_quarters;
             DROP INDEX calls_ended; DROP INDEX events_at; DROP TABLE calls_on; DROP TABLE desks; DROP TABLE agent_states; DROP TABLE rings; DROP TABLE holds;
             DROP INDEX callbacks_at; DROP INDEX callbacks_tried; ALTER TABLE callbacks DROP COLUMN is_on;
             ALTER TABLE callbacks DROP COLUMN cut_off; ALTER TABLE callbacks DROP COLUMN priority;
             ALTER TABLE callbacks DROP COLUMN whisper;
             ALTER TABLE callbacks DROP COLUMN expected_ms; ALTER TABLE callbacks DROP COLUMN due_at; ALTER TABLE callbacks DROP COLUMN instead_of;
             ALTER TABLE messages DROP COLUMN priority;
             UPDATE schema_version SET version = 12",
        )
        .await;
    Desk::open(&place).await.finish();
    assert_eq!(report(&place, Every::Quarter).await, before);
}

async fn off(place: &Place) -> Off {
    let Imbalance { queues, calls, agents } = imbalance(place, at(0)).await.unwrap();
    assert_eq!((queues, calls), (Off::default(), Off::default()));
    agents
}

#[tokio::test]
async fn each_quarter_has_its_raw_counts_of_an_agent() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(shift());
    desk.finish();
    let counted = "SELECT (quarter - 1767254400000000) / 900000000, agent, figure, pause, amount
         FROM agent_quarters WHERE quarter < 1767254400000000 + 2 * 900000000 OR figure LIKE 'rings%'
         ORDER BY quarter, figure, pause";
    let expected = "0 1001 logged_in_s  900\n0 1001 ready_s  600\n0 1001 ringing_s  4\n0 1001 rings_accepted  1\n\
                    0 1001 talking_s  296\n1 1001 logged_in_s  900\n1 1001 paused_s coffee 300\n\
                    1 1001 paused_s training 285\n1 1001 talking_s  300\n1 1001 wrap_up_s  15\n6 1001 rings_missed  1\n";
    assert_eq!(Tool::of(&place).await.rows(counted).await, expected);
}

#[tokio::test]
async fn the_time_of_an_agent_adds_up_whatever_the_clock_does_and_however_a_run_ends() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let hour = 3_600_000;
    // Set back by an hour in the midst of a state, and on again.
    desk.send([
        now(1, hour, "1001", "ready", None),
        now(2, hour + 60_000, "1001", "talking", None),
        now(3, 120_000, "1001", "wrap_up", None),
        now(4, 180_000, "1001", "ready", None),
        now(5, hour + 240_000, "1001", "ringing", None),
        now(6, 0, "1002", "ready", None),
    ]);
    desk.until(6);
    assert_eq!(off(&place).await, Off::default(), "while it goes on");
    desk.finish();
    assert_eq!(off(&place).await, Off::default(), "when the run has ended");
    let desk = Desk::open(&place).await;
    desk.send([now(1, 2 * hour, "1001", "ready", None)]);
    desk.until(1);
    drop(desk);
    assert_eq!(off(&place).await, Off::default(), "in the next one");
}

#[tokio::test]
async fn a_second_of_an_agent_that_somebody_has_changed_is_found() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(shift());
    desk.send([now(12, 6_000_000, "1002", "ready", None)]);
    desk.until(12);
    assert_eq!(off(&place).await, Off::default());
    let mut tool = Tool::of(&place).await;
    let change = |by: i64| {
        format!("UPDATE agent_quarters SET amount = amount + {by} WHERE figure = 'talking_s'")
    };
    tool.run(change(1)).await;
    let found = off(&place).await;
    assert_eq!((found.count, found.standing), (2, 0));
    assert!(found.quarters.iter().all(|(_, agent)| agent == "1001"), "{found:?}");
    tool.run(change(-1)).await;
    assert_eq!(off(&place).await, Off::default());
    tool.run("DELETE FROM agent_states WHERE to_at IS NULL").await;
    assert_eq!(off(&place).await.standing, 1);
    desk.finish();
}

#[tokio::test]
async fn what_an_agent_was_doing_at_a_moment_and_what_had_led_there_is_told_afterwards() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let by = events::By::Token("wallboard".into());
    let given = events::CommandEvent::Obeyed { by, command: "pause", with: Some("coffee".into()) };
    let what = What::Command(events::Subject::Agent("1001".into()), Box::new(given));
    let asked = Event { seq: 12, at: WallTime::from_micros(MORNING + 1_215_400 * 1_000), what };
    let handed = CallEvent::Transferred { by: "1001".into(), to: "0709999999".into(), trunk: None };
    desk.send(shift().into_iter().chain([asked, happened(13, 1_199_000, 1, handed)]));
    desk.until(13);
    let past = |ms| ledger::agent_past(&place, "1001", at(ms));

    let pausing = past(1_300_000).await.unwrap().unwrap();
    assert_eq!((&*pausing.state, pausing.pause.as_deref()), ("paused", Some("coffee")));
    assert_eq!((pausing.since, pausing.until), (Some(at(1_215_500)), Some(at(1_515_999))));
    let told = |it: &snapshot::AgentHappened| {
        let with: Vec<_> = it.with.iter().map(|(name, value)| format!(" {name} {value}")).collect();
        format!("{} {:?}{}", it.event, it.call, with.concat())
    };
    let happened: Vec<_> = pausing.happened.iter().map(told).collect();
    // Whom the call was handed to may be a person's number.
    assert_eq!(
        happened,
        [
            "agent_state None state ready",
            "agent_state None state ringing",
            "reservation_ended Some(1) end accepted",
            "agent_state None state talking",
            "transferred Some(1) by 1001",
            "agent_state None state wrap_up",
            "command_obeyed None by token:wallboard command pause with coffee",
            "agent_state None pause coffee state paused",
        ]
    );

    let before = past(0).await.unwrap().unwrap();
    assert_eq!((&*before.state, before.since), ("logged_out", None));
    assert_eq!((before.until, before.happened.len()), (Some(at(400)), 0));
    let after = past(7_200_000).await.unwrap().unwrap();
    assert_eq!(
        (&*after.state, after.since, after.until),
        ("logged_out", Some(at(5_410_600)), None)
    );
    // Two days later nobody wants to hear of it.
    let later = past(2 * 86_400_000).await.unwrap().unwrap();
    assert_eq!((later.since, later.happened.len()), (Some(at(5_410_600)), 0));
    assert_eq!(ledger::agent_past(&place, "1009", at(0)).await.unwrap(), None);
    desk.finish();
}

/// A day that began at nine, of what happened since eight, in the midst of a run.
#[tokio::test]
async fn the_day_that_is_read_beside_a_run_is_what_its_events_make_of_it() {
    let (_folder, place) = folder();
    let hour = 3_600_000;
    let calls = |first: u64, ms: i64, call: u64| {
        [offered(first, ms, call), happened(first + 1, ms + 1_000, call, queued("support"))]
    };
    let events = [
        vec![now(1, 0, "1001", "ready", None), now(2, 10_000, "1002", "ready", None)],
        calls(3, hour / 2, 1).to_vec(),
        vec![
            rang(5, hour / 2 + 9_000, "1001", ReservationEnd::Accepted),
            happened(6, hour / 2 + 9_000, 1, connected("1001")),
            now(7, hour / 2 + 9_000, "1001", "talking", None),
            now(8, hour + 60_000, "1001", "wrap_up", None),
            ended(9, hour + 60_000, 1, Outcome::Answered, "caller hung up"),
        ],
        calls(10, hour + 70_000, 2).to_vec(),
        vec![
            now(12, hour + 80_000, "1001", "ready", None),
            rang(13, hour + 90_000, "1002", ReservationEnd::Accepted),
            happened(14, hour + 90_000, 2, connected("1002")),
            now(15, hour + 90_000, "1002", "talking", None),
        ],
        calls(16, hour + 95_000, 3).to_vec(),
    ]
    .concat();
    let desk = Desk::open(&place).await;
    desk.send(events.clone());
    desk.until(17);
    let day = [hour, 25 * hour].map(|ms| WallTime::from_micros(MORNING + ms * 1_000));
    assert!(day_so_far(&place, 1, (day[0], day[1]), 18).await.unwrap().is_none(), "it is to come");
    let read = day_so_far(&place, 1, (day[0], day[1]), 17).await.unwrap();
    let (read, last) = read.expect("it has been written");
    let mut made = Day { began: day[0], ends: day[1], ..Day::default() };
    events.iter().for_each(|event| made.happened(event.at, &event.what));
    assert_eq!(last, 17);
    assert_eq!(read.totals(), made.totals());
    assert_eq!(read.queues_today(), made.queues_today());
    let later = WallTime::from_micros(MORNING + (hour + 200_000) * 1_000);
    for agent in ["1001", "1002"] {
        assert_eq!(read.agent(agent, later), made.agent(agent, later), "{agent}");
        assert!(read.agent(agent, later).staffed_s == 200, "{agent} is at work");
    }
    assert_eq!((read.totals().offered, read.totals().answered), (2, 1));
    desk.finish();
}
