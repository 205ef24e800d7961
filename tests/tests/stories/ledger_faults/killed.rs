//! The process is killed as it comes to write to its disk, at whatever write: a caller is served, and two customers are
//! promised a callback meanwhile. After the next start nothing that was promised is lost, or done more often than is
//! written down, and each call has one outcome.

use e2e::{KillPoint, Server, Site, Sound, prompt, run, soft, wait};
use jiff::Timestamp;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use softphone::{Answer, Listen, Phone, PhoneCall, PhoneConfig};
use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// Whose callback is asked for on the line, by who comes over the first trunk.
const ON_THE_LINE: &str = "+46701112233";
/// Whose callback is asked for on the web. The second trunk leads there.
const ON_THE_WEB: &str = "+46731112233";

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
    handle: Handle,
}

/// Everybody's phones. They live on when the server dies.
struct Phones {
    agent: Phone,
    caller: Phone,
    customers: [Customer; 2],
}

/// Who is behind a trunk: answers, presses 1 as asked, talks and hangs up.
struct Customer {
    phone: Phone,
    rung: Arc<AtomicU64>,
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
        Self { at, is_new: random.random_ratio(1, 8), handle }
    }

    /// Says whether the process died in the midst of it.
    fn tell(&self) -> bool {
        let site = Site::new("");
        let phones = self.handle.block_on(Phones::switched_on(&site));
        fs::write(site.folder().join("dialplan.toml"), plan(&phones)).unwrap();
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
        let here = format!("killed {}, {told:?}", self.at);
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
            let written: u64 = theirs.filter_map(|callback| callback["attempts"].as_u64()).sum();
            let rung = customer.rung.load(Ordering::SeqCst);
            assert!(rung <= written, "{number} rang {rung} times; {here}: {callbacks:?}");
        }
        let callers = rows.iter().filter(|row| row["direction"] == "in").count() as u64;
        assert!(callers >= told.answered, "{here}: {rows:?}");
        let ids: BTreeSet<u64> = rows.iter().filter_map(|row| row["id"].as_u64()).collect();
        assert_eq!(ids.len(), rows.len(), "{here}: {rows:?}");
        assert_adds_up(server, &here);
    }
}

impl Phones {
    async fn switched_on(site: &Site) -> Self {
        let at_once = Answer::After(Duration::from_millis(100));
        let (agent, _) = soft::switch_on(soft::agent(site.sip, "1001", at_once)).await;
        let caller = PhoneConfig {
            bind_ip: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)),
            ..PhoneConfig::new(site.sip, "+46701110000")
        };
        let (caller, _) = soft::switch_on(caller).await;
        let customers = [
            Customer::switched_on(site, ON_THE_LINE, 2).await,
            Customer::switched_on(site, ON_THE_WEB, 3).await,
        ];
        Self { agent, caller, customers }
    }

    async fn switched_off(self) {
        let [first, second] = self.customers;
        tokio::join!(
            self.agent.stop(),
            self.caller.stop(),
            first.phone.stop(),
            second.phone.stop()
        );
    }
}

impl Customer {
    async fn switched_on(site: &Site, number: &str, last: u8) -> Self {
        let config = PhoneConfig {
            bind_ip: IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)),
            answer: Answer::After(Duration::from_millis(100)),
            listen: Listen::Record,
            ..PhoneConfig::new(site.sip, number)
        };
        let (phone, mut events) = soft::switch_on(config).await;
        let rung = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&rung);
        tokio::spawn(async move {
            while let Some(call) = events.incoming().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(said_yes_and_talked(call));
            }
        });
        Self { phone, rung }
    }
}

async fn said_yes_and_talked(call: PhoneCall) {
    if call.answered().await.is_ok() {
        sleep(Duration::from_millis(300)).await;
        call.press_all("1").await;
        sleep(Duration::from_millis(700)).await;
        call.hang_up().await;
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

fn plan(phones: &Phones) -> String {
    let [first, second] = phones.customers.each_ref().map(|customer| customer.phone.address());
    format!(
        "language = \"sv\"\ncountry = \"46\"\n\
         [number.9000]\ngoto = \"queue.support\"\n\
         [number.9001]\ngoto = \"callback.support\"\n\
         [queue.support]\nwelcome = []\nwrap_up = \"0s\"\n\
         [callback.support]\nqueue = \"support\"\nretry = \"1m\"\nattempts_max = 9\nfull = \"hangup.full\"\n\
         [hangup.full]\ncause = \"busy\"\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n\
         [trunk.first]\nhost = \"{first}\"\nhealth = \"0s\"\ndial = [\"+4670\"]\n\
         [trunk.second]\nhost = \"{second}\"\nhealth = \"0s\"\ndial = [\"+4673\"]\n"
    )
}

fn is_promised_on_the_web(server: &Server) -> bool {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().unwrap();
    let asked = ["callback", "request", "support", ON_THE_WEB, "--socket", socket];
    run(&asked).code == Some(0)
}

/// What the server says of all callbacks, if it is there.
fn callbacks(server: &Server) -> Option<Vec<Value>> {
    let socket = server.site().data().join("control.sock");
    let ran = run(&["callback", "list", "--json", "--socket", socket.to_str().unwrap()]);
    serde_json::from_str(&ran.out).ok().filter(|_| ran.code == Some(0))
}

fn is_over(callback: &Value) -> bool {
    callback["outcome"].is_string()
}

/// Who came to the queue has left it in one way.
fn assert_adds_up(server: &Server, here: &str) {
    let data = server.site().data();
    let data = data.to_str().unwrap();
    let asked = ["report", "queues", "--data", data, "--json"];
    let report: Value = serde_json::from_str(&run(&asked).out).unwrap();
    let total = &report["total"];
    let count = |name: &str| total[name].as_u64().unwrap_or_else(|| panic!("{name}: {total}"));
    let ways = [
        "answered",
        "abandoned",
        "short_abandoned",
        "timed_out",
        "overflowed",
        "callback",
        "key",
        "closed",
        "moved",
        "withdrawn",
        "interrupted",
    ];
    let left: u64 = ways.map(count).iter().sum();
    assert_eq!((count("offered"), count("waiting")), (left, 0), "{here}: {total}");
}
