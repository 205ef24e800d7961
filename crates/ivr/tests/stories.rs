//! Stories of callers: what happens on the left, what the visit asks for on the right.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use clock::{Duration, Moment};
use dialplan::Plan;
use expect_test::{Expect, expect};
use ids::{PlayId, QueueId};
use ivr::{Input, LookedUp, Output, Recorded, Spoken, TAKES_MAX, Then, Visit};
use std::fmt::Write;
use std::sync::Arc;

const PLAN: &str = r#"
languages = ["sv", "en"]
language = "sv"
operator = "queue.support"

[number.9000]
goto = "say.welcome"
hours = "office"
[number.9001]
goto = "queue.support"
[number.9002]
goto = "say.bye"
[number.9003]
language = "en"
goto = "menu.round"

[number.9004]
goto = "menu.main"
directory = "crm"
[number.9005]
goto = "lookup.who"

[number.9006]
goto = "dial.onduty"

[dial.onduty]
number = "+468555111"
failed = "menu.billing"

[trunk.carrier]
host = "192.0.2.1"
dial = ["+46"]

[number.9007]
goto = "queue.told"

[number.9008]
goto = "voicemail.office"
[number.9009]
goto = "voicemail.tight"

[voicemail.office]
length_max = "1m"

[voicemail.tight]
prompts = ["say-it"]
full = "say.bye"
goto = "queue.support"

[lookup.who]
directory = "crm"
goto = "set.urgent"
vip = "set.gold"
unknown = "queue.support"
failed = "say.bye"

[set.urgent]
priority = 3
language = "en"
goto = "queue.billing"

[set.gold]
needs = "gold"
priority = 1
goto = "queue.silent"

[directory.crm]
url = "http://127.0.0.1/{number}"

[hours.office]
week = ["mon-fri 08:00-17:00"]

[say.welcome]
prompts = ["hello"]
goto = "menu.main"

[menu.main]
prompts = ["choose", "en:english"]
keys = { 1 = "menu.billing", 2 = "queue.small", 3 = "queue.silent", 9 = "speak.english" }
timeout = "5s"
tries = 2

[menu.billing]
prompts = ["which-bill"]
keys = { 1 = "queue.billing", 2 = "say.bye", "*" = "menu.main" }
otherwise = "say.bye"

[speak.english]
language = "en"
goto = "say.welcome"

[say.bye]
prompts = ["goodbye"]

[menu.round]
prompts = ["round"]
keys = { 1 = "menu.round" }

[queue.billing]
welcome = ["billing"]
reminder = ["thanks"]
priority = 2
announce_place = "30s"
[queue.support]
announce_place = "30s"
[queue.small]
welcome = ["small"]
full = "queue.support"
[queue.silent]
announce_place = "0s"
music = "song"
[[queue.silent.when]]
waited = "3m"
goto = "say.bye"
[[queue.silent.when]]
every_agent = ["logged_out"]
goto = "queue.support"
[queue.told]
welcome = ["told"]
announce_place = "30s"
[[queue.told.at]]
after = "20s"
every = "40s"
prompts = ["still"]
[[queue.told.at]]
after = "60s"
prompts = ["later"]
keys = { 1 = "say.bye", 2 = "queue.support" }

[agent.1001]
secret = "x"
queues = "all"
skills = { gold = 1 }
"#;

/// The directory knows the caller, who speaks English.
fn looked_up(priority: u8, vip: bool) -> Input {
    let language = Some(dialplan::LanguageId(1));
    Input::LookedUp(LookedUp::Known { language, priority, vip, more: dialplan::More::default() })
}

/// `3`, or `3 within 125`.
fn place(words: &str) -> Input {
    let (place, wait) = match words.split_once(" within ") {
        None => (words, None),
        Some((place, wait)) => (place, Some(Duration::from_secs(wait.parse().unwrap()))),
    };
    Input::Place { place: place.parse().unwrap(), wait }
}

/// A caller with the transcript of the visit.
struct Story {
    visit: Visit,
    now: Moment,
    last_play: PlayId,
    told: String,
}

impl Story {
    /// A caller who dialled when the clock of the centre showed `local`.
    fn begin(number: &str, local: &str) -> Self {
        let plan = Plan::parse("x", PLAN, &|_, _| true, &mut |_| Err(String::new())).unwrap();
        let visit = Visit::begin(Arc::new(plan), number, local.parse().unwrap()).unwrap();
        Self { visit, now: Moment::ZERO, last_play: PlayId(0), told: String::new() }
    }

    /// One word a line: `answered`, `played`, `played N`, `key K`, `place N`, `place N within
    /// SECONDS`, `refused`, `connected`, `returned`, `known`, `vip`, `unknown`, `failed`, `wait SECONDS`.
    fn tell(&mut self, story: &str) {
        for line in story.split([',', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
            writeln!(self.told, "> {line}").unwrap();
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let input = match word {
                "answered" => Input::Answered,
                "played" if rest.is_empty() => Input::Played(self.last_play),
                "played" => Input::Played(PlayId(rest.parse().unwrap())),
                "key" => Input::Key(rest.parse().unwrap()),
                "place" => place(rest),
                "refused" => Input::QueueRefused,
                "known" => looked_up(0, false),
                "vip" => looked_up(10, true),
                "unknown" => Input::LookedUp(LookedUp::Unknown),
                "failed" => Input::LookedUp(LookedUp::Failed),
                "full" => Input::VoicemailRefused,
                "hushed" => Input::Hushed,
                "whole" => Input::Recorded(Recorded::Whole),
                "nothing" => Input::Recorded(Recorded::Nothing),
                "unwritten" => Input::Recorded(Recorded::Failed),
                "kept" => Input::MessageKept,
                "moved" => Input::Moved(QueueId(1)),
                "sent" => Input::SentOn(rest.parse().unwrap()),
                "connected" => Input::Connected,
                "unanswered" => Input::NotPutThrough,
                "returned" => Input::Returned,
                "wait" => {
                    self.wait(Duration::from_secs(rest.parse().unwrap()));
                    continue;
                }
                other => panic!("no such word in a story: {other}"),
            };
            self.visit.handle(self.now, input);
            self.drain();
        }
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
            Output::Dial(dial) => format!("Dial({})", dial.number),
            Output::Quiet
            | Output::LeaveQueue { .. }
            | Output::Enqueue { .. }
            | Output::LookUp { .. }
            | Output::AskFacts(_)
            | Output::Decided { .. }
            | Output::Fetch { .. }
            | Output::Told { .. }
            | Output::Noted { .. }
            | Output::AskPlace
            | Output::AskOffer(_)
            | Output::CallOffCallback(_)
            | Output::TakeUpCallback(_)
            | Output::PlaceTold(_)
            | Output::OpenVoicemail(_)
            | Output::Record(_)
            | Output::StopRecording
            | Output::KeepMessage
            | Output::DiscardMessage
            | Output::OpenCallback { .. }
            | Output::AskTimes { .. }
            | Output::PromiseCallback { .. }
            | Output::WaitTold { .. }
            | Output::WaitKept
            | Output::Chose { .. }
            | Output::Whisper(_)
            | Output::Language(_)
            | Output::HangUp(_) => format!("{output:?}"),
        }
    }

    fn phrase(&self, spoken: Spoken) -> String {
        let plan = self.visit.plan();
        format!("{}:{}", plan.language(spoken.language), plan.prompts[spoken.prompt.index()])
    }
}

const OPEN: &str = "2026-11-19T12:00:00";

fn check(number: &str, story: &str, expected: Expect) {
    check_at(OPEN, number, story, expected);
}

fn check_at(local: &str, number: &str, story: &str, expected: Expect) {
    let mut told = Story::begin(number, local);
    told.tell(story);
    expected.assert_eq(&told.told);
}

#[test]
fn a_caller_listens_chooses_and_waits() {
    check(
        "9000",
        "answered, played, played, key 1, key 1, played, place 3, played, wait 30, place 2",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns play-2 [sv:choose en:english]
            > played
            > key 1
            0ns Chose { menu: "main", key: '1' }
            0ns play-3 [sv:which-bill]
            > key 1
            0ns Chose { menu: "billing", key: '1' }
            0ns Enqueue { queue: queue-0, priority: 2, demands: Demands(0) }
            0ns play-4 [sv:billing] then sv:music
            > played
            0ns AskPlace
            > place 3
            0ns play-5 [sv:queue/place sv:numbers/3 sv:queue/in-line] then sv:music
            0ns PlaceTold(3)
            > played
            > wait 30
            30s AskPlace
            > place 2
            30s play-6 [sv:thanks sv:queue/place sv:numbers/2 sv:queue/in-line] then sv:music
            30s PlaceTold(2)
        "#]],
    );
}

#[test]
fn a_number_that_nobody_has_is_not_visited() {
    let plan = Plan::parse("x", PLAN, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    assert!(Visit::begin(Arc::new(plan), "112", OPEN.parse().unwrap()).is_none());
}

#[test]
fn keys_typed_ahead_reach_through_two_menus() {
    check(
        "9000",
        "answered, key 1, key 1",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 1
            0ns Chose { menu: "main", key: '1' }
            0ns play-2 [sv:which-bill]
            > key 1
            0ns Chose { menu: "billing", key: '1' }
            0ns Enqueue { queue: queue-0, priority: 2, demands: Demands(0) }
            0ns play-3 [sv:billing] then sv:music
        "#]],
    );
    check(
        "9000",
        "key 1, key 1, answered",
        expect![[r#"
            > key 1
            > key 1
            > answered
            0ns Chose { menu: "main", key: '1' }
            0ns Chose { menu: "billing", key: '1' }
            0ns Enqueue { queue: queue-0, priority: 2, demands: Demands(0) }
            0ns play-1 [sv:billing] then sv:music
        "#]],
    );
}

#[test]
fn a_key_typed_ahead_skips_the_words_between() {
    check(
        "9000",
        "key 9, key 1, key 2, answered, played",
        expect![[r#"
        > key 9
        > key 1
        > key 2
        > answered
        0ns Chose { menu: "main", key: '9' }
        0ns Language(language-1)
        0ns Chose { menu: "main", key: '1' }
        0ns Chose { menu: "billing", key: '2' }
        0ns play-1 [en:goodbye]
        > played
        0ns HangUp(Finished)
    "#]],
    );
}

#[test]
fn the_last_words_are_said_whole() {
    check(
        "9002",
        "answered, key 5, played",
        expect![[r#"
        > answered
        0ns play-1 [sv:goodbye]
        > key 5
        > played
        0ns HangUp(Finished)
    "#]],
    );
}

#[test]
fn a_key_that_leads_nowhere_is_told_and_asked_again() {
    check(
        "9000",
        "answered, key 7, key 8",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 7
            0ns play-2 [sv:invalid sv:choose en:english]
            > key 8
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-3 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn a_caller_who_says_nothing_comes_to_the_operator() {
    check(
        "9000",
        "answered, played, played, wait 5, played, wait 5",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns play-2 [sv:choose en:english]
            > played
            > wait 5
            5s play-3 [sv:no-choice sv:choose en:english]
            > played
            > wait 5
            10s Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            10s play-4 [] then sv:music
            10s AskPlace
        "#]],
    );
}

#[test]
fn a_menu_may_lead_elsewhere_in_the_end() {
    check(
        "9000",
        "answered, key 1, key 7, key 7, key 7, played",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > key 1
        0ns Chose { menu: "main", key: '1' }
        0ns play-2 [sv:which-bill]
        > key 7
        0ns play-3 [sv:invalid sv:which-bill]
        > key 7
        0ns play-4 [sv:invalid sv:which-bill]
        > key 7
        0ns play-5 [sv:goodbye]
        > played
        0ns HangUp(Finished)
    "#]],
    );
}

#[test]
fn an_old_play_that_ends_late_changes_nothing() {
    check(
        "9000",
        "answered, key 5, played 1, wait 60",
        expect![[r#"
        > answered
        0ns play-1 [sv:hello]
        > key 5
        0ns play-2 [sv:invalid sv:choose en:english]
        > played 1
        > wait 60
    "#]],
    );
}

#[test]
fn the_operator_is_one_key_away_at_any_moment() {
    check(
        "9000",
        "answered, key 0",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 0
            0ns Chose { menu: "welcome", key: '0' }
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
    check(
        "9000",
        "answered, played, key 0",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > played
            0ns play-2 [sv:choose en:english]
            > key 0
            0ns Chose { menu: "main", key: '0' }
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-3 [] then sv:music
            0ns AskPlace
        "#]],
    );
    check(
        "9000",
        "key 1, key 0, answered",
        expect![[r#"
            > key 1
            > key 0
            > answered
            0ns Chose { menu: "main", key: '1' }
            0ns Chose { menu: "billing", key: '0' }
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
        "#]],
    );
    check(
        "9002",
        "answered, key 0",
        expect![[r#"
            > answered
            0ns play-1 [sv:goodbye]
            > key 0
            0ns Chose { menu: "bye", key: '0' }
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn a_closed_number_says_so_and_has_no_operator() {
    check_at(
        "2026-11-21T12:00:00",
        "9000",
        "answered, key 0, played",
        expect![[r#"
        > answered
        0ns play-1 [sv:closed]
        > key 0
        > played
        0ns HangUp(Closed)
    "#]],
    );
    check_at(
        "2026-11-19T17:00:00",
        "9000",
        "answered",
        expect![[r#"
        > answered
        0ns play-1 [sv:closed]
    "#]],
    );
}

#[test]
fn a_language_once_chosen_lasts_into_the_queue() {
    check(
        "9000",
        "answered, key 9, key 3, played",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 9
            0ns Chose { menu: "main", key: '9' }
            0ns Language(language-1)
            0ns play-2 [en:hello]
            > key 3
            0ns Chose { menu: "main", key: '3' }
            0ns Enqueue { queue: queue-3, priority: 0, demands: Demands(0) }
            0ns play-3 [] then en:song
            > played
        "#]],
    );
}

#[test]
fn a_place_once_told_never_grows() {
    check(
        "9001",
        "answered, place 4, played, wait 30, place 7, played, wait 30, place 1, played, wait 30, place 2",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > place 4
            0ns play-2 [sv:queue/place sv:numbers/4 sv:queue/in-line] then sv:music
            0ns PlaceTold(4)
            > played
            > wait 30
            30s AskPlace
            > place 7
            30s play-3 [sv:queue/place sv:numbers/4 sv:queue/in-line] then sv:music
            30s PlaceTold(4)
            > played
            > wait 30
            60s AskPlace
            > place 1
            60s play-4 [sv:queue/first] then sv:music
            60s PlaceTold(1)
            > played
            > wait 30
            90s AskPlace
            > place 2
            90s play-5 [sv:queue/first] then sv:music
            90s PlaceTold(1)
        "#]],
    );
}

#[test]
fn a_wait_is_said_behind_the_place_and_may_become_shorter() {
    check(
        "9001",
        "answered, place 4 within 241, played, wait 30, place 2 within 61, played, wait 30, place 1 within 9",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > place 4 within 241
            0ns play-2 [sv:queue/place sv:numbers/4 sv:queue/in-line sv:queue/wait-about sv:numbers/5 sv:queue/minutes] then sv:music
            0ns PlaceTold(4)
            0ns WaitTold { place: 4, said: Minutes(5), longer: false }
            > played
            > wait 30
            30s AskPlace
            > place 2 within 61
            30s play-3 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-about sv:numbers/2 sv:queue/minutes] then sv:music
            30s PlaceTold(2)
            30s WaitTold { place: 2, said: Minutes(2), longer: false }
            > played
            > wait 30
            60s AskPlace
            > place 1 within 9
            60s play-4 [sv:queue/first sv:queue/wait-under-a-minute] then sv:music
            60s PlaceTold(1)
            60s WaitTold { place: 1, said: UnderAMinute, longer: false }
        "#]],
    );
}

#[test]
fn a_wait_once_said_is_never_raised_while_it_may_be_kept() {
    check(
        "9001",
        "answered, place 2 within 150, played, wait 30, place 2 within 600, played, wait 30, place 2 within 180",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > place 2 within 150
            0ns play-2 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-about sv:numbers/3 sv:queue/minutes] then sv:music
            0ns PlaceTold(2)
            0ns WaitTold { place: 2, said: Minutes(3), longer: false }
            > played
            > wait 30
            30s AskPlace
            > place 2 within 600
            30s play-3 [sv:queue/place sv:numbers/2 sv:queue/in-line] then sv:music
            30s PlaceTold(2)
            30s WaitKept
            > played
            > wait 30
            60s AskPlace
            > place 2 within 180
            60s play-4 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-about sv:numbers/3 sv:queue/minutes] then sv:music
            60s PlaceTold(2)
            60s WaitTold { place: 2, said: Minutes(3), longer: false }
        "#]],
    );
}

#[test]
fn who_has_waited_longer_than_was_said_hears_so_and_then_the_new_wait() {
    check(
        "9001",
        "answered, place 2 within 60, played, wait 30, place 2 within 60, played, wait 30, place 2 within 200, played, wait 30, place 2 within 200",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > place 2 within 60
            0ns play-2 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-under-a-minute] then sv:music
            0ns PlaceTold(2)
            0ns WaitTold { place: 2, said: UnderAMinute, longer: false }
            > played
            > wait 30
            30s AskPlace
            > place 2 within 60
            30s play-3 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-under-a-minute] then sv:music
            30s PlaceTold(2)
            30s WaitTold { place: 2, said: UnderAMinute, longer: false }
            > played
            > wait 30
            60s AskPlace
            > place 2 within 200
            60s play-4 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-longer sv:queue/wait-about sv:numbers/4 sv:queue/minutes] then sv:music
            60s PlaceTold(2)
            60s WaitTold { place: 2, said: Minutes(4), longer: true }
            > played
            > wait 30
            90s AskPlace
            > place 2 within 200
            90s play-5 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-about sv:numbers/4 sv:queue/minutes] then sv:music
            90s PlaceTold(2)
            90s WaitTold { place: 2, said: Minutes(4), longer: false }
        "#]],
    );
}

#[test]
fn of_a_wait_that_is_a_guess_nothing_is_said() {
    check(
        "9001",
        "answered, place 2, played, wait 30, place 2 within 1801, played, wait 30, place 1",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > place 2
            0ns play-2 [sv:queue/place sv:numbers/2 sv:queue/in-line] then sv:music
            0ns PlaceTold(2)
            > played
            > wait 30
            30s AskPlace
            > place 2 within 1801
            30s play-3 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-over-half-an-hour] then sv:music
            30s PlaceTold(2)
            30s WaitTold { place: 2, said: OverHalfAnHour, longer: false }
            > played
            > wait 30
            60s AskPlace
            > place 1
            60s play-4 [sv:queue/first] then sv:music
            60s PlaceTold(1)
        "#]],
    );
}

#[test]
fn in_another_queue_a_wait_may_be_longer() {
    let mut story = Story::begin("9001", OPEN);
    story.tell("answered, place 2 within 60, played");
    story.visit.handle(story.now, Input::Moved(QueueId(0)));
    story.drain();
    story.tell("played, place 3 within 600");
    expect![[r#"
        > answered
        0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
        0ns play-1 [] then sv:music
        0ns AskPlace
        > place 2 within 60
        0ns play-2 [sv:queue/place sv:numbers/2 sv:queue/in-line sv:queue/wait-under-a-minute] then sv:music
        0ns PlaceTold(2)
        0ns WaitTold { place: 2, said: UnderAMinute, longer: false }
        > played
        0ns Enqueue { queue: queue-0, priority: 2, demands: Demands(0) }
        0ns play-3 [sv:billing] then sv:music
        > played
        0ns AskPlace
        > place 3 within 600
        0ns play-4 [sv:queue/place sv:numbers/3 sv:queue/in-line sv:queue/wait-about sv:numbers/10 sv:queue/minutes] then sv:music
        0ns PlaceTold(3)
        0ns WaitTold { place: 3, said: Minutes(10), longer: false }
    "#]]
    .assert_eq(&story.told);
}

#[test]
fn a_place_that_nobody_knows_is_asked_for_again() {
    check(
        "9001",
        "answered, wait 30, wait 29, place 120",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > wait 30
            30s AskPlace
            > wait 29
            > place 120
            59s play-2 [sv:queue/many] then sv:music
            59s PlaceTold(120)
        "#]],
    );
}

#[test]
fn a_queue_may_tell_no_place() {
    check(
        "9000",
        "answered, key 3, played, wait 600",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 3
            0ns Chose { menu: "main", key: '3' }
            0ns Enqueue { queue: queue-3, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:song
            > played
            > wait 600
        "#]],
    );
}

#[test]
fn a_full_queue_leads_on_or_says_so() {
    check(
        "9000",
        "answered, key 2, refused, refused, key 5, played",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 2
            0ns Chose { menu: "main", key: '2' }
            0ns Enqueue { queue: queue-2, priority: 0, demands: Demands(0) }
            0ns play-2 [sv:small] then sv:music
            > refused
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-3 [] then sv:music
            0ns AskPlace
            > refused
            0ns play-4 [sv:all-busy]
            > key 5
            > played
            0ns HangUp(QueueFull)
        "#]],
    );
}

#[test]
fn a_caller_with_an_agent_hears_nothing_of_ours() {
    check(
        "9001",
        "answered, place 1, connected, played, wait 300, key 0",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > place 1
            0ns play-2 [sv:queue/first] then sv:music
            0ns PlaceTold(1)
            > connected
            > played
            > wait 300
            > key 0
        "#]],
    );
}

#[test]
fn a_caller_whose_agent_was_lost_hears_music_and_the_place() {
    check(
        "9001",
        "answered, place 2, connected, wait 3, returned, place 1",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > place 2
            0ns play-2 [sv:queue/place sv:numbers/2 sv:queue/in-line] then sv:music
            0ns PlaceTold(2)
            > connected
            > wait 3
            > returned
            3s play-3 [] then sv:music
            3s AskPlace
            > place 1
            3s play-4 [sv:queue/first] then sv:music
            3s PlaceTold(1)
        "#]],
    );
}

#[test]
fn what_does_not_fit_is_ignored() {
    check(
        "9002",
        "place 3, refused, connected, returned, played, wait 9",
        expect![[r#"
        > place 3
        > refused
        > connected
        > returned
        > played
        > wait 9
    "#]],
    );
    check(
        "9002",
        "answered, played, answered, key 0, played, refused",
        expect![[r#"
        > answered
        0ns play-1 [sv:goodbye]
        > played
        0ns HangUp(Finished)
        > answered
        > key 0
        > played
        > refused
    "#]],
    );
}

#[test]
fn a_caller_who_goes_in_circles_is_let_go() {
    let mut story = Story::begin("9003", OPEN);
    story.tell("answered");
    for _ in 0..ivr::STEPS_MAX {
        story.tell("key 1");
    }
    assert!(story.told.ends_with("0ns HangUp(StepsMax)\n"));
}

#[test]
fn keys_beyond_those_kept_are_dropped() {
    let mut story = Story::begin("9003", OPEN);
    story.tell(&"key 1\n".repeat(ivr::KEYS_MAX + 10));
    story.tell("answered");
    assert_eq!(story.told.matches("Chose").count(), ivr::KEYS_MAX);
}

#[test]
fn a_caller_is_looked_up_before_all_else_and_keys_wait() {
    check(
        "9004",
        "answered, key 1, played, known, failed",
        expect![[r#"
            > answered
            0ns LookUp { directory: directory-0, by: Number }
            > key 1
            > played
            > known
            0ns Language(language-1)
            0ns Chose { menu: "main", key: '1' }
            0ns play-1 [en:which-bill]
            > failed
        "#]],
    );
}

#[test]
fn who_is_known_goes_on_in_their_language_and_is_as_urgent_as_all_say() {
    check(
        "9005",
        "answered, known",
        expect![[r#"
            > answered
            0ns LookUp { directory: directory-0, by: Number }
            > known
            0ns Language(language-1)
            0ns Enqueue { queue: queue-0, priority: 5, demands: Demands(0) }
            0ns play-1 [en:billing] then en:music
        "#]],
    );
}

#[test]
fn who_is_very_important_goes_another_way_with_what_it_gathers() {
    check(
        "9005",
        "answered, vip",
        expect![[r#"
            > answered
            0ns LookUp { directory: directory-0, by: Number }
            > vip
            0ns Language(language-1)
            0ns Enqueue { queue: queue-3, priority: 11, demands: Demands(1) }
            0ns play-1 [] then en:song
        "#]],
    );
}

#[test]
fn who_is_not_known_and_who_cannot_be_looked_up_go_their_own_ways() {
    check(
        "9005",
        "answered, unknown, known",
        expect![[r#"
            > answered
            0ns LookUp { directory: directory-0, by: Number }
            > unknown
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-1 [] then sv:music
            0ns AskPlace
            > known
        "#]],
    );
    check(
        "9005",
        "answered, failed",
        expect![[r#"
            > answered
            0ns LookUp { directory: directory-0, by: Number }
            > failed
            0ns play-1 [sv:goodbye]
        "#]],
    );
}

#[test]
fn a_condition_sends_the_caller_where_it_says() {
    check(
        "9000",
        "answered, key 3, sent 0, played",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 3
            0ns Chose { menu: "main", key: '3' }
            0ns Enqueue { queue: queue-3, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:song
            > sent 0
            0ns play-3 [sv:goodbye]
            > played
            0ns HangUp(SentOn)
        "#]],
    );
    check(
        "9000",
        "answered, key 3, sent 1, place 4",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 3
            0ns Chose { menu: "main", key: '3' }
            0ns Enqueue { queue: queue-3, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:song
            > sent 1
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-3 [] then sv:music
            0ns AskPlace
            > place 4
            0ns play-4 [sv:queue/place sv:numbers/4 sv:queue/in-line] then sv:music
            0ns PlaceTold(4)
        "#]],
    );
}

#[test]
fn a_condition_that_comes_when_an_agent_is_there_changes_nothing() {
    check(
        "9000",
        "answered, key 3, connected, sent 0",
        expect![[r#"
            > answered
            0ns play-1 [sv:hello]
            > key 3
            0ns Chose { menu: "main", key: '3' }
            0ns Enqueue { queue: queue-3, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:song
            > connected
            > sent 0
        "#]],
    );
}

#[test]
fn a_caller_hears_music_until_the_number_outside_answers_and_goes_on_where_it_does_not() {
    check(
        "9006",
        "answered, key 1, unanswered, key 2",
        expect![[r#"
        > answered
        0ns play-1 [] then sv:music
        0ns Dial(+468555111)
        > key 1
        > unanswered
        0ns play-2 [sv:which-bill]
        > key 2
        0ns Chose { menu: "billing", key: '2' }
        0ns play-3 [sv:goodbye]
    "#]],
    );
}

#[test]
fn an_offer_is_made_at_its_time_beside_the_place_and_who_presses_nothing_waits_on() {
    check(
        "9007",
        "answered, key 1, played, place 4, played, wait 20, played, wait 10, place 3, played, wait 30, \
         played, played, place 2, key 5, wait 40, played, key 1, played",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-4, priority: 0, demands: Demands(0) }
            0ns play-1 [sv:told] then sv:music
            > key 1
            > played
            0ns AskPlace
            > place 4
            0ns play-2 [sv:queue/place sv:numbers/4 sv:queue/in-line] then sv:music
            0ns PlaceTold(4)
            > played
            > wait 20
            20s play-3 [sv:still] then sv:music
            > played
            > wait 10
            30s AskPlace
            > place 3
            30s play-4 [sv:queue/place sv:numbers/3 sv:queue/in-line] then sv:music
            30s PlaceTold(3)
            > played
            > wait 30
            60s play-5 [sv:still] then sv:music
            > played
            60s play-6 [sv:later] then sv:music
            > played
            60s AskPlace
            > place 2
            60s play-7 [sv:queue/place sv:numbers/2 sv:queue/in-line] then sv:music
            60s PlaceTold(2)
            > key 5
            > wait 40
            > played
            100s play-8 [sv:still] then sv:music
            > key 1
            100s LeaveQueue { key: '1', to: Step(step-10) }
            100s play-9 [sv:goodbye]
            > played
            100s HangUp(Finished)
        "#]],
    );
}

#[test]
fn the_keys_of_an_offer_count_until_an_agent_is_there() {
    check(
        "9007",
        "answered, played, wait 60, played, connected, key 1, wait 60, returned, key 2",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-4, priority: 0, demands: Demands(0) }
            0ns play-1 [sv:told] then sv:music
            > played
            0ns AskPlace
            > wait 60
            20s play-2 [sv:still] then sv:music
            > played
            60s play-3 [sv:still] then sv:music
            > connected
            > key 1
            > wait 60
            > returned
            120s play-4 [] then sv:music
            120s play-5 [sv:later] then sv:music
            > key 2
            120s LeaveQueue { key: '2', to: Queue(queue-1) }
            120s Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            120s play-6 [] then sv:music
            120s AskPlace
        "#]],
    );
}

#[test]
fn what_is_due_while_something_is_said_comes_after_it() {
    check(
        "9007",
        "answered, wait 250, played, played, place 9, wait 40, played, played",
        expect![[r#"
            > answered
            0ns Enqueue { queue: queue-4, priority: 0, demands: Demands(0) }
            0ns play-1 [sv:told] then sv:music
            > wait 250
            > played
            250s play-2 [sv:later] then sv:music
            > played
            250s play-3 [sv:still] then sv:music
            > place 9
            > wait 40
            > played
            290s play-4 [sv:still] then sv:music
            > played
            290s AskPlace
        "#]],
    );
}

#[test]
fn a_caller_leaves_a_message_and_is_thanked_when_it_is_kept() {
    check(
        "9008",
        "answered, played, key 5, key #, whole, played, key 1, kept, played",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-1)
            0ns play-1 [sv:voicemail/greeting sv:tone]
            > played
            0ns Record(step-1)
            > key 5
            > key #
            0ns StopRecording
            > whole
            0ns play-2 [sv:voicemail/keep]
            > played
            > key 1
            0ns Quiet
            0ns KeepMessage
            > kept
            0ns play-3 [sv:voicemail/thanks sv:goodbye]
            > played
            0ns HangUp(Finished)
        "#]],
    );
}

#[test]
fn a_message_ends_when_nobody_speaks_or_it_is_as_long_as_it_may_be() {
    check(
        "9008",
        "answered, played, hushed, whole, key 2, played, wait 60",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-1)
            0ns play-1 [sv:voicemail/greeting sv:tone]
            > played
            0ns Record(step-1)
            > hushed
            0ns StopRecording
            > whole
            0ns play-2 [sv:voicemail/keep]
            > key 2
            0ns DiscardMessage
            0ns play-3 [sv:tone]
            > played
            0ns Record(step-1)
            > wait 60
            60s StopRecording
        "#]],
    );
}

#[test]
fn who_presses_nothing_after_the_message_has_left_it() {
    check(
        "9009",
        "answered, played, hushed, whole, played, wait 5, kept, played",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-2)
            0ns play-1 [sv:say-it sv:tone]
            > played
            0ns Record(step-2)
            > hushed
            0ns StopRecording
            > whole
            0ns play-2 [sv:voicemail/keep]
            > played
            > wait 5
            5s Quiet
            5s KeepMessage
            > kept
            5s play-3 [sv:voicemail/thanks]
            > played
            5s Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            5s play-4 [] then sv:music
            5s AskPlace
        "#]],
    );
}

#[test]
fn a_message_with_nothing_in_it_is_asked_for_again() {
    check(
        "9008",
        "answered, key 1, played, key #, nothing",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-1)
            0ns play-1 [sv:voicemail/greeting sv:tone]
            > key 1
            0ns play-2 [sv:tone]
            > played
            0ns Record(step-1)
            > key #
            0ns StopRecording
            > nothing
            0ns play-3 [sv:voicemail/nothing sv:tone]
        "#]],
    );
}

#[test]
fn a_voicemail_that_takes_no_message_says_so_and_sends_the_caller_on() {
    check(
        "9009",
        "answered, full, played",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-2)
            0ns play-1 [sv:say-it sv:tone]
            > full
            0ns play-2 [sv:voicemail/full]
            > played
            0ns play-3 [sv:goodbye]
        "#]],
    );
}

#[test]
fn a_message_that_can_not_be_written_is_no_promise() {
    check(
        "9009",
        "answered, played, key #, unwritten, played",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-2)
            0ns play-1 [sv:say-it sv:tone]
            > played
            0ns Record(step-2)
            > key #
            0ns StopRecording
            > unwritten
            0ns play-2 [sv:voicemail/failed]
            > played
            0ns play-3 [sv:goodbye]
        "#]],
    );
    check(
        "9009",
        "answered, played, key #, wait 10",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-2)
            0ns play-1 [sv:say-it sv:tone]
            > played
            0ns Record(step-2)
            > key #
            0ns StopRecording
            > wait 10
            1s play-2 [] then sv:music
            10s play-3 [sv:voicemail/failed]
        "#]],
    );
}

#[test]
fn who_waits_for_a_message_to_be_kept_hears_music_after_a_second() {
    check(
        "9009",
        "answered, played, key #, wait 2, whole, key 1, wait 9, kept, played",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-2)
            0ns play-1 [sv:say-it sv:tone]
            > played
            0ns Record(step-2)
            > key #
            0ns StopRecording
            > wait 2
            1s play-2 [] then sv:music
            > whole
            2s play-3 [sv:voicemail/keep]
            > key 1
            2s Quiet
            2s KeepMessage
            > wait 9
            3s play-4 [] then sv:music
            > kept
            11s play-5 [sv:voicemail/thanks]
            > played
            11s Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            11s play-6 [] then sv:music
            11s AskPlace
        "#]],
    );
}

#[test]
fn who_is_moved_while_speaking_has_left_what_was_said() {
    check(
        "9008",
        "answered, played, moved",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-1)
            0ns play-1 [sv:voicemail/greeting sv:tone]
            > played
            0ns Record(step-1)
            > moved
            0ns StopRecording
            0ns KeepMessage
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
}

#[test]
fn the_operator_key_leads_away_from_a_greeting_and_is_no_end_of_a_message() {
    check(
        "9008",
        "answered, key 0",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-1)
            0ns play-1 [sv:voicemail/greeting sv:tone]
            > key 0
            0ns Chose { menu: "office", key: '0' }
            0ns Enqueue { queue: queue-1, priority: 0, demands: Demands(0) }
            0ns play-2 [] then sv:music
            0ns AskPlace
        "#]],
    );
    check(
        "9008",
        "answered, played, key 0",
        expect![[r#"
            > answered
            0ns OpenVoicemail(step-1)
            0ns play-1 [sv:voicemail/greeting sv:tone]
            > played
            0ns Record(step-1)
            > key 0
        "#]],
    );
}

#[test]
fn a_message_is_spoken_again_only_so_often() {
    let mut story = Story::begin("9008", OPEN);
    story.tell("answered, played");
    for _ in 1..TAKES_MAX {
        story.tell("key #, whole, key 2, played");
    }
    assert!(!story.told.contains("KeepMessage"));
    story.tell("key #, whole, key 2");
    assert!(story.told.ends_with("KeepMessage\n"), "{}", story.told);
}
