//! The files of directories, read before all else: they name recordings, which need their ids.

use crate::draft::{Draft, SourceDraft};
use crate::outside::{Outside, Site};
use crate::rows::{self, Row, RowFault};
use std::collections::BTreeMap;

/// What the files of directories hold, by the name that the plan has for each file.
pub(crate) struct DirectoryFiles {
    by_name: BTreeMap<String, Result<Vec<Result<Row, RowFault>>, String>>,
}

impl DirectoryFiles {
    /// Reads each file that a directory of the plan is in.
    pub(super) fn read(draft: &Draft, site: &mut Site<'_>) -> Self {
        let files = draft.directories.iter().filter_map(|directory| match &directory.body.source {
            SourceDraft::File(file) => Some(file.get_ref()),
            SourceDraft::Callers(_) | SourceDraft::Http(_) | SourceDraft::Nowhere => None,
        });
        let mut by_name = BTreeMap::new();
        for file in files {
            let text = (site.outside)(Outside::Directory(file));
            by_name.insert(file.clone(), text.map(|text| rows::read(&text)));
        }
        Self { by_name }
    }

    /// The rows of a file, or why there are none.
    pub(super) fn rows(&self, file: &str) -> Result<&[Result<Row, RowFault>], &str> {
        let rows = self.by_name.get(file).expect("`read` went through the same draft");
        rows.as_deref().map_err(String::as_str)
    }

    /// The recordings that rows name.
    pub(super) fn whispers(&self) -> impl Iterator<Item = &str> {
        let rows = self.by_name.values().flatten().flatten().flatten();
        rows.map(|row| row.whisper.as_str()).filter(|whisper| !whisper.is_empty())
    }
}
