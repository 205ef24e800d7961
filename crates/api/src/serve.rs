//! The server: a listener, the paths, and an end.

use crate::TraceForm;
use crate::connections::{Limited, Limits};
use crate::control::Control;
use crate::health::Health;
use crate::messages::Messages;
use crate::past::Past;
use crate::recordings::Recordings;
use crate::routes;
use ids::CallId;
use metrics_exporter_prometheus::PrometheusHandle;
use snapshot::Snapshot;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use trace::Numbers;

/// How long connections have to end once the server is told to.
const FAREWELL: Duration = Duration::from_secs(2);
/// How often histograms are folded; without that they grow until somebody asks for the metrics.
const UPKEEP: Duration = Duration::from_secs(5);

/// Writes the SIP messages of a call; `None` for a call of which nothing is known.
pub type Trace = dyn Fn(CallId, TraceForm, Numbers) -> Option<Vec<u8>> + Send + Sync;

/// What the server shows. Everything is called on each request and must not block.
#[derive(Clone)]
pub struct Shared {
    /// The latest snapshot of the centre.
    pub snapshot: Arc<dyn Fn() -> Arc<Snapshot> + Send + Sync>,
    /// Where the metrics of this process are collected.
    pub metrics: PrometheusHandle,
    /// What was said in SIP in a call. May wait for a moment, not for a disk or a peer.
    pub trace: Arc<Trace>,
    /// The way to the engine, for the API. None: there is no API.
    pub control: Option<Control>,
    /// Where the messages of callers are.
    pub messages: Messages,
    /// Where recordings of talks are.
    pub recordings: Recordings,
    /// What is written of calls that are over.
    pub past: Past,
    /// How the centre is.
    pub health: Arc<dyn Fn() -> Health + Send + Sync>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Serves until `shutdown` is over and open answers have been sent, for which connections have two
/// seconds. On a loopback address, requests that name any other host are refused.
///
/// # Errors
/// When the listener has no address, which is to say when the system has lost it.
pub async fn serve(
    listener: TcpListener,
    shared: Shared,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(Limits::default(), listener, shared, shutdown).await
}

/// Serves the API to whoever may open this socket, until `shutdown` is over.
///
/// # Errors
/// When the system has lost the socket.
pub async fn serve_socket(
    listener: UnixListener,
    shared: Shared,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let Some(control) = shared.control.clone() else { return Ok(()) };
    let router = routes::socket_router(&shared, &control);
    let listener = Limited::new(listener, Limits::default());
    // A connection that does not end may not keep the process.
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served,
        () = shutdown => Ok(()),
    }
}

/// As [`serve`], with limits of the caller.
pub(crate) async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    shared: Shared,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let _upkeep = Upkeep::start(shared.metrics.clone());
    let router = routes::router(shared, listener.local_addr()?.ip());
    let ending = Arc::new(Notify::new());
    let told = Arc::clone(&ending);
    let server =
        axum::serve(Limited::new(listener, limits), router).with_graceful_shutdown(async move {
            shutdown.await;
            told.notify_one();
        });
    tokio::select! {
        served = server => served,
        // A connection that does not end may not keep the process.
        () = async { ending.notified().await; tokio::time::sleep(FAREWELL).await } => Ok(()),
    }
}

/// Folds the histograms as long as it lives.
struct Upkeep(AbortHandle);

impl Upkeep {
    fn start(metrics: PrometheusHandle) -> Self {
        let folding = tokio::spawn(async move {
            let mut every = tokio::time::interval(UPKEEP);
            loop {
                every.tick().await;
                metrics.run_upkeep();
            }
        });
        Self(folding.abort_handle())
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.0.abort();
    }
}
