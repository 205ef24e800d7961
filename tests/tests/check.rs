//! `telefonist check`, and the exit codes that scripts go by.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use e2e::{Server, Site, ports, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::UdpSocket;

const BROKEN: &str = r#"language = "sv"

[number.9000]
goto = "queue.suport"

[menu.main]
prompts = ["demo/menuu"]
keys = { 1 = "queue.support", x = "hangup" }

[queue.support]
name = "Support"
ring = "20"
wrapup = "10s"

[agent.1001]
name = "Ana"
queues = ["support"]
"#;

fn path(site: &Site) -> String {
    site.folder().join("dialplan.toml").display().to_string()
}

#[test]
fn a_broken_dialplan_is_told_whole_with_every_place() {
    let site = Site::new(BROKEN);
    let ran = run(&["check", site.folder().to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    // The place, and what is meant there.
    for (place, part) in [
        ("4:8", "queue.support"),
        ("7:12", "demo/menu"),
        ("8:31", "`x`"),
        ("12:8", "20"),
        ("13:1", "wrap_up"),
        ("15:8", "secret"),
    ] {
        let place = format!("{}:{place}", path(&site));
        assert!(ran.out.contains(&place), "{place} is not in\n{}", ran.out);
        assert!(ran.out.contains(part), "{part} is not in\n{}", ran.out);
    }
    let as_json = run(&["check", "--json", site.folder().to_str().unwrap()]);
    assert_eq!(as_json.code, Some(1));
    let faults: Value = serde_json::from_str(&as_json.out).unwrap();
    let faults = faults.as_array().unwrap();
    assert!(faults.len() >= 6, "{}", as_json.out);
    for fault in faults {
        assert!(fault["line"].is_u64() && fault["column"].is_u64(), "{fault}");
    }
}

/// What SARIF 2.1.0 requires of the objects that are printed: by the name under which each stands, the properties
/// that the schema calls required, and for the log and a run what code hosts ask for besides.
const REQUIRED: [(&str, &[&str]); 8] = [
    ("", &["version", "runs"]),
    ("runs", &["tool", "results"]),
    ("tool", &["driver"]),
    ("driver", &["name"]),
    ("rules", &["id"]),
    ("results", &["message", "ruleId", "locations"]),
    ("message", &["text"]),
    ("region", &["startLine"]),
];

/// Whether every object has what it must; each object is named by its key, or by that of its list.
fn has_what_is_required(name: &str, value: &Value, seen: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => {
            items.iter().for_each(|item| has_what_is_required(name, item, seen));
        }
        Value::Object(object) => {
            seen.insert(name.to_owned());
            for (_, required) in REQUIRED.iter().filter(|(of, _)| *of == name) {
                for key in *required {
                    assert!(object.contains_key(*key), "`{name}` lacks {key}: {value}");
                }
            }
            object.iter().for_each(|(key, value)| has_what_is_required(key, value, seen));
        }
        Value::Null => panic!("`{name}` is null, which no property of SARIF may be"),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn faults_are_told_to_code_hosts_as_sarif() {
    let site = Site::new(BROKEN);
    let folder = site.folder().to_str().unwrap();
    let ran = run(&["check", "--format", "sarif", folder]);
    assert_eq!(ran.code, Some(1));
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let mut seen = BTreeSet::new();
    has_what_is_required("", &log, &mut seen);
    assert!(REQUIRED.iter().all(|(name, _)| seen.contains(*name)), "{seen:?}");
    assert_eq!(log["version"], "2.1.0");
    let faults: Value = serde_json::from_str(&run(&["check", "--json", folder]).out).unwrap();
    let of_run = &log["runs"][0];
    let results = of_run["results"].as_array().unwrap();
    assert_eq!(results.len(), faults.as_array().unwrap().len());
    for (result, fault) in results.iter().zip(faults.as_array().unwrap()) {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(of_run["tool"]["driver"]["rules"][rule]["id"], fault["id"]);
        assert_eq!((&result["ruleId"], &result["level"]), (&fault["id"], &fault["severity"]));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"]["startLine"], fault["line"]);
        assert_eq!(place["artifactLocation"]["uri"], format!("file://{}", path(&site)));
    }
    // Settings come as a result as well, and a site without a fault has an empty list of them.
    let site = Site::new(BROKEN).with_setting("calls_mx = 7");
    let ran = run(&["check", "--format", "sarif", site.folder().to_str().unwrap()]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "settings");
    let well = Site::of_one_queue("", 1);
    let ran = run(&["check", "--format", "sarif", well.folder().to_str().unwrap()]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &log["runs"][0]["results"]), (Some(0), &Value::Array(Vec::new())));
}

#[test]
fn faults_of_a_plan_of_several_files_name_the_file_they_are_in() {
    let site = Site::new(
        "language = \"en\"\ninclude = [\"queues.toml\", \"agents/*.toml\"]\n[number.9000]\ngoto = \"queue.support\"\n",
    );
    let folder = site.folder().to_str().unwrap();
    let write = |name: &str, text: &str| std::fs::write(site.folder().join(name), text).unwrap();
    std::fs::create_dir(site.folder().join("agents")).unwrap();
    write("queues.toml", "[queue.support]\n");
    write("agents/ana.toml", "[agent.1001]\nsecret = \"x\"\nqueues = \"all\"\n");
    let ran = run(&["check", folder]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    write("agents/bo.toml", "[agent.1002]\nsecret = \"x\"\nqueues = [\"suport\"]\n");
    let ran = run(&["check", folder]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.out.contains("agents/bo.toml:3:11"), "{}", ran.out);
    std::fs::remove_file(site.folder().join("queues.toml")).unwrap();
    let ran = run(&["check", folder]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.out.contains("dialplan.toml:2:12"), "{}", ran.out);
}

#[test]
fn a_broken_dialplan_is_not_served() {
    let site = Site::new(BROKEN);
    let ran = run(&["serve", site.folder().to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("dialplan.toml:4:8"), "{}", ran.err);
}

#[test]
fn a_broken_settings_file_is_told_to_programs_too() {
    let site = Site::new(BROKEN).with_setting("calls_mx = 7");
    let folder = site.folder().to_str().unwrap();
    let ran = run(&["check", "--json", folder]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let faults: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(faults.as_array().unwrap().len(), 1);
    let fault = &faults[0];
    assert_eq!((&fault["id"], &fault["severity"]), (&"settings".into(), &"error".into()));
    assert_eq!((&fault["line"], &fault["column"]), (&4.into(), &1.into()));
    assert!(fault["message"].as_str().unwrap().contains("calls_max"), "{fault}");
    let ran = run(&["check", folder]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("line 4") && ran.err.contains("calls_mx"), "{}", ran.err);
}

#[test]
fn a_taken_port_is_said_with_what_to_do() {
    let site = Site::of_one_queue("", 1);
    let _phone = UdpSocket::bind(site.sip).unwrap();
    let ran = run(&["serve", site.folder().to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains(&site.sip.to_string()) && ran.err.contains("taken"), "{}", ran.err);
}

#[test]
fn a_second_server_of_a_site_is_told_what_the_first_one_has() {
    let site = Site::of_one_queue("", 1);
    let folder = site.folder().to_str().unwrap().to_owned();
    let server = Server::start(site);
    let (sip, http) = (ports::free().to_string(), ports::free().to_string());
    for (arguments, said) in [
        (&["serve", &folder][..], format!("SIP: {} is taken", server.sip())),
        (&["serve", &folder, "--sip", &sip, "--http", &http], "in use by another".to_owned()),
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains(&said), "{said} is not in\n{}", ran.err);
    }
}

#[test]
fn exit_codes_say_what_scripts_need_to_know() {
    let site = Site::of_one_queue("", 1);
    let folder = site.folder().to_str().unwrap();
    assert_eq!(run(&["check", folder]).code, Some(0));
    assert_eq!(run(&["check", "/nowhere/at/all"]).code, Some(1));
    assert_eq!(run(&["chekc", folder]).code, Some(2));
    assert_eq!(run(&["status", "--http", "nonsense"]).code, Some(2));
    let nobody = ports::free().to_string();
    let ran = run(&["status", "--http", &nobody]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.contains(&nobody), "{}", ran.err);
    assert_eq!(run(&["calls", "--data", folder]).code, Some(1));
}

#[test]
fn the_shipped_sites_have_no_fault() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../dialplans/");
    assert_eq!(run(&["check", &format!("{root}demo")]).code, Some(0));
}
