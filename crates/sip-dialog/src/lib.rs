//! SIP dialogs (RFC 3261 §12): the relation between two user agents that lasts longer than one
//! request.
//!
//! A [`Dialog`] is a value: it numbers and addresses our requests and checks the order of the
//! peer's. What a dialog is *for* (a leg, its media, its end) is decided above.

mod dialog;

pub use dialog::{Dialog, DialogId, OutOfOrder, Role};
