//! Stories of steps that decide, note, collect and fetch: what happens on the left, what the visit asks for
//! on the right.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use clock::{Duration, Moment};
use dialplan::{Fact, Facts, Plan, Value, ValueKind, VariableId};
use expect_test::{Expect, expect};
use ids::{PlayId, QueueId};
use ivr::{Fetched, Input, Output, Spoken, Then, Visit};
use std::fmt::Write;
use std::sync::Arc;

const PLAN: &str = r##"
languages = ["sv", "en"]
language = "sv"
country = "46"
operator = "queue.support"
show = ["tries", "matter"]

[number.9000]
goto = "say.welcome"

[say.welcome]
prompts = ["hello"]
goto = "branch.who"

[branch.who]
when = [
    { if = "vip and queue.support.waiting > 5", goto = "queue.gold" },
    { if = "caller starts with '070' and not queue.support.expected_wait <= 5m", goto = "menu.main" },
    { if = "weekday = 'sat' or time >= 16:30", goto = "say.late" },
]
otherwise = "menu.main"

[say.late]
prompts = ["late"]
goto = "branch.language"

[branch.language]
when = [{ if = "language = 'en'", goto = "queue.support" }]
otherwise = "queue.gold"

[menu.main]
prompts = ["choose"]
keys = { 1 = "queue.gold" }

[number.9001]
goto = "say.to_menus"
[say.to_menus]
prompts = ["either"]
goto = "branch.menus"
[branch.menus]
when = [{ if = "known", goto = "menu.main" }]
otherwise = "menu.main"

[number.9002]
goto = "set.matter"
[set.matter]
values = { matter = "invoice", tries = 1, urgent = true }
goto = "branch.noted"
[branch.noted]
when = [
    { if = "matter = 'order' or customer is known", goto = "queue.support" },
    { if = "matter starts with 'inv' and tries >= 1 and urgent", goto = "set.again" },
]
otherwise = "queue.support"
[set.again]
values = { tries = 2, matter = "order" }
goto = "menu.main"
[number.9003]
goto = "set.customer"
[set.customer]
values = { customer = "none" }
goto = "branch.noted"

[number.9010]
goto = "say.to_person"
[say.to_person]
prompts = ["hello"]
goto = "collect.person"
[collect.person]
prompts = ["person"]
into = "person"
check = "personal_number"
confirm = true
tries = 2
goto = "queue.gold"
otherwise = "queue.support"

[number.9011]
goto = "collect.pin"
[collect.pin]
prompts = ["pin"]
into = "pin"
digits_min = 4
digits_max = 4
secret = true
silent = ["silent"]
invalid = ["wrong"]
timeout = "6s"
between = "2s"
goto = "branch.pin"
[branch.pin]
when = [{ if = "pin is known", goto = "menu.main" }]
otherwise = "queue.support"

[number.9012]
goto = "collect.phone"
[collect.phone]
prompts = ["phone"]
into = "phone"
check = "phone"
end_key = "*"
goto = "queue.gold"

[number.9020]
goto = "set.customer_of"
[set.customer_of]
values = { customer = "7" }
goto = "http.account"
[http.account]
url = "http://127.0.0.1/{customer}/{caller}"
read = { matter = "matter", tries = "tries as number" }
goto = "menu.main"
unknown = "branch.language"
failed = "queue.support"

[number.9045]
goto = "http.balance"
[http.balance]
url = "http://127.0.0.1/{caller}"
read = { balance = "balance", due = "due", points = "points as number" }
goto = "say.balance"
failed = "queue.support"
[say.balance]
prompts = ["hello", { money = "balance", currency = "SEK" }, "en:or", { date = "due", form = "weekday" }]
goto = "say.caller"
otherwise = "queue.gold"
[say.caller]
prompts = [{ phone = "caller" }, { wait = "queue.support.expected_wait" }, { number = "points", gender = "common" }]
goto = "queue.support"
otherwise = "queue.gold"

[number.9030]
goto = "menu.extension"
[menu.extension]
prompts = ["extension"]
keys = { 1 = "queue.gold", 2 = "hangup.busy", "2[0-9]{2}" = "queue.gold", "9+" = "hangup.quiet" }
into = "extension"
tries = 2
otherwise = "queue.support"
[hangup.busy]
cause = "busy"
prompts = ["all-busy"]
[hangup.quiet]
cause = "rejected"

[number.9050]
goto = "set.order"
[set.order]
values = { order = "1042" }
goto = "confirm.order"
[confirm.order]
prompts = ["your-order", { digits = "order" }]
tries = 2
yes = "confirm.caller"
no = "menu.main"
otherwise = "queue.support"
[confirm.caller]
prompts = ["you-call-from", { phone = "caller" }]
question = ["en:star-or-hash"]
yes_key = "*"
no_key = "#"
yes = "queue.gold"
no = "menu.main"

[number.9040]
goto = "sub.first"
[sub.first]
call = "sub.inner"
goto = "sub.second"
[sub.inner]
call = "collect.pin_of"
goto = "return"
[sub.second]
call = "say.thanks"
goto = "queue.gold"
[collect.pin_of]
prompts = ["pin"]
into = "pin"
digits_max = 1
goto = "say.thanks"
otherwise = "queue.support"
[say.thanks]
prompts = ["thanks"]
goto = "return"

[queue.support]
survey = "menu.extension"
[queue.gold]

[agent.1001]
secret = "x"
queues = "all"
"##;

/// A caller with the transcript of the visit.
struct Story {
    visit: Visit,
    now: Moment,
    last_play: PlayId,
    told: String,
}

impl Story {
    fn begin(number: &str) -> Self {
        Self::begin_in(PLAN, number)
    }

    fn begin_in(plan: &str, number: &str) -> Self {
        let plan = Plan::parse("x", plan, &|_, _| true, &mut |_| Err(String::new()));
        let plan = Arc::new(plan.unwrap_or_else(|faults| panic!("{faults}")));
        let noon = "2026-11-19T12:00:00".parse().unwrap();
        let visit = Visit::begin(plan, number, noon).unwrap();
        Self { visit, now: Moment::ZERO, last_play: PlayId(0), told: String::new() }
    }

    /// One thing a line: `answered`, `played`, `keys 123`, `wait SECONDS`, `facts FACT VALUE; …`.
    fn tell(&mut self, story: &str) {
        for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
            writeln!(self.told, "> {line}").unwrap();
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "answered" => self.happens(Input::Answered),
                "played" => self.happens(Input::Played(self.last_play)),
                "keys" => rest.chars().for_each(|key| self.happens(Input::Key(key))),
                "facts" => self.happens(Input::Facts(facts(rest))),
                "found" => {
                    let (ask, values) = rest.split_once(' ').unwrap_or((rest, "matter=order"));
                    let found = values.split(' ').map(|value| self.value(value)).collect();
                    self.fetched(ask, Fetched::Found(found));
                }
                "unknown" => self.fetched(rest, Fetched::Unknown),
                "failed" => self.fetched(rest, Fetched::Failed),
                "connected" => self.happens(Input::Connected),
                "left" => self.happens(Input::AgentLeft),
                "moved" => self.happens(Input::Moved(QueueId(0))),
                "wait" => self.wait(Duration::from_secs(rest.parse().unwrap())),
                other => panic!("no such word in a story: {other}"),
            }
        }
    }

    /// `NAME=VALUE`, of the kind that the variable has.
    fn value(&self, written: &str) -> (VariableId, Value) {
        let (name, value) = written.split_once('=').unwrap();
        let plan = self.visit.plan();
        let id = plan.variable_of(name).unwrap();
        let is_number = plan.variables[id.index()].kind == ValueKind::Number;
        let number = || Value::Number(value.parse().unwrap());
        let value = if is_number { number() } else { Value::text(value) };
        (id, value)
    }

    fn fetched(&mut self, ask: &str, fetched: Fetched) {
        self.happens(Input::Fetched { ask: ask.parse().unwrap(), fetched });
    }

    fn happens(&mut self, input: Input) {
        self.visit.handle(self.now, input);
        self.drain();
    }

    fn wait(&mut self, length: Duration) {
        let end = self.now + length;
        while let Some(due) = self.visit.poll_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.visit.handle_timeout(due);
            assert!(self.visit.poll_timeout().is_none_or(|next| next > due), "it would spin");
            self.drain();
        }
        self.now = end;
    }

    fn drain(&mut self) {
        while let Some(output) = self.visit.poll_output() {
            let line = self.line(output);
            writeln!(self.told, "{} {line}", self.now).unwrap();
        }
    }

    fn line(&mut self, output: Output) -> String {
        if let Output::Play { play, phrases, then } = &output {
            self.last_play = *play;
            let phrases: Vec<_> = phrases.iter().map(|phrase| self.phrase(*phrase)).collect();
            let then = match then {
                Then::Stop => String::new(),
                Then::Music(music) => format!(" then {}", self.phrase(*music)),
            };
            return format!("{play} [{}]{then}", phrases.join(" "));
        }
        if let Output::Decided { step, why, to } = &output {
            let plan = self.visit.plan();
            let step = plan.arrow(dialplan::Goto::Step(*step));
            return format!("{step} leads to {}: {why}", plan.arrow(*to));
        }
        if let Output::Noted { variable, value } = &output {
            let name = &self.visit.plan().variables[variable.index()].name;
            return format!("noted {name}: {value}");
        }
        format!("{output:?}")
    }

    fn phrase(&self, spoken: Spoken) -> String {
        let plan = self.visit.plan();
        format!("{}:{}", plan.language(spoken.language), plan.prompts[spoken.prompt.index()])
    }
}

/// `vip yes; waiting 6; caller +4670…; expected 90; time 990; weekday sat`, of the first queue.
fn facts(written: &str) -> Facts {
    let fact = |fact: &str| {
        let (name, value) = fact.trim().split_once(' ').unwrap();
        let text = || Value::Text(value.into());
        let number = || value.parse::<u16>().unwrap();
        match name {
            "vip" => (Fact::Vip, Value::YesNo(value == "yes")),
            "known" => (Fact::Known, Value::YesNo(value == "yes")),
            "waiting" => (Fact::Waiting(QueueId(0)), Value::Number(number().into())),
            "expected" => {
                let seconds = Duration::from_secs(number().into());
                (Fact::ExpectedWait(QueueId(0)), Value::Length(seconds))
            }
            "caller" => (Fact::Caller, text()),
            "weekday" => (Fact::Weekday, text()),
            "time" => (Fact::Time, Value::Time(number())),
            other => panic!("no such fact: {other}"),
        }
    };
    written.split(';').map(fact).collect()
}

fn check(number: &str, story: &str, expected: Expect) {
    let mut told = Story::begin(number);
    told.tell(story);
    expected.assert_eq(&told.told);
}

#[test]
fn a_branch_asks_once_for_all_that_it_needs_and_the_first_way_that_holds_is_taken() {
    check(
        "9000",
        "answered
         played
         facts vip yes; waiting 6; caller +46701234567; weekday thu; time 720",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns AskFacts([Caller, Vip, Time, Weekday, Waiting(queue-0), ExpectedWait(queue-0)])
            > facts vip yes; waiting 6; caller +46701234567; weekday thu; time 720
            0ns branch.who leads to queue.gold: vip and queue.support.waiting > 5
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn what_is_not_known_leads_nowhere_also_behind_a_not() {
    check(
        "9000",
        "answered
         played
         facts vip no; waiting 6; caller +46701234567; weekday thu; time 720",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns AskFacts([Caller, Vip, Time, Weekday, Waiting(queue-0), ExpectedWait(queue-0)])
            > facts vip no; waiting 6; caller +46701234567; weekday thu; time 720
            0ns branch.who leads to menu.main: otherwise
            0ns play-2 [sv:choose]
        "#]],
    );
    check(
        "9000",
        "answered
         played
         facts vip no; waiting 6; caller +46701234567; expected 301; weekday thu; time 720",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns AskFacts([Caller, Vip, Time, Weekday, Waiting(queue-0), ExpectedWait(queue-0)])
            > facts vip no; waiting 6; caller +46701234567; expected 301; weekday thu; time 720
            0ns branch.who leads to menu.main: caller starts with '070' and not queue.support.expected_wait <= 5m
            0ns play-2 [sv:choose]
        "#]],
    );
}

#[test]
fn keys_that_are_pressed_while_a_branch_is_being_told_are_kept_for_the_menu() {
    check(
        "9000",
        "answered
         played
         keys 1
         facts vip no; waiting 0; weekday thu; time 720",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns AskFacts([Caller, Vip, Time, Weekday, Waiting(queue-0), ExpectedWait(queue-0)])
            > keys 1
            > facts vip no; waiting 0; weekday thu; time 720
            0ns branch.who leads to menu.main: otherwise
            0ns Chose { menu: "main", key: '1' }
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn a_branch_on_what_the_visit_knows_asks_nobody() {
    check(
        "9000",
        "answered
         played
         facts vip no; waiting 0; weekday sat; time 720
         played",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns AskFacts([Caller, Vip, Time, Weekday, Waiting(queue-0), ExpectedWait(queue-0)])
            > facts vip no; waiting 0; weekday sat; time 720
            0ns branch.who leads to say.late: weekday = 'sat' or time >= 16:30
            0ns play-2 [sv:late]
            > played
            0ns branch.language leads to queue.gold: otherwise
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-3 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn a_key_cuts_what_is_said_only_where_every_way_leads_to_a_menu() {
    check(
        "9000",
        "answered\nkeys 1",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > keys 1
    "#]],
    );
    check(
        "9001",
        "answered
         keys 1
         facts known no",
        expect![[r#"
            > answered
            0ns play-1 [sv:either]
            > keys 1
            0ns AskFacts([Known])
            > facts known no
            0ns branch.menus leads to menu.main: otherwise
            0ns Chose { menu: "main", key: '1' }
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn who_is_moved_away_from_a_branch_hears_no_answer_to_it() {
    check(
        "9000",
        "answered
         played
         moved
         facts vip no; waiting 0; weekday thu; time 720",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns AskFacts([Caller, Vip, Time, Weekday, Waiting(queue-0), ExpectedWait(queue-0)])
            > moved
            0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
            > facts vip no; waiting 0; weekday thu; time 720
        "#]],
    );
}

#[test]
fn what_steps_note_decides_later_and_is_shown_as_it_is_last() {
    check(
        "9002",
        "answered",
        expect![[r#"
        > answered
        0ns noted matter: invoice
        0ns noted tries: 1
        0ns noted urgent: yes
        0ns branch.noted leads to set.again: matter starts with 'inv' and tries >= 1 and urgent
        0ns noted tries: 2
        0ns noted matter: order
        0ns play-1 [sv:choose]
    "#]],
    );
    let mut story = Story::begin("9002");
    story.tell("answered");
    let shown: Vec<_> =
        story.visit.shown().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(shown, ["matter=order", "tries=2"]);
}

#[test]
fn what_no_step_has_noted_is_unknown() {
    check(
        "9003",
        "answered",
        expect![[r#"
        > answered
        0ns noted customer: none
        0ns branch.noted leads to queue.support: matter = 'order' or customer is known
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
    "#]],
    );
    assert_eq!(Story::begin("9003").visit.shown().count(), 0);
}

#[test]
fn digits_are_collected_read_back_and_right() {
    check(
        "9010",
        "answered
         keys 8
         keys 112189876#
         played
         wait 1
         keys 1",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > keys 8
            > keys 112189876#
            0ns play-2 [sv:collect/typed sv:numbers/8 sv:numbers/1 sv:numbers/1 sv:numbers/2 sv:numbers/1 sv:numbers/8 sv:numbers/9 sv:numbers/8 sv:numbers/7 sv:numbers/6 sv:collect/right]
            > played
            > wait 1
            > keys 1
            1s noted person: 8112189876
            1s collect.person leads to queue.gold: typed
            1s Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            1s play-3 [] then sv:music
            1s AskPlace
        "#]],
    );
}

#[test]
fn digits_that_cannot_be_are_asked_for_again_until_the_last_try() {
    check(
        "9010",
        "answered
         played
         played
         keys 8112189875#
         played
         keys 99#",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns play-2 [sv:person]
            > played
            > keys 8112189875#
            0ns Quiet
            0ns play-3 [sv:collect/invalid sv:person]
            > played
            > keys 99#
            0ns Quiet
            0ns collect.person leads to queue.support: given up
            0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            0ns play-4 [] then sv:music
            0ns AskPlace
        "#]],
    );
    // Nothing is typed, and what is typed again counts as a try.
    check(
        "9010",
        "answered\nplayed\nplayed\nwait 7\nplayed\nwait 7",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > played
        0ns play-2 [sv:person]
        > played
        > wait 7
        7s play-3 [sv:collect/silent sv:person]
        > played
        > wait 7
        14s collect.person leads to queue.support: given up
        14s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        14s play-4 [] then sv:music
        14s AskPlace
    "#]],
    );
    check(
        "9010",
        "answered
         played
         keys 8112189876#
         keys 2
         keys 811218*7010632391#1",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns play-2 [sv:person]
            > keys 8112189876#
            0ns Quiet
            0ns play-3 [sv:collect/typed sv:numbers/8 sv:numbers/1 sv:numbers/1 sv:numbers/2 sv:numbers/1 sv:numbers/8 sv:numbers/9 sv:numbers/8 sv:numbers/7 sv:numbers/6 sv:collect/right]
            > keys 2
            0ns play-4 [sv:person]
            > keys 811218*7010632391#1
            0ns Quiet
            0ns play-5 [sv:collect/typed sv:numbers/7 sv:numbers/0 sv:numbers/1 sv:numbers/0 sv:numbers/6 sv:numbers/3 sv:numbers/2 sv:numbers/3 sv:numbers/9 sv:numbers/1 sv:collect/right]
            0ns noted person: 7010632391
            0ns collect.person leads to queue.gold: typed
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-6 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn a_pause_ends_digits_and_secret_ones_are_told_to_nobody() {
    check(
        "9011",
        "answered
         played
         wait 5
         keys 12
         wait 2
         played
         keys 1234",
        expect![[r#"
            > answered
            0ns play-1 [sv:pin]
            > played
            > wait 5
            > keys 12
            5s Quiet
            > wait 2
            7s play-2 [sv:wrong sv:pin]
            > played
            > keys 1234
            7s Quiet
            7s collect.pin leads to branch.pin: typed
            7s branch.pin leads to menu.main: pin is known
            7s play-3 [sv:choose]
        "#]],
    );
    let mut story = Story::begin("9011");
    story.tell("answered\nkeys 739");
    assert!(!format!("{:?}", story.visit).contains("739"));
    story.tell("keys 1");
    assert!(!story.told.replace("> keys 739", "").contains("739"), "{}", story.told);
    assert!(!format!("{:?}", story.visit).contains("7391"));
}

#[test]
fn digits_typed_ahead_count_and_what_follows_them_goes_on() {
    let mut story = Story::begin("9011");
    story.tell("keys 1234#1\nanswered");
    expect![[r#"
        > keys 1234#1
        > answered
        0ns collect.pin leads to branch.pin: typed
        0ns branch.pin leads to menu.main: pin is known
        0ns Chose { menu: "main", key: '1' }
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn the_operators_key_is_a_digit_while_digits_are_asked_for_and_a_number_is_noted_in_our_form() {
    check(
        "9012",
        "answered\nkeys 0701234567*",
        expect![[r#"
        > answered
        0ns play-1 [sv:phone]
        > keys 0701234567*
        0ns Quiet
        0ns noted phone: +46701234567
        0ns collect.phone leads to queue.gold: typed
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-2 [] then sv:music
        0ns AskPlace
    "#]],
    );
    check(
        "9010",
        "answered\nplayed\nkeys 8112189876#0",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > played
        0ns play-2 [sv:person]
        > keys 8112189876#0
        0ns Quiet
        0ns play-3 [sv:collect/typed sv:numbers/8 sv:numbers/1 sv:numbers/1 sv:numbers/2 sv:numbers/1 sv:numbers/8 sv:numbers/9 sv:numbers/8 sv:numbers/7 sv:numbers/6 sv:collect/right]
        0ns Chose { menu: "person", key: '0' }
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-4 [] then sv:music
        0ns AskPlace
    "#]],
    );
}

#[test]
fn the_end_key_of_digits_that_are_done_means_nothing_behind_them() {
    check(
        "9011",
        "answered\nkeys 1234\nkeys #\nkeys #",
        expect![[r#"
        > answered
        0ns play-1 [sv:pin]
        > keys 1234
        0ns Quiet
        0ns collect.pin leads to branch.pin: typed
        0ns branch.pin leads to menu.main: pin is known
        0ns play-2 [sv:choose]
        > keys #
        > keys #
        0ns play-3 [sv:invalid sv:choose]
    "#]],
    );
    check(
        "9011",
        "answered\nkeys 1234\nwait 2\nkeys #",
        expect![[r#"
        > answered
        0ns play-1 [sv:pin]
        > keys 1234
        0ns Quiet
        0ns collect.pin leads to branch.pin: typed
        0ns branch.pin leads to menu.main: pin is known
        0ns play-2 [sv:choose]
        > wait 2
        > keys #
        2s play-3 [sv:invalid sv:choose]
    "#]],
    );
}

#[test]
fn another_program_is_asked_with_what_is_known_and_its_answer_is_noted() {
    check(
        "9020",
        "answered\nkeys 1\nfound 1",
        expect![[r#"
        > answered
        0ns noted customer: 7
        0ns Fetch { step: step-17, ask: 1, known: {Variable(variable-3, Text): Text("7")} }
        > keys 1
        > found 1
        0ns noted matter: order
        0ns http.account leads to menu.main: found
        0ns Chose { menu: "main", key: '1' }
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
    "#]],
    );
    check(
        "9020",
        "answered\nunknown 1",
        expect![[r#"
        > answered
        0ns noted customer: 7
        0ns Fetch { step: step-17, ask: 1, known: {Variable(variable-3, Text): Text("7")} }
        > unknown 1
        0ns http.account leads to branch.language: unknown
        0ns branch.language leads to queue.gold: otherwise
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
    "#]],
    );
    check(
        "9020",
        "answered\nfailed 1",
        expect![[r#"
        > answered
        0ns noted customer: 7
        0ns Fetch { step: step-17, ask: 1, known: {Variable(variable-3, Text): Text("7")} }
        > failed 1
        0ns http.account leads to queue.support: failed
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
    "#]],
    );
}

#[test]
fn an_answer_to_an_earlier_question_is_not_listened_to() {
    check(
        "9020",
        "answered\nmoved\nfound 1",
        expect![[r#"
        > answered
        0ns noted customer: 7
        0ns Fetch { step: step-17, ask: 1, known: {Variable(variable-3, Text): Text("7")} }
        > moved
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
        > found 1
    "#]],
    );
    check(
        "9020",
        "answered\nfound 2",
        expect![[r#"
        > answered
        0ns noted customer: 7
        0ns Fetch { step: step-17, ask: 1, known: {Variable(variable-3, Text): Text("7")} }
        > found 2
    "#]],
    );
}

#[test]
fn entries_of_several_keys_are_taken_when_nothing_longer_fits_or_nothing_more_comes() {
    check(
        "9030",
        "answered\nkeys 2\nkeys 0\nkeys 4",
        expect![[r#"
        > answered
        0ns play-1 [sv:extension]
        > keys 2
        0ns Quiet
        > keys 0
        0ns Quiet
        > keys 4
        0ns menu.extension leads to queue.gold: 204
        0ns noted extension: 204
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-2 [] then sv:music
        0ns AskPlace
    "#]],
    );
    check(
        "9030",
        "answered\nkeys 2\nwait 3",
        expect![[r#"
        > answered
        0ns play-1 [sv:extension]
        > keys 2
        0ns Quiet
        > wait 3
        3s Chose { menu: "extension", key: '2' }
        3s noted extension: 2
        3s play-2 [sv:all-busy]
    "#]],
    );
    check(
        "9030",
        "answered\nkeys 21\nwait 3",
        expect![[r#"
        > answered
        0ns play-1 [sv:extension]
        > keys 21
        0ns Quiet
        0ns Quiet
        > wait 3
        3s Chose { menu: "extension", key: '2' }
        3s noted extension: 2
        3s play-2 [sv:all-busy]
    "#]],
    );
    check(
        "9030",
        "keys 9991\nanswered",
        expect![[r#"
        > keys 9991
        > answered
        0ns menu.extension leads to hangup.quiet: 999
        0ns noted extension: 999
        0ns HangUp(Finished)
    "#]],
    );
    check(
        "9030",
        "answered\nkeys 1",
        expect![[r#"
        > answered
        0ns play-1 [sv:extension]
        > keys 1
        0ns Chose { menu: "extension", key: '1' }
        0ns noted extension: 1
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-2 [] then sv:music
        0ns AskPlace
    "#]],
    );
}

#[test]
fn keys_that_fit_no_entry_use_a_try_and_the_operators_key_is_one_within_an_entry() {
    check(
        "9030",
        "answered\nplayed\nkeys 5\nplayed\nwait 5",
        expect![[r#"
        > answered
        0ns play-1 [sv:extension]
        > played
        > keys 5
        0ns play-2 [sv:invalid sv:extension]
        > played
        > wait 5
        5s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        5s play-3 [] then sv:music
        5s AskPlace
    "#]],
    );
    check(
        "9030",
        "answered\nplayed\nkeys 20\nkeys #",
        expect![[r#"
        > answered
        0ns play-1 [sv:extension]
        > played
        > keys 20
        0ns Quiet
        0ns Quiet
        > keys #
        0ns Chose { menu: "extension", key: '2' }
        0ns noted extension: 2
        0ns play-2 [sv:all-busy]
    "#]],
    );
    check(
        "9030",
        "answered\nplayed\nkeys 0",
        expect![[r#"
        > answered
        0ns play-1 [sv:extension]
        > played
        > keys 0
        0ns Chose { menu: "extension", key: '0' }
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then sv:music
        0ns AskPlace
    "#]],
    );
}

#[test]
fn a_call_is_ended_with_a_cause() {
    let mut story = Story::begin("9030");
    story.tell("answered\nkeys 2\nwait 3");
    assert_eq!(story.visit.cause(), Some(dialplan::Cause::Busy));
    story.tell("played");
    assert!(story.told.ends_with("HangUp(Finished)\n"), "{}", story.told);
}

#[test]
fn what_several_places_use_comes_back_to_where_it_was_used() {
    check(
        "9040",
        "answered\nplayed\nkeys 1\nplayed\nplayed",
        expect![[r#"
        > answered
        0ns play-1 [sv:pin]
        > played
        > keys 1
        0ns Quiet
        0ns collect.pin_of leads to say.thanks: typed
        0ns play-2 [sv:thanks]
        > played
        0ns play-3 [sv:thanks]
        > played
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-4 [] then sv:music
        0ns AskPlace
    "#]],
    );
}

#[test]
fn a_caller_whose_agent_hangs_up_goes_where_the_queue_asks_on() {
    check(
        "9040",
        "answered\nplayed\nwait 30\nplayed\nwait 30\nplayed\nwait 30\nconnected\nleft\nkeys 1",
        expect![[r#"
            > answered
            0ns play-1 [sv:pin]
            > played
            > wait 30
            7s play-2 [sv:collect/silent sv:pin]
            > played
            > wait 30
            37s play-3 [sv:collect/silent sv:pin]
            > played
            > wait 30
            67s collect.pin_of leads to queue.support: given up
            67s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            67s play-4 [] then sv:music
            67s AskPlace
            > connected
            > left
            90s play-5 [sv:extension]
            > keys 1
            90s Chose { menu: "extension", key: '1' }
            90s noted extension: 1
            90s Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            90s play-6 [] then sv:music
            90s AskPlace
        "#]],
    );
}

#[test]
fn values_are_said_among_recordings_and_asked_for_where_the_visit_does_not_know_them() {
    check(
        "9045",
        "answered
         found 1 balance=100.50 due=2026-12-24 points=21
         played
         facts caller +46701234567; expected 90",
        expect![[r#"
            > answered
            0ns Fetch { step: step-18, ask: 1, known: {} }
            > found 1 balance=100.50 due=2026-12-24 points=21
            0ns noted balance: 100.50
            0ns noted due: 2026-12-24
            0ns noted points: 21
            0ns http.balance leads to say.balance: found
            0ns Told { what: "balance", words: "etthundra kronor och femtio öre" }
            0ns Told { what: "due", words: "torsdag den tjugofjärde december" }
            0ns play-1 [sv:hello sv:numbers/100 sv:money/sek sv:words/and sv:numbers/50 sv:money/sek-cents en:or sv:weekdays/thursday sv:words/the sv:ordinals/24 sv:months/december]
            > played
            0ns AskFacts([Caller, ExpectedWait(queue-0)])
            > facts caller +46701234567; expected 90
            0ns Told { what: "caller", words: "noll sju noll, ett två tre, fyra fem, sex sju" }
            0ns Told { what: "points", words: "tjugoen" }
            0ns play-2 [sv:numbers/0 sv:numbers/7 sv:numbers/0 sv:pause sv:numbers/1 sv:numbers/2 sv:numbers/3 sv:pause sv:numbers/4 sv:numbers/5 sv:pause sv:numbers/6 sv:numbers/7 sv:queue/wait-about sv:numbers/2 sv:queue/minutes sv:numbers/21-common]
        "#]],
    );
}

#[test]
fn of_a_value_that_is_not_known_or_is_none_nothing_is_said_and_the_caller_goes_elsewhere() {
    for answer in
        ["balance=100.50", "balance=100.50 due=2026-02-30", "balance=1.234 due=2026-12-24"]
    {
        let mut told = Story::begin("9045");
        told.tell(&format!("answered\nfound 1 {answer}"));
        assert!(!told.told.contains("sv:hello"), "{}", told.told);
        assert!(told.told.contains("leads to queue.gold"), "{}", told.told);
    }
    check(
        "9045",
        "answered
         found 1 balance=0 due=20261224 points=1
         played
         facts expected 90",
        expect![[r#"
            > answered
            0ns Fetch { step: step-18, ask: 1, known: {} }
            > found 1 balance=0 due=20261224 points=1
            0ns noted balance: 0
            0ns noted due: 20261224
            0ns noted points: 1
            0ns http.balance leads to say.balance: found
            0ns Told { what: "balance", words: "noll kronor" }
            0ns Told { what: "due", words: "torsdag den tjugofjärde december" }
            0ns play-1 [sv:hello sv:numbers/0 sv:money/sek en:or sv:weekdays/thursday sv:words/the sv:ordinals/24 sv:months/december]
            > played
            0ns AskFacts([Caller, ExpectedWait(queue-0)])
            > facts expected 90
            0ns say.caller leads to queue.gold: caller is not known
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

/// Keys that work everywhere.
const ANYTIME: &str = r##"
languages = ["sv", "en"]
operator = "queue.support"

[keys]
"#" = "say.late"
"*" = "speak.english"
2 = "speak.english"

[number.9000]
goto = "say.welcome"
[say.welcome]
prompts = ["hello"]
goto = "menu.main"
[speak.english]
language = "en"
goto = "menu.main"
[menu.main]
prompts = ["choose"]
keys = { 1 = "collect.person", 3 = "menu.extension" }

[menu.extension]
prompts = ["extension"]
keys = { "2[0-9]{2}" = "queue.gold" }
[collect.person]
prompts = ["person"]
into = "person"
check = "personal_number"
confirm = true
goto = "queue.gold"

[say.late]
prompts = ["late"]
goto = "menu.main"

[queue.support]
[queue.gold]
[agent.1001]
secret = "x"
queues = "all"
"##;

#[test]
fn who_is_asked_whether_it_is_right_goes_on_by_yes_and_elsewhere_by_no() {
    check(
        "9050",
        "answered\nkeys 2",
        expect![[r#"
        > answered
        0ns noted order: 1042
        0ns Told { what: "order", words: "ett noll fyra två" }
        0ns play-1 [sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
        > keys 2
        0ns Chose { menu: "order", key: '2' }
        0ns play-2 [sv:choose]
    "#]],
    );
    // The values are asked for each time; the operator's key is the operator's.
    check(
        "9050",
        "answered\nplayed\nkeys 1\nfacts caller +46701234567\nkeys 7\nfacts caller +46701234567\nkeys *",
        expect![[r#"
            > answered
            0ns noted order: 1042
            0ns Told { what: "order", words: "ett noll fyra två" }
            0ns play-1 [sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
            > played
            > keys 1
            0ns Chose { menu: "order", key: '1' }
            0ns AskFacts([Caller])
            > facts caller +46701234567
            0ns Told { what: "caller", words: "noll sju noll, ett två tre, fyra fem, sex sju" }
            0ns play-2 [sv:you-call-from sv:numbers/0 sv:numbers/7 sv:numbers/0 sv:pause sv:numbers/1 sv:numbers/2 sv:numbers/3 sv:pause sv:numbers/4 sv:numbers/5 sv:pause sv:numbers/6 sv:numbers/7 en:star-or-hash]
            > keys 7
            0ns AskFacts([Caller])
            > facts caller +46701234567
            0ns Told { what: "caller", words: "noll sju noll, ett två tre, fyra fem, sex sju" }
            0ns play-3 [sv:invalid sv:you-call-from sv:numbers/0 sv:numbers/7 sv:numbers/0 sv:pause sv:numbers/1 sv:numbers/2 sv:numbers/3 sv:pause sv:numbers/4 sv:numbers/5 sv:pause sv:numbers/6 sv:numbers/7 en:star-or-hash]
            > keys *
            0ns AskFacts([Caller])
        "#]],
    );
    check(
        "9050",
        "answered\nkeys 1\nfacts caller +46701234567\nkeys 0",
        expect![[r#"
        > answered
        0ns noted order: 1042
        0ns Told { what: "order", words: "ett noll fyra två" }
        0ns play-1 [sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
        > keys 1
        0ns Chose { menu: "order", key: '1' }
        0ns AskFacts([Caller])
        > facts caller +46701234567
        0ns Told { what: "caller", words: "noll sju noll, ett två tre, fyra fem, sex sju" }
        0ns play-2 [sv:you-call-from sv:numbers/0 sv:numbers/7 sv:numbers/0 sv:pause sv:numbers/1 sv:numbers/2 sv:numbers/3 sv:pause sv:numbers/4 sv:numbers/5 sv:pause sv:numbers/6 sv:numbers/7 en:star-or-hash]
        > keys 0
        0ns Chose { menu: "caller", key: '0' }
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-3 [] then sv:music
        0ns AskPlace
    "#]],
    );
}

#[test]
fn who_answers_wrongly_or_not_is_asked_again_and_then_goes_elsewhere() {
    check(
        "9050",
        "answered\nplayed\nwait 5\nkeys 5",
        expect![[r#"
        > answered
        0ns noted order: 1042
        0ns Told { what: "order", words: "ett noll fyra två" }
        0ns play-1 [sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
        > played
        > wait 5
        5s Told { what: "order", words: "ett noll fyra två" }
        5s play-2 [sv:no-choice sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
        > keys 5
        5s confirm.order leads to queue.support: given up
        5s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        5s play-3 [] then sv:music
        5s AskPlace
    "#]],
    );
    check(
        "9050",
        "answered\nkeys 5\nplayed\nwait 5",
        expect![[r#"
        > answered
        0ns noted order: 1042
        0ns Told { what: "order", words: "ett noll fyra två" }
        0ns play-1 [sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
        > keys 5
        0ns Told { what: "order", words: "ett noll fyra två" }
        0ns play-2 [sv:invalid sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
        > played
        > wait 5
        5s confirm.order leads to queue.support: given up
        5s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        5s play-3 [] then sv:music
        5s AskPlace
    "#]],
    );
}

#[test]
fn what_can_not_be_said_is_not_asked_even_of_who_typed_ahead() {
    check(
        "9050",
        "answered\nkeys 1*\nfacts vip no",
        expect![[r#"
        > answered
        0ns noted order: 1042
        0ns Told { what: "order", words: "ett noll fyra två" }
        0ns play-1 [sv:your-order sv:numbers/1 sv:numbers/0 sv:numbers/4 sv:numbers/2 sv:confirm/right]
        > keys 1*
        0ns Chose { menu: "order", key: '1' }
        0ns AskFacts([Caller])
        > facts vip no
        0ns confirm.caller leads to queue.support: caller is not known
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then sv:music
        0ns AskPlace
    "#]],
    );
    check(
        "9050",
        "keys 1*\nanswered\nfacts caller +46701234567",
        expect![[r#"
        > keys 1*
        > answered
        0ns noted order: 1042
        0ns Chose { menu: "order", key: '1' }
        0ns AskFacts([Caller])
        > facts caller +46701234567
        0ns Chose { menu: "caller", key: '*' }
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
    "#]],
    );
}

fn check_anytime(story: &str, expected: Expect) {
    let mut told = Story::begin_in(ANYTIME, "9000");
    told.tell(story);
    expected.assert_eq(&told.told);
}

#[test]
fn keys_lead_away_from_everywhere() {
    check_anytime(
        "answered\nkeys 2\nkeys *",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > keys 2
        0ns Chose { menu: "welcome", key: '2' }
        0ns Language(language-1)
        0ns play-2 [en:choose]
        > keys *
        0ns Chose { menu: "main", key: '*' }
        0ns play-3 [en:choose]
    "#]],
    );
    // Also typed ahead: what is typed behind them is meant for where they lead.
    check_anytime(
        "answered\nkeys *3",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > keys *3
        0ns Chose { menu: "welcome", key: '*' }
        0ns Language(language-1)
        0ns play-2 [en:choose]
        0ns Chose { menu: "main", key: '3' }
        0ns play-3 [en:extension]
    "#]],
    );
    // When digits are read back.
    check_anytime(
        "answered\nkeys 1\nkeys 8112189876#*",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > keys 1
        0ns Chose { menu: "main", key: '1' }
        0ns play-2 [sv:person]
        > keys 8112189876#*
        0ns Quiet
        0ns play-3 [sv:collect/typed sv:numbers/8 sv:numbers/1 sv:numbers/1 sv:numbers/2 sv:numbers/1 sv:numbers/8 sv:numbers/9 sv:numbers/8 sv:numbers/7 sv:numbers/6 sv:collect/right]
        0ns Chose { menu: "person", key: '*' }
        0ns Language(language-1)
        0ns play-4 [en:choose]
    "#]],
    );
}

#[test]
fn a_step_s_own_use_of_a_key_goes_before_that_of_everywhere() {
    // An entry of a menu, also of which the key is the beginning only.
    check_anytime(
        "answered\nkeys 3\nkeys 255",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > keys 3
        0ns Chose { menu: "main", key: '3' }
        0ns play-2 [sv:extension]
        > keys 255
        0ns Quiet
        0ns Quiet
        0ns menu.extension leads to queue.gold: 255
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-3 [] then sv:music
        0ns AskPlace
    "#]],
    );
    // Where digits are asked for they are digits, `*` takes them back, and the end key ends them.
    check_anytime(
        "answered\nkeys 1\nkeys 2*8112189876#",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > keys 1
        0ns Chose { menu: "main", key: '1' }
        0ns play-2 [sv:person]
        > keys 2*8112189876#
        0ns Quiet
        0ns play-3 [sv:collect/typed sv:numbers/8 sv:numbers/1 sv:numbers/1 sv:numbers/2 sv:numbers/1 sv:numbers/8 sv:numbers/9 sv:numbers/8 sv:numbers/7 sv:numbers/6 sv:collect/right]
    "#]],
    );
    // Where they are read back, 1 and 2 answer.
    check_anytime(
        "answered\nkeys 1\nkeys 8112189876#2",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > keys 1
        0ns Chose { menu: "main", key: '1' }
        0ns play-2 [sv:person]
        > keys 8112189876#2
        0ns Quiet
        0ns play-3 [sv:collect/typed sv:numbers/8 sv:numbers/1 sv:numbers/1 sv:numbers/2 sv:numbers/1 sv:numbers/8 sv:numbers/9 sv:numbers/8 sv:numbers/7 sv:numbers/6 sv:collect/right]
        0ns play-4 [sv:person]
    "#]],
    );
}

/// Callers of a plan that says nothing of an operator, but for what stands here.
const UNSAID: &str = r#"
[number.9000]
goto = "say.welcome"
[say.welcome]
prompts = ["hello"]
goto = "menu.main"
[menu.main]
prompts = ["choose"]
keys = { 1 = "menu.zero" }
tries = 1
[menu.zero]
prompts = ["zero"]
keys = { 0 = "say.back" }
[say.back]
prompts = ["back"]
goto = "menu.zero"
[queue.support]
[agent.1001]
secret = "x"
queues = "all"
"#;

fn check_unsaid(more: &str, story: &str, expected: Expect) {
    let mut told = Story::begin_in(&format!("{more}{UNSAID}"), "9000");
    told.tell(story);
    expected.assert_eq(&told.told);
}

#[test]
fn key_0_leads_to_the_only_queue_from_anywhere_where_the_plan_does_not_say_otherwise() {
    check_unsaid(
        "",
        "answered\nkeys 0",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys 0
        0ns Chose { menu: "welcome", key: '0' }
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then en:music
        0ns AskPlace
    "#]],
    );
    check_unsaid(
        "",
        "answered\nkeys 7",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys 7
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then en:music
        0ns AskPlace
    "#]],
    );
    // Who says nothing is led to a person, too.
    check_unsaid(
        "",
        "answered\nplayed\nplayed\nwait 5",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > played
        0ns play-2 [en:choose]
        > played
        > wait 5
        5s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        5s play-3 [] then en:music
        5s AskPlace
    "#]],
    );
    check_unsaid(
        "operator = \"none\"",
        "answered\nkeys 0\nplayed\nwait 5",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys 0
        0ns HangUp(Finished)
        > played
        > wait 5
    "#]],
    );
    check_unsaid(
        "operator_key = \"#\"",
        "answered\nkeys #",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys #
        0ns Chose { menu: "welcome", key: '#' }
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then en:music
        0ns AskPlace
    "#]],
    );
}

#[test]
fn a_use_of_its_own_that_a_menu_has_for_key_0_goes_first_also_ahead_of_the_menu() {
    check_unsaid(
        "",
        "answered\nkeys 1\nkeys 0\nkeys 0",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys 1
        0ns Chose { menu: "main", key: '1' }
        0ns play-2 [en:zero]
        > keys 0
        0ns Chose { menu: "zero", key: '0' }
        0ns play-3 [en:back]
        > keys 0
        0ns Chose { menu: "zero", key: '0' }
        0ns play-4 [en:back]
    "#]],
    );
    check_unsaid(
        "[keys]\n0 = \"say.back\"",
        "answered\nkeys 0",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys 0
        0ns Chose { menu: "welcome", key: '0' }
        0ns play-2 [en:back]
    "#]],
    );
}

#[test]
fn key_0_leads_to_the_queue_that_is_called_operator_and_nowhere_where_none_of_several_is() {
    check_unsaid(
        "[queue.operator]",
        "answered\nkeys 0",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys 0
        0ns Chose { menu: "welcome", key: '0' }
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then en:music
        0ns AskPlace
    "#]],
    );
    check_unsaid(
        "[queue.reception]",
        "answered\nkeys 0\nplayed\nwait 5",
        expect![[r#"
        > answered
        0ns play-1 [en:hello]
        > keys 0
        0ns HangUp(Finished)
        > played
        > wait 5
    "#]],
    );
}

#[test]
fn a_visit_is_gone_on_with_by_another_process_and_what_is_secret_is_not_handed_on() {
    let mut story = Story::begin("9011");
    assert_eq!(story.visit.to_resume(), None, "who has not been answered cannot be taken up");
    story.tell("keys 1234#1\nanswered");
    let secret = story.visit.to_resume().unwrap();
    assert_eq!(secret.notes, []);

    let mut story = Story::begin("9020");
    story.tell("answered\nkeys 1\nfound 1");
    let resumed = story.visit.to_resume().unwrap();
    let notes: Vec<&str> = resumed.notes.iter().map(|(name, _)| &**name).collect();
    assert_eq!(notes, ["matter", "customer"]);
    let again = Visit::resumed(LATER, Arc::clone(story.visit.plan()), resumed.clone());
    assert_eq!(again.to_resume(), Some(resumed));
    let mut story = story_of(again);
    story.happens(Input::StandsAgain);
    expect![[r#"
        9s play-1 [] then sv:music
        9s AskPlace
    "#]]
    .assert_eq(&story.told);
}

const LATER: Moment = Moment::from_micros(9_000_000);

/// Another process goes on with a visit.
fn story_of(visit: Visit) -> Story {
    let mut story = Story { visit, now: LATER, last_play: PlayId(0), told: String::new() };
    story.drain();
    story
}

#[test]
fn a_visit_outside_of_queues_is_gone_on_with_at_the_beginning_of_its_step() {
    let mut story = Story::begin("9000");
    story.tell("answered\nplayed");
    let resumed = story.visit.to_resume().unwrap();
    assert_eq!(resumed.at.queue(), None);
    let mut again = story_of(Visit::resumed(LATER, Arc::clone(story.visit.plan()), resumed));
    again.happens(Input::StandsAgain);
    expect![[r#"
        9s AskFacts([Caller, Vip, Time, Weekday, Waiting(queue-0), ExpectedWait(queue-0)])
    "#]]
    .assert_eq(&again.told);
}
