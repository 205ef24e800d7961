//! A callback is what is written, and what the reference says where nothing is.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::{Callback, CallbackAtClosing, CallbackMode, Demands, Goto, NumberFrom, Plan, Slots};
use std::time::Duration;

/// A plan with this callback, which waits in a queue of priority 3.
fn plan_with(callback: &str) -> Plan {
    let text = format!(
        r#"
        [number.9000]
        goto = "set.gold"
        [set.gold]
        needs = "gold"
        goto = "callback.back"
        {callback}
        [say.bye]
        prompts = ["goodbye"]
        [queue.other]
        [queue.support]
        priority = 3
        [agent.1001]
        secret = "x"
        queues = "all"
        skills = {{ gold = 1 }}
        [trunk.carrier]
        host = "192.0.2.1"
        dial = ["+46"]
        "#
    );
    Plan::parse("t", &text, &|_, _| true, &mut |_| Err("nothing".to_owned())).unwrap()
}

#[test]
fn a_callback_with_a_queue_alone_has_the_defaults_of_the_reference() {
    let plan = plan_with("[callback.back]\nqueue = \"support\"");
    let support = plan.queue_of("support").unwrap();
    let offer = plan.prompt(dialplan::builtin::CALLBACK_OFFER).unwrap();
    let phrase = dialplan::Phrase { prompt: offer, language: None };
    let expected = Callback {
        name: "back".into(),
        prompts: vec![phrase],
        queue: support,
        priority: 3,
        may_type: true,
        mode: CallbackMode::AgentFirst,
        slots: None,
        numbers: Vec::new(),
        not_numbers: Vec::new(),
        typed_numbers: Vec::new(),
        per_number_a_day: 5,
        requests_per_hour_max: 60,
        window: Duration::from_secs(4 * 3_600),
        attempts_max: 3,
        retry: Duration::from_secs(600),
        ring: Duration::from_secs(30),
        confirm: true,
        ask_again: true,
        callbacks_max: 200,
        unsure_margin: Duration::from_secs(1_800),
        at_closing: CallbackAtClosing::Serve,
        full: Goto::Queue(support),
        too_late: Goto::Queue(support),
        otherwise: Goto::Queue(support),
        goto: Goto::HangUp,
    };
    assert_eq!(plan.callbacks().collect::<Vec<_>>(), [&expected]);
    assert_eq!(plan.callback("back"), Some(&expected));
    assert_eq!(plan.callback("support"), None);
}

#[test]
fn a_callback_is_what_is_written() {
    let plan = plan_with(
        r#"
        [callback.back]
        queue = "support"
        priority = 7
        prompts = ["we-call"]
        may_type = false
        mode = "caller_first"
        ahead = "1m"
        slots = { every = "30m", per_slot = 2, days_ahead = 0, offered = 8 }
        numbers = ["+46", "112"]
        not_numbers = ["+4610"]
        typed_numbers = ["+467"]
        per_number_a_day = 1
        window = "10m"
        attempts_max = 1
        retry = "1m"
        ring = "2m"
        confirm = false
        ask_again = false
        callbacks_max = 10000
        unsure_margin = "0s"
        at_closing = "end"
        full = "say.bye"
        otherwise = "queue.other"
        goto = "say.bye"
        "#,
    );
    let bye = plan.steps.iter().position(|step| &**step.name() == "bye").unwrap();
    let bye = Goto::Step(dialplan::StepId(u32::try_from(bye).unwrap()));
    let callback = plan.callback("back").unwrap();
    assert_eq!((callback.priority, callback.may_type, callback.confirm), (7, false, false));
    assert!(!callback.ask_again);
    let every = Duration::from_secs(1_800);
    assert_eq!(callback.slots, Some(Slots { every, per_slot: 2, days_ahead: 0, offered: 8 }));
    assert_eq!(callback.per_number_a_day, 1);
    let allows = |number| {
        [NumberFrom::Call, NumberFrom::Typed, NumberFrom::Request]
            .map(|from| callback.allows(number, from))
    };
    // `may_type` is false.
    assert_eq!(allows("+46701234567"), [true, false, true]);
    assert_eq!(allows("+46812345"), [true, false, false]);
    assert_eq!(allows("+4610123"), [false, false, false]);
    assert_eq!(allows("+4712345"), [false, false, false]);
    assert_eq!(callback.mode, CallbackMode::CallerFirst(Duration::from_secs(60)));
    assert_eq!(
        (callback.window, callback.retry),
        (Duration::from_secs(600), Duration::from_secs(60))
    );
    assert_eq!((callback.attempts_max, callback.callbacks_max), (1, 10_000));
    assert_eq!(callback.ring, Duration::from_secs(120));
    assert_eq!((callback.full, callback.goto), (bye, bye));
    assert_eq!(callback.too_late, bye, "as `full`, where it is not written");
    assert_eq!(
        (callback.unsure_margin, callback.at_closing),
        (Duration::ZERO, CallbackAtClosing::End)
    );
    assert_eq!(callback.otherwise, Goto::Queue(plan.queue_of("other").unwrap()));
}

#[test]
fn a_callback_can_be_kept_that_comes_before_closing_and_within_its_window() {
    let plan = plan_with("[callback.back]\nqueue = \"support\"\nwindow = \"1h\"");
    let callback = plan.callback("back").unwrap();
    let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
    assert!(callback.can_be_kept(minutes(60), None));
    assert!(!callback.can_be_kept(minutes(61), None), "the window is over by then");
    assert!(callback.can_be_kept(minutes(20), minutes(20)));
    assert!(!callback.can_be_kept(minutes(21), minutes(20)), "it is closed by then");
    assert!(callback.can_be_kept(None, minutes(30)), "nobody knows, and there is time");
    assert!(!callback.can_be_kept(None, minutes(29)));
    assert!(callback.can_be_kept(None, None));
}

#[test]
fn what_the_steps_before_a_callback_have_asked_for_is_known_where_it_waits() {
    let arrows = "full = \"hangup\"\notherwise = \"hangup\"";
    let plan = plan_with(&format!("[callback.back]\nqueue = \"support\"\n{arrows}"));
    let gold = plan.steps.iter().find_map(|step| step.set()?.demand);
    assert!(plan.demand_sets.contains(&Demands::NONE.with(gold.unwrap())));
}

#[test]
fn a_day_is_cut_into_slots_from_midnight_on() {
    let slots =
        Slots { every: Duration::from_secs(50 * 60), per_slot: 1, days_ahead: 1, offered: 0 };
    let of = |text: &str| slots.of(text.parse().unwrap()).to_string();
    assert_eq!(of("2026-11-30T00:49:59"), "2026-11-30T00:00:00");
    assert_eq!(of("2026-11-30T00:50:00"), "2026-11-30T00:50:00");
    assert_eq!(of("2026-11-30T23:59:00"), "2026-11-30T23:20:00");
    let after = |text: &str| slots.after(text.parse().unwrap()).unwrap().to_string();
    assert_eq!(after("2026-11-30T00:50:00"), "2026-11-30T01:40:00");
    assert_eq!(after("2026-11-30T23:20:00"), "2026-12-01T00:00:00", "each day begins with one");
}

#[test]
fn a_caller_could_choose_what_begins_in_two_minutes_at_the_soonest_up_to_the_last_day() {
    let slots =
        Slots { every: Duration::from_secs(4 * 3_600), per_slot: 1, days_ahead: 1, offered: 3 };
    let at = |text: &str| -> Vec<String> {
        slots.to_come(text.parse().unwrap(), None).map(|at| at.to_string()).collect()
    };
    let evening = at("2026-11-30T19:58:00");
    assert_eq!(evening.first().unwrap(), "2026-11-30T20:00:00");
    assert_eq!(evening.last().unwrap(), "2026-12-01T20:00:00");
    assert_eq!(evening.len(), 6, "midnight is left out: {evening:?}");
    assert_eq!(at("2026-11-30T19:58:01").first().unwrap(), "2026-12-01T04:00:00");
}

#[test]
fn times_are_looked_for_where_the_queue_is_open_and_few_are_looked_at_of_the_nights() {
    let text = r#"
        timezone = "Europe/Stockholm"
        [number.9000]
        goto = "callback.support"
        [callback.support]
        queue = "support"
        slots = { every = "5m", days_ahead = 60, offered = 8 }
        [queue.support]
        hours = "office"
        [hours.office]
        week = ["mon-fri 08:02-17:00", "sat 23:30-02:00"]
        closed = ["2026-12-25"]
        special = { "2026-12-24" = "09:00-12:00" }
        [agent.1001]
        secret = "x"
        queues = "all"
        [trunk.carrier]
        host = "192.0.2.1"
        dial = ["+46"]
    "#;
    let plan = Plan::parse("x", text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    let slots = plan.callback("support").unwrap().slots.unwrap();
    let queue = plan.queue(plan.callback("support").unwrap().queue);
    let hours = plan.hours(queue.hours.unwrap());
    for local in ["2026-11-19T03:00", "2026-11-19T12:00", "2026-11-20T17:00", "2026-12-24T11:59"] {
        let local = local.parse().unwrap();
        let open = |looked_at: Vec<_>| -> Vec<_> {
            looked_at.into_iter().filter(|at| hours.open_at(*at)).collect()
        };
        let few: Vec<_> = slots.to_come(local, Some(hours)).collect();
        let (looked_at, free) = (few.len(), open(few));
        assert_eq!(free, open(slots.to_come(local, None).collect()));
        assert!(looked_at < free.len() + 4 * 61, "{looked_at} for {}", free.len());
    }
}
