//! The site of the stories, and where everybody is.

use clock::{Duration, WallTime};
use dialplan::Plan;
use engine::{Clips, Config, MediaAddress};
use ids::{CallId, ClipId, FlowId};
use media_protocol::Port;
use sip_auth::Algorithm;
use sip_dns::{Answer, Kind, Question, Record};
use sip_txn::{Local, Transport};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Where the engine is.
pub(crate) const ENGINE: SocketAddr = SocketAddr::new(ENGINE_IP, 5060);
const ENGINE_IP: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
/// A Thursday at noon.
pub(crate) const NOON: WallTime = WallTime::from_micros(1_795_086_000_000_000);

/// What `with trunks` adds to the site.
pub(crate) const TRUNKS: &str = include_str!("trunks.toml");

/// What `with an exchange` adds to the site.
pub(crate) const EXCHANGE: &str = include_str!("exchange.toml");

/// What `with work` adds to the site.
pub(crate) const WORK: &str = include_str!("work.toml");

/// What `with recording` adds to the site.
pub(crate) const RECORDED: &str = include_str!("recorded.toml");

/// What `with monitoring` adds to the site.
pub(crate) const MONITORED: &str = include_str!("monitored.toml");

/// What `with capacity` adds to the site.
pub(crate) const CAPACITY: &str = include_str!("capacity.toml");

/// What `with callers` adds to the site.
pub(crate) const CALLERS: &str = include_str!("knowing.toml");

/// What `with overflow` adds to the site.
pub(crate) const OVERFLOW: &str = include_str!("overflow.toml");

/// What `with branches` adds to the site.
pub(crate) const BRANCHES: &str = include_str!("branching.toml");

/// What `with closing` adds to the site.
pub(crate) const CLOSING: &str = include_str!("closing.toml");

/// What `with phones by latest` adds to the site, and `with phones by first`.
pub(crate) const PHONES_LATEST: &str = include_str!("phones_latest.toml");
pub(crate) const PHONES_FIRST: &str = include_str!("phones_first.toml");

/// What `with waits` adds to the site.
pub(crate) const WAITS: &str = include_str!("waits.toml");

/// What `with reload` adds to the site, and what that is after a reload.
pub(crate) const RELOAD_BEFORE: &str = include_str!("reload_before.toml");
pub(crate) const RELOAD_AFTER: &str = include_str!("reload_after.toml");

/// What `with ways out` adds to the site.
pub(crate) const WAYS: &str = include_str!("ways.toml");

/// What `with callbacks` adds to the site, and `with voicemail`.
pub(crate) const CALLBACKS: &str = include_str!("callback.toml");
pub(crate) const VOICEMAIL: &str = include_str!("voicemail.toml");

/// The same where the supervisor has another queue.
pub(crate) fn unsupervised() -> String {
    MONITORED.replace("supervises = [\"heard\"]", "supervises = [\"unheard\"]")
}

/// The plan of the stories, with `more` tables behind it.
pub(crate) fn plan(more: &str) -> Arc<Plan> {
    let recorded = |_: &str, _: &str| true;
    let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
    // What stands above all tables is written behind `#top`.
    let top: String = more.lines().filter_map(|line| line.strip_prefix("#top ")).collect();
    let text = format!("country = \"46\"\n{top}\n{}{more}", include_str!("site.toml"));
    let plan = Plan::parse("site.toml", &text, &recorded, &mut secrets);
    Arc::new(plan.unwrap_or_else(|faults| panic!("the site of the stories: {faults}")))
}

/// The plan with `more` tables behind it, which follows another.
pub(crate) fn plan_after(before: &Plan, more: &str) -> Arc<Plan> {
    let recorded = |_: &str, _: &str| true;
    let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
    let text = format!("country = \"46\"\n{}{more}", include_str!("site.toml"));
    let checked = Plan::check_after(before, "site.toml", &text, &recorded, &mut secrets);
    Arc::new(checked.plan.unwrap_or_else(|| panic!("the site of the stories: {}", checked.faults)))
}

/// The plan before a reload, by the clock of another zone.
pub(crate) fn plan_in(before: &Plan, zone: &str) -> Arc<Plan> {
    let (recorded, text) = (|_: &str, _: &str| true, include_str!("site.toml"));
    let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
    let text = text.replace("Europe/Stockholm", zone);
    let text = format!("country = \"46\"\n{text}{RELOAD_BEFORE}");
    let checked = Plan::check_after(before, "site.toml", &text, &recorded, &mut secrets);
    Arc::new(checked.plan.unwrap_or_else(|| panic!("the site of the stories: {}", checked.faults)))
}

/// Every phrase is recorded; `names` learns which recording says what.
pub(crate) fn clips(plan: &Plan, names: &mut Vec<String>) -> Clips {
    Clips::of(plan, |_, name| {
        let clip = ClipId(u32::try_from(names.len()).unwrap());
        names.push(name.to_owned());
        Some(clip)
    })
}

/// How many entrances [`networks`] has.
const ENTRANCES: u64 = 5;

/// What `with networks` adds: an address behind a router, one of IPv6, and TLS at the first and the last.
pub(crate) fn networks(config: &mut Config) {
    let (routed, v6) = (IpAddr::from([198, 51, 100, 1]), "2001:db8::1".parse().unwrap());
    config.sip = Local::new(ENGINE)
        .and(Transport::Udp, SocketAddr::new(routed, 5060))
        .and(Transport::Udp, SocketAddr::new(v6, 5060))
        .and(Transport::Tls, SocketAddr::new(ENGINE_IP, 5061))
        .and(Transport::Tls, SocketAddr::new(v6, 5061));
    assert_eq!(config.sip.count() as u64, ENTRANCES);
    let routed = MediaAddress { told: routed, bound: IpAddr::from([172, 16, 0, 1]) };
    config.media.extend([routed, v6.into()]);
}

/// The flow of the phone at this address that comes in by an entrance, as [`sip_txn::Hop::entrance`] has
/// it.
pub(crate) fn flow(phone: IpAddr, entrance: u64) -> FlowId {
    let number = match phone {
        IpAddr::V4(ip) => u64::from(ip.to_bits()),
        IpAddr::V6(ip) => {
            ip.segments().into_iter().fold(0, |number, part| 31 * number + u64::from(part))
        }
    };
    FlowId(1 + entrance + ENTRANCES * number)
}

pub(crate) fn config() -> Config {
    Config {
        sip: ENGINE.into(),
        media: vec![ENGINE_IP.into()],
        ports: ports(20),
        realm: "stories".to_owned(),
        digest: vec![Algorithm::Sha256].into(),
        session: None,
        first_call: CallId(1),
        calls_max: 8,
        transactions_max: 1_000,
        transactions_per_source_max: None,
        ledger_wait_max: Duration::from_millis(250),
        unacknowledged_per_source_max: 1_000,
        calls_per_source_max: 1_000,
        requests_per_source_per_second_max: 0,
        load: engine::LoadLimits::NONE,
        refusal_rows_per_second_max: 1_000,
        sign_max: Duration::from_secs(4),
        codecs: engine::CODECS.to_vec(),
        unheard_max: Duration::from_secs(1),
        direct_ring_max: Duration::from_secs(60),
        expires_min: Duration::from_secs(10),
        expires_max: Duration::from_secs(3_600),
        subscriptions_per_account_max: 8,
        phones_per_account_max: 5,
        subscriptions_max: 20,
        seed: [7; 32],
    }
}

/// What the DNS says: it knows one host.
pub(crate) fn answer(question: &Question) -> Answer {
    let ttl = Duration::from_secs(3_600);
    match (&*question.name, question.kind) {
        ("exchange.example", Kind::A) => {
            let address = Record::Address(IpAddr::V4(Ipv4Addr::new(10, 0, 3, 3)));
            Answer::Found { records: vec![address], ttl }
        }
        _ => Answer::Nothing { ttl },
    }
}

pub(crate) fn ports(count: u16) -> Vec<Port> {
    (0..count).map(|place| Port { worker: 0, number: 20_000 + 2 * place }).collect()
}
