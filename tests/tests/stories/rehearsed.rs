//! What `telefonist simulate` says is what a call then does: plans, times and keys that nobody thought of, each
//! called over SIP by sipp at a server whose clock shows that time, listened to, and read up in the ledger.
//!
//! Something opens or closes in the midst of the calls. A call is always a little behind what was simulated, so each is
//! simulated as if it came later too, and made as far as both say the same.

use e2e::as_simulated::{AsSimulated, is_met, steps_in_ledger};
use e2e::made_up::{LANGUAGES, MadeUp, MadeUpCall, Outside, TALKS, register};
use e2e::{Server, Sipp, SippCall, SippWorld, Site, Sound, prompt, run, soft, wait};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use softphone::{Answer, Events, Phone, PhoneConfig};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// The plans that are called by day: of all kinds of steps some are walked, in a night in which clocks are moved, on a
/// holiday and just before closing. More are by night.
const BY_DAY: [u64; 3] = [3, 13, 28];

/// How long a call is by day at most, in milliseconds: who is still there hangs up.
const BY_DAY_MS_MAX: u64 = 25_000;

/// How long a caller stays in a queue: so long that it may close meanwhile.
const WAIT: &str = "16s";

/// How much earlier than the calls the clock of a server begins: it starts meanwhile.
const STARTS: Duration = Duration::from_secs(10);
/// How often one is started that takes longer, on a machine that is busy.
const STARTS_MAX: usize = 5;

/// By how much a call may be behind what was simulated, in seconds.
const BEHIND: i64 = 5;

/// Of the twelve calls of a plan by day no fewer are made.
const MADE_MIN: usize = 8;

/// A phrase that may have come through in part is heard less well than this.
const UNHEARD: f32 = 0.85;

#[test]
fn what_simulate_says_is_what_a_call_does_at_any_time() {
    let of_night = |name| std::env::var(name).ok().and_then(|count| count.parse::<u64>().ok());
    match (of_night("REHEARSED_FROM"), of_night("REHEARSED_COUNT")) {
        (None, None) => thread::scope(|scope| {
            for seed in BY_DAY {
                scope.spawn(move || tried_and_called(seed, BY_DAY_MS_MAX));
            }
        }),
        (from, count) => {
            let from = from.unwrap_or(1);
            (from..from + count.unwrap_or(1)).for_each(|seed| tried_and_called(seed, u64::MAX));
        }
    }
}

fn tried_and_called(seed: u64, ms_max: u64) {
    let (register, world) = (register(), SippWorld::open());
    let outside = Outside { register: register.address(), carrier: world.address() };
    let plan = MadeUp::of_seed(seed, &outside);
    let site = Site::new(&plan.dialplan);
    plan.record(site.folder());
    let folder = site.folder().to_str().unwrap().to_owned();
    let tried =
        plan.calls.iter().filter_map(|call| Tried::of(seed, &plan, (call, ms_max), &folder));
    let calls: Vec<Tried<'_>> = tried.collect();
    assert!(
        calls.len() >= MADE_MIN,
        "seed {seed}: of {} calls much hangs on the second",
        calls.len()
    );
    let server = served_at(site, plan.calls_at().timestamp());
    let (_runtime, _phones) = phones(&plan, &server);
    thread::scope(|scope| {
        for tried in &calls {
            let (plan, server) = (&plan, &server);
            scope.spawn(move || {
                let _shown = Shown { plan, tried, server };
                called(seed, plan, tried, server);
            });
        }
    });
    compare(seed, &plan, &calls, &server);
}

/// The phones of the agents who answer, with what they run on.
fn phones(plan: &MadeUp, server: &Server) -> (Runtime, Vec<(Phone, Events)>) {
    let runtime = Runtime::new().unwrap();
    let switch_on = |account: &String| {
        let config = soft::agent(server.sip(), account, Answer::After(Duration::ZERO));
        runtime.block_on(soft::switch_on(PhoneConfig { talk: Some(TALKS), ..config }))
    };
    let phones = plan.agents.iter().map(switch_on).collect();
    plan.agents.iter().for_each(|account| drop(server.until_agent(account, "ready")));
    (runtime, phones)
}

/// A server whose clock has just come to this moment.
fn served_at(mut site: Site, at: Timestamp) -> Server {
    for _ in 0..STARTS_MAX {
        let begun = Instant::now();
        let server = Server::start_at_moment(site, at - STARTS);
        if let Some(rest) = STARTS.checked_sub(begun.elapsed()) {
            // Its clock began when it was there, a little later.
            thread::sleep(rest + Duration::from_millis(200));
            return server;
        }
        site = server.kill();
    }
    panic!("the machine is too busy: no start of {STARTS_MAX} took less than {STARTS:?}");
}

/// A call, and what is said of it.
struct Tried<'a> {
    call: &'a MadeUpCall,
    told: Value,
    /// As far as the call is made, where the caller hangs up early.
    cut: Option<Value>,
}

impl<'a> Tried<'a> {
    /// None: where it leads hangs on the second from the beginning.
    fn of(
        seed: u64,
        plan: &MadeUp,
        (call, ms_max): (&'a MadeUpCall, u64),
        folder: &str,
    ) -> Option<Self> {
        let [told, behind] = [0, BEHIND].map(|by| simulated(seed, plan, (call, by), folder));
        let is_early = |entry: &&Value| entry["at_ms"].as_u64().unwrap() <= ms_max;
        let early = entries(&told).take_while(is_early).count();
        let made = early.min(alike(&told, &behind));
        let cut = if made == entries(&told).count() {
            None
        } else {
            Some(begun(&told, cut_behind(&told, made)?))
        };
        Some(Self { call, told, cut })
    }

    /// What is made of the call.
    fn made(&self) -> &Value {
        self.cut.as_ref().unwrap_or(&self.told)
    }
}

/// How many entries of a call are the same whether it is behind or not.
fn alike(told: &Value, behind: &Value) -> usize {
    let timeless = |entry: &Value| {
        let mut entry = entry.clone();
        entry.as_object_mut().unwrap().remove("at_ms");
        entry
    };
    let both = entries(told).zip(entries(behind));
    both.take_while(|(told, behind)| timeless(told) == timeless(behind)).count()
}

/// How many of the first entries of a call are made so that the caller hangs up while something is said, after having
/// heard something: what comes next is a phrase away. None: so much is not said.
fn cut_behind(told: &Value, count: usize) -> Option<usize> {
    let says = |(_, entry): &(usize, &Value)| entry["kind"] == "says";
    let mut said = entries(told).enumerate().take(count).filter(says).map(|(at, _)| at);
    said.next()?;
    said.last()
}

/// The first entries of a call, behind which the caller hangs up.
fn begun(told: &Value, count: usize) -> Value {
    let mut begun = told.clone();
    let entries = begun["entries"].as_array_mut().unwrap();
    entries.truncate(count);
    entries.push(json!({ "kind": "ends", "how": "hangs_up", "place": "hangup" }));
    begun
}

/// Everything that the ledger has of the calls is what was said of them, and nothing else is.
fn compare(seed: u64, plan: &MadeUp, calls: &[Tried<'_>], server: &Server) {
    let kept = Kept::of(server);
    let rows = until_closed(server, calls.len());
    for tried @ Tried { call, told, cut } in calls {
        let row = rows.iter().find(|row| row["number"] == call.number.as_str()).unwrap();
        let offered: Timestamp = row["offered_at"].as_str().unwrap().parse().unwrap();
        let behind = offered.duration_since(plan.calls_at().timestamp());
        assert!((0..60).contains(&behind.as_secs()), "seed {seed}: the call was made at {row}");
        let steps = steps_in_ledger(&server.story(row["id"].as_u64().unwrap()));
        let what =
            format!("seed {seed}, {} with {call:?}:\n{}\n{told:#}", call.number, plan.dialplan);
        let sound = |language: &str, name: &str| sound_of(plan, language, name);
        let steps_of = |told: &Value| {
            let (what, speaks) = (what.clone(), call.speaks);
            AsSimulated { what, told, sound: &sound, speaks, server, agent: None }.steps()
        };
        let (all, _) = steps_of(told);
        let (_, cause) = steps_of(tried.made());
        assert_eq!(row["cause"], cause, "{what}");
        assert_eq!(row["caller"], call.caller.as_deref().unwrap_or_default(), "{what}");
        let Some(cut) = cut else {
            assert_eq!(steps, all, "{what}");
            assert_eq!(left_in_ledger(row), left_of(told), "{what}");
            if let Some(caller) = &call.caller {
                assert_eq!(kept.by(caller), Kept::of_call(told), "{what}");
            }
            continue;
        };
        // What is heard or pressed last had come when the caller hung up; what is behind, perhaps.
        let met = cut["entries"].as_array().unwrap().iter().rposition(is_met).unwrap_or(0);
        let (least, _) = steps_of(&begun(cut, met));
        assert!(all.starts_with(&steps) && steps.starts_with(&least), "{what}\n{steps:#?}");
    }
}

/// What a caller has left behind, by the ledger.
fn left_in_ledger(row: &Value) -> Option<&str> {
    match row["outcome"].as_str() {
        Some("voicemail") => Some("message"),
        Some("callback") => Some("callback"),
        _ => None,
    }
}

/// The same by what is said of the call.
fn left_of(told: &Value) -> Option<&str> {
    entries(told).last().and_then(|end| end["left"].as_str())
}

/// Shows all there is to know of a call when something is not as it should be.
struct Shown<'a> {
    plan: &'a MadeUp,
    tried: &'a Tried<'a>,
    server: &'a Server,
}

#[expect(clippy::print_stderr, reason = "what a test that fails has to say")]
impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let Self { plan, tried: Tried { call, told, .. }, server } = self;
            let rows = server.calls();
            let row = rows.iter().find(|row| row["number"] == call.number.as_str());
            let story = row.and_then(|row| row["id"].as_u64()).map(|id| server.story(id));
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
fn simulated(seed: u64, plan: &MadeUp, (call, behind): (&MadeUpCall, i64), folder: &str) -> Value {
    let at = (plan.calls_at() + behind.seconds()).datetime().to_string();
    let mut words = vec!["simulate", folder, "--json", "--wait", WAIT, "--to", &call.number];
    words.extend(["--at", &at]);
    words.extend(call.caller.iter().flat_map(|caller| ["--from", caller]));
    let talks = format!("{}s", TALKS.as_secs());
    if !call.answered_in.is_empty() {
        words.extend(["--talks", &talks]);
    }
    // Elsewhere nobody has logged in.
    let others = plan.queues.iter().filter(|queue| !call.answered_in.contains(queue));
    let queues: Vec<String> = others.map(|queue| format!("{queue}=logged_out")).collect();
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

/// Makes the call as it is told. Nothing else is heard.
fn called(seed: u64, plan: &MadeUp, tried: &Tried<'_>, server: &Server) {
    let Tried { call, told, .. } = tried;
    let caller = call.caller.as_deref().unwrap_or("anonymous");
    let sipp_call = SippCall { server: server.sip(), number: &call.number, caller };
    let mut sipp = Sipp::call(sipp_call);
    let sound = |language: &str, name: &str| sound_of(plan, language, name);
    let what = format!("seed {seed}, {} with keys {}", call.number, call.keys);
    let as_told = |told| {
        let (what, speaks) = (what.clone(), call.speaks);
        AsSimulated { what, told, sound: &sound, speaks, server, agent: None }
    };
    as_told(tried.made()).follow(&mut sipp);
    let all = as_told(told);
    let said = all.phrases();
    let heard = sipp.sound.heard();
    for (language, name) in call
        .prompts
        .iter()
        .flat_map(|name| LANGUAGES.map(|language| (language, name.as_str())))
        .filter(|phrase| !said.contains(phrase))
    {
        let rho = plan.sound(language, name).find_in(&heard).rho;
        assert!(rho < UNHEARD, "{what}: {language}/{name} is heard\n{told:#}\n{}", plan.dialplan);
    }
}

fn sound_of(plan: &MadeUp, language: &str, name: &str) -> Sound {
    match plan.prompts.iter().any(|ours| ours == name) {
        true => plan.sound(language, name),
        false => prompt(&format!("{language}/{name}")),
    }
}
