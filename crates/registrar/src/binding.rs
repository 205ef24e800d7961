//! One place where an account can be reached.

use clock::Moment;
use events::SavedBinding;
use ids::BindingId;
use sip_msg::{NameAddr, Params, Text, Uri};
use sip_txn::Hop;

/// Thousandths in a preference of 1.
const FULL_PREFERENCE: u16 = 1_000;

/// A binding of an account to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where the phone says it is.
    pub contact: Uri,
    /// The way its REGISTER came, which is the way back to it: for UDP its address as we saw it,
    /// for all others the connection.
    pub hop: Hop,
    /// Proxies to pass on the way to it (RFC 3327), first one first.
    pub path: Vec<NameAddr>,
    /// How much it wants to be the one, in thousandths, 0 to 1000 (RFC 3261 §20.10 `q`).
    pub q: u16,
    /// When it ends unless refreshed.
    pub expires_at: Moment,
    /// Which of the account's phones it is, from 1: the lowest number that was free when it came. A refresh
    /// keeps it.
    pub phone: u8,
    /// When it came; a refresh changes nothing in it. After a restart: when it was restored.
    pub since: Moment,
    /// What tells the device from others of its kind (RFC 5626 `+sip.instance`).
    pub instance: Option<Text>,
    /// What the phone calls itself.
    pub user_agent: Option<Text>,
    /// All parameters of its Contact but `expires`.
    pub(crate) params: Params,
    pub(crate) call_id: Text,
    pub(crate) cseq: u32,
    /// The key of its deadline; the lowest of an account is the one refreshed longest ago.
    pub(crate) number: u64,
    /// What it is saved as; `None` for one that does not outlive the process.
    pub(crate) id: Option<BindingId>,
}

impl Binding {
    /// Whether `contact` means this binding: the same flow of the same device (RFC 5626 §6), else
    /// an equivalent URI (RFC 3261 §10.3). The user part alone would not do, as phones choose it.
    pub(crate) fn is_for(&self, contact: &NameAddr) -> bool {
        match (device(&self.params), device(&contact.params())) {
            (Some(ours), Some(theirs)) => ours == theirs,
            (Some(_), None) | (None, Some(_)) | (None, None) => {
                self.contact.is_same(&contact.uri())
            }
        }
    }

    /// What is kept of it over a restart. Nothing of one that came over a connection: that ends with
    /// the process, which tells the phone to come back, and until it does nothing leads to it. Nor of
    /// one with letters of no known alphabet in its addresses, which no column takes.
    pub(crate) fn saved(&self, account: &Text, id: BindingId) -> Option<SavedBinding> {
        if self.hop.transport.is_reliable() {
            return None;
        }
        let text = |text: &Text| text.as_str().map(str::to_owned);
        Some(SavedBinding {
            id,
            account: account.as_str()?.into(),
            contact: text(&Text::from(&self.address()))?,
            peer: self.hop.peer,
            listener: self.hop.flow,
            path: self.path.iter().map(|hop| text(&Text::from(hop))).collect::<Option<_>>()?,
            call_id: text(&self.call_id)?,
            cseq: self.cseq,
            user_agent: self.user_agent.as_ref().and_then(text),
        })
    }

    /// The binding as a Contact value, with the whole seconds that are left of it.
    pub(crate) fn print(&self, now: Moment) -> Text {
        let left = self.expires_at.since(now);
        let expires = left.as_secs().to_string();
        Text::from(self.address().with_param("expires", Some(expires.into())))
    }

    /// The Contact without `expires`.
    pub(crate) fn address(&self) -> NameAddr {
        NameAddr::new(self.contact.clone()).with_params(self.params.clone())
    }
}

/// A device and which of its flows it is; both must be named.
fn device(params: &Params) -> Option<(Text, Text)> {
    Some((params.unquoted("+sip.instance")?, params.get("reg-id")?))
}

/// `q` of a Contact in thousandths; what does not say counts in full.
pub(crate) fn preference(params: &Params) -> u16 {
    let q = params.get("q");
    let Some((whole, fraction)) =
        q.as_ref().and_then(Text::as_str).map(|q| q.split_once('.').unwrap_or((q, "")))
    else {
        return FULL_PREFERENCE;
    };
    let is_grammatical = fraction.len() <= 3 && fraction.bytes().all(|b| b.is_ascii_digit());
    match whole {
        "0" | "" if is_grammatical => format!("{fraction:0<3}").parse().unwrap_or(FULL_PREFERENCE),
        _ => FULL_PREFERENCE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_in_thousandths() {
        let q = |value: &'static str| {
            let mut params = Params::default();
            params.set("q", Some(value.into()));
            preference(&params)
        };
        assert_eq!((q("0.5"), q("0.25"), q("0"), q("0.007")), (500, 250, 0, 7));
        assert_eq!(
            (q("1"), q("1.0"), q("2"), q("0.x"), q("0.1234")),
            (1_000, 1_000, 1_000, 1_000, 1_000)
        );
        assert_eq!(preference(&Params::default()), 1_000);
    }
}
