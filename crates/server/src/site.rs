//! A site as its operator wrote it: settings, dialplan, recordings and secrets.

use crate::calendars::{Calendars, Fetching, Keeping};
use crate::editions::Texts;
use crate::exit::Fault;
use crate::outside::Surroundings;
use crate::rollback;
use crate::settings::{self, Fixed, Settings};
use crate::shipped;
use crate::sound::Recorded;
use crate::spoken::Stale;
use dialplan::{Checked, Outside, Plan};
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
    /// The dialplan and what it includes, as they were read.
    pub(crate) texts: Texts,
    /// The settings of the file that count from the start on, to see whether they have changed.
    pub(crate) fixed: Fixed,
    /// Which recordings are of other words than are written, where a check has looked.
    pub(crate) stale: Option<Stale>,
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
        self.read_as(Reading::default())
    }

    /// The same where nobody will prove anything by the plan: secrets may be missing.
    pub(crate) fn read_to_try(&self) -> Result<Read, Fault> {
        self.read_as(Reading { is_tried: true, ..Reading::default() })
    }

    /// Reads everything for the server of the site, whose data folder this is.
    pub(crate) fn read_to_serve(&self, data: Option<&Path>) -> Result<Read, Fault> {
        let serves = Some(Serves { data, fetching: Fetching::IfOld });
        self.read_as(Reading { serves, ..Reading::default() })
    }

    /// The same with a plan that follows another (see [`Plan::check_after`]).
    pub(crate) fn read_after(&self, before: &Plan, data: &Path) -> Result<Read, Fault> {
        let serves = Some(Serves { data: Some(data), fetching: Fetching::IfMissing });
        self.read_as(Reading { before: Some(before), serves, ..Reading::default() })
    }

    /// The plan of these texts, as if they stood in the site.
    pub(crate) fn plan_of(&self, texts: &Texts) -> Result<Plan, Fault> {
        let reading = Reading { texts: Some(texts), is_tried: true, ..Reading::default() };
        let Checked { plan, faults } = self.read_as(reading)?.checked;
        plan.ok_or_else(|| Fault::found(&faults))
    }

    fn read_as(&self, reading: Reading<'_>) -> Result<Read, Fault> {
        match self {
            Self::Folder { folder, settings } => read_folder(folder, settings, reading),
            Self::Demo => read_demo(reading.before),
        }
    }

    /// The data folder of a server that serves it, if nothing else was said at its start.
    pub(crate) fn data(&self) -> Result<PathBuf, Fault> {
        match self {
            Self::Folder { folder, settings } => Ok(folder.join(settings_of(settings)?.data)),
            Self::Demo => Err(Fault::found("the demo is inside the program")),
        }
    }

    /// Where the server that serves it is asked, with this data folder if not that of the site.
    pub(crate) fn control_socket(&self, data: Option<&Path>) -> Result<PathBuf, Fault> {
        match self {
            Self::Folder { folder, settings } => {
                let settings = settings_of(settings)?;
                let own = folder.join(&settings.data);
                Ok(settings.control_socket(data.unwrap_or(&own)))
            }
            Self::Demo => Err(Fault::found("the demo is inside the program")),
        }
    }

    /// The file of its dialplan.
    pub(crate) fn dialplan(&self) -> Result<PathBuf, Fault> {
        match self {
            Self::Folder { folder, settings } => Ok(folder.join(settings_of(settings)?.dialplan)),
            Self::Demo => Err(Fault::found("the demo is inside the program")),
        }
    }

    /// The folder of its dialplan, beside which stands what that includes.
    pub(crate) fn dialplan_folder(&self) -> Result<PathBuf, Fault> {
        self.dialplan().map(|dialplan| folder_of(&dialplan))
    }

    /// The name of its dialplan there.
    pub(crate) fn dialplan_name(&self) -> Result<String, Fault> {
        self.dialplan().map(|dialplan| file_name(&dialplan).display().to_string())
    }

    /// The plan alone.
    pub(crate) fn plan(&self) -> Result<Plan, Fault> {
        let Checked { plan, faults } = self.read_to_try()?.checked;
        plan.ok_or_else(|| Fault::found(&faults))
    }
}

/// How a site is read.
#[derive(Clone, Copy, Debug, Default)]
struct Reading<'a> {
    /// The plan that it is to take the place of.
    before: Option<&'a Plan>,
    /// What stands in place of its own texts.
    texts: Option<&'a Texts>,
    /// Whether nobody will prove anything by the plan.
    is_tried: bool,
    /// Whether the server of the site reads it, which keeps what it fetches.
    serves: Option<Serves<'a>>,
}

/// How the server of a site reads it.
#[derive(Clone, Copy, Debug)]
struct Serves<'a> {
    /// Its data folder, if it is another than the settings name.
    data: Option<&'a Path>,
    fetching: Fetching,
}

impl Reading<'_> {
    /// The calendars of a site with this data folder.
    fn calendars(self, data: &Path) -> Calendars {
        match self.serves {
            Some(Serves { data: other, fetching }) => {
                Calendars::of(other.unwrap_or(data), Keeping::Copies, fetching)
            }
            None => Calendars::of(data, Keeping::Nothing, Fetching::IfOld),
        }
    }
}

/// Reads the site of a folder.
fn read_folder(folder: &Path, file: &Path, reading: Reading<'_>) -> Result<Read, Fault> {
    let Reading { before, texts, is_tried, serves: _ } = reading;
    let mut settings = settings_of(file)?;
    if let Some(tls) = &mut settings.tls {
        tls.stand_in(folder);
    }
    if let Some(wss) = &mut settings.wss {
        wss.stand_in(folder);
    }
    settings.stand_in(folder);
    let dialplan = folder.join(&settings.dialplan);
    rollback::finish(&folder_of(&dialplan)).map_err(|error| {
        let told = "a rollback was cut off, and what is left of it cannot be done";
        Fault::found(format!("{}: {told}: {error}", dialplan.display()))
    })?;
    let text = match texts.and_then(|texts| texts.first()) {
        Some((_, text)) => text.clone(),
        None => fs::read_to_string(&dialplan).map_err(|error| {
            Fault::found(format!(
                "{}: {error}. A site needs a dialplan; dialplans/small has one of twelve lines",
                dialplan.display()
            ))
        })?,
    };
    let recorded = Recorded::gather(Some(&folder.join(&settings.prompts)), &settings.voice)?;
    let calendars = reading.calendars(&folder.join(&settings.data));
    let mut around = Surroundings::of(folder, &dialplan, &settings, calendars);
    if let Some(texts) = texts {
        around.has(texts);
    }
    if is_tried {
        around.is_only_tried();
    }
    let (checked, parts) =
        check(&dialplan.display().to_string(), &text, &recorded, &mut around, before);
    let texts = std::iter::once((file_name(&dialplan).display().to_string(), text)).chain(parts);
    let fixed = settings.fixed();
    let stale = around.stale();
    Ok(Read { settings, recorded, checked, texts: texts.collect(), fixed, stale })
}

/// The settings in a file; the usual ones where the file is a dialplan.
fn settings_of(file: &Path) -> Result<Settings, Fault> {
    let is_dialplan = file.is_file() && file.file_name().is_none_or(|name| name != settings::FILE);
    if is_dialplan && !looks_like_settings(file) {
        return Ok(Settings::of_dialplan(file_name(file)));
    }
    Settings::read(file)
}

/// Any `*telefonist*.toml` holds settings; every other file named by itself is a dialplan.
fn looks_like_settings(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem.to_string_lossy().contains("telefonist"))
}

fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or_else(|| Path::new(".")).to_owned()
}

fn file_name(file: &Path) -> PathBuf {
    file.file_name().map(PathBuf::from).unwrap_or_default()
}

fn read_demo(before: Option<&Plan>) -> Result<Read, Fault> {
    let text = |name: &str| {
        let file = shipped::Demo::get(name).expect("the demo is in the program");
        String::from_utf8_lossy(&file.data).into_owned()
    };
    let settings = Settings::parse("demo/telefonist.toml", &text(settings::FILE))?;
    let recorded = Recorded::gather(None, &settings.voice)?;
    let mut around = Surroundings::Nowhere;
    let text = text("dialplan.toml");
    let (checked, _) = check("demo/dialplan.toml", &text, &recorded, &mut around, before);
    let texts = vec![("dialplan.toml".to_owned(), text)];
    let fixed = settings.fixed();
    Ok(Read { settings, recorded, checked, texts, fixed, stale: None })
}

/// Checks a dialplan, and tells what it includes.
fn check(
    file: &str,
    text: &str,
    recorded: &Recorded,
    around: &mut Surroundings,
    before: Option<&Plan>,
) -> (Checked, Texts) {
    let recorded = |language: &str, name: &str| recorded.has(language, name);
    let mut parts = Texts::new();
    let mut outside = |asked: Outside<'_>| {
        let found = around.fetch(asked);
        if let (Outside::Part(name), Ok(text)) = (asked, &found) {
            parts.push((name.to_owned(), text.clone()));
        }
        found
    };
    let checked = match before {
        Some(before) => Plan::check_after(before, file, text, &recorded, &mut outside),
        None => Plan::check(file, text, &recorded, &mut outside),
    };
    (checked, parts)
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
