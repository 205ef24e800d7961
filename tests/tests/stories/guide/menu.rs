//! The page on menus: a choice, a wrong key, and another language.

use super::called_as_tried;

const SITE: &str = "docs/src/tasks/menu";

#[test]
fn who_presses_2_waits_for_invoices() {
    called_as_tried(SITE, "key 2 leads to invoices");
}

#[test]
fn a_wrong_key_is_told_and_the_question_asked_again() {
    called_as_tried(SITE, "a wrong key is told, and the question asked again");
}

#[test]
fn who_presses_9_is_spoken_to_in_english() {
    called_as_tried(SITE, "9 is English, from then on");
}
