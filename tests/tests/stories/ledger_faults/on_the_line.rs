//! Who is on the line beside those who are served or called back, through all that befalls the process: two callers who wait
//! in a line of their own, one in a menu, one at a voicemail, and two colleagues who talk.
//!
//! Whoever was where they are, and of whom that was written down, is there again after the next start, by the sound that they hear.
//! It is written down of everybody within a while.

use super::people::{AT_ONCE, Made, Manner, Person, is_answered};
use e2e::{Books, Server, Site, Sound, prompt, soft, wait};
use serde_json::Value;
use softphone::{Listen, Phone, PhoneCall, PhoneConfig};
use std::fs::OpenOptions;
use std::future::pending;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// What the site has for them.
const PLAN: &str = "[number.9002]\ngoto = \"queue.later\"\n\
     [number.9003]\ngoto = \"menu.main\"\n\
     [number.9004]\ngoto = \"voicemail.box\"\n\
     [number.9005]\ngoto = \"queue.desk\"\n\
     [queue.later]\nwelcome = []\nwrap_up = \"0s\"\n\
     [queue.desk]\n\
     [menu.main]\nprompts = [\"demo/menu\"]\nkeys = { 1 = \"queue.later\" }\ntimeout = \"60s\"\n\
     [voicemail.box]\nprompts = []\nsilence = \"1m\"\n\
     [agent.1002]\nsecret = \"secret-1002\"\nqueues = [\"later\"]\n\
     [agent.2001]\nsecret = \"secret-2001\"\nqueues = [\"desk\"]\n\
     [agent.2002]\nsecret = \"secret-2002\"\nqueues = [\"desk\"]\n";

/// Their numbers, and the accounts of the colleagues.
const WAIT: [&str; 2] = ["+46705100001", "+46705100002"];
const CHOOSES: &str = "+46705100003";
const SPEAKS: &str = "+46705100004";
const COLLEAGUES: [&str; 2] = ["2001", "2002"];

/// What is said in the menu.
const MENU: &str = "sv/demo/menu";
/// Samples by which a sound is known.
const SNATCH: usize = 8_000;
/// Who has heard so many samples is written down as being on the line, however busy the machine is, and though a commit is held up
/// for a second: ten seconds.
const SURELY: usize = 80_000;
/// Who has heard so many is, where the machine has a moment to spare and a commit is held up for a second: four seconds.
const USUALLY: usize = 32_000;
/// Who may be there again, and hears so many samples, is.
const SOME: usize = 4_000;
/// So long they are listened to.
const SOON: Duration = Duration::from_secs(2);
/// How long a message is.
const MESSAGE: Duration = Duration::from_secs(2);

/// The phones of these.
pub(super) struct Others {
    waits: [Phone; 2],
    chooses: Phone,
    speaks: Phone,
    colleagues: [Person; 2],
    /// Whose phone is off until the end: then those who wait are answered.
    answers: Person,
}

/// Their calls, as far as they have been made.
#[derive(Default)]
pub(super) struct Calls {
    waits: [Option<OnTheLine>; 2],
    chooses: Option<OnTheLine>,
    speaks: Option<OnTheLine>,
    /// Who called, and who was called.
    colleagues: [Option<OnTheLine>; 2],
}

/// A call, and how it stood when the process was killed.
struct OnTheLine {
    call: PhoneCall,
    /// Of one that these have made.
    made: Option<Made>,
    /// How much was heard before.
    from: usize,
    /// Whether they must be there again.
    is_sure: bool,
    /// Whether that should have been written down by then, and is not.
    is_behind: bool,
}

impl Others {
    /// Switches on all but the last, and writes what is for them into the site.
    pub(super) async fn switched_on(site: &Site) -> Self {
        let plan = OpenOptions::new().append(true).open(site.folder().join("dialplan.toml"));
        plan.unwrap().write_all(PLAN.as_bytes()).unwrap();
        let caller = async |number| soft::switch_on(over_a_trunk(site, number)).await.0;
        let speaks = soft::saying(over_a_trunk(site, SPEAKS), &words("1002"));
        let agent = async |account: &str| {
            let phone = soft::saying(soft::agent(site.sip, account, AT_ONCE), &words(account));
            let phone = PhoneConfig { listen: Listen::Record, registration: None, ..phone };
            Person::switched_on(phone, Manner::Talks).await
        };
        Self {
            waits: [caller(WAIT[0]).await, caller(WAIT[1]).await],
            chooses: caller(CHOOSES).await,
            speaks: soft::switch_on(speaks).await.0,
            colleagues: [agent(COLLEAGUES[0]).await, agent(COLLEAGUES[1]).await],
            answers: agent("1002").await,
        }
    }

    pub(super) async fn switched_off(self) {
        let [one, two] = self.waits;
        let [first, second] = self.colleagues.map(|colleague| colleague.phone);
        let agents = async { tokio::join!(first.stop(), second.stop(), self.answers.phone.stop()) };
        tokio::join!(one.stop(), two.stop(), self.chooses.stop(), self.speaks.stop(), agents);
    }

    /// All of them come to where they are, and the message is left. Nobody calls a server that is known to be dead.
    pub(super) async fn come(&self, calls: &mut Calls, is_dead: &AtomicBool) {
        let Calls { waits: [first, second], chooses, speaks, colleagues: [one, _] } = calls;
        let in_turn = async {
            if is_answered(made(&self.waits[0], "9002", first, is_dead).await).await {
                made(&self.waits[1], "9002", second, is_dead).await;
            }
        };
        let talk = async {
            for colleague in &self.colleagues {
                let _ = colleague.phone.register().await;
            }
            made(&self.colleagues[0].phone, "2002", one, is_dead).await;
            // Colleagues who call each other wait for no row.
            one.iter_mut().for_each(|one| one.made = None);
        };
        let leave = async {
            let call = made(&self.speaks, "9004", speaks, is_dead).await;
            if is_answered(call).await {
                leave_a_message(call).await;
            }
        };
        tokio::join!(in_turn, talk, leave, made(&self.chooses, "9003", chooses, is_dead));
    }

    /// How often the phone has rung at which those who wait are answered.
    pub(super) fn rung(&self) -> usize {
        self.answers.rung()
    }
}

impl Calls {
    /// The process has been killed, and this is what it has written down: what is heard from now on is another's.
    pub(super) fn are_cut_off(&mut self, others: &Others, books: &Books) {
        let (music, menu) = (prompt("music"), menu());
        for (waits, caller) in self.waits.iter_mut().zip(WAIT) {
            let is_written = books.can_take_up(caller);
            let hears = |heard: &Sound| is_in(&heard.latest(SNATCH), &music);
            waits.iter_mut().for_each(|waits| waits.is_cut_off(is_written, hears));
        }
        let is_written = books.can_take_up(CHOOSES);
        let hears = |heard: &Sound| is_in(&menu, heard);
        self.chooses.iter_mut().for_each(|chooses| chooses.is_cut_off(is_written, hears));
        self.speaks.iter_mut().for_each(|speaks| speaks.is_cut_off(false, |_| false));
        self.colleagues[1] = others.colleagues[1].last_call().map(OnTheLine::of);
        let is_written = books.can_take_up(COLLEAGUES[0]);
        for (one, says) in self.colleagues.iter_mut().flatten().zip(["2002", "2001"]) {
            one.is_cut_off(is_written, |heard| is_in(&words(says), heard));
        }
    }

    /// How many must be there again.
    pub(super) fn sure(&self) -> usize {
        let waits = self.waits.iter().flatten().filter(|waits| waits.is_sure).count();
        let chooses = self.chooses.iter().filter(|chooses| chooses.is_sure).count();
        waits + chooses + if self.talk_on() { 2 } else { 0 }
    }

    /// Whether the ledger had not come to somebody who had been there for a while.
    pub(super) fn are_behind(&self) -> bool {
        let alone = self.waits.iter().chain([&self.chooses]);
        alone.chain(&self.colleagues).flatten().any(|one| one.is_behind)
    }

    /// Who had been where they are for a while is there again: they hear music, the menu from its beginning, each other.
    pub(super) fn are_back(&self, here: &str) {
        for waits in self.waits.iter().flatten().filter(|waits| waits.is_sure) {
            wait::until_music(&format!("who waits, {here},"), waits.from, || waits.heard());
        }
        for chooses in self.chooses.iter().filter(|chooses| chooses.is_sure) {
            chooses.hears_from_its_beginning(&prompt(MENU), &format!("the menu, {here},"));
        }
        for (one, says) in self.colleagues.iter().flatten().zip(["2002", "2001"]) {
            if self.talk_on() {
                one.hears(&words(says), &format!("{says} who talks, {here},"));
            }
        }
    }

    fn talk_on(&self) -> bool {
        self.colleagues.iter().all(|one| one.as_ref().is_some_and(|one| one.is_sure))
    }

    /// An agent comes for those who wait, and answers one after the other in the order in which they came; and all who are
    /// still on the line hang up. Says how many waited.
    pub(super) async fn are_served(
        &mut self,
        others: &Others,
        server: &Server,
        here: &str,
    ) -> usize {
        for speaks in self.speaks.iter().chain(&self.colleagues[0]) {
            speaks.call.hang_up().await;
        }
        let mut in_turn = Vec::new();
        for waits in self.waits.iter().flatten() {
            if waits.is_sure || waits.is_back().await {
                in_turn.push(waits);
            }
        }
        if let Some(chooses) = &self.chooses {
            if chooses.is_sure {
                chooses.call.press_all("1").await;
                in_turn.push(chooses);
            } else {
                chooses.call.hang_up().await;
            }
        }
        let waiting = in_turn.len();
        server.until(&format!("{waiting} wait; {here}"), |status| {
            status.call_states().iter().filter(|state| **state == "waiting").count() == waiting
        });
        let _ = others.answers.phone.register().await;
        for waits in in_turn {
            waits.hears(&words("1002"), &format!("in their turn, {here}"));
            waits.call.hang_up().await;
        }
        waiting
    }

    /// Each call has one row, with one end, and those who have waited were answered.
    pub(super) fn are_written_down(&self, rows: &[Value], served: usize, here: &str) {
        let made: [(&str, Vec<&OnTheLine>); 4] = [
            ("9002", self.waits.iter().flatten().collect()),
            ("9003", self.chooses.iter().collect()),
            ("9004", self.speaks.iter().collect()),
            ("2002", self.colleagues[0].iter().collect()),
        ];
        for (number, calls) in made {
            let written = rows.iter().filter(|row| row["number"] == number).count();
            let sure = calls.iter().filter(|one| one.is_surely_written()).count();
            assert!((sure..=calls.len()).contains(&written), "{number}, {here}: {rows:#?}");
        }
        let by_the_agent = rows.iter().filter(|row| row["agent"] == "1002");
        let ends: Vec<&Value> = by_the_agent.map(|row| &row["outcome"]).collect();
        assert_eq!(ends, vec!["answered"; served], "{here}: {rows:#?}");
    }

    /// Whether somebody was thanked for a message.
    pub(super) fn thanked(&self) -> bool {
        let thanks = prompt("sv/voicemail/thanks").part(0, SNATCH);
        self.speaks.as_ref().is_some_and(|speaks| is_in(&thanks, &speaks.heard()))
    }
}

impl OnTheLine {
    fn of(call: PhoneCall) -> Self {
        Self { call, made: None, from: 0, is_sure: false, is_behind: false }
    }

    fn heard(&self) -> Sound {
        Sound::of_alaw(&self.call.heard().alaw)
    }

    fn is_surely_written(&self) -> bool {
        self.is_sure || self.made.as_ref().is_some_and(Made::is_surely_written)
    }

    fn is_cut_off(&mut self, is_written: bool, is_there: impl Fn(&Sound) -> bool) {
        let heard = self.heard();
        self.from = heard.len();
        let is_there = is_there(&heard);
        self.is_sure = (is_written || heard.len() >= SURELY) && is_there;
        self.is_behind = !is_written && heard.len() >= USUALLY && is_there;
    }

    /// Waits until this is heard behind what was heard before the process was killed.
    fn hears(&self, sound: &Sound, here: &str) {
        wait::until_heard(here, sound, self.from, || self.heard());
    }

    /// Waits until some part of what is said but once is heard, as far behind the end of what was heard before as it is behind the
    /// beginning: on a busy machine not every one comes through whole.
    fn hears_from_its_beginning(&self, said: &Sound, here: &str) {
        let parts = (0..said.len() / SNATCH).map(|nth| said.part(nth * SNATCH, SNATCH));
        let parts: Vec<Sound> = parts.collect();
        let mut looked_at = 0;
        wait::until_so(here, || {
            let since = self.heard().after(self.from);
            if since.len() < looked_at + SOME {
                return false;
            }
            looked_at = since.len();
            let lately = since.latest(4 * SNATCH);
            let before = since.len() - lately.len();
            parts.iter().enumerate().any(|(nth, part)| {
                let found = part.find_in(&lately);
                found.rho > wait::WELL && before + found.at + SOME >= nth * SNATCH
            })
        });
    }

    /// Whether something is heard again; who hears nothing hangs up.
    async fn is_back(&self) -> bool {
        let hears = async {
            while self.call.heard().alaw.len() < self.from + SOME {
                sleep(Duration::from_millis(50)).await;
            }
        };
        let is_back = timeout(SOON, hears).await.is_ok();
        if !is_back {
            self.call.hang_up().await;
        }
        is_back
    }
}

/// The phone of a caller who comes over the first trunk.
fn over_a_trunk(site: &Site, number: &str) -> PhoneConfig {
    PhoneConfig {
        bind_ip: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)),
        ..soft::caller(site.sip, number)
    }
}

/// Somebody calls, unless the server is dead.
async fn made<'a>(
    phone: &Phone,
    number: &str,
    call: &'a mut Option<OnTheLine>,
    is_dead: &AtomicBool,
) -> &'a PhoneCall {
    if is_dead.load(Ordering::SeqCst) {
        return pending().await;
    }
    let made = Made::by(phone, number).await;
    &call.insert(OnTheLine { made: Some(made.clone()), ..OnTheLine::of(made.call) }).call
}

/// Who has been answered speaks all the time, and says after a while that this is all, and right.
async fn leave_a_message(call: &PhoneCall) {
    sleep(MESSAGE).await;
    call.press_all("#").await;
    sleep(Duration::from_millis(500)).await;
    call.press_all("1").await;
    call.ended().await;
}

/// What an agent says.
fn words(account: &str) -> Sound {
    let name = match account {
        "2001" => "en/demo/support",
        "2002" => "en/demo/leverans",
        _ => "en/demo/faktura",
    };
    prompt(name).part(0, SNATCH)
}

fn menu() -> Sound {
    prompt(MENU).part(0, SNATCH)
}

fn is_in(sound: &Sound, heard: &Sound) -> bool {
    sound.find_in(heard).rho > wait::WELL
}
