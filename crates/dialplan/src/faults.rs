//! All faults of a dialplan, in the order of its texts, and how people read them.

use crate::{Fault, Severity};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// All faults of a dialplan, in the order of its texts. Displayed, each comes with the line it stands
/// in and what to do, without colour; for colour see [`Faults::render`]. Serialised, it is a list of
/// [`Fault`]s. Secrets are starred out.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Faults {
    list: Vec<Fault>,
    /// Each file with its text, without secrets.
    #[serde(skip)]
    shown: Vec<(String, String)>,
    #[serde(skip)]
    untold: usize,
    #[serde(skip)]
    any_error: bool,
}

/// How faults look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Without escape sequences, for files and pipes.
    Plain,
    /// With colours, for a terminal.
    Coloured,
}

/// How wide faults are drawn, in columns.
const WIDTH: usize = 100;

impl Faults {
    /// `untold` are those beyond the list; `any_error` says whether one of all of them is an error.
    pub(crate) const fn new(
        list: Vec<Fault>,
        shown: Vec<(String, String)>,
        (untold, any_error): (usize, bool),
    ) -> Self {
        Self { list, shown, untold, any_error }
    }

    /// Every fault.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.list.iter()
    }

    /// How many are listed.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many more there are, beyond [`crate::FAULTS_MAX`].
    #[must_use]
    pub const fn untold(&self) -> usize {
        self.untold
    }

    /// Whether one of them forbids to use the plan.
    #[must_use]
    pub const fn any_error(&self) -> bool {
        self.any_error
    }

    /// For people: each fault with its line and what to do.
    #[must_use]
    pub fn render(&self, look: Look) -> String {
        let mut rendered = String::new();
        self.draw(&mut rendered, look).expect("a String takes everything that is written to it");
        rendered
    }

    fn draw(&self, out: &mut impl fmt::Write, look: Look) -> fmt::Result {
        let theme = match look {
            Look::Plain => GraphicalTheme::unicode_nocolor(),
            Look::Coloured => GraphicalTheme::unicode(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(WIDTH)
            .with_links(false)
            .without_syntax_highlighting();
        let named = self.shown.iter();
        let sources: BTreeMap<&str, NamedSource<String>> =
            named.map(|(file, text)| (&**file, NamedSource::new(file, text.clone()))).collect();
        for fault in &self.list {
            let source = sources.get(&*fault.file).expect("a fault is in one of the files");
            handler.render_report(out, &Drawn { fault, source })?;
        }
        match self.untold {
            0 => Ok(()),
            untold => writeln!(out, "and {untold} more faults"),
        }
    }
}

impl<'f> IntoIterator for &'f Faults {
    type Item = &'f Fault;
    type IntoIter = std::slice::Iter<'f, Fault>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draw(f, Look::Plain)
    }
}

impl std::error::Error for Faults {}

/// One fault as `miette` draws it.
#[derive(Debug)]
struct Drawn<'f> {
    fault: &'f Fault,
    source: &'f NamedSource<String>,
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fault.message)
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.fault.id))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.fault.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fault.suggestion.as_ref().map(|told| Box::new(told) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (start, end) = self.fault.span;
        let here = LabeledSpan::new(Some("here".to_owned()), start, end - start);
        Some(Box::new(std::iter::once(here)))
    }
}
