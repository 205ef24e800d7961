//! Made-up calls: what is tried on the left, what comes of it on the right.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::Plan;
use dialplan::trial::{
    Answer, AtCallback, AtDial, AtVoicemail, Expectation, Figures, Trial, read_at, read_keys,
    read_known,
};
use expect_test::{Expect, expect};
use rehearsal::{Sounds, Transcript, rehearse, verdict};
use std::sync::Arc;
use std::time::Duration;

const PLAN: &str = r#"
languages = ["sv", "en"]
language = "sv"
timezone = "Europe/Stockholm"
country = "46"
operator = "queue.support"

[number.9000]
goto = "say.welcome"
hours = "office"

[hours.office]
week = ["mon-fri 08:00-17:00"]
closed = ["2026-11-26"]
holidays = "sverige"

[holidays.sverige]
country = "se"

[say.welcome]
prompts = ["welcome"]
goto = "menu.main"

[menu.main]
prompts = ["main-menu"]
keys = { 1 = "queue.billing", 2 = "set.french", 3 = "voicemail.office", 4 = "callback.later", 5 = "dial.duty", 6 = "lookup.who", 9 = "speak.english" }
timeout = "4s"
tries = 2

[speak.english]
language = "en"
goto = "menu.main"

[set.french]
needs = "french >= 3 and (billing >= 1 or not french >= 9)"
priority = 2
whisper = ["demo/french"]
goto = "queue.billing"

[lookup.who]
directory = "listed"
goto = "lookup.crm"
unknown = "say.unknown"

[lookup.crm]
directory = "crm"
goto = "queue.support"
vip = "queue.billing"
failed = "say.unknown"

[directory.listed]
callers = [{ number = "0701234567", name = "Anna Berg", language = "en", priority = 3 }]

[directory.crm]
url = "http://127.0.0.1:1/{number}"

[say.unknown]
prompts = ["closed"]

[queue.support]
name = "Support"
welcome = ["support"]
announce_place = "30s"
announce_wait = true
hours = "office"
at_closing = "leave"
closed = "say.unknown"

[queue.billing]
name = "Billing"
priority = 1
skills = { billing = 2 }
full = "voicemail.office"
announce_place = "0s"

[[queue.billing.when]]
every_agent = ["busy", "wrap_up"]
on = "join"
goto = "queue.support"

[[queue.billing.when]]
calls_per_agent = 3
goto = "say.unknown"

[[queue.billing.when]]
waited = "1m"
goto = "queue.support"

[[queue.billing.at]]
after = "20s"
prompts = ["offer"]
keys = { 1 = "callback.later" }

[voicemail.office]
full = "say.unknown"

[callback.later]
queue = "support"
goto = "hangup"

[dial.duty]
number = "+468555111"
failed = "voicemail.office"

[trunk.carrier]
host = "192.0.2.1"
dial = ["+46"]

[agent.1001]
secret_env = "A"
queues = "all"
skills = { billing = 5, french = 5 }

[number.9001]
goto = "callback.times"

[callback.times]
queue = "support"
slots = { every = "30m", offered = 2 }
"#;

/// Each phrase lasts two seconds, and a few have words.
struct TwoSeconds;

impl Sounds for TwoSeconds {
    fn length(&self, _language: &str, _prompt: &str) -> Option<Duration> {
        Some(Duration::from_secs(2))
    }

    fn words(&self, language: &str, prompt: &str) -> Option<String> {
        (prompt == "welcome").then(|| format!("Welcome in {language}."))
    }

    fn is_stale(&self, _language: &str, _prompt: &str) -> bool {
        false
    }
}

fn plan() -> Arc<Plan> {
    let plan = Plan::parse("plan.toml", PLAN, &|_, _| true, &mut |_| Ok("secret".to_owned()));
    Arc::new(plan.unwrap_or_else(|faults| panic!("{faults}")))
}

/// A call on a Friday morning.
fn trial(keys: &str) -> Trial {
    let at = Some(read_at("2026-11-27 10:00").unwrap());
    let from = Some("070-123 45 67".to_owned());
    Trial { at, from, keys: read_keys(keys).unwrap(), ..Trial::of("9000") }
}

fn transcript(trial: &Trial) -> Transcript {
    rehearse(&plan(), trial, jiff::Timestamp::UNIX_EPOCH, &TwoSeconds).unwrap()
}

fn check(trial: &Trial, expected: Expect) {
    expected.assert_eq(&transcript(trial).to_string());
}

fn seconds(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

#[test]
fn a_closed_number_says_so_and_hangs_up() {
    let at = Some(read_at("2026-11-28 10:00").unwrap());
    check(
        &Trial { at, ..trial("1") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-28 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8  number.9000  is closed by hours.office; speaks sv
                0.0 s               say.closed   says closed
                2.0 s               hangup       the call is over: the number is closed
            Nothing asked for the keys 1.
        "#]],
    );
}

#[test]
fn the_day_is_told_where_its_hours_are_not_those_of_an_ordinary_week() {
    let row = |at: &str| {
        let trial = Trial { at: Some(read_at(at).unwrap()), ..trial("") };
        transcript(&trial).rows(0, 1).remove(0)
    };
    for (at, told) in [
        ("2026-11-26 10:00", "is closed by hours.office on 2026-11-26; speaks sv"),
        ("2026-12-24 10:00", "is closed by hours.office on julafton; speaks sv"),
        ("2026-11-27 10:00", "is open by hours.office; speaks sv"),
    ] {
        assert!(row(at).ends_with(told), "{at}: {}", row(at));
    }
}

#[test]
fn a_key_without_a_time_comes_when_the_menu_has_been_heard_and_leads_to_the_queue() {
    check(
        &trial("1"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 1 is a choice
                4.5 s  plan.toml:69  queue.billing  waits with priority 1 for an agent with billing >= 2
                4.5 s  plan.toml:69  queue.billing  the caller waits
        "#]],
    );
}

#[test]
fn a_key_with_a_time_cuts_what_is_said_and_is_kept_for_the_menu() {
    check(
        &trial("9@1s,7,2"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.” (cut)
                1.0 s  plan.toml:20  say.welcome    key 9 is a choice
                1.0 s  plan.toml:24  menu.main
                1.0 s  plan.toml:30  speak.english  speaks en from here on
                1.0 s  plan.toml:24  menu.main      says main-menu
                3.5 s  plan.toml:24  menu.main      key 7 is no choice here
                3.5 s  plan.toml:24  menu.main      says invalid, main-menu
                8.0 s  plan.toml:24  menu.main      key 2 is a choice
                8.0 s  plan.toml:34  set.french     the agent will be told demo/french
                8.0 s  plan.toml:69  queue.billing  waits with priority 3 for an agent with billing >= 2 and (french >= 3 and (billing >= 1 or not french >= 9))
                8.0 s  plan.toml:69  queue.billing  the caller waits
        "#]],
    );
}

#[test]
fn who_presses_nothing_goes_to_the_operator() {
    check(
        &trial(""),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                8.0 s  plan.toml:24  menu.main      says no-choice, main-menu
               16.0 s  plan.toml:60  queue.support  waits with priority 0
               16.0 s  plan.toml:60  queue.support  the caller waits
        "#]],
    );
}

#[test]
fn who_stays_hears_the_welcome_the_place_and_the_wait_until_an_agent_answers() {
    let trial = Trial {
        places: vec![3, 2],
        expected_wait: seconds(100),
        answered_after: seconds(70),
        ..trial("0")
    };
    check(
        &trial,
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 0 is a choice
                4.5 s  plan.toml:60  queue.support  waits with priority 0
                4.5 s  plan.toml:60  queue.support  says support, then music
                6.5 s  plan.toml:60  queue.support  says queue/place, numbers/3, queue/in-line, queue/wait-about, numbers/2, queue/minutes, then music
                6.5 s  plan.toml:60  queue.support  is told place 3, a wait of about 2 minutes
               48.5 s  plan.toml:60  queue.support  says queue/place, numbers/2, queue/in-line, queue/wait-under-a-minute, then music
               48.5 s  plan.toml:60  queue.support  is told place 2, a wait of less than a minute
               74.5 s  plan.toml:60  queue.support  an agent answers
        "#]],
    );
}

#[test]
fn an_offer_has_its_line_and_a_key_leads_out_of_the_queue() {
    let trial = Trial { wait: seconds(50), ..trial("1,1,1") };
    check(
        &trial,
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main       says main-menu
                4.5 s  plan.toml:24  menu.main       key 1 is a choice
                4.5 s  plan.toml:69  queue.billing   waits with priority 1 for an agent with billing >= 2
                4.5 s  plan.toml:69  queue.billing   plays music
               24.5 s  plan.toml:89  queue.billing   says offer, then music
               27.0 s  plan.toml:69  queue.billing   key 1 takes the caller out of the queue
               27.0 s  plan.toml:97  callback.later  can call 0701234567 back
               27.0 s  plan.toml:97  callback.later  says callback/offer, callback/number, numbers/0, numbers/7, numbers/0, pause, numbers/1, numbers/2, numbers/3, pause, numbers/4, numbers/5, pause, numbers/6, numbers/7, callback/confirm, callback/another
               61.5 s  plan.toml:97  callback.later  key 1 is taken
               61.5 s  plan.toml:97  callback.later  promises to call +46701234567 back
               61.5 s  plan.toml:97  callback.later  says callback/promised
               63.5 s                hangup          the call is over: the caller will be called back
        "#]],
    );
}

#[test]
fn conditions_send_callers_on_who_come_and_who_wait() {
    let queues = |text: &str| [("billing".to_owned(), Figures::read(text).unwrap())].into();
    let stays = |text| Trial { queues: queues(text), wait: seconds(90), ..trial("1") };
    check(
        &stays("busy"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 1 is a choice
                4.5 s  plan.toml:69  queue.billing
                4.5 s  plan.toml:76  queue.billing  sends the caller on by every_agent
                4.5 s  plan.toml:60  queue.support  waits with priority 0
                4.5 s  plan.toml:60  queue.support  says support, then music
                6.5 s  plan.toml:60  queue.support  says queue/first, then music
                6.5 s  plan.toml:60  queue.support  is told place 1
               38.5 s  plan.toml:60  queue.support  says queue/first, then music
               38.5 s  plan.toml:60  queue.support  is told place 1
               70.5 s  plan.toml:60  queue.support  says queue/first, then music
               70.5 s  plan.toml:60  queue.support  is told place 1
               94.5 s  plan.toml:60  queue.support  the caller hangs up
        "#]],
    );
    check(
        &stays("callers:3,agents:1"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 1 is a choice
                4.5 s  plan.toml:69  queue.billing
                4.5 s  plan.toml:81  queue.billing  sends the caller on by calls_per_agent
                4.5 s  plan.toml:57  say.unknown    says closed
                6.5 s                hangup         the call is over: the queue sent the caller on
        "#]],
    );
    check(
        &stays("busy,paused"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 1 is a choice
                4.5 s  plan.toml:69  queue.billing  waits with priority 1 for an agent with billing >= 2
                4.5 s  plan.toml:69  queue.billing  plays music
               24.5 s  plan.toml:89  queue.billing  says offer, then music
               64.5 s  plan.toml:85  queue.billing  sends the caller on by waited
               64.5 s  plan.toml:60  queue.support  waits with priority 0
               64.5 s  plan.toml:60  queue.support  says support, then music
               66.5 s  plan.toml:60  queue.support  says queue/first, then music
               66.5 s  plan.toml:60  queue.support  is told place 1
               98.5 s  plan.toml:60  queue.support  says queue/first, then music
               98.5 s  plan.toml:60  queue.support  is told place 1
              130.5 s  plan.toml:60  queue.support  says queue/first, then music
              130.5 s  plan.toml:60  queue.support  is told place 1
              154.5 s  plan.toml:60  queue.support  the caller hangs up
        "#]],
    );
    check(
        &stays("full"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000       is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome       says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main         says main-menu
                4.5 s  plan.toml:24  menu.main         key 1 is a choice
                4.5 s  plan.toml:69  queue.billing     is full
                4.5 s  plan.toml:94  voicemail.office  says voicemail/greeting, tone
                8.5 s  plan.toml:94  voicemail.office  records what the caller says
               23.5 s  plan.toml:94  voicemail.office  the caller has spoken for 10 s
               23.5 s  plan.toml:94  voicemail.office  says voicemail/keep
               30.5 s  plan.toml:94  voicemail.office  keeps the message
               30.5 s  plan.toml:94  voicemail.office  says voicemail/thanks, goodbye
               34.5 s                hangup            the call is over: the caller has left a message
        "#]],
    );
    check(
        &stays("closed"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 1 is a choice
                4.5 s  plan.toml:69  queue.billing  is closed
                4.5 s                say.closed     says closed
                6.5 s                hangup         the call is over: the queue was closed
        "#]],
    );
}

#[test]
fn who_waits_when_the_queue_closes_goes_where_the_closed_go() {
    let at = Some(read_at("2026-11-27 16:58:30").unwrap());
    check(
        &Trial { at, wait: seconds(600), ..trial("0") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 16:58:30 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 0 is a choice
                4.5 s  plan.toml:60  queue.support  waits with priority 0
                4.5 s  plan.toml:60  queue.support  says support, then music
                6.5 s  plan.toml:60  queue.support  says queue/first, then music
                6.5 s  plan.toml:60  queue.support  is told place 1
               38.5 s  plan.toml:60  queue.support  says queue/first, then music
               38.5 s  plan.toml:60  queue.support  is told place 1
               70.5 s  plan.toml:60  queue.support  says queue/first, then music
               70.5 s  plan.toml:60  queue.support  is told place 1
               90.0 s  plan.toml:60  queue.support  is closed
               90.0 s  plan.toml:57  say.unknown    says closed
               92.0 s                hangup         the call is over: the queue was closed
        "#]],
    );
}

#[test]
fn callers_are_looked_up_in_lists_by_their_number_and_elsewhere_as_it_is_said() {
    let known =
        |text: &str| Trial { answer: Answer::Known(read_known(text).unwrap()), ..trial("6") };
    check(
        &known("vip=true,name=Anna"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 6 is a choice
                4.5 s  plan.toml:40  lookup.who     directory.listed: the caller is known, Anna Berg
                4.5 s  plan.toml:40  lookup.who     speaks en from here on
                4.5 s  plan.toml:45  lookup.crm     directory.crm: the caller is known, Anna, a very important person
                4.5 s  plan.toml:69  queue.billing  waits with priority 1 for an agent with billing >= 2
                4.5 s  plan.toml:69  queue.billing  the caller waits
        "#]],
    );
    check(
        &trial("6"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 6 is a choice
                4.5 s  plan.toml:40  lookup.who     directory.listed: the caller is known, Anna Berg
                4.5 s  plan.toml:40  lookup.who     speaks en from here on
                4.5 s  plan.toml:45  lookup.crm     directory.crm: taken for unknown, since nothing is said
                4.5 s  plan.toml:60  queue.support  waits with priority 3
                4.5 s  plan.toml:60  queue.support  the caller waits
        "#]],
    );
    check(
        &Trial { answer: Answer::Fails, ..trial("6") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000  is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome  says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main    says main-menu
                4.5 s  plan.toml:24  menu.main    key 6 is a choice
                4.5 s  plan.toml:40  lookup.who   directory.listed: the caller is known, Anna Berg
                4.5 s  plan.toml:40  lookup.who   speaks en from here on
                4.5 s  plan.toml:45  lookup.crm   directory.crm: gives no answer
                4.5 s  plan.toml:57  say.unknown  says closed
                6.5 s                hangup       the call is over
        "#]],
    );
    check(
        &Trial { from: None, ..trial("6") },
        expect![[r#"
            somebody who withholds the number calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000  is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome  says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main    says main-menu
                4.5 s  plan.toml:24  menu.main    key 6 is a choice
                4.5 s  plan.toml:40  lookup.who   directory.listed: the caller is unknown
                4.5 s  plan.toml:57  say.unknown  says closed
                6.5 s                hangup       the call is over
        "#]],
    );
}

#[test]
fn a_message_is_spoken_kept_thrown_away_or_refused() {
    check(
        &trial("3,#,2,1"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000       is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome       says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main         says main-menu
                4.5 s  plan.toml:24  menu.main         key 3 is a choice
                4.5 s  plan.toml:94  voicemail.office  says voicemail/greeting, tone
                8.5 s  plan.toml:94  voicemail.office  records what the caller says
               18.5 s  plan.toml:94  voicemail.office  key # is taken
               18.5 s  plan.toml:94  voicemail.office  the caller has spoken for 10 s
               18.5 s  plan.toml:94  voicemail.office  says voicemail/keep
               21.0 s  plan.toml:94  voicemail.office  key 2 is taken
               21.0 s  plan.toml:94  voicemail.office  throws the message away
               21.0 s  plan.toml:94  voicemail.office  says tone
               23.0 s  plan.toml:94  voicemail.office  records what the caller says
               38.0 s  plan.toml:94  voicemail.office  the caller has spoken for 10 s
               38.0 s  plan.toml:94  voicemail.office  says voicemail/keep
               40.5 s  plan.toml:94  voicemail.office  key 1 is taken
               40.5 s  plan.toml:94  voicemail.office  keeps the message
               40.5 s  plan.toml:94  voicemail.office  says voicemail/thanks, goodbye
               44.5 s                hangup            the call is over: the caller has left a message
        "#]],
    );
    check(
        &Trial { speaks: Duration::ZERO, hangs_up_after: seconds(20), ..trial("3") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000       is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome       says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main         says main-menu
                4.5 s  plan.toml:24  menu.main         key 3 is a choice
                4.5 s  plan.toml:94  voicemail.office  says voicemail/greeting, tone
                8.5 s  plan.toml:94  voicemail.office  records what the caller says
               13.5 s  plan.toml:94  voicemail.office  the caller has spoken for 0 s
               13.5 s  plan.toml:94  voicemail.office  says voicemail/nothing, tone
               17.5 s  plan.toml:94  voicemail.office  records what the caller says
               20.0 s  plan.toml:94  voicemail.office  the caller hangs up
        "#]],
    );
    check(
        &Trial { voicemail: AtVoicemail::Full, ..trial("3") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000       is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome       says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main         says main-menu
                4.5 s  plan.toml:24  menu.main         key 3 is a choice
                4.5 s  plan.toml:94  voicemail.office  takes no message now
                4.5 s  plan.toml:94  voicemail.office  says voicemail/full
                6.5 s  plan.toml:57  say.unknown       says closed
                8.5 s                hangup            the call is over
        "#]],
    );
    check(
        &Trial { voicemail: AtVoicemail::Fails, ..trial("3") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000       is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome       says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main         says main-menu
                4.5 s  plan.toml:24  menu.main         key 3 is a choice
                4.5 s  plan.toml:94  voicemail.office  says voicemail/greeting, tone
                8.5 s  plan.toml:94  voicemail.office  records what the caller says
               23.5 s  plan.toml:94  voicemail.office  the caller has spoken for 10 s
               23.5 s  plan.toml:94  voicemail.office  says voicemail/failed
               25.5 s  plan.toml:57  say.unknown       says closed
               27.5 s                hangup            the call is over
        "#]],
    );
}

#[test]
fn a_callback_is_promised_to_a_number_that_a_trunk_may_call() {
    check(
        &trial("4,1"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main       says main-menu
                4.5 s  plan.toml:24  menu.main       key 4 is a choice
                4.5 s  plan.toml:97  callback.later  can call 0701234567 back
                4.5 s  plan.toml:97  callback.later  says callback/offer, callback/number, numbers/0, numbers/7, numbers/0, pause, numbers/1, numbers/2, numbers/3, pause, numbers/4, numbers/5, pause, numbers/6, numbers/7, callback/confirm, callback/another
               39.0 s  plan.toml:97  callback.later  key 1 is taken
               39.0 s  plan.toml:97  callback.later  promises to call +46701234567 back
               39.0 s  plan.toml:97  callback.later  says callback/promised
               41.0 s                hangup          the call is over: the caller will be called back
        "#]],
    );
    check(
        &trial("4,2,08555111#,1"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main       says main-menu
                4.5 s  plan.toml:24  menu.main       key 4 is a choice
                4.5 s  plan.toml:97  callback.later  can call 0701234567 back
                4.5 s  plan.toml:97  callback.later  says callback/offer, callback/number, numbers/0, numbers/7, numbers/0, pause, numbers/1, numbers/2, numbers/3, pause, numbers/4, numbers/5, pause, numbers/6, numbers/7, callback/confirm, callback/another
               39.0 s  plan.toml:97  callback.later  key 2 is taken
               39.0 s  plan.toml:97  callback.later  says callback/type
               41.5 s  plan.toml:97  callback.later  key 0 is taken
               42.0 s  plan.toml:97  callback.later  key 8 is taken
               42.5 s  plan.toml:97  callback.later  key 5 is taken
               43.0 s  plan.toml:97  callback.later  key 5 is taken
               43.5 s  plan.toml:97  callback.later  key 5 is taken
               44.0 s  plan.toml:97  callback.later  key 1 is taken
               44.5 s  plan.toml:97  callback.later  key 1 is taken
               45.0 s  plan.toml:97  callback.later  key 1 is taken
               45.5 s  plan.toml:97  callback.later  key # is taken
               45.5 s  plan.toml:97  callback.later  can call 08555111 back
               45.5 s  plan.toml:97  callback.later  says callback/number, numbers/0, numbers/8, pause, numbers/5, numbers/5, pause, numbers/5, numbers/1, pause, numbers/1, numbers/1, callback/confirm, callback/another
               74.0 s  plan.toml:97  callback.later  key 1 is taken
               74.0 s  plan.toml:97  callback.later  promises to call +468555111 back
               74.0 s  plan.toml:97  callback.later  says callback/promised
               76.0 s                hangup          the call is over: the caller will be called back
        "#]],
    );
    check(
        &Trial { callback: AtCallback::Refused, ..trial("4,1") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main       says main-menu
                4.5 s  plan.toml:24  menu.main       key 4 is a choice
                4.5 s  plan.toml:97  callback.later  can promise no callback
                4.5 s  plan.toml:97  callback.later  says callback/full
                6.5 s  plan.toml:60  queue.support   waits with priority 0
                6.5 s  plan.toml:60  queue.support   the caller waits
            Nothing asked for the keys 1.
        "#]],
    );
    check(
        &Trial { from: Some("+4712345678".to_owned()), hangs_up_after: seconds(10), ..trial("4") },
        expect![[r#"
            +4712345678 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main       says main-menu
                4.5 s  plan.toml:24  menu.main       key 4 is a choice
                4.5 s  plan.toml:97  callback.later  can call no such number back
                4.5 s  plan.toml:97  callback.later  says callback/offer, callback/type
               10.0 s  plan.toml:97  callback.later  the caller hangs up
        "#]],
    );
}

#[test]
fn a_number_outside_answers_or_rings_in_vain() {
    check(
        &trial("5"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8    number.9000  is open by hours.office; speaks sv
                0.0 s  plan.toml:20   say.welcome  says welcome “Welcome in sv.”
                2.0 s  plan.toml:24   menu.main    says main-menu
                4.5 s  plan.toml:24   menu.main    key 5 is a choice
                4.5 s  plan.toml:101  dial.duty    plays music
                4.5 s  plan.toml:101  dial.duty    calls +468555111 over carrier
                9.5 s  plan.toml:101  dial.duty    somebody answers there
        "#]],
    );
    check(
        &Trial { dial: AtDial::Rings, hangs_up_after: seconds(40), ..trial("5") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8    number.9000       is open by hours.office; speaks sv
                0.0 s  plan.toml:20   say.welcome       says welcome “Welcome in sv.”
                2.0 s  plan.toml:24   menu.main         says main-menu
                4.5 s  plan.toml:24   menu.main         key 5 is a choice
                4.5 s  plan.toml:101  dial.duty         plays music
                4.5 s  plan.toml:101  dial.duty         calls +468555111 over carrier
               34.5 s  plan.toml:101  dial.duty         nobody answers there
               34.5 s  plan.toml:94   voicemail.office  says voicemail/greeting, tone
               38.5 s  plan.toml:94   voicemail.office  records what the caller says
               40.0 s  plan.toml:94   voicemail.office  the caller hangs up
        "#]],
    );
}

#[test]
fn a_verdict_says_where_the_two_part() {
    let transcript = transcript(&trial("9,1"));
    let told = |expected: &[&str]| {
        let expected: Vec<_> = expected.iter().map(|it| Expectation::read(it).unwrap()).collect();
        verdict(&transcript, &expected).map_err(|parted| {
            let met = parted.met.map(ToString::to_string);
            (parted.expectation.to_string(), met)
        })
    };
    let fine = ["say.welcome", "said:sv:welcome", "menu.main", "language:en", "said:en:main-menu"];
    assert_eq!(told(&fine), Ok(()));
    assert_eq!(told(&["queue.billing", "priority:1", "waits", "never:say.unknown"]), Ok(()));
    assert_eq!(told(&["said:welcome", "menu.main", "menu.main"]), Ok(()));
    let parted = |text: &str, met: Option<&str>| Err((text.to_owned(), met.map(str::to_owned)));
    let thrice = ["menu.main", "menu.main", "menu.main"];
    assert_eq!(told(&thrice), parted("menu.main", Some("menu.main")));
    assert_eq!(told(&["queue.billing", "menu.main"]), parted("menu.main", Some("queue.billing")));
    assert_eq!(told(&["never:menu.main"]), parted("never:menu.main", None));
}

mod any_call {
    use super::*;
    use proptest::prelude::*;
    use rehearsal::What;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn comes_to_one_end_and_is_told_in_the_order_of_time(
            keys in "[0-9#]{0,12}",
            at in 0_u64..20,
            minutes in 0_i64..20_000,
            wait in prop::option::of(0_u64..600),
            answered in prop::option::of(0_u64..600),
            talks in prop::option::of(0_u64..600),
            figures in prop::sample::select(vec!["open", "closed", "full", "busy", "wrap_up,paused"]),
        ) {
            let mut trial = trial(&keys);
            if let Some(first) = trial.keys.first_mut() {
                first.at = seconds(at);
            }
            trial.at = trial.at.map(|it| it + jiff::SignedDuration::from_mins(minutes));
            (trial.wait, trial.answered_after) = (wait.and_then(seconds), answered.and_then(seconds));
            trial.talks = talks.and_then(seconds);
            trial.queues = [("billing".to_owned(), Figures::read(figures).unwrap())].into();
            let entries = transcript(&trial).entries;
            prop_assert!(entries.is_sorted_by_key(|entry| entry.at_ms));
            let ends = entries.iter().filter(|entry| matches!(entry.what, What::Ends { .. }));
            prop_assert_eq!(ends.count(), 1);
            let is_last = matches!(entries.last().map(|it| &it.what), Some(What::Ends { .. }));
            prop_assert!(is_last);
        }
    }
}

#[test]
fn a_callback_that_would_come_after_closing_is_not_promised() {
    let at = |time: &str| Some(read_at(time).unwrap());
    check(
        &Trial { at: at("2026-11-27 16:45"), ..trial("4,1") },
        expect![[r#"
        070-123 45 67 calls 9000 at 2026-11-27 16:45:00 (Europe/Stockholm)
            0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
            0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
            2.0 s  plan.toml:24  menu.main       says main-menu
            4.5 s  plan.toml:24  menu.main       key 4 is a choice
            4.5 s  plan.toml:97  callback.later  could call back only when it is too late
            4.5 s  plan.toml:97  callback.later  says callback/too-late
            6.5 s  plan.toml:60  queue.support   waits with priority 0
            6.5 s  plan.toml:60  queue.support   the caller waits
        Nothing asked for the keys 1.
    "#]],
    );
    let known = |minutes: u64| Some(Duration::from_secs(60 * minutes));
    check(
        &Trial { at: at("2026-11-27 16:45"), expected_wait: known(10), ..trial("4,1") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 16:45:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main       says main-menu
                4.5 s  plan.toml:24  menu.main       key 4 is a choice
                4.5 s  plan.toml:97  callback.later  can call 0701234567 back
                4.5 s  plan.toml:97  callback.later  says callback/offer, callback/number, numbers/0, numbers/7, numbers/0, pause, numbers/1, numbers/2, numbers/3, pause, numbers/4, numbers/5, pause, numbers/6, numbers/7, callback/confirm, callback/another
               39.0 s  plan.toml:97  callback.later  key 1 is taken
               39.0 s  plan.toml:97  callback.later  promises to call +46701234567 back
               39.0 s  plan.toml:97  callback.later  says callback/promised
               41.0 s                hangup          the call is over: the caller will be called back
        "#]],
    );
    check(
        &Trial { at: at("2026-11-27 16:00"), expected_wait: known(90), ..trial("4,1") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 16:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main       says main-menu
                4.5 s  plan.toml:24  menu.main       key 4 is a choice
                4.5 s  plan.toml:97  callback.later  could call back only when it is too late
                4.5 s  plan.toml:97  callback.later  says callback/too-late
                6.5 s  plan.toml:60  queue.support   waits with priority 0
                6.5 s  plan.toml:60  queue.support   the caller waits
            Nothing asked for the keys 1.
        "#]],
    );
}

#[test]
fn an_offer_that_could_not_be_kept_is_left_out() {
    check(
        &Trial { callback: AtCallback::TooLate, wait: seconds(30), ..trial("1") },
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 1 is a choice
                4.5 s  plan.toml:69  queue.billing  waits with priority 1 for an agent with billing >= 2
                4.5 s  plan.toml:69  queue.billing  plays music
               24.5 s  plan.toml:69  queue.billing  leaves out an offer that could not be kept
               34.5 s  plan.toml:69  queue.billing  the caller hangs up
        "#]],
    );
}

#[test]
fn who_has_a_callback_is_asked_on_coming_to_its_queue() {
    let standing = |keys| Trial { callback: AtCallback::Stands, ..trial(keys) };
    check(
        &standing("2,1"),
        expect![[r#"
            070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
                0.0 s  plan.toml:8   number.9000    is open by hours.office; speaks sv
                0.0 s  plan.toml:20  say.welcome    says welcome “Welcome in sv.”
                2.0 s  plan.toml:24  menu.main      says main-menu
                4.5 s  plan.toml:24  menu.main      key 2 is a choice
                4.5 s  plan.toml:34  set.french     the agent will be told demo/french
                4.5 s  plan.toml:69  queue.billing  waits with priority 3 for an agent with billing >= 2 and (french >= 3 and (billing >= 1 or not french >= 9))
                4.5 s  plan.toml:69  queue.billing  the caller waits
            Nothing asked for the keys 1.
        "#]],
    );
    check(
        &Trial { places: vec![4], ..standing("4,2") },
        expect![[r#"
        070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
            0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
            2.0 s  plan.toml:24  menu.main       says main-menu
            4.5 s  plan.toml:24  menu.main       key 4 is a choice
            4.5 s  plan.toml:97  callback.later  has promised to call 0701234567 back
            4.5 s  plan.toml:97  callback.later  says callback/stands, queue/place, numbers/4, queue/in-line, callback/choose
           15.0 s  plan.toml:97  callback.later  key 2 is taken
           15.0 s  plan.toml:97  callback.later  calls nobody back any more
           15.0 s  plan.toml:97  callback.later  says callback/called-off
           17.0 s                hangup          the call is over
    "#]],
    );
    check(
        &standing("4,3"),
        expect![[r#"
        070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  plan.toml:8   number.9000     is open by hours.office; speaks sv
            0.0 s  plan.toml:20  say.welcome     says welcome “Welcome in sv.”
            2.0 s  plan.toml:24  menu.main       says main-menu
            4.5 s  plan.toml:24  menu.main       key 4 is a choice
            4.5 s  plan.toml:97  callback.later  has promised to call 0701234567 back
            4.5 s  plan.toml:97  callback.later  says callback/stands, queue/first, callback/choose
           11.0 s  plan.toml:97  callback.later  key 3 is taken
           11.0 s  plan.toml:97  callback.later  lets the caller wait on the line, at the same place
           11.0 s  plan.toml:60  queue.support   waits with priority 0
           11.0 s  plan.toml:60  queue.support   the caller waits
    "#]],
    );
}

#[test]
fn a_callback_that_stands_at_a_time_is_told_with_it() {
    let places = vec![4];
    check(
        &Trial { callback: AtCallback::Stands, places, ..to_times("1") },
        expect![[r#"
        070-123 45 67 calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  plan.toml:114  number.9001     is always open; speaks sv
            0.0 s  plan.toml:117  callback.times  has promised to call 0701234567 back at 2026-11-27 10:30
            0.0 s  plan.toml:117  callback.times  says callback/stands, callback/chosen, callback/today, clock/clock, numbers/10, words/and, numbers/30, callback/choose
           16.5 s  plan.toml:117  callback.times  key 1 is taken
           16.5 s  plan.toml:117  callback.times  promises to call +46701234567 back at 2026-11-27 10:30
           16.5 s  plan.toml:117  callback.times  says callback/promised-at, callback/today, clock/clock, numbers/10, words/and, numbers/30
           28.5 s                 hangup          the call is over: the caller will be called back
    "#]],
    );
}

/// Every recording is of other words than are written.
struct OtherWords;

impl Sounds for OtherWords {
    fn length(&self, language: &str, prompt: &str) -> Option<Duration> {
        TwoSeconds.length(language, prompt)
    }

    fn words(&self, language: &str, prompt: &str) -> Option<String> {
        TwoSeconds.words(language, prompt)
    }

    fn is_stale(&self, _language: &str, prompt: &str) -> bool {
        prompt == "welcome"
    }
}

#[test]
fn words_that_are_not_spoken_yet_are_told_so() {
    let told = rehearse(&plan(), &trial(""), jiff::Timestamp::UNIX_EPOCH, &OtherWords).unwrap();
    let marked = "” (recorded with other words)";
    assert!(told.to_string().contains(marked), "{told}");
    assert!(!transcript(&trial("")).to_string().contains(marked));
}

#[test]
fn callers_choose_from_times_at_which_the_queue_is_open_and_before_closing_from_those_alone() {
    let at = Some(read_at("2026-11-27 16:20").unwrap());
    check(
        &Trial { at, ..to_times("2,1") },
        expect![[r#"
        070-123 45 67 calls 9001 at 2026-11-27 16:20:00 (Europe/Stockholm)
            0.0 s  plan.toml:114  number.9001     is always open; speaks sv
            0.0 s  plan.toml:117  callback.times  can call 0701234567 back
            0.0 s  plan.toml:117  callback.times  can call back at 2026-11-27 16:30, 2026-11-30 08:00
            0.0 s  plan.toml:117  callback.times  says callback/offer, callback/times, callback/for, callback/today, clock/clock, numbers/16, words/and, numbers/30, callback/press, numbers/1, callback/for, weekdays/monday, clock/clock, numbers/8, callback/press, numbers/2, callback/in-turn, numbers/3
           36.5 s  plan.toml:117  callback.times  key 2 is taken
           36.5 s  plan.toml:117  callback.times  says callback/chosen, weekdays/monday, clock/clock, numbers/8, callback/number, numbers/0, numbers/7, numbers/0, pause, numbers/1, numbers/2, numbers/3, pause, numbers/4, numbers/5, pause, numbers/6, numbers/7, callback/confirm, callback/another, callback/another-time
           79.0 s  plan.toml:117  callback.times  key 1 is taken
           79.0 s  plan.toml:117  callback.times  promises to call +46701234567 back at 2026-11-30 08:00
           79.0 s  plan.toml:117  callback.times  says callback/promised-at, weekdays/monday, clock/clock, numbers/8
           87.0 s                 hangup          the call is over: the caller will be called back
    "#]],
    );
    let at = Some(read_at("2026-11-27 16:50").unwrap());
    check(
        &Trial { at, ..to_times("2,1") },
        expect![[r#"
        070-123 45 67 calls 9001 at 2026-11-27 16:50:00 (Europe/Stockholm)
            0.0 s  plan.toml:114  number.9001     is always open; speaks sv
            0.0 s  plan.toml:117  callback.times  can call 0701234567 back
            0.0 s  plan.toml:117  callback.times  can call back at 2026-11-30 08:00, 2026-11-30 08:30
            0.0 s  plan.toml:117  callback.times  says callback/offer, callback/times, callback/for, weekdays/monday, clock/clock, numbers/8, callback/press, numbers/1, callback/for, weekdays/monday, clock/clock, numbers/8, words/and, numbers/30, callback/press, numbers/2
           32.5 s  plan.toml:117  callback.times  key 2 is taken
           32.5 s  plan.toml:117  callback.times  says callback/chosen, weekdays/monday, clock/clock, numbers/8, words/and, numbers/30, callback/number, numbers/0, numbers/7, numbers/0, pause, numbers/1, numbers/2, numbers/3, pause, numbers/4, numbers/5, pause, numbers/6, numbers/7, callback/confirm, callback/another, callback/another-time
           79.0 s  plan.toml:117  callback.times  key 1 is taken
           79.0 s  plan.toml:117  callback.times  promises to call +46701234567 back at 2026-11-30 08:30
           79.0 s  plan.toml:117  callback.times  says callback/promised-at, weekdays/monday, clock/clock, numbers/8, words/and, numbers/30
           91.0 s                 hangup          the call is over: the caller will be called back
    "#]],
    );
    let at = Some(read_at("2026-11-27 16:50").unwrap());
    let callback = AtCallback::Refused;
    check(
        &Trial { at, callback, ..to_times("1") },
        expect![[r#"
        070-123 45 67 calls 9001 at 2026-11-27 16:50:00 (Europe/Stockholm)
            0.0 s  plan.toml:114  number.9001     is always open; speaks sv
            0.0 s  plan.toml:117  callback.times  can promise no callback
            0.0 s  plan.toml:117  callback.times  says callback/full
            2.0 s  plan.toml:60   queue.support   waits with priority 0
            2.0 s  plan.toml:60   queue.support   the caller waits
        Nothing asked for the keys 1.
    "#]],
    );
}

/// A call to the number whose callers choose a time.
fn to_times(keys: &str) -> Trial {
    Trial { to: "9001".into(), ..trial(keys) }
}
