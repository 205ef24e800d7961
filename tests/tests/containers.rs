//! What the image and the compose file say, as far as a machine without a container in it can tell.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use e2e::{Running, Site, program, run, wait};
use pg_cluster::{Cluster, Durable};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SECRET: &str = "ANA_SECRET";

/// The compose file as `docker-compose config` reads it, with the secret that it asks for or without.
fn read_by_compose(secret: Option<&str>) -> Output {
    let mut command = Command::new("docker-compose");
    command.arg("config").current_dir(root()).env_remove(SECRET);
    command.envs(secret.map(|secret| (SECRET, secret)));
    command.output().unwrap()
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The services that it starts. Its answer is YAML, for which Debian's docker-compose brings a reader along.
fn services() -> Value {
    let read = read_by_compose(Some("a-long-password"));
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("compose.yml");
    fs::write(&file, read.stdout).unwrap();
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let json = Command::new("/usr/bin/python3").args(["-c", script]).arg(file).output().unwrap();
    serde_json::from_slice::<Value>(&json.stdout).unwrap()["services"].take()
}

#[test]
fn a_missing_secret_is_named_and_nothing_is_started() {
    let read = read_by_compose(None);
    assert!(!read.status.success());
    let told = String::from_utf8_lossy(&read.stderr).into_owned();
    assert!(told.contains("set ANA_SECRET, the password of account 1001"), "{told}");
}

#[test]
fn what_the_containers_run_is_served_with_its_ledger_in_postgresql() {
    let services = services();
    let server = &services["telefonist"];
    assert_eq!(server["depends_on"]["database"]["condition"], "service_healthy");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let words = |value: &Value| value.as_array().unwrap().iter().map(text).collect::<Vec<_>>();
    assert_eq!(words(&server["healthcheck"]["test"]), ["CMD", "telefonist", "status"]);
    // Where the containers have their volumes, the test has folders of its own.
    let site = Site::copied_from("dialplans/small");
    let mut cluster = Cluster::start(Durable::No).unwrap();
    let user = text(&services["database"]["environment"]["POSTGRES_USER"]);
    let database = text(&services["database"]["environment"]["POSTGRES_DB"]);
    let url = cluster.create(&database).unwrap();
    let (_, socket) = url.split_once("host=").unwrap();
    let socket = socket.split('&').next().unwrap();
    let data = site.data().display().to_string();
    let own = [
        ("/site", site.folder().to_str().unwrap()),
        ("/var/lib/telefonist", data.as_str()),
        ("/var/run/postgresql", socket),
    ];
    let mounted = words(&server["volumes"]);
    let there = |place: &str| mounted.iter().any(|volume| volume.split(':').nth(1) == Some(place));
    assert!(own.iter().all(|(place, _)| there(place)), "{mounted:?}");
    let arguments = words(&server["command"]).into_iter();
    let mut arguments: Vec<_> = arguments.map(|word| replaced(&word, &own)).collect();
    assert!(arguments.contains(&format!("postgres:///{database}?host={socket}&user={user}")));
    let mut command = Command::new(program());
    command.args(arguments.drain(..)).env(SECRET, text(&server["environment"][SECRET]));
    let running = Running::start("telefonist", &mut command, site.folder());
    let asked = ["status", "--json", "--http", &site.http.to_string()];
    wait::until_so("the server is healthy", || run(&asked).code == Some(0));
    assert!(!site.data().join("ledger.db").exists(), "the ledger is in the database");
    drop(running);
}

/// The longest place that a word begins with or names as a host is another one.
fn replaced(word: &str, own: &[(&str, &str)]) -> String {
    let found =
        own.iter().find(|(place, _)| word == *place || word.contains(&format!("={place}&")));
    found.map_or_else(|| word.to_owned(), |(place, own)| word.replace(place, own))
}

#[test]
fn the_image_is_built_by_the_oldest_compiler_that_is_promised_and_begins_with_what_it_has() {
    let image = fs::read_to_string(root().join("Dockerfile")).unwrap();
    let workspace: toml::Table =
        fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let promised = workspace["workspace"]["package"]["rust-version"].as_str().unwrap();
    assert!(image.contains(&format!("FROM rust:{promised}-slim-bookworm AS build")), "{image}");
    let start = image.lines().find_map(|line| line.strip_prefix("CMD ")).unwrap();
    let start: Vec<String> = serde_json::from_str(start).unwrap();
    let compose = services()["telefonist"]["command"].clone();
    let compose: Vec<String> = serde_json::from_value(compose).unwrap();
    assert_eq!(start, compose[..start.len()], "compose adds to it and changes nothing");
}
