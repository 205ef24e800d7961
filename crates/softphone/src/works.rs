//! The insides of a phone: one task that owns its sockets, its user agent and its calls.

use crate::command::Command;
use crate::credentials::Credentials;
use crate::event::Event;
use crate::line::Line;
use crate::registering::retry_after;
use crate::registration::Registration;
use crate::wire::{Received, Wire};
use crate::{CallState, End, LineId, PhoneConfig};
use clock::{Deadlines, Moment};
use ids::LegId;
use sip_msg::{Host, NameAddr, Text, Uri};
use sip_ua::{Config, Output, UserAgent};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// How long taking leave may take.
const STOP_MAX: Duration = Duration::from_secs(3);
/// How long to sleep when there is nothing to wake up for.
const IDLE: Duration = Duration::from_secs(3_600);
/// The name that phones give in User-Agent.
const USER_AGENT: &str = concat!("Telefonist-Softphone/", env!("CARGO_PKG_VERSION"));

/// What a phone does by itself at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alarm {
    /// Answer, after ringing long enough.
    Accept(LineId),
    /// Hang up, after talking long enough.
    HangUp(LineId),
    /// Renew the binding, or try for it again.
    Register,
    /// Take leave no longer.
    Leave,
}

/// The insides of a phone.
pub(crate) struct Works {
    pub(crate) config: PhoneConfig,
    pub(crate) credentials: Credentials,
    pub(crate) wire: Wire,
    pub(crate) ua: UserAgent,
    pub(crate) lines: BTreeMap<LineId, Line>,
    pub(crate) legs: BTreeMap<LegId, LineId>,
    pub(crate) last_line: LineId,
    pub(crate) registration: Registration,
    pub(crate) alarms: Deadlines<Alarm>,
    /// When the last message came to the socket.
    pub(crate) heard_at: Instant,
    /// For handles on calls. Weak, so that we end with the last handle on the phone.
    pub(crate) commands: mpsc::WeakSender<Command>,
    events: mpsc::Sender<Event>,
    address: SocketAddr,
    epoch: Instant,
    leaving: Option<oneshot::Sender<()>>,
}

impl Works {
    pub(crate) async fn new(
        config: PhoneConfig,
        events: mpsc::Sender<Event>,
        commands: mpsc::WeakSender<Command>,
    ) -> io::Result<Self> {
        let (wire, address) = Wire::open(&config).await?;
        let mut ua = UserAgent::new(Config::phone(address, USER_AGENT), rand::make_rng());
        let registration = registration(&config, address, &mut ua);
        let mut alarms = Deadlines::default();
        if config.registration.is_some() {
            alarms.set(Alarm::Register, Moment::ZERO);
        }
        Ok(Self {
            credentials: Credentials::of(&config),
            config,
            wire,
            ua,
            lines: BTreeMap::new(),
            legs: BTreeMap::new(),
            last_line: LineId(0),
            registration,
            alarms,
            heard_at: Instant::now(),
            commands,
            events,
            address,
            epoch: Instant::now(),
            leaving: None,
        })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lives until the last handle is dropped, or leave has been taken.
    pub(crate) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        while !self.has_left() {
            let wake_at = self.wake_at();
            tokio::select! {
                received = self.wire.receive() => self.receive(received),
                command = commands.recv() => match command {
                    Some(command) => self.obey(command).await,
                    None => break,
                },
                () = tokio::time::sleep_until(wake_at.into()) => self.wake().await,
            }
            self.drain();
        }
        for line in self.lines.values_mut() {
            line.state.send_replace(CallState::Ended(End::PhoneGone));
        }
        if let Some(reply) = self.leaving {
            // Whoever stopped us may not wait for it.
            let _ = reply.send(());
        }
    }

    /// Microseconds since the phone was switched on, as its core counts them.
    pub(crate) fn now(&self) -> Moment {
        Moment::ZERO + self.epoch.elapsed()
    }

    fn wake_at(&self) -> Instant {
        let next = [self.alarms.next(), self.ua.poll_timeout()].into_iter().flatten().min();
        let next = next.unwrap_or_else(|| self.now() + IDLE);
        self.epoch + next.since(Moment::ZERO)
    }

    fn receive(&mut self, received: Received) {
        let now = self.now();
        match received {
            Received::Message { hop, message, at } => {
                self.heard_at = at;
                self.ua.receive(now, hop, *message);
            }
            Received::Closed(flow) => {
                self.ua.flow_failed(now, flow);
                if self.config.registration.is_some() {
                    // The binding went with the connection (RFC 5626 §4.5).
                    self.alarms.set(Alarm::Register, now + retry_after());
                }
            }
            Received::Noise => {}
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Register { expires, reply } => self.register(expires, Some(reply)).await,
            Command::Call { number, reply } => {
                // Without a way to the server the call fails by itself, and says so.
                let _ = self.wire.reopen().await;
                // Whoever called may have gone; the call then goes on without a handle.
                let _ = reply.send(self.call(&number));
            }
            Command::SetAnswer(answer) => self.config.answer = answer,
            Command::Line(line, wish) => self.grant(line, wish),
            Command::Stop { reply } => {
                self.leaving = Some(reply);
                self.leave().await;
            }
        }
    }

    async fn leave(&mut self) {
        self.alarms.set(Alarm::Leave, self.now() + STOP_MAX);
        self.alarms.clear(&Alarm::Register);
        self.config.registration = None;
        let lines: Vec<_> = self.lines.keys().copied().collect();
        for line in lines {
            self.hang_up(line);
        }
        if self.registration.is_bound {
            self.register(Duration::ZERO, None).await;
        }
    }

    /// Whether leave was taken and nobody waits for more.
    fn has_left(&self) -> bool {
        let is_done = self.ua.legs_len() == 0 && !self.registration.is_asking();
        // While leaving, the alarm is set until the time is over.
        let is_over = self.alarms.of(&Alarm::Leave).is_none();
        self.leaving.is_some() && (is_done || is_over)
    }

    async fn wake(&mut self) {
        let now = self.now();
        self.ua.handle_timeout(now);
        while let Some(alarm) = self.alarms.pop_due(now) {
            match alarm {
                Alarm::Accept(line) => self.accept(line),
                Alarm::HangUp(line) => self.hang_up(line),
                Alarm::Register => {
                    let expires = self.config.registration.unwrap_or_default();
                    self.register(expires, None).await;
                }
                Alarm::Leave => {}
            }
        }
    }

    /// Carries out what the user agent wants, until it wants nothing more.
    fn drain(&mut self) {
        let mut failed = VecDeque::new();
        loop {
            while let Some(output) = self.ua.poll_output() {
                match output {
                    Output::Send { hop, bytes } => failed.extend(self.wire.send(hop, bytes).err()),
                    Output::Event(event) => self.heed(event),
                }
            }
            let Some(hop) = failed.pop_front() else { return };
            let now = self.now();
            self.ua.flow_failed(now, hop.flow);
            self.ua.peer_unreachable(now, hop.peer);
        }
    }

    /// Tells an event to whoever listens; nobody may, or too slowly.
    pub(crate) fn tell(&self, event: Event) {
        if self.events.try_send(event).is_err() {
            tracing::trace!("an event of a phone was not fetched");
        }
    }
}

fn registration(config: &PhoneConfig, address: SocketAddr, ua: &mut UserAgent) -> Registration {
    let registrar = Uri::sip("", config.server);
    let host = Host::from(config.server.ip());
    let aor = Uri::sip_host(config.user.clone(), host, None);
    let contact = Uri::sip(config.user.clone(), address);
    let contact = match config.transport.uri_param() {
        Some(transport) => contact.with_param("transport", Some(Text::from(transport))),
        None => contact,
    };
    let from = NameAddr::new(aor).with_tag(ua.new_tag());
    Registration::new(registrar, from, NameAddr::new(contact), ua.new_tag())
}
