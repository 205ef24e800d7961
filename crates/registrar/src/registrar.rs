//! The registrar itself: its accounts, and what it tells and is told besides requests.

use crate::account::{Account, Proof};
use crate::tries::Tries;
use crate::{Binding, Config, Counts};
use clock::{Deadlines, Moment};
use events::SavedBinding;
use ids::{BindingId, FlowId};
use sip_auth::Challenger;
use sip_msg::Text;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;

/// What the registrar has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Phones of the account have come or gone; told before [`Output::Reachable`] and
    /// [`Output::Unreachable`].
    PhonesChanged(Text),
    /// The account has a binding and had none.
    Reachable(Text),
    /// The account has no binding any more.
    Unreachable(Text),
    /// This binding holds until then: keep it over a restart, in place of what was kept of it.
    Save(Box<SavedBinding>, Moment),
    /// This binding was to be kept and has ended.
    Forget(BindingId),
}

/// Accounts and where they can be reached.
#[derive(Debug)]
pub struct Registrar {
    pub(crate) config: Config,
    pub(crate) challenger: Challenger,
    pub(crate) accounts: BTreeMap<Text, Account>,
    pub(crate) tries: Tries,
    pub(crate) counts: Counts,
    pub(crate) deadlines: Deadlines<(Text, u64)>,
    /// Accounts with bindings over each connection.
    pub(crate) by_flow: BTreeMap<FlowId, BTreeSet<Text>>,
    /// How many bindings lead to each address.
    pub(crate) by_ip: BTreeMap<IpAddr, usize>,
    pub(crate) outputs: VecDeque<Output>,
    pub(crate) next_number: u64,
    pub(crate) next_binding: BindingId,
    pub(crate) now: Moment,
}

impl Registrar {
    /// A registrar for these accounts, each a name and what proves it. The name is the user part of its
    /// address and the user of its credentials. Passwords are not kept.
    #[must_use]
    pub fn new<N, P>(config: Config, accounts: impl IntoIterator<Item = (N, P)>) -> Self
    where
        N: Into<Text>,
        P: Into<Proof>,
    {
        let auth = sip_auth::Config {
            nonce_life: config.nonce_life,
            offers: config.offers.clone(),
            without_qop: config.without_qop,
        };
        let mut registrar = Self {
            challenger: Challenger::new(config.realm.clone(), config.key, auth),
            config,
            accounts: BTreeMap::new(),
            tries: Tries::default(),
            counts: Counts::default(),
            deadlines: Deadlines::default(),
            by_flow: BTreeMap::new(),
            by_ip: BTreeMap::new(),
            outputs: VecDeque::new(),
            next_number: 0,
            next_binding: BindingId(1),
            now: Moment::ZERO,
        };
        registrar.set_accounts(accounts);
        registrar
    }

    /// Has these accounts from now on. One that was there keeps its bindings; the bindings of one
    /// that is gone end.
    pub fn set_accounts<N, P>(&mut self, accounts: impl IntoIterator<Item = (N, P)>)
    where
        N: Into<Text>,
        P: Into<Proof>,
    {
        let mut gone = std::mem::take(&mut self.accounts);
        for (name, proof) in accounts {
            let name = name.into();
            let credentials = proof.into().credentials(&name, &self.config.realm);
            let mut account = Account::new(credentials);
            account.bindings = gone.remove(&name).map(|before| before.bindings).unwrap_or_default();
            self.accounts.insert(name, account);
        }
        for (name, account) in gone {
            for binding in &account.bindings {
                self.deadlines.clear(&(name.clone(), binding.number));
                self.leave_flow(&name, binding.hop);
                self.leave_address(binding.hop);
                self.forget(Some(binding));
            }
            if !account.bindings.is_empty() {
                self.outputs.push_back(Output::Unreachable(name));
            }
        }
        self.assert_invariants();
    }

    /// The bindings of an account, the one refreshed latest last.
    pub fn bindings(&self, account: &str) -> impl Iterator<Item = &Binding> {
        let account = self.accounts.get(&Text::copied(account.as_bytes()));
        account.into_iter().flat_map(|account| account.live(self.now))
    }

    /// Whether there is an account of this name.
    #[must_use]
    pub fn has_account(&self, name: &Text) -> bool {
        self.accounts.contains_key(name)
    }

    /// How often requests were refused, and why.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether anybody can be reached over this connection.
    #[must_use]
    pub fn is_bound_over(&self, flow: FlowId) -> bool {
        self.by_flow.contains_key(&flow)
    }

    /// Whether anybody has a phone at this address.
    #[must_use]
    pub fn has_phone_at(&self, ip: IpAddr) -> bool {
        self.by_ip.contains_key(&ip)
    }

    /// A connection has closed: nobody can be reached over it any more.
    pub fn flow_closed(&mut self, now: Moment, flow: FlowId) {
        self.expire(now);
        for name in self.by_flow.remove(&flow).unwrap_or_default() {
            let Some(account) = self.accounts.get(&name) else { continue };
            let over_it = account.bindings.iter().filter(|binding| binding.hop.flow == flow);
            for number in over_it.map(|binding| binding.number).collect::<Vec<_>>() {
                self.unbind(&name, number);
            }
        }
        self.assert_invariants();
    }

    /// Ends the bindings that have run out.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.expire(now);
        self.assert_invariants();
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.deadlines.next()
    }

    /// The next thing the registrar has to tell.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(crate) fn assert_invariants(&self) {
        let bindings = || self.accounts.values().flat_map(|account| &account.bindings);
        debug_assert_eq!(bindings().count(), self.deadlines.len(), "each binding has its end");
        debug_assert!(
            bindings().filter(|binding| binding.hop.transport.is_reliable()).count()
                >= self.by_flow.len(),
            "no connection is remembered without a binding"
        );
        debug_assert_eq!(
            bindings().count(),
            self.by_ip.values().sum(),
            "each binding is at its address"
        );
    }
}
