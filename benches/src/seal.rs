//! SRTP at the phones, by an implementation that nobody here wrote.

use media_protocol::{MasterKey, Suite};
use rtc_crypto::providers::RingCrypto;
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;

/// What seals and opens with this key.
pub(crate) fn seal(key: &MasterKey) -> Context {
    let profile = match key.suite() {
        Suite::AesCm128HmacSha1_80 => ProtectionProfile::Aes128CmHmacSha1_80,
        Suite::AeadAes128Gcm => ProtectionProfile::AeadAes128Gcm,
    };
    let (master, salt) = key.reveal();
    Context::new(master, salt, profile, None, None, &RingCrypto).expect("key and suite agree")
}
