//! The page on opening hours: what the line says at noon, on a holiday and on New Year's Eve.

use super::called_as_tried;

const SITE: &str = "docs/src/tasks/opening-hours";

#[test]
fn who_calls_at_lunch_hears_that_it_is_closed() {
    called_as_tried(SITE, "lunch is lunch");
}

#[test]
fn nobody_answers_on_christmas_eve() {
    called_as_tried(SITE, "nobody comes on Christmas Eve");
}

#[test]
fn somebody_answers_on_new_years_eve() {
    called_as_tried(SITE, "but somebody does on New Year's Eve");
}
