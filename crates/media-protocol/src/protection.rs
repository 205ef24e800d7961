//! What keeps the sound of one stream from being heard or forged on its way (SRTP, RFC 3711).

use std::fmt;

/// How packets are encrypted and proved (RFC 4568 §6.2, RFC 7714 §14.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suite {
    /// `AES_CM_128_HMAC_SHA1_80`: what every phone with SRTP knows.
    AesCm128HmacSha1_80,
    /// `AEAD_AES_128_GCM`: half the work for each packet.
    AeadAes128Gcm,
}

impl Suite {
    /// Octets of a master key.
    pub const KEY_LEN: usize = 16;

    /// Octets of a master salt.
    #[must_use]
    pub const fn salt_len(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 => 14,
            Self::AeadAes128Gcm => 12,
        }
    }

    /// Octets of master key and salt together.
    #[must_use]
    pub const fn octets(self) -> usize {
        Self::KEY_LEN + self.salt_len()
    }
}

/// The longest master key with its salt, in octets.
pub const MASTER_KEY_LEN_MAX: usize = Suite::AesCm128HmacSha1_80.octets();

/// A master key and its salt, as [`Suite::octets`] octets. Prints as nothing that could be used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MasterKey {
    suite: Suite,
    octets: [u8; MASTER_KEY_LEN_MAX],
}

impl MasterKey {
    /// The key in these octets; `None` unless there are exactly as many as the suite wants.
    #[must_use]
    pub fn new(suite: Suite, octets: &[u8]) -> Option<Self> {
        if octets.len() != suite.octets() {
            return None;
        }
        let mut key = Self { suite, octets: [0; MASTER_KEY_LEN_MAX] };
        key.octets.iter_mut().zip(octets).for_each(|(to, from)| *to = *from);
        Some(key)
    }

    /// The suite that the key is for.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// Key and salt, for whoever has to use them.
    #[must_use]
    pub fn reveal(&self) -> (&[u8], &[u8]) {
        let used = self.octets.get(..self.suite.octets()).unwrap_or_default();
        used.split_at_checked(Suite::KEY_LEN).unwrap_or_default()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({:?}, …)", self.suite)
    }
}

/// The keys of both ways, which differ (RFC 4568 §6.1). Both are of one suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Of what we send.
    pub ours: MasterKey,
    /// Of what the peer sends.
    pub theirs: MasterKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_length_of_its_suite_and_does_not_print() {
        for (suite, len) in [(Suite::AesCm128HmacSha1_80, 30), (Suite::AeadAes128Gcm, 28)] {
            let octets: Vec<u8> = (100..100 + len).collect();
            let key = MasterKey::new(suite, &octets).unwrap();
            let (master, salt) = key.reveal();
            assert_eq!([master, salt].concat(), octets);
            assert_eq!(master.len(), 16);
            assert!(!format!("{key:?}").contains("100"), "{key:?}");
            assert_eq!(MasterKey::new(suite, &octets[1..]), None);
            assert_eq!(MasterKey::new(suite, &[]), None);
        }
    }
}
