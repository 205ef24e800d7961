//! The lines that callers stand in: one for each class, and what stands beside it.

use crate::callers::Place;
use crate::class_set::ClassSet;
use crate::classes::ClassId;
use crate::line::Line;
use crate::turn::{Rank, Score, Turn};
use clock::Moment;
use ids::AgentId;
use std::collections::{BTreeMap, BTreeSet};

/// All lines.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// By class: those who wait. Those being rung have left it, and come back to the same place.
    waiting: Vec<Line>,
    /// By class: the first of those; [nobody](Turn::NOBODY) where no one is.
    heads: Vec<Turn>,
    /// By class: what the scores of these are reckoned from. A decision looks at many lines and at nothing but this of
    /// most of them, so they lie side by side.
    scores: Vec<Score>,
    /// By class: those being rung who may be rung at one more agent.
    open: Vec<Line>,
    /// How many these are.
    open_len: usize,
    /// Those who wait for one agent only, by the agent and by the pace at which they age: only those of one pace
    /// keep their order.
    held: BTreeMap<(AgentId, u16), Line>,
    /// The same, by class.
    held_in: Vec<Line>,
    waiting_len: usize,
}

impl Lines {
    pub(crate) fn new(classes: usize) -> Self {
        Self {
            waiting: vec![Line::default(); classes],
            heads: vec![Turn::NOBODY; classes],
            scores: vec![Score::NONE; classes],
            open: vec![Line::default(); classes],
            open_len: 0,
            held: BTreeMap::new(),
            held_in: vec![Line::default(); classes],
            waiting_len: 0,
        }
    }

    /// Puts a caller where they are to be.
    pub(crate) fn put(&mut self, place: Place, turn: Turn) {
        let class = turn.class;
        match place {
            Place::InLine => {
                self.waiting.get_mut(class.index()).into_iter().for_each(|line| line.insert(turn));
                if self.heads.get(class.index()).is_some_and(|head| turn < *head) {
                    self.set_head(class, turn);
                }
            }
            Place::RingingMore => {
                self.open_len += 1;
                self.open.get_mut(class.index()).into_iter().for_each(|line| line.insert(turn));
            }
            Place::HeldFor(agent) => {
                self.held.entry((agent, turn.pace())).or_default().insert(turn);
                self.held_in.get_mut(class.index()).into_iter().for_each(|line| line.insert(turn));
            }
            Place::Coming | Place::Ringing => {}
        }
        self.waiting_len += usize::from(place.is_waiting());
    }

    /// Takes a caller from where they are.
    pub(crate) fn take(&mut self, place: Place, turn: &Turn) {
        let class = turn.class;
        match place {
            Place::InLine => {
                let is_first = self.heads.get(class.index()) == Some(turn);
                let Some(line) = self.waiting.get_mut(class.index()) else { return };
                // Mostly it is the first who leaves.
                if is_first {
                    line.pop();
                    let head = line.head().copied().unwrap_or(Turn::NOBODY);
                    self.set_head(class, head);
                } else {
                    line.remove(turn);
                }
            }
            Place::RingingMore => {
                self.open_len -= 1;
                self.open.get_mut(class.index()).map(|line| line.remove(turn));
            }
            Place::HeldFor(agent) => {
                self.held_in.get_mut(class.index()).map(|line| line.remove(turn));
                let of_pace = (agent, turn.pace());
                if let Some(line) = self.held.get_mut(&of_pace) {
                    line.remove(turn);
                    if line.len() == 0 {
                        self.held.remove(&of_pace);
                    }
                }
            }
            Place::Coming | Place::Ringing => {}
        }
        self.waiting_len -= usize::from(place.is_waiting());
    }

    /// Another one is the first who waits in a class.
    fn set_head(&mut self, class: ClassId, head: Turn) {
        let places = self.heads.get_mut(class.index()).zip(self.scores.get_mut(class.index()));
        if let Some((place, score)) = places {
            (*place, *score) = (head, head.scored());
        }
    }

    /// Those of a class who wait, and those who are being rung and may be rung at one more agent.
    pub(crate) fn seeking(&self, class: ClassId) -> [Option<&Line>; 2] {
        [self.waiting.get(class.index()), self.open.get(class.index())]
    }

    /// The first who waits of each of some classes: what the score is reckoned from, and, to be looked at only if that
    /// is worth it, whose it is.
    pub(crate) fn heads(&self, classes: &ClassSet) -> impl Iterator<Item = (Score, &Turn)> {
        let heads = classes.iter().filter_map(|class| {
            Some((*self.scores.get(class.index())?, self.heads.get(class.index())?))
        });
        heads.filter(|(score, _)| *score != Score::NONE)
    }

    /// The first of those of some classes who are being rung and may be rung at one more agent.
    pub(crate) fn open_heads(&self, classes: &ClassSet) -> impl Iterator<Item = &Turn> {
        // Hardly ever there is one.
        let any = (self.open_len > 0).then_some(classes);
        let classes = any.into_iter().flat_map(ClassSet::iter);
        classes.filter_map(|class| self.open.get(class.index())?.head())
    }

    /// Whether what is known of the first who wait is so.
    pub(crate) fn heads_are_true(&self) -> bool {
        let heads = self.waiting.iter().map(|line| line.head().unwrap_or(&Turn::NOBODY));
        heads.eq(&self.heads) && self.heads.iter().map(Turn::scored).eq(self.scores.iter().copied())
    }

    /// The agents whom somebody is kept for.
    pub(crate) fn keepers(&self) -> BTreeSet<AgentId> {
        self.held.keys().map(|(agent, _)| *agent).collect()
    }

    /// Those who are kept for an agent, by the pace at which they age.
    pub(crate) fn held_for(&self, agent: AgentId) -> impl Iterator<Item = &Line> {
        self.held.range((agent, 0)..=(agent, u16::MAX)).map(|(_, line)| line)
    }

    /// Those of some classes who wait, in the order of their places.
    pub(crate) fn in_order(&self, classes: &[ClassId]) -> Vec<Turn> {
        let lines = classes.iter().flat_map(|class| self.of_class(*class));
        let mut all: Vec<_> = lines.flat_map(Line::iter).copied().collect();
        all.sort_unstable();
        all
    }

    /// The first of those.
    pub(crate) fn first(&self, classes: &[ClassId]) -> Option<&Turn> {
        classes.iter().flat_map(|class| self.of_class(*class)).filter_map(Line::head).min()
    }

    /// How many of some classes wait, not counting those being rung.
    pub(crate) fn waiting(&self, classes: &[ClassId]) -> usize {
        classes.iter().flat_map(|class| self.of_class(*class)).map(Line::len).sum()
    }

    /// How many wait in all lines together, not counting those being rung.
    pub(crate) const fn waiting_in_all(&self) -> usize {
        self.waiting_len
    }

    /// How many who wait in a class go before one who stands there at this moment.
    pub(crate) fn ahead(&self, now: Moment, class: ClassId, rank: Rank) -> usize {
        let lines = self.of_class(class);
        lines.map(|line| line.ahead(|other| other.rank(now) < rank)).sum()
    }

    /// The first few of those, each line by itself.
    pub(crate) fn first_ahead(
        &self,
        now: Moment,
        class: ClassId,
        rank: Rank,
        max: usize,
    ) -> impl Iterator<Item = &Turn> {
        let lines = self.of_class(class);
        lines.flat_map(move |line| {
            line.iter().take_while(move |other| other.rank(now) < rank).take(max)
        })
    }

    /// The lines of a class: who waits for anybody, and who is kept for one agent.
    fn of_class(&self, class: ClassId) -> impl Iterator<Item = &Line> {
        [self.waiting.get(class.index()), self.held_in.get(class.index())].into_iter().flatten()
    }
}
