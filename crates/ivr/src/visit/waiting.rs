//! A caller in a queue: the welcome, the place, the music.

use super::offers::{Due, Offered, Weighed};
use super::wait::{Promise, WaitNews};
use super::{At, Visit};
use crate::{Output, Spoken, Then};
use clock::{Duration, Moment};
use dialplan::{Facts, Goto, Queue};
use ids::{PlayId, PromptId, QueueId};

/// A caller in a queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) queue: QueueId,
    /// The smallest place told in this queue.
    pub(super) told: Option<u32>,
    /// What was said of the wait in this queue.
    pub(super) promised: Option<Promise>,
    /// When the place is told next, if it is.
    pub(super) place_at: Option<Moment>,
    pub(super) offered: Offered,
    pub(super) hears: Hears,
}

/// What a waiting caller hears.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hears {
    /// The welcome of the queue, then music.
    Welcome(PlayId),
    /// Music, while the place is being asked for.
    Asked,
    /// The place, then music.
    Place(PlayId),
    /// Music, while it is found out which announcement is made.
    Undecided((Moment, Due)),
    /// An announcement or an offer at its time, then music.
    Offer(PlayId),
    /// Music, while it is found out whether the announcement that is due can be kept.
    Weighed(Weighed),
    /// Music alone.
    Music,
    /// The agent.
    Agent,
}

impl Waiting {
    /// Whether the caller talks with an agent.
    pub(super) const fn talks(&self) -> bool {
        matches!(self.hears, Hears::Agent)
    }
}

impl Visit {
    pub(super) fn enter_queue(&mut self, now: Moment, id: QueueId) -> Option<Goto> {
        // Keys typed ahead were meant for menus, and there is none behind a queue.
        self.keys.clear();
        self.catch_up();
        let plan = self.plan.clone();
        let queue = plan.queue(id);
        let (priority, demands) = self.wish(id);
        self.outputs.push_back(Output::Enqueue { queue: id, priority, demands });
        let welcome = self.spoken(&queue.welcome);
        let unwelcomed = welcome.is_empty();
        let play = self.play(welcome, self.music(queue));
        let waiting = Waiting {
            queue: id,
            told: None,
            promised: None,
            place_at: queue.announce_place.map(|_| now),
            offered: Offered::nothing(now),
            hears: Hears::Welcome(play),
        };
        self.at = At::Waiting(waiting);
        if unwelcomed {
            self.wait_on(now, waiting);
        }
        None
    }

    /// A play that this caller heard has ended.
    pub(super) fn waiting_played(&mut self, now: Moment, waiting: Waiting, ended: PlayId) {
        match waiting.hears {
            Hears::Welcome(play) | Hears::Offer(play) if play == ended => {
                self.wait_on(now, waiting);
            }
            Hears::Place(play) if play == ended => {
                let place_at = self.place_due(now, waiting.queue);
                self.wait_on(now, Waiting { place_at, ..waiting });
            }
            Hears::Welcome(_)
            | Hears::Place(_)
            | Hears::Offer(_)
            | Hears::Asked
            | Hears::Undecided(_)
            | Hears::Weighed(_)
            | Hears::Music
            | Hears::Agent => {}
        }
    }

    /// Nothing is being said: whatever is due is said, an offer before the place, or else music plays on
    /// until something is.
    pub(super) fn wait_on(&mut self, now: Moment, waiting: Waiting) {
        if let Hears::Undecided(next) = waiting.hears {
            let waiting = Waiting { hears: Hears::Music, ..waiting };
            return self.choose_offer(now, waiting, next, Facts::new());
        }
        if self.make_offer(now, waiting) {
            return;
        }
        if waiting.place_at.is_some_and(|at| at <= now) {
            return self.ask_place(now, waiting);
        }
        self.at = At::Waiting(Waiting { hears: Hears::Music, ..waiting });
        self.timeout = self.next_due(now, &waiting);
    }

    /// Asks for the place, and again after the interval if there is no answer.
    pub(super) fn ask_place(&mut self, now: Moment, waiting: Waiting) {
        let place_at = self.place_due(now, waiting.queue);
        let waiting = Waiting { place_at, hears: Hears::Asked, ..waiting };
        self.outputs.push_back(Output::AskPlace);
        self.timeout = self.next_due(now, &waiting);
        self.at = At::Waiting(waiting);
    }

    fn next_due(&self, now: Moment, waiting: &Waiting) -> Option<Moment> {
        waiting.place_at.into_iter().chain(self.offer_due(now, waiting)).min()
    }

    /// Tells the place, or a smaller one if that was told before: whoever is overtaken by a more
    /// urgent call is not told so. Then the wait, as far as it may be told.
    pub(super) fn tell_place(
        &mut self,
        now: Moment,
        waiting: Waiting,
        place: u32,
        wait: Option<Duration>,
    ) {
        let Hears::Asked = waiting.hears else { return };
        let plan = self.plan.clone();
        let queue = plan.queue(waiting.queue);
        let told = waiting.told.map_or(place, |before| before.min(place));
        let mut phrases = match waiting.told {
            Some(_) => self.spoken(&queue.reminder),
            None => Vec::new(),
        };
        phrases.extend(self.place_phrases(told));
        let news = wait.map(|bound| Promise::news(waiting.promised, now, bound));
        phrases.extend(news.into_iter().flat_map(|news| self.wait_phrases(news)));
        self.timeout = None;
        let play = self.play(phrases, self.music(queue));
        self.outputs.push_back(Output::PlaceTold(told));
        self.outputs.extend(news.map(|news| news.output(told)));
        let promised = news.and_then(WaitNews::promise).or(waiting.promised);
        let hears = Hears::Place(play);
        self.at = At::Waiting(Waiting { told: Some(told), promised, hears, ..waiting });
    }

    /// The agent answered: what plays is cut by whoever joins the two.
    pub(super) fn connected(&mut self, waiting: Waiting) {
        self.timeout = None;
        self.at = At::Waiting(Waiting { hears: Hears::Agent, ..waiting });
    }

    /// The agent was lost before a word was said: music, and where the caller stands.
    pub(super) fn returned(&mut self, now: Moment, waiting: Waiting) {
        let plan = self.plan.clone();
        let music = self.music(plan.queue(waiting.queue));
        self.play(Vec::new(), music);
        // The place at once: nothing else says that the caller waits again.
        let place_at = plan.queue(waiting.queue).announce_place.map(|_| now);
        self.wait_on(now, Waiting { place_at, ..waiting });
    }

    /// When the place is told again that is told now.
    fn place_due(&self, now: Moment, queue: QueueId) -> Option<Moment> {
        self.plan.queue(queue).announce_place.map(|interval| now + interval)
    }

    fn place_phrases(&self, place: u32) -> Vec<Spoken> {
        let said = speech::place(self.plan.language(self.language), place);
        self.recorded(&said)
    }

    pub(super) fn music(&self, queue: &Queue) -> Then {
        Then::Music(self.in_callers_language(queue.music))
    }

    pub(super) const fn in_callers_language(&self, prompt: PromptId) -> Spoken {
        Spoken { language: self.language, prompt }
    }
}
