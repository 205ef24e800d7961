//! `allow = ["id"]`: warnings that the operator has looked at and means to keep.

use crate::nearest::did_you_mean;
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The warnings that can be allowed. A plan with an error can not be used, so none of those is here.
pub const ALLOWABLE: [&str; 31] = [
    "agent-without-queues",
    "callback-outside-hours",
    "callback-window-short",
    "calendar-old",
    "event-left-out",
    "hours-said-differ",
    "included-nothing",
    "loop-in-silence",
    "missing-prompt",
    "never-open",
    "no-operator",
    "no-timezone",
    "no-way-out",
    "no-way-to-a-human",
    "not-in-vain",
    "relax-in-vain",
    "ring-longer-than-wait",
    "row-left-out",
    "shadowed-rule",
    "spans-overlap",
    "stale-prompt",
    "unreachable-queue",
    "unreachable-step",
    "unused-column",
    "unused-directory",
    "unused-holidays",
    "unused-hours",
    "unused-language",
    "unused-shift",
    "unused-skill",
    "zero-lost",
];

/// What one table allows.
#[derive(Debug)]
pub(crate) struct Allow {
    ids: Vec<Text>,
    /// What belongs to the table; none at the top, where everything does.
    within: Option<Vec<Range<usize>>>,
}

impl Allow {
    /// The list of a table, if it has one.
    pub(crate) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Self> {
        table.shaped("allow", Shape::Allow);
        let mut ids = table.texts("allow", report)?;
        ids.retain(|id| is_allowable(id, report));
        let within = (!table.name.is_empty()).then(|| {
            let mut within = vec![table.span.clone()];
            extent(table.values, &mut within);
            within
        });
        Some(Self { ids, within })
    }

    /// What stands in another text belongs to this table too, if it is the one that names the text.
    pub(crate) fn widen(&mut self, table: &Range<usize>, text: &Range<usize>) {
        if let Some(within) = self.within.as_mut().filter(|within| within.contains(table)) {
            within.push(text.clone());
        }
    }

    /// What in the list allows this warning.
    pub(crate) fn of(&self, id: &str, span: &Range<usize>) -> Option<&Text> {
        let holds = |part: &Range<usize>| part.start <= span.start && span.end <= part.end;
        let here = self.within.as_ref().is_none_or(|parts| parts.iter().any(holds));
        self.ids.iter().find(|allowed| here && allowed.get_ref() == id)
    }

    /// What stands in the list.
    pub(crate) fn ids(&self) -> &[Text] {
        &self.ids
    }
}

/// What allows nothing was meant for a fault that is no more, or for another table.
pub(crate) fn in_vain(id: &Text) -> Flaw {
    let message = format!("`{}` is allowed here, and there is none", id.get_ref());
    Flaw::warning("allow-in-vain", id.span(), message).suggest("take it out".to_owned())
}

fn is_allowable(id: &Text, report: &mut Report<'_>) -> bool {
    let known = ALLOWABLE.contains(&id.get_ref().as_str());
    if !known {
        let message = format!("`{}` is no warning that can be allowed", id.get_ref());
        let remedy = || "an error is mended; the warnings are listed in the guide".to_owned();
        let meant = did_you_mean(id.get_ref(), ALLOWABLE).unwrap_or_else(remedy);
        report.add(Flaw::error("bad-allow", id.span(), message).suggest(meant));
    }
    known
}

/// Every stretch of the text that belongs to a table: it need not be one piece.
fn extent(values: &DeTable<'_>, within: &mut Vec<Range<usize>>) {
    for (key, value) in values {
        within.extend([key.span(), value.span()]);
        extent_of(value.get_ref(), within);
    }
}

fn extent_of(value: &DeValue<'_>, within: &mut Vec<Range<usize>>) {
    match value {
        DeValue::Table(table) => extent(table, within),
        DeValue::Array(items) => {
            for item in items.iter() {
                within.push(item.span());
                extent_of(item.get_ref(), within);
            }
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => {}
    }
}
