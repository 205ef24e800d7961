//! The whole centre as one machine that is fed inputs and told the time.
//!
//! An [`Engine`] is a value that is fed: give it one [`Input`], drain [`Engine::poll_output`] until
//! `None`, then sleep until [`Engine::poll_timeout`]. It knows no socket, clock, thread, lock or
//! file, so the same engine serves callers, runs in `sim` on virtual time, and replays a day.
//!
//! Inside, five cores do the thinking, each knowing nothing of the others: `sip-ua` the signalling,
//! `registrar` the phones, `ivr` what a caller hears, `acd` whom to ring, `notifier` who watches whom. The engine carries what
//! one says to the next until all are quiet. What it keeps true:
//!
//! - a call is in one place: before a queue, in it, or with an agent;
//! - a call has an event from its INVITE on, and one end;
//! - every leg, stream and port that a call holds is given back at its end;
//! - a caller who was in a queue keeps the first arrival, whatever agents' phones do.
//!
//! A call has a row before it has an answer:
//!
//! ```
//! use clock::{Duration, Moment};
//! use engine::{Clips, Config, Engine, Input, Output};
//! use media_protocol::Port;
//! use sip_txn::{Hop, Local, Transport};
//! use std::net::IpAddr;
//! use std::sync::Arc;
//!
//! let text = r#"
//!     [number.9000]
//!     goto = "say.goodbye"
//!     [say.goodbye]
//!     prompts = ["goodbye"]
//! "#;
//! let mut secrets = |_: dialplan::Outside<'_>| Err("none here".to_owned());
//! let plan = dialplan::Plan::parse("example", text, &|_, _| true, &mut secrets).unwrap();
//! let config = Config {
//!     sip: Local::new("192.0.2.1:5060".parse()?),
//!     media: vec![IpAddr::from([192, 0, 2, 1]).into()],
//!     ports: [20_000, 20_002].map(|number| Port { worker: 0, number }).to_vec(),
//!     realm: "example".to_owned(),
//!     digest: vec![sip_auth::Algorithm::Sha256].into(),
//!     session: None,
//!     first_call: ids::CallId(1),
//!     calls_max: 1,
//!     transactions_max: 100,
//!     transactions_per_source_max: None,
//!     ledger_wait_max: Duration::from_millis(250),
//!     unacknowledged_per_source_max: 1,
//!     calls_per_source_max: 1,
//!     requests_per_source_per_second_max: 0,
//!     load: engine::LoadLimits::NONE,
//!     refusal_rows_per_second_max: 1,
//!     sign_max: Duration::from_secs(4),
//!     codecs: engine::CODECS.to_vec(),
//!     unheard_max: Duration::from_secs(1),
//!     direct_ring_max: Duration::from_secs(60),
//!     expires_min: Duration::from_secs(60),
//!     expires_max: Duration::from_secs(3_600),
//!     subscriptions_per_account_max: 10,
//!     phones_per_account_max: 5,
//!     subscriptions_max: 100,
//!     seed: [7; 32], // random, in earnest
//! };
//! let mut engine = Engine::new(config, Arc::new(plan), Clips::default());
//!
//! let invite = "INVITE sip:9000@192.0.2.1 SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK-1\r\n\
//!     From: <sip:0701234567@192.0.2.7>;tag=a1\r\n\
//!     To: <sip:9000@192.0.2.1>\r\n\
//!     Contact: <sip:0701234567@192.0.2.7>\r\n\
//!     Call-ID: 7f3c@192.0.2.7\r\n\
//!     CSeq: 1 INVITE\r\n\r\n";
//! let flow = ids::FlowId(1);
//! let hop = Hop { transport: Transport::Udp, flow, peer: "192.0.2.7:5060".parse()? };
//! let message = Box::new(sip_msg::parse(invite.into()).unwrap());
//! let (turn, waited) = (engine::Turn::Later, Duration::ZERO);
//! engine.handle(Moment::ZERO, Input::Message { hop, message, turn, waited });
//!
//! let mut said = Vec::new();
//! while let Some(output) = engine.poll_output() {
//!     match output {
//!         Output::Send { bytes, .. } => said.push(bytes.slice(..11)),
//!         // The ledger takes the event, and tells when it is on disk.
//!         Output::Record(event) => engine.handle(Moment::ZERO, Input::Stored(event.seq)),
//!         Output::Media { .. } | Output::Dialog { .. } | Output::Binding(_) | Output::Desk(_) | Output::Call(_) | Output::NoCall(_) | Output::Resolve(_) | Output::LookUp(_) | Output::NamePeer { .. } | Output::CloseFlow(_) | Output::ReadDay { .. } | Output::Obeyed { .. } | Output::Explained { .. } => {}
//!     }
//! }
//! assert_eq!(said, ["SIP/2.0 100", "SIP/2.0 200"]);
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod acquaintances;
mod admission;
mod after_call;
mod announcing;
mod books;
mod call;
mod caller_line;
mod calls;
mod carriers;
mod clips;
mod command;
mod config;
mod confirming;
mod day;
mod desk;
mod dialogs;
mod direct;
mod diversion;
mod doubt;
mod ending;
mod engine;
mod explaining;
mod facts;
mod forecast;
mod format;
mod handing_over;
mod identity;
mod incoming;
mod io;
mod journal;
mod keys;
mod lamps;
mod leg_sound;
mod line;
mod look_ups;
mod media_address;
mod messages;
mod monitoring;
mod opening;
mod outside;
mod overflow;
mod overload;
mod own_ports;
mod passage;
mod pausing;
mod peer;
mod phones;
mod ports;
mod recovery;
mod reload;
mod remembering;
mod renegotiation;
mod ringing;
mod rules;
mod serving;
mod shift;
mod short_code;
mod standing;
mod stray;
mod summons;
mod taken_out;
mod talk_recording;
mod talking;
mod telling;
mod trunks;
mod turn;
mod unsettled;
mod view;
mod voicemail;
mod walk;
mod way_out;
mod whisper;
mod work_items;

pub use books::{Books, CallStands, CountStands, DeskStands, DirectStands, ItemStands, Place};
pub use clips::Clips;
pub use command::{
    AgentCommand, CallCommand, CallbackCommand, CallbackRequest, Code, Command, MessageCommand,
    NoListening, Priority, QueueCommand, Recording, Refusal,
};
pub use config::{CODECS, Config};
pub use dialplan::Told;
pub use engine::Engine;
pub use explaining::About;
pub use io::{Input, Output};
pub use look_ups::{Answer, Ask, LookUpId, Question, Request};
pub use media_address::MediaAddress;
pub use media_protocol::Monitor;
pub use overload::{Load, LoadLimits};
pub use reload::Edition;
pub use turn::{Turn, Unheard};
