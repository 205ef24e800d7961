//! All faults of a dialplan, in the order of the text.

use crate::{Fault, Severity};
use serde::Serialize;

/// All faults of a dialplan, in the order of the text.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Faults {
    list: Vec<Fault>,
}

impl Faults {
    /// Every fault.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.list.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether one of them forbids to use the plan.
    #[must_use]
    pub fn any_error(&self) -> bool {
        self.list.iter().any(|fault| fault.severity == Severity::Error)
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.list.iter().try_for_each(|fault| writeln!(f, "{}", fault.message))
    }
}

impl std::error::Error for Faults {}
