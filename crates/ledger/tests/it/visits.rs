//! Each stay in a queue is a row, and they add up.

use crate::support::{Desk, MORNING, connected, ended, folder, happened, offered, queued};
use crate::tool::Tool;
use clock::{Duration, WallTime};
use events::{
    AbandonedWhile, Ani, CallEvent, CallbackEvent, CallbackOver, CallbackPromised, Event, Outcome,
    What,
};
use expect_test::expect;
use ids::CallId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ledger::{
    Calendar, Counts, Entry, Every, Imbalance, Place, QueueLine, QueuesAsked, REPORT_LINES_MAX,
    ReadError, imbalance, queue_report,
};
use std::collections::BTreeMap;

const LEFT: Outcome = Outcome::Abandoned(AbandonedWhile::Waiting);
const CALLBACK: u64 = 1_000;

fn full(queue: &str) -> CallEvent {
    CallEvent::QueueFull { queue: queue.into(), waiting_max: 3 }
}

fn found_closed(queue: &str, entered: bool) -> CallEvent {
    CallEvent::FoundClosed { queue: queue.into(), to: "say.closed".into(), entered }
}

fn sent_on(queue: &str, condition: &str, entered: bool) -> CallEvent {
    CallEvent::SentOn {
        queue: queue.into(),
        condition: condition.into(),
        to: "queue.all".into(),
        entered,
        waited_ms: 0,
        callers: 1,
        agents: 1,
        expected_ms: None,
    }
}

fn by_key(queue: &str) -> CallEvent {
    CallEvent::LeftByKey { queue: queue.into(), key: '5', to: "callback.later".into() }
}

fn taken_out(queue: &str) -> CallEvent {
    CallEvent::TakenOut { queue: queue.into() }
}

fn of_callback(seq: u64, ms: i64, event: CallbackEvent) -> Event {
    let at = WallTime::from_micros(MORNING + ms * 1_000);
    Event { seq, at, what: What::Callback(CallId(CALLBACK), event) }
}

fn promised(call: u64) -> CallbackEvent {
    CallbackEvent::Promised(Box::new(CallbackPromised {
        instead_of: None,
        callback: "later".into(),
        queue: "support".into(),
        call,
        dialled: "9000".into(),
        number: Ani::new("+46701234567"),
        caller: Ani::new("0701234567"),
        name: None,
        company: None,
        demands: Vec::new(),
        language: "sv".into(),
        waited_ms: 0,
        window_ms: 60_000,
        whisper: Vec::new(),
        expected_ms: None,
        due_ms: None,
    }))
}

/// What happened to calls, numbered in this order.
fn numbered(happened_to: Vec<(i64, u64, CallEvent)>) -> Vec<Event> {
    let events = (1..).zip(happened_to);
    events.map(|(seq, (ms, call, what))| happened(seq, ms, call, what)).collect()
}

/// The visits in few words, one a line.
async fn visits(place: &Place) -> String {
    let sql = format!(
        "SELECT 'call-' || call, queue, 'at', (queued_at - {MORNING}) / 1000, 'arrived',
            (arrived_at - {MORNING}) / 1000, ':', coalesce(outcome, 'waiting'), agent, 'wait', wait_ms
         FROM visits ORDER BY id"
    );
    Tool::of(place).await.rows(sql).await.replace(" : ", ": ")
}

fn asked(every: Every) -> QueuesAsked {
    QueuesAsked {
        from: Timestamp::from_microsecond(MORNING).unwrap(),
        to: Timestamp::from_microsecond(MORNING + 86_400_000_000).unwrap(),
        calendar: Calendar { every, zone: TimeZone::UTC },
        queue: None,
        within: Duration::from_secs(20),
    }
}

async fn total(place: &Place) -> Counts {
    queue_report(place, asked(Every::Quarter)).await.unwrap().total
}

/// The visits that these events make, handed over twice.
async fn visits_of(events: Vec<Event>) -> String {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let last = events.last().unwrap().seq;
    desk.send(events.clone());
    desk.until(last);
    desk.send(events);
    desk.finish();
    assert!(total(&place).await.add_up());
    visits(&place).await
}

#[tokio::test]
async fn every_way_out_of_a_queue_has_its_word() {
    let over = |outcome| CallEvent::Ended { outcome, cause: "it was over".into() };
    let events = numbered(vec![
        (0, 1, queued("support")),
        (2_000, 1, connected("1001")),
        (9_000, 1, over(Outcome::Answered)),
        (0, 2, queued("support")),
        (5_000, 2, over(LEFT)),
        (0, 3, queued("support")),
        (4_999, 3, over(LEFT)),
        (0, 4, queued("support")),
        (30_000, 4, sent_on("support", "waited", true)),
        (31_000, 4, over(Outcome::Finished)),
        (0, 5, queued("support")),
        (1_000, 5, sent_on("support", "every_agent", true)),
        (0, 6, queued("support")),
        (2_000, 6, by_key("support")),
        (0, 7, queued("support")),
        (3_000, 7, found_closed("support", true)),
        (3_500, 7, over(Outcome::Closed)),
        (0, 8, queued("support")),
        (1_000, 8, taken_out("support")),
        (1_000, 8, queued("sales")),
        (2_000, 8, connected("1002")),
        (0, 9, queued("support")),
        (1_000, 9, taken_out("support")),
        (2_000, 9, over(Outcome::Withdrawn)),
        (0, 10, queued("support")),
        (1_000, 10, over(Outcome::Interrupted)),
        (0, 11, queued("support")),
        (7_000, 11, over(Outcome::Failed)),
        (0, 12, queued("support")),
    ]);
    expect![[r#"
        call-1 support at 0 arrived 0: answered 1001 wait 2000
        call-2 support at 0 arrived 0: abandoned - wait 5000
        call-3 support at 0 arrived 0: short_abandoned - wait 4999
        call-4 support at 0 arrived 0: timed_out - wait 30000
        call-5 support at 0 arrived 0: overflowed - wait 1000
        call-6 support at 0 arrived 0: key - wait 2000
        call-7 support at 0 arrived 0: closed - wait 3000
        call-8 support at 0 arrived 0: moved - wait 1000
        call-8 sales at 1000 arrived 0: answered 1002 wait 1000
        call-9 support at 0 arrived 0: withdrawn - wait 1000
        call-10 support at 0 arrived 0: interrupted - wait 1000
        call-11 support at 0 arrived 0: abandoned - wait 7000
        call-12 support at 0 arrived 0: waiting - wait -
    "#]]
    .assert_eq(&visits_of(events).await);
}

#[tokio::test]
async fn who_is_turned_away_at_the_door_was_offered_as_well() {
    let events = numbered(vec![
        (0, 1, full("support")),
        (0, 2, found_closed("support", false)),
        (0, 3, sent_on("support", "calls_per_agent", false)),
        // And goes on to another queue, where the wait begins.
        (0, 3, queued("all")),
        (60_000, 3, sent_on("all", "waited", true)),
        (60_000, 3, sent_on("late", "waited", false)),
        // Moved to where a condition leads away at once.
        (0, 4, queued("support")),
        (1_000, 4, taken_out("support")),
        (1_000, 4, sent_on("all", "every_agent", false)),
    ]);
    expect![[r#"
        call-1 support at 0 arrived -: overflowed - wait 0
        call-2 support at 0 arrived -: closed - wait 0
        call-3 support at 0 arrived -: overflowed - wait 0
        call-3 all at 0 arrived 0: timed_out - wait 60000
        call-3 late at 60000 arrived -: timed_out - wait 0
        call-4 support at 0 arrived 0: moved - wait 1000
        call-4 all at 1000 arrived -: overflowed - wait 0
    "#]]
    .assert_eq(&visits_of(events).await);
}

#[tokio::test]
async fn who_waits_again_has_another_visit_and_the_first_arrival() {
    let over = CallEvent::Ended { outcome: Outcome::Answered, cause: "caller hung up".into() };
    let events = numbered(vec![
        (10_000, 1, CallEvent::PlaceRegained { waited_ms: 8_000 }),
        (10_000, 1, queued("support")),
        (12_000, 1, connected("1001")),
        (20_000, 1, queued("support")),
        // The call was answered; its second wait was in vain.
        (26_000, 1, over),
    ]);
    expect![[r#"
        call-1 support at 10000 arrived 2000: answered 1001 wait 2000
        call-1 support at 20000 arrived 2000: abandoned - wait 6000
    "#]]
    .assert_eq(&visits_of(events).await);
}

#[tokio::test]
async fn a_key_that_ends_in_a_promise_is_a_callback_unless_it_was_not_spoken() {
    let mut events = numbered(vec![
        (0, 1, queued("support")),
        (5_000, 1, by_key("support")),
        (0, 2, queued("support")),
        (5_000, 2, by_key("support")),
        (0, 3, queued("support")),
        (5_000, 3, sent_on("support", "every_agent", true)),
    ]);
    events.push(of_callback(7, 8_000, promised(1)));
    let item = What::WorkItem(CallId(CALLBACK), queued("support"));
    events.push(Event { seq: 8, at: WallTime::from_micros(MORNING), what: item });
    let again = |call| CallbackEvent::Renewed { call, window_ms: 1 };
    events.push(of_callback(9, 9_000, again(3)));
    events.push(of_callback(10, 9_000, again(2)));
    expect![[r#"
        call-1 support at 0 arrived 0: callback - wait 5000
        call-2 support at 0 arrived 0: callback - wait 5000
        call-3 support at 0 arrived 0: overflowed - wait 5000
    "#]]
    .assert_eq(&visits_of(events.clone()).await);
    events.truncate(8);
    events.push(of_callback(9, 18_000, CallbackEvent::Over { how: CallbackOver::NotSpoken }));
    expect![[r#"
        call-1 support at 0 arrived 0: key - wait 5000
        call-2 support at 0 arrived 0: key - wait 5000
        call-3 support at 0 arrived 0: overflowed - wait 5000
    "#]]
    .assert_eq(&visits_of(events).await);
}

#[tokio::test]
async fn the_next_start_closes_the_visits_of_an_interrupted_run() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([
        offered(1, 0, 1),
        happened(2, 0, 1, queued("support")),
        happened(3, 4_000, 1, CallEvent::PlaceTold { place: 1 }),
    ]);
    desk.until(3);
    assert_eq!(total(&place).await.waiting, 1);
    // Its process is gone without a word.
    desk.finish();
    Desk::open(&place).await.finish();
    let after = total(&place).await;
    assert_eq!((after.offered, after.waiting, after.interrupted), (1, 0, 1));
    assert_eq!(visits(&place).await, "call-1 support at 0 arrived 0: interrupted - wait 4000\n");
}

#[tokio::test]
async fn a_report_has_a_line_for_each_interval_and_queue_and_their_sum() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let quarter = 900_000;
    desk.send(numbered(vec![
        (0, 1, queued("support")),
        (20_000, 1, connected("1001")),
        (1_000, 2, queued("support")),
        (22_000, 2, connected("1001")),
        (quarter - 1, 3, queued("sales")),
        (quarter, 4, queued("support")),
        (quarter + 2_000, 4, CallEvent::Ended { outcome: LEFT, cause: "caller hung up".into() }),
    ]));
    desk.finish();
    let lines = |report: ledger::QueueReport| -> Vec<(i64, String, u64)> {
        let lines = report.lines.into_iter();
        lines.map(|it| (it.from.as_microsecond() - MORNING, it.queue, it.counts.offered)).collect()
    };
    let report = queue_report(&place, asked(Every::Quarter)).await.unwrap();
    let Counts { answered, answered_within, answered_wait_ms, longest_wait_ms, .. } = report.total;
    assert_eq!((answered, answered_within), (2, 1));
    assert_eq!((answered_wait_ms, longest_wait_ms), (41_000, 21_000));
    let (sales, support) = ("sales".to_owned(), "support".to_owned());
    let quarters =
        [(0, sales.clone(), 1), (0, support.clone(), 2), (quarter * 1_000, support.clone(), 1)];
    assert_eq!(lines(report), quarters);
    let of_sales = QueuesAsked { queue: Some("sales".into()), ..asked(Every::Hour) };
    assert_eq!(lines(queue_report(&place, of_sales).await.unwrap()), [(0, sales, 1)]);
    let to = Timestamp::from_microsecond(MORNING + quarter * 1_000).unwrap();
    let late = QueuesAsked { from: to, ..asked(Every::Hour) };
    assert_eq!(lines(queue_report(&place, late).await.unwrap()), [(quarter * 1_000, support, 1)]);
    let early = QueuesAsked { to, ..asked(Every::Hour) };
    assert_eq!(queue_report(&place, early).await.unwrap().total.offered, 3);
}

#[tokio::test]
async fn a_report_that_is_too_long_is_refused_rather_than_cut() {
    let (_folder, place) = folder();
    Desk::open(&place).await.finish();
    let many = format!(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {REPORT_LINES_MAX})
         INSERT INTO quarters SELECT {MORNING}, 'support' || i, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, ''
         FROM n"
    );
    Tool::of(&place).await.run(many).await;
    let error = queue_report(&place, asked(Every::Quarter)).await.unwrap_err();
    assert!(matches!(error, ReadError::TooLong(REPORT_LINES_MAX)), "{error}");
    let of_one = QueuesAsked { queue: Some("support7".into()), ..asked(Every::Quarter) };
    assert_eq!(queue_report(&place, of_one).await.unwrap().total.offered, 1);
}

/// Numbers that look random and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let at = self.below(all.len().try_into().unwrap());
        *all.get(usize::try_from(at).unwrap()).unwrap()
    }

    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Where a caller is in a story that an engine could tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    InPlan,
    Waiting,
    Talking,
    Gone,
}

/// What happens next to a caller, and where they are then. `came` counts how often one came to a queue.
fn next(dice: &mut Dice, is: Is, came: &mut u64) -> (Vec<CallEvent>, Is) {
    let queue = dice.one_of(&["support", "sales", "all"]);
    let condition = if dice.below(2) == 0 { "waited" } else { "every_agent" };
    let over = |outcome| CallEvent::Ended { outcome, cause: String::new() };
    let (events, then) = match (is, dice.below(6)) {
        (Is::InPlan, 0) => (vec![full(queue)], Is::InPlan),
        (Is::InPlan, 1) => (vec![found_closed(queue, false)], Is::InPlan),
        (Is::InPlan, 2) => (vec![sent_on(queue, condition, false)], Is::InPlan),
        (Is::InPlan, 3..) => (vec![queued(queue)], Is::Waiting),
        (Is::Waiting, 0) => (vec![connected("1001")], Is::Talking),
        (Is::Waiting, 1) => (vec![by_key(queue)], Is::InPlan),
        (Is::Waiting, 2) => (vec![sent_on(queue, condition, true)], Is::InPlan),
        (Is::Waiting, 3) => (vec![taken_out(queue), queued("all")], Is::Waiting),
        (Is::Waiting, 4) => (vec![found_closed(queue, true)], Is::InPlan),
        (Is::Waiting, 5..) => {
            let ends = [LEFT, Outcome::Failed, Outcome::Interrupted, Outcome::Answered];
            (vec![over(dice.one_of(&ends))], Is::Gone)
        }
        (Is::Talking, 0..3) => (vec![queued(queue)], Is::Waiting),
        (Is::Talking, 3..) => (vec![over(Outcome::Answered)], Is::Gone),
        (Is::Gone, _) => (vec![], Is::Gone),
    };
    *came += events.iter().map(comes_to_queue).sum::<u64>();
    (events, then)
}

fn comes_to_queue(event: &CallEvent) -> u64 {
    let comes = matches!(
        event,
        CallEvent::Queued { .. }
            | CallEvent::QueueFull { .. }
            | CallEvent::SentOn { entered: false, .. }
            | CallEvent::FoundClosed { entered: false, .. }
    );
    u64::from(comes)
}

/// The same counts, reckoned by the database from the visits themselves.
async fn counted_by_visits(place: &Place) -> String {
    let sql = "SELECT queued_at / 900000000 * 900000000 AS quarter, queue, count(*) AS offered,
            count(*) FILTER (WHERE outcome = 'answered') AS answered,
            count(*) FILTER (WHERE outcome = 'answered' AND wait_ms <= 20000) AS in_time
        FROM visits GROUP BY 1, 2 ORDER BY 1, 2";
    Tool::of(place).await.rows(sql).await
}

/// The same of a report, in the same form.
fn counted(lines: &[QueueLine]) -> String {
    let line = |line: &QueueLine| {
        let Counts { offered, answered, answered_within, .. } = line.counts;
        let from = line.from.as_microsecond();
        format!("{from} {} {offered} {answered} {answered_within}\n", line.queue)
    };
    lines.iter().map(line).collect()
}

async fn off(place: &Place) -> Imbalance {
    imbalance(place, Timestamp::from_microsecond(MORNING).unwrap()).await.unwrap()
}

/// A day of forty callers, and what a report must say of it: how many came and how many wait.
fn day(seed: u64) -> (Vec<Event>, u64, u64) {
    let mut dice = Dice(seed);
    let mut callers: BTreeMap<u64, Is> = (1..=40).map(|call| (call, Is::InPlan)).collect();
    let (mut events, mut came, mut seq) = (Vec::new(), 0, 0);
    for step in 0..400_i64 {
        let call = 1 + dice.below(40);
        let is = *callers.get(&call).unwrap();
        let (next, then) = next(&mut dice, is, &mut came);
        callers.insert(call, then);
        for event in next {
            let promise = matches!(event, CallEvent::LeftByKey { .. }) && dice.below(2) == 0;
            seq += 1;
            events.push(happened(seq, step * 30_000, call, event));
            if promise {
                seq += 1;
                let renewed = CallbackEvent::Renewed { call, window_ms: 1 };
                events.push(of_callback(seq, step * 30_000, renewed));
            }
        }
    }
    let waiting = callers.values().filter(|is| **is == Is::Waiting).count();
    (events, came, u64::try_from(waiting).unwrap())
}

#[tokio::test]
async fn whatever_happens_the_outcomes_add_up_to_what_was_offered() {
    for seed in 1..=20 {
        let (events, came, waiting) = day(seed * 0x9E37_79B9);
        let (_folder, place) = folder();
        let desk = Desk::open(&place).await;
        desk.send(events);
        desk.finish();
        let report = queue_report(&place, asked(Every::Quarter)).await.unwrap();
        let total = report.total;
        assert_eq!((total.offered, total.waiting), (came, waiting), "seed {seed}");
        assert!(total.add_up() && total.callback > 0, "seed {seed}: {total:?}");
        assert!(report.lines.iter().all(|line| line.counts.add_up()), "seed {seed}");
        assert_eq!(counted(&report.lines), counted_by_visits(&place).await, "seed {seed}");
        let of_day = queue_report(&place, asked(Every::Day)).await.unwrap();
        assert_eq!(of_day.total, total, "seed {seed}");
        assert_eq!(total.waiting_at_end, total.waiting, "seed {seed}");
        assert!(off(&place).await.is_none(), "seed {seed}");
    }
}

#[tokio::test]
async fn a_visit_that_crosses_quarters_counts_where_it_began_and_who_waits_at_their_end_is_told() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let quarter = 900_000;
    desk.send(numbered(vec![
        (quarter - 1_000, 1, queued("support")),
        (quarter - 1_000, 2, queued("support")),
        (quarter + 9_000, 1, connected("1001")),
        (quarter + 10_000, 3, queued("support")),
        (3 * quarter, 2, CallEvent::Ended { outcome: LEFT, cause: "caller hung up".into() }),
    ]));
    desk.finish();
    let report = queue_report(&place, asked(Every::Quarter)).await.unwrap();
    let line = |line: &QueueLine| {
        let Counts { offered, answered, abandoned, waiting, waiting_at_end, .. } = line.counts;
        let after = (line.from.as_microsecond() - MORNING) / 1_000 / quarter;
        (after, offered, answered, abandoned, waiting, waiting_at_end)
    };
    let expected = [(0, 2, 1, 1, 0, 2), (1, 1, 0, 0, 1, 2)];
    assert_eq!(report.lines.iter().map(line).collect::<Vec<_>>(), expected);
    assert_eq!((report.total.waiting, report.total.waiting_at_end), (1, 1));
    // Those who had come before the time that is asked for wait as well.
    let from = Timestamp::from_microsecond(MORNING + quarter * 1_000).unwrap();
    let later = queue_report(&place, QueuesAsked { from, ..asked(Every::Day) }).await.unwrap();
    assert_eq!((later.total.offered, later.total.waiting_at_end), (1, 1));
    let to = Timestamp::from_microsecond(MORNING + 2 * quarter * 1_000).unwrap();
    let between =
        queue_report(&place, QueuesAsked { from, to, ..asked(Every::Day) }).await.unwrap();
    assert_eq!((between.total.offered, between.total.waiting_at_end), (1, 2));
}

#[tokio::test]
async fn an_older_ledger_has_its_visits_counted_by_the_next_start() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(day(7).0);
    desk.finish();
    let before = queue_report(&place, asked(Every::Quarter)).await.unwrap();
    Tool::of(&place)
        .await
        .run(
            "DROP TABLE recordings; DROP TABLE legs; DROP TABLE log_ins; DROP TABLE agent_quarters; DROP TABLE call_quarters;
             DROP INDEX calls_ended; DROP INDEX events_at; DROP TABLE calls_on; DROP TABLE desks; DROP TABLE quarters; DROP TABLE centre; DROP INDEX visits_open;
             DROP TABLE agent_states; DROP TABLE rings; DROP TABLE holds;
             DROP INDEX callbacks_at; DROP INDEX callbacks_tried; ALTER TABLE callbacks DROP COLUMN is_on;
             ALTER TABLE callbacks DROP COLUMN cut_off; ALTER TABLE callbacks DROP COLUMN priority;
             ALTER TABLE callbacks DROP COLUMN whisper;
             ALTER TABLE callbacks DROP COLUMN expected_ms; ALTER TABLE callbacks DROP COLUMN due_at; ALTER TABLE callbacks DROP COLUMN instead_of;
             ALTER TABLE messages DROP COLUMN priority;
             UPDATE schema_version SET version = 11",
        )
        .await;
    let error = queue_report(&place, asked(Every::Quarter)).await.unwrap_err();
    assert!(
        error.to_string().ends_with("start the server once, which brings it up to date"),
        "{error}"
    );
    Desk::open(&place).await.finish();
    let after = queue_report(&place, asked(Every::Quarter)).await.unwrap();
    // Who waited was interrupted meanwhile.
    assert_eq!(after.total.offered, before.total.offered);
    assert_eq!(after.total.interrupted, before.total.interrupted + before.total.waiting);
    assert_eq!(counted(&after.lines), counted(&before.lines));
    assert!(off(&place).await.is_none());
}

#[tokio::test]
async fn a_count_that_somebody_has_changed_is_found() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(day(8).0);
    desk.finish();
    assert_eq!(off(&place).await, Imbalance::default());
    let mut tool = Tool::of(&place).await;
    tool.run("UPDATE quarters SET answered = answered + 1 WHERE queue = 'sales'").await;
    let found = off(&place).await.queues;
    assert!(
        found.count > 0 && found.quarters.iter().all(|(_, queue)| queue == "sales"),
        "{found:?}"
    );
    assert_eq!(found.standing, 0);
    tool.run("DELETE FROM visits WHERE ended_at IS NULL AND queue = 'all'").await;
    assert!(off(&place).await.queues.standing > 0);
}

#[tokio::test]
async fn calls_add_up_also_those_whose_first_event_comes_late_or_never_and_a_change_is_found() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let quarter = 900_000;
    desk.send([
        offered(1, 0, 1),
        ended(2, quarter + 1, 1, Outcome::Answered, "bye"),
        ended(3, quarter + 2, 1, Outcome::Failed, "twice"),
        // The first event got lost, or comes behind the others.
        happened(4, 0, 2, CallEvent::Answered),
        happened(5, quarter, 3, CallEvent::Answered),
        ended(6, 2 * quarter, 3, LEFT, "bye"),
        offered(7, 0, 3),
        offered(8, quarter, 4),
    ]);
    desk.until(8);
    assert_eq!(off(&place).await, Imbalance::default());
    let mut tool = Tool::of(&place).await;
    let counted = "SELECT figure, CAST(sum(amount) AS BIGINT) FROM call_quarters WHERE amount <> 0
         GROUP BY figure ORDER BY figure";
    assert_eq!(tool.rows(counted).await, "abandoned 1\nanswered 1\nended 2\noffered 4\n");
    tool.run("UPDATE call_quarters SET amount = 2 WHERE figure = 'answered'").await;
    let found = off(&place).await.calls;
    let at = Timestamp::from_microsecond(MORNING).unwrap();
    assert_eq!((found.quarters, found.standing), (vec![(at, "in".to_owned())], 0));
    tool.run("UPDATE call_quarters SET amount = 1 WHERE figure = 'answered'").await;
    assert_eq!(off(&place).await, Imbalance::default());
    desk.finish();
    tool.run("DELETE FROM calls WHERE id = 4").await;
    let found = off(&place).await.calls;
    assert_eq!((found.count, found.standing), (1, 1), "one that is on is missing");
}

#[tokio::test]
async fn who_waits_again_after_a_talk_when_the_server_stops_was_interrupted() {
    let cause = events::STOPPED.to_owned();
    let events = numbered(vec![
        (0, 1, queued("support")),
        (2_000, 1, connected("1001")),
        (9_000, 1, queued("support")),
        (19_000, 1, CallEvent::Ended { outcome: Outcome::Answered, cause }),
    ]);
    expect![[r#"
        call-1 support at 0 arrived 0: answered 1001 wait 2000
        call-1 support at 9000 arrived 0: interrupted - wait 10000
    "#]]
    .assert_eq(&visits_of(events).await);
}

#[tokio::test]
async fn the_time_zone_of_the_centre_is_kept_for_reports() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    assert_eq!(ledger::time_zone(&place).await.unwrap(), None);
    desk.send(["Europe/Oslo", "Europe/Stockholm"].map(|zone| Entry::TimeZone(zone.to_owned())));
    desk.finish();
    assert_eq!(ledger::time_zone(&place).await.unwrap().as_deref(), Some("Europe/Stockholm"));
}
