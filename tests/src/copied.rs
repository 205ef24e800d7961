//! A shipped site at ports of the test's own: what an operator would copy, with secrets of its own.

use crate::{Site, run};
use std::fs;
use std::path::{Path, PathBuf};

/// Settings that are the test's own.
const OF_THE_TEST: [&str; 4] = ["sip", "http", "rtp_ports", "data"];

impl Site {
    /// A copy of a folder of the repository, such as `docs/src/tasks/menu`. The password of each account is
    /// `secret-` and the name of the file that it is kept in, and what is written to be spoken is spoken.
    ///
    /// # Panics
    /// If there is no such site, or its prompts cannot be spoken.
    #[must_use]
    pub fn copied_from(shipped: &str) -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(shipped);
        let text = |name: &str| fs::read_to_string(shipped.join(name)).unwrap_or_default();
        let mut site = Self::new(&text("dialplan.toml"));
        copy(&shipped, site.folder());
        for file in toml_files(site.folder()) {
            give_secrets(site.folder(), &fs::read_to_string(file).expect("it was just copied"));
        }
        let settings = text("telefonist.toml");
        let is_ours = |line: &&str| {
            !OF_THE_TEST.iter().any(|name| line.split('=').next().unwrap_or("").trim() == *name)
        };
        for line in settings.lines().filter(is_ours) {
            site = site.with_setting(line);
        }
        if site.folder().join("prompts").is_dir() {
            let folder = site.folder().to_str().expect("temporary folders have plain names");
            let ran = run(&["prompts", "build", folder]);
            assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        }
        site
    }

    /// The site with something else in its dialplan, such as where a carrier really is.
    ///
    /// # Panics
    /// If what is to be replaced is not there.
    #[must_use]
    pub fn with_in_plan(self, file: &str, before: &str, after: &str) -> Self {
        let file = self.folder().join(file);
        let text = fs::read_to_string(&file).expect("the plan has this file");
        assert!(text.contains(before), "{} has no `{before}`", file.display());
        fs::write(file, text.replace(before, after)).expect("a temporary folder can be written");
        self
    }
}

/// Copies all but the settings, which are the test's own, and what a server leaves behind.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder can be written");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{from:?}: {error}")) {
        let entry = entry.expect("a folder of the repository can be read");
        let (path, name) = (entry.path(), entry.file_name());
        match name.to_str().unwrap_or_default() {
            "telefonist.toml" | "data" | "secrets" => {}
            _ if path.is_dir() => copy(&path, &to.join(name)),
            _ => drop(fs::copy(&path, to.join(name)).expect("a temporary folder can be written")),
        }
    }
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it was just made");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(toml_files(&path));
        } else if path.extension().is_some_and(|it| it == "toml") {
            files.push(path);
        }
    }
    files
}

fn give_secrets(site: &Path, text: &str) {
    let of_key = |line: &str| {
        let value = line.trim_start().strip_prefix("secret_file")?.split('"').nth(1)?;
        Some(site.join(value))
    };
    for file in text.lines().filter_map(of_key) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let folder = file.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("a temporary folder can be written");
        fs::write(&file, format!("secret-{name}\n")).expect("a temporary folder can be written");
    }
}
