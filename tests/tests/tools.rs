//! What operators do with a dialplan before it answers: draw it, compare it, lay it out.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use e2e::{Site, run};
use serde_json::Value;
use std::fs;

#[test]
fn a_site_is_drawn_in_each_format() {
    let site = Site::of_one_queue("", 1);
    let folder = site.folder().to_str().unwrap();
    for (format, beginning) in [("svg", "<svg "), ("mermaid", "flowchart "), ("dot", "digraph ")] {
        let ran = run(&["graph", folder, "--format", format]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(ran.out.starts_with(beginning), "{}", ran.out);
        assert!(ran.out.contains("number.") && ran.out.contains("queue."), "{}", ran.out);
    }
}

#[test]
fn a_site_differs_from_another_in_the_operators_words() {
    let old = Site::of_one_queue("", 1);
    let new = Site::of_one_queue("wrap_up = \"33s\"", 1);
    let (old, new) = (old.folder().to_str().unwrap(), new.folder().to_str().unwrap());
    let same = run(&["diff", old, "--against", old]);
    assert_eq!((same.code, same.out.trim()), (Some(0), "nothing changes"));
    let ran = run(&["diff", new, "--against", old, "--json"]);
    let changes: Value = serde_json::from_str(&ran.out).unwrap();
    let of_queue = changes
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["subject"].as_str().unwrap().starts_with("queue "));
    let what = of_queue.unwrap()["what"].as_str().unwrap();
    assert!(what.starts_with("wrap_up ") && what.ends_with(" → 33s"), "{what}");
    let nowhere = run(&["diff", new, "--against", "/nowhere/at/all"]);
    assert_eq!(nowhere.code, Some(1), "{}", nowhere.err);
}

#[test]
fn a_dialplan_is_laid_out_once_and_stays_as_it_is() {
    let site = Site::new("# mine\nname=\"X\"\n[number.9000]\ngoto  =  \"hangup\"   # bye\n");
    let (folder, file) = (site.folder().to_str().unwrap(), site.folder().join("dialplan.toml"));
    let before = fs::read_to_string(&file).unwrap();
    let ran = run(&["fmt", "--check", folder]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    assert_eq!(run(&["fmt", folder]).code, Some(0));
    let after = fs::read_to_string(&file).unwrap();
    let expected = "# mine\nname = \"X\"\n\n[number.9000]\ngoto = \"hangup\" # bye\n";
    assert_eq!(after, expected);
    assert_eq!(run(&["fmt", "--check", file.to_str().unwrap()]).code, Some(0));
    // What cannot be read is not touched.
    fs::write(&file, "[number.9000\n").unwrap();
    let ran = run(&["fmt", folder]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("telefonist check"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), "[number.9000\n");
}

#[test]
fn the_schema_for_editors_is_printed() {
    let ran = run(&["schema"]);
    let schema: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.code, Some(0));
    assert!(schema["definitions"]["queue"]["properties"]["ring"]["pattern"].is_string());
}
