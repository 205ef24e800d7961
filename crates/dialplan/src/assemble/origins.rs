//! The lines of everything that a plan has.

use super::Assembly;
use crate::draft::Named;
use crate::plan::{Line, Origins, QueueOrigin};

impl Assembly<'_, '_> {
    /// Where everything stands that has a name in the text.
    pub(super) fn origins(&self) -> Origins {
        let draft = self.draft;
        let queues = draft.queues.iter().map(|queue| QueueOrigin {
            line: self.line_of(queue),
            conditions: queue
                .body
                .conditions
                .iter()
                .map(|it| self.report.line_of(&it.span))
                .collect(),
            offers: queue.body.offers.iter().map(|it| self.report.line_of(&it.span)).collect(),
        });
        let numbers = draft
            .numbers
            .iter()
            .map(|number| (number.name.get_ref().as_str().into(), self.line_of(number)));
        Origins {
            numbers: numbers.collect(),
            hours: draft.hours.iter().map(|hours| self.line_of(hours)).collect(),
            steps: draft.steps.iter().map(|step| self.line_of(step)).collect(),
            queues: queues.collect(),
        }
    }

    fn line_of<T>(&self, named: &Named<T>) -> Line {
        self.report.line_of(&named.name.span())
    }
}
