//! Sees that a file of the site has changed, and has the plan reloaded once nothing has changed for a moment.

use crate::reload::Reloader;
use crate::serve::reload_and_tell;
use crate::site::Site;
use events::By;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How often files are looked at. By their times and not by what the kernel tells, which says nothing of a folder that
/// another machine writes.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// How deep folders are looked into, and at how many files: a site that has more is reloaded by hand.
const DEPTH_MAX: usize = 6;
const FILES_MAX: usize = 20_000;

/// What a site is made of.
const EXTENSIONS: [&str; 9] = ["toml", "csv", "ics", "wav", "mp3", "flac", "ogg", "oga", "m4a"];

/// Each file with its time and length.
type Looks = BTreeMap<PathBuf, (SystemTime, u64)>;

/// A site that is watched.
#[derive(Debug)]
pub(crate) struct Watch {
    folder: PathBuf,
    known: Looks,
}

impl Watch {
    /// Begins before the site is read, so that no change falls between the two.
    pub(crate) fn begin(site: &Site) -> Self {
        // As a link may lead here.
        let folder = site.folder();
        let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let folder = named.canonicalize().unwrap_or_else(|_gone| named.to_owned());
        let mut known = Looks::new();
        look_into(&folder, DEPTH_MAX, &mut known);
        Self { folder, known }
    }

    /// Reloads the plan when files of the site have changed. Never returns.
    ///
    /// What the server writes into its data folder is no change of the site.
    pub(crate) async fn reload_when_changed(mut self, data: &Path, reloader: &Arc<Reloader>) {
        let data = data.canonicalize().unwrap_or_else(|_not_there| data.to_owned());
        self.known.retain(|path, _| !path.starts_with(&data));
        let mut changing: Option<Looks> = None;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let mut now = look(self.folder.clone()).await;
            now.retain(|path, _| !path.starts_with(&data));
            if now == self.known {
                changing = None;
            } else if changing.as_ref() == Some(&now) {
                // An editor or a copy has come to its end.
                changing = None;
                self.known = now;
                reload_and_tell(reloader, By::Watch).await;
            } else {
                changing = Some(now);
            }
        }
    }
}

async fn look(folder: PathBuf) -> Looks {
    let looked = tokio::task::spawn_blocking(move || {
        let mut looks = Looks::new();
        look_into(&folder, DEPTH_MAX, &mut looks);
        looks
    });
    looked.await.unwrap_or_default()
}

fn look_into(folder: &Path, depth: usize, looks: &mut Looks) {
    // A folder that cannot be read has no files for now.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(about) = fs::metadata(&path) else { continue };
        if about.is_dir() && depth > 0 && !is_hidden(&path) {
            look_into(&path, depth - 1, looks);
        } else if about.is_file() && is_of_a_site(&path) && looks.len() < FILES_MAX {
            let time = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            looks.insert(path, (time, about.len()));
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

fn is_of_a_site(path: &Path) -> bool {
    let known = |extension: &str| EXTENSIONS.contains(&&*extension.to_ascii_lowercase());
    path.extension().and_then(|it| it.to_str()).is_some_and(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_site_are_seen_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "dialplan.toml",
            "prompts/sv/a.wav",
            "voicemail/a.ics",
            "data/ledger.db",
            ".git/x.toml",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut looks = Looks::new();
        look_into(folder.path(), DEPTH_MAX, &mut looks);
        let seen: Vec<_> =
            looks.keys().map(|path| path.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(
            seen.iter().map(|path| path.to_str().unwrap()).collect::<Vec<_>>(),
            ["dialplan.toml", "prompts/sv/a.wav", "voicemail/a.ics"]
        );
    }
}
