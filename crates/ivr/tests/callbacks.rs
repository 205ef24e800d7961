//! Stories of callers who may be called back: what happens on the left, what the visit asks for on the
//! right.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use clock::{Duration, Moment};
use dialplan::Plan;
use expect_test::{Expect, expect};
use ids::{PlayId, QueueId};
use ivr::{
    CHOICES_MAX, Input, NUMBERS_MAX, NoCallback, Number, Output, Spoken, TRIES_MAX, Then,
    Unchanged, Visit,
};
use jiff::civil::date;
use speech::Appointment;
use std::fmt::Write;
use std::sync::Arc;

const PLAN: &str = r#"
languages = ["sv", "en"]
country = "46"
operator = "queue.operator"

[number.9000]
goto = "callback.support"
[number.9001]
goto = "callback.own"
[number.9002]
goto = "say.hello"
[number.9003]
goto = "queue.support"

[say.hello]
prompts = ["hello"]
goto = "callback.support"

[callback.support]
queue = "support"

[callback.own]
queue = "support"
prompts = ["we-call"]
may_type = false
full = "say.sorry"
otherwise = "say.bye"
goto = "say.bye"

[number.9004]
goto = "callback.times"
[number.9005]
goto = "callback.times"
language = "en"

[callback.times]
queue = "support"
slots = { every = "30m", offered = 2 }
otherwise = "say.bye"
too_late = "say.sorry"

[number.9006]
goto = "callback.kept"

[callback.kept]
queue = "support"
slots = { every = "30m", offered = 2 }
full = "menu.rest"

[menu.rest]
prompts = ["what-now"]
keys = { 2 = "say.bye" }

[say.sorry]
prompts = ["sorry"]
[say.bye]
prompts = ["goodbye"]

[queue.support]
announce_place = "0s"
[[queue.support.at]]
after = "10s"
prompts = ["offer"]
keys = { 5 = "callback.support" }
[queue.operator]
announce_place = "0s"

[agent.1001]
secret = "x"
queues = "all"

[trunk.carrier]
host = "192.0.2.1"
dial = ["+46"]
"#;

/// The stories begin at noon.
const MIDNIGHT: Moment = Moment::from_micros(12 * 3_600 * 1_000_000);

/// A caller with the transcript of the visit.
struct Story {
    visit: Visit,
    now: Moment,
    last_play: PlayId,
    told: String,
}

impl Story {
    fn begin(dialled: &str) -> Self {
        Self::in_plan(PLAN, dialled)
    }

    fn in_plan(plan: &str, dialled: &str) -> Self {
        let plan = Plan::parse("x", plan, &|_, _| true, &mut |_| Err(String::new())).unwrap();
        let noon = "2026-11-19T12:00:00".parse().unwrap();
        let visit = Visit::begin(Arc::new(plan), dialled, noon).unwrap();
        Self { visit, now: Moment::ZERO, last_play: PlayId(0), told: String::new() }
    }

    /// One word each: `answered`, `played`, `keys KEYS`, `number NUMBER`, `no number`, `refused`,
    /// `late`, `has PLACE`, `at TIME`, `times TIMES`, `only TIMES`, `gone`, `unchanged [TIME]`, `called`, `off`, `up`, `stands` and `falls` of an offer, `promised [TIME]`, `moved`, `dismissed`, `wait SECONDS`.
    fn tell(&mut self, story: &str) {
        for line in story.split([',', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
            writeln!(self.told, "> {line}").unwrap();
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "answered" => self.happens(Input::Answered),
                "played" => self.happens(Input::Played(self.last_play)),
                "keys" => rest.chars().for_each(|key| self.happens(Input::Key(key))),
                "number" => {
                    self.happens(Input::CallbackNumber(Some(Number::new(rest).unwrap())));
                }
                "no" => self.happens(Input::CallbackNumber(None)),
                "refused" => self.happens(Input::CallbackRefused(NoCallback::Full)),
                "late" => self.happens(Input::CallbackRefused(NoCallback::TooLate)),
                "has" => self.happens(Input::CallbackStands {
                    number: Number::new("07").unwrap(),
                    place: rest.parse().ok(),
                    at: None,
                    day_ends: MIDNIGHT,
                }),
                "times" => self.times(rest, Ok(())),
                "only" => self.times(rest, Err(NoCallback::TooLate)),
                "gone" => self.happens(Input::CallbackTimeGone),
                "at" => self.happens(Input::CallbackStands {
                    number: Number::new("07").unwrap(),
                    place: None,
                    at: appointment(rest),
                    day_ends: MIDNIGHT,
                }),
                "unchanged" => {
                    let at = appointment(rest).map_or(Unchanged::AtTurn, Unchanged::At);
                    self.happens(Input::CallbackUnchanged(at));
                }
                "called" => self.happens(Input::CallbackUnchanged(Unchanged::CalledNow)),
                "off" => self.happens(Input::CallbackCalledOff),
                "up" => self.happens(Input::CallbackTakenUp),
                "stands" => self.happens(Input::OfferStands(true)),
                "falls" => self.happens(Input::OfferStands(false)),
                "promised" => self.happens(Input::CallbackPromised(appointment(rest))),
                "moved" => self.happens(Input::Moved(QueueId(1))),
                "dismissed" => self.happens(Input::Dismissed),
                "wait" => self.wait(Duration::from_secs(rest.parse().unwrap())),
                other => panic!("no such word in a story: {other}"),
            }
        }
    }

    /// These are free, with blanks between them.
    fn times(&mut self, free: &str, at_turn: Result<(), NoCallback>) {
        let times = free.split(' ').filter_map(appointment).collect();
        self.happens(Input::CallbackTimes { times, at_turn, day_ends: MIDNIGHT });
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
        match &output {
            Output::Play { play, phrases, then } => {
                self.last_play = *play;
                let phrases: Vec<_> = phrases.iter().map(|phrase| self.phrase(*phrase)).collect();
                let then = match then {
                    Then::Stop => String::new(),
                    Then::Music(music) => format!(" then {}", self.phrase(*music)),
                };
                format!("{play} [{}]{then}", phrases.join(" "))
            }
            Output::OpenCallback { step, typed: None } => format!("OpenCallback({step})"),
            Output::OpenCallback { step, typed: Some(number) } => {
                format!("OpenCallback({step}, {})", number.as_str())
            }
            Output::PromiseCallback { step, number, at: None } => {
                format!("PromiseCallback({step}, {})", number.as_str())
            }
            Output::PromiseCallback { step, number, at: Some(at) } => {
                format!("PromiseCallback({step}, {}, {at})", number.as_str())
            }
            Output::AskTimes { step, number } => {
                format!("AskTimes({step}, {})", number.as_str())
            }
            Output::Quiet
            | Output::Enqueue { .. }
            | Output::LeaveQueue { .. }
            | Output::LookUp { .. }
            | Output::AskFacts(_)
            | Output::Decided { .. }
            | Output::Fetch { .. }
            | Output::Told { .. }
            | Output::Noted { .. }
            | Output::Dial(_)
            | Output::AskPlace
            | Output::AskOffer(_)
            | Output::CallOffCallback(_)
            | Output::TakeUpCallback(_)
            | Output::PlaceTold(_)
            | Output::WaitTold { .. }
            | Output::WaitKept
            | Output::OpenVoicemail(_)
            | Output::Record(_)
            | Output::StopRecording
            | Output::KeepMessage
            | Output::DiscardMessage
            | Output::Chose { .. }
            | Output::Language(_)
            | Output::Whisper(_)
            | Output::HangUp(_) => format!("{output:?}"),
        }
    }

    /// Without the language, which is the same all along, and the folders.
    fn phrase(&self, spoken: Spoken) -> String {
        let name = &self.visit.plan().prompts[spoken.prompt.index()];
        name.strip_prefix("numbers/").unwrap_or(name).to_owned()
    }
}

/// A time as it is told at noon of the story's day.
fn appointment(at: &str) -> Option<Appointment> {
    Some(Appointment { at: at.parse().ok()?, today: date(2026, 11, 19) })
}

fn check(dialled: &str, story: &str, expected: Expect) {
    let mut told = Story::begin(dialled);
    told.tell(story);
    expected.assert_eq(&told.told);
}

#[test]
fn a_caller_confirms_the_own_number_and_is_thanked_when_the_promise_is_kept() {
    check(
        "9000",
        "answered, number 0701234567, played, keys 1, promised, played",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > number 0701234567
            0ns play-1 [callback/offer callback/number 0 7 0 pause 1 2 3 pause 4 5 pause 6 7 callback/confirm callback/another]
            > played
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-1, 0701234567)
            > promised
            0ns play-2 [callback/promised]
            > played
            0ns HangUp(Finished)
        "#]],
    );
}

#[test]
fn who_waits_for_the_promise_hears_music_after_a_second_and_then_the_thanks_or_that_there_is_none()
{
    check(
        "9000",
        "answered, number 07, keys 1, wait 9, promised, played",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > number 07
            0ns play-1 [callback/offer callback/number 0 7 callback/confirm callback/another]
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-1, 07)
            > wait 9
            1s play-2 [] then music
            > promised
            9s play-3 [callback/promised]
            > played
            9s HangUp(Finished)
        "#]],
    );
    check(
        "9001",
        "answered, number 07, keys 1, wait 9, refused, wait 1, played",
        expect![[r#"
            > answered
            0ns OpenCallback(step-2)
            > number 07
            0ns play-1 [we-call callback/number 0 7 callback/confirm]
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-2, 07)
            > wait 9
            1s play-2 [] then music
            > refused
            9s play-3 [callback/full]
            > wait 1
            > played
            10s play-4 [sorry]
        "#]],
    );
}

#[test]
fn a_number_of_another_country_begins_with_plus() {
    check(
        "9000",
        "answered, number +4791",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > number +4791
            0ns play-1 [callback/offer callback/number words/plus 4 7 pause 9 1 callback/confirm callback/another]
        "#]],
    );
}

#[test]
fn a_callback_says_its_own_prompts_and_leads_where_it_says() {
    check(
        "9001",
        "answered, number 08123, keys 1, promised, played, played",
        expect![[r#"
            > answered
            0ns OpenCallback(step-2)
            > number 08123
            0ns play-1 [we-call callback/number 0 8 1 pause 2 3 callback/confirm]
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-2, 08123)
            > promised
            0ns play-2 [callback/promised]
            > played
            0ns play-3 [goodbye]
            > played
            0ns HangUp(Finished)
        "#]],
    );
}

#[test]
fn a_caller_gives_another_number_which_is_read_back_before_it_is_promised() {
    check(
        "9000",
        "answered, number 0701, keys 2, played, keys 08123#, number 08123, keys 1, promised",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > number 0701
            0ns play-1 [callback/offer callback/number 0 7 0 1 callback/confirm callback/another]
            > keys 2
            0ns play-2 [callback/type]
            > played
            > keys 08123#
            0ns Quiet
            0ns OpenCallback(step-1, 08123)
            > number 08123
            0ns play-3 [callback/number 0 8 1 pause 2 3 callback/confirm callback/another]
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-1, 08123)
            > promised
            0ns play-4 [callback/promised]
        "#]],
    );
}

#[test]
fn a_number_ends_by_silence_too_and_is_cleared_by_the_star() {
    check(
        "9000",
        "answered, number 0701, keys 2, keys 07*08, wait 4, keys 1, wait 5",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > number 0701
            0ns play-1 [callback/offer callback/number 0 7 0 1 callback/confirm callback/another]
            > keys 2
            0ns play-2 [callback/type]
            > keys 07*08
            0ns Quiet
            > wait 4
            > keys 1
            > wait 5
            9s OpenCallback(step-1, 081)
        "#]],
    );
}

#[test]
fn a_withheld_number_is_asked_for() {
    check(
        "9000",
        "answered, no number, played, keys 0812#, number 0812, keys 1",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > no number
            0ns play-1 [callback/offer callback/type]
            > played
            > keys 0812#
            0ns Quiet
            0ns OpenCallback(step-1, 0812)
            > number 0812
            0ns play-2 [callback/number 0 8 1 2 callback/confirm callback/another]
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-1, 0812)
        "#]],
    );
}

#[test]
fn who_withholds_the_number_and_may_type_none_is_promised_nothing() {
    check(
        "9001",
        "answered, no number, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-2)
        > no number
        0ns play-1 [callback/full]
        > played
        0ns play-2 [sorry]
    "#]],
    );
}

#[test]
fn a_number_that_can_not_be_called_is_asked_for_again() {
    check(
        "9000",
        "answered, number 0701, keys 2, keys 00#, no number, played, keys 0812#, number 0812",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > number 0701
            0ns play-1 [callback/offer callback/number 0 7 0 1 callback/confirm callback/another]
            > keys 2
            0ns play-2 [callback/type]
            > keys 00#
            0ns Quiet
            0ns OpenCallback(step-1, 00)
            > no number
            0ns play-3 [callback/not-possible callback/type]
            > played
            > keys 0812#
            0ns Quiet
            0ns OpenCallback(step-1, 0812)
            > number 0812
            0ns play-4 [callback/number 0 8 1 2 callback/confirm callback/another]
        "#]],
    );
}

#[test]
fn a_caller_who_says_nothing_goes_back_to_the_queue_after_three_tries() {
    check(
        "9000",
        "answered, number 07, played, wait 5, played, wait 5, played, wait 5",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > number 07
            0ns play-1 [callback/offer callback/number 0 7 callback/confirm callback/another]
            > played
            > wait 5
            5s play-2 [callback/number 0 7 callback/confirm callback/another]
            > played
            > wait 5
            10s play-3 [callback/number 0 7 callback/confirm callback/another]
            > played
            > wait 5
            15s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            15s play-4 [] then music
        "#]],
    );
    assert_eq!(TRIES_MAX, 3, "so often it is asked above");
}

#[test]
fn a_key_that_means_nothing_is_told_and_is_a_try() {
    check(
        "9001",
        "answered, number 07, keys 2, keys 7, keys 8",
        expect![[r#"
        > answered
        0ns OpenCallback(step-2)
        > number 07
        0ns play-1 [we-call callback/number 0 7 callback/confirm]
        > keys 2
        0ns play-2 [invalid callback/number 0 7 callback/confirm]
        > keys 7
        0ns play-3 [invalid callback/number 0 7 callback/confirm]
        > keys 8
        0ns play-4 [goodbye]
    "#]],
    );
}

#[test]
fn who_types_nothing_is_asked_again_and_then_goes_back_to_the_queue() {
    check(
        "9000",
        "answered, no number, played, wait 5, keys #, keys *, wait 5",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > no number
            0ns play-1 [callback/offer callback/type]
            > played
            > wait 5
            5s play-2 [callback/type]
            > keys #
            5s Quiet
            5s play-3 [callback/type]
            > keys *
            5s Quiet
            > wait 5
            10s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            10s play-4 [] then music
        "#]],
    );
}

#[test]
fn numbers_are_typed_only_so_often() {
    let mut story = Story::begin("9000");
    story.tell("answered, number 07");
    for _ in 0..NUMBERS_MAX {
        story.tell("keys 2, keys 08#, number 08");
    }
    assert!(!story.told.contains("Enqueue"));
    story.tell("keys 2");
    assert!(story.told.contains("Enqueue { queue: queue-0"), "{}", story.told);
}

#[test]
fn a_callback_that_is_refused_says_so_whenever_it_comes() {
    check(
        "9000",
        "answered, refused, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > refused
        0ns play-1 [callback/full]
        > played
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then music
    "#]],
    );
    check(
        "9001",
        "answered, number 07, keys 1, refused, played, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-2)
        > number 07
        0ns play-1 [we-call callback/number 0 7 callback/confirm]
        > keys 1
        0ns Quiet
        0ns PromiseCallback(step-2, 07)
        > refused
        0ns play-2 [callback/full]
        > played
        0ns play-3 [sorry]
        > played
        0ns HangUp(Finished)
    "#]],
    );
    check(
        "9001",
        "answered, number 07, keys 1, promised, refused",
        expect![[r#"
        > answered
        0ns OpenCallback(step-2)
        > number 07
        0ns play-1 [we-call callback/number 0 7 callback/confirm]
        > keys 1
        0ns Quiet
        0ns PromiseCallback(step-2, 07)
        > promised
        0ns play-2 [callback/promised]
        > refused
    "#]],
    );
}

#[test]
fn keys_typed_ahead_reach_through_the_questions() {
    check(
        "9002",
        "answered, keys 1, number 07",
        expect![[r#"
        > answered
        0ns play-1 [hello]
        > keys 1
        0ns OpenCallback(step-1)
        > number 07
        0ns Quiet
        0ns PromiseCallback(step-1, 07)
    "#]],
    );
    check(
        "9000",
        "answered, keys 208#1, number 07, number 08",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > keys 208#1
        > number 07
        0ns Quiet
        0ns OpenCallback(step-1, 08)
        > number 08
        0ns Quiet
        0ns PromiseCallback(step-1, 08)
    "#]],
    );
}

#[test]
fn keys_typed_ahead_are_no_beginning_of_a_number_that_is_asked_for() {
    check(
        "9000",
        "answered, keys 1, no number, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > keys 1
        > no number
        0ns play-1 [callback/offer callback/type]
        > played
    "#]],
    );
}

#[test]
fn the_operator_key_leads_away_and_is_a_digit_of_a_number() {
    check(
        "9000",
        "answered, number 07, keys 0",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > number 07
        0ns play-1 [callback/offer callback/number 0 7 callback/confirm callback/another]
        > keys 0
        0ns Chose { menu: "support", key: '0' }
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-2 [] then music
    "#]],
    );
    check(
        "9000",
        "answered, no number, keys 0",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > no number
        0ns play-1 [callback/offer callback/type]
        > keys 0
        0ns Quiet
    "#]],
    );
    check(
        "9000",
        "answered, refused, keys 0",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > refused
        0ns play-1 [callback/full]
        > keys 0
        0ns Chose { menu: "support", key: '0' }
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-2 [] then music
    "#]],
    );
}

#[test]
fn a_key_of_an_offer_leads_from_the_queue_to_a_callback_and_back() {
    check(
        "9003",
        "answered, wait 10, stands, keys 5, number 07, keys 1, refused, played",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            0ns play-1 [] then music
            > wait 10
            10s AskOffer([step-1])
            > stands
            10s play-2 [offer] then music
            > keys 5
            10s LeaveQueue { key: '5', to: Step(step-1) }
            10s OpenCallback(step-1)
            > number 07
            10s play-3 [callback/offer callback/number 0 7 callback/confirm callback/another]
            > keys 1
            10s Quiet
            10s PromiseCallback(step-1, 07)
            > refused
            10s play-4 [callback/full]
            > played
            10s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            10s play-5 [] then music
        "#]],
    );
}

#[test]
fn who_is_moved_or_dismissed_leaves_the_questions() {
    check(
        "9000",
        "answered, number 07, moved",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > number 07
        0ns play-1 [callback/offer callback/number 0 7 callback/confirm callback/another]
        > moved
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-2 [] then music
    "#]],
    );
    check(
        "9000",
        "answered, no number, keys 08, dismissed, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > no number
        0ns play-1 [callback/offer callback/type]
        > keys 08
        0ns Quiet
        > dismissed
        0ns play-2 [goodbye]
        > played
        0ns HangUp(Withdrawn)
    "#]],
    );
}

#[test]
fn an_offer_that_can_not_be_kept_is_passed_over_and_its_key_leads_nowhere() {
    check(
        "9003",
        "answered, wait 10, falls, keys 5, wait 30",
        expect![[r#"
        > answered
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-1 [] then music
        > wait 10
        10s AskOffer([step-1])
        > falls
        > keys 5
        > wait 30
    "#]],
    );
}

#[test]
fn who_would_be_called_back_too_late_hears_so_and_goes_where_the_plan_says() {
    check(
        "9000",
        "answered, late, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > late
        0ns play-1 [callback/too-late]
        > played
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then music
    "#]],
    );
    check(
        "9000",
        "answered, number 07, keys 1, late, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > number 07
        0ns play-1 [callback/offer callback/number 0 7 callback/confirm callback/another]
        > keys 1
        0ns Quiet
        0ns PromiseCallback(step-1, 07)
        > late
        0ns play-2 [callback/too-late]
        > played
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-3 [] then music
    "#]],
    );
}

#[test]
fn who_has_been_promised_one_is_told_the_place_and_keeps_it() {
    check(
        "9000",
        "answered, has 3, played, keys 1, promised, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > has 3
        0ns play-1 [callback/stands queue/place 3 queue/in-line callback/choose]
        > played
        > keys 1
        0ns Quiet
        0ns PromiseCallback(step-1, 07)
        > promised
        0ns play-2 [callback/promised]
        > played
        0ns HangUp(Finished)
    "#]],
    );
}

#[test]
fn who_has_been_promised_one_calls_it_off_or_waits_on_the_line() {
    check(
        "9000",
        "answered, has nothing, keys 2, off, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > has nothing
        0ns play-1 [callback/stands callback/choose]
        > keys 2
        0ns Quiet
        0ns CallOffCallback(step-1)
        > off
        0ns play-2 [callback/called-off]
        > played
        0ns HangUp(Finished)
    "#]],
    );
    check(
        "9000",
        "answered, has 1, keys 3, up",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > has 1
        0ns play-1 [callback/stands queue/first callback/choose]
        > keys 3
        0ns Quiet
        0ns TakeUpCallback(step-1)
        > up
        0ns Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
        0ns play-2 [] then music
    "#]],
    );
    check(
        "9000",
        "answered, has 1, keys 3, refused",
        expect![[r#"
        > answered
        0ns OpenCallback(step-1)
        > has 1
        0ns play-1 [callback/stands queue/first callback/choose]
        > keys 3
        0ns Quiet
        0ns TakeUpCallback(step-1)
        > refused
        0ns play-2 [callback/full]
    "#]],
    );
}

#[test]
fn who_has_been_promised_one_and_says_nothing_is_asked_three_times() {
    check(
        "9000",
        "answered, has 1, keys 7, played, wait 5, played, wait 5",
        expect![[r#"
            > answered
            0ns OpenCallback(step-1)
            > has 1
            0ns play-1 [callback/stands queue/first callback/choose]
            > keys 7
            0ns play-2 [invalid callback/stands queue/first callback/choose]
            > played
            > wait 5
            5s play-3 [callback/stands queue/first callback/choose]
            > played
            > wait 5
            10s Enqueue { queue: queue-0, priority: 0, demands: Demands(0) }
            10s play-4 [] then music
        "#]],
    );
}

#[test]
fn a_caller_chooses_a_time_and_confirms_it_with_the_number() {
    check(
        "9004",
        "answered, number 07, times 2026-11-19T14:30 2026-11-20T10:00, played, keys 2, played, keys 1, promised 2026-11-20T10:00, played",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > number 07
            0ns AskTimes(step-3, 07)
            > times 2026-11-19T14:30 2026-11-20T10:00
            0ns play-1 [callback/offer callback/times callback/for callback/today clock/clock 14 words/and 30 callback/press 1 callback/for callback/tomorrow clock/clock 10 callback/press 2 callback/in-turn 3]
            > played
            > keys 2
            0ns play-2 [callback/chosen callback/tomorrow clock/clock 10 callback/number 0 7 callback/confirm callback/another callback/another-time]
            > played
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-3, 07, 2026-11-20T10:00:00)
            > promised 2026-11-20T10:00
            0ns play-3 [callback/promised-at callback/tomorrow clock/clock 10]
            > played
            0ns HangUp(Finished)
        "#]],
    );
}

#[test]
fn times_are_said_in_english_too() {
    check(
        "9005",
        "answered, number 07, times 2026-11-19T14:30 2026-11-23T10:00, played, keys 1, played, keys 1, promised 2026-11-19T14:30",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > number 07
            0ns AskTimes(step-3, 07)
            > times 2026-11-19T14:30 2026-11-23T10:00
            0ns play-1 [callback/offer callback/times callback/for callback/today 2 30 clock/pm callback/press 1 callback/for weekdays/monday 10 clock/am callback/press 2 callback/in-turn 3]
            > played
            > keys 1
            0ns play-2 [callback/chosen callback/today 2 30 clock/pm callback/number 0 7 callback/confirm callback/another callback/another-time]
            > played
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-3, 07, 2026-11-19T14:30:00)
            > promised 2026-11-19T14:30
            0ns play-3 [callback/promised-at callback/today 2 30 clock/pm]
        "#]],
    );
}

#[test]
fn who_wants_to_be_called_in_turn_presses_the_key_behind_those_of_the_times() {
    check(
        "9004",
        "answered, number 07, times 2026-11-19T14:30 2026-11-20T10:00, keys 31, promised",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > number 07
            0ns AskTimes(step-3, 07)
            > times 2026-11-19T14:30 2026-11-20T10:00
            0ns play-1 [callback/offer callback/times callback/for callback/today clock/clock 14 words/and 30 callback/press 1 callback/for callback/tomorrow clock/clock 10 callback/press 2 callback/in-turn 3]
            > keys 31
            0ns play-2 [callback/number 0 7 callback/confirm callback/another callback/another-time]
            0ns Quiet
            0ns PromiseCallback(step-3, 07)
            > promised
            0ns play-3 [callback/promised]
        "#]],
    );
}

#[test]
fn where_no_time_is_free_nobody_is_asked_for_one() {
    check(
        "9004",
        "answered, number 07, times, played, keys 3, keys 1",
        expect![[r#"
        > answered
        0ns OpenCallback(step-3)
        > number 07
        0ns AskTimes(step-3, 07)
        > times
        0ns play-1 [callback/offer callback/number 0 7 callback/confirm callback/another]
        > played
        > keys 3
        0ns play-2 [invalid callback/number 0 7 callback/confirm callback/another]
        > keys 1
        0ns Quiet
        0ns PromiseCallback(step-3, 07)
    "#]],
    );
}

#[test]
fn who_can_be_called_at_a_time_alone_hears_nothing_of_their_turn() {
    check(
        "9004",
        "answered, number 07, only 2026-11-20T10:00, played, keys 2, keys 1, keys 1, promised 2026-11-20T10:00",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > number 07
            0ns AskTimes(step-3, 07)
            > only 2026-11-20T10:00
            0ns play-1 [callback/offer callback/times callback/for callback/tomorrow clock/clock 10 callback/press 1]
            > played
            > keys 2
            0ns play-2 [invalid callback/times callback/for callback/tomorrow clock/clock 10 callback/press 1]
            > keys 1
            0ns play-3 [callback/chosen callback/tomorrow clock/clock 10 callback/number 0 7 callback/confirm callback/another callback/another-time]
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-3, 07, 2026-11-20T10:00:00)
            > promised 2026-11-20T10:00
            0ns play-4 [callback/promised-at callback/tomorrow clock/clock 10]
        "#]],
    );
}

#[test]
fn where_nothing_can_be_promised_at_any_time_the_caller_hears_why() {
    check(
        "9004",
        "answered, number 07, only, played",
        expect![[r#"
        > answered
        0ns OpenCallback(step-3)
        > number 07
        0ns AskTimes(step-3, 07)
        > only
        0ns play-1 [callback/too-late]
        > played
        0ns play-2 [sorry]
    "#]],
    );
}

#[test]
fn a_time_that_has_gone_is_said_so_and_what_is_free_now_is_offered() {
    check(
        "9004",
        "answered, number 07, times 2026-11-19T14:30 2026-11-20T10:00, keys 11, gone, times 2026-11-20T10:00, played, keys 1, keys 1, promised 2026-11-20T10:00",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > number 07
            0ns AskTimes(step-3, 07)
            > times 2026-11-19T14:30 2026-11-20T10:00
            0ns play-1 [callback/offer callback/times callback/for callback/today clock/clock 14 words/and 30 callback/press 1 callback/for callback/tomorrow clock/clock 10 callback/press 2 callback/in-turn 3]
            > keys 11
            0ns play-2 [callback/chosen callback/today clock/clock 14 words/and 30 callback/number 0 7 callback/confirm callback/another callback/another-time]
            0ns Quiet
            0ns PromiseCallback(step-3, 07, 2026-11-19T14:30:00)
            > gone
            0ns AskTimes(step-3, 07)
            > times 2026-11-20T10:00
            0ns play-3 [callback/gone callback/times callback/for callback/tomorrow clock/clock 10 callback/press 1 callback/in-turn 2]
            > played
            > keys 1
            0ns play-4 [callback/chosen callback/tomorrow clock/clock 10 callback/number 0 7 callback/confirm callback/another callback/another-time]
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-3, 07, 2026-11-20T10:00:00)
            > promised 2026-11-20T10:00
            0ns play-5 [callback/promised-at callback/tomorrow clock/clock 10]
        "#]],
    );
}

#[test]
fn another_time_and_another_number_are_chosen_before_the_promise() {
    check(
        "9004",
        "answered, number 07, times 2026-11-19T14:30 2026-11-20T10:00, keys 1, played, keys 3, times 2026-11-19T14:30 2026-11-20T10:00, keys 2, keys 2, keys 0812#, number 0812, played, keys 1",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > number 07
            0ns AskTimes(step-3, 07)
            > times 2026-11-19T14:30 2026-11-20T10:00
            0ns play-1 [callback/offer callback/times callback/for callback/today clock/clock 14 words/and 30 callback/press 1 callback/for callback/tomorrow clock/clock 10 callback/press 2 callback/in-turn 3]
            > keys 1
            0ns play-2 [callback/chosen callback/today clock/clock 14 words/and 30 callback/number 0 7 callback/confirm callback/another callback/another-time]
            > played
            > keys 3
            0ns AskTimes(step-3, 07)
            > times 2026-11-19T14:30 2026-11-20T10:00
            0ns play-3 [callback/times callback/for callback/today clock/clock 14 words/and 30 callback/press 1 callback/for callback/tomorrow clock/clock 10 callback/press 2 callback/in-turn 3]
            > keys 2
            0ns play-4 [callback/chosen callback/tomorrow clock/clock 10 callback/number 0 7 callback/confirm callback/another callback/another-time]
            > keys 2
            0ns play-5 [callback/type]
            > keys 0812#
            0ns Quiet
            0ns OpenCallback(step-3, 0812)
            > number 0812
            0ns play-6 [callback/chosen callback/tomorrow clock/clock 10 callback/number 0 8 1 2 callback/confirm callback/another callback/another-time]
            > played
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-3, 0812, 2026-11-20T10:00:00)
        "#]],
    );
}

#[test]
fn who_presses_no_key_or_a_wrong_one_hears_the_times_anew_and_goes_on_after_three_tries() {
    check(
        "9004",
        "answered, number 07, times 2026-11-19T14:30, played, wait 5, times 2026-11-19T15:00, played, keys 9, played, wait 5",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > number 07
            0ns AskTimes(step-3, 07)
            > times 2026-11-19T14:30
            0ns play-1 [callback/offer callback/times callback/for callback/today clock/clock 14 words/and 30 callback/press 1 callback/in-turn 2]
            > played
            > wait 5
            5s AskTimes(step-3, 07)
            > times 2026-11-19T15:00
            5s play-2 [callback/times callback/for callback/today clock/clock 15 callback/press 1 callback/in-turn 2]
            > played
            > keys 9
            5s play-3 [invalid callback/times callback/for callback/today clock/clock 15 callback/press 1 callback/in-turn 2]
            > played
            > wait 5
            10s play-4 [goodbye]
        "#]],
    );
}

/// A time is agreed on, and then nobody is offered times any more.
#[test]
fn where_the_plan_has_no_times_any_more_the_one_that_was_agreed_on_holds_and_is_not_said() {
    let plan = PLAN.replace("slots = { every = \"30m\", offered = 2 }\n", "");
    assert_ne!(plan, PLAN);
    let mut told = Story::in_plan(&plan, "9004");
    told.tell("answered, at 2026-11-20T10:00, played, keys 1, promised 2026-11-20T10:00");
    expect![[r#"
        > answered
        0ns OpenCallback(step-3)
        > at 2026-11-20T10:00
        0ns play-1 [callback/stands callback/choose]
        > played
        > keys 1
        0ns Quiet
        0ns PromiseCallback(step-3, 07)
        > promised 2026-11-20T10:00
        0ns play-2 [callback/promised]
    "#]]
    .assert_eq(&told.told);
}

#[test]
fn who_calls_again_hears_the_time_at_which_they_are_called() {
    check(
        "9004",
        "answered, at 2026-11-20T10:00, played, keys 1, promised 2026-11-20T10:00",
        expect![[r#"
            > answered
            0ns OpenCallback(step-3)
            > at 2026-11-20T10:00
            0ns play-1 [callback/stands callback/chosen callback/tomorrow clock/clock 10 callback/choose]
            > played
            > keys 1
            0ns Quiet
            0ns PromiseCallback(step-3, 07)
            > promised 2026-11-20T10:00
            0ns play-2 [callback/promised-at callback/tomorrow clock/clock 10]
        "#]],
    );
}

#[test]
fn whose_last_choice_is_gone_is_told_that_nothing_is_agreed_on() {
    let mut told = Story::begin("9004");
    told.tell("answered, number 07");
    for _ in 1..CHOICES_MAX {
        told.tell("times 2026-11-19T14:30, keys 1, keys 3");
    }
    told.tell("times 2026-11-19T14:30, keys 1, keys 1, gone");
    assert!(told.told.ends_with("[callback/full]\n"), "{}", told.told);
}

#[test]
fn keys_that_are_typed_ahead_of_a_time_that_is_gone_choose_nothing() {
    let mut told = Story::begin("9004");
    told.tell("answered, number 07, times 2026-11-19T14:30 2026-11-20T10:00, keys 1, keys 1");
    let before = told.told.len();
    told.tell("keys 11, gone, times 2026-11-20T10:00, wait 1");
    expect![[r#"
        > keys 11
        > gone
        0ns AskTimes(step-3, 07)
        > times 2026-11-20T10:00
        0ns play-3 [callback/gone callback/times callback/for callback/tomorrow clock/clock 10 callback/press 1 callback/in-turn 2]
        > wait 1
    "#]]
    .assert_eq(&told.told[before..]);
}

#[test]
fn keys_that_are_typed_ahead_of_the_last_time_that_is_gone_lead_nowhere() {
    let mut told = Story::begin("9006");
    told.tell("answered, number 07");
    for _ in 1..CHOICES_MAX {
        told.tell("times 2026-11-19T14:30, keys 1, keys 3");
    }
    told.tell("times 2026-11-19T14:30, keys 1, keys 1");
    let before = told.told.len();
    told.tell("keys 2, gone, played");
    expect![[r#"
        > keys 2
        > gone
        0ns play-11 [callback/full]
        > played
        0ns play-12 [what-now]
    "#]]
    .assert_eq(&told.told[before..]);
}

#[test]
fn who_chooses_a_time_for_a_callback_that_is_given_no_other_hears_so_and_when_it_is() {
    let chosen = "answered, number 07, times 2026-11-19T14:30, keys 1, keys 1";
    let told = |came: &str| {
        let mut told = Story::begin("9004");
        told.tell(chosen);
        let before = told.told.len();
        told.tell(&format!("{came}, played"));
        told.told.split_off(before)
    };
    expect![[r#"
        > unchanged 2026-11-20T10:00
        0ns play-3 [callback/unchanged callback/chosen callback/tomorrow clock/clock 10]
        > played
        0ns HangUp(Finished)
    "#]]
    .assert_eq(&told("unchanged 2026-11-20T10:00"));
    expect![[r#"
        > keys 2
        > unchanged
        0ns play-3 [callback/unchanged callback/promised]
        > played
        0ns HangUp(Finished)
    "#]]
    .assert_eq(&told("keys 2, unchanged"));
    expect![[r#"
        > called
        0ns play-3 [callback/now]
        > played
        0ns HangUp(Finished)
    "#]]
    .assert_eq(&told("called"));
}

#[test]
fn today_is_the_day_on_which_it_is_said_and_not_the_one_on_which_a_time_was_offered() {
    let mut told = Story::begin("9004");
    told.tell("answered, number 07");
    // A minute and a half before midnight.
    told.wait(Duration::from_secs(12 * 3_600 - 90));
    let before = told.told.len();
    told.tell("times 2026-11-20T00:30 2026-11-21T08:00, keys 1, wait 100, keys 5, keys 3");
    expect![[r#"
        > times 2026-11-20T00:30 2026-11-21T08:00
        43110s play-1 [callback/offer callback/times callback/for callback/tomorrow clock/clock 0 words/and 30 callback/press 1 callback/for weekdays/saturday clock/clock 8 callback/press 2 callback/in-turn 3]
        > keys 1
        43110s play-2 [callback/chosen callback/tomorrow clock/clock 0 words/and 30 callback/number 0 7 callback/confirm callback/another callback/another-time]
        > wait 100
        > keys 5
        43210s play-3 [invalid callback/chosen callback/today clock/clock 0 words/and 30 callback/number 0 7 callback/confirm callback/another callback/another-time]
        > keys 3
        43210s AskTimes(step-3, 07)
    "#]]
    .assert_eq(&told.told[before..]);
    let mut told = Story::begin("9004");
    told.wait(Duration::from_secs(12 * 3_600 - 1));
    told.tell("answered, at 2026-11-20T10:00");
    let before = told.told.len();
    told.tell("wait 2, keys 9");
    expect![[r#"
        > wait 2
        > keys 9
        43201s play-2 [invalid callback/stands callback/chosen callback/today clock/clock 10 callback/choose]
    "#]]
    .assert_eq(&told.told[before..]);
}

#[test]
fn nobody_chooses_for_ever() {
    let mut told = Story::begin("9004");
    told.tell("answered, number 07");
    for _ in 0..CHOICES_MAX {
        assert!(!told.told.contains("goodbye"), "{}", told.told);
        told.tell("times 2026-11-19T14:30, keys 1, keys 3");
    }
    assert!(told.told.ends_with("[goodbye]\n"), "{}", told.told);
}
