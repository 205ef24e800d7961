//! Swedish numbers: the area code, and pairs with a three in front where the count is odd.
//!
//! The plan is the one of PTS. A code has two to four digits with its zero; what the shorter ones are is written here, all
//! others have four.

use super::cut;

/// Codes of three digits: towns, mobile phones, companies (010) and free numbers (020).
const OF_THREE: [&str; 30] = [
    "010", "011", "013", "016", "018", "019", "020", "021", "023", "026", "031", "033", "035",
    "036", "040", "042", "044", "046", "054", "060", "063", "070", "072", "073", "074", "075",
    "076", "078", "079", "090",
];

/// The shortest number that has an area code.
const WITH_CODE_LEN_MIN: usize = 7;

pub(super) fn groups(number: &str) -> Vec<String> {
    if !number.starts_with('0') || number.len() < WITH_CODE_LEN_MIN {
        return subscriber(number);
    }
    let (code, rest) = number.split_at(code_len(number));
    let mut groups = vec![code.to_owned()];
    groups.extend(subscriber(rest));
    groups
}

fn code_len(number: &str) -> usize {
    match number.get(..3) {
        Some(three) if three.starts_with("08") => 2,
        Some(three) if OF_THREE.contains(&three) => 3,
        Some(_) | None => 4,
    }
}

/// Four digits and less are said in one; eight, as Stockholm has them, by three, three and two.
fn subscriber(number: &str) -> Vec<String> {
    match (number.len(), number.len() % 2) {
        (len @ 0..=4, _) => cut(number, &[len]),
        (8, _) => cut(number, &[3, 3, 2]),
        (len, 0) => cut(number, &vec![2; len / 2]),
        (len, _) => cut(number, &[vec![3], vec![2; len / 2 - 1]].concat()),
    }
}
