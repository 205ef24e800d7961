//! One trunk: whether its carrier knows us, whether it is there, and which of its hosts to use.
//!
//! A [`Trunk`] is a value that is fed: give it one thing that happened ([`Trunk::located`],
//! [`Trunk::answered`], [`Trunk::failed`], [`Trunk::flow_closed`], or the time with
//! [`Trunk::handle_timeout`]), drain [`Trunk::poll_output`] until `None`, then sleep until
//! [`Trunk::poll_timeout`]. It knows no socket and no DNS: it says what is to be sent and asked.
//!
//! What stays true here:
//! - at most one REGISTER is out, and at most one OPTIONS to each host;
//! - a password is proved in one realm, and for one REGISTER twice at most;
//! - nothing is sent anywhere but to the hosts that the trunk was located at;
//! - after every failure there is a wait, which grows, or another host;
//! - a carrier that says no (403, a wrong password) is not asked again soon.
//!
//! ```
//! use clock::{Duration, Moment};
//! use rand::{SeedableRng, rngs::StdRng};
//! use sip_auth::{Login, Prover};
//! use sip_txn::Transport;
//! use trunk::{Config, Output, Registration, State, Target, Trunk};
//!
//! let login = Login { user: "acme".into(), password: "s3cret".into() };
//! let config = Config {
//!     domain: sip_msg::Host::Name("carrier.example".into()),
//!     registration: Some(Registration {
//!         user: "acme".into(),
//!         prover: Prover::new(login, None),
//!         expires: Duration::from_secs(3_600),
//!     }),
//!     health: None,
//! };
//! let mut trunk = Trunk::new(config, StdRng::from_seed([7; 32])); // random, in earnest
//! trunk.begin(Moment::ZERO);
//! assert_eq!(trunk.poll_output(), Some(Output::Locate));
//!
//! let target = Target { transport: Transport::Udp, peer: "192.0.2.7:5060".parse()? };
//! trunk.located(Moment::ZERO, vec![target], None);
//! let Some(Output::Send { hop, request, .. }) = trunk.poll_output() else { panic!("REGISTER") };
//! assert_eq!((hop.peer, request.method), (target.peer, sip_msg::Method::Register));
//! assert!(matches!(trunk.state(), State::Registering));
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod asking;
mod config;
mod health;
mod hosts;
mod registering;
mod registration;
mod retry;
mod trunk;

pub use config::{Config, Registration};
pub use hosts::{TARGETS_MAX, Target};
pub use registration::REDIRECTS_MAX;
pub use trunk::{Counts, Job, Output, State, Trunk};
