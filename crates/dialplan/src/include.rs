//! `include = ["queues.toml", "agents/*.toml"]`: several files are one plan.
//!
//! Names are those of files beside the one that includes them, or below. They are read in the order of
//! the list, and what one pattern finds in the order of the names.

use crate::outside::{Outside, Site};
use crate::report::Flaw;
use crate::source::{self, TEXT_BYTES_MAX};
use globset::{Glob, GlobMatcher};
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The key.
pub(crate) const KEY: &str = "include";

/// How many files a plan may include.
pub const INCLUDED_MAX: usize = 256;

/// A text that is included.
#[derive(Debug)]
pub(crate) struct Part {
    /// What faults call it.
    pub(crate) file: String,
    pub(crate) text: String,
}

/// What is included, and what can not be.
#[derive(Debug, Default)]
pub(crate) struct Included {
    pub(crate) parts: Vec<Part>,
    pub(crate) flaws: Vec<Flaw>,
}

/// The files that are being gathered.
struct Gathering<'g, 's> {
    /// The folder of the file that includes, as far as it is named.
    folder: &'g str,
    /// The name of that file.
    own: &'g str,
    site: &'g mut Site<'s>,
    /// Which there are already.
    named: BTreeSet<String>,
    /// How many bytes there are still room for.
    room: usize,
    included: Included,
}

/// Reads what a file includes. `file` is what faults call it.
pub(crate) fn gather(
    values: &DeTable<'_>,
    (file, text): (&str, &str),
    site: &mut Site<'_>,
) -> Included {
    let folder = source::folder(file);
    let own = file.strip_prefix(folder).unwrap_or(file);
    let room = TEXT_BYTES_MAX.saturating_sub(text.len());
    let (named, included) = (BTreeSet::new(), Included::default());
    let mut gathering = Gathering { folder, own, site, named, room, included };
    for entry in entries(values) {
        gathering.entry(entry);
    }
    gathering.included
}

/// What the list holds, as far as it is a list of texts. If it is not, that is told where it is read.
fn entries<'v>(values: &'v DeTable<'_>) -> Vec<(&'v str, Range<usize>)> {
    let Some(value) = values.get(KEY) else { return Vec::new() };
    let text = |value: &'v Spanned<DeValue<'_>>| Some((value.get_ref().as_str()?, value.span()));
    match value.get_ref().as_array() {
        Some(items) => items.iter().filter_map(text).collect(),
        None => text(value).into_iter().collect(),
    }
}

impl Gathering<'_, '_> {
    fn entry(&mut self, (written, span): (&str, Range<usize>)) {
        let Some((folder, name)) = beside(written) else {
            let message = format!("`{written}` is no file beside this one or below");
            let remedy = "write a name such as \"queues.toml\" or \"agents/*.toml\"";
            return self.flaw("bad-include", &span, message, remedy);
        };
        match pattern(&name) {
            None => self.file(&format!("{folder}{name}"), &span),
            Some(Ok(pattern)) => self.all(&folder, &pattern, (written, &span)),
            Some(Err(why)) => {
                let remedy = "`*` stands for any letters, `?` for one, `[ab]` for one of these";
                self.flaw("bad-include", &span, format!("`{written}`: {why}"), remedy);
            }
        }
    }

    /// One file that is named.
    fn file(&mut self, name: &str, span: &Range<usize>) {
        if name == self.own {
            let message = "a file can not include itself".to_owned();
            return self.flaw("included-twice", span, message, "take it out of the list");
        }
        if self.named.contains(name) {
            let message = format!("`{name}` is included already");
            return self.flaw("included-twice", span, message, "take one of the two away");
        }
        self.read(name, span);
    }

    /// All files that a pattern finds, but for those that are there already.
    fn all(&mut self, folder: &str, pattern: &GlobMatcher, (written, span): (&str, &Range<usize>)) {
        let listed = match (self.site.outside)(Outside::Folder(folder)) {
            Ok(listed) => listed,
            Err(told) => {
                let remedy = "write a folder beside this file";
                return self.flaw("include-missing", span, told, remedy);
            }
        };
        let mut found: Vec<_> = listed
            .lines()
            .filter(|name| !name.starts_with('.') && pattern.is_match(name))
            .map(|name| format!("{folder}{name}"))
            .filter(|name| name != self.own)
            .collect();
        found.sort_unstable();
        if found.is_empty() {
            let message = format!("there is no file `{written}`");
            let flaw = Flaw::warning("included-nothing", span.clone(), message);
            self.included.flaws.push(flaw.suggest("take it out of the list".to_owned()));
        }
        for name in found {
            if !self.named.contains(&name) {
                self.read(&name, span);
            }
        }
    }

    fn read(&mut self, name: &str, span: &Range<usize>) {
        self.named.insert(name.to_owned());
        if self.named.len() > INCLUDED_MAX {
            if self.named.len() == INCLUDED_MAX + 1 {
                let message = format!("a plan may include at most {INCLUDED_MAX} files");
                self.flaw("too-many", span, message, "put several into one");
            }
            return;
        }
        match (self.site.outside)(Outside::Part(name)) {
            Ok(text) if text.len() > self.room => {
                let message = format!(
                    "with `{name}` the files are longer than {TEXT_BYTES_MAX} bytes together"
                );
                self.flaw("too-long", span, message, "include less");
            }
            Ok(text) => {
                self.room -= text.len();
                let file = format!("{}{name}", self.folder);
                self.included.parts.push(Part { file, text });
            }
            Err(told) => {
                let remedy = "the names are those of files beside this one, or below";
                self.flaw("include-missing", span, told, remedy);
            }
        }
    }

    fn flaw(&mut self, id: &'static str, span: &Range<usize>, message: String, remedy: &str) {
        self.included.flaws.push(Flaw::error(id, span.clone(), message).suggest(remedy.to_owned()));
    }
}

/// The folder with its slash, and the name or pattern, of what is beside the file that includes it.
/// Nothing else is: no way leads up, or from a root.
fn beside(written: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = written.split('/').filter(|part| *part != ".").collect();
    let is_plain = |part: &&str| {
        !part.is_empty() && *part != ".." && !part.contains(['\\', ':', '\0', '\n', '\r'])
    };
    let (name, folders) = parts.split_last()?;
    let plain = parts.iter().all(is_plain) && folders.iter().all(|part| !is_pattern(part));
    let folder = folders.iter().map(|part| format!("{part}/")).collect();
    plain.then(|| (folder, (*name).to_owned()))
}

fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

/// The pattern that a name is, if it is one.
fn pattern(name: &str) -> Option<Result<GlobMatcher, String>> {
    let read = || Glob::new(name).map(|glob| glob.compile_matcher());
    is_pattern(name).then(|| read().map_err(|error| error.kind().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_beside_or_below_is_named() {
        let found = |written| beside(written).map(|(folder, name)| folder + &name);
        assert_eq!(found("queues.toml").as_deref(), Some("queues.toml"));
        assert_eq!(found("./a/b/*.toml").as_deref(), Some("a/b/*.toml"));
        for written in ["", ".", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "C:\\x", "*/x"] {
            assert_eq!(found(written), None, "{written}");
        }
    }
}
