//! A figure, and the limit it was measured beside.

use serde::Serialize;

/// One measured figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figure {
    /// What was measured: `acd.decisions.1000`.
    pub(crate) name: String,
    /// How much.
    pub(crate) value: f64,
    /// Of what: `1/s`, `ns`, `ms`, `calls`.
    pub(crate) unit: &'static str,
    /// What the machine could do at best, in the same unit, measured in the same run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<f64>,
    /// The value as a share of the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
    /// Of a rate: what one takes at most in ninety-nine of a hundred times, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p99_us: Option<f64>,
    /// Of several sites, the one that the value is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) site: Option<String>,
}

impl Figure {
    /// A figure that has no limit to be held against.
    #[must_use]
    pub(crate) fn alone(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        let (limit, ratio, p99_us, site) = (None, None, None, None);
        Self { name: name.into(), value, unit, limit, ratio, p99_us, site }
    }

    /// A figure beside its limit.
    #[must_use]
    pub(crate) fn beside(
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        limit: f64,
    ) -> Self {
        let ratio = Some(value / limit);
        Self { limit: Some(limit), ratio, ..Self::alone(name, value, unit) }
    }

    /// Of several sites the lowest rate, and the longest time.
    #[must_use]
    pub(crate) fn slowest(name: impl Into<String>, rate: f64, p99_us: f64, site: String) -> Self {
        Self { p99_us: Some(p99_us), site: Some(site), ..Self::alone(name, rate, "1/s") }
    }
}
