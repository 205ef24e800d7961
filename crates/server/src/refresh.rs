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

/// Refreshes the calendars of the plan in force. Never returns.
pub(crate) async fn refresh_calendars(data: &Path, reloader: &Arc<Reloader>) {
    let copies = Copies::of(data, Keeping::Copies);
    let mut asked: BTreeMap<Arc<str>, Instant> = BTreeMap::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let plan = reloader.plan().await;
        asked.retain(|url, _| plan.calendars.iter().any(|it| it.url == *url));
        let mut changed = false;
        for calendar in &plan.calendars {
            if is_due(&copies, calendar, asked.get(&calendar.url).copied()) {
                asked.insert(Arc::clone(&calendar.url), Instant::now());
                changed |= refresh(&copies, calendar).await;
            }
        }
        if changed {
            reload_and_tell(reloader, By::Watch).await;
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
