//! Laying a dialplan out changes no meaning, and done twice it changes nothing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dialplan::laid_out;
use expect_test::expect_file;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every TOML file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect()
}

fn words_of_comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once('#')).map(|(_, words)| words.trim()).collect()
}

fn same_meaning(text: &str) {
    let again = laid_out(text);
    assert_eq!(laid_out(&again), again, "laid out once is laid out");
    if let Ok(table) = text.parse::<toml::Table>() {
        assert_eq!(again.parse::<toml::Table>().unwrap(), table, "{again}");
    }
}

#[test]
fn the_shipped_dialplans_are_laid_out() {
    let files = files(&root().join("dialplans"));
    assert!(files.len() >= 4, "the dialplans are not found");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        expect_file![file].assert_eq(&laid_out(&text));
    }
}

#[test]
fn every_kind_of_table_keeps_its_meaning_and_its_comments() {
    for file in files(&root().join("crates/dialplan/tests/corpus")) {
        let text = fs::read_to_string(&file).unwrap();
        same_meaning(&text);
        assert_eq!(words_of_comments(&laid_out(&text)), words_of_comments(&text), "{file:?}");
    }
}

#[test]
fn lines_end_in_one_way() {
    assert_eq!(
        laid_out("a=1 \r\n\r\n\r\n[b]\t# c \r\nd = '''x\r\n y'''"),
        "a = 1\n\n[b] # c\nd = '''x\r\n y'''\n"
    );
}

/// A plan whose spaces are anywhere they may be.
fn spaced() -> impl Strategy<Value = String> {
    let space = prop::sample::select(vec!["", " ", "  ", "\t"]);
    let breaks =
        prop::sample::select(vec!["", " ", "\n", "\n\n  ", " # aside\n", "\t\n# aside\n\n"]);
    let end = prop::sample::select(vec!["\n", "  \n", " # why\n", "\n\n\n", "\n# of the next\n"]);
    prop::collection::vec((space.clone(), space, breaks.clone(), breaks, end), 1..8).prop_map(
        |lines| {
            let mut text = String::new();
            for (at, (a, b, c, d, end)) in lines.into_iter().enumerate() {
                text += &match at % 5 {
                    0 => format!("{a}[{b}t{at}{a}.{b}x{a}]{end}"),
                    1 => format!("{a}k{at}{b}={a}[{c}1{d},{c}\"a # b\"{d}]{end}"),
                    2 => {
                        format!("{b}k{at}{a}.{b}l{a}={b}{{{a}x{b}={a}1{b},{a}y{b}=[{c}]{a}}}{end}")
                    }
                    3 => format!("{a}k{at}={b}\"\"\"\n  two {a}\n lines\"\"\"{end}"),
                    _ => format!("{a}[[{b}r{at}{a}]]{end}k{a}={b}1979-05-27 07:32:00{b}{end}"),
                };
            }
            text
        },
    )
}

proptest! {
    #[test]
    fn a_text_keeps_its_meaning_wherever_its_spaces_are(text in spaced()) {
        prop_assert!(text.parse::<toml::Table>().is_ok(), "{text}");
        same_meaning(&text);
    }

    #[test]
    fn even_what_is_no_toml_is_laid_out_at_once(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "[", "]", "{", "}", "=", ",", ".", "\n", " ", "# c", "\"a\"", "'''\n x'''", "'", "1", "a", "\r\n", "\"", "ö",
        ]), 0..40),
    ) {
        same_meaning(&pieces.concat());
    }
}
