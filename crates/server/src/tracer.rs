//! What was said in SIP, on its way to whoever asks for it: the engine's thread hands messages over
//! and goes on, a thread of its own puts them where they belong.

use crate::exit::Fault;
use api::TraceForm;
use border::{Inbox, Sender};
use clock::WallTime;
use ids::CallId;
use sip_msg::{Message, Text};
use sip_txn::{Hop, Local};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;
use trace::{Limits, Numbers, Store, Traced, Way, ladder, pcap};

/// Messages that may wait for the tracing thread. What finds no room is not in the trace, and is
/// counted.
const WAITING_MAX: usize = 4_096;

/// How often the thread looks. It is not woken, so that to hand a message over costs nothing but the
/// handing over.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Messages that are put away while whoever asks for a trace must wait.
const BATCH_MAX: usize = 256;

/// One thing that the thread is told.
enum Note {
    Heard { at: WallTime, hop: Hop, message: Box<Message> },
    Said { at: WallTime, hop: Hop, bytes: bytes::Bytes },
    Dialog { call: CallId, call_id: Text },
}

/// Where the engine's thread hands over what was said.
pub(crate) struct Tap {
    notes: Sender<Note>,
    /// The tracing thread ends when this is gone.
    _alive: Arc<()>,
}

/// What was kept, for whoever asks. Never touched by the engine's thread.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    store: Arc<Mutex<Store>>,
    local: Local,
}

/// Starts the tracing thread, which keeps so many bytes of messages. `local` has our own addresses.
pub(crate) fn start(bytes_max: usize, local: Local) -> Result<(Tap, Kept), Fault> {
    let (notes, inbox) = border::inbox(WAITING_MAX);
    let limits = Limits { bytes_max, ..Limits::default() };
    let store = Arc::new(Mutex::new(Store::new(limits)));
    let (alive, kept) = (Arc::new(()), Kept { store: Arc::clone(&store), local });
    let life = Arc::downgrade(&alive);
    thread::Builder::new()
        .name("trace".to_owned())
        .spawn(move || run(inbox, &store, &life))
        .map_err(|error| Fault::found(format!("the tracing thread: {error}")))?;
    Ok((Tap { notes, _alive: alive }, kept))
}

fn run(mut inbox: Inbox<Note>, store: &Mutex<Store>, life: &Weak<()>) {
    while life.strong_count() > 0 {
        if put_away(&mut inbox, store) < BATCH_MAX {
            thread::sleep(LOOK_EVERY);
        }
    }
}

/// Puts away what waits, up to [`BATCH_MAX`], and tells how much that was.
fn put_away(inbox: &mut Inbox<Note>, store: &Mutex<Store>) -> usize {
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    for taken in 0..BATCH_MAX {
        let Some(note) = inbox.take() else { return taken };
        match note {
            Note::Heard { at, hop, message } => {
                let call_id = match &*message {
                    Message::Request(request) => request.call_id.clone(),
                    Message::Response(response) => response.call_id.clone(),
                };
                let bytes = message.to_bytes();
                store.keep(call_id, Traced { at, way: Way::Heard, hop, bytes });
            }
            Note::Said { at, hop, bytes } => {
                let call_id = match sip_msg::parse(bytes.clone()) {
                    Ok(Message::Request(request)) => request.call_id,
                    Ok(Message::Response(response)) => response.call_id,
                    // A keep-alive is nobody's.
                    Err(_) => continue,
                };
                store.keep(call_id, Traced { at, way: Way::Said, hop, bytes });
            }
            Note::Dialog { call, call_id } => store.belongs(call, call_id),
        }
    }
    BATCH_MAX
}

impl Tap {
    /// A peer said this.
    pub(crate) fn heard(&self, at: WallTime, hop: Hop, message: &Message) {
        self.hand(Note::Heard { at, hop, message: Box::new(message.clone()) });
    }

    /// We say this.
    pub(crate) fn said(&self, at: WallTime, hop: Hop, bytes: &bytes::Bytes) {
        self.hand(Note::Said { at, hop, bytes: bytes.clone() });
    }

    /// A dialog is part of a call.
    pub(crate) fn dialog(&self, call: CallId, call_id: Text) {
        self.hand(Note::Dialog { call, call_id });
    }

    fn hand(&self, note: Note) {
        if self.notes.try_send(note).is_err() {
            metrics::counter!("trace_messages_lost_total").increment(1);
        }
    }
}

impl Kept {
    /// A call's messages in the form that is asked for; `None` when nothing is known of the call.
    pub(crate) fn show(&self, call: CallId, form: TraceForm, numbers: Numbers) -> Option<Vec<u8>> {
        // Copied out, so that drawing holds nobody up.
        let trace = self.store.lock().unwrap_or_else(PoisonError::into_inner).call(call)?;
        Some(match form {
            TraceForm::Ladder => ladder::draw(&trace, numbers).into_bytes(),
            TraceForm::Pcap => pcap::write(&trace, &self.local, numbers),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::FlowId;
    use sip_txn::Transport;

    const INVITE: &str = "INVITE sip:100@127.0.0.1 SIP/2.0\r\n\
        Via: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK1\r\n\
        From: <sip:0701234567@127.0.0.1>;tag=a\r\nTo: <sip:100@127.0.0.1>\r\n\
        Call-ID: 1@a\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";

    fn hop() -> Hop {
        let peer = "127.0.0.1:5062".parse().unwrap();
        Hop { transport: Transport::Udp, flow: FlowId(1), peer }
    }

    #[test]
    fn what_is_heard_and_said_in_a_call_is_shown_in_its_order() {
        let (notes, mut inbox) = border::inbox(8);
        let tap = Tap { notes, _alive: Arc::new(()) };
        let store = Mutex::new(Store::new(Limits::default()));
        let invite = sip_msg::parse(INVITE.into()).unwrap();
        tap.heard(WallTime::default(), hop(), &invite);
        tap.dialog(CallId(7), "1@a".into());
        let Message::Request(request) = invite else { panic!("it is a request") };
        let ringing = request.reply(sip_msg::StatusCode::RINGING).to_bytes();
        tap.said(WallTime::default(), hop(), &ringing);
        assert_eq!(put_away(&mut inbox, &store), 3);
        let kept =
            Kept { store: Arc::new(store), local: Local::new("127.0.0.1:5060".parse().unwrap()) };
        let ladder = kept.show(CallId(7), TraceForm::Ladder, Numbers::Masked).unwrap();
        let ladder = String::from_utf8(ladder).unwrap();
        let (first, second) = (ladder.find("INVITE sip:100"), ladder.find("180 Ringing"));
        assert!(first.is_some() && first < second, "{ladder}");
        assert_eq!(kept.show(CallId(8), TraceForm::Ladder, Numbers::Masked), None);
    }

    #[test]
    fn messages_that_find_no_room_hold_nobody_up() {
        let (notes, mut inbox) = border::inbox(2);
        let tap = Tap { notes, _alive: Arc::new(()) };
        for call in 0..9 {
            tap.dialog(CallId(call), "a".into());
        }
        assert_eq!(put_away(&mut inbox, &Mutex::new(Store::new(Limits::default()))), 2);
    }
}
