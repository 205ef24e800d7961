//! What a dialplan names outside of itself: files of the site, and variables of the environment.

use crate::calendars::{self, Calendars};
use crate::editions;
use crate::settings::Settings;
use crate::spoken::{self, Stale};
use crate::texts::Texts;
use dialplan::{Outside, TEXT_BYTES_MAX};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a dialplan stands.
#[derive(Debug)]
pub(crate) enum Surroundings {
    /// In the folder of a site.
    Folder(Box<Folder>),
    /// Inside the program: there are no files.
    Nowhere,
}

/// The folder of a site.
#[derive(Debug)]
pub(crate) struct Folder {
    site: PathBuf,
    /// That of the dialplan.
    beside: PathBuf,
    texts: Texts,
    settings: Settings,
    /// Which recordings are of other words than are written; none: nobody has asked yet.
    stale: Option<Stale>,
    /// The files beside the dialplan, where they are others than those that are there.
    parts: Option<BTreeMap<String, String>>,
    secrets: Secrets,
    calendars: Calendars,
}

/// What a secret is that the operator's shell does not have, but perhaps the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secrets {
    /// A fault.
    Needed,
    /// Any text.
    MadeUp,
}

impl Secrets {
    fn or_made_up(self, found: Result<String, String>) -> Result<String, String> {
        match self {
            Self::Needed => found,
            Self::MadeUp => Ok(found.unwrap_or_else(|_missing| "made up".to_owned())),
        }
    }
}

/// The largest directory of callers that is read from a file: some 200,000 of them.
const DIRECTORY_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The longest secret that is read from a file.
const SECRET_BYTES_MAX: u64 = 4_096;

/// The longest file that is included.
const PART_BYTES_MAX: u64 = TEXT_BYTES_MAX as u64;

/// How many names of one folder are looked at.
const NAMES_MAX: usize = 10_000;

impl Surroundings {
    /// Those of the dialplan in this file, of a site with these settings.
    pub(crate) fn of(
        site: &Path,
        dialplan: &Path,
        settings: &Settings,
        calendars: Calendars,
    ) -> Self {
        let beside = dialplan.parent().unwrap_or(site).to_owned();
        Self::Folder(Box::new(Folder {
            site: site.to_owned(),
            beside,
            texts: Texts::of(site.join(&settings.prompts)),
            settings: settings.clone(),
            stale: None,
            parts: None,
            secrets: Secrets::Needed,
            calendars,
        }))
    }

    /// The dialplan and what it includes are these, and not the files that are there.
    pub(crate) fn has(&mut self, edition: &editions::Texts) {
        if let Self::Folder(folder) = self {
            folder.parts = Some(edition.iter().skip(1).cloned().collect());
        }
    }

    /// Nobody will prove anything by this plan: secrets that are not here are made up.
    pub(crate) fn is_only_tried(&mut self) {
        if let Self::Folder(folder) = self {
            folder.secrets = Secrets::MadeUp;
        }
    }

    /// Which recordings are of other words than are written, where somebody has asked.
    pub(crate) fn stale(self) -> Option<Stale> {
        match self {
            Self::Folder(folder) => folder.stale,
            Self::Nowhere => None,
        }
    }

    /// Fetches what is asked for, or says why that can not be.
    pub(crate) fn fetch(&mut self, asked: Outside<'_>) -> Result<String, String> {
        match (asked, self) {
            (_, Self::Folder(folder)) => folder.fetch(asked),
            (Outside::Env(name), Self::Nowhere) => variable(name),
            (_, Self::Nowhere) => Err("the plan is in no folder".to_owned()),
        }
    }
}

impl Folder {
    fn fetch(&mut self, asked: Outside<'_>) -> Result<String, String> {
        match (asked, &self.parts) {
            (Outside::Part(name), Some(parts)) => {
                return parts.get(name).cloned().ok_or_else(|| format!("there is no {name}"));
            }
            (Outside::Folder(folder), Some(parts)) => {
                let names = parts.keys().filter_map(|name| name.strip_prefix(folder));
                let names: Vec<&str> = names.filter(|name| !name.contains('/')).collect();
                return Ok(names.join("\n"));
            }
            _ => {}
        }
        match asked {
            Outside::Env(name) => self.secrets.or_made_up(variable(name)),
            Outside::File(name) => self.secrets.or_made_up(secret(&self.site.join(name))),
            Outside::Directory(name) => whole(&self.site.join(name), DIRECTORY_BYTES_MAX),
            Outside::Calendar(name) => whole(&self.beside.join(name), calendars::BYTES_MAX),
            Outside::CalendarAt { url, refresh } => self.calendars.text(url, refresh),
            Outside::CalendarNews(url) => {
                self.calendars.told(url).map(str::to_owned).ok_or_else(|| "nothing".to_owned())
            }
            Outside::OtherWords { language, prompt } => self.other_words(language, prompt),
            Outside::Text { language, prompt } => self.texts.find(language, prompt),
            Outside::Part(name) => whole(&self.below(name)?, PART_BYTES_MAX),
            Outside::Folder(name) => names(&self.below(name)?),
        }
    }

    fn other_words(&mut self, language: &str, prompt: &str) -> Result<String, String> {
        let (settings, prompts) = (&self.settings, self.site.join(&self.settings.prompts));
        let stale = self.stale.get_or_insert_with(|| spoken::stale(settings, &prompts));
        match stale.contains(&(language.to_owned(), prompt.to_owned())) {
            true => Ok("it was made from other words".to_owned()),
            false => Err("it is not known to be of other words".to_owned()),
        }
    }

    /// What is beside the dialplan or below. A link that leads elsewhere is not followed.
    fn below(&self, name: &str) -> Result<PathBuf, String> {
        // A file that is named without a folder is in that of the shell.
        let beside = Path::new(".").join(&self.beside);
        let path = beside.join(name);
        let real = |path: &Path| path.canonicalize().map_err(|error| at(path, &error));
        let is_below = real(&path)?.starts_with(real(&beside)?);
        if is_below { Ok(path) } else { Err(format!("{} leads out of the site", path.display())) }
    }
}

/// What an environment variable has, which must be something.
pub(crate) fn variable(name: &str) -> Result<String, String> {
    match std::env::var(name) {
        Ok(secret) if !secret.is_empty() => Ok(secret),
        Ok(_) => Err(format!("the environment variable {name} is empty")),
        Err(_) => Err(format!("the environment variable {name} is not set")),
    }
}

/// A secret in a file, without the line break at its end.
pub(crate) fn secret(path: &Path) -> Result<String, String> {
    let length = fs::metadata(path).map_err(|error| at(path, &error))?.len();
    if length > SECRET_BYTES_MAX {
        return Err(format!("{} is too long for a secret", path.display()));
    }
    let text = fs::read_to_string(path).map_err(|error| at(path, &error))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(format!("{} is empty", path.display()));
    }
    Ok(secret.to_owned())
}

/// The whole text of a file.
fn whole(path: &Path, bytes_max: u64) -> Result<String, String> {
    let length = fs::metadata(path).map_err(|error| at(path, &error))?.len();
    if length > bytes_max {
        return Err(format!("{} has more than {bytes_max} bytes", path.display()));
    }
    let bytes = fs::read(path).map_err(|error| at(path, &error))?;
    String::from_utf8(bytes).map_err(|_not| {
        format!("{} is not in UTF-8: save it so (in Excel as \"CSV UTF-8\")", path.display())
    })
}

/// The names of the files in a folder, one a line.
fn names(folder: &Path) -> Result<String, String> {
    let entries = fs::read_dir(folder).map_err(|error| at(folder, &error))?;
    let entries: Vec<_> = entries.take(NAMES_MAX + 1).filter_map(Result::ok).collect();
    if entries.len() > NAMES_MAX {
        return Err(format!("{} holds more than {NAMES_MAX} files", folder.display()));
    }
    let files = entries.into_iter().filter(|entry| entry.path().is_file());
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter(|name| !name.contains('\n')).collect::<Vec<_>>().join("\n"))
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendars::{Fetching, Keeping};

    fn site(files: &[(&str, &str)]) -> (tempfile::TempDir, Surroundings) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("agents")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let dialplan = folder.path().join("dialplan.toml");
        let settings = Settings::of_dialplan(PathBuf::from("dialplan.toml"));
        let calendars = Calendars::of(folder.path(), Keeping::Nothing, Fetching::IfMissing);
        let around = Surroundings::of(folder.path(), &dialplan, &settings, calendars);
        (folder, around)
    }

    #[test]
    fn a_secret_file_gives_its_text_without_the_line_end() {
        let (_folder, mut around) = site(&[("ana", "s3cret\n")]);
        assert_eq!(around.fetch(Outside::File("ana")).unwrap(), "s3cret");
        assert!(around.fetch(Outside::File("bo")).unwrap_err().contains("bo"));
    }

    #[test]
    fn what_is_included_is_beside_the_dialplan_or_below() {
        let (folder, mut around) = site(&[
            ("queues.toml", "[queue.a]\n"),
            ("agents/ana.toml", ""),
            ("agents/bo.toml", ""),
        ]);
        assert_eq!(around.fetch(Outside::Part("queues.toml")).unwrap(), "[queue.a]\n");
        assert_eq!(around.fetch(Outside::Folder("")).unwrap(), "queues.toml");
        let listed = around.fetch(Outside::Folder("agents/")).unwrap();
        let mut listed: Vec<_> = listed.lines().collect();
        listed.sort_unstable();
        assert_eq!(listed, ["ana.toml", "bo.toml"]);
        assert!(around.fetch(Outside::Folder("gone/")).unwrap_err().contains("gone"));
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
        let told = around.fetch(Outside::Folder("link/")).unwrap_err();
        assert!(told.contains("leads out of the site"), "{told}");
    }
}
