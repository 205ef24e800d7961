//! `telefonist serve`: a site, until it is told to stop.

use crate::centre::Centre;
use crate::cli::{ListenArgs, ServeArgs};
use crate::exit::{Exit, Fault, Outcome};
use crate::leave::{Leave, Leavings};
use crate::listen::Taken;
use crate::refresh::refresh_calendars;
use crate::reload::Reloader;
use crate::settings::Settings;
use crate::site::Site;
use crate::watch::Watch;
use api::{NotGiven, NotReloaded};
use events::By;
use sip_txn::Transport;
use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long tasks that still run have when a subcommand is done.
const TASKS_END_MAX: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &ServeArgs) -> Outcome {
    block_on(async {
        let site = Site::at(&args.site)?;
        let watch = Watch::begin(&site);
        // One that comes before the plan is in force is not the end of the process.
        let hangups = signal(SignalKind::hangup()).expect("signals can be listened for");
        let mut leavings = Leavings::listened_for();
        let mut read = site.read_to_serve(args.listen.data.as_deref())?;
        args.listen.stand_over(&mut read.settings)?;
        let data = data_folder(&site, &read.settings, &args.listen);
        let drain_max = read.settings.drain_max();
        let watch = Some(watch).filter(|_| read.settings.watch());
        let centre = Centre::start((site, read), &data, Taken::Refuse).await?;
        let doors = |kind| {
            let doors = centre.sip.doors().filter(move |(transport, _)| *transport == kind);
            doors.map(|(_, address)| address)
        };
        tracing::info!(
            site = %centre.plan.name,
            sip = listed(centre.sip.listeners()),
            sip_tls = listed(doors(Transport::Tls)),
            sip_ws = listed(doors(Transport::Ws)),
            sip_wss = listed(doors(Transport::Wss)),
            http = %centre.http,
            ledger = %centre.ledger,
            "serving"
        );
        let leave = tokio::select! {
            () = reload_when_told(hangups, &centre.reloader) => Leave::Stop,
            () = watch_if_wanted(watch, &data, &centre.reloader) => Leave::Stop,
            () = refresh_calendars(&data, &centre.reloader) => Leave::Stop,
            leave = leavings.told(args) => leave,
            () = told_to_stop() => {
                tracing::info!("stopping: no new calls, a second signal ends those that are on");
                Leave::Stop
            }
            // To end is to be started again by whoever watches over us.
            () = centre.engine_ended() => {
                tracing::error!("the engine is no more: the server ends");
                Leave::Stop
            }
        };
        match leave {
            Leave::Stop => centre.end(drain_max).await.map(|()| Exit::Fine),
            Leave::HandOver => centre.hand_over().await.map(|()| Exit::Fine),
            Leave::BeginAnew => centre.hand_over().await.map(|()| Exit::BeginAnew),
        }
    })
}

/// Addresses beside each other, if there are any.
fn listed(addresses: impl Iterator<Item = SocketAddr>) -> Option<impl tracing::Value> {
    let all: Vec<String> = addresses.map(|address| address.to_string()).collect();
    (!all.is_empty()).then(|| tracing::field::display(all.join(",")))
}

impl ListenArgs {
    /// The command line stands over the file.
    pub(crate) fn stand_over(&self, settings: &mut Settings) -> Result<(), Fault> {
        if let Some(sip) = self.sip {
            settings.sip = sip.into();
        }
        if let Some(http) = self.http {
            settings.http = http;
        }
        if let Some(ledger) = &self.ledger {
            settings.ledger.stand_over(ledger)?;
        }
        Ok(())
    }
}

/// The data folder: as on the command line, or relative to the site.
fn data_folder(site: &Site, settings: &Settings, listen: &ListenArgs) -> PathBuf {
    match (&listen.data, site) {
        (Some(data), _) => data.clone(),
        (None, Site::Folder { folder, .. }) => folder.join(&settings.data),
        (None, Site::Demo) => settings.data.clone(),
    }
}

/// Never returns.
async fn watch_if_wanted(watch: Option<Watch>, data: &Path, reloader: &Arc<Reloader>) {
    match watch {
        Some(watch) => watch.reload_when_changed(data, reloader).await,
        None => std::future::pending().await,
    }
}

/// Brings the site's plan into force at each SIGHUP. Never returns.
async fn reload_when_told(mut hangups: Signal, reloader: &Arc<Reloader>) {
    while hangups.recv().await.is_some() {
        reload_and_tell(reloader, By::Signal).await;
    }
}

/// Nobody hears an answer: the log has it. Whether another plan is in force, or will be in a moment.
pub(crate) async fn reload_and_tell(reloader: &Arc<Reloader>, by: By) -> bool {
    match Arc::clone(reloader).reload(by).await {
        Ok(reloaded) => {
            if !reloaded.needs_restart.is_empty() {
                let settings = reloaded.needs_restart.join(", ");
                tracing::warn!(settings, "these settings have changed, and need a restart");
            }
            true
        }
        // The log has it already why there is none.
        Err(why) => matches!(why, NotReloaded::NotGiven(NotGiven::Unanswered)),
    }
}

/// Returns at Ctrl-C or SIGTERM.
pub(crate) async fn told_to_stop() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened for");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Runs a subcommand that waits for things.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::found(format!("the runtime: {error}")))?;
    let done = runtime.block_on(work);
    // A task that hangs may not keep the process.
    runtime.shutdown_timeout(TASKS_END_MAX);
    done
}
