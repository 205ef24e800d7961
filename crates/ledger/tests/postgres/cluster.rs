//! The throwaway PostgreSQL of these tests.

use ledger::Place;
use pg_cluster::{Cluster, Durable};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

/// One of a story's own.
pub(crate) fn start() -> Cluster {
    Cluster::start(Durable::No).unwrap()
}

/// The one that most stories share.
pub(crate) static SERVER: LazyLock<Mutex<Cluster>> = LazyLock::new(|| Mutex::new(start()));

/// A place in a new, empty database of a server.
pub(crate) fn place_in(server: &mut Cluster, folder: &Path) -> Place {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("story_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    Place::postgres(&server.create(&name).unwrap(), None, folder).unwrap()
}

/// A place in a new database, of the server that the stories share.
pub(crate) fn place(folder: &Path) -> Place {
    place_in(&mut SERVER.lock().unwrap(), folder)
}
