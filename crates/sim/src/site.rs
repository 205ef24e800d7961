//! The site of the simulation, and where everybody is.

use dialplan::Plan;
use engine::{Clips, Config};
use ids::{CallId, ClipId, FlowId};
use media_protocol::Port;
use rand::Rng;
use rand::rngs::StdRng;
use sip_auth::Algorithm;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Where the engine is.
pub(crate) const ENGINE: SocketAddr = SocketAddr::new(ENGINE_IP, 5060);
const ENGINE_IP: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
/// The engine's UDP socket.
pub(crate) const SOCKET: FlowId = FlowId(1);
/// The ports of the usual site.
pub(crate) const PORTS: u16 = 52;
const WORKERS: u16 = 2;
/// How long a caller may be kept ringing for the ledger.
pub(crate) const LEDGER_WAIT_MAX: Duration = Duration::from_millis(250);
/// How long an agent's phone may be silent after its answer.
pub(crate) const UNHEARD_MAX: Duration = Duration::from_secs(1);

/// Who is at the trunk, where all callers come from.
pub(crate) const TRUNK: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 2, 1));

/// The address of an agent's phone.
pub(crate) const fn phone_ip(place: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 0, 1, place))
}

/// Which centre it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// Callers are strangers.
    Usual,
    /// Callers come over a trunk, and may be called back.
    Promises,
}

impl Site {
    fn text(self) -> String {
        let usual = include_str!("site.toml");
        match self {
            Self::Usual => usual.to_owned(),
            Self::Promises => format!("country = \"46\"\n{usual}{}", include_str!("promises.toml")),
        }
    }

    pub(crate) fn plan(self) -> Arc<Plan> {
        static USUAL: OnceLock<Arc<Plan>> = OnceLock::new();
        static PROMISES: OnceLock<Arc<Plan>> = OnceLock::new();
        let read = || {
            let recorded = |_: &str, _: &str| true;
            let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
            let plan = Plan::parse("site.toml", &self.text(), &recorded, &mut secrets);
            Arc::new(plan.unwrap_or_else(|faults| panic!("the site of the simulation: {faults}")))
        };
        let plan = match self {
            Self::Usual => &USUAL,
            Self::Promises => &PROMISES,
        };
        Arc::clone(plan.get_or_init(read))
    }

    /// The same plan, read again while the one before is in force; which is the same one again.
    pub(crate) fn plan_again(self, before: &Plan) -> Arc<Plan> {
        static USUAL: OnceLock<Arc<Plan>> = OnceLock::new();
        static PROMISES: OnceLock<Arc<Plan>> = OnceLock::new();
        let read = || {
            let recorded = |_: &str, _: &str| true;
            let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
            let text = self.text();
            let checked = Plan::check_after(before, "site.toml", &text, &recorded, &mut secrets);
            Arc::new(checked.plan.unwrap_or_else(|| panic!("the site again: {}", checked.faults)))
        };
        let plan = match self {
            Self::Usual => &USUAL,
            Self::Promises => &PROMISES,
        };
        Arc::clone(plan.get_or_init(read))
    }

    /// How many ports there are.
    pub(crate) const fn ports(self) -> u16 {
        match self {
            // Two to a call: enough for most days, too few for the busiest.
            Self::Usual => PORTS,
            // Nobody is lost for want of one.
            Self::Promises => 4 * PORTS,
        }
    }
}

/// Every phrase is recorded in every language, each recording with a number of its own.
pub(crate) fn clips(plan: &Plan) -> Clips {
    recordings(plan, |_, _| {})
}

/// The recordings of one phrase.
pub(crate) fn recordings_of(plan: &Plan, phrase: &str) -> BTreeSet<ClipId> {
    let mut found = BTreeSet::new();
    recordings(plan, |name, clip| {
        if name == phrase {
            found.insert(clip);
        }
    });
    found
}

fn recordings(plan: &Plan, mut each: impl FnMut(&str, ClipId)) -> Clips {
    let mut last = ClipId(0);
    Clips::of(plan, |_, name| {
        last = last.next();
        each(name, last);
        Some(last)
    })
}

/// How long a recording is: told by its number, from a blink to some seconds.
pub(crate) const fn clip_length(clip: ClipId) -> Duration {
    Duration::from_millis(20 * (1 + (clip.0 as u64 * 37) % 150))
}

pub(crate) fn config(site: Site, calls_max: usize, random: &mut StdRng) -> Config {
    let mut seed = [0; 32];
    random.fill_bytes(&mut seed);
    Config {
        sip: ENGINE.into(),
        media: vec![ENGINE_IP.into()],
        ports: (0..site.ports()).map(port).collect(),
        realm: "simulated".to_owned(),
        digest: vec![Algorithm::Sha256, Algorithm::Md5].into(),
        session: None,
        first_call: CallId(1),
        calls_max,
        transactions_max: 4_096,
        transactions_per_source_max: None,
        ledger_wait_max: LEDGER_WAIT_MAX,
        unacknowledged_per_source_max: 1_000,
        calls_per_source_max: 1_000,
        requests_per_source_per_second_max: 0,
        load: engine::LoadLimits::NONE,
        refusal_rows_per_second_max: 1_000,
        sign_max: Duration::from_secs(4),
        codecs: engine::CODECS.to_vec(),
        unheard_max: UNHEARD_MAX,
        direct_ring_max: Duration::from_secs(60),
        expires_min: Duration::from_secs(10),
        expires_max: Duration::from_secs(600),
        subscriptions_per_account_max: 8,
        phones_per_account_max: 5,
        subscriptions_max: 1_000,
        seed,
    }
}

fn port(place: u16) -> Port {
    let worker = u8::try_from(place % WORKERS).expect("there are fewer workers than a byte holds");
    Port { worker, number: 20_000 + 2 * place }
}
