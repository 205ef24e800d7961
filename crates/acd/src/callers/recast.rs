//! The same callers in a centre of another configuration: nobody leaves, and everybody stands where it puts them.

use super::{Callers, Place, Queue, Ringing};
use crate::Config;
use crate::classes::Classes;
use crate::lines::Lines;
use crate::table::Table;
use crate::turn::Scale;
use clock::Moment;

impl Callers {
    /// Takes another configuration on, whose classes are `to` and were `from`.
    pub(crate) fn recast(&mut self, now: Moment, config: &Config, from: &Classes, to: &Classes) {
        let mut before = std::mem::replace(&mut self.queues, Table::new([]));
        let configs = Table::new(config.queues.iter().map(|each| (each.id.index(), each)));
        self.queues = Table::new(configs.values().map(|config| {
            let at = config.id.index();
            let kept =
                before.get_mut(at).map(|it| (std::mem::take(&mut it.arrivals), it.work_items));
            let (arrivals, work_items) = kept.unwrap_or_default();
            (at, Queue { config: (*config).clone(), arrivals, work_items })
        }));
        self.ringing = Ringing::all(config);
        self.waiting_max = config.waiting_max;
        self.priority_step = config.priority_step;
        self.lines = Lines::new(to.len());
        for (caller, spot) in self.calls.iter_mut() {
            let at = caller.turn.queue.index();
            let Some((was, is)) = before.get(at).zip(self.queues.get(at)) else { continue };
            let (was, is) = (&was.config, &is.config);
            let need = from.get(caller.turn.class).map_or(0, |class| class.need);
            let Some(class) = to.after(caller.turn.queue, need, now.since(caller.joined)) else {
                continue;
            };
            let scale = Scale { ageing: is.ageing, step: self.priority_step };
            let priority = caller.turn.priority - u16::from(was.priority) + u16::from(is.priority);
            caller.turn = caller.turn.in_class(class).with_priority(priority, scale);
            // What rings rings. One more phone is rung beside it only where both rules would.
            if spot.place == Place::RingingMore && was.strategy.phones() != is.strategy.phones() {
                spot.place = Place::Ringing;
            }
            self.lines.put(spot.place, caller.turn);
        }
    }
}
