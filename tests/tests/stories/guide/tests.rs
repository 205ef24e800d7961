//! The page on tests: the calls that it tries are the calls that are.

use super::called_as_tried;

const SITE: &str = "docs/src/tasks/tests";

#[test]
fn key_2_leads_to_sales() {
    called_as_tried(SITE, "key 2 leads to sales, before all others");
}

#[test]
fn who_calls_on_midsummers_eve_leaves_a_message() {
    called_as_tried(SITE, "on Midsummer's Eve callers leave a message");
}
