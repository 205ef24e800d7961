//! Bindings that an earlier run has left behind.

use crate::binding::{Binding, preference};
use crate::registrar::{Output, Registrar};
use clock::{Duration, Moment};
use events::SavedBinding;
use sip_msg::{NameAddr, Text};
use sip_txn::{Hop, Transport};

impl Registrar {
    /// Takes a binding back that an earlier run has saved, `left` before its end by the wall clock.
    /// To be called for each before anything else happens, the one refreshed latest last.
    ///
    /// One that is over, whose account is no more or that does not read is forgotten. None is longer
    /// than one that would be given out today, whatever has been done to the wall clock.
    pub fn restore(&mut self, now: Moment, saved: &SavedBinding, left: Duration) {
        self.expire(now);
        self.next_binding = self.next_binding.max(saved.id.next());
        let name = Text::copied(saved.account.as_bytes());
        let expires_at = now + left.min(self.config.expires_max);
        let is_over = left.is_zero() || !self.accounts.contains_key(&name);
        let number = self.count();
        let place = (number, self.free_phone(&name), now);
        match restored(saved, place, expires_at).filter(|_| !is_over) {
            None => self.outputs.push_back(Output::Forget(saved.id)),
            Some(binding) => {
                let was_reachable = self.is_reachable(&name);
                self.insert(&name, binding);
                self.outputs.push_back(Output::PhonesChanged(name.clone()));
                if !was_reachable {
                    self.outputs.push_back(Output::Reachable(name));
                }
            }
        }
        self.assert_invariants();
    }
}

/// The binding as it was; `None` if its addresses do not read.
fn restored(
    saved: &SavedBinding,
    (number, phone, since): (u64, u8, Moment),
    expires_at: Moment,
) -> Option<Binding> {
    let read = |text: &String| NameAddr::parse(Text::from(text.clone())).ok();
    let contact = read(&saved.contact)?;
    let params = contact.params();
    Some(Binding {
        contact: contact.uri(),
        hop: Hop { transport: Transport::Udp, flow: saved.listener, peer: saved.peer },
        path: saved.path.iter().map(read).collect::<Option<_>>()?,
        q: preference(&params),
        expires_at,
        phone,
        since,
        instance: params.unquoted("+sip.instance"),
        user_agent: saved.user_agent.clone().map(Text::from),
        params,
        call_id: Text::from(saved.call_id.clone()),
        cseq: saved.cseq,
        number,
        id: Some(saved.id),
    })
}
