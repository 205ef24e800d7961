//! The database is one of PostgreSQL, and is killed while people call.

use super::meanwhile::{assert_is_written_once, centre, lived_through, served, until_spooled};
use e2e::{Server, Site, wait};
use pg_cluster::{Cluster, Durable};

/// A database, and a site whose ledger is there.
fn with_database() -> (Cluster, Site) {
    let mut cluster = Cluster::start(Durable::No).unwrap();
    let url = cluster.create("calls").unwrap();
    let site = Site::new("").with_setting(&format!("[ledger]\ndatabase = \"{url}\""));
    (cluster, site)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_killed_calls_go_on_nothing_is_promised_and_all_of_it_is_written_later_once()
 {
    let (mut cluster, site) = with_database();
    let (server, phones) = centre(site).await;
    // One call is on when it dies, and others come while it is dead.
    let served = served(&server, &phones).await;
    cluster.stop().unwrap();
    lived_through(&server, &phones, served).await;
    cluster.restart().unwrap();
    wait::until_so("the alarm is over", || server.alarms().is_empty());
    assert_is_written_once(&server, &phones);
    phones.switched_off().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_hangs_calls_go_on_nothing_is_promised_and_all_of_it_is_written_later_once()
 {
    let (mut cluster, site) = with_database();
    let (server, phones) = centre(site).await;
    let served = served(&server, &phones).await;
    // It breaks no connection, and refuses none: it only says nothing.
    cluster.hang().unwrap();
    lived_through(&server, &phones, served).await;
    cluster.go_on().unwrap();
    wait::until_so("the alarm is over", || server.alarms().is_empty());
    assert_is_written_once(&server, &phones);
    phones.switched_off().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_after_its_database_has_all_of_it_when_both_are_back() {
    let (mut cluster, site) = with_database();
    let (server, phones) = centre(site).await;
    cluster.stop().unwrap();
    let served = served(&server, &phones).await;
    lived_through(&server, &phones, served).await;
    until_spooled(&server.site().data().join("ledger.postgres.spool"));
    let site = server.kill();
    cluster.restart().unwrap();
    let server = Server::start(site);
    assert_is_written_once(&server, &phones);
    phones.switched_off().await;
}
