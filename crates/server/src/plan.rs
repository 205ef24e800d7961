//! `telefonist plan`: the editions of a site's dialplan, and going back to one.

use crate::cli::{EditionsArgs, KeptArgs, OneEdition, PlanWhat, RollbackArgs};
use crate::desk;
use crate::editions::{Edition, Editions, Texts};
use crate::exit::{Exit, Fault, Outcome};
use crate::rollback::{self, Rollback};
use crate::screen;
use crate::site::Site;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) fn run(what: &PlanWhat) -> Outcome {
    match what {
        PlanWhat::List(args) => list(args),
        PlanWhat::Show(args) => show(args),
        PlanWhat::Rollback(args) => roll_back(args),
    }
}

fn list(args: &EditionsArgs) -> Outcome {
    let all = all(&Editions::of(&data_of(&args.kept)?))?;
    if args.json {
        screen::say_last(&serde_json::to_string_pretty(&all).map_err(Fault::found)?);
        return Ok(Exit::Fine);
    }
    let lines: Vec<String> = all.iter().map(line).collect();
    screen::say_last(&lines.join("\n"));
    Ok(Exit::Fine)
}

/// When by the clock of the centre, who, and what was changed.
fn line(it: &Edition) -> String {
    let zone = it.timezone.as_deref().unwrap_or("UTC");
    let at = it.at.in_tz(zone).map_or_else(
        |_unknown| format!("{:.0}", it.at),
        |at| format!("{} {zone}", at.strftime("%F %T")),
    );
    let changed = match (&it.changes[..], it.more_changes) {
        ([], _) => String::new(),
        ([only], 0) => only.clone(),
        ([first, others @ ..], more) => format!("{first}; and {} more", others.len() + more),
    };
    let line = format!("{:>5}  {at}  {:<12}  {}", it.edition, it.by, one_line(&changed));
    line.trim_end().to_owned()
}

/// Words of an operator's file.
fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

fn show(args: &OneEdition) -> Outcome {
    let shown: Vec<String> = texts(&data_of(&args.kept)?, args.edition)?
        .into_iter()
        .map(|(name, text)| format!("# {name}\n{text}"))
        .collect();
    screen::say_last(shown.join("\n").trim_end());
    Ok(Exit::Fine)
}

/// Either all texts are written over, or none. What was there before is the latest edition if it ever came into force.
fn roll_back(args: &RollbackArgs) -> Outcome {
    let site = Site::at(&args.site)?;
    let data = args.data.clone().map_or_else(|| site.data(), Ok)?;
    let texts = texts(&data, args.edition)?;
    // What is no plan any more, since a list or a recording is gone, is not written.
    site.plan_of(&texts)?;
    let folder = site.dialplan_folder()?;
    // A site that can not be read includes nothing that is known.
    let now = site.read_to_try().map(|read| read.texts).unwrap_or_default();
    let at = |error: io::Error| Fault::found(format!("{}: {error}", folder.display()));
    let mut rollback = Rollback::default();
    let own = site.dialplan_name()?;
    for (nth, (name, text)) in texts.iter().enumerate() {
        let name = if nth == 0 { &own } else { name };
        rollback.write(&folder, name, text).map_err(at)?;
    }
    let is_kept = |name: &String| texts.iter().skip(1).any(|(kept, _)| kept == name);
    let others = now.into_iter().skip(1).map(|(name, _)| name).filter(|name| !is_kept(name));
    // Included by a pattern, they would be in force still.
    let aside: Vec<String> = others.inspect(|name| drop(rollback.set_aside(name))).collect();
    rollback.decide(&folder).map_err(at)?;
    rollback::finish(&folder).map_err(at)?;
    for name in aside {
        let path = folder.join(name);
        let told = format!("{} is not in edition {}: set aside", path.display(), args.edition);
        screen::say_last(&told);
    }
    let socket = match &args.desk.socket {
        Some(socket) => socket.clone(),
        None => site.control_socket(args.data.as_deref())?,
    };
    desk::reload_over(socket, &args.desk)
}

/// Where the editions are.
fn data_of(args: &KeptArgs) -> Result<PathBuf, Fault> {
    args.site.as_deref().map_or_else(|| Ok(args.data.clone()), |site| Site::at(site)?.data())
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
        let remedy = "name the server's site, or its data folder with --data";
        return Err(Fault::found(format!("there are no editions here: {remedy}")));
    }
    Ok(all)
}
