//! The way to a person: where the operator key leads, as it is written or as it is understood.

use super::Assembly;
use crate::draft::OperatorTo;
use crate::plan::Goto;
use crate::report::Flaw;
use ids::QueueId;
use std::collections::BTreeMap;
use std::ops::Range;

/// The operator key of a plan that names none.
pub(crate) const OPERATOR_KEY: char = '0';
/// The queue that is the way to a person where nothing is said of it.
pub(crate) const OPERATOR: &str = "operator";

impl Assembly<'_, '_> {
    /// Where callers go who choose nothing. Whether an arrow that is written leads somewhere is said once, where it
    /// stands.
    pub(super) fn operator(&self) -> Option<Goto> {
        match &self.draft.top.operator.to {
            OperatorTo::Arrow(arrow) => self.names.place(arrow.get_ref()),
            OperatorTo::Nowhere => None,
            OperatorTo::Unsaid => self.understood_operator(),
        }
    }

    /// The queue of that name, or the only one of the plan, unless the key has another use.
    fn understood_operator(&self) -> Option<Goto> {
        if self.draft.top.keys.contains_key(&self.operator_key()) {
            return None;
        }
        let queues = (0..).map(QueueId).zip(&self.draft.queues).filter(|(_, it)| !it.is_nobody());
        let mut queues = queues.map(|(queue, _)| queue);
        let only = queues.next().filter(|_| queues.next().is_none());
        self.names.queue(OPERATOR).or(only).map(Goto::Queue)
    }

    pub(super) fn operator_key(&self) -> char {
        self.draft.top.operator.key.as_ref().map_or(OPERATOR_KEY, |key| *key.get_ref())
    }

    /// Keys that lead away from everywhere, where a step has no use of its own for them. The way to a person is one of
    /// them, unless `operator` says where it leads: then nothing else may have its key.
    pub(super) fn keys_everywhere(&mut self) -> BTreeMap<char, Goto> {
        let written = &self.draft.top.keys;
        written.iter().for_each(|(key, arrow)| self.refuse_operator_key(*key, arrow.span()));
        let mut keys: BTreeMap<char, Goto> =
            written.iter().map(|(key, arrow)| (*key, self.goto_from_anywhere(arrow))).collect();
        if let OperatorTo::Unsaid = self.draft.top.operator.to {
            keys.extend(self.understood_operator().map(|goto| (self.operator_key(), goto)));
        }
        keys
    }

    /// Says that a key is the operator's, if it is, and stands here for something else.
    pub(super) fn refuse_operator_key(&mut self, key: char, span: Range<usize>) {
        if self.is_operator_key(key) {
            let message = format!("key {key} is the operator's everywhere in this plan");
            let remedy = "choose another key here, or another `operator_key` at the top".to_owned();
            let flaw = Flaw::error("operator-key-taken", span, message);
            self.report.add(flaw.suggest(remedy));
        }
    }

    /// Whether `operator` says where this key leads.
    pub(super) fn is_operator_key(&self, key: char) -> bool {
        self.draft.top.operator.arrow().is_some() && key == self.operator_key()
    }
}
