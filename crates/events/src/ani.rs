//! The number of a caller, which is private.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of a caller (ANI) as it was sent; empty when withheld.
///
/// The ledger has it whole. Everywhere else it shows its last two digits at most: `Ani(…67)`.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ani(String);

impl Ani {
    /// Keeps `number`.
    #[must_use]
    pub fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// The whole number, for the ledger and for the agent who takes the call.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the caller withheld it.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.0.is_empty()
    }

    /// The number for a screen or a log that others see.
    #[must_use]
    pub fn masked(&self) -> String {
        let length = self.0.chars().count();
        match length {
            0 => "withheld".to_owned(),
            1..=3 => "…".to_owned(),
            _ => format!("…{}", self.0.chars().skip(length - 2).collect::<String>()),
        }
    }
}

impl fmt::Debug for Ani {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ani({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_prints_its_last_two_digits_at_most() {
        assert_eq!(format!("{:?}", Ani::new("+46701234567")), "Ani(…67)");
        assert_eq!(format!("{:?}", Ani::new("112")), "Ani(…)");
        assert_eq!(Ani::default().masked(), "withheld");
        assert_eq!(Ani::new("+46701234567").reveal(), "+46701234567");
    }
}
