//! `media.srtp`: how many calls of two who hear each other one core can relay when both sides are encrypted (SRTP): each packet is
//! opened and sealed again, by `AEAD_AES_128_GCM`, and by `AES_CM_128_HMAC_SHA1_80` (`.sha1`).
//!
//! As [`crate::media_bridge`], beside the same limit, which opens nothing. Phones seal and open with an implementation that nobody
//! here wrote.

use crate::ears::Ears;
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::relaying::{Calls, Load, bare};
use crate::ways::Way;
use media_protocol::{MasterKey, Protection, Suite};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Fewer than of those that are not encrypted: the phones have to do it too.
const LOAD: Load = Load { calls: 250, phones: 2, evenness: Evenness::of_talks };

const SUITES: [(Suite, &str); 2] =
    [(Suite::AeadAes128Gcm, "media.srtp"), (Suite::AesCm128HmacSha1_80, "media.srtp.sha1")];

/// Measures both ways of receiving.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let of = |way| SUITES.map(|(suite, name)| by(way, suite, name));
    Way::all().into_iter().flat_map(of).flatten().collect()
}

fn by(way: Way, suite: Suite, name: &str) -> Vec<Figure> {
    // A bare loop hands on what it cannot read, so both ways have one key.
    let key =
        MasterKey::new(suite, &vec![7; suite.octets()]).expect("it is as long as the suite's");
    let phones = Ears::that_open(Ipv4Addr::LOCALHOST, LOAD.all(), key);
    let limit = bare(way, LOAD, &phones);
    let protection = Arc::new(Protection { ours: key, theirs: key });
    let calls = Calls::open(way, LOAD, &phones, (None, Some(&protection))).bridged();
    calls.relayed(&phones).figures(name, way, &limit)
}
