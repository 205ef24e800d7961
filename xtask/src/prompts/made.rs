//! What was made before: `made.tsv` beside the recordings, one line for each.

use crate::{project, tell};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// The recordings of a language, and the fingerprint of what each was made from.
#[derive(Debug, Default)]
pub(crate) struct Made {
    fingerprints: BTreeMap<String, u64>,
}

impl Made {
    /// Reads what the last run wrote. A line that is not understood is as good as none: its
    /// recording is made anew.
    pub(crate) fn read(language: &str) -> Result<Self, String> {
        let path = path(language);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(why) => return Err(format!("{}: {why}", path.display())),
        };
        let line = |line: &str| {
            let (name, fingerprint) = line.split_once('\t')?;
            Some((name.to_owned(), u64::from_str_radix(fingerprint, 16).ok()?))
        };
        Ok(Self { fingerprints: text.lines().filter_map(line).collect() })
    }

    pub(crate) fn has(&self, name: &str, fingerprint: u64) -> bool {
        self.fingerprints.get(name) == Some(&fingerprint)
    }

    pub(crate) fn enter(&mut self, name: String, fingerprint: u64) {
        self.fingerprints.insert(name, fingerprint);
    }

    pub(crate) fn len(&self) -> usize {
        self.fingerprints.len()
    }

    /// Removes the recordings that we made before and that nobody wants any more.
    pub(crate) fn remove_strays(&self, before: &Self, language: &str) -> Result<(), String> {
        for name in before.fingerprints.keys().filter(|name| !self.fingerprints.contains_key(*name))
        {
            let path = project(&format!("prompts/{language}/{name}.wav"));
            match fs::remove_file(&path) {
                Ok(()) => tell(&format!("{}: removed, nothing names it", path.display())),
                Err(why) if why.kind() == ErrorKind::NotFound => {}
                Err(why) => return Err(format!("{}: {why}", path.display())),
            }
        }
        Ok(())
    }

    pub(crate) fn write(&self, language: &str) -> Result<(), String> {
        let mut text = String::new();
        for (name, fingerprint) in &self.fingerprints {
            writeln!(text, "{name}\t{fingerprint:016x}").expect("a string takes everything");
        }
        let path = path(language);
        fs::write(&path, text).map_err(|why| format!("{}: {why}", path.display()))
    }
}

fn path(language: &str) -> PathBuf {
    project(&format!("prompts/{language}/made.tsv"))
}

/// FNV-1a over the parts: enough to tell a changed text from an unchanged one, and the same on
/// every machine and with every compiler.
pub(crate) fn fingerprint(parts: &[&str]) -> u64 {
    let octets = parts.iter().flat_map(|part| part.bytes().chain([0]));
    octets.fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_ne!(fingerprint(&["ab"]), fingerprint(&["ab", ""]));
    }

    #[test]
    fn a_recording_is_as_old_as_its_text() {
        let mut made = Made::default();
        made.enter("welcome".to_owned(), fingerprint(&["Välkommen"]));
        assert!(made.has("welcome", fingerprint(&["Välkommen"])));
        assert!(!made.has("welcome", fingerprint(&["Hej och välkommen"])));
        assert!(!made.has("goodbye", fingerprint(&["Välkommen"])));
    }
}
