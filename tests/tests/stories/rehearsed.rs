//! What `telefonist simulate` says is what a call then does: plans and keys that nobody thought of, each
//! called over SIP by sipp, listened to, and read up in the ledger.

use e2e::made_up::{LANGUAGES, MadeUp, MadeUpCall, Outside, register};
use e2e::{Server, Sipp, SippCall, SippWorld, Site, Sound, prompt, run, wait};
use serde_json::Value;
use std::thread;
use std::time::Duration;

/// The plans that are called by day: of all kinds of steps some are walked. More are by night.
const BY_DAY: [u64; 2] = [4, 13];

/// How long a call is by day at most, in milliseconds. What lasts longer is left to the night.
const BY_DAY_MS_MAX: u64 = 25_000;

/// So many calls of each plan are made in any case.
const CALLS_MIN: usize = 4;

/// How long a caller stays in a queue.
const WAIT: &str = "6s";

/// When an early key is pressed, in milliseconds.
const EARLY_MS: u64 = 300;

/// Samples that no message is as long as.
const SILENCE: usize = 8_000 * 300;

/// Samples of a phrase that are looked for at once.
const PIECE: usize = 2_000;

/// A phrase that may have come through in part is heard less well than this.
const UNHEARD: f32 = 0.85;

#[test]
fn what_simulate_says_is_what_a_call_does() {
    let of_night = |name| std::env::var(name).ok().and_then(|count| count.parse::<u64>().ok());
    match (of_night("REHEARSED_FROM"), of_night("REHEARSED_COUNT")) {
        (None, None) => BY_DAY.into_iter().for_each(|seed| tried_and_called(seed, BY_DAY_MS_MAX)),
        (from, count) => {
            let from = from.unwrap_or(1);
            (from..from + count.unwrap_or(1)).for_each(|seed| tried_and_called(seed, u64::MAX));
        }
    }
}

fn tried_and_called(seed: u64, ms_max: u64) {
    let (register, world) = (register(), SippWorld::open());
    let outside = Outside { register: register.address(), carrier: world.address() };
    let plan = MadeUp::of_seed(seed, &jiff::Zoned::now(), &outside);
    let site = Site::new(&plan.dialplan);
    plan.record(site.folder());
    let folder = site.folder().to_str().unwrap().to_owned();
    let tried = plan.calls.iter().map(|call| (call, simulated(seed, &plan, call, &folder)));
    let calls: Vec<_> = tried.filter(|(_, told)| length_ms(told) <= ms_max).collect();
    assert!(calls.len() >= CALLS_MIN, "seed {seed} makes long calls");
    let server = Server::start(site);
    thread::scope(|scope| {
        for (call, told) in &calls {
            let (plan, server) = (&plan, &server);
            scope.spawn(move || {
                let _shown = Shown { plan, call, told, server };
                called(seed, plan, call, told, server);
            });
        }
    });
    compare(seed, &plan, &calls, &server);
}

/// Everything that the ledger has of the calls is what was said of them, and nothing else is.
fn compare(seed: u64, plan: &MadeUp, calls: &[(&MadeUpCall, Value)], server: &Server) {
    let kept = Kept::of(server);
    let rows = until_closed(server, calls.len());
    for (call, told) in calls {
        let row = rows.iter().find(|row| row["number"] == call.number.as_str()).unwrap();
        let story = server.story(row["id"].as_u64().unwrap());
        let what =
            format!("seed {seed}, {} with {call:?}:\n{}\n{told:#}", call.number, plan.dialplan);
        assert_eq!(steps_in_ledger(&story), steps_of(told), "{what}");
        assert_eq!(row["cause"], cause_of(told), "{what}");
        assert_eq!(row["caller"], call.caller.as_deref().unwrap_or_default(), "{what}");
        if let Some(caller) = &call.caller {
            assert_eq!(kept.by(caller), Kept::of_call(told), "{what}");
        }
    }
    // Those of callers who withhold their numbers among them.
    let messages: usize = calls.iter().map(|(_, told)| Kept::of_call(told).messages).sum();
    assert_eq!(kept.messages.len(), messages, "seed {seed}: {:?}", kept.messages);
}

fn length_ms(told: &Value) -> u64 {
    entries(told).last().and_then(|end| end["at_ms"].as_u64()).unwrap()
}

/// Shows all there is to know of a call when something is not as it should be.
struct Shown<'a> {
    plan: &'a MadeUp,
    call: &'a MadeUpCall,
    told: &'a Value,
    server: &'a Server,
}

#[expect(clippy::print_stderr, reason = "what a test that fails has to say")]
impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let rows = self.server.calls();
            let row = rows.iter().find(|row| row["number"] == self.call.number.as_str());
            let story = row.and_then(|row| row["id"].as_u64()).map(|id| self.server.story(id));
            let Self { plan, call, told, .. } = self;
            eprintln!("{}\n{told:#}\n{call:?}\n{story:#?}", plan.dialplan);
        }
    }
}

/// Waits until the ledger has this many calls, all of them closed. Somebody may be waiting to be called back.
fn until_closed(server: &Server, count: usize) -> Vec<Value> {
    wait::until(&format!("{count} calls are over"), || {
        let rows = server.calls();
        let calls: Vec<Value> = rows.into_iter().filter(|row| row["direction"] == "in").collect();
        let closed = calls.iter().filter(|row| row["outcome"].is_string()).count();
        (closed == count && calls.len() == count).then_some(calls)
    })
}

/// The messages that were left, and the callbacks that were promised, by the command line.
struct Kept {
    messages: Vec<Value>,
    callbacks: Vec<Value>,
}

/// How many of one caller.
#[derive(Debug, PartialEq, Eq)]
struct KeptOfCall {
    messages: usize,
    /// A second promise of one number stands in place of the first.
    has_callback: bool,
}

impl Kept {
    fn of(server: &Server) -> Self {
        let socket = server.site().data().join("control.sock");
        let list = |what: &str| -> Vec<Value> {
            let ran = run(&[what, "list", "--json", "--socket", socket.to_str().unwrap()]);
            serde_json::from_str(&ran.out)
                .unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
        };
        Self { messages: list("message"), callbacks: list("callback") }
    }

    fn by(&self, caller: &str) -> KeptOfCall {
        let of_caller = |all: &[Value]| all.iter().filter(|it| it["caller"] == caller).count();
        KeptOfCall {
            messages: of_caller(&self.messages),
            has_callback: of_caller(&self.callbacks) > 0,
        }
    }

    /// What is said of a call.
    fn of_call(told: &Value) -> KeptOfCall {
        let kinds = entries(told).map(|entry| entry["kind"].as_str().unwrap());
        KeptOfCall {
            messages: kinds.clone().filter(|kind| *kind == "message_kept").count(),
            has_callback: kinds.clone().any(|kind| kind == "callback_promised"),
        }
    }
}

/// What `simulate` says of a call.
fn simulated(seed: u64, plan: &MadeUp, call: &MadeUpCall, folder: &str) -> Value {
    let mut words = vec!["simulate", folder, "--json", "--wait", WAIT, "--to", &call.number];
    words.extend(call.caller.iter().flat_map(|caller| ["--from", caller]));
    let queues: Vec<String> =
        plan.queues.iter().map(|queue| format!("{queue}=logged_out")).collect();
    // Nobody has logged in.
    words.extend(queues.iter().flat_map(|queue| ["--queue", queue]));
    words.extend(call.replies.iter().flat_map(|reply| ["--reply", reply]));
    let speaks = format!("{}s", call.speaks.as_secs());
    words.extend(["--speaks", &speaks]);
    words.extend(["--dial", if call.outside_answers { "answers" } else { "rings" }]);
    if !call.keys.is_empty() {
        words.extend(["--keys", &call.keys]);
    }
    let ran = run(&words);
    assert_eq!(ran.code, Some(0), "seed {seed}: {}\n{}", ran.err, plan.dialplan);
    serde_json::from_str(&ran.out).unwrap()
}

fn entries(told: &Value) -> impl Iterator<Item = &Value> + Clone {
    told["entries"].as_array().unwrap().iter()
}

/// Makes the call: hears each phrase in its order, and presses each key in its place. Nothing else is heard.
fn called(seed: u64, plan: &MadeUp, call: &MadeUpCall, told: &Value, server: &Server) {
    let caller = call.caller.as_deref().unwrap_or("anonymous");
    let sipp_call = SippCall { server: server.sip(), number: &call.number, caller };
    let mut sipp = Sipp::call(sipp_call);
    let mut heard_to = 0;
    // What is being said while an early key is pressed.
    let mut said = None;
    for (entry, next) in entries(told).zip(entries(told).skip(1).chain([&Value::Null])) {
        let what = format!("seed {seed}, {}: {entry}", call.number);
        match entry["kind"].as_str().unwrap() {
            "says" if next["at_ms"] == EARLY_MS && next["kind"] == "presses" => {
                begin_to_listen(plan, &sipp, entry, (&what, heard_to));
                said = Some(entry);
            }
            "says" => heard_to = listen(plan, &sipp, entry, (&what, heard_to)),
            "presses" => {
                sipp.sound.press(key_of(entry));
                sipp.sound.hush();
                if let Some(said) = said.take() {
                    heard_to = listen(plan, &sipp, said, (&what, heard_to));
                }
            }
            "records" => speak(&sipp, call.speaks, next),
            "ends" if entry["how"] == "put_through" => {
                until_put_through(&what, call, server);
                sipp.hang_up();
            }
            "ends" if entry["how"] == "left" => {
                wait::until_music(&what, heard_to, || sipp.sound.heard());
                sipp.hang_up();
            }
            "ends" => sipp.ended(),
            _ => {}
        }
    }
    let said = phrases(told);
    let heard = sipp.sound.heard();
    for (language, name) in call
        .prompts
        .iter()
        .flat_map(|name| LANGUAGES.map(|language| (language, name.as_str())))
        .filter(|phrase| !said.contains(phrase))
    {
        let rho = plan.sound(language, name).find_in(&heard).rho;
        let what = format!("seed {seed}, {} with keys {}", call.number, call.keys);
        assert!(rho < UNHEARD, "{what}: {language}/{name} is heard\n{told:#}\n{}", plan.dialplan);
    }
}

/// Speaks for so long: and no more, or up to the key that ends the message.
fn speak(sipp: &Sipp, length: Duration, next: &Value) {
    let voice = Sound::noise(0, 8 * usize::try_from(length.as_millis()).unwrap());
    if next["kind"] == "presses" {
        sipp.sound.say(&voice);
        // What is shorter is no message.
        thread::sleep(length);
    } else if !voice.is_empty() {
        sipp.sound.say(&voice.followed_by_silence(SILENCE));
    }
}

fn until_put_through(what: &str, call: &MadeUpCall, server: &Server) {
    wait::until_so(&format!("{what}: somebody answers"), || {
        let rows = server.calls();
        let row = rows.iter().find(|row| row["number"] == call.number.as_str());
        let id = row.and_then(|row| row["id"].as_u64());
        id.is_some_and(|id| server.kinds(id).iter().any(|kind| kind == "put_through"))
    });
}

/// Every phrase that is said, heard or not, with its language.
fn phrases(told: &Value) -> Vec<(&str, &str)> {
    let says = told["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "says");
    let said = says.flat_map(|entry| entry["phrases"].as_array().unwrap());
    said.map(|it| (it["language"].as_str().unwrap(), it["prompt"].as_str().unwrap())).collect()
}

fn key_of(entry: &Value) -> char {
    entry["key"].as_str().unwrap().chars().next().unwrap()
}

/// Waits until the first words have begun.
fn begin_to_listen(plan: &MadeUp, sipp: &Sipp, entry: &Value, (what, from): (&str, usize)) {
    if let Some(said) = entry["phrases"].as_array().unwrap().first() {
        sipp.sound.until_heard(what, &sound_of(plan, said).part(0, 1_200), from);
    }
}

/// Waits until all that is said to the end has been heard.
fn listen(plan: &MadeUp, sipp: &Sipp, entry: &Value, (what, from): (&str, usize)) -> usize {
    let phrases = entry["phrases"].as_array().unwrap();
    let whole = phrases.iter().take_while(|said| said["heard"] == "whole");
    let whole = whole.filter(|said| !is_digit_read_out(said["prompt"].as_str().unwrap()));
    whole.fold(from, |from, said| until_heard(what, &sound_of(plan, said), from, sipp))
}

/// Which of two that are alike is heard cannot be told, nor when silence begins.
fn is_digit_read_out(prompt: &str) -> bool {
    prompt == "pause" || prompt.starts_with("numbers/")
}

/// Waits until most of a phrase has been heard, and says where the last of it ends. A machine that is busy
/// with other stories may lose a packet, and which phrase it is can be told all the same.
fn until_heard(what: &str, phrase: &Sound, from: usize, sipp: &Sipp) -> usize {
    let pieces = phrase.pieces(PIECE);
    let (mut looked_at, mut before) = (0, 0);
    wait::until(what, || {
        let heard = sipp.sound.heard();
        // When the call is over no more comes.
        let is_all = heard.len() == std::mem::replace(&mut before, heard.len());
        let may_be_heard = heard.len() >= (looked_at + PIECE).max(from + phrase.len() * 2 / 3);
        if heard.len() == looked_at || !(is_all || may_be_heard) {
            return None;
        }
        looked_at = heard.len();
        let since = heard.after(from);
        let found = pieces.iter().map(|piece| piece.find_in(&since));
        let found: Vec<_> = found.filter(|found| found.rho > wait::WELL).collect();
        let end = found.iter().map(|found| from + found.at + PIECE).max()?;
        // A key would cut the rest.
        let is_over = is_all || end + 2 * PIECE <= heard.len() || found.len() == pieces.len();
        (is_over && 3 * found.len() > 2 * pieces.len()).then_some(end)
    })
}

fn sound_of(plan: &MadeUp, said: &Value) -> Sound {
    let (language, name) = (said["language"].as_str().unwrap(), said["prompt"].as_str().unwrap());
    match plan.prompts.iter().any(|ours| ours == name) {
        true => plan.sound(language, name),
        // The tone is the same in all languages.
        false if name == "tone" => prompt(name),
        false => prompt(&format!("{language}/{name}")),
    }
}

/// What a ledger would have of a call, by what is said of it.
fn steps_of(told: &Value) -> Vec<String> {
    let step = |entry: &Value| {
        let key = entry["key"].as_str().unwrap_or_default();
        let queue = entry["place"].as_str().unwrap().strip_prefix("queue.").unwrap_or_default();
        let word = |name: &str| entry[name].as_str().unwrap_or_default();
        Some(match (word("kind"), word("does"), word("why")) {
            ("presses", "chooses", _) | ("chooses", ..) => format!("chose {key}"),
            ("presses", "leaves_queue", _) => format!("left {queue} by {key}"),
            ("waits", ..) => format!("queued in {queue}"),
            ("sent_on", _, "closed") => format!("found {queue} closed"),
            ("sent_on", _, why) => format!("sent on from {queue} by {why}"),
            ("decides", ..) => format!("to {} for {}", word("to"), word("why")),
            ("notes", ..) => format!("{} is {}", word("name"), word("value")),
            ("is_told", ..) => format!("told place {}", entry["place_told"]),
            ("looks_up", ..) => format!("{} in {}", word("name"), word("directory")),
            ("dials", ..) => format!("called {}", word("number")),
            ("not_put_through", ..) => "nobody answered".to_owned(),
            ("ends", ..) if word("how") == "put_through" => "put through".to_owned(),
            _ => return None,
        })
    };
    entries(told).filter_map(step).collect()
}

/// Why a call ends, by what is said of it.
fn cause_of(told: &Value) -> &'static str {
    match entries(told).last().and_then(|end| end["how"].as_str()).unwrap() {
        "finished" => "the dialplan ended the call",
        "closed" => "closed",
        "queue_full" => "the queue was full",
        "queue_closed" => "the queue was closed",
        "sent_on" => "sent on by a condition of the queue",
        "left" | "put_through" => "caller hung up",
        _ => "an end that no made-up call here comes to",
    }
}

/// The same by the ledger.
fn steps_in_ledger(story: &[Value]) -> Vec<String> {
    let told = |event: &Value| {
        let detail = &event["detail"];
        let word = |name: &str| detail[name].as_str().unwrap_or_default();
        Some(match event["kind"].as_str()? {
            "chose" => format!("chose {}", word("key")),
            "left_by_key" => format!("left {} by {}", word("queue"), word("key")),
            "queued" => format!("queued in {}", word("queue")),
            "found_closed" => format!("found {} closed", word("queue")),
            "sent_on" => format!("sent on from {} by {}", word("queue"), word("condition")),
            "noted" => format!("{} is {}", word("name"), word("value")),
            "decided" => format!("to {} for {}", word("to"), word("why")),
            "place_told" => format!("told place {}", detail["place"]),
            "looked_up" => format!("{} in {}", word("name"), word("directory")),
            "called_out" => format!("called {}", word("number")),
            "call_out_failed" => "nobody answered".to_owned(),
            "put_through" => "put through".to_owned(),
            _ => return None,
        })
    };
    story.iter().filter_map(told).collect()
}
