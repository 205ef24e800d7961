//! The HTTP surface of a running centre: what it shows, and whether it is well.

use crate::exit::Fault;
use api::{Health, Shared};
use border::Published;
use ledger::Writer;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use snapshot::Snapshot;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// An engine that has shown nothing new for so long is stuck.
const STUCK_AFTER: Duration = Duration::from_secs(2);
/// The ledger is behind when so many events wait.
const BEHIND_AT: usize = Writer::EVENTS_MAX / 2;

/// The running HTTP server.
#[derive(Debug)]
pub(crate) struct Surface {
    end: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Surface {
    pub(crate) fn open(
        listener: TcpListener,
        published: &Arc<Published<Snapshot>>,
        metrics: PrometheusHandle,
        writer: Writer,
    ) -> Self {
        let shown = Arc::clone(published);
        let watched = Arc::clone(published);
        let shared = Shared {
            snapshot: Arc::new(move || shown.load()),
            metrics,
            health: Arc::new(move || health(&watched.load(), writer.waiting())),
        };
        let (end, ended) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let shutdown = async move {
                // Told to end, or its owner is gone: both are the end.
                let _ = ended.await;
            };
            if let Err(error) = api::serve(listener, shared, shutdown).await {
                tracing::error!(%error, "the HTTP server has ended");
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

fn health(snapshot: &Snapshot, events_waiting: usize) -> Health {
    let age = jiff::Timestamp::now().duration_since(snapshot.at);
    let stuck = age > jiff::SignedDuration::try_from(STUCK_AFTER).unwrap_or_default();
    let behind = events_waiting >= BEHIND_AT;
    let details = BTreeMap::from([
        ("engine", if stuck { "stuck".to_owned() } else { "running".to_owned() }),
        ("ledger", format!("{events_waiting} events waiting")),
    ]);
    Health {
        status: if stuck || behind { api::Condition::Failing } else { api::Condition::Ok },
        details,
    }
}
