//! What was said in SIP, on its way to whoever asks for it: the engine's thread hands messages over
//! and goes on, a thread of its own puts them where they belong.

use crate::exit::Fault;
use crate::homer::Homer;
use api::TraceForm;
use border::{Inbox, Sender};
use clock::WallTime;
use ids::CallId;
use metrics::{Counter, counter};
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
    lost: Counter,
    /// The tracing thread ends when this is gone.
    _alive: Arc<()>,
}

/// What was kept, for whoever asks. Never touched by the engine's thread.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    store: Arc<Mutex<Store>>,
    local: Local,
}

/// Starts the tracing thread, which keeps so many bytes of messages, and tells them to Homer where there
/// is one. `local` has our own addresses.
pub(crate) fn start(
    bytes_max: usize,
    homer: Option<Homer>,
    local: Local,
) -> Result<(Tap, Kept), Fault> {
    let (notes, inbox) = border::inbox(WAITING_MAX);
    let limits = Limits { bytes_max, ..Limits::default() };
    let store = Arc::new(Mutex::new(Store::new(limits)));
    let (alive, kept) = (Arc::new(()), Kept { store: Arc::clone(&store), local });
    let life = Arc::downgrade(&alive);
    let mut keeper = Keeper { inbox, store, homer };
    thread::Builder::new()
        .name("trace".to_owned())
        .spawn(move || keeper.run(&life))
        .map_err(|error| Fault::found(format!("the tracing thread: {error}")))?;
    Ok((Tap::new(notes, alive), kept))
}

/// What the thread has.
struct Keeper {
    inbox: Inbox<Note>,
    store: Arc<Mutex<Store>>,
    homer: Option<Homer>,
}

impl Keeper {
    fn run(&mut self, life: &Weak<()>) {
        while life.strong_count() > 0 {
            if self.put_away() < BATCH_MAX {
                thread::sleep(LOOK_EVERY);
            }
        }
    }

    /// Puts away what waits, up to [`BATCH_MAX`], and tells how much that was.
    fn put_away(&mut self) -> usize {
        let store = Arc::clone(&self.store);
        let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
        for taken in 0..BATCH_MAX {
            let Some(note) = self.inbox.take() else { return taken };
            match note {
                Note::Heard { at, hop, message } => {
                    let bytes = message.to_bytes();
                    let traced = Traced { at, way: Way::Heard, hop, bytes };
                    self.keep(&mut store, &message, traced);
                }
                Note::Said { at, hop, bytes } => {
                    // A keep-alive is nobody's.
                    let Ok(message) = sip_msg::parse(bytes.clone()) else { continue };
                    let traced = Traced { at, way: Way::Said, hop, bytes };
                    self.keep(&mut store, &message, traced);
                }
                Note::Dialog { call, call_id } => store.belongs(call, call_id),
            }
        }
        BATCH_MAX
    }

    fn keep(&self, store: &mut Store, message: &Message, traced: Traced) {
        let call_id = match message {
            Message::Request(request) => &request.call_id,
            Message::Response(response) => &response.call_id,
        };
        if let Some(homer) = &self.homer {
            homer.tell(&traced, store.owner(call_id));
        }
        store.keep(call_id.clone(), traced);
    }
}

impl Tap {
    fn new(notes: Sender<Note>, alive: Arc<()>) -> Self {
        Self { notes, lost: counter!("trace_messages_lost_total"), _alive: alive }
    }

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
            self.lost.increment(1);
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

    fn local() -> Local {
        Local::new("127.0.0.1:5060".parse().unwrap())
    }

    /// Where messages are handed over, and who keeps them.
    fn kept_by(waiting_max: usize, homer: Option<Homer>) -> (Tap, Keeper) {
        let (notes, inbox) = border::inbox(waiting_max);
        let store = Arc::new(Mutex::new(Store::new(Limits::default())));
        (Tap::new(notes, Arc::default()), Keeper { inbox, store, homer })
    }

    #[test]
    fn what_is_said_is_told_to_homer_with_its_call() {
        let sink = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        sink.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let homer = Homer::new(sink.local_addr().unwrap(), local(), Numbers::Masked).unwrap();
        let (tap, mut keeper) = kept_by(8, Some(homer));
        tap.dialog(CallId(7), "1@a".into());
        tap.said(WallTime::default(), hop(), &INVITE.into());
        assert_eq!(keeper.put_away(), 2);
        let mut packet = [0; 2_000];
        let length = sink.recv(&mut packet).unwrap();
        let told = String::from_utf8_lossy(&packet[..length]).into_owned();
        assert!(told.starts_with("HEP3") && told.contains("call-7"), "{told}");
        assert!(told.contains("sip:xxxxxxxx67@") && !told.contains("0701234567"), "{told}");
    }

    #[test]
    fn what_is_heard_and_said_in_a_call_is_shown_in_its_order() {
        let (tap, mut keeper) = kept_by(8, None);
        let invite = sip_msg::parse(INVITE.into()).unwrap();
        tap.heard(WallTime::default(), hop(), &invite);
        tap.dialog(CallId(7), "1@a".into());
        let Message::Request(request) = invite else { panic!("it is a request") };
        let ringing = request.reply(sip_msg::StatusCode::RINGING).to_bytes();
        tap.said(WallTime::default(), hop(), &ringing);
        assert_eq!(keeper.put_away(), 3);
        let kept = Kept { store: keeper.store, local: local() };
        let ladder = kept.show(CallId(7), TraceForm::Ladder, Numbers::Masked).unwrap();
        let ladder = String::from_utf8(ladder).unwrap();
        let (first, second) = (ladder.find("INVITE sip:100"), ladder.find("180 Ringing"));
        assert!(first.is_some() && first < second, "{ladder}");
        assert_eq!(kept.show(CallId(8), TraceForm::Ladder, Numbers::Masked), None);
    }

    #[test]
    fn messages_that_find_no_room_hold_nobody_up() {
        let (tap, mut keeper) = kept_by(2, None);
        for call in 0..9 {
            tap.dialog(CallId(call), "a".into());
        }
        assert_eq!(keeper.put_away(), 2);
    }
}
