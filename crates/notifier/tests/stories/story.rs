//! A notifier, and phones that answer what it sends.

use clock::{Duration, Moment};
use ids::{AgentId, CallId, FlowId, SubscriptionId};
use notifier::{Asked, CallSeen, Config, Duty, Notifier, Notify, Progress, Seen, Side};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sip_msg::{Message, Name, Request, Response, StatusCode, Text, parse};
use sip_txn::{Hop, Transport};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub(crate) const UDP: Hop = Hop {
    transport: Transport::Udp,
    flow: FlowId(1),
    peer: SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)), 5060),
};
pub(crate) const TCP: Hop = Hop { transport: Transport::Tcp, flow: FlowId(9), ..UDP };

/// Who watches in most stories, and whom.
pub(crate) const ANA: AgentId = AgentId(1);
pub(crate) const BO: AgentId = AgentId(2);

/// The dialog of a subscription, as its phone has it.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    pub(crate) call_id: String,
    pub(crate) tag: String,
}

/// A notifier and what it has said.
pub(crate) struct Story {
    pub(crate) notifier: Notifier,
    pub(crate) now: Moment,
    pub(crate) told: String,
    pub(crate) cseq: u32,
    /// The last NOTIFY.
    pub(crate) last: Option<Notify>,
    /// NOTIFYs without an answer.
    pub(crate) open: Vec<SubscriptionId>,
    /// Whether phones answer by themselves.
    pub(crate) answers: Answers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    AtOnce,
    WhenTold,
}

impl Story {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    pub(crate) fn of(config: Config) -> Self {
        Self {
            notifier: Notifier::new(config, StdRng::seed_from_u64(7)),
            now: Moment::ZERO,
            told: String::new(),
            cseq: 0,
            last: None,
            open: Vec::new(),
            answers: Answers::AtOnce,
        }
    }

    /// A SUBSCRIBE for bo, with these further lines.
    pub(crate) fn request(&mut self, to_tag: &str, call_id: &str, lines: &str) -> Request {
        self.cseq += 1;
        let text = format!(
            "SUBSCRIBE sip:bo@acme.example;transport=udp SIP/2.0\n\
             Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK{0}\n\
             From: <sip:ana@acme.example>;tag=f\nTo: <sip:bo@acme.example>{to_tag}\n\
             Call-ID: {call_id}\nCSeq: {0} SUBSCRIBE\n\
             Contact: <sip:ana@192.0.2.7>\n{lines}\n\n",
            self.cseq
        );
        match parse(text.replace('\n', "\r\n").into()) {
            Ok(Message::Request(request)) => request,
            other => panic!("{other:?}"),
        }
    }

    /// Ana's phone asks for something about bo.
    pub(crate) fn subscribe(&mut self, call_id: &str, lines: &str) -> Response {
        let request = self.request("", call_id, lines);
        self.ask(UDP, ANA, Some(BO), &request)
    }

    /// The same, taken, and its dialog.
    pub(crate) fn watch(&mut self, call_id: &str, lines: &str) -> Watch {
        let response = self.subscribe(call_id, lines);
        assert_eq!(response.status, StatusCode::OK, "{response:?}");
        let tag = response.to.tag().unwrap().to_string();
        Watch { call_id: call_id.to_owned(), tag }
    }

    /// Ana's phone asks again inside a dialog.
    pub(crate) fn renew(&mut self, watch: &Watch, lines: &str) -> Response {
        let request = self.request(&format!(";tag={}", watch.tag), &watch.call_id, lines);
        self.ask(UDP, ANA, Some(BO), &request)
    }

    pub(crate) fn ask(
        &mut self,
        hop: Hop,
        by: AgentId,
        whom: Option<AgentId>,
        request: &Request,
    ) -> Response {
        let contact = Text::from("<sip:192.0.2.1:5060>");
        let response =
            self.notifier.subscribe(self.now, &Asked { hop, request, by, whom, contact });
        let mut line = format!("SUBSCRIBE gets {}", response.status.code());
        for name in [Name::Expires, Name::MinExpires, Name::AllowEvents, Name::Accept] {
            if let Some(value) = response.headers.get(name.clone()) {
                let _ = write!(line, ", {name}: {value}");
            }
        }
        if response.reason != response.status.reason() {
            let _ = write!(line, " ({})", response.reason);
        }
        self.tell(&line);
        self.carry();
        response
    }

    /// Lets time pass, stopping at every deadline.
    pub(crate) fn wait(&mut self, seconds: f64) {
        let end = self.now + Duration::from_secs_f64(seconds);
        while let Some(due) = self.notifier.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.step();
        }
        self.now = end;
    }

    /// Does what is due at this very moment.
    pub(crate) fn carry(&mut self) {
        while self.notifier.poll_timeout().is_some_and(|due| due <= self.now) {
            self.step();
        }
    }

    fn step(&mut self) {
        self.notifier.handle_timeout(self.now);
        while let Some(notify) = self.notifier.poll_output() {
            self.tell(&said(&notify));
            self.open.push(notify.subscription);
            self.last = Some(notify);
        }
        if self.answers == Answers::AtOnce {
            while !self.open.is_empty() {
                self.answer("200");
            }
        }
    }

    /// The NOTIFY that has waited longest is answered.
    pub(crate) fn answer(&mut self, answer: &str) {
        let id = self.open.remove(0);
        let (code, retry_after) = answer
            .split_once(' ')
            .map_or((answer, None), |(code, after)| (code, after.strip_prefix("Retry-After ")));
        let notify = &self.last.as_ref().unwrap().request;
        let mut response = notify.reply(StatusCode::new(code.parse().unwrap()).unwrap());
        if let Some(after) = retry_after {
            response.headers.push(Name::RetryAfter, after.to_owned());
        }
        self.notifier.answered(self.now, id, &response);
    }

    /// What is seen of bo.
    pub(crate) fn bo_is(&mut self, duty: Duty, calls: &[CallSeen]) {
        self.notifier.see(self.now, BO, Seen { duty, calls: calls.to_vec() });
        self.carry();
    }

    /// The body of the last NOTIFY.
    pub(crate) fn body(&self) -> String {
        String::from_utf8(self.last.as_ref().unwrap().request.body.to_vec()).unwrap()
    }

    pub(crate) fn tell(&mut self, line: &str) {
        let at = self.now.since(Moment::ZERO).as_secs_f64();
        let _ = writeln!(self.told, "{at}s {line}");
    }

    pub(crate) fn left(&self) -> usize {
        self.notifier.len()
    }
}

/// A call of bo's.
pub(crate) const fn call(progress: Progress) -> CallSeen {
    CallSeen { call: CallId(7), side: Side::Recipient, progress }
}

/// A NOTIFY in words: its state, and what stands out in its document.
fn said(notify: &Notify) -> String {
    let headers = &notify.request.headers;
    let body = String::from_utf8_lossy(&notify.request.body).into_owned();
    let state = headers.get(Name::SubscriptionState).unwrap();
    let event = headers.get(Name::Event).unwrap();
    let between = |open: &str, close: &str| {
        let (_, rest) = body.split_once(open)?;
        rest.split_once(close).map(|(inside, _)| inside.to_owned())
    };
    let shown = [
        between("dialog-info\" version=\"", "\"").map(|version| format!("#{version}")),
        between("<state>", "</state>"),
        between("<basic>", "</basic>"),
        between("<note>", "</note>"),
        between("Messages-Waiting: ", "\r"),
    ];
    let shown: Vec<String> = shown.into_iter().flatten().collect();
    format!("NOTIFY {event} {state}: {}", shown.join(" "))
}
