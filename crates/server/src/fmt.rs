//! `telefonist fmt`: dialplans in one form.

use crate::cli::FmtArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use crate::site::Site;
use dialplan::{TEXT_BYTES_MAX, laid_out};
use std::fs;
use std::path::Path;

pub(crate) fn run(args: &FmtArgs) -> Outcome {
    let mut others = Vec::new();
    for path in &args.files {
        let file = Site::at(path)?.dialplan()?;
        if !is_laid_out(&file, args.check)? {
            others.push(file.display().to_string());
        }
    }
    if others.is_empty() {
        return Ok(Exit::Fine);
    }
    let done = if args.check { "is laid out in another form" } else { "laid out" };
    let lines: Vec<String> = others.iter().map(|file| format!("{file}: {done}")).collect();
    screen::say_last(&lines.join("\n"));
    Ok(if args.check { Exit::Findings } else { Exit::Fine })
}

/// Whether a file has its form already. Writes it in that form, unless that is only asked.
fn is_laid_out(file: &Path, only_asked: bool) -> Result<bool, Fault> {
    let at = |error: &dyn std::fmt::Display| Fault::found(format!("{}: {error}", file.display()));
    let length = fs::metadata(file).map_err(|error| at(&error))?.len();
    if usize::try_from(length).is_ok_and(|length| length > TEXT_BYTES_MAX) {
        return Err(at(&format!("it has more than {TEXT_BYTES_MAX} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| at(&error))?;
    let before: toml::Table = text.parse().map_err(|_| {
        at(&"this is no TOML. `telefonist check` says where, and nothing was changed")
    })?;
    let laid_out = laid_out(&text);
    if laid_out == text {
        return Ok(true);
    }
    // Whatever happens, nobody's values are to change.
    if laid_out.parse::<toml::Table>().ok().as_ref() != Some(&before) {
        return Err(at(&"a bug: laid out it would mean something else. Nothing was changed"));
    }
    if !only_asked {
        replace(file, &laid_out).map_err(|error| at(&error))?;
    }
    Ok(false)
}

/// Whole or not at all: an editor or a server may look at any moment.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text)?;
    fs::set_permissions(&beside, fs::metadata(file)?.permissions())?;
    fs::rename(&beside, file)
}
