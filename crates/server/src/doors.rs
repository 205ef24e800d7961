//! The listening addresses for connections beside that of `sip`: TLS, WebSocket, and both.

use crate::exit::Fault;
use crate::listen::{self, Taken};
use crate::settings::Settings;
use net::Door;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;

/// An address that is bound, and what is spoken there.
pub(crate) type Doors = Vec<(TcpListener, Door)>;

/// Binds what the site asks for.
pub(crate) fn bind(settings: &Settings, taken: Taken) -> Result<Doors, Fault> {
    let sip = settings.sip.first.ip();
    let mut doors = Vec::new();
    let tls = settings.tls.as_ref().map(|tls| tls.load().map(Arc::new)).transpose()?;
    if let (Some(settings), Some(tls)) = (&settings.tls, &tls) {
        let listener = listen::bind("SIP over TLS", settings.listen(sip), taken, net::listen)?;
        doors.push((listener, Door::Tls(Arc::clone(tls))));
    }
    if let Some(ws) = &settings.ws {
        let listener = listen::bind("SIP over WebSocket", ws.listen(sip), taken, net::listen)?;
        doors.push((listener, Door::Ws(ws.origins())));
    }
    if let Some(wss) = &settings.wss {
        let certificate = wss.load(tls.as_ref())?;
        let what = "SIP over WebSocket with TLS";
        let listener = listen::bind(what, wss.listen(sip), taken, net::listen)?;
        doors.push((listener, Door::Wss(certificate, wss.origins())));
    }
    Ok(doors)
}

/// The same addresses once more, for one who may have to try again.
pub(crate) fn again(doors: &Doors) -> io::Result<Doors> {
    doors.iter().map(|(listener, door)| Ok((listener.try_clone()?, door.clone()))).collect()
}
