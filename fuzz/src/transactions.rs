//! Any messages in any order: nothing panics, and in the end no transaction is left.

use clock::{Duration, Moment};
use ids::FlowId;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sip_msg::{Message, Method, Request, Response, StatusCode};
use sip_txn::{ClientTxn, Config, Hop, Output, ServerTxn, Transactions, Transport};

/// Transactions that have room for no more than this.
const TRANSACTIONS_MAX: usize = 32;
/// Steps of one story.
const STEPS_MAX: usize = 400;
const METHODS: [&str; 6] = ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER"];
const STATUSES: [u16; 8] = [100, 180, 200, 302, 401, 408, 486, 603];

/// Reads the bytes as a story: two for each step, what and how.
pub fn transactions(data: &[u8]) {
    let mut story = Story::new();
    for step in data.chunks_exact(2).take(STEPS_MAX) {
        story.step(step[0], step[1]);
        story.drain();
        assert!(story.layer.len() <= 2 * TRANSACTIONS_MAX + story.sent.len());
    }
    story.end();
}

struct Story {
    layer: Transactions,
    now: Moment,
    hop: Hop,
    heard: Vec<(ServerTxn, Request)>,
    sent: Vec<(ClientTxn, Request)>,
}

impl Story {
    fn new() -> Self {
        let local = "192.0.2.1:5060".parse().expect("an address");
        let peer = "192.0.2.2:5060".parse().expect("an address");
        let config = Config::new(local, TRANSACTIONS_MAX);
        Self {
            layer: Transactions::new(config, StdRng::seed_from_u64(1)),
            now: Moment::ZERO,
            hop: Hop { transport: Transport::Udp, flow: FlowId(1), peer },
            heard: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn step(&mut self, what: u8, how: u8) {
        let status = StatusCode::new(STATUSES[usize::from(how) % 8]).expect("a status");
        match what % 8 {
            0 | 1 => self.hear(how),
            2 => self.answer(how, status, Keep::Remembered),
            3 => self.answer(how, status, Keep::Forgotten),
            4 => self.send(how),
            5 => self.hear_answer(how, status),
            6 => self.run(Duration::from_millis(u64::from(how) * 60)),
            _ => self.change(how),
        }
    }

    /// A peer's request; its branch is one of a few, so that copies, ACKs and CANCELs fit.
    fn hear(&mut self, how: u8) {
        let method = METHODS[usize::from(how) % 6];
        let branch = how / 6 % 8;
        let text = format!(
            "{method} sip:b@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK{branch}\r\n\
             From: <sip:a@192.0.2.2>;tag=a\r\nTo: <sip:b@192.0.2.1>\r\nCall-ID: c{branch}\r\n\
             CSeq: 1 {method}\r\n\r\n"
        );
        let message = sip_msg::parse(text.into()).expect("a lawful message");
        self.layer.receive(self.now, self.hop, message);
    }

    fn answer(&mut self, how: u8, status: StatusCode, keep: Keep) {
        let Some((txn, request)) = nth(&self.heard, how / 8) else { return };
        let response = request.reply(status);
        match keep {
            Keep::Forgotten if status.is_final() => {
                self.layer.reply_and_forget(self.now, txn, response);
            }
            Keep::Forgotten | Keep::Remembered => self.layer.reply(self.now, txn, response),
        }
    }

    fn send(&mut self, how: u8) {
        if self.sent.len() >= TRANSACTIONS_MAX {
            return;
        }
        let uri = || sip_msg::Uri::parse("sip:a@192.0.2.2").expect("a URI");
        let method = if how.is_multiple_of(2) { Method::Invite } else { Method::Bye };
        let (from, to) = (uri().into(), uri().into());
        let request = Request::new(method, uri(), from, to, "ours".into(), 1);
        let txn = self.layer.send_request(self.now, self.hop, request);
        // What was sent has the Via that its answers repeat.
        while let Some(output) = self.layer.poll_output() {
            if let Output::Send { bytes, .. } = output
                && let Ok(Message::Request(request)) = sip_msg::parse(bytes)
            {
                self.sent.push((txn, request));
                return;
            }
        }
    }

    fn hear_answer(&mut self, how: u8, status: StatusCode) {
        let Some((_, request)) = nth(&self.sent, how / 8) else { return };
        let response: Response = request.reply(status);
        self.layer.receive(self.now, self.hop, Message::Response(response));
    }

    fn change(&mut self, how: u8) {
        match how % 4 {
            0 => self.layer.flow_failed(self.hop.flow),
            1 => self.hop.transport = Transport::Tcp,
            2 => self.hop.transport = Transport::Udp,
            _ => {
                if let Some((txn, _)) = nth(&self.sent, how / 8) {
                    self.layer.cancel(self.now, txn, None);
                }
            }
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.layer.poll_output() {
            if let Output::Request { txn, request, .. } = output {
                self.heard.push((txn, *request));
            }
        }
    }

    fn run(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.layer.poll_timeout().filter(|at| *at <= until) {
            self.now = at;
            self.layer.handle_timeout(at);
            self.drain();
        }
        self.now = until;
    }

    /// We answer all and take all back, and after a while of quiet nothing is left.
    fn end(&mut self) {
        for (txn, request) in std::mem::take(&mut self.heard) {
            let response = request.reply(StatusCode::SERVER_INTERNAL_ERROR);
            self.layer.reply(self.now, txn, response);
        }
        for (txn, _) in std::mem::take(&mut self.sent) {
            self.layer.cancel(self.now, txn, None);
        }
        self.drain();
        self.run(Duration::from_secs(200));
        assert!(self.layer.is_empty(), "{} are left", self.layer.len());
        assert_eq!(self.layer.poll_timeout(), None);
    }
}

/// Whether an answer is kept for copies of its request.
enum Keep {
    Remembered,
    Forgotten,
}

fn nth<T: Clone>(list: &[T], which: u8) -> Option<T> {
    list.get(usize::from(which) % list.len().max(1)).cloned()
}
