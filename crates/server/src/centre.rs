//! A running centre: the engine on its thread, and the shells around it.

use crate::balance;
use crate::control;
use crate::courier::{Courier, Ways};
use crate::crier::Crier;
use crate::days::Days;
use crate::doors;
use crate::driver::{self, Driver, Earlier, Ended, Shown};
use crate::editions::{About, Editions, Staged, Texts};
use crate::engine_thread::EngineThread;
use crate::exit::Fault;
use crate::ha1;
use crate::homer::Homer;
use crate::limits;
use crate::lines::{Lines, Room};
use crate::listen::{self, Taken};
use crate::look_up::LookUps;
use crate::memory;
use crate::messages;
use crate::note::Note;
use crate::open_files;
use crate::order::{Order, Orders};
use crate::past;
use crate::reach::Reach;
use crate::recordings;
use crate::records::Records;
use crate::reload::{Now, Reloader, not_kept};
use crate::settings::Settings;
use crate::site::{Read, Site};
use crate::surface::{self, Surface, Watched};
use crate::talks;
use crate::token_settings::tokens;
use crate::tracer::{self, Kept, Tap};
use crate::workers::{Workers, WorkersHealth};
use api::{Control, Feed, Memberships};
use border::{Published, Sender};
use clock::WallTime;
use dialplan::{Plan, TrunkHost};
use engine::{Clips, Engine, MediaAddress};
use events::Acquaintance;
use ids::{CallId, QueueId};
use ledger::{Entry, Ledger, Place, Writer, WriterThread};
use media::{Plane, StartError};
use net::{Listener, Listening, Net, Resolver};
use prompts::Stock;
use sip_txn::Local;
use snapshot::Snapshot;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The folder of recordings of messages in the data folder.
pub(crate) const RECORDINGS_FOLDER: &str = "voicemail";

/// The folder of recordings of talks in the data folder.
pub(crate) const TALKS_FOLDER: &str = "recordings";

/// A centre that answers calls.
#[derive(Debug)]
pub(crate) struct Centre {
    /// Where phones are told to reach us.
    pub(crate) sip: Local,
    pub(crate) http: SocketAddr,
    pub(crate) ledger: Place,
    pub(crate) plan: Arc<Plan>,
    pub(crate) published: Published<Snapshot>,
    pub(crate) reloader: Arc<Reloader>,
    engine: EngineThread,
    surface: Surface,
}

impl Centre {
    /// Starts everything for a site whose dialplan is without fault. Must be called inside a Tokio
    /// runtime.
    pub(crate) async fn start(
        (site, read): (Site, Read),
        data: &Path,
        taken: Taken,
    ) -> Result<Self, Fault> {
        let Read { settings, recorded, checked, texts, fixed, stale: _ } = read;
        let mut plan = checked.plan.ok_or_else(|| Fault::found(&checked.faults))?;
        ha1::keep_only(&mut plan, &settings.realm);
        let plan = Arc::new(plan);
        let reach = Reach::of(&settings)?;
        open_files::take_all();
        let (notes, inbox) = border::inbox(settings.limits.notes_waiting_max());
        let metrics = surface::collect_metrics()?;

        let before = Stock::encoded_in(&settings.codecs_of_clips());
        let stock = recorded.build(plan.language(plan.default_language), &before)?;
        let clips = Clips::of(&plan, |language, name| stock.catalogue.find(language, name));

        // What two servers of one site would share comes first, and says so most plainly.
        let net = bind_sip(&settings, taken, &notes)?;
        let sip = reach.local(net.ours());
        let media = reach.media();
        let listener = bind_http(&settings, taken)?;
        let http = listener.local_addr().map_err(Fault::found)?;

        let (recordings, talks) = (data.join(RECORDINGS_FOLDER), data.join(TALKS_FOLDER));
        let place = settings.ledger.place(data)?;
        let keep = settings.ledger.keep();
        let (ledger, opened) = Ledger::open(&place).await.map_err(Fault::found)?;
        let mut ledger = match settings.ledger.spool_max() {
            Some(bytes_max) => ledger.keeping(keep).spooling(bytes_max),
            None => ledger.keeping(keep),
        };
        if let Some(keep) = settings.recordings.keep() {
            let talks = talks.clone();
            let remove = Box::new(move |name: &str| talks::remove_named(&talks, name));
            ledger = ledger.keeping_recordings(keep, remove).map_err(Fault::found)?;
        }
        let earlier = earlier((&mut ledger, &recordings, &talks), &plan).await?;
        settings.ledger.note(data)?;
        let run = ledger.run();
        let editions = Editions::of(data);
        let door = control::open(&settings.control_socket(data))?;
        let (plane, ports) =
            start_media(&settings, (&media, &recordings, &talks), (&stock.store, taken), &notes)?;
        let (writer, writing) = start_writer(ledger, &notes)?;
        let next_call = opened.next_call.max(earlier.first_call());
        let config = engine_config(&settings, sip, (media, ports), next_call);
        let engine = Engine::new(config, Arc::clone(&plan), clips);
        let engine = driver::restored(engine, earlier);

        let (tap, kept) = start_tracer(&settings, sip)?;
        let (publisher, published) =
            border::published(Snapshot::empty(&plan.name, jiff::Timestamp::now()));
        let health = Arc::new(WorkersHealth::default());
        let watched = Watched {
            published: published.clone(),
            writer: writer.clone(),
            workers: Arc::clone(&health),
            messages: messages::messages(&place, &recordings),
            recordings: talks::recordings(&place, &talks),
            past: past::past(&place),
            traces: kept,
            counts: balance::start(place.clone()),
        };
        let mut records = Records::new(writer, writing);
        records.keep(clock::Moment::ZERO, Entry::TimeZone(driver::time_zone(&plan)));
        tokio::spawn(memory::watch());
        let workers = Workers::new(plane, health);
        let orders = Arc::new(Orders::default());
        let obeyed = Arc::clone(&orders);
        let resolver = start_resolver(&settings, &plan, &notes)?;
        let (teller, feed) = Feed::start(run, memberships(&plan));
        let net = Arc::new(net);
        let look_ups = start_look_ups(&notes)?;
        let days = Days::new((place.clone(), run), notes.clone());
        let now = Now {
            plan: Arc::clone(&plan),
            stock,
            edition: keep_edition(&editions, &site, (&plan, &texts)),
        };
        let began = (settings.realm.clone(), fixed);
        let reloader = Reloader::new((site, data.to_owned()), began, editions, notes.clone(), now);
        let reloader = Arc::new(reloader);
        let ways = Ways { net: Arc::clone(&net), resolver, look_ups, days };
        let crier = Crier::start(published.clone(), teller)?;
        let shells = (net, Courier::start(ways)?, crier, tap);
        let explain = control::question_way(notes.clone());
        let give = control::way(notes);
        let desk = control::plan_desk(&reloader);
        let way = Control::new(give, explain, desk, (feed, tokens(&settings.token)));
        let shown = Shown { run, publisher };
        let lines = Lines::new(Room {
            first: settings.limits.notes_waiting_max(),
            later: settings.limits.requests_waiting_max(),
            longest: settings.overload.line_max(),
        });
        let driver = Driver::new(engine, (inbox, lines), obeyed, shells, workers, records, shown);
        // Whoever asks from now on sees every queue and agent.
        let surface = Surface::open((listener, door), watched, metrics, way);
        let runtime = tokio::runtime::Handle::current();
        let engine = EngineThread::start(orders, move || driver.run(&runtime))?;
        Ok(Self { sip, http, ledger: place, plan, published, reloader, engine, surface })
    }

    /// Whether the engine's thread is still there.
    pub(crate) fn is_running(&self) -> bool {
        self.engine.is_running()
    }

    /// Returns when the engine's thread is no more, which nobody told it.
    pub(crate) async fn engine_ended(&self) {
        self.engine.ended().await;
    }

    /// Takes no new calls, waits for those that are on at most `drain_max`, then ends them. Another
    /// signal ends the waiting.
    pub(crate) async fn end(self, drain_max: Duration) -> Result<(), Fault> {
        self.engine.give(Order::Drain);
        let over = tokio::time::Instant::now() + drain_max;
        tokio::select! {
            () = self.empty() => {}
            () = tokio::time::sleep_until(over) => {}
            () = crate::serve::told_to_stop() => {}
        }
        self.end_by(Order::Stop).await
    }

    /// Leaves the calls to the next process, which is to be started at once.
    pub(crate) async fn hand_over(self) -> Result<(), Fault> {
        self.end_by(Order::HandOver).await
    }

    async fn end_by(self, order: Order) -> Result<(), Fault> {
        self.engine.give(order);
        let ended = self.engine.join(limits::END_MAX).await;
        self.surface.close().await;
        let Ended { unwritten } = ended?;
        unwritten.map_or(Ok(()), |unwritten| Err(Fault::found(unwritten)))
    }

    async fn empty(&self) {
        while self.published.load().is_anybody_on() && self.is_running() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// What earlier runs have left.
async fn earlier(
    (ledger, recorded, talks): (&mut Ledger, &Path, &Path),
    plan: &Plan,
) -> Result<Earlier, Fault> {
    let (began, ends) = plan.day_of(driver::wall()).unwrap_or_default();
    let messages = ledger.messages().await.map_err(Fault::found)?;
    Ok(Earlier {
        day: ledger.day(began, ends).await.map_err(Fault::found)?,
        desks: ledger.desks().await.map_err(Fault::found)?,
        bindings: ledger.bindings().await.map_err(Fault::found)?,
        acquaintances: acquaintances(ledger, plan).await?,
        found: recordings::found(ledger, recorded, &messages).await?,
        messages,
        talks: talks::found(ledger, talks).await?,
        callbacks: ledger.callbacks().await.map_err(Fault::found)?,
        counted: ledger.counted(driver::wall()).await.map_err(Fault::found)?,
        queues: ledger.queues_by_hand().await.map_err(Fault::found)?,
        calls: ledger.interrupted_calls().await.map_err(Fault::found)?,
    })
}

/// Who has talked with whom, as far back as any queue wants to know it.
async fn acquaintances(ledger: &mut Ledger, plan: &Plan) -> Result<Vec<Acquaintance>, Fault> {
    let asking = plan.queues.iter().filter(|queue| !queue.last_agent.is_zero());
    let Some(within) = asking.map(|queue| queue.last_agent_within).max() else {
        return Ok(Vec::new());
    };
    let within = i64::try_from(within.as_micros()).unwrap_or(i64::MAX);
    let since = WallTime::from_micros(driver::wall().as_micros().saturating_sub(within));
    ledger.acquaintances(since).await.map_err(Fault::found)
}

/// Hands a note to the engine; a note that finds no room is lost, and counted.
fn deliver(notes: &Sender<Note>, note: Note) {
    if notes.try_send(note).is_err() {
        metrics::counter!("engine_notes_lost_total").increment(1);
    }
}

/// Asks the DNS for trunks that go by a name.
fn start_resolver(
    settings: &Settings,
    plan: &Plan,
    notes: &Sender<Note>,
) -> Result<Option<Resolver>, Fault> {
    if !plan.trunks.iter().any(|trunk| matches!(trunk.host, TrunkHost::Name(_))) {
        return Ok(None);
    }
    let notes = notes.clone();
    let tell = move |question, answer| deliver(&notes, Note::Resolved { question, answer });
    let started = Resolver::start(&settings.dns, tell);
    started.map(Some).map_err(|error| {
        Fault::found(format!(
            "the system's name servers cannot be read: {error}: write \
             `dns = [\"192.0.2.53:53\"]`, with one of yours, into telefonist.toml"
        ))
    })
}

/// Asks what is to be asked over HTTP. A plan that comes later may be the first to have it.
fn start_look_ups(notes: &Sender<Note>) -> Result<LookUps, Fault> {
    let notes = notes.clone();
    LookUps::start(move |id, answer| deliver(&notes, Note::LookedUp { id, answer }))
}

/// The plan that the server begins with is an edition too. Without a place for it calls are answered all the same.
fn keep_edition(editions: &Editions, site: &Site, (plan, texts): (&Plan, &Texts)) -> u64 {
    // What was in force before, if it is a plan still.
    let latest = editions.latest().ok().flatten().filter(|(_, latest)| latest != texts);
    let before = latest.and_then(|(_, latest)| site.plan_of(&latest).ok());
    let about = About::of(plan, before.as_ref(), "start");
    let kept = editions.stage(texts, about, 0).and_then(Staged::keep);
    kept.inspect_err(not_kept).unwrap_or(1)
}

/// What is kept where nobody may see it, only to know which dialogs are of one call.
const CORRELATED_BYTES: usize = 1024 * 1024;

/// Only where what is said is kept, or told to somebody.
fn start_tracer(settings: &Settings, local: Local) -> Result<(Option<Tap>, Option<Kept>), Fault> {
    let homer = settings.hep.map(|at| Homer::new(at, local, settings.hep_numbers())).transpose()?;
    match (settings.trace_bytes(), homer) {
        (0, None) => Ok((None, None)),
        (0, homer) => {
            tracer::start(CORRELATED_BYTES, homer, local).map(|(tap, _)| (Some(tap), None))
        }
        (bytes, homer) => {
            tracer::start(bytes, homer, local).map(|(tap, kept)| (Some(tap), Some(kept)))
        }
    }
}

fn start_writer(ledger: Ledger, notes: &Sender<Note>) -> Result<(Writer, WriterThread), Fault> {
    let notes = notes.clone();
    let started = ledger.writer(move |seq| deliver(&notes, Note::Stored(seq)));
    started.map_err(|error| Fault::found(format!("ledger: {error}")))
}

fn start_media(
    settings: &Settings,
    (addresses, recordings, talks): (&[MediaAddress], &Path, &Path),
    (store, taken): (&Arc<prompts::Store>, Taken),
    notes: &Sender<Note>,
) -> Result<(Plane, Vec<media_protocol::Port>), Fault> {
    let notes = notes.clone();
    let tell: media::Tell = Arc::new(move |event| {
        notes.try_send(Note::Media(event)).map_err(|note| match note {
            Note::Media(event) => event,
            Note::Message { .. }
            | Note::Certified { .. }
            | Note::Resolved { .. }
            | Note::LookedUp { .. }
            | Note::Unused(_)
            | Note::FlowClosed(_)
            | Note::Unreachable(_)
            | Note::Command { .. }
            | Note::Reload(_)
            | Note::Explain { .. }
            | Note::Stored(_)
            | Note::DayRead { .. } => {
                unreachable!("the very note that was sent is given back")
            }
        })
    });
    let usual = media::Config {
        bind: bound(addresses),
        workers: settings.media_workers(),
        io: settings.media_io(),
        silence_max: settings.rtp_timeout(),
        hold_max: settings.hold_timeout(),
        recordings: Some(recordings.to_owned()),
        talks: Some(talks.to_owned()),
        talk_form: settings.recordings.form(),
        ..media::Config::default()
    };
    let mut ranges = listen::ranges(settings.rtp_ports(), taken).peekable();
    loop {
        let range = ranges.next().expect("the loop goes on only when there is another range");
        let (first, last) = (*range.start(), *range.end());
        let config = media::Config { ports: range, ..usual.clone() };
        let started = match Plane::start(&config, store, &tell) {
            Ok((plane, ports)) if is_enough(&ports, first, last) => return Ok((plane, ports)),
            Ok((plane, ports)) => Some((plane, ports)),
            Err(StartError::NoPort { .. }) => None,
            Err(error @ StartError::NoUring(_)) => {
                return Err(Fault::found(format!(
                    "{error}. Leave `media_io` out of telefonist.toml, and epoll serves"
                )));
            }
            Err(error) => return Err(Fault::found(error)),
        };
        match started {
            _ if ranges.peek().is_some() => {
                tracing::warn!("sound: ports {first}–{last} are taken, trying the next");
            }
            Some((plane, ports)) if ports.len() >= PORTS_OF_A_CALL => return Ok((plane, ports)),
            _ => {
                return Err(Fault::found(format!(
                    "sound: there are not two free even UDP ports from {first} to {last}: choose \
                     another range with `rtp_ports` in telefonist.toml"
                )));
            }
        }
    }
}

/// What has to be bound for the sound, each once.
fn bound(addresses: &[MediaAddress]) -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = addresses.iter().map(|address| address.bound).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A call needs a port for the caller and one for the agent.
const PORTS_OF_A_CALL: usize = 2;

/// Whether a range is worth staying in: at least half of its even ports are free. What a demo beside
/// it has left over is no range for another.
fn is_enough(ports: &[media_protocol::Port], first: u16, last: u16) -> bool {
    let even = usize::from(last / 2 + 1 - first.div_ceil(2));
    ports.len() >= PORTS_OF_A_CALL && ports.len() * 2 >= even
}

fn bind_sip(settings: &Settings, taken: Taken, notes: &Sender<Note>) -> Result<Net, Fault> {
    let doors = doors::bind(settings, taken)?;
    let limits = settings.limits.of_sockets();
    let bind = |address| listen::bind("SIP", address, taken, |at| Listener::bind(at, &limits));
    let more: Vec<Listener> =
        settings.sip.more.iter().copied().map(bind).collect::<Result<_, _>>()?;
    listen::bind("SIP", settings.sip.first, taken, |address| {
        let notes = notes.clone();
        let more = more.iter().map(Listener::try_clone).collect::<io::Result<_>>()?;
        let listening = Listening { plain: address, more, doors: doors::again(&doors)? };
        Net::bind(listening, limits.clone(), move |arrival| {
            deliver(&notes, Note::from(arrival));
        })
    })
}

fn bind_http(settings: &Settings, taken: Taken) -> Result<tokio::net::TcpListener, Fault> {
    listen::bind("HTTP", settings.http, taken, |address| {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        tokio::net::TcpListener::from_std(listener)
    })
}

fn engine_config(
    settings: &Settings,
    sip: Local,
    (media, ports): (Vec<MediaAddress>, Vec<media_protocol::Port>),
    first_call: CallId,
) -> engine::Config {
    engine::Config {
        sip,
        media,
        unacknowledged_per_source_max: settings.limits.unacknowledged_per_source_max(&ports),
        ports,
        realm: settings.realm.clone(),
        digest: settings.digest(),
        session: settings.session_timers(),
        first_call,
        calls_max: settings.calls_max,
        calls_per_source_max: settings.calls_per_source_max,
        load: settings.overload.limits(),
        requests_per_source_per_second_max: settings.limits.requests_per_source_per_second_max,
        transactions_max: settings.limits.transactions_max(),
        transactions_per_source_max: settings.limits.transactions_per_source_max(),
        ledger_wait_max: limits::LEDGER_WAIT_MAX,
        refusal_rows_per_second_max: settings.limits.refusal_rows_per_second_max,
        sign_max: limits::SIGN_MAX,
        codecs: settings.codecs(),
        unheard_max: limits::UNHEARD_MAX,
        direct_ring_max: limits::DIRECT_RING_MAX,
        expires_min: limits::EXPIRES_MIN,
        expires_max: limits::EXPIRES_MAX,
        phones_per_account_max: settings.limits.phones_per_account_max(),
        subscriptions_per_account_max: settings.limits.subscriptions_per_account_max(),
        subscriptions_max: settings.limits.subscriptions_max(),
        seed: rand::random(),
    }
}

/// The queues of each agent, by their names.
pub(crate) fn memberships(plan: &Plan) -> Memberships {
    let name = |queue: &QueueId| Arc::clone(&plan.queue(*queue).name);
    let crew = |agent: &dialplan::Agent| {
        (Arc::clone(&agent.account), agent.queues.iter().map(name).collect())
    };
    plan.agents.iter().map(crew).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(count: u16) -> Vec<media_protocol::Port> {
        (0..count).map(|number| media_protocol::Port { worker: 0, number }).collect()
    }

    #[test]
    fn a_range_is_left_when_others_have_most_of_it() {
        // 20000, 20002 … 20998: five hundred even ports.
        assert!(is_enough(&ports(250), 20_000, 20_999));
        assert!(!is_enough(&ports(249), 20_000, 20_999));
        assert!(!is_enough(&ports(1), 20_000, 20_001), "one port is no call");
        assert!(is_enough(&ports(2), 20_001, 20_004));
    }
}
