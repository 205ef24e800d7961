//! The names of Asterisk's sound packs, as the operator's guide has them, stand for recordings that there are.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect ends there")]

use prompts::alias;
use std::collections::BTreeSet;

const GUIDE: &str = include_str!("../../../docs/src/prompts.md");

/// The names in the two columns of the guide's table, each in backticks.
fn rows() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    let table = GUIDE.split_once("| in Asterisk's sound packs | here |\n|---|---|\n").unwrap().1;
    let names = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.trim_matches('|').split_once('|').unwrap());
    cells.map(|(there, here)| (names(there), names(here))).collect()
}

#[test]
fn every_name_of_the_guide_stands_for_the_one_beside_it() {
    let rows = rows();
    assert!(rows.len() > 15);
    for (there, here) in rows {
        assert_eq!(there.len(), here.len(), "{there:?} {here:?}");
        for (there, here) in there.into_iter().zip(here) {
            assert_eq!(alias(there).as_deref(), Some(here), "{there}");
        }
    }
}

#[test]
fn every_alias_is_of_a_recording_that_ships_in_english() {
    let said: BTreeSet<String> =
        speech::recordings("en").map(|(name, _)| name.into_owned()).collect();
    let texts = include_str!("../../../prompts/en/prompts.toml");
    let texts: std::collections::BTreeMap<String, String> = toml::from_str(texts).unwrap();
    for here in rows().into_iter().flat_map(|(_, here)| here) {
        assert!(said.contains(here) || texts.contains_key(here) || here == "tone", "{here}");
    }
}
