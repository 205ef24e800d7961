//! Says what happened, in the log and in the counts.
//!
//! A metric is found by its name under a lock, which whoever renders all of them takes too. So the engine's thread
//! looks for none: it hands events over, and this thread says them. What the engine's thread counts by itself it
//! has looked for before it begins.

use crate::exit::Fault;
use crate::{log, story};
use border::{Inbox, Published, Sender};
use events::Event;
use metrics::{Counter, counter};
use snapshot::Snapshot;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Events that may wait to be said.
const UNSAID_MAX: usize = 32_768;

/// How often the gauges are set.
const MEASURED_EVERY: Duration = Duration::from_millis(200);

/// What the thread is told.
#[derive(Debug)]
enum Cry {
    Event(Arc<Event>),
    Stop,
}

/// The engine's side.
#[derive(Debug)]
pub(crate) struct Crier {
    cries: Sender<Cry>,
    unsaid: Counter,
    thread: JoinHandle<()>,
}

impl Crier {
    /// Starts the thread, which also shows in gauges how the centre is.
    pub(crate) fn start(published: Published<Snapshot>) -> Result<Self, Fault> {
        let measure = move || {
            story::measure(&published.load());
            log::measure();
        };
        Self::saying(UNSAID_MAX, story::tell, measure)
    }

    fn saying(
        unsaid_max: usize,
        say: impl Fn(&Event) + Send + 'static,
        measure: impl Fn() + Send + 'static,
    ) -> Result<Self, Fault> {
        let (cries, inbox) = border::inbox(unsaid_max);
        let thread = thread::Builder::new().name("crier".to_owned());
        let thread = thread.spawn(move || cry(inbox, say, measure));
        let thread =
            thread.map_err(|error| Fault::found(format!("the crier's thread: {error}")))?;
        Ok(Self { cries, unsaid: counter!("events_unsaid_total"), thread })
    }

    /// Hands an event over, and waits for nothing. One that finds no room is not said, and counted.
    pub(crate) fn say(&self, event: Arc<Event>) {
        if self.cries.try_send(Cry::Event(event)).is_err() {
            self.unsaid.increment(1);
        }
    }

    /// Waits until everything is said.
    pub(crate) fn finish(self) {
        let mut stop = Cry::Stop;
        while let Err(back) = self.cries.try_send(stop) {
            stop = back;
            thread::yield_now();
        }
        // If it has panicked, there is nothing left to wait for; the log has its last words.
        let _ = self.thread.join();
    }
}

fn cry(mut inbox: Inbox<Cry>, say: impl Fn(&Event), measure: impl Fn()) {
    let mut measured = Instant::now();
    loop {
        match inbox.take() {
            Some(Cry::Stop) => return,
            Some(Cry::Event(event)) => say(&event),
            None => inbox.wait(MEASURED_EVERY),
        }
        // Also while there is always something to say.
        if measured.elapsed() >= MEASURED_EVERY {
            measured = Instant::now();
            measure();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::WallTime;
    use events::{AgentEvent, What};
    use metrics::{Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
    use std::sync::mpsc;

    /// Metrics of which somebody else holds the lock.
    struct Locked;

    impl Recorder for Locked {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            panic!("waits to find {key}");
        }

        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            panic!("waits to find {key}");
        }

        fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
            panic!("waits to find {key}");
        }
    }

    fn event(seq: u64) -> Arc<Event> {
        let what = What::Agent("1001".into(), AgentEvent::LoggedIn);
        Arc::new(Event { seq, at: WallTime::default(), what })
    }

    #[test]
    fn who_has_something_said_waits_neither_until_it_is_nor_to_find_a_metric() {
        let (go_on, held) = mpsc::channel::<()>();
        let (said, says) = mpsc::channel();
        let say = move |event: &Event| {
            said.send(event.seq).unwrap();
            let _ = held.recv();
        };
        let crier = Crier::saying(1, say, || ()).unwrap();
        crier.say(event(1));
        // The first has left its place, and is held.
        assert_eq!(says.recv(), Ok(1));
        // One finds room, and the others are lost; this thread waits for none.
        metrics::with_local_recorder(&Locked, || (2..=4).for_each(|seq| crier.say(event(seq))));
        drop(go_on);
        crier.finish();
        assert_eq!(says.iter().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn the_gauges_are_set_also_while_there_is_always_something_to_say() {
        let (measured, measures) = mpsc::channel();
        let say = |_: &Event| thread::sleep(MEASURED_EVERY / 4);
        let crier = Crier::saying(100, say, move || measured.send(()).unwrap()).unwrap();
        (0..20).for_each(|seq| crier.say(event(seq)));
        crier.finish();
        assert!(measures.iter().count() >= 4);
    }
}
