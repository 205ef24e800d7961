//! Directories: every number in our form, every name of a language and an agent an id.

use super::variables::secret_told;
use super::{Assembly, id};
use crate::draft::{CallerDraft, DirectoryDraft, HttpDraft, Named, SourceDraft, StepDraft};
use crate::nearest::did_you_mean;
use crate::outside::{Outside, Site};
use crate::plan::{
    By, Directory, DirectoryId, HttpDirectory, Known, Listed, More, SHORT_DIGITS_MAX, Secret,
    Source, VariableId,
};
use crate::report::Flaw;
use crate::rows::{COLUMNS, NUMBER, Row, RowFault};
use crate::table::Text;
use ids::AgentId;
use std::collections::{BTreeMap, BTreeSet};
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
        let by = by(directory);
        let source = match &directory.body.source {
            SourceDraft::Callers(callers) => Source::Listed(self.callers(callers, by).into()),
            SourceDraft::File(file, column) => {
                let read = self.columns_read(directory);
                Source::Listed(self.rows((file, column.as_ref()), by, &read).into())
            }
            SourceDraft::Http(http) => Source::Http(self.http(http, site)),
            SourceDraft::Nowhere => Source::Listed(Arc::default()),
        };
        Directory { name: directory.name.get_ref().as_str().into(), by, source }
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

    /// The columns of a directory that some `lookup` reads, in small letters.
    fn columns_read(&self, directory: &Named<DirectoryDraft>) -> BTreeSet<String> {
        let look_ups = self.draft.steps.iter().filter_map(|step| {
            if let StepDraft::LookUp(look_up) = &step.body { Some(look_up) } else { None }
        });
        let here = look_ups.filter(|look_up| {
            let name = look_up.directory.as_ref().map(|name| name.get_ref());
            name == Some(directory.name.get_ref())
        });
        here.flat_map(|look_up| &look_up.reads)
            .map(|(_, from)| from.get_ref().to_lowercase())
            .collect()
    }

    /// What a `lookup` notes of who is known.
    pub(super) fn columns_noted(
        &mut self,
        directory: Option<DirectoryId>,
        reads: &[(Text, Text)],
    ) -> Vec<(VariableId, Arc<str>)> {
        let draft = directory.and_then(|it| self.draft.directories.get(it.index()));
        let file = draft.and_then(|draft| match &draft.body.source {
            SourceDraft::File(file, column) => Some((file, column.as_ref())),
            SourceDraft::Callers(_) | SourceDraft::Http(_) | SourceDraft::Nowhere => None,
        });
        let rows = file.and_then(|(file, by)| self.files.rows(file.get_ref(), by).ok());
        for (_, from) in reads.iter().filter(|_| draft.is_some()) {
            let columns = rows.map_or(&[][..], |rows| &rows.others);
            let lower = from.get_ref().to_lowercase();
            let there = columns.iter().filter(|it| it.to_lowercase() == lower).count();
            if there == 1 || (file.is_some() && rows.is_none()) {
                continue;
            }
            let by = file.and_then(|(_, by)| by).map_or(NUMBER, |by| by.get_ref());
            let (message, remedy) = if there > 1 {
                let message = format!("the column `{}` stands more than once", from.get_ref());
                (message, "give the others another name in the file".to_owned())
            } else if file.is_some() && lower == by.to_lowercase() {
                let message = format!("`{}` is what the directory knows people by", from.get_ref());
                let remedy =
                    "who is found is known by it already: use the variable of `key`, or `caller`";
                (message, remedy.to_owned())
            } else if file.is_some() && COLUMNS.contains(&&*lower) && lower != NUMBER {
                let message = format!("the column `{}` means something by itself", from.get_ref());
                let remedy =
                    "it is taken without `read`; a branch can ask for `name`, `company` and `vip`";
                (message, remedy.to_owned())
            } else {
                let meant = did_you_mean(from.get_ref(), columns.iter().map(String::as_str));
                let remedy = || "`read` is for further columns of a `file`".to_owned();
                let message = format!("the directory has no column `{}`", from.get_ref());
                (message, meant.unwrap_or_else(remedy))
            };
            self.report.add(Flaw::error("bad-read", from.span(), message).suggest(remedy));
        }
        let noted = reads.iter().filter_map(|(into, from)| {
            Some((self.variables.id(into.get_ref())?, from.get_ref().to_lowercase().into()))
        });
        noted.collect()
    }

    /// The same of one in which callers are looked up by their number.
    pub(super) fn directory_of_callers(&mut self, text: &Text) -> Option<DirectoryId> {
        let found = self.directory_of(text);
        self.check_key((text, found), None);
        found
    }

    /// The variable by which somebody is looked up.
    pub(super) fn key(&mut self, text: &Text) -> Option<VariableId> {
        let name = text.get_ref().as_str();
        if self.variables.is_secret(name) {
            self.report.add(secret_told(text));
        }
        let found = self.variables.id(name);
        if found.is_none() {
            let message = format!("no step notes `{name}`");
            let meant = did_you_mean(name, self.variables.names());
            let remedy = || "collect it before, with `into`".to_owned();
            let flaw = Flaw::error("undefined-variable", text.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(remedy)));
        }
        found
    }

    /// Who is known by a key must be looked up by one.
    pub(super) fn check_key(
        &mut self,
        (text, directory): (&Text, Option<DirectoryId>),
        key: Option<&Text>,
    ) {
        let draft = directory.and_then(|it| self.draft.directories.get(it.index()));
        if key.is_none() && draft.map(by) == Some(By::Key) {
            let message = format!("`{}` knows nobody by the number they call from", text.get_ref());
            let remedy = "say by `key` of a `lookup` which variable has what it knows them by";
            let flaw = Flaw::error("not-by-number", text.span(), message);
            self.report.add(flaw.suggest(remedy.to_owned()));
        }
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

    fn callers(&mut self, callers: &[CallerDraft], by: By) -> Listed {
        let mut listed = Listed::new();
        for caller in callers {
            let known = self.caller(caller);
            let Some((text, key)) = self.key_of(caller, by) else { continue };
            if by == By::Number {
                self.check_zero(text, text.get_ref(), "");
            }
            if listed.insert(key, known).is_some() {
                let message = format!("`{}` stands twice in this directory", text.get_ref());
                self.report.add(Flaw::error("duplicate-number", caller.span.clone(), message));
            }
        }
        listed
    }

    /// What somebody is known by, as it is written and as it is looked for.
    fn key_of<'c>(&mut self, caller: &'c CallerDraft, by: By) -> Option<(&'c Text, Box<str>)> {
        let (wanted, other, name) = match by {
            By::Number => (&caller.number, &caller.key, "number"),
            By::Key | By::Either => (&caller.key, &caller.number, "key"),
        };
        if let Some(other) = other.as_ref().filter(|_| by == By::Number || wanted.is_none()) {
            let message = "some are known by their `number`, and some by a `key`".to_owned();
            let remedy = "write two directories, one for each".to_owned();
            self.report.add(Flaw::error("two-keys", other.span(), message).suggest(remedy));
            return None;
        }
        let Some(text) = wanted else {
            let message = format!("`callers` has no `{name}`");
            self.report.add(Flaw::error("missing-key", caller.span.clone(), message));
            return None;
        };
        if by != By::Number {
            return Some((text, text.get_ref().trim().into()));
        }
        let number = self.number_of(text.get_ref());
        if number.is_none() {
            let message = format!("`{}` is no telephone number", text.get_ref());
            self.report.add(Flaw::error("bad-number", text.span(), message));
        }
        Some((text, number?))
    }

    /// Spreadsheets take a number for an amount, and drop the zero that it begins with. No caller has what is left.
    fn check_zero(&mut self, at: &Text, written: &str, place: &str) -> bool {
        let Some(lost) = lost(self.country(), written) else { return false };
        let message = format!("{place}`{written}` is a number that nobody calls from");
        let remedy = match place {
            "" => format!("write {lost}"),
            _ => format!(
                "write {lost}: a spreadsheet has taken it for an amount; let the column be one of text there"
            ),
        };
        self.report.add(Flaw::warning("zero-lost", at.span(), message).suggest(remedy));
        true
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
            more: More::default(),
        }
    }

    /// The rows of a file. Whoever exports thousands has a few that do not read: they are told and
    /// left out.
    fn rows(
        &mut self,
        (file, column): (&Text, Option<&Text>),
        by: By,
        read: &BTreeSet<String>,
    ) -> Listed {
        let mut listed = Listed::new();
        let files = self.files;
        let kept;
        let rows = match files.rows(file.get_ref(), column) {
            Ok(rows) => {
                self.warn_of_columns(file, &rows.others, read);
                kept = columns_kept(&rows.others, read);
                &rows.rows
            }
            Err(told) => {
                self.report.add(Flaw::error("directory-missing", file.span(), told.to_owned()));
                return listed;
            }
        };
        let (mut left_out, mut zeros_lost) = (0_usize, 0_usize);
        for row in rows {
            let line = match row {
                Ok(row) => match self.row(row, by, &kept) {
                    Ok((key, known)) if !listed.contains_key(&key) => {
                        listed.insert(key, known);
                        let place = format!("{}:{}: ", file.get_ref(), row.line);
                        if by == By::Number && zeros_lost < ROWS_TOLD_MAX {
                            zeros_lost += usize::from(self.check_zero(file, &row.key, &place));
                        }
                        continue;
                    }
                    Ok(_) if by == By::Number => {
                        (row.line, "the number stands above already".to_owned())
                    }
                    Ok(_) => (row.line, "its key stands above already".to_owned()),
                    Err(why) => (row.line, why),
                },
                Err(RowFault::Row { line, why }) => (*line, why.clone()),
                Err(RowFault::Whole(why)) => {
                    let message = format!("{}: {why}", file.get_ref());
                    self.report.add(Flaw::error("bad-directory", file.span(), message));
                    return Listed::new();
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

    /// Columns that mean nothing here are those of the system that wrote the file, or are written wrong.
    fn warn_of_columns(&mut self, file: &Text, others: &[String], read: &BTreeSet<String>) {
        // The same people are known by their numbers elsewhere.
        let is_used = |column: &str| column == NUMBER || read.contains(column);
        let unused = others.iter().filter(|column| !is_used(&column.to_lowercase()));
        for column in unused.take(ROWS_TOLD_MAX) {
            let message = format!("{}: the column `{column}` is used by nothing", file.get_ref());
            let meant = did_you_mean(&column.to_lowercase(), COLUMNS);
            let known = || {
                let known = COLUMNS.join(", ");
                format!(
                    "columns that mean something are {known}; others are for `read` of a `lookup`"
                )
            };
            let flaw = Flaw::warning("unused-column", file.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(known)));
        }
    }

    fn row(
        &self,
        row: &Row,
        by: By,
        kept: &[Option<Arc<str>>],
    ) -> Result<(Box<str>, Known), String> {
        let key = match by {
            By::Number => self
                .number_of(&row.key)
                .ok_or_else(|| format!("`{}` is no telephone number", row.key))?,
            By::Key | By::Either => given(&row.key).ok_or("it has no key")?.into(),
        };
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
            more: more(row, kept),
        };
        Ok((key, known))
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

/// What people are known by.
fn by(directory: &Named<DirectoryDraft>) -> By {
    match &directory.body.source {
        SourceDraft::Callers(callers) => match callers.first() {
            Some(CallerDraft { key: Some(_), .. }) => By::Key,
            Some(_) | None => By::Number,
        },
        SourceDraft::File(_, Some(by)) if !by.get_ref().eq_ignore_ascii_case(NUMBER) => By::Key,
        SourceDraft::File(..) | SourceDraft::Nowhere => By::Number,
        SourceDraft::Http(_) => By::Either,
    }
}

/// Countries whose numbers have a zero in front within the country. Of others nobody can tell that one is missing.
const WITH_ZERO: [&str; 12] =
    ["31", "32", "33", "41", "43", "44", "46", "49", "61", "64", "353", "358"];

/// What stood there before a spreadsheet took the number for an amount, if it looks like one: national numbers
/// have a zero in front, and those with their country a plus.
fn lost(country: Option<&str>, written: &str) -> Option<String> {
    let country = country.filter(|country| WITH_ZERO.contains(country))?;
    let digits: String = written.chars().filter(|c| !"-.() ".contains(*c)).collect();
    let is_long = digits.len() > SHORT_DIGITS_MAX && digits.bytes().all(|it| it.is_ascii_digit());
    let is_lost = is_long && !digits.starts_with('0');
    // Most numbers within a country have no more digits than this.
    let has_country = digits.starts_with(country) && digits.len() > 9;
    is_lost.then(|| match has_country {
        true => format!("+{digits}"),
        false => format!("0{digits}, or +{digits} if it is from abroad"),
    })
}

/// Which of the columns that mean nothing by themselves are kept, by their names in small letters.
fn columns_kept(others: &[String], read: &BTreeSet<String>) -> Vec<Option<Arc<str>>> {
    let kept = |column: &String| read.get(&column.to_lowercase()).map(|name| name.as_str().into());
    others.iter().map(kept).collect()
}

/// What a row has in the columns that are kept.
fn more(row: &Row, kept: &[Option<Arc<str>>]) -> More {
    let held = row.others.iter().zip(kept).filter_map(|(text, column)| {
        let text = Known::text(text)?;
        Some((Arc::clone(column.as_ref()?), text))
    });
    Arc::new(held.collect())
}

/// What a column holds, if anything.
fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}
