//! A supervisor beside a caller and an agent who talk: who hears whom, measured at the far ends.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, run};
use std::thread;
use std::time::Duration;

const PLAN: &str = "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n\
    [queue.support]\nname = \"Support\"\nwrap_up = \"60s\"\n\
    [agent.1001]\nname = \"Agent\"\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n\
    [agent.1099]\nname = \"Supervisor\"\nsecret = \"secret-1099\"\nqueues = []\nsupervises = [\"support\"]\n";

/// Samples of a second.
const SECOND: usize = 8_000;

/// How much the phones and our threads may be late on a busy machine (200 ms). That no more than two frames are missing is
/// shown on virtual time, by the stories of the media plane.
const GAP_MAX: usize = 1_600;

/// What is not heard at all does not look like it by more.
const UNHEARD: f32 = 0.35;

/// Somebody who says the same over and over, a second long each time, and is silent in between for so long that it is
/// heard alone now and then.
struct Voice {
    words: Sound,
    said: Sound,
    /// From one time to the next, in samples.
    period: usize,
}

/// So long a phone is silent before it says the same again.
const PAUSE: usize = 4_000;

impl Voice {
    fn of_caller(seed: u64, period: usize) -> Self {
        let words = Sound::noise(seed, SECOND);
        let said = words.clone().followed_by_silence(period - SECOND);
        Self { words, said, period }
    }

    fn of_phone(seed: u64, period: usize) -> Self {
        Self { period, ..Self::of_caller(seed, period - PAUSE) }
    }

    /// How far two places at which it is heard are from a whole number of its periods.
    fn shifted(&self, first: usize, second: usize) -> usize {
        let off = (second - first) % self.period;
        off.min(self.period - off)
    }
}

/// The three and their voices.
struct Three {
    server: Server,
    caller: Sipp,
    agent: Baresip,
    supervisor: Baresip,
    voices: [Voice; 3],
}

/// Caller and agent talk, and the supervisor is there.
fn talking() -> Three {
    let server = Server::start(Site::new(PLAN));
    let voices =
        [Voice::of_caller(1, 27_200), Voice::of_phone(2, 34_400), Voice::of_phone(3, 21_600)];
    let [callers, agents, supervisors] = &voices;
    let phone = |account, voice: &Voice| {
        let setup = PhoneSetup::of_agent(server.sip(), account, Picks::Up, &voice.said);
        let phone = Baresip::start(&setup);
        server.until_agent(account, "ready");
        phone
    };
    let agent = phone("1001", agents);
    let supervisor = phone("1099", supervisors);
    let caller = Sipp::dial(server.sip(), "0708000031");
    caller.sound.say(&callers.said);
    server.until_agent("1001", "talking");
    Three { server, caller, agent, supervisor, voices }
}

/// Caller and agent talk, and the supervisor hears it.
fn beside() -> Three {
    let mut three = talking();
    three.supervisor.dial("*201001");
    three.supervisor.wait_for("CALL_ESTABLISHED");
    three
}

/// Gives a command about agents over the control socket.
fn command(server: &Server, words: &[&str]) {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names");
    let told = run(&[&["agent"], words, &["--socket", socket]].concat());
    assert_eq!(told.code, Some(0), "{} {}", told.out, told.err);
}

/// Nothing of it is in what was heard behind sample `from`.
fn assert_unheard(who: &str, words: &Sound, heard: &Sound, from: usize) {
    let heard = heard.after(from);
    assert!(heard.len() > 3 * SECOND, "{who} has heard enough to tell: {}", heard.len());
    let found = words.find_in(&heard);
    assert!(found.rho < UNHEARD, "{who} hears what is not for them: {found:?}");
}

#[test]
fn a_supervisor_hears_both_and_is_heard_by_none_by_one_and_by_both_without_a_gap() {
    let Three { server, mut caller, mut agent, mut supervisor, voices } = beside();
    let [callers, agents, supervisors] = &voices;

    supervisor.until_heard("the caller", &callers.words, 0);
    supervisor.until_heard("the agent", &agents.words, 0);
    let before = caller.sound.until_heard("the agent", &agents.words, 0);
    let agent_before = agent.until_heard("the caller", &callers.words, 0);
    assert_unheard("the caller", &supervisors.words, &caller.sound.heard(), 0);
    assert_unheard("the agent", &supervisors.words, &agent.hears(), 0);

    supervisor.tell("sndcode", "5");
    let (from, agent_from) = (caller.sound.heard().len(), agent.hears().len());
    let whispered = agent.until_heard("the whisper", &supervisors.words, agent_from);
    let amid = agent.until_heard("the caller", &callers.words, agent_from);
    let shifted = callers.shifted(agent_before, amid);
    assert!(shifted <= GAP_MAX, "the agent hears the caller on: {shifted} samples");
    let meanwhile = caller.sound.until_heard("the agent", &agents.words, from);
    let shifted = agents.shifted(before, meanwhile);
    assert!(shifted <= GAP_MAX, "and so does the caller the agent: {shifted} samples");
    agent.until_heard("the whisper", &supervisors.words, whispered);
    assert_unheard("the caller", &supervisors.words, &caller.sound.heard(), 0);

    command(&server, &["monitor", "1099", "barge"]);
    let from = caller.sound.heard().len();
    caller.sound.until_heard("the supervisor", &supervisors.words, from);
    let amid = caller.sound.until_heard("the agent", &agents.words, from);
    let shifted = agents.shifted(before, amid);
    assert!(shifted <= GAP_MAX, "the caller hears the agent on: {shifted} samples");

    supervisor.tell("hangup", "");
    server.until_agent("1099", "ready");
    let (from, agent_from) = (caller.sound.heard().len(), agent.hears().len());
    let on = caller.sound.until_heard("the agent", &agents.words, from);
    let shifted = agents.shifted(before, on);
    assert!(shifted <= GAP_MAX, "the two talk on: {shifted} samples");
    agent.until_heard("the caller", &callers.words, agent_from);
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
}

#[test]
fn a_supervisor_takes_the_caller_over_and_the_agent_is_let_go() {
    let Three { server, mut caller, mut agent, mut supervisor, voices } = beside();
    let [callers, agents, supervisors] = &voices;
    supervisor.until_heard("the caller", &callers.words, 0);

    supervisor.tell("sndcode", "9");
    agent.wait_for("CALL_CLOSED");
    server.until_agent("1001", "wrap_up");
    server.until_agent("1099", "talking");
    let (from, supervisor_from) = (caller.sound.heard().len(), supervisor.hears().len());
    caller.sound.until_heard("the supervisor", &supervisors.words, from);
    supervisor.until_heard("the caller", &callers.words, supervisor_from);
    thread::sleep(Duration::from_secs(5));
    assert_unheard("the caller", &agents.words, &caller.sound.heard(), from + SECOND);

    caller.hang_up();
    supervisor.wait_for("CALL_CLOSED");
    server.until_agent("1099", "wrap_up");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
    server.until("nobody is on the line", |status| status.calls().is_empty());
}

#[test]
fn whoever_listens_when_the_server_is_killed_costs_the_two_nothing() {
    let Three { server, mut caller, mut agent, supervisor, voices } = beside();
    let [callers, agents, _] = &voices;
    supervisor.until_heard("the caller", &callers.words, 0);
    agent.until_heard("the caller", &callers.words, 0);

    let site = server.kill();
    let (from, agent_from) = (caller.sound.heard().len(), agent.hears().len());
    caller.sound.moves();
    let server = Server::start(site);
    server.until_agent("1001", "talking");
    caller.sound.peer();
    caller.sound.say(&callers.said);
    caller.sound.until_heard("the agent", &agents.words, from);
    agent.until_heard("the caller", &callers.words, agent_from);
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
    server.until_agent("1099", "ready");
}

#[test]
fn a_supervisor_is_rung_to_listen() {
    let Three { server, mut caller, mut agent, mut supervisor, voices } = talking();
    command(&server, &["listen", "1099", "1001"]);
    let [callers, agents, supervisors] = &voices;
    supervisor.wait_for("CALL_ESTABLISHED");
    supervisor.until_heard("the caller", &callers.words, 0);
    supervisor.until_heard("the agent", &agents.words, 0);
    assert_unheard("the caller", &supervisors.words, &caller.sound.heard(), 0);
    assert_unheard("the agent", &supervisors.words, &agent.hears(), 0);

    let agent_from = agent.hears().len();
    supervisor.tell("sndcode", "5");
    agent.until_heard("the whisper", &supervisors.words, agent_from);
    caller.hang_up();
    supervisor.wait_for("CALL_CLOSED");
    agent.wait_for("CALL_CLOSED");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
    server.until_agent("1099", "ready");
}

#[test]
fn a_colleague_is_brought_in_is_heard_by_both_and_goes_on_with_the_caller() {
    let Three { server, mut caller, mut agent, supervisor: mut colleague, voices } = talking();
    command(&server, &["bring-in", "1001", "1099"]);
    let [callers, agents, colleagues] = &voices;
    colleague.wait_for("CALL_ESTABLISHED");
    colleague.until_heard("the caller", &callers.words, 0);
    colleague.until_heard("the agent", &agents.words, 0);
    caller.sound.until_heard("the colleague", &colleagues.words, 0);
    let before = caller.sound.until_heard("the agent", &agents.words, 0);
    agent.until_heard("the colleague", &colleagues.words, 0);
    let amid = caller.sound.until_heard("the agent", &agents.words, before + SECOND);
    let shifted = agents.shifted(before, amid);
    assert!(shifted <= GAP_MAX, "the caller hears the agent on: {shifted} samples");

    agent.tell("hangup", "");
    server.until_agent("1001", "wrap_up");
    server.until_agent("1099", "talking");
    let (from, colleague_from) = (caller.sound.heard().len(), colleague.hears().len());
    caller.sound.until_heard("the colleague", &colleagues.words, from);
    colleague.until_heard("the caller", &callers.words, colleague_from);

    colleague.tell("hangup", "");
    caller.ended();
    server.until_agent("1099", "wrap_up");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
    server.until("nobody is on the line", |status| status.calls().is_empty());
}
