//! SIP dialogs (RFC 3261 §12): the relation between two user agents that lasts longer than one
//! request.
//!
//! A [`Dialog`] is a value: it numbers and addresses our requests and checks the order of the
//! peer's. What a dialog is *for* (a leg, its media, its end) is decided above.
//!
//! ```
//! use sip_dialog::Dialog;
//! use sip_msg::{Method, NameAddr, Request, StatusCode, Uri};
//!
//! let [ana, bo] = ["192.0.2.1:5060", "192.0.2.2:5060"].map(|addr| addr.parse().unwrap());
//! let from = NameAddr::new(Uri::sip("ana", ana)).with_tag("a");
//! let to = Uri::sip("bo", bo);
//! let invite = Request::new(Method::Invite, to.clone(), from, to.into(), "c1".into(), 1);
//! let mut answer = invite.reply(StatusCode::OK);
//! answer.to.set_tag("b");
//!
//! let mut dialog = Dialog::uac(&invite, &answer);
//! assert_eq!(dialog.ack(invite.cseq).cseq, 1);
//! assert_eq!(dialog.request(Method::Bye).cseq, 2);
//! ```

mod dialog;

pub use dialog::{Dialog, DialogId, OutOfOrder, Role};
