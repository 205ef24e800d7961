//! `telefonist prompts build`: speaks what is new or changed.

use super::{Language, languages, remedy};
use crate::cli::PromptsBuildArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use studio::{Again, Done};

pub(crate) fn run(args: &PromptsBuildArgs) -> Outcome {
    let again = if args.all { Again::All } else { Again::Changed };
    let (prompts, languages) = languages(&args.site)?;
    if languages.is_empty() {
        screen::say_last(&format!(
            "{}: nothing to speak. What is to be spoken is written into LANGUAGE/{} there",
            prompts.display(),
            studio::FILE
        ));
    }
    let mut exit = Exit::Fine;
    for language in &languages {
        if build(language, again)? == Exit::Findings {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}

/// Makes the recordings of a language; says each that was made or could not be.
fn build(language: &Language, again: Again) -> Outcome {
    let mut count = Count::default();
    let mut tell = |name: &str, done: &Done| {
        let line = count.add(done).map(|what| format!("{}/{name}: {what}", language.tag));
        line.iter().for_each(|line| screen::say_last(line));
    };
    studio::make(&language.folder, &language.voice, &language.texts, again, &mut tell)
        .map_err(Fault::found)?;
    for name in &language.wordless {
        screen::say_last(&format!("{}/{name}: no words; {}", language.tag, remedy(language, name)));
    }
    let Count { made, kept, by_hand, failed } = count;
    screen::say_last(&format!(
        "{}: {made} made, {kept} as they were, {by_hand} by hand, {failed} failed",
        language.tag
    ));
    let fine = failed == 0 && language.wordless.is_empty();
    Ok(if fine { Exit::Fine } else { Exit::Findings })
}

#[derive(Debug, Default)]
struct Count {
    made: u32,
    kept: u32,
    by_hand: u32,
    failed: u32,
}

impl Count {
    /// Counts what became of a recording; what there is to say about it, if anything.
    fn add(&mut self, done: &Done) -> Option<String> {
        let (count, line) = match done {
            Done::Made => (&mut self.made, Some("made".to_owned())),
            Done::Kept => (&mut self.kept, None),
            Done::ByHand => (&mut self.by_hand, None),
            Done::Failed(why) => (&mut self.failed, Some(why.to_string())),
        };
        *count += 1;
        line
    }
}
