//! Keys that nobody thought of.

use rand::RngExt;
use rand::rngs::StdRng;

/// Those that mean something somewhere, the more often the more they mean.
const KEYS: [char; 12] = ['1', '1', '1', '1', '2', '2', '2', '3', '3', '0', '9', '#'];

/// Up to seven keys, the first of them perhaps while the first words are said.
pub(super) fn of_call(random: &mut StdRng) -> String {
    let keys: Vec<String> = (0..random.random_range(0..8))
        .map(|at| {
            let early = at == 0 && random.random_ratio(1, 3);
            let key = KEYS[random.random_range(0..KEYS.len())];
            if early { format!("{key}@300ms") } else { key.to_string() }
        })
        .collect();
    keys.join(",")
}
