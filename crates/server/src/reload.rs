//! Another plan while calls are on: the site is read and checked beside the running one, and handed to the engine when there
//! is nothing wrong with it. Until then nothing has changed.

use crate::centre::memberships;
use crate::editions::{About, Editions, Staged};
use crate::exit::Fault;
use crate::ha1;
use crate::note::{Note, Reload};
use crate::settings::Fixed;
use crate::site::{Read, Site};
use api::{NotGiven, NotReloaded, Reloaded};
use border::Sender;
use dialplan::{Look, Plan};
use engine::{Clips, Edition};
use events::By;
use prompts::Stock;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, oneshot};

/// The engine takes a plan within a fraction of this, however many calls are on.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// How much sound may be in memory, in bytes: what was changed or taken away since the start is among it, since somebody may
/// be hearing it.
const SOUND_BYTES_MAX: usize = 2 * 1024 * 1024 * 1024;

/// Brings a site's new plan into force.
#[derive(Debug)]
pub(crate) struct Reloader {
    site: Site,
    /// The data folder of the server.
    data: PathBuf,
    realm: String,
    /// The settings that the server has begun with.
    settings: Fixed,
    editions: Editions,
    notes: Sender<Note>,
    now: Mutex<Now>,
}

/// What is in force.
#[derive(Debug)]
pub(crate) struct Now {
    pub(crate) plan: Arc<Plan>,
    pub(crate) stock: Stock,
    pub(crate) edition: u64,
}

/// What is to come into force.
struct Next {
    plan: Arc<Plan>,
    stock: Stock,
    warnings: serde_json::Value,
    needs_restart: Vec<String>,
    edition: u64,
    /// None: it could not be written.
    staged: Option<Staged>,
}

impl Reloader {
    pub(crate) fn new(
        (site, data): (Site, PathBuf),
        (realm, settings): (String, Fixed),
        editions: Editions,
        notes: Sender<Note>,
        now: Now,
    ) -> Self {
        Self { site, data, realm, settings, editions, notes, now: Mutex::new(now) }
    }

    /// The plan in force.
    pub(crate) async fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.now.lock().await.plan)
    }

    /// The editions that are kept.
    pub(crate) fn editions(&self) -> Result<serde_json::Value, String> {
        let list = self.editions.list().map_err(|error| format!("the editions: {error}"))?;
        serde_json::to_value(list).map_err(|error| error.to_string())
    }

    /// Reads the site, and brings its plan into force. One after the other, and to its end whether or not the asker waits
    /// for it.
    pub(crate) async fn reload(self: Arc<Self>, by: By) -> Result<Reloaded, NotReloaded> {
        let reloading = tokio::spawn(async move {
            let who = by.to_string();
            self.reload_now(by).await.inspect_err(|why| tell_refusal(&who, why))
        });
        reloading.await.map_err(|error| NotReloaded::Unreadable(error.to_string()))?
    }

    async fn reload_now(self: Arc<Self>, by: By) -> Result<Reloaded, NotReloaded> {
        let mut now = self.now.lock().await;
        let before =
            Now { plan: Arc::clone(&now.plan), stock: now.stock.clone(), edition: now.edition };
        let (reloader, who) = (Arc::clone(&self), by.to_string());
        let read = tokio::task::spawn_blocking(move || reloader.read(&before, &who));
        let next = read.await.map_err(|error| NotReloaded::Unreadable(error.to_string()))??;
        let Next { plan, stock, warnings, needs_restart, edition, staged } = next;
        let clips = Clips::of(&plan, |language, name| stock.catalogue.find(language, name));
        let (answer, answered) = oneshot::channel();
        let reload = Reload {
            by,
            next: Edition { number: edition, plan: Arc::clone(&plan), clips },
            store: Arc::clone(&stock.store),
            memberships: memberships(&plan),
            answer,
        };
        let handed = self.notes.try_send(Note::Reload(Box::new(reload)));
        handed.map_err(|_full| NotReloaded::NotGiven(NotGiven::Busy))?;
        let answered = tokio::time::timeout(ANSWER_MAX, answered).await;
        if let Ok(Err(_let_go)) = answered {
            // The engine's thread could not take it, and has said why in the log.
            return Err(NotReloaded::NotGiven(NotGiven::Busy));
        }
        // Handed over it comes into force, whether or not that is heard of in time.
        *now = Now { plan, stock, edition };
        keep(staged).await;
        let given = answered.ok().and_then(Result::ok);
        let given = given.ok_or(NotReloaded::NotGiven(NotGiven::Unanswered))?;
        tracing::info!(edition, "the plan is in force");
        Ok(Reloaded { edition, seq: given.seq, warnings, needs_restart })
    }

    fn read(&self, before: &Now, by: &str) -> Result<Next, NotReloaded> {
        let unreadable = |fault: Fault| NotReloaded::Unreadable(fault.told().to_owned());
        let read = self.site.read_after(&before.plan, &self.data).map_err(unreadable)?;
        let Read { recorded, checked, texts, fixed, .. } = read;
        let warnings = serde_json::to_value(&checked.faults).unwrap_or_default();
        let mut plan = checked.plan.ok_or_else(|| NotReloaded::Faults {
            told: checked.faults.render(Look::Plain),
            faults: warnings.clone(),
        })?;
        ha1::keep_only(&mut plan, &self.realm);
        let stock = recorded.build(plan.language(plan.default_language), &before.stock);
        let stock = stock.map_err(unreadable)?;
        if stock.store.bytes() > SOUND_BYTES_MAX {
            let told = format!(
                "the recordings, with those that were changed since the start, take more than {SOUND_BYTES_MAX} bytes: \
                 restart the server"
            );
            return Err(NotReloaded::Unreadable(told));
        }
        let about = About::of(&plan, Some(&before.plan), by);
        let staged = self.editions.stage(&texts, about, before.edition);
        let staged = staged.inspect_err(not_kept).ok();
        let edition = staged.as_ref().map_or(before.edition + 1, Staged::number);
        let needs_restart = self.settings.unlike(&fixed);
        Ok(Next { plan: Arc::new(plan), stock, warnings, needs_restart, edition, staged })
    }
}

/// Whoever asked may be gone, and whoever runs the centre may have been somebody else.
fn tell_refusal(by: &str, why: &NotReloaded) {
    match why {
        NotReloaded::Faults { told, .. } | NotReloaded::Unreadable(told) => {
            tracing::warn!("a reload by {by} is refused, and the plan stays as it was: {told}");
        }
        NotReloaded::NotGiven(NotGiven::Unanswered) => {
            tracing::error!(by, "the engine has not said yet that it has the plan");
        }
        NotReloaded::NotGiven(why) => {
            tracing::warn!(?why, "a reload by {by} is refused, and the plan stays as it was");
        }
    }
}

/// An edition that is in force is listed.
async fn keep(staged: Option<Staged>) {
    let kept = tokio::task::spawn_blocking(|| staged.map(Staged::keep)).await;
    if let Ok(Some(Err(error))) = kept {
        not_kept(&error);
    }
}

pub(crate) fn not_kept(error: &io::Error) {
    tracing::warn!(%error, "this edition of the plan is not kept");
}
