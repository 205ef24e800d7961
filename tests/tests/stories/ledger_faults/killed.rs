//! The process is killed as it comes to write to its disk, at whatever write: a caller is served, and two customers are
//! promised a callback meanwhile. After the next start nothing that was promised is lost, or done more often than is
//! written down, and each call has one outcome.

use super::people::{
    ON_THE_LINE, ON_THE_WEB, Phones, assert_adds_up, callbacks, is_over, is_promised_on_the_web,
};
use e2e::{KillPoint, Server, Site, Sound, prompt, wait};
use jiff::Timestamp;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use softphone::PhoneCall;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Kill points by day, and how many are tried at once. More are by night.
const BY_DAY: u64 = 25;
const AT_ONCE: usize = 3;

/// A story writes to the ledger and brings it to the disk about so often, with what the start of the process does.
const WRITES: u32 = 240;
const SYNCS: u32 = 14;

/// Of all points so many come before the story is over, or else it is not the ledger that they are at.
const DIED_MIN: f64 = 0.5;

/// How long a story may take whose process lives.
const STORY_MAX: Duration = Duration::from_secs(20);

/// Who was not reached is tried again when so much has passed.
const RETRY: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_promised_is_lost_or_done_twice_at_whatever_write_the_process_is_killed() {
    let of_night = |name| std::env::var(name).ok().and_then(|count| count.parse::<u64>().ok());
    let from = of_night("KILLED_FROM").unwrap_or(1);
    let seeds = from..from + of_night("KILLED_COUNT").unwrap_or(BY_DAY);
    let (mut running, mut died) = (JoinSet::new(), Vec::new());
    for seed in seeds.clone() {
        if running.len() == AT_ONCE {
            died.extend(running.join_next().await.map(|done| done.unwrap()));
        }
        let handle = Handle::current();
        running.spawn_blocking(move || Story::of_seed(seed, handle).tell());
    }
    died.extend(running.join_all().await);
    let share = died.iter().filter(|died| **died).count() as f64 / died.len() as f64;
    assert!(share >= DIED_MIN, "{share} of {seeds:?} were killed in the midst of it");
}

/// One kill point.
struct Story {
    at: KillPoint,
    /// Whether the ledger is a new one, so that the process may die while it makes that.
    is_new: bool,
    /// How often each customer is tried; an attempt that the kill cuts off is none of these.
    attempts_max: u32,
    handle: Handle,
}

/// What people have been told by a process that was killed.
#[derive(Debug, Default)]
struct Told {
    /// Numbers that a callback was promised to.
    promised: BTreeSet<&'static str>,
    /// Callers whose calls were answered.
    answered: u64,
}

impl Story {
    fn of_seed(seed: u64, handle: Handle) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let at = match random.random_bool(0.5) {
            true => KillPoint::Write(random.random_range(1..=WRITES)),
            false => KillPoint::Sync(random.random_range(1..=SYNCS)),
        };
        let is_new = random.random_ratio(1, 8);
        Self { at, is_new, attempts_max: random.random_range(1..=3), handle }
    }

    /// Says whether the process died in the midst of it.
    fn tell(&self) -> bool {
        let site = Site::new("");
        let phones = self.handle.block_on(Phones::switched_on(&site, self.attempts_max));
        let site = if self.is_new { site } else { Server::start(site).kill() };

        let mut server = Server::start_to_die(site, self.at);
        let told = self.handle.block_on(self.lived_through(&mut server, &phones));
        let has_died = !server.is_alive();

        // Each after the time in which nobody is tried again.
        for later in [RETRY, 2 * RETRY] {
            let now = Timestamp::now() + later;
            let after = Server::start_at_moment(server.kill(), now);
            self.settled(&after, &phones, &told);
            server = after;
        }
        self.handle.block_on(phones.switched_off());
        has_died
    }

    async fn lived_through(&self, server: &mut Server, phones: &Phones) -> Told {
        let mut told = Told::default();
        if !server.is_alive() {
            return told;
        }
        // Each may come to nothing, for nobody may be there any more.
        let _ = timeout(STORY_MAX, phones.agent.register()).await;
        let served = phones.caller.call("9000").await.unwrap();
        let asks = phones.customers[0].phone.call("9001").await.unwrap();
        asks.press_all("1").await;
        if is_promised_on_the_web(server) {
            told.promised.insert(ON_THE_WEB);
        }
        let (is_served, is_told) = tokio::join!(talked(&served), heard_the_promise(&asks));
        told.answered = u64::from(is_served) + u64::from(is_told.is_some());
        if is_told == Some(true) {
            told.promised.insert(ON_THE_LINE);
        }
        for _ in 0..200 {
            if !server.is_alive() || callbacks(server).is_some_and(|all| all.iter().all(is_over)) {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        for call in [served, asks] {
            call.hang_up().await;
        }
        told
    }

    /// Everything that was promised is done, and the books are right.
    fn settled(&self, server: &Server, phones: &Phones, told: &Told) {
        let here = format!("killed {}, {} attempts, {told:?}", self.at, self.attempts_max);
        let _ = self.handle.block_on(phones.agent.register());
        server.until_agent("1001", "ready");
        let callbacks = wait::until(&format!("all callbacks are over; {here}"), || {
            callbacks(server).filter(|all| all.iter().all(is_over))
        });
        let rows = wait::until(&format!("all calls are over; {here}"), || {
            let rows = server.calls();
            rows.iter().all(|row| row["outcome"].is_string()).then_some(rows)
        });
        server.until_agent("1001", "ready");

        for promised in &told.promised {
            let theirs = callbacks.iter().filter(|callback| callback["number"] == **promised);
            let ends: Vec<&Value> = theirs.map(|callback| &callback["outcome"]).collect();
            assert_eq!(ends, ["reached"], "{promised} was promised one; {here}: {callbacks:?}");
        }
        for (customer, number) in phones.customers.iter().zip([ON_THE_LINE, ON_THE_WEB]) {
            let theirs = callbacks.iter().filter(|callback| callback["number"] == number);
            let count = |callback: &Value, name: &str| callback[name].as_u64().unwrap();
            let written: u64 =
                theirs.map(|one| count(one, "attempts") + count(one, "cut_off")).sum();
            let rung = customer.rung();
            assert!(rung <= written, "{number} rang {rung} times; {here}: {callbacks:?}");
        }
        let callers = rows.iter().filter(|row| row["direction"] == "in").count() as u64;
        assert!(callers >= told.answered, "{here}: {rows:?}");
        let ids: BTreeSet<u64> = rows.iter().filter_map(|row| row["id"].as_u64()).collect();
        assert_eq!(ids.len(), rows.len(), "{here}: {rows:?}");
        assert_adds_up(server, &here);
    }
}

/// Whether the call is answered; who is connected talks for a while.
async fn talked(call: &PhoneCall) -> bool {
    let is_answered = matches!(timeout(STORY_MAX, call.answered()).await, Ok(Ok(())));
    sleep(Duration::from_millis(1_500)).await;
    call.hang_up().await;
    is_answered
}

/// Whether the promise was heard; `None` if the call was not even answered.
async fn heard_the_promise(call: &PhoneCall) -> Option<bool> {
    timeout(STORY_MAX, call.answered()).await.ok()?.ok()?;
    let mut length = 0;
    loop {
        sleep(Duration::from_millis(500)).await;
        let heard = call.heard().alaw;
        // After the thanks the call ends, and with the process the sound.
        if heard.len() == length {
            let thanks = prompt("sv/callback/promised").part(0, 4_000);
            return Some(thanks.find_in(&Sound::of_alaw(&heard)).rho > wait::WELL);
        }
        length = heard.len();
    }
}
