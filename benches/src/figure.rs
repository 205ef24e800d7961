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
}

impl Figure {
    /// A figure that has no limit to be held against.
    #[must_use]
    pub(crate) fn alone(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, limit: None, ratio: None }
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
        Self { name: name.into(), value, unit, limit: Some(limit), ratio }
    }
}
