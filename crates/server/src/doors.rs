//! The listening addresses for connections beside those of `sip`: TLS, WebSocket, and both.

use crate::exit::Fault;
use crate::listen::{self, Taken};
use crate::settings::Settings;
use net::Door;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// Addresses that are bound, and what is spoken there.
pub(crate) type Doors = Vec<(TcpListener, Door)>;

/// Binds what the site asks for.
pub(crate) fn bind(settings: &Settings, taken: Taken) -> Result<Doors, Fault> {
    let (sip, limits) = (&settings.sip, settings.limits.of_sockets());
    let mut doors = Vec::new();
    let mut open = |what, addresses: Vec<SocketAddr>, door: Door| {
        addresses.into_iter().try_for_each(|address| {
            let listener = listen::bind(what, address, taken, |at| net::listen(at, &limits))?;
            doors.push((listener, door.clone()));
            Ok::<(), Fault>(())
        })
    };
    let tls = settings.tls.as_ref().map(|tls| tls.load().map(Arc::new)).transpose()?;
    if let (Some(settings), Some(tls)) = (&settings.tls, &tls) {
        open("SIP over TLS", settings.listen(sip), Door::Tls(Arc::clone(tls)))?;
    }
    if let Some(ws) = &settings.ws {
        open("SIP over WebSocket", ws.listen(sip), Door::Ws(ws.origins()))?;
    }
    if let Some(wss) = &settings.wss {
        let certificate = wss.load(tls.as_ref())?;
        let door = Door::Wss(certificate, wss.origins());
        open("SIP over WebSocket with TLS", wss.listen(sip), door)?;
    }
    Ok(doors)
}

/// The same addresses once more, for one who may have to try again.
pub(crate) fn again(doors: &Doors) -> io::Result<Doors> {
    doors.iter().map(|(listener, door)| Ok((listener.try_clone()?, door.clone()))).collect()
}
