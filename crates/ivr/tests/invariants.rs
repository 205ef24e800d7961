//! What stays true of a visit whatever happens to the caller, in whatever order.

use clock::{Duration, Moment};
use dialplan::{Fact, Facts, Plan, StepId, Value};
use ids::{PlayId, QueueId};
use ivr::{Fetched, Input, NoCallback, Number, Output, Recorded, Then, Unchanged, Visit};
use jiff::civil::date;
use proptest::prelude::*;
use speech::Appointment;
use std::sync::Arc;

const DEMO: &str = include_str!("../../../dialplans/demo/dialplan.toml");

/// What a queue of it says and offers beside.
const OFFERS: &str = r#"
[[queue.support.at]]
after = "10s"
every = "20s"
prompts = ["thanks-for-waiting"]
[[queue.support.at]]
after = "30s"
prompts = ["all-busy"]
keys = { 1 = "queue.faktura", 2 = "queue.support" }
[[queue.support.at]]
after = "40s"
every = "15s"
prompts = ["all-busy"]
keys = { 3 = "callback.support" }
"#;

/// What the demo lacks.
const MORE: &str = r#"
[number.9777]
goto = "voicemail.office"
[voicemail.office]
full = "voicemail.other"
goto = "queue.support"
[voicemail.other]
length_max = "20s"
[number.9778]
goto = "callback.support"
[callback.support]
queue = "support"
goto = "callback.own"
[callback.own]
queue = "support"
may_type = false
full = "voicemail.office"
otherwise = "callback.support"
[number.9781]
goto = "callback.times"
[callback.times]
queue = "support"
slots = { offered = 2 }
otherwise = "callback.own"
goto = "callback.times"
[number.9779]
goto = "say.before"
[say.before]
prompts = ["hello"]
goto = "branch.who"
[branch.who]
when = [
    { if = "vip", goto = "queue.support" },
    { if = "queue.support.waiting > 3 and language = 'sv'", goto = "callback.support" },
    { if = "caller is unknown", goto = "voicemail.office" },
]
otherwise = "say.before_menu"
[say.before_menu]
prompts = ["hello"]
goto = "menu.more"
[menu.more]
prompts = ["choose"]
keys = { 1 = "branch.who", 2 = "queue.support" }
[number.9780]
goto = "sub.one"
[sub.one]
call = "collect.code"
goto = "menu.several"
[collect.code]
prompts = ["code"]
into = "code"
digits_max = 4
secret = true
goto = "collect.person"
otherwise = "return"
[collect.person]
prompts = ["person"]
into = "person"
digits_max = 3
end_key = "*"
confirm = true
goto = "confirm.person"
otherwise = "sub.one"
[confirm.person]
prompts = ["hello", { digits = "person" }, { phone = "caller" }]
yes = "http.account"
no = "collect.person"
otherwise = "return"
[http.account]
url = "http://127.0.0.1/{code}/{person}"
read = { balance = "balance as number" }
goto = "return"
failed = "hangup.why"
[hangup.why]
cause = "unavailable"
prompts = ["sorry"]
[menu.several]
prompts = ["several"]
keys = { 1 = "queue.support", "1[2-4]" = "sub.one", "2[0-9]+" = "branch.who", "\\*[0-9]" = "hangup.why" }
[trunk.carrier]
host = "192.0.2.1"
dial = ["+46"]
"#;

/// What is free.
fn times() -> Vec<Appointment> {
    let today = date(2026, 11, 19);
    [15, 16].map(|hour| Appointment { at: today.at(hour, 0, 0, 0), today }).to_vec()
}

#[derive(Clone, Debug)]
enum Step {
    Happens(Input),
    /// The last play ends.
    PlayEnds,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::sample::select("0123456789*#".chars().collect::<Vec<_>>())
            .prop_map(|key| Step::Happens(Input::Key(key))),
        4 => Just(Step::PlayEnds),
        2 => (1u32..150, prop::option::of(0u64..3_000)).prop_map(|(place, wait)| {
            Step::Happens(Input::Place { place, wait: wait.map(Duration::from_secs) })
        }),
        2 => (1u64..40).prop_map(Step::Wait),
        1 => (0u64..9).prop_map(|play| Step::Happens(Input::Played(PlayId(play)))),
        1 => prop::sample::select(vec![
            Input::Answered, Input::QueueRefused, Input::Connected, Input::Returned,
            Input::SentOn(0), Input::SentOn(1), Input::NotPutThrough,
            Input::VoicemailRefused, Input::Hushed,
            Input::Recorded(Recorded::Whole), Input::Recorded(Recorded::Nothing),
            Input::Recorded(Recorded::Failed), Input::MessageKept,
            Input::CallbackNumber(Number::new("0701234567")), Input::CallbackNumber(None),
            Input::CallbackRefused(NoCallback::Full), Input::CallbackRefused(NoCallback::TooLate), Input::CallbackPromised(None), Input::OfferStands(true), Input::OfferStands(false), Input::CallbackStands { number: Number::new("0701234567").expect("it is a number"), place: Some(2), at: None, day_ends: Moment::ZERO }, Input::CallbackTimes { times: times(), at_turn: Ok(()), day_ends: Moment::ZERO }, Input::CallbackTimes { times: times(), at_turn: Err(NoCallback::TooLate), day_ends: Moment::ZERO }, Input::CallbackTimes { times: Vec::new(), at_turn: Ok(()), day_ends: Moment::ZERO }, Input::CallbackTimeGone, Input::CallbackUnchanged(Unchanged::AtTurn), Input::CallbackUnchanged(Unchanged::CalledNow), Input::CallbackPromised(times().pop()), Input::CallbackCalledOff, Input::CallbackTakenUp, Input::CalledAgain(StepId(0)),
            Input::Fetched { ask: 1, fetched: Fetched::Found(Vec::new()) },
            Input::Fetched { ask: 1, fetched: Fetched::Failed },
            Input::Fetched { ask: 2, fetched: Fetched::Unknown },
            Input::Facts(Facts::new()),
            Input::Facts(Facts::from([(Fact::Vip, Value::YesNo(true))])),
            Input::Facts(Facts::from([(Fact::Waiting(QueueId(0)), Value::Number(4))])),
            Input::Facts(Facts::from([(Fact::Caller, Value::Text("+46701234567".into()))])),
        ]).prop_map(Step::Happens),
    ]
}

/// What has been seen of a visit.
#[derive(Default)]
struct Seen {
    last_play: PlayId,
    told: Option<u32>,
    promised: Option<speech::Wait>,
    waits: bool,
    /// Whether it has come to a queue.
    is_in: bool,
    /// The number that the caller has heard, or could have.
    told_number: Option<Number>,
    /// The times that the caller has heard, or could have.
    told_times: Vec<Appointment>,
    over: bool,
}

impl Seen {
    fn drain(&mut self, visit: &mut Visit) {
        self.waits = visit.queue().is_some();
        while let Some(output) = visit.poll_output() {
            assert!(!self.over, "nothing comes after the end: {output:?}");
            self.see(output);
        }
        assert!(!self.over || visit.poll_timeout().is_none());
    }

    fn see(&mut self, output: Output) {
        match output {
            Output::Play { play, phrases, then } => {
                assert!(play > self.last_play);
                assert!(!phrases.is_empty() || matches!(then, Then::Music(_)), "dead air");
                let has_music = matches!(then, Then::Music(_));
                assert_eq!(self.waits || phrases.is_empty(), has_music, "music is for who waits");
                self.last_play = play;
            }
            Output::LeaveQueue { .. } => {
                let was_in = std::mem::take(&mut self.is_in);
                assert!(was_in, "it leaves a queue that it is not in");
            }
            Output::Enqueue { .. } => {
                (self.told, self.promised, self.is_in) = (None, None, true);
            }
            Output::PlaceTold(place) => {
                assert!(self.told.is_none_or(|before| place <= before), "the place grew");
                self.told = Some(place);
            }
            Output::WaitTold { place, said, longer } => {
                assert!(longer || self.promised.is_none_or(|before| said <= before), "it rose");
                assert_eq!(self.told, Some(place), "it is told behind the place");
                assert!(!longer || self.promised.is_some(), "longer than what?");
                self.promised = Some(said);
            }
            Output::HangUp(_) => self.over = true,
            Output::Quiet
            | Output::AskPlace
            | Output::AskOffer(_)
            | Output::CallOffCallback(_)
            | Output::TakeUpCallback(_)
            | Output::WaitKept
            | Output::LookUp { .. }
            | Output::AskFacts(_)
            | Output::Decided { .. }
            | Output::Fetch { .. }
            | Output::Told { .. }
            | Output::Noted { .. }
            | Output::Dial(_)
            | Output::Chose { .. }
            | Output::Whisper(_)
            | Output::Language(_)
            | Output::OpenVoicemail(_)
            | Output::Record(_)
            | Output::StopRecording
            | Output::KeepMessage
            | Output::DiscardMessage
            | Output::AskTimes { .. }
            | Output::OpenCallback { .. } => {}
            Output::PromiseCallback { number, at, .. } => {
                assert_eq!(self.told_number, Some(number), "it is promised on another number");
                let is_told = at.is_none_or(|at| self.told_times.iter().any(|told| told.at == at));
                assert!(is_told, "it is promised at a time that was not offered");
            }
        }
    }
}

proptest! {
    #[test]
    fn a_visit_is_sound_whatever_happens(
        steps in prop::collection::vec(step(), 1..80),
        number in prop::sample::select(vec!["9000", "9777", "9778", "9779", "9780", "9781"]),
    ) {
        let plan = Plan::parse("demo", &[DEMO, OFFERS, MORE].concat(), &|_, _| true, &mut |_| Err(String::new())).unwrap();
        let noon = "2026-11-19T12:00:00".parse().unwrap();
        let mut visit = Visit::begin(Arc::new(plan), number, noon).unwrap();
        let (mut now, mut seen) = (Moment::ZERO, Seen::default());
        visit.handle(now, Input::Answered);
        seen.drain(&mut visit);
        for step in steps {
            match step {
                Step::Happens(input) => {
                    if let Input::CallbackNumber(Some(number))
                    | Input::CallbackStands { number, .. } = input
                    {
                        seen.told_number = Some(number);
                    }
                    if let Input::CallbackTimes { times, .. } = &input {
                        // The visit says no more of those that it has not asked for.
                        seen.told_times.extend(times.iter().copied());
                    }
                    visit.handle(now, input);
                }
                Step::PlayEnds => visit.handle(now, Input::Played(seen.last_play)),
                Step::Wait(seconds) => {
                    now += Duration::from_secs(seconds);
                    visit.handle_timeout(now);
                    prop_assert!(visit.poll_timeout().is_none_or(|due| due > now));
                }
            }
            seen.drain(&mut visit);
        }
    }
}
