//! The book of bindings: every way into it and out of it.

use crate::binding::{Binding, preference};
use crate::config::SPREAD_FROM;
use crate::registrar::{Output, Registrar};
use crate::wishes::path;
use clock::{Duration, Moment};
use ids::BindingId;
use sip_msg::{Name, NameAddr, Request, Text};
use sip_txn::Hop;
use std::collections::btree_map::Entry;

impl Registrar {
    pub(crate) fn expire(&mut self, now: Moment) {
        self.now = now;
        while let Some((name, number)) = self.deadlines.pop_due(now) {
            self.unbind(&name, number);
        }
    }

    pub(crate) fn numbers(&self, name: &Text, which: impl Fn(&Binding) -> bool) -> Vec<u64> {
        let bindings = self.accounts.get(name).map(|account| account.bindings.as_slice());
        let wanted = bindings.unwrap_or_default().iter().filter(|binding| which(binding));
        wanted.map(|binding| binding.number).collect()
    }

    pub(crate) fn bind(
        &mut self,
        expires_at: Moment,
        hop: Hop,
        request: &Request,
        name: &Text,
        contact: NameAddr,
    ) {
        let was_reachable = self.is_reachable(name);
        let before = self.take_over(name, &contact);
        let is_heir = before.phone.is_some();
        let (phone, since) = before.phone.unwrap_or_else(|| (self.free_phone(name), self.now));
        let place = (self.count(), phone, since);
        let mut binding = new_binding(place, expires_at, hop, request, &contact);
        self.save(name, &mut binding, before.id);
        self.insert(name, binding);
        if !is_heir {
            self.outputs.push_back(Output::PhonesChanged(name.clone()));
        }
        if !was_reachable {
            self.outputs.push_back(Output::Reachable(name.clone()));
        }
    }

    /// Takes away what `contact` meant until now, and gives what the new one goes on with.
    fn take_over(&mut self, name: &Text, contact: &NameAddr) -> Before {
        let before = self.numbers(name, |binding| binding.is_for(contact));
        let dropped = before.into_iter().filter_map(|number| self.drop_binding(name, number));
        let dropped: Vec<_> = dropped.collect();
        let phone = dropped.first().map(|binding| (binding.phone, binding.since));
        let mut saved: Vec<_> = dropped.into_iter().filter_map(|binding| binding.id).collect();
        // Of a phone that was two and is one now, one is forgotten.
        let id = saved.pop();
        self.outputs.extend(saved.into_iter().map(Output::Forget));
        Before { id, phone }
    }

    /// The lowest number that no phone of the account has.
    pub(crate) fn free_phone(&self, name: &Text) -> u8 {
        let taken = |phone: u8| !self.numbers(name, |binding| binding.phone == phone).is_empty();
        (1..=u8::MAX).find(|phone| !taken(*phone)).unwrap_or(u8::MAX)
    }

    /// Has a binding kept over a restart, if it is one that can be.
    fn save(&mut self, name: &Text, binding: &mut Binding, heir_of: Option<BindingId>) {
        let id = heir_of.unwrap_or(self.next_binding);
        if let Some(saved) = binding.saved(name, id) {
            self.next_binding = self.next_binding.max(id.next());
            binding.id = Some(id);
            self.outputs.push_back(Output::Save(Box::new(saved), binding.expires_at));
        } else {
            self.outputs.extend(heir_of.map(Output::Forget));
        }
    }

    /// Tells once more of all bindings that are kept over a restart.
    pub fn save_again(&mut self) {
        for (name, account) in &self.accounts {
            for binding in &account.bindings {
                let saved = binding.id.and_then(|id| binding.saved(name, id));
                let saved = saved.map(|saved| Output::Save(Box::new(saved), binding.expires_at));
                self.outputs.extend(saved);
            }
        }
    }

    /// Puts a binding in its place. One too many takes that of the one refreshed longest ago.
    pub(crate) fn insert(&mut self, name: &Text, binding: Binding) {
        let all = self.numbers(name, |_| true);
        if let Some(oldest) =
            all.first().filter(|_| all.len() >= self.config.bindings_per_account_max)
        {
            self.counts.displaced += 1;
            let displaced = self.drop_binding(name, *oldest);
            self.forget(displaced.as_ref());
        }
        let Some(account) = self.accounts.get_mut(name) else { return };
        self.deadlines.set((name.clone(), binding.number), binding.expires_at);
        if binding.hop.transport.is_reliable() {
            self.by_flow.entry(binding.hop.flow).or_default().insert(name.clone());
        }
        *self.by_ip.entry(binding.hop.peer.ip()).or_default() += 1;
        account.bindings.push(binding);
    }

    /// The length of a new binding that might be so long.
    pub(crate) fn spread(&self, length: Duration) -> Duration {
        if length < SPREAD_FROM {
            return length;
        }
        // Multiples of the golden ratio: any few in a row are far apart, and many are even.
        let share = self.next_number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let tenth = length / 10;
        let shorter = tenth.as_secs().saturating_mul(share) >> 32;
        length.saturating_sub(Duration::from_secs(shorter)).max(self.config.expires_min)
    }

    /// The next number of a binding.
    pub(crate) const fn count(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    pub(crate) fn is_reachable(&self, name: &Text) -> bool {
        self.accounts.get(name).is_some_and(|account| !account.bindings.is_empty())
    }

    /// Ends a binding, and tells if it was the last.
    pub(crate) fn unbind(&mut self, name: &Text, number: u64) {
        let Some(binding) = self.drop_binding(name, number) else { return };
        self.forget(Some(&binding));
        self.outputs.push_back(Output::PhonesChanged(name.clone()));
        if !self.is_reachable(name) {
            self.outputs.push_back(Output::Unreachable(name.clone()));
        }
    }

    /// Says that a binding that was saved is no more.
    pub(crate) fn forget(&mut self, binding: Option<&Binding>) {
        self.outputs.extend(binding.and_then(|binding| binding.id).map(Output::Forget));
    }

    fn drop_binding(&mut self, name: &Text, number: u64) -> Option<Binding> {
        self.deadlines.clear(&(name.clone(), number));
        let account = self.accounts.get_mut(name)?;
        let binding = account.take(number)?;
        let is_last_over_flow =
            !account.bindings.iter().any(|other| other.hop.flow == binding.hop.flow);
        if is_last_over_flow {
            self.leave_flow(name, binding.hop);
        }
        self.leave_address(binding.hop);
        Some(binding)
    }

    pub(crate) fn leave_address(&mut self, hop: Hop) {
        let Entry::Occupied(mut phones) = self.by_ip.entry(hop.peer.ip()) else { return };
        *phones.get_mut() -= 1;
        if *phones.get() == 0 {
            phones.remove();
        }
    }

    pub(crate) fn leave_flow(&mut self, name: &Text, hop: Hop) {
        let Some(names) = self.by_flow.get_mut(&hop.flow) else { return };
        names.remove(name);
        if names.is_empty() {
            self.by_flow.remove(&hop.flow);
        }
    }
}

/// What a phone was before its refresh.
struct Before {
    /// The id under which it is saved.
    id: Option<BindingId>,
    /// Its number and since when it has it; none for a phone that was not there.
    phone: Option<(u8, Moment)>,
}

fn new_binding(
    (number, phone, since): (u64, u8, Moment),
    expires_at: Moment,
    hop: Hop,
    request: &Request,
    contact: &NameAddr,
) -> Binding {
    let mut params = contact.params();
    params.remove("expires");
    Binding {
        contact: contact.uri(),
        hop,
        path: path(request),
        q: preference(&params),
        expires_at,
        phone,
        since,
        instance: params.unquoted("+sip.instance"),
        user_agent: request.headers.get(Name::UserAgent).map(Text::detached),
        params,
        call_id: request.call_id.detached(),
        cseq: request.cseq,
        number,
        id: None,
    }
}
