//! Directories: every number in our form, every name of a language and an agent an id.

use super::{Assembly, id};
use crate::draft::{CallerDraft, DirectoryDraft, HttpDraft, Named, SourceDraft};
use crate::nearest::did_you_mean;
use crate::outside::{Outside, Site};
use crate::plan::{Directory, DirectoryId, HttpDirectory, Known, Secret, Source};
use crate::report::Flaw;
use crate::rows::{Row, RowFault};
use crate::table::Text;
use ids::AgentId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(1);
const KEEP: Duration = Duration::from_secs(300);

/// How many directories a plan may have.
const DIRECTORIES_MAX: usize = 64;

/// How many rows of one file are told that are left out; the others are counted.
const ROWS_TOLD_MAX: usize = 10;

impl Assembly<'_, '_> {
    pub(super) fn directories(&mut self, site: &mut Site<'_>) -> Vec<Directory> {
        let draft = self.draft;
        if let Some(further) = draft.directories.get(DIRECTORIES_MAX) {
            let message = format!("a plan may have at most {DIRECTORIES_MAX} directories");
            self.report.add(Flaw::error("too-many", further.name.span(), message));
        }
        draft.directories.iter().map(|directory| self.directory(directory, site)).collect()
    }

    fn directory(&mut self, directory: &Named<DirectoryDraft>, site: &mut Site<'_>) -> Directory {
        let source = match &directory.body.source {
            SourceDraft::Callers(callers) => Source::Listed(self.callers(callers)),
            SourceDraft::File(file) => Source::Listed(self.rows(file)),
            SourceDraft::Http(http) => Source::Http(self.http(http, site)),
            SourceDraft::Nowhere => Source::Listed(BTreeMap::new()),
        };
        Directory { name: directory.name.get_ref().as_str().into(), source }
    }

    /// The directory of this name.
    pub(super) fn directory_called(&self, name: &str) -> Option<DirectoryId> {
        let mut directories = self.draft.directories.iter();
        let at = directories.position(|known| known.name.get_ref() == name)?;
        u16::try_from(at).ok().map(DirectoryId)
    }

    /// The directory of a name that stands in the file.
    pub(super) fn directory_of(&mut self, text: &Text) -> Option<DirectoryId> {
        let name = text.get_ref();
        let found = self.directory_called(name);
        if found.is_none() {
            let names = self.draft.directories.iter().map(|known| known.name.get_ref().as_str());
            let meant = did_you_mean(name, names);
            let remedy = || format!("write it as `[directory.{name}]`");
            let flaw = Flaw::error(
                "undefined-directory",
                text.span(),
                format!("there is no directory `{name}`"),
            );
            self.report.add(flaw.suggest(meant.unwrap_or_else(remedy)));
        }
        found
    }

    /// A number of somebody else, in our form.
    fn number_of(&self, written: &str) -> Option<Box<str>> {
        let country = self.draft.top.country.as_ref().map(|text| text.get_ref().as_str());
        crate::plan::dialled(country, written).map(String::into)
    }

    fn agent_called(&self, account: &str) -> Option<AgentId> {
        let mut agents = self.draft.agents.iter();
        let at = agents.position(|agent| agent.name.get_ref() == account)?;
        Some(AgentId(id(at)))
    }

    fn callers(&mut self, callers: &[CallerDraft]) -> BTreeMap<Box<str>, Known> {
        let mut listed = BTreeMap::new();
        for caller in callers {
            let known = self.caller(caller);
            let Some(text) = &caller.number else { continue };
            let Some(number) = self.number_of(text.get_ref()) else {
                let message = format!("`{}` is no telephone number", text.get_ref());
                self.report.add(Flaw::error("bad-number", text.span(), message));
                continue;
            };
            if listed.insert(number, known).is_some() {
                let message = format!("`{}` stands twice in this directory", text.get_ref());
                self.report.add(Flaw::error("duplicate-number", caller.span.clone(), message));
            }
        }
        listed
    }

    fn caller(&mut self, caller: &CallerDraft) -> Known {
        let text = |text: &Option<Text>| Known::text(text.as_ref()?.get_ref());
        let agent = caller.agent.as_ref().and_then(|account| {
            let found = self.agent_called(account.get_ref());
            if found.is_none() {
                let accounts = self.draft.agents.iter().map(|a| a.name.get_ref().as_str());
                let meant = did_you_mean(account.get_ref(), accounts);
                let message = format!("there is no agent `{}`", account.get_ref());
                let flaw = Flaw::error("undefined-agent", account.span(), message);
                self.report.add(flaw.suggest(meant));
            }
            found
        });
        Known {
            name: text(&caller.name),
            company: text(&caller.company),
            language: caller.language.as_ref().map(|tag| self.language(tag)),
            priority: caller.priority.and_then(|it| u8::try_from(it).ok()).unwrap_or(0),
            vip: caller.vip.unwrap_or(false),
            agent,
            whisper: caller.whisper.as_ref().map(|name| self.names.prompt(name.get_ref())),
        }
    }

    /// The rows of a file. Whoever exports thousands has a few that do not read: they are told and
    /// left out.
    fn rows(&mut self, file: &Text) -> BTreeMap<Box<str>, Known> {
        let mut listed = BTreeMap::new();
        let files = self.files;
        let rows = match files.rows(file.get_ref()) {
            Ok(rows) => rows,
            Err(told) => {
                self.report.add(Flaw::error("directory-missing", file.span(), told.to_owned()));
                return listed;
            }
        };
        let mut left_out = 0_usize;
        for row in rows {
            let line = match row {
                Ok(row) => match self.row(row) {
                    Ok((number, known)) if !listed.contains_key(&number) => {
                        listed.insert(number, known);
                        continue;
                    }
                    Ok(_) => (row.line, "the number stands above already".to_owned()),
                    Err(why) => (row.line, why),
                },
                Err(RowFault::Row { line, why }) => (*line, why.clone()),
                Err(RowFault::Whole(why)) => {
                    let message = format!("{}: {why}", file.get_ref());
                    self.report.add(Flaw::error("bad-directory", file.span(), message));
                    return BTreeMap::new();
                }
            };
            left_out += 1;
            if left_out <= ROWS_TOLD_MAX {
                let message = format!("{}:{}: {}", file.get_ref(), line.0, line.1);
                let flaw = Flaw::warning("row-left-out", file.span(), message);
                self.report.add(flaw.suggest("the row is left out".to_owned()));
            }
        }
        if let Some(untold @ 1..) = left_out.checked_sub(ROWS_TOLD_MAX) {
            let message = format!("{}: {untold} more rows are left out", file.get_ref());
            self.report.add(Flaw::warning("row-left-out", file.span(), message));
        }
        listed
    }

    fn row(&self, row: &Row) -> Result<(Box<str>, Known), String> {
        let number = self
            .number_of(&row.number)
            .ok_or_else(|| format!("`{}` is no telephone number", row.number))?;
        let language = given(&row.language).map(|tag| {
            self.names
                .language(tag)
                .ok_or_else(|| format!("`{tag}` is none of the plan's languages"))
        });
        let agent = given(&row.agent).map(|account| {
            self.agent_called(account).ok_or_else(|| format!("no agent `{account}`"))
        });
        let priority = given(&row.priority).map(|text| {
            let number = text.parse::<u8>().ok().filter(|number| *number <= 10);
            number.ok_or_else(|| format!("`{text}` is no priority from 0 to 10"))
        });
        let vip = match &*row.vip.to_ascii_lowercase() {
            "" | "0" | "no" | "false" | "nej" | "falskt" => false,
            "1" | "yes" | "true" | "ja" | "sant" => true,
            other => return Err(format!("`{other}` in the column vip is neither yes nor no")),
        };
        let known = Known {
            name: Known::text(&row.name),
            company: Known::text(&row.company),
            language: language.transpose()?,
            priority: priority.transpose()?.unwrap_or(0),
            vip,
            agent: agent.transpose()?,
            whisper: given(&row.whisper).map(|name| self.names.prompt(name)),
        };
        Ok((number, known))
    }

    fn http(&mut self, http: &HttpDraft, site: &mut Site<'_>) -> HttpDirectory {
        let written: BTreeMap<&str, &str> = http
            .fields
            .iter()
            .map(|(name, path)| (name.get_ref().as_str(), path.get_ref().as_str()))
            .collect();
        let fields = HttpDirectory::FIELDS
            .map(|name| (Arc::from(name), Arc::from(written.get(name).copied().unwrap_or(name))));
        HttpDirectory {
            url: http.url.get_ref().as_str().into(),
            token: http.token_env.as_ref().map(|name| self.token(name, site)),
            timeout: http.timeout.unwrap_or(TIMEOUT),
            keep: http.keep.unwrap_or(KEEP),
            fields: fields.into_iter().collect(),
        }
    }

    pub(super) fn token(&mut self, name: &Text, site: &mut Site<'_>) -> Secret {
        let found = (site.outside)(Outside::Env(name.get_ref()));
        Secret::new(found.unwrap_or_else(|told| {
            let remedy = format!("start with {}=… in the environment", name.get_ref());
            let flaw = Flaw::error("secret-missing", name.span(), told);
            self.report.add(flaw.suggest(remedy));
            String::new()
        }))
    }
}

/// What a column holds, if anything.
fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}
