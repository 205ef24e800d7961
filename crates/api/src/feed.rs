//! What happens, for whoever listens: numbered events, the latest of them kept.
//!
//! The engine's thread hands an event over or drops it, and waits for nobody; a task of its own writes it
//! once and passes it on. Who reads too slowly is cut off, and may come back and resume.

use crate::queues_of::{Memberships, QueuesOf};
use clock::WallTime;
use events::{Ani, CallEvent, Direction, Event, Name, Subject, What};
use ids::MessageId;
use jiff::Timestamp;
use metrics::counter;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc};

/// Events that may wait to be written for listeners.
const UNWRITTEN_MAX: usize = 16_384;
/// The latest events, from which a listener may resume.
const KEPT_MAX: usize = 4_096;
/// Events that a listener may lag behind before being cut off.
const BEHIND_MAX: usize = 1_024;
/// Listeners at once; half of the connections that there may be.
const LISTENERS_MAX: usize = 32;

/// One event, as it is told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) seq: u64,
    pub(crate) json: String,
    pub(crate) kind: String,
    pub(crate) call: Option<u64>,
    pub(crate) agent: Option<String>,
    /// The queues that it belongs to.
    pub(crate) queues: Arc<[Name]>,
}

/// Where a listener has got to: a run of the server, and the number of an event in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) run: i64,
    pub(crate) seq: u64,
}

impl FromStr for Mark {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (run, seq) = text.split_once('-').ok_or(())?;
        Ok(Self { run: run.parse().map_err(|_| ())?, seq: seq.parse().map_err(|_| ())? })
    }
}

/// The engine's side.
#[derive(Clone, Debug)]
pub struct Teller {
    heard: mpsc::Sender<Heard>,
    /// The queues of agents, where there was no room to say them yet.
    owed: Arc<Mutex<Option<Memberships>>>,
}

impl Teller {
    /// Hands an event over, if there is room. Never waits.
    pub fn tell(&self, event: &Event) {
        if !self.has_said_members() || self.heard.try_send(Heard::Event(event.clone())).is_err() {
            counter!("events_untold_total").increment(1);
        }
    }

    /// The queues of agents are these for all events that are handed over from now on.
    pub fn members_are(&self, memberships: Memberships) {
        *self.owed.lock().unwrap_or_else(PoisonError::into_inner) = Some(memberships);
        self.has_said_members();
    }

    /// An event may be lost where there is no room for it; who belongs to which queue may not, and no later event is
    /// told before.
    fn has_said_members(&self) -> bool {
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(memberships) = owed.take() else { return true };
        match self.heard.try_reserve() {
            Ok(room) => {
                room.send(Heard::Memberships(memberships));
                true
            }
            Err(_full) => {
                *owed = Some(memberships);
                false
            }
        }
    }
}

/// What is handed over.
#[derive(Debug)]
enum Heard {
    Event(Event),
    Memberships(Memberships),
}

/// The listeners' side.
#[derive(Debug)]
pub struct Feed {
    /// The run of the server, which goes before each number.
    pub(crate) run: i64,
    kept: Mutex<Kept>,
    places: Arc<Semaphore>,
}

#[derive(Debug)]
struct Kept {
    last: u64,
    latest: VecDeque<Arc<Told>>,
    live: broadcast::Sender<Arc<Told>>,
}

/// What a listener begins with.
#[derive(Debug)]
pub(crate) struct Listening {
    /// Whether something was missed that is not kept any more.
    pub(crate) has_gap: bool,
    /// Where the listener is, before `missed`.
    pub(crate) from: u64,
    /// What happened since the listener was last there.
    pub(crate) missed: VecDeque<Arc<Told>>,
    /// What happens from now on.
    pub(crate) live: broadcast::Receiver<Arc<Told>>,
    pub(crate) _place: OwnedSemaphorePermit,
}

impl Feed {
    /// A feed of this run of the server, whose agents have these queues. Must be called inside a Tokio runtime.
    #[must_use]
    pub fn start(run: i64, memberships: Memberships) -> (Teller, Arc<Self>) {
        let (teller, mut untold) = mpsc::channel::<Heard>(UNWRITTEN_MAX);
        let (live, _) = broadcast::channel(BEHIND_MAX);
        let kept = Kept { last: 0, latest: VecDeque::with_capacity(KEPT_MAX), live };
        let places = Arc::new(Semaphore::new(LISTENERS_MAX));
        let feed = Arc::new(Self { run, kept: Mutex::new(kept), places });
        let writing = Arc::clone(&feed);
        let mut queues = QueuesOf::new(memberships);
        tokio::spawn(async move {
            while let Some(heard) = untold.recv().await {
                match heard {
                    Heard::Event(event) => {
                        let of = queues.of(&event.what);
                        writing.keep(Arc::new(told(run, &event, of)));
                    }
                    Heard::Memberships(memberships) => queues.members_are(memberships),
                }
            }
        });
        (Teller { heard: teller, owed: Arc::default() }, feed)
    }

    fn keep(&self, told: Arc<Told>) {
        // Nobody panics while holding it; if somebody did, the list would be whole.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.latest.len() == KEPT_MAX {
            kept.latest.pop_front();
        }
        kept.last = told.seq;
        kept.latest.push_back(Arc::clone(&told));
        // Nobody listens: that is fine.
        let _ = kept.live.send(told);
    }

    /// One more listener, who has seen everything up to `after`; none if there are too many.
    pub(crate) fn listen(&self, after: Option<Mark>) -> Option<Listening> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let live = kept.live.subscribe();
        let Some(after) = after else {
            let missed = VecDeque::new();
            return Some(Listening {
                has_gap: false,
                from: kept.last,
                missed,
                live,
                _place: place,
            });
        };
        let first = kept.latest.front().map_or(kept.last + 1, |first| first.seq);
        let is_whole = after.run == self.run && after.seq + 1 >= first && after.seq <= kept.last;
        let missed = kept.latest.iter().filter(|told| is_whole && told.seq > after.seq);
        let missed = missed.map(Arc::clone).collect();
        let from = if is_whole { after.seq } else { kept.last };
        Some(Listening { has_gap: !is_whole, from, missed, live, _place: place })
    }
}

/// An event as listeners are told it: the columns of the ledger, with people's numbers masked.
fn told(run: i64, event: &Event, queues: Arc<[Name]>) -> Told {
    let (call, agent, value) = match &event.what {
        What::Call(call, happened) | What::WorkItem(call, happened) => {
            (Some(call.0), None, masked(happened))
        }
        What::Agent(agent, happened) => (None, Some(agent.to_string()), fields(happened)),
        What::Queue(queue, happened) => (None, None, of_queue(queue, fields(happened))),
        What::Command(Subject::Queue(queue), given) => (None, None, of_queue(queue, fields(given))),
        What::Trunk(name, happened) => {
            let mut fields = fields(happened);
            fields.insert("trunk".to_owned(), json!(&**name));
            (None, None, fields)
        }
        What::Command(Subject::Agent(agent), given) => {
            (None, Some(agent.to_string()), fields(given))
        }
        What::Command(Subject::Plan, given) => (None, None, fields(given)),
        What::Command(Subject::Call(call), given) => (Some(call.0), None, fields(given)),
        What::Command(Subject::Message(id), given) => (None, None, of_message(*id, fields(given))),
        What::Callback(id, happened) => (Some(id.0), None, of_callback(fields(happened))),
        What::Sound(call, happened) => (Some(call.0), None, fields(happened)),
        What::Message(id, happened) => (None, None, of_message(*id, fields(happened))),
    };
    let mut detail = value;
    let kind = match detail.remove("event") {
        Some(Value::String(kind)) => kind,
        _ => String::new(),
    };
    let agent = agent.or_else(|| detail.get("agent").and_then(Value::as_str).map(str::to_owned));
    let json = json!({
        "run": run, "seq": event.seq, "at": stamp(event.at), "kind": kind, "call": call,
        "agent": agent, "detail": detail,
    });
    Told { seq: event.seq, json: json.to_string(), kind, call, agent, queues }
}

/// What happened to a queue, with its name.
fn of_queue(queue: &str, mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.insert("queue".to_owned(), json!(queue));
    fields
}

/// What happened to a callback, without the whole number of anybody.
fn of_callback(mut fields: Map<String, Value>) -> Map<String, Value> {
    for key in ["number", "caller"] {
        if let Some(Value::String(number)) = fields.get_mut(key) {
            *number = Ani::new(number.clone()).masked();
        }
    }
    fields
}

/// What happened to a message, with its name, and without the whole number of who left it.
fn of_message(id: MessageId, mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.insert("message".to_owned(), json!(id.hex()));
    if let Some(Value::String(number)) = fields.get_mut("caller") {
        *number = Ani::new(number.clone()).masked();
    }
    fields
}

fn stamp(at: WallTime) -> Timestamp {
    Timestamp::from_microsecond(at.as_micros()).unwrap_or_default()
}

fn fields(happened: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(happened) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// What happened to a call, without the number of anybody outside.
fn masked(happened: &CallEvent) -> Map<String, Value> {
    let mut fields = fields(happened);
    let is_out = matches!(happened, CallEvent::Offered { direction: Direction::Out, .. });
    let goes_out = is_out || fields.get("trunk").is_some_and(Value::is_string);
    let is_in = matches!(
        happened,
        CallEvent::Offered {
            direction: Direction::In | Direction::Message | Direction::Callback,
            ..
        }
    );
    let mut mask = |key: &str| {
        if let Some(Value::String(number)) = fields.get_mut(key) {
            *number = Ani::new(number.clone()).masked();
        }
    };
    mask("diverted_by");
    if is_in {
        mask("caller");
    } else if goes_out {
        mask("number");
        mask("to");
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::CallId;

    fn feed() -> Feed {
        let (live, _) = broadcast::channel(BEHIND_MAX);
        let kept = Mutex::new(Kept { last: 0, latest: VecDeque::new(), live });
        Feed { run: 3, kept, places: Arc::new(Semaphore::new(LISTENERS_MAX)) }
    }

    fn event(seq: u64) -> Event {
        Event {
            seq,
            at: WallTime::from_micros(1),
            what: What::Call(CallId(1), CallEvent::Answered),
        }
    }

    fn missed(feed: &Feed, run: i64, seq: u64) -> (bool, Vec<u64>) {
        let listening = feed.listen(Some(Mark { run, seq })).unwrap();
        (listening.has_gap, listening.missed.iter().map(|told| told.seq).collect())
    }

    #[test]
    fn a_listener_resumes_where_it_was_or_is_told_of_the_gap() {
        let feed = feed();
        assert_eq!(missed(&feed, 3, 0), (false, vec![]));
        let count = KEPT_MAX as u64;
        (1..=count + 10).for_each(|seq| feed.keep(Arc::new(told(3, &event(seq), Arc::default()))));
        assert_eq!(missed(&feed, 3, count + 8), (false, vec![count + 9, count + 10]));
        assert_eq!(missed(&feed, 3, 10).1.len(), KEPT_MAX);
        assert_eq!(missed(&feed, 3, 9), (true, vec![]));
        assert_eq!(missed(&feed, 3, count + 11), (true, vec![]), "of the future");
        assert_eq!(missed(&feed, 2, count + 10), (true, vec![]), "of another run");
    }

    #[test]
    fn who_belongs_to_which_queue_is_not_lost_where_events_are() {
        let (heard, mut said) = mpsc::channel(1);
        let teller = Teller { heard, owed: Arc::default() };
        let crew = |queue: &str| [("1001".into(), vec![queue.into()])].into_iter().collect();
        teller.tell(&event(1));
        teller.members_are(crew("sales"));
        teller.members_are(crew("support"));
        teller.tell(&event(2));
        assert!(matches!(said.try_recv(), Ok(Heard::Event(Event { seq: 1, .. }))));
        teller.tell(&event(3));
        let Ok(Heard::Memberships(members)) = said.try_recv() else { panic!("no members") };
        let mut queues = QueuesOf::new(members);
        let logged_in = What::Agent("1001".into(), events::AgentEvent::LoggedIn);
        assert_eq!(queues.of(&logged_in)[..], ["support".into()]);
        teller.tell(&event(4));
        assert!(matches!(said.try_recv(), Ok(Heard::Event(Event { seq: 4, .. }))), "3 was lost");
    }

    #[test]
    fn there_are_only_so_many_listeners() {
        let feed = feed();
        let all: Vec<_> = (0..LISTENERS_MAX).map(|_| feed.listen(None).unwrap()).collect();
        assert!(feed.listen(None).is_none());
        drop(all);
        assert!(feed.listen(None).is_some());
    }

    #[test]
    fn nobody_is_told_the_number_of_anybody_outside() {
        let offered = |direction, number: &str, caller: &str| {
            let what = CallEvent::Offered {
                number: number.into(),
                caller: Ani::new(caller),
                trunk: None,
                diverted_by: Some(Ani::new("0709999999")),
                direction,
            };
            let what = What::Call(CallId(1), what);
            told(3, &Event { seq: 1, at: WallTime::from_micros(1), what }, Arc::default()).json
        };
        let json = offered(Direction::In, "9000", "0701234567");
        assert!(json.contains("\"9000\"") && json.contains("…67") && !json.contains("0701234567"));
        assert!(!json.contains("0709999999"), "{json}");
        let json = offered(Direction::Out, "0701234567", "1001");
        assert!(json.contains("\"1001\"") && json.contains("…67") && !json.contains("0701234567"));
    }
}
