//! Service levels by the names of their formulas.
//!
//! Six ways to say how many callers were answered in time, which differ in who is left out below the line. A
//! figure is of no use to anybody who does not know which of them it is, so each goes by its formula.

use super::cell::Cell;
use super::sheet::Column;
use clap::ValueEnum;
use ledger::Counts;

/// A formula of the service level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Answered in time / offered.
    Offered,
    /// Answered in time / (offered - short abandoned).
    WithoutShort,
    /// Answered in time / answered.
    Answered,
    /// Answered in time / (answered + abandoned + short abandoned).
    AbandonsMissed,
    /// The same, without those below the line who hung up in time.
    EarlyLeftOut,
    /// (Answered + hung up in time) / (answered + abandoned + short abandoned).
    EarlyMet,
}

impl Level {
    pub(crate) const ALL: [Self; 6] = [
        Self::Offered,
        Self::WithoutShort,
        Self::Answered,
        Self::AbandonsMissed,
        Self::EarlyLeftOut,
        Self::EarlyMet,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Offered => "service_level",
            Self::WithoutShort => "service_level_without_short",
            Self::Answered => "service_level_of_answered",
            Self::AbandonsMissed => "service_level_abandons_missed",
            Self::EarlyLeftOut => "service_level_early_left_out",
            Self::EarlyMet => "service_level_early_met",
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Offered => "LEVEL",
            Self::WithoutShort => "LEVEL*",
            Self::Answered => "OF ANSWERED",
            Self::AbandonsMissed => "ABANDONS MISSED",
            Self::EarlyLeftOut => "EARLY LEFT OUT",
            Self::EarlyMet => "EARLY MET",
        }
    }

    fn formula(self, within_s: u64) -> String {
        let hung_up = "abandoned + short_abandoned";
        let (above, below) = match self {
            Self::Offered => (String::new(), "offered".to_owned()),
            Self::WithoutShort => (String::new(), "(offered - short_abandoned)".to_owned()),
            Self::Answered => (String::new(), "answered".to_owned()),
            Self::AbandonsMissed => (String::new(), format!("(answered + {hung_up})")),
            Self::EarlyLeftOut => {
                (String::new(), format!("(answered + {hung_up} - hung_up_{within_s}s)"))
            }
            Self::EarlyMet => {
                (format!(" + hung_up_{within_s}s"), format!("(answered + {hung_up})"))
            }
        };
        let above = format!("answered_{within_s}s{above}");
        let above = if self == Self::EarlyMet { format!("({above})") } else { above };
        format!("{above} / {below}")
    }

    /// Its column; shown to people if it is among `shown`.
    pub(crate) fn column(self, within_s: u64, shown: &[Self]) -> Column {
        let column = Column::formula(self.name(), self.formula(within_s)).headed(self.heading());
        if shown.contains(&self) { column } else { column.for_programs() }
    }

    pub(crate) fn of(self, counts: &Counts) -> Cell {
        let (in_time, early) = (counts.answered_within, counts.abandoned_within);
        let ended = counts.answered + counts.abandoned + counts.short_abandoned;
        match self {
            Self::Offered => Cell::share(in_time, counts.offered),
            Self::WithoutShort => {
                Cell::share(in_time, counts.offered.saturating_sub(counts.short_abandoned))
            }
            Self::Answered => Cell::share(in_time, counts.answered),
            Self::AbandonsMissed => Cell::share(in_time, ended),
            Self::EarlyLeftOut => Cell::share(in_time, ended.saturating_sub(early)),
            Self::EarlyMet => Cell::share(in_time + early, ended),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the house's glossary: 1,000 answered, 860 of them in time, 20 who hung up early and 40 late.
    #[test]
    fn each_formula_has_its_own_figure() {
        let counts = Counts {
            offered: 1_100,
            answered: 1_000,
            abandoned: 45,
            short_abandoned: 15,
            overflowed: 40,
            answered_within: 860,
            abandoned_within: 20,
            ..Counts::default()
        };
        let told = Level::ALL.map(|level| (level.of(&counts).text("–"), level.formula(20)));
        let expected = [
            ("78.2", "answered_20s / offered"),
            ("79.3", "answered_20s / (offered - short_abandoned)"),
            ("86.0", "answered_20s / answered"),
            ("81.1", "answered_20s / (answered + abandoned + short_abandoned)"),
            ("82.7", "answered_20s / (answered + abandoned + short_abandoned - hung_up_20s)"),
            ("83.0", "(answered_20s + hung_up_20s) / (answered + abandoned + short_abandoned)"),
        ];
        assert_eq!(told, expected.map(|(level, formula)| (level.to_owned(), formula.to_owned())));
    }
}
