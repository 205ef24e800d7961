//! Faults as they are found, before they are put in order.

use crate::allow::{Allow, in_vain};
use crate::plan::Line;
use crate::schema::Kinds;
use crate::source::{Row, Source};
use crate::{Fault, Faults, Severity};
use std::collections::BTreeSet;
use std::ops::Range;

/// How many faults are told at most; whoever has more begins with these.
pub const FAULTS_MAX: usize = 200;

/// How many are kept until it is known which of them are allowed. Beyond that they are only counted.
const KEPT_MAX: usize = 10_000;

/// A fault that has no line yet.
#[derive(Debug)]
pub(crate) struct Flaw {
    id: &'static str,
    span: Range<usize>,
    message: String,
    suggestion: Option<String>,
    severity: Severity,
}

impl Flaw {
    pub(crate) const fn error(id: &'static str, span: Range<usize>, message: String) -> Self {
        Self { id, span, message, suggestion: None, severity: Severity::Error }
    }

    pub(crate) const fn warning(id: &'static str, span: Range<usize>, message: String) -> Self {
        Self { id, span, message, suggestion: None, severity: Severity::Warning }
    }

    /// Says what to do about it.
    pub(crate) fn suggest(self, suggestion: impl Into<Option<String>>) -> Self {
        Self { suggestion: suggestion.into(), ..self }
    }
}

/// Collects faults.
#[derive(Debug)]
pub(crate) struct Report<'t> {
    pub(crate) source: Source<'t>,
    flaws: Vec<Flaw>,
    errors: usize,
    untold: usize,
    /// What the operator means to keep.
    allows: Vec<Allow>,
    /// What the reader asks for, where somebody wants to know.
    pub(crate) kinds: Option<Kinds>,
    /// Lines that are no TOML: whatever else is wrong there follows from it.
    broken: BTreeSet<Row>,
}

impl<'t> Report<'t> {
    pub(crate) const fn new(source: Source<'t>) -> Self {
        Self {
            source,
            flaws: Vec::new(),
            errors: 0,
            untold: 0,
            allows: Vec::new(),
            kinds: None,
            broken: BTreeSet::new(),
        }
    }

    pub(crate) fn add(&mut self, flaw: Flaw) {
        if !self.broken.contains(&self.source.row(flaw.span.start)) {
            self.keep(flaw);
        }
    }

    /// Adds a fault of the TOML itself, and silences what would follow from it: all else in its
    /// line, and behind a broken header all that now seems to belong to the table before.
    pub(crate) fn add_syntax(&mut self, flaw: Flaw) {
        let row = self.source.row(flaw.span.start);
        if self.broken.contains(&row) {
            return;
        }
        let is_header = |line: &str| line.trim_start().starts_with('[');
        let mut after = self.source.lines_from(flaw.span.start);
        let header = after.next().is_some_and(is_header);
        let body = after.take_while(|line| header && !is_header(line)).count();
        self.broken.extend((row.line..=row.line + body).map(|line| Row { line, ..row }));
        self.keep(flaw);
    }

    fn keep(&mut self, flaw: Flaw) {
        let is_error = flaw.severity == Severity::Error;
        self.errors += usize::from(is_error);
        // Room is left for errors behind whatever there is to warn of.
        let most = if is_error { KEPT_MAX + FAULTS_MAX } else { KEPT_MAX };
        if self.flaws.len() < most {
            self.flaws.push(flaw);
        } else {
            self.untold += 1;
        }
    }

    /// The line that this part of the text begins in.
    pub(crate) fn line_of(&self, span: &Range<usize>) -> Line {
        let place = self.source.place(span);
        Line { file: place.file.into(), line: place.line }
    }

    /// How many faults have been found.
    pub(crate) const fn len(&self) -> usize {
        self.flaws.len() + self.untold
    }

    /// Whether the plan can not be used.
    pub(crate) const fn any_error(&self) -> bool {
        self.errors > 0
    }

    /// From here on these warnings are not told.
    pub(crate) fn allow(&mut self, allowed: Option<Allow>) {
        self.allows.extend(allowed);
    }

    /// A text that a table names belongs to it, where the table allows something.
    pub(crate) fn belongs(&mut self, text: Range<usize>, table: &Range<usize>) {
        self.allows.iter_mut().for_each(|allow| allow.widen(table, &text));
    }

    /// Leaves out what is allowed. While there are errors not all has been looked at, and nobody can say
    /// that something is allowed in vain.
    fn leave_out_allowed(&mut self) {
        let mut used: BTreeSet<usize> = BTreeSet::new();
        let allows = &self.allows;
        self.flaws.retain(|flaw| {
            let warning = flaw.severity == Severity::Warning;
            let by = allows.iter().filter(|_| warning).filter_map(|it| it.of(flaw.id, &flaw.span));
            let by: Vec<_> = by.map(|id| id.span().start).collect();
            used.extend(&by);
            by.is_empty()
        });
        if self.errors == 0 {
            let ids = self.allows.iter().flat_map(Allow::ids);
            let vain = ids.filter(|id| !used.contains(&id.span().start));
            self.flaws.extend(vain.map(in_vain));
        }
    }

    /// Of more than are told errors stay: a warning keeps nobody from using the plan.
    fn leave_out_most(&mut self) {
        if self.flaws.len() <= FAULTS_MAX {
            return;
        }
        self.flaws.sort_by_key(|flaw| (flaw.severity != Severity::Error, place_of(flaw)));
        self.untold += self.flaws.len() - FAULTS_MAX;
        self.flaws.truncate(FAULTS_MAX);
    }

    /// All faults, in the order of the texts.
    pub(crate) fn finish(mut self) -> Faults {
        self.leave_out_allowed();
        self.leave_out_most();
        self.flaws.sort_by_key(place_of);
        let faults = self.flaws.iter().map(|flaw| located(flaw, &self.source)).collect();
        Faults::new(faults, self.source.shown(), (self.untold, self.errors > 0))
    }
}

const fn place_of(flaw: &Flaw) -> (usize, usize) {
    (flaw.span.start, flaw.span.end)
}

fn located(flaw: &Flaw, source: &Source<'_>) -> Fault {
    let place = source.place(&flaw.span);
    Fault {
        file: place.file.to_owned(),
        line: place.line,
        column: place.column,
        span: (place.span.start, place.span.end),
        id: flaw.id,
        message: flaw.message.clone(),
        suggestion: flaw.suggestion.clone(),
        severity: flaw.severity,
    }
}
