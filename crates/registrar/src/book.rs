//! The book of bindings: every way into it and out of it.

use crate::binding::{Binding, preference};
use crate::registrar::{Output, Registrar};
use crate::wishes::path;
use clock::Moment;
use sip_msg::{Name, NameAddr, Request, Text};
use sip_txn::Hop;

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
        let was_reachable =
            self.accounts.get(name).is_some_and(|account| !account.bindings.is_empty());
        let before = self.numbers(name, |binding| binding.is_for(&contact));
        for number in before {
            self.drop_binding(name, number);
        }
        let all = self.numbers(name, |_| true);
        if let Some(oldest) =
            all.first().filter(|_| all.len() >= self.config.bindings_per_account_max)
        {
            self.counts.displaced += 1;
            self.drop_binding(name, *oldest);
        }
        let number = self.next_number;
        self.next_number += 1;
        let Some(account) = self.accounts.get_mut(name) else { return };
        account.bindings.push(new_binding(number, expires_at, hop, request, contact));
        self.deadlines.set((name.clone(), number), expires_at);
        if hop.transport.is_reliable() {
            self.by_flow.entry(hop.flow).or_default().insert(name.clone());
        }
        if !was_reachable {
            self.outputs.push_back(Output::Reachable(name.clone()));
        }
    }

    /// Ends a binding, and tells if it was the last.
    pub(crate) fn unbind(&mut self, name: &Text, number: u64) {
        if self.drop_binding(name, number) == Rest::Nothing {
            self.outputs.push_back(Output::Unreachable(name.clone()));
        }
    }

    fn drop_binding(&mut self, name: &Text, number: u64) -> Rest {
        self.deadlines.clear(&(name.clone(), number));
        let account = self.accounts.get_mut(name);
        let Some((account, binding)) = account.and_then(|account| {
            let binding = account.take(number)?;
            Some((account, binding))
        }) else {
            return Rest::Some;
        };
        let rest = if account.bindings.is_empty() { Rest::Nothing } else { Rest::Some };
        let is_last_over_flow =
            !account.bindings.iter().any(|other| other.hop.flow == binding.hop.flow);
        if is_last_over_flow {
            self.leave_flow(name, binding.hop);
        }
        rest
    }

    pub(crate) fn leave_flow(&mut self, name: &Text, hop: Hop) {
        let Some(names) = self.by_flow.get_mut(&hop.flow) else { return };
        names.remove(name);
        if names.is_empty() {
            self.by_flow.remove(&hop.flow);
        }
    }
}

/// Whether an account has bindings left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Some,
    Nothing,
}

fn new_binding(
    number: u64,
    expires_at: Moment,
    hop: Hop,
    request: &Request,
    contact: NameAddr,
) -> Binding {
    let NameAddr { uri, mut params, display: _ } = contact;
    params.remove("expires");
    Binding {
        contact: uri,
        hop,
        path: path(request),
        q: preference(&params),
        expires_at,
        instance: params.unquoted("+sip.instance"),
        user_agent: request.headers.get(Name::UserAgent).map(Text::detached),
        params,
        call_id: request.call_id.detached(),
        cseq: request.cseq,
        number,
    }
}
