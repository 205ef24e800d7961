//! `wire.recovery`: the server is killed while callers wait, and started again at once. How long each of them hears nothing,
//! from the last packet of music before to the first one after, over real sockets.
//!
//! The limit is what it takes to be killed and started again with nobody on the line: no caller can hear music before the
//! server is there.

use crate::figure::Figure;
use crate::served::{Server, at_share, milliseconds};
use softphone::{Phone, PhoneCall, PhoneConfig, Voice};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Callers who wait.
const WAITING: u32 = 500;
/// One comes after the other.
const PACE: Duration = Duration::from_millis(5);
/// How long everybody is given to arrive, and to be written down.
const SETTLE: Duration = Duration::from_secs(6);
/// Who hears nothing for so long is lost.
const LOST_AFTER: Duration = Duration::from_secs(30);

const DIALPLAN: &str = "
language = \"sv\"
[number.9000]
goto = \"queue.support\"
[queue.support]
name = \"Support\"
[agent.1001]
name = \"Agent\"
secret = \"bench-1001\"
queues = [\"support\"]
";

pub(crate) fn run() -> Vec<Figure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime can be started");
    runtime.block_on(measure())
}

async fn measure() -> Vec<Figure> {
    let mut server = Server::start(DIALPLAN);
    let began = Instant::now();
    server.is_killed_and_started_again();
    let limit = milliseconds(began.elapsed());

    let mut waiting = Vec::new();
    for caller in 0..WAITING {
        waiting.extend(who_waits(server.sip, caller).await);
        tokio::time::sleep(PACE).await;
    }
    tokio::time::sleep(SETTLE).await;
    let before: Vec<u64> = waiting.iter().map(|(_, call)| call.heard().packets).collect();
    server.is_killed_and_started_again();
    let mut silences = silences(&waiting, &before).await;
    silences.sort_by(f64::total_cmp);
    figures(&silences, limit)
}

/// A caller who is answered, with the phone.
async fn who_waits(server: SocketAddr, caller: u32) -> Option<(Phone, PhoneCall)> {
    let config =
        PhoneConfig { voice: Voice::Mute, ..PhoneConfig::new(server, format!("0700{caller:06}")) };
    let (phone, _events) = Phone::start(config).await.expect("a phone finds a port");
    let call = phone.call("9000").await.ok()?;
    call.answered().await.ok()?;
    Some((phone, call))
}

/// How long each of those who hear something again has heard nothing.
async fn silences(waiting: &[(Phone, PhoneCall)], before: &[u64]) -> Vec<f64> {
    let over = Instant::now() + LOST_AFTER;
    // A few packets may have come between the look and the kill.
    let hears_again = |(call, before): (&PhoneCall, u64)| {
        let heard = call.heard();
        (heard.packets > before + 50).then(|| milliseconds(heard.gap_longest))
    };
    loop {
        let calls = waiting.iter().map(|(_, call)| call).zip(before.iter().copied());
        let again: Vec<f64> = calls.filter_map(hears_again).collect();
        if again.len() == waiting.len() || Instant::now() >= over {
            return again;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn figures(silences: &[f64], limit: f64) -> Vec<Figure> {
    let back = f64::from(u32::try_from(silences.len()).unwrap_or(u32::MAX));
    let name = format!("wire.recovery.{WAITING}");
    let mut figures =
        vec![Figure::beside(format!("{name}.back"), back, "callers", f64::from(WAITING))];
    for (label, share) in [("p50", 0.5), ("last", 1.0)] {
        if let Some(silence) = at_share(silences, share) {
            figures.push(Figure::beside(format!("{name}.{label}"), silence, "ms", limit));
        }
    }
    figures
}
