//! Who calls, and is called: an agent, a caller who is served, and two customers who ask to be called back.

use e2e::{Server, Site, run, soft};
use serde_json::Value;
use softphone::{Answer, Listen, Phone, PhoneCall, PhoneConfig};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::sleep;

/// Whose callback is asked for on the line, by who comes over the first trunk.
pub(super) const ON_THE_LINE: &str = "+46701112233";
/// Whose callback is asked for on the web. The second trunk leads there.
pub(super) const ON_THE_WEB: &str = "+46731112233";

/// Everybody's phones. They live on when the server dies.
pub(super) struct Phones {
    pub(super) agent: Phone,
    pub(super) caller: Phone,
    pub(super) customers: [Customer; 2],
}

/// Who is behind a trunk: answers, presses 1 as asked, talks and hangs up.
pub(super) struct Customer {
    pub(super) phone: Phone,
    rung: Arc<AtomicU64>,
}

impl Phones {
    /// Switches them on, and writes the site's dialplan, for customers are where their phones are. Each is tried so often.
    pub(super) async fn switched_on(site: &Site, attempts_max: u32) -> Self {
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
        let phones = Self { agent, caller, customers };
        fs::write(site.folder().join("dialplan.toml"), phones.plan(attempts_max)).unwrap();
        phones
    }

    pub(super) async fn switched_off(self) {
        let [first, second] = self.customers;
        tokio::join!(
            self.agent.stop(),
            self.caller.stop(),
            first.phone.stop(),
            second.phone.stop()
        );
    }

    fn plan(&self, attempts_max: u32) -> String {
        let [first, second] = self.customers.each_ref().map(|customer| customer.phone.address());
        format!(
            "language = \"sv\"\ncountry = \"46\"\n\
             [number.9000]\ngoto = \"queue.support\"\n\
             [number.9001]\ngoto = \"callback.support\"\n\
             [queue.support]\nwelcome = []\nwrap_up = \"0s\"\n\
             [callback.support]\nqueue = \"support\"\nretry = \"1m\"\nattempts_max = {attempts_max}\nfull = \"hangup.full\"\n\
             [hangup.full]\ncause = \"busy\"\n\
             [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n\
             [trunk.first]\nhost = \"{first}\"\nhealth = \"0s\"\ndial = [\"+4670\"]\n\
             [trunk.second]\nhost = \"{second}\"\nhealth = \"0s\"\ndial = [\"+4673\"]\n"
        )
    }
}

impl Customer {
    /// How often this phone has rung.
    pub(super) fn rung(&self) -> u64 {
        self.rung.load(Ordering::SeqCst)
    }

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

pub(super) fn is_promised_on_the_web(server: &Server) -> bool {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().unwrap();
    let asked = ["callback", "request", "support", ON_THE_WEB, "--socket", socket];
    run(&asked).code == Some(0)
}

/// What the server says of all callbacks, if it is there.
pub(super) fn callbacks(server: &Server) -> Option<Vec<Value>> {
    let socket = server.site().data().join("control.sock");
    let ran = run(&["callback", "list", "--json", "--socket", socket.to_str().unwrap()]);
    serde_json::from_str(&ran.out).ok().filter(|_| ran.code == Some(0))
}

pub(super) fn is_over(callback: &Value) -> bool {
    callback["outcome"].is_string()
}

/// Who came to the queue has left it in one way.
pub(super) fn assert_adds_up(server: &Server, here: &str) {
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
