//! Hundreds of small days: two user agents that do what they like over a bad network. However it
//! goes, every leg comes to one end on both sides, and after some quiet nothing is left.

use crate::wire::{ANSWER, OFFER, Side, Weather, Wire, config, leg_of, said};
use clock::Duration;
use ids::LegId;
use rand::RngExt;
use sip_msg::{Headers, StatusCode};
use sip_ua::{Config, Event, SESSION_EXPIRES_MIN, SessionTimers, Transport};
use std::collections::BTreeMap;

const SEEDS: u64 = 400;
const STEPS: u32 = 60;

/// What one side knows of its leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Live,
    /// Our own side has let go of it: nothing more may be told.
    LetGo,
    /// It was told to be over.
    Over,
}

#[derive(Default)]
struct Book {
    legs: BTreeMap<(Side, LegId), Known>,
}

impl Book {
    /// Checks the promise of one last word on each leg.
    fn hear(&mut self, side: Side, event: &Event, seed: u64) {
        let Some((leg, is_last)) = leg_of(event) else { return };
        let known = self.legs.entry((side, leg)).or_insert(Known::Live);
        assert_eq!(
            *known,
            Known::Live,
            "seed {seed}: {side:?} hears {} after the end",
            said(event)
        );
        if is_last {
            *known = Known::Over;
        }
    }

    fn let_go(&mut self, side: Side, leg: LegId) {
        if let Some(known) = self.legs.get_mut(&(side, leg))
            && *known == Known::Live
        {
            *known = Known::LetGo;
        }
    }

    fn live(&self) -> Vec<(Side, LegId)> {
        self.legs.iter().filter(|(_, known)| **known == Known::Live).map(|(at, _)| *at).collect()
    }
}

struct Day {
    wire: Wire,
    book: Book,
    seed: u64,
}

impl Day {
    fn new(seed: u64) -> Self {
        let timers = SessionTimers { expires: SESSION_EXPIRES_MIN, min: SESSION_EXPIRES_MIN };
        let timed = |side, every: u64| Config {
            session: seed.is_multiple_of(every).then_some(timers),
            ..config(side)
        };
        let mut wire = Wire::with(seed, timed(Side::A, 2), timed(Side::B, 5));
        wire.weather = Weather {
            loss: [0.0, 0.05, 0.15, 0.3][usize::try_from(seed % 4).unwrap()],
            doubling: if seed.is_multiple_of(3) { 0.2 } else { 0.0 },
            delay_millis: 1..=[5, 50, 900][usize::try_from(seed % 3).unwrap()],
        };
        if seed % 10 == 9 {
            wire.transport = Transport::Tcp;
            wire.weather = Weather { loss: 0.0, doubling: 0.0, delay_millis: 10..=10 };
        }
        Self { wire, book: Book::default(), seed }
    }

    fn listen(&mut self) {
        while let Some((side, event)) = self.wire.events.pop_front() {
            self.book.hear(side, &event, self.seed);
            if let Event::Reoffered { leg, .. } = event {
                self.reply_to_offer(side, leg);
            }
        }
    }

    /// Mostly at once, so that most offers are answered; the rest when the dice say so.
    fn reply_to_offer(&mut self, side: Side, leg: LegId) {
        match self.wire.random.random_range(0..4) {
            0 => {}
            1 => self.wire.does(side, |agent, now| {
                agent.refuse_reinvite(now, leg, StatusCode::NOT_ACCEPTABLE_HERE);
            }),
            _ => self.wire.does(side, |agent, now| agent.accept_reinvite(now, leg, ANSWER)),
        }
    }

    fn act(&mut self) {
        let live = self.book.live();
        let pick = self.wire.random.random_range(0..10);
        if live.is_empty() || (pick == 0 && live.len() < 8) {
            let leg = self.wire.call();
            self.book.legs.insert((Side::A, leg), Known::Live);
            return;
        }
        let (side, leg) = live[self.wire.random.random_range(0..live.len())];
        self.wish(side, leg, pick);
    }

    fn wish(&mut self, side: Side, leg: LegId, pick: u32) {
        match pick {
            0 => self.wire.does(side, |agent, now| agent.ring(now, leg)),
            1 => self.wire.does(side, |agent, now| {
                agent.progress(now, leg, StatusCode::SESSION_PROGRESS, Some(ANSWER));
            }),
            2..=4 => self.wire.does(side, |agent, now| agent.answer(now, leg, ANSWER)),
            5 | 6 => self.wire.does(side, |agent, now| agent.reinvite(now, leg, OFFER)),
            7 => self.wire.does(side, |agent, now| agent.accept_reinvite(now, leg, ANSWER)),
            8 => self.hang_up(side, leg),
            _ => self.decline(side, leg),
        }
    }

    fn hang_up(&mut self, side: Side, leg: LegId) {
        self.book.let_go(side, leg);
        self.wire.does(side, |agent, now| agent.hang_up(now, leg, None));
    }

    /// Only a leg that is still ringing can be declined: others go on.
    fn decline(&mut self, side: Side, leg: LegId) {
        let before = self.wire.agent(side).legs_len();
        self.wire
            .does(side, |agent, now| agent.reject(now, leg, StatusCode::BUSY_HERE, Headers::new()));
        if self.wire.agent(side).legs_len() < before {
            self.book.let_go(side, leg);
        }
    }

    /// Now and then nothing at all goes through, for up to longer than anybody's patience.
    fn black_out(&mut self) {
        let loss = std::mem::replace(&mut self.wire.weather.loss, 1.0);
        self.pass(2_000..=50_000);
        self.wire.weather.loss = loss;
    }

    fn pass(&mut self, millis: std::ops::RangeInclusive<u64>) {
        let length = Duration::from_millis(self.wire.random.random_range(millis));
        self.wire.run(length);
        self.listen();
    }
}

fn live_a_day(seed: u64) {
    let mut day = Day::new(seed);
    for _ in 0..STEPS {
        day.act();
        day.pass(0..=3_000);
        if seed % 5 == 4 && day.wire.random.random_bool(0.1) {
            day.black_out();
        }
    }
    for (side, leg) in day.book.live() {
        day.hang_up(side, leg);
    }
    for _ in 0..20 {
        day.pass(10_000..=10_000);
        // Calls that were still on their way in when everybody went home.
        for (side, leg) in day.book.live() {
            day.hang_up(side, leg);
        }
    }
    assert_eq!(day.book.live(), [], "seed {seed}: a leg never ended");
    day.wire.assert_empty();
}

#[test]
fn every_leg_of_every_day_ends_once_on_both_sides() {
    for seed in 0..SEEDS {
        let day = std::panic::catch_unwind(|| live_a_day(seed));
        assert!(day.is_ok(), "seed {seed} failed; it replays exactly");
    }
}

/// With a network that loses at most every sixth message, a minute of quiet is enough for both
/// sides to agree which legs there are, and after the last wish for none to be left.
#[test]
fn a_minute_of_quiet_settles_everything() {
    for seed in 0..SEEDS / 2 {
        let mut day = Day::new(seed);
        day.wire.weather.loss = day.wire.weather.loss.min(0.15);
        for _ in 0..STEPS {
            day.act();
            day.pass(0..=3_000);
        }
        day.pass(70_000..=70_000);
        let [a, b] = [Side::A, Side::B].map(|side| day.wire.agent(side).legs_len());
        assert_eq!(a, b, "seed {seed}: the sides do not agree");
        for (side, leg) in day.book.live() {
            day.hang_up(side, leg);
        }
        day.pass(70_000..=70_000);
        let left = [Side::A, Side::B].map(|side| day.wire.agent(side).legs_len());
        assert_eq!(left, [0, 0], "seed {seed}: legs left");
    }
}
