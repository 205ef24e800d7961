//! What `say` steps say: the names of recordings and of facts, and whether a fact can be said so.

use super::Assembly;
use super::variables::secret_told;
use crate::draft::{SayingDraft, ValueDraft};
use crate::plan::{Fact, SaidValue, Saying, ValueKind};
use crate::report::Flaw;

impl Assembly<'_, '_> {
    /// One thing that is said; none where it makes no sense, which has been told then.
    pub(super) fn saying(&mut self, draft: &SayingDraft) -> Option<Saying> {
        match draft {
            SayingDraft::Phrase(text) => Some(Saying::Phrase(self.phrase(text))),
            SayingDraft::Value(value) => self.said_value(value).map(Saying::Value),
        }
    }

    fn said_value(&mut self, draft: &ValueDraft) -> Option<SaidValue> {
        let fact = self.fact(&draft.fact)?;
        let name = draft.fact.get_ref();
        if self.variables.is_secret(name) {
            self.report.add(secret_told(&draft.fact));
            return None;
        }
        if !draft.form.takes(fact) {
            let message = format!("`{name}` is {}, and can not be said so", fact.kind());
            let remedy = as_what(fact);
            let flaw = Flaw::error("wrong-type", draft.fact.span(), message);
            self.report.add(flaw.suggest(remedy));
            return None;
        }
        Some(SaidValue { written: name.as_str().into(), fact, form: draft.form })
    }
}

/// As what a fact can be said.
fn as_what(fact: Fact) -> String {
    if let Fact::ExpectedWait(_) = fact {
        return "a wait is rounded up, or it is soon wrong: say it as `wait`".to_owned();
    }
    if let Fact::OwnWait | Fact::Place | Fact::Waited = fact {
        return "it is so of callers who wait, to whom queues say it: `announce_place`, `announce_wait`"
            .to_owned();
    }
    match fact.kind() {
        ValueKind::YesNo => "yes and no have no words here: ask for it in a branch".to_owned(),
        ValueKind::Text => {
            "say it as number, ordinal, money, date, time, weekday, phone, digits or duration"
                .to_owned()
        }
        ValueKind::Number => "say it as number, ordinal, money, digits or duration".to_owned(),
        ValueKind::Length => "say it as duration or wait".to_owned(),
        ValueKind::Time => "say it as time".to_owned(),
        ValueKind::Date => "say it as date or weekday".to_owned(),
    }
}
