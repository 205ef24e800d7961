//! The files of directories, read before all else: they name recordings, which need their ids.

use crate::draft::{Draft, SourceDraft};
use crate::outside::{Outside, Site};
use crate::rows::{self, NUMBER, Rows};
use crate::table::Text;
use std::collections::BTreeMap;

/// What the files of directories hold, by the name that the plan has for each file and the column that people are
/// known by.
pub(crate) struct DirectoryFiles {
    by_name: BTreeMap<(String, String), Result<Rows, String>>,
}

impl DirectoryFiles {
    /// Reads each file that a directory of the plan is in.
    pub(super) fn read(draft: &Draft, site: &mut Site<'_>) -> Self {
        let files = draft.directories.iter().filter_map(|directory| match &directory.body.source {
            SourceDraft::File(file, by) => Some((file.get_ref(), column(by.as_ref()))),
            SourceDraft::Callers(_) | SourceDraft::Http(_) | SourceDraft::Nowhere => None,
        });
        let mut by_name = BTreeMap::new();
        for (file, by) in files {
            let text = (site.outside)(Outside::Directory(file));
            by_name.insert((file.clone(), by.to_owned()), text.map(|text| rows::read(&text, by)));
        }
        Self { by_name }
    }

    /// The rows of a file, or why there are none.
    pub(super) fn rows(&self, file: &str, by: Option<&Text>) -> Result<&Rows, &str> {
        let name = (file.to_owned(), column(by).to_owned());
        let rows = self.by_name.get(&name).expect("`read` went through the same draft");
        rows.as_ref().map_err(String::as_str)
    }

    /// The recordings that rows name.
    pub(super) fn whispers(&self) -> impl Iterator<Item = &str> {
        let rows = self.by_name.values().flatten().flat_map(|file| file.rows.iter().flatten());
        rows.map(|row| row.whisper.as_str()).filter(|whisper| !whisper.is_empty())
    }
}

/// The column that people are known by.
fn column(by: Option<&Text>) -> &str {
    by.map_or(NUMBER, |by| by.get_ref())
}
