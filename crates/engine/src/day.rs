//! The day of the centre, by which agents' conversations are counted.

use crate::engine::Engine;
use clock::Moment;

impl Engine {
    /// Looks at the calendar before calls are handed out or counted: a new day by the centre's own clock
    /// begins at nought for everybody.
    pub(crate) fn turn_day(&mut self, now: Moment) {
        let today = self.plan.local(self.journal.wall(now)).date();
        if self.today.replace(today).is_some_and(|before| before != today) {
            self.acd.handle(now, acd::Input::DayBegan);
        }
    }
}
