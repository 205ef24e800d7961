//! The HTTP surface of a running centre: what it shows, and whether it is well.

use crate::balance;
use crate::exit::Fault;
use crate::tracer::Kept;
use crate::workers::WorkersHealth;
use api::{Control, Health, Messages, Past, Recordings, Shared};
use border::Published;
use ledger::{Lost, Trouble, Writer};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use snapshot::{Alarm, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// An engine that has shown nothing new for so long is stuck.
const STUCK_AFTER: Duration = Duration::from_secs(2);
/// The ledger is behind when so many events wait: a disk that works takes them in batches of a few
/// hundred.
const BEHIND_AT: usize = 2_000;

/// What the surface looks at to say how the centre is.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) published: Published<Snapshot>,
    pub(crate) writer: Writer,
    pub(crate) workers: Arc<WorkersHealth>,
    pub(crate) messages: Messages,
    pub(crate) recordings: Recordings,
    pub(crate) past: Past,
    /// Only where what is said in SIP is kept.
    pub(crate) traces: Option<Kept>,
    /// Whether the counts add up.
    pub(crate) counts: balance::Shown,
}

/// The running HTTP server.
#[derive(Debug)]
pub(crate) struct Surface {
    end: watch::Sender<()>,
    serving: JoinHandle<()>,
}

impl Surface {
    pub(crate) fn open(
        (listener, door): (TcpListener, UnixListener),
        watched: Watched,
        metrics: PrometheusHandle,
        control: Control,
    ) -> Self {
        let (shown, writer) = (watched.published.clone(), watched.writer.clone());
        let (traces, counts) = (watched.traces.clone(), watched.counts.clone());
        let shared = Shared {
            snapshot: Arc::new(move || {
                let trouble = writer.trouble().as_ref().map(trouble_alarm);
                let lost = writer.lost().as_ref().map(lost_alarm);
                let alarms = trouble.into_iter().chain(lost).chain(counts.borrow().clone());
                alarmed(shown.load(), alarms)
            }),
            metrics,
            trace: Arc::new(move |call, form, numbers| traces.as_ref()?.show(call, form, numbers)),
            control: Some(control),
            messages: watched.messages.clone(),
            recordings: watched.recordings.clone(),
            past: watched.past.clone(),
            health: Arc::new(move || watched.health()),
        };
        let (end, ended) = watch::channel(());
        // Told to end, or its owner is gone: both are the end.
        let shutdown = |mut ended: watch::Receiver<()>| async move { drop(ended.changed().await) };
        let http = api::serve(listener, shared.clone(), shutdown(ended.clone()));
        let socket = api::serve_socket(door, shared, shutdown(ended));
        let serving = tokio::spawn(async move {
            let (http, socket) = tokio::join!(http, socket);
            for served in [http, socket] {
                if let Err(error) = served {
                    tracing::error!(%error, "a server of the API has ended");
                }
            }
        });
        Self { end, serving }
    }

    /// Lets open answers finish.
    pub(crate) async fn close(self) {
        let _ = self.end.send(());
        let _ = self.serving.await;
    }
}

/// Collects the metrics of this process.
pub(crate) fn collect_metrics() -> Result<PrometheusHandle, Fault> {
    PrometheusBuilder::new().install_recorder().map_err(Fault::found)
}

/// What is shown, with what somebody must see to.
fn alarmed(shown: Arc<Snapshot>, alarms: impl Iterator<Item = Alarm>) -> Arc<Snapshot> {
    let mut alarms = alarms.peekable();
    if alarms.peek().is_none() {
        return shown;
    }
    let mut shown = Arc::unwrap_or_clone(shown);
    shown.alarms.extend(alarms);
    Arc::new(shown)
}

fn trouble_alarm(trouble: &Trouble) -> Alarm {
    Alarm { about: "ledger".to_owned(), since: stamp(trouble.since), what: told(trouble) }
}

/// It stays until somebody has seen it and starts the server anew.
fn lost_alarm(lost: &Lost) -> Alarm {
    let events = lost.events;
    let what = format!(
        "{events} events are lost since there was no room for them anywhere: reports of that time lack them"
    );
    Alarm { about: "lost".to_owned(), since: stamp(lost.since), what }
}

fn stamp(at: clock::WallTime) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default()
}

fn told(trouble: &Trouble) -> String {
    let kept = match (trouble.full, trouble.spooled) {
        (true, spooled) => {
            format!(
                "{spooled} entries are in the spool, which takes no more: make room on the disk, or raise spool_max_mib"
            )
        }
        (false, spooled) => format!("{spooled} entries are in the spool"),
    };
    format!("cannot be written: {kept}; calls go on, and nothing is promised")
}

impl Watched {
    fn health(&self) -> Health {
        let age = jiff::Timestamp::now().duration_since(self.published.load().at);
        let stuck = age > jiff::SignedDuration::try_from(STUCK_AFTER).unwrap_or_default();
        let waiting = self.writer.waiting();
        let trouble = self.writer.trouble();
        // One that has ended takes no commands either.
        let silent = self.workers.lost().max(self.workers.ended());
        let details = BTreeMap::from([
            ("engine", if stuck { "stuck".to_owned() } else { "running".to_owned() }),
            (
                "ledger",
                trouble
                    .map_or_else(|| format!("{waiting} events waiting"), |trouble| told(&trouble)),
            ),
            (
                "media",
                match silent {
                    0 => "running".to_owned(),
                    1 => "1 worker lost".to_owned(),
                    lost => format!("{lost} workers lost"),
                },
            ),
        ]);
        // A database that is away keeps nobody from the telephone, and a new start would not bring it back.
        let behind = waiting >= BEHIND_AT && trouble.is_none_or(|trouble| trouble.full);
        let failing = stuck || behind || silent > 0;
        Health {
            status: if failing { api::Condition::Failing } else { api::Condition::Ok },
            details,
        }
    }
}
