//! Signalling that loses one datagram in twenty, and has as many come twice, each way: no call may be lost with it, or
//! be there twice.

use e2e::{Fates, LossyPath, Server, Site, soft};
use softphone::{Answer, PhoneConfig};
use std::collections::BTreeMap;
use std::time::Duration;

const CALLS: usize = 40;
const AGENTS: u32 = 6;
const SHARE: f64 = 0.05;
const SEED: u64 = 0x7e1e_f0a1;

#[tokio::test(flavor = "multi_thread")]
async fn forty_calls_over_a_path_that_loses_and_doubles_messages_are_each_answered_once() {
    let server = Server::start(Site::of_one_queue("ring = \"30s\"\nwrap_up = \"0s\"", AGENTS));
    let path = LossyPath::open(server.sip(), SHARE, SEED);
    let mut agents = Vec::new();
    for account in 1001..1001 + AGENTS {
        let account = account.to_string();
        let config = PhoneConfig {
            talk: Some(Duration::from_millis(600)),
            ..soft::agent(path.address(), &account, Answer::After(Duration::from_millis(100)))
        };
        agents.push(soft::switch_on(config).await);
    }
    for account in 1001..1001 + AGENTS {
        server.until_agent(&account.to_string(), "ready");
    }

    let mut callers = Vec::new();
    for number in 0..CALLS {
        let config = PhoneConfig::new(path.address(), format!("07030000{number:02}"));
        let (phone, _events) = soft::switch_on(config).await;
        let call = phone.call("9000").await.unwrap();
        // One after the other, as from one address they would be taken for a flood otherwise.
        call.answered().await.unwrap();
        callers.push((phone, call));
    }
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for (_, call) in &callers {
        *ends.entry(call.ended().await.to_string()).or_default() += 1;
    }
    let Fates { once, twice, lost } = path.fates();
    assert!(lost.min(twice) * 40 > once, "{:?}", path.fates());
    assert_eq!(ends, BTreeMap::from([("hung up there".to_owned(), CALLS)]));

    let rows = server.until_closed(CALLS);
    let answered = rows.iter().filter(|row| {
        row["outcome"] == "answered"
            && row["cause"] == "agent hung up"
            && row["agent"].is_string()
            && row["talk_ms"].is_u64()
    });
    assert_eq!(answered.count(), CALLS, "{rows:#?}");
    // Each reservation has come to its end, and each call to one talk.
    for row in &rows {
        let rings = server.rings(row["id"].as_u64().unwrap());
        assert_eq!(row["reservations"].as_u64(), Some(rings.len() as u64), "{row}");
        assert_eq!(rings.iter().filter(|(_, end)| end == "accepted").count(), 1, "{rings:?}");
    }
    // Nothing is left on.
    let status = server.until("all agents are ready", |status| {
        (1001..1001 + AGENTS).all(|agent| status.agent_state(&agent.to_string()) == "ready")
    });
    assert_eq!(status.calls().len(), 0);
    assert_eq!(status.total("offered"), CALLS as u64);
    assert_eq!(status.total("answered"), CALLS as u64);
    assert_eq!(status.total("abandoned") + status.total("failed") + status.total("on"), 0);
    let streams_gone = || server.metric("media_streams") == 0.0;
    e2e::wait::until_so("no stream is left", streams_gone);
}
