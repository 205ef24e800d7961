//! `telefonist plan`: the editions of a site's dialplan, and going back to one.

use crate::cli::{EditionsArgs, OneEdition, PlanWhat, RollbackArgs};
use crate::desk;
use crate::editions::{Edition, Editions, Texts};
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use crate::site::Site;
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

pub(crate) fn run(what: &PlanWhat) -> Outcome {
    match what {
        PlanWhat::List(args) => list(args),
        PlanWhat::Show(args) => show(args),
        PlanWhat::Rollback(args) => roll_back(args),
    }
}

fn list(args: &EditionsArgs) -> Outcome {
    let all = all(&Editions::of(&args.data))?;
    if args.json {
        screen::say_last(&serde_json::to_string_pretty(&all).map_err(Fault::found)?);
        return Ok(Exit::Fine);
    }
    let line = |it: &Edition| {
        format!("{:>5}  {:.0}  {:<12}  {}", it.edition, it.at, it.by, it.files.join(", "))
    };
    let lines: Vec<String> = all.iter().map(line).collect();
    screen::say_last(&lines.join("\n"));
    Ok(Exit::Fine)
}

fn show(args: &OneEdition) -> Outcome {
    let shown: Vec<String> = texts(&args.data, args.edition)?
        .into_iter()
        .map(|(name, text)| format!("# {name}\n{text}"))
        .collect();
    screen::say_last(shown.join("\n").trim_end());
    Ok(Exit::Fine)
}

/// The texts are written beside each other first, so that none is half written. What was there before is the latest
/// edition if it ever came into force.
fn roll_back(args: &RollbackArgs) -> Outcome {
    let site = Site::at(&args.site)?;
    let data = args.data.clone().map_or_else(|| site.data(), Ok)?;
    let texts = texts(&data, args.edition)?;
    // What is no plan any more, since a list or a recording is gone, is not written.
    site.plan_of(&texts)?;
    let dialplan = site.dialplan()?;
    let folder = dialplan.parent().unwrap_or_else(|| Path::new("."));
    let at = |path: &Path, error: io::Error| Fault::found(format!("{}: {error}", path.display()));
    let place = |(nth, (name, text)): (usize, (String, String))| match nth {
        0 => (dialplan.clone(), text),
        _ => (folder.join(name), text),
    };
    let kept: BTreeSet<String> = texts.iter().skip(1).map(|(name, _)| name.clone()).collect();
    // A site that can not be read includes nothing that is known.
    let now = site.read_to_try().map(|read| read.texts).unwrap_or_default();
    let others = now.into_iter().skip(1).map(|(name, _)| name).filter(|name| !kept.contains(name));
    let others: Vec<String> = others.collect();
    let files: Vec<_> = texts.into_iter().enumerate().map(place).collect();
    for (path, text) in &files {
        let new = beside(path);
        write_like(path, &new, text).map_err(|error| at(&new, error))?;
    }
    for (path, _) in &files {
        fs::rename(beside(path), path).map_err(|error| at(path, error))?;
    }
    for name in others {
        // Included by a pattern, it would be in force still.
        let (from, to) = (folder.join(&name), folder.join(format!("{name}.aside")));
        fs::rename(&from, &to).map_err(|error| at(&from, error))?;
        screen::say_last(&format!(
            "{} is not in edition {}: set aside",
            from.display(),
            args.edition
        ));
    }
    desk::reload(&args.desk)
}

/// Where the new text of a file is written first.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Whoever may read the file that is written over may read the new one, and nobody else.
fn write_like(path: &Path, new: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = new.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let _ = fs::remove_file(new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(new)?;
    file.write_all(text.as_bytes())?;
    if let Ok(about) = fs::metadata(path) {
        file.set_permissions(about.permissions())?;
    }
    file.sync_all()
}

fn texts(data: &Path, edition: u64) -> Result<Texts, Fault> {
    let editions = Editions::of(data);
    let all = all(&editions)?;
    let Some(found) = all.iter().find(|it| it.edition == edition) else {
        let kept: Vec<String> = all.iter().map(|it| it.edition.to_string()).collect();
        let kept = kept.join(", ");
        return Err(Fault::found(format!("edition {edition} is not kept; these are: {kept}")));
    };
    editions.texts(found).map_err(Fault::found)
}

/// None is a data folder of no server.
fn all(editions: &Editions) -> Result<Vec<Edition>, Fault> {
    let all = editions.list().map_err(Fault::found)?;
    if all.is_empty() {
        let remedy = "name the server's data folder with --data";
        return Err(Fault::found(format!("there are no editions here: {remedy}")));
    }
    Ok(all)
}
