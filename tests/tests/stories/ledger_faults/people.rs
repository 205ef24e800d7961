//! Who calls, and is called: an agent, a caller who is served, and two customers who ask to be called back.

use e2e::{Site, run, soft};
use serde_json::Value;
use softphone::{Answer, Listen, Phone, PhoneCall, PhoneConfig};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// As soon as it has rung.
pub(super) const AT_ONCE: Answer = Answer::After(Duration::from_millis(100));
/// Whose callback is asked for on the line, by who comes over the first trunk.
pub(super) const ON_THE_LINE: &str = "+46701112233";
/// Whose callback is asked for on the web. The second trunk leads there.
pub(super) const ON_THE_WEB: &str = "+46731112233";

/// Who is called first when it is a callback's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    AgentFirst,
    CallerFirst,
}

/// How customers are called back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tries {
    /// Each customer is tried so often.
    pub(super) attempts_max: u32,
    pub(super) mode: Mode,
}

/// Everybody's phones. They live on when the server dies.
pub(super) struct Phones {
    pub(super) agent: Person,
    pub(super) caller: Phone,
    pub(super) customers: [Person; 2],
}

/// No caller waits longer for a row than this: then they are answered without one.
const ROW_MAX: Duration = Duration::from_millis(250);

/// A call that somebody has made.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) call: PhoneCall,
    /// How long it took until it was answered.
    answered_after: Arc<OnceLock<Duration>>,
}

impl Made {
    /// Somebody calls.
    pub(super) async fn by(phone: &Phone, number: &str) -> Self {
        let began = Instant::now();
        let call = phone.call(number).await.unwrap();
        let answered_after = Arc::default();
        let made = Self { call, answered_after };
        let rings = made.clone();
        tokio::spawn(async move {
            if is_answered(&rings.call).await {
                let _ = rings.answered_after.set(began.elapsed());
            }
        });
        made
    }

    /// Whether it must be written down: it was answered, and sooner than anybody is without a row.
    pub(super) fn is_surely_written(&self) -> bool {
        self.answered_after.get().is_some_and(|after| *after < ROW_MAX)
    }
}

/// Somebody whose phone rings, and is answered.
pub(super) struct Person {
    pub(super) phone: Phone,
    rings: Arc<Mutex<Vec<PhoneCall>>>,
}

/// What is done by who is called.
#[derive(Clone, Copy, Debug)]
pub(super) enum Manner {
    /// They talk until the other hangs up.
    Talks,
    /// They are called back: they press 1 as asked, talk for so long and hang up.
    Confirms(Duration),
}

impl Phones {
    /// Switches them on, and writes the site's dialplan, for customers are where their phones are.
    pub(super) async fn switched_on(site: &Site, tries: Tries) -> Self {
        let agent = soft::agent(site.sip, "1001", AT_ONCE);
        let agent = Person::switched_on(agent, Manner::Talks).await;
        let caller = PhoneConfig {
            bind_ip: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)),
            ..PhoneConfig::new(site.sip, "+46701110000")
        };
        let (caller, _) = soft::switch_on(caller).await;
        let manner = Manner::Confirms(match tries.mode {
            Mode::AgentFirst => Duration::from_millis(700),
            // Behind their word comes a wait for the agent.
            Mode::CallerFirst => Duration::from_millis(2_500),
        });
        let customers = [
            Person::switched_on(customer(site, ON_THE_LINE, 2), manner).await,
            Person::switched_on(customer(site, ON_THE_WEB, 3), manner).await,
        ];
        let phones = Self { agent, caller, customers };
        fs::write(site.folder().join("dialplan.toml"), phones.plan(tries)).unwrap();
        phones
    }

    pub(super) async fn switched_off(self) {
        let [first, second] = self.customers;
        tokio::join!(
            self.agent.phone.stop(),
            self.caller.stop(),
            first.phone.stop(),
            second.phone.stop()
        );
    }

    fn plan(&self, tries: Tries) -> String {
        let [first, second] = self.customers.each_ref().map(|customer| customer.phone.address());
        let attempts_max = tries.attempts_max;
        let mode = match tries.mode {
            Mode::AgentFirst => "agent_first",
            Mode::CallerFirst => "caller_first",
        };
        format!(
            "language = \"sv\"\ncountry = \"46\"\n\
             [number.9000]\ngoto = \"queue.support\"\n\
             [number.9001]\ngoto = \"callback.support\"\n\
             [queue.support]\nwelcome = []\nwrap_up = \"0s\"\n\
             [callback.support]\nqueue = \"support\"\nretry = \"1m\"\nattempts_max = {attempts_max}\nmode = \"{mode}\"\n\
             full = \"hangup.full\"\n\
             [hangup.full]\ncause = \"busy\"\n\
             [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n\
             [trunk.first]\nhost = \"{first}\"\nhealth = \"0s\"\ndial = [\"+4670\"]\n\
             [trunk.second]\nhost = \"{second}\"\nhealth = \"0s\"\ndial = [\"+4673\"]\n"
        )
    }
}

impl Person {
    pub(super) async fn switched_on(config: PhoneConfig, manner: Manner) -> Self {
        let (phone, mut events) = soft::switch_on(config).await;
        let rings: Arc<Mutex<Vec<PhoneCall>>> = Arc::default();
        let kept = Arc::clone(&rings);
        tokio::spawn(async move {
            while let Some(call) = events.incoming().await {
                kept.lock().unwrap().push(call.clone());
                if let Manner::Confirms(talk) = manner {
                    tokio::spawn(said_yes_and_talked(call, talk));
                }
            }
        });
        Self { phone, rings }
    }

    /// How often this phone has rung.
    pub(super) fn rung(&self) -> usize {
        self.rings.lock().unwrap().len()
    }

    /// The call by which it has rung last.
    pub(super) fn last_call(&self) -> Option<PhoneCall> {
        self.rings.lock().unwrap().last().cloned()
    }
}

/// The phone of who is behind a trunk.
fn customer(site: &Site, number: &str, last: u8) -> PhoneConfig {
    PhoneConfig {
        bind_ip: IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)),
        answer: AT_ONCE,
        listen: Listen::Record,
        ..PhoneConfig::new(site.sip, number)
    }
}

async fn said_yes_and_talked(call: PhoneCall, talk: Duration) {
    if call.answered().await.is_ok() {
        sleep(Duration::from_millis(300)).await;
        call.press_all("1").await;
        sleep(talk).await;
        call.hang_up().await;
    }
}

/// Whether the call is answered.
pub(super) async fn is_answered(call: &PhoneCall) -> bool {
    call.answered().await.is_ok()
}

pub(super) fn is_promised_on_the_web(data: &Path) -> bool {
    let socket = data.join("control.sock");
    let socket = socket.to_str().unwrap();
    let asked = ["callback", "request", "support", ON_THE_WEB, "--socket", socket];
    run(&asked).code == Some(0)
}

/// What the server says of all callbacks, if it is there.
pub(super) fn callbacks(data: &Path) -> Option<Vec<Value>> {
    let socket = data.join("control.sock");
    let ran = run(&["callback", "list", "--json", "--socket", socket.to_str().unwrap()]);
    serde_json::from_str(&ran.out).ok().filter(|_| ran.code == Some(0))
}

pub(super) fn is_over(callback: &Value) -> bool {
    callback["outcome"].is_string()
}

/// Who came to the queues has left them in one way. Says how many came.
pub(super) fn assert_adds_up(data: &Path, here: &str) -> u64 {
    let asked = ["report", "queues", "--data", data.to_str().unwrap(), "--json"];
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
    left
}
