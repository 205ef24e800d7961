//! What keeps the house in order: arrows between crates point one way, and every file says what it
//! is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Table;

/// The layers from the ground up. A crate depends only on crates of an earlier layer, or on one
/// before it in its own.
const LAYERS: [(&str, &[&str]); 5] = [
    ("values", &["clock", "ids", "border", "snapshot", "events", "media-protocol"]),
    (
        "grammar",
        &[
            "sip-msg",
            "sip-audit",
            "sip-auth",
            "sdp",
            "rtp",
            "opus",
            "speech",
            "dialplan",
            "prompts",
        ],
    ),
    (
        "cores",
        &[
            "sip-txn",
            "sip-dialog",
            "sip-ua",
            "registrar",
            "sip-dns",
            "trace",
            "trunk",
            "notifier",
            "ivr",
            "rehearsal",
            "estimate",
            "acd",
            "engine",
        ],
    ),
    (
        "shells",
        &[
            "precedence",
            "uring",
            "media",
            "net",
            "ledger",
            "api",
            "softphone",
            "studio",
            "pg-cluster",
        ],
    ),
    ("programs", &["sim", "server"]),
];

/// Cores hold decisions and do no input or output: none of these may be near them.
const SHELLS_ONLY: [&str; 8] =
    ["tokio", "mio", "io-uring", "sqlx", "rusqlite", "axum", "socket2", "border"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn dependencies(manifest: &Table, kind: &str) -> Vec<String> {
    manifest
        .get(kind)
        .and_then(|table| table.as_table())
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

fn manifests() -> BTreeMap<String, Table> {
    fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            (name, text.parse().unwrap())
        })
        .collect()
}

fn place(name: &str) -> Option<usize> {
    LAYERS.iter().flat_map(|(_, crates)| *crates).position(|known| *known == name)
}

#[test]
fn the_arrows_between_crates_point_one_way() {
    let mut wrong = Vec::new();
    for (name, manifest) in manifests() {
        let Some(own) = place(&name) else {
            wrong.push(format!("{name} stands in no layer: give it a place in this test"));
            continue;
        };
        for dependency in dependencies(&manifest, "dependencies") {
            if place(&dependency).is_some_and(|other| other >= own) {
                wrong.push(format!("{name} → {dependency} points upwards"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn cores_know_no_shell() {
    let manifests = manifests();
    let (_, cores) = LAYERS.iter().find(|(layer, _)| *layer == "cores").unwrap();
    for core in *cores {
        let found = dependencies(manifests.get(*core).unwrap(), "dependencies");
        for shell in SHELLS_ONLY {
            assert!(!found.iter().any(|name| name == shell), "{core} depends on {shell}");
        }
    }
}

#[test]
fn the_acd_and_the_ivr_know_nothing_of_sip_and_sip_knows_nothing_of_queues() {
    let manifests = manifests();
    let found = |name: &str| dependencies(manifests.get(name).unwrap(), "dependencies");
    for name in ["acd", "ivr"] {
        assert!(!found(name).iter().any(|other| other.starts_with("sip-")), "{name}");
    }
    let of_sip = ["sip-msg", "sip-txn", "sip-dialog", "sip-ua", "registrar", "sip-dns", "trunk"];
    for name in of_sip.into_iter().chain(["notifier"]) {
        let of_queues = |other: &String| ["acd", "ivr", "dialplan"].contains(&other.as_str());
        assert!(!found(name).iter().any(of_queues), "{name}");
    }
}

#[test]
fn every_source_file_opens_with_what_it_is() {
    let mut silent = Vec::new();
    for folder in ["crates", "benches", "tests", "xtask"] {
        visit(&root().join(folder), &mut |file| {
            if !fs::read_to_string(file).unwrap().starts_with("//!") {
                silent.push(file.to_owned());
            }
        });
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

/// The borders are made of places that several threads fill and empty; the kernel reads and writes memory of the ring; tests that stop threads need
/// a signal or are the debugger of their program, as one is that kills it before it renames a file; nothing else is unsafe.
#[test]
fn only_the_borders_and_the_ring_are_unsafe() {
    let allowed = ["bell.rs", "inbox.rs", "places.rs", "published.rs"]
        .map(|file| root().join("crates/border/src").join(file))
        .into_iter()
        .chain(
            ["bell.rs", "buffers.rs", "ring.rs"]
                .map(|file| root().join("crates/uring/src").join(file)),
        )
        .chain(
            ["stopped.rs", "halted.rs", "stories/rolled_back.rs"]
                .map(|file| root().join("tests/tests").join(file)),
        )
        .collect::<Vec<_>>();
    let mut unsafe_files = Vec::new();
    for folder in ["crates", "benches", "tests", "xtask"] {
        visit(&root().join(folder), &mut |file| {
            let text = fs::read_to_string(file).unwrap();
            // In two parts, so that this file is not found.
            if text.contains(concat!("unsafe", "_code")) && !allowed.contains(&file.to_owned()) {
                unsafe_files.push(file.to_owned());
            }
        });
    }
    assert!(unsafe_files.is_empty(), "{unsafe_files:#?}");
    for (name, manifest) in manifests() {
        let inherited = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(inherited.and_then(toml::Value::as_bool), Some(true), "{name}: lints.workspace");
    }
}

fn visit(folder: &Path, each: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path);
        }
    }
}
