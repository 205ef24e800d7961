//! `telefonist prompts check`: what is wrong with a site's recordings.

use super::{Language, languages, remedy};
use crate::cli::PromptsCheckArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use dialplan::Severity;
use prompts::{LOUD_MAX_DBOV, Measure, QUIET_MIN_DBOV, Recording};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use studio::State;

/// Something to be said about a recording.
#[derive(Debug, Serialize)]
struct Finding {
    id: &'static str,
    severity: Severity,
    /// None for what is of no language.
    language: Option<String>,
    prompt: String,
    message: String,
    suggestion: String,
}

pub(crate) fn run(args: &PromptsCheckArgs) -> Outcome {
    let (prompts, languages) = languages(&args.site)?;
    let mut findings = Vec::new();
    for language in &languages {
        findings.extend(missing(language));
        findings.extend(stale(language)?);
    }
    findings.extend(heard(&prompts)?);
    findings.sort_by(|a, b| (&a.language, &a.prompt, a.id).cmp(&(&b.language, &b.prompt, b.id)));
    if args.json {
        screen::say_last(&serde_json::to_string_pretty(&findings).map_err(Fault::found)?);
    } else if findings.is_empty() {
        screen::say_last(&format!("{}: no fault found", prompts.display()));
    } else {
        findings.iter().for_each(|finding| screen::say_last(&finding.line()));
    }
    let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if wrong { Exit::Findings } else { Exit::Fine })
}

impl Finding {
    fn line(&self) -> String {
        let language = self.language.as_deref().map(|tag| format!("{tag}/")).unwrap_or_default();
        let Self { id, prompt, message, suggestion, .. } = self;
        format!("{language}{prompt}: {message} ({id})\n  {suggestion}")
    }
}

/// What the plan says and nobody has recorded.
fn missing(language: &Language) -> impl Iterator<Item = Finding> {
    language.missing.iter().map(|name| {
        let wordless = language.wordless.contains(name);
        Finding {
            id: if wordless { "no-words" } else { "missing" },
            severity: Severity::Error,
            language: Some(language.tag.clone()),
            prompt: name.clone(),
            message: "is said by the dialplan and not recorded".to_owned(),
            suggestion: if wordless { remedy(language, name) } else { BUILD.to_owned() },
        }
    })
}

const BUILD: &str = "`telefonist prompts build` speaks it";

/// What has words and is not recorded, and what was made from other words.
fn stale(language: &Language) -> Result<Vec<Finding>, Fault> {
    let states =
        studio::look(&language.folder, &language.voice, &language.texts).map_err(Fault::found)?;
    let told = states.into_iter().filter_map(|(name, state)| {
        let (id, message) = match state {
            State::Missing if !language.missing.contains(&name) => (
                "unmade",
                "has words and is not recorded; the dialplan says it nowhere, or it ships",
            ),
            State::Stale => ("stale", "was made from other words, or by another voice"),
            State::Missing | State::Current | State::ByHand => return None,
        };
        Some(Finding {
            id,
            severity: Severity::Warning,
            language: Some(language.tag.clone()),
            prompt: name,
            message: message.to_owned(),
            suggestion: BUILD.to_owned(),
        })
    });
    Ok(told.collect())
}

/// What the recordings of the site sound like.
fn heard(prompts: &Path) -> Result<Vec<Finding>, Fault> {
    if !prompts.is_dir() {
        return Ok(Vec::new());
    }
    let recordings = prompts::read_folder(prompts).map_err(Fault::found)?;
    let mut formats: BTreeMap<_, u32> = BTreeMap::new();
    for recording in &recordings {
        *formats.entry((recording.language.clone(), recording.name.clone())).or_default() += 1;
    }
    let twice =
        formats.into_iter().filter(|(_, formats)| *formats > 1).map(|((language, prompt), _)| {
            Finding {
                id: "twice",
                severity: Severity::Warning,
                language,
                prompt,
                message: "is there in several formats, and one of them is played".to_owned(),
                suggestion: "remove all but one".to_owned(),
            }
        });
    let of_sound = recordings.iter().flat_map(of_sound);
    Ok(of_sound.chain(twice).collect())
}

fn of_sound(recording: &Recording) -> Vec<Finding> {
    let finding = |severity, (id, message, suggestion): (_, String, &str)| Finding {
        id,
        severity,
        language: recording.language.clone(),
        prompt: recording.name.clone(),
        message,
        suggestion: suggestion.to_owned(),
    };
    match prompts::measure(&recording.bytes, None) {
        Err(why) => {
            let remedy = "record it anew, or save it in another format";
            vec![finding(Severity::Error, ("unreadable", why.to_string(), remedy))]
        }
        Ok(Measure { level: None, .. }) if recording.name == speech::PAUSE => Vec::new(),
        Ok(Measure { level: None, .. }) => {
            let message = "holds nothing but silence".to_owned();
            vec![finding(Severity::Error, ("silent", message, "record it anew"))]
        }
        Ok(Measure { level: Some(level), clipped, .. }) => {
            let told = loudness(level).into_iter().chain(clipped.then(cut_off));
            told.map(|told| finding(Severity::Warning, told)).collect()
        }
    }
}

type Told = (&'static str, String, &'static str);

fn loudness(level: f32) -> Option<Told> {
    if level > LOUD_MAX_DBOV {
        let message =
            format!("is as loud as {level:.0} dBov, and above {LOUD_MAX_DBOV} is distorted");
        return Some(("too-loud", message, "record it with less gain; it is levelled anyway"));
    }
    if level < QUIET_MIN_DBOV {
        let message = format!("is as quiet as {level:.0} dBov; levelled, its noise is heard");
        return Some(("too-quiet", message, "record it closer to the microphone"));
    }
    None
}

fn cut_off() -> Told {
    ("clipped", "has peaks that were cut off".to_owned(), "record it with less gain")
}
