//! One transaction layer, a peer made of text, and a transcript.

use bytes::Bytes;
use clock::{Duration, Moment};
use ids::FlowId;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sip_msg::{Message, Method, NameAddr, Request, Response, StatusCode, Text, Uri};
use sip_txn::{ClientTxn, Config, Hop, Output, ServerTxn, Transactions, Transport};
use std::fmt::Write as _;

pub(crate) struct World {
    pub(crate) now: Moment,
    pub(crate) layer: Transactions,
    pub(crate) hop: Hop,
    transcript: String,
    /// The last request of ours on the wire.
    pub(crate) sent: Option<Request>,
    /// The last response of ours on the wire.
    pub(crate) answered: Option<Response>,
    /// The last request that our user was told of.
    pub(crate) heard: Option<(ServerTxn, Box<Request>)>,
}

impl World {
    pub(crate) fn new(transport: Transport) -> Self {
        Self::limited(transport, 100)
    }

    pub(crate) fn limited(transport: Transport, transactions_max: usize) -> Self {
        Self::configured(transport, Config::new("10.0.0.1:5060".parse().unwrap(), transactions_max))
    }

    pub(crate) fn configured(transport: Transport, config: Config) -> Self {
        Self {
            now: Moment::ZERO,
            layer: Transactions::new(config, StdRng::seed_from_u64(1)),
            hop: Hop { transport, flow: FlowId(7), peer: "10.0.0.2:5062".parse().unwrap() },
            transcript: String::new(),
            sent: None,
            answered: None,
            heard: None,
        }
    }

    /// We send a request.
    pub(crate) fn send(&mut self, method: Method) -> ClientTxn {
        let from = NameAddr::new(Uri::sip("ana", "10.0.0.1:5060".parse().unwrap())).with_tag("a");
        let to = NameAddr::new(Uri::sip("bo", self.hop.peer));
        let request = Request::new(method, to.uri(), from, to, Text::from("c1"), 1);
        let txn = self.layer.send_request(self.now, self.hop, request);
        self.drain();
        txn
    }

    pub(crate) fn cancel(&mut self, txn: ClientTxn) {
        self.layer.cancel(self.now, txn, Some(Text::from("SIP;cause=200")));
        self.drain();
    }

    /// The peer answers our last request but an ACK.
    pub(crate) fn hear_status(&mut self, status: u16) {
        let request = self.sent.clone().unwrap();
        self.hear_answer(&request, status);
    }

    pub(crate) fn hear_answer(&mut self, request: &Request, status: u16) {
        let mut response = request.reply(StatusCode::new(status).unwrap());
        response.to.set_tag("b");
        self.receive(Message::Response(response));
    }

    /// The peer sends a request with this branch.
    pub(crate) fn hear(&mut self, method: &str, branch: &str) {
        self.hear_text(&text(method, branch));
    }

    pub(crate) fn hear_text(&mut self, text: &str) {
        let message = sip_msg::parse(Bytes::from(text.replace('\n', "\r\n"))).unwrap();
        self.receive(message);
    }

    fn receive(&mut self, message: Message) {
        writeln!(self.transcript, "{:<7} < {}", self.clock(), summary(&message)).unwrap();
        self.layer.receive(self.now, self.hop, message);
        self.drain();
    }

    /// We answer the last request that we were told of.
    pub(crate) fn answer(&mut self, status: u16) {
        let (txn, request) = self.heard.clone().unwrap();
        let mut response = request.reply(StatusCode::new(status).unwrap());
        response.to.set_tag("us");
        self.layer.reply(self.now, txn, response);
        self.drain();
    }

    /// We answer, and want to forget, a request to which 100 has been said.
    pub(crate) fn answer_late_and_forget(&mut self, status: u16) {
        let (txn, request) = self.heard.clone().unwrap();
        let answer = request.reply(StatusCode::new(status).unwrap());
        self.layer.reply_and_forget(self.now, txn, answer);
        self.drain();
    }

    /// We answer this request and forget it, before we are asked what to send next.
    pub(crate) fn answer_and_forget(&mut self, text: &str, status: u16) {
        let message = sip_msg::parse(text.replace('\n', "\r\n").into()).unwrap();
        self.layer.receive(self.now, self.hop, message);
        let Some(Output::Request { txn, request, .. }) = self.layer.poll_but_trying() else {
            panic!("told of the request");
        };
        let answer = request.reply(StatusCode::new(status).unwrap());
        self.layer.reply_and_forget(self.now, txn, answer);
        self.drain();
    }

    pub(crate) fn run(&mut self, seconds: f64) {
        let until = self.now + Duration::from_secs_f64(seconds);
        while let Some(at) = self.layer.poll_timeout().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.layer.handle_timeout(self.now);
            self.drain();
        }
        self.now = until;
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.layer.poll_output() {
            let line = self.line(output);
            writeln!(self.transcript, "{:<7} {line}", self.clock()).unwrap();
        }
    }

    fn line(&mut self, output: Output) -> String {
        match output {
            Output::Send { hop, bytes } => {
                assert_eq!(hop, self.hop, "nothing goes to anybody else");
                self.note_sent(sip_msg::parse(bytes).unwrap())
            }
            Output::Request { txn, request, .. } => {
                let line = format!("told: {txn} {}", request.method);
                self.heard = Some((txn, request));
                line
            }
            Output::Ack { .. } => "told: ACK".to_owned(),
            Output::Cancel { invite } => format!("told: cancel {invite}"),
            Output::Response { txn, response, .. } => {
                format!("told: {txn} {}", response.status.code())
            }
            Output::StrayAnswer { response, .. } => {
                format!("told: stray {}", response.status.code())
            }
            Output::TimedOut { txn } => format!("told: {txn} timed out"),
            Output::Unsendable { txn } => format!("told: {txn} unsendable"),
            Output::AckMissing { txn } => format!("told: {txn} ACK missing"),
        }
    }

    fn note_sent(&mut self, message: Message) -> String {
        let line = format!("> {}", summary(&message));
        match message {
            Message::Request(request) if request.method != Method::Ack => self.sent = Some(request),
            Message::Request(_) => {}
            Message::Response(response) => self.answered = Some(response),
        }
        line
    }

    fn clock(&self) -> String {
        format!("{:.3}", self.now.since(Moment::ZERO).as_secs_f64())
    }

    pub(crate) fn forget(&mut self) {
        self.transcript.clear();
    }

    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.transcript)
    }

    /// After long quiet nothing is left.
    pub(crate) fn assert_empty(&mut self) {
        self.run(100.0);
        assert_eq!(self.layer.len(), 0);
        assert_eq!(self.layer.poll_timeout(), None);
    }
}

/// A request of the peer.
pub(crate) fn text(method: &str, branch: &str) -> String {
    format!(
        "{method} sip:ana@10.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP bo.example;branch={branch};rport\n\
         From: <sip:bo@bo.example>;tag=b\nTo: <sip:ana@10.0.0.1>\nCall-ID: c2\nCSeq: 7 {method}\nContent-Length: 0\n\n"
    )
}

fn summary(message: &Message) -> String {
    match message {
        Message::Request(request) => request.method.to_string(),
        Message::Response(response) => {
            format!("{} {}", response.status.code(), response.cseq_method)
        }
    }
}
