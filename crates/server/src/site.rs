//! A site as its operator wrote it: settings, dialplan, recordings and secrets.

use crate::exit::Fault;
use crate::outside::Surroundings;
use crate::settings::{self, Settings};
use crate::shipped;
use crate::sound::Recorded;
use dialplan::{Checked, Plan};
use std::fs;
use std::path::{Path, PathBuf};

/// Where a site's texts come from.
#[derive(Clone, Debug)]
pub(crate) enum Site {
    /// A folder, and the name of its settings file.
    Folder { folder: PathBuf, settings: PathBuf },
    /// The demo inside the program.
    Demo,
}

/// A site whose texts have been read, with the plan or its faults.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) settings: Settings,
    pub(crate) recorded: Recorded,
    pub(crate) checked: Checked,
}

impl Site {
    /// The site at a path: a folder, a settings file, or a dialplan by itself.
    pub(crate) fn at(path: &Path) -> Result<Self, Fault> {
        if path.is_dir() {
            let settings = path.join(settings::FILE);
            return Ok(Self::Folder { folder: path.to_owned(), settings });
        }
        if !path.is_file() {
            return Err(Fault::found(format!(
                "{}: no such site. Name a folder with dialplan.toml, or run `telefonist demo`",
                path.display()
            )));
        }
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        Ok(Self::Folder { folder, settings: path.to_owned() })
    }

    /// The folder it is in.
    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::Folder { folder, .. } => folder,
            Self::Demo => Path::new(""),
        }
    }

    /// Reads everything. An `Err` is a site that cannot even be looked at; faults of the dialplan
    /// are in [`Read::checked`].
    pub(crate) fn read(&self) -> Result<Read, Fault> {
        match self {
            Self::Folder { folder, settings } => read_folder(folder, settings),
            Self::Demo => read_demo(),
        }
    }

    /// The plan alone.
    pub(crate) fn plan(&self) -> Result<Plan, Fault> {
        let Checked { plan, faults } = self.read()?.checked;
        plan.ok_or_else(|| Fault::found(&faults))
    }
}

fn read_folder(folder: &Path, file: &Path) -> Result<Read, Fault> {
    let is_dialplan = file.is_file() && file.file_name().is_none_or(|name| name != settings::FILE);
    let mut settings = if is_dialplan && !looks_like_settings(file) {
        Settings::of_dialplan(file_name(file))
    } else {
        Settings::read(file)?
    };
    if let Some(tls) = &mut settings.tls {
        tls.stand_in(folder);
    }
    if let Some(wss) = &mut settings.wss {
        wss.stand_in(folder);
    }
    settings.stand_in(folder);
    let dialplan = folder.join(&settings.dialplan);
    let text = fs::read_to_string(&dialplan).map_err(|error| {
        Fault::found(format!(
            "{}: {error}. A site needs a dialplan; dialplans/small has one of twelve lines",
            dialplan.display()
        ))
    })?;
    let recorded = Recorded::gather(Some(&folder.join(&settings.prompts)))?;
    let mut around = Surroundings::of(folder, &dialplan, &settings.prompts);
    let checked = check(&dialplan.display().to_string(), &text, &recorded, &mut around);
    Ok(Read { settings, recorded, checked })
}

/// Any `*telefonist*.toml` holds settings; every other file named by itself is a dialplan.
fn looks_like_settings(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem.to_string_lossy().contains("telefonist"))
}

fn file_name(file: &Path) -> PathBuf {
    file.file_name().map(PathBuf::from).unwrap_or_default()
}

fn read_demo() -> Result<Read, Fault> {
    let text = |name: &str| {
        let file = shipped::Demo::get(name).expect("the demo is in the program");
        String::from_utf8_lossy(&file.data).into_owned()
    };
    let settings = Settings::parse("demo/telefonist.toml", &text(settings::FILE))?;
    let recorded = Recorded::gather(None)?;
    let mut around = Surroundings::Nowhere;
    let checked = check("demo/dialplan.toml", &text("dialplan.toml"), &recorded, &mut around);
    Ok(Read { settings, recorded, checked })
}

fn check(file: &str, text: &str, recorded: &Recorded, around: &mut Surroundings) -> Checked {
    let recorded = |language: &str, name: &str| recorded.has(language, name);
    Plan::check(file, text, &recorded, &mut |asked| around.fetch(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_is_a_site_without_a_fault() {
        let read = Site::Demo.read().unwrap();
        let faults = read.checked.faults;
        assert!(faults.is_empty(), "{faults}");
        let plan = read.checked.plan.unwrap();
        assert!(plan.numbers.contains_key("9000"));
        assert!(plan.agent_of("1099").is_some());
    }

    #[test]
    fn no_site_is_said_with_what_to_do() {
        let fault = format!("{:?}", Site::at(Path::new("/nowhere/at/all")).unwrap_err());
        assert!(fault.contains("telefonist demo"), "{fault}");
    }
}
