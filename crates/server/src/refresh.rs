//! Fetches the calendars at addresses anew while the server runs, and has the plan reloaded when one has changed.

use crate::calendars::{Copies, Keeping, Refreshed, words};
use crate::reload::Reloader;
use crate::serve::reload_and_tell;
use dialplan::CalendarAt;
use events::By;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often it is looked whether a copy is too old.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a server is left alone that gave no calendar, unless copies are good for less.
const RETRY_AFTER: Duration = Duration::from_secs(300);

/// How long after one that was refused a reload is tried again: whoever is mending the plan is left to it.
const RELOADED_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// A reload that is owed since a calendar has changed.
#[derive(Debug, Default)]
struct Owed {
    /// When it is to be tried.
    at: Option<Instant>,
}

impl Owed {
    fn changed(&mut self, now: Instant) {
        self.at.get_or_insert(now);
    }

    fn is_due(&self, now: Instant) -> bool {
        self.at.is_some_and(|at| at <= now)
    }

    /// The copy is kept by now, and is not another one the next time: what was refused is still owed.
    fn tried(&mut self, now: Instant, is_reloaded: bool) {
        self.at = (!is_reloaded).then(|| now + RELOADED_AGAIN_AFTER);
    }
}

/// Refreshes the calendars of the plan in force. Never returns.
pub(crate) async fn refresh_calendars(data: &Path, reloader: &Arc<Reloader>) {
    let copies = Copies::of(data, Keeping::Copies);
    let mut asked: BTreeMap<Arc<str>, Instant> = BTreeMap::new();
    let mut owed = Owed::default();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let plan = reloader.plan().await;
        asked.retain(|url, _| plan.calendars.iter().any(|it| it.url == *url));
        for calendar in &plan.calendars {
            if is_due(&copies, calendar, asked.get(&calendar.url).copied()) {
                asked.insert(Arc::clone(&calendar.url), Instant::now());
                if refresh(&copies, calendar).await {
                    owed.changed(Instant::now());
                }
            }
        }
        if owed.is_due(Instant::now()) {
            let is_reloaded = reload_and_tell(reloader, By::Watch).await;
            owed.tried(Instant::now(), is_reloaded);
        }
    }
}

fn is_due(copies: &Copies, calendar: &CalendarAt, asked: Option<Instant>) -> bool {
    let is_old = copies.age(&calendar.url).is_none_or(|age| age >= calendar.refresh);
    let pause = RETRY_AFTER.min(calendar.refresh);
    is_old && asked.is_none_or(|asked| asked.elapsed() >= pause)
}

/// Whether it has changed.
async fn refresh(copies: &Copies, calendar: &CalendarAt) -> bool {
    let (theirs, url) = (copies.clone(), Arc::clone(&calendar.url));
    let refreshed = tokio::task::spawn_blocking(move || theirs.refresh(&url)).await;
    let holidays = &calendar.name;
    match refreshed.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(Refreshed::Same) => false,
        Ok(Refreshed::Changed) => {
            tracing::info!(%holidays, "the calendar has changed");
            true
        }
        Err(error) => {
            let age = copies.age(&calendar.url).map_or_else(|| "no".to_owned(), words);
            tracing::warn!(%holidays, error, copy = age, "the calendar does not come: its copy is kept to");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reload_that_was_refused_is_owed_until_one_is_taken() {
        let (mut owed, now) = (Owed::default(), Instant::now());
        assert!(!owed.is_due(now));
        owed.changed(now);
        assert!(owed.is_due(now));
        owed.tried(now, false);
        // Another calendar that changes meanwhile hurries nobody.
        owed.changed(now);
        assert!(!owed.is_due(now));
        let later = now + RELOADED_AGAIN_AFTER;
        assert!(owed.is_due(later));
        owed.tried(later, true);
        assert!(!owed.is_due(later + RELOADED_AGAIN_AFTER));
    }
}
