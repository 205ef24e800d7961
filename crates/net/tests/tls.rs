//! TLS on real sockets: who is believed, who is not, and what changes while it runs.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use ids::FlowId;
use net::{Arrival, Door, Limits, Listening, Net, Origins, Tls, TlsFault, TlsFiles};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sip_msg::Message;
use sip_txn::{Hop, Transport};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// Longer than anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

const OPTIONS: &str = "OPTIONS sip:ping@127.0.0.1 SIP/2.0\r\n\
    Via: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bK1\r\n\
    From: <sip:a@example.test>;tag=1\r\nTo: <sip:ping@127.0.0.1>\r\n\
    Call-ID: c1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

/// Who vouches for whom in these stories.
type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Certificate and key, as PEM, made out to these names.
fn certificate(authority: &Authority, names: &[&str]) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.subject_alt_names = names
        .iter()
        .map(|name| match name.parse() {
            Ok(ip) => SanType::IpAddress(ip),
            Err(_) if name.starts_with("sip:") => SanType::URI((*name).try_into().unwrap()),
            Err(_) => SanType::DnsName((*name).try_into().unwrap()),
        })
        .collect();
    (params.signed_by(&key, authority).unwrap().pem(), key.serialize_pem())
}

/// A folder with what a server needs.
struct Folder {
    folder: TempDir,
    authority: Authority,
}

impl Folder {
    fn new() -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap(), authority: authority() };
        fs::write(made.path("ca.pem"), made.authority.pem()).unwrap();
        made.renew(&["127.0.0.1", "first.test"]);
        made
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a certificate for these names where the server looks for its own.
    fn renew(&self, names: &[&str]) {
        let (certificate, key) = certificate(&self.authority, names);
        fs::write(self.path("key.pem"), key).unwrap();
        fs::set_permissions(self.path("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(self.path("cert.pem"), certificate).unwrap();
    }

    fn files(&self) -> TlsFiles {
        TlsFiles {
            certificate: self.path("cert.pem"),
            key: self.path("key.pem"),
            client_ca: Some(self.path("ca.pem")),
            trust: Some(self.path("ca.pem")),
        }
    }

    fn tls(&self) -> Arc<Tls> {
        Arc::new(Tls::load(self.files()).unwrap())
    }
}

struct Centre {
    net: Net,
    arrivals: UnboundedReceiver<Arrival>,
}

impl Centre {
    fn start(tls: Arc<Tls>, limits: Limits) -> Self {
        Self::with_doors(tls, &["127.0.0.1:0"], limits)
    }

    fn with_doors(tls: Arc<Tls>, doors: &[&str], limits: Limits) -> Self {
        let (told, arrivals) = unbounded_channel();
        let deliver = move |arrival| drop(told.send(arrival));
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let open = |at: &&str| {
            (net::listen(at.parse().unwrap(), &limits).unwrap(), Door::Tls(Arc::clone(&tls)))
        };
        let listening = Listening { doors: doors.iter().map(open).collect(), ..any.into() };
        Self { net: Net::bind(listening, limits, deliver).unwrap(), arrivals }
    }

    fn tls_addr(&self) -> SocketAddr {
        self.net.door_addr(Transport::Tls).unwrap()
    }

    async fn arrival(&mut self) -> Arrival {
        timeout(PATIENCE, self.arrivals.recv()).await.unwrap().unwrap()
    }

    async fn message_hop(&mut self) -> Hop {
        match self.arrival().await {
            Arrival::Message { hop, .. } => hop,
            other @ (Arrival::Certified { .. }
            | Arrival::FlowClosed(_)
            | Arrival::Unused { .. }
            | Arrival::Unreachable { .. }) => panic!("no message but {other:?}"),
        }
    }
}

/// A phone that believes in the authority, and may have a certificate of its own.
async fn connect(
    folder: &Folder,
    to: SocketAddr,
    own: Option<(String, String)>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(folder.authority.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match own {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    };
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let stream = TcpStream::connect(to).await?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// The first name in the certificate that the server shows.
fn shown(stream: &TlsStream<TcpStream>) -> String {
    let certificate = stream.get_ref().1.peer_certificates().unwrap()[0].clone();
    let certificate = webpki::EndEntityCert::try_from(&certificate).unwrap();
    certificate.valid_dns_names().next().unwrap().to_owned()
}

#[tokio::test]
async fn messages_go_both_ways_over_tls_and_the_way_back_is_the_connection() {
    let folder = Folder::new();
    let mut centre = Centre::start(folder.tls(), Limits::default());
    let mut phone = connect(&folder, centre.tls_addr(), None).await.unwrap();
    phone.write_all(OPTIONS.as_bytes()).await.unwrap();
    let hop = centre.message_hop().await;
    assert_eq!(hop.transport, Transport::Tls);
    assert_ne!(hop.flow, Hop::NO_FLOW);
    centre.net.send(hop, Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    let mut answer = [0; 18];
    timeout(PATIENCE, phone.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"SIP/2.0 200 OK\r\n\r\n");
    drop(phone);
    assert!(matches!(centre.arrival().await, Arrival::FlowClosed(flow) if flow == hop.flow));
}

#[tokio::test]
async fn each_door_of_several_is_known_by_the_flows_that_came_in_by_it() {
    let folder = Folder::new();
    let places = ["127.0.0.1:0", "[::1]:0", "127.0.0.2:0"];
    let mut centre = Centre::with_doors(folder.tls(), &places, Limits::default());
    let ours = *centre.net.ours();
    let doors: Vec<_> = ours.doors().collect();
    assert_eq!((doors.len(), ours.count()), (3, 4));
    for (transport, door) in doors.into_iter().rev() {
        let mut phone = connect(&folder, door, None).await.unwrap();
        phone.write_all(OPTIONS.as_bytes()).await.unwrap();
        let hop = centre.message_hop().await;
        assert_eq!((hop.transport, ours.at(hop)), (transport, door));
        centre.net.send(hop, Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
        let mut answer = [0; 18];
        timeout(PATIENCE, phone.read_exact(&mut answer)).await.unwrap().unwrap();
        drop(phone);
        assert!(matches!(centre.arrival().await, Arrival::FlowClosed(flow) if flow == hop.flow));
    }
}

#[tokio::test]
async fn a_peer_with_a_certificate_is_known_by_its_names_before_its_first_message() {
    let folder = Folder::new();
    let mut centre = Centre::start(folder.tls(), Limits::default());
    let own = certificate(&folder.authority, &["sbc.carrier.test", "sip:carrier.test"]);
    let mut carrier = connect(&folder, centre.tls_addr(), Some(own)).await.unwrap();
    carrier.write_all(OPTIONS.as_bytes()).await.unwrap();
    let Arrival::Certified { flow, names } = centre.arrival().await else { panic!("no names") };
    assert_eq!(names, ["sbc.carrier.test", "carrier.test"]);
    assert_eq!(centre.message_hop().await.flow, flow);
}

#[tokio::test]
async fn a_peer_whose_certificate_nobody_vouches_for_is_not_let_in() {
    let folder = Folder::new();
    let mut centre = Centre::start(folder.tls(), Limits::default());
    let own = certificate(&authority(), &["sbc.carrier.test"]);
    // TLS 1.3 lets the client speak before it learns that it is not believed.
    if let Ok(mut carrier) = connect(&folder, centre.tls_addr(), Some(own)).await {
        let _ = carrier.write_all(OPTIONS.as_bytes()).await;
        let mut rest = Vec::new();
        assert!(timeout(PATIENCE, carrier.read_to_end(&mut rest)).await.unwrap().is_err());
    }
    assert!(matches!(centre.arrival().await, Arrival::FlowClosed(FlowId(4))));
}

#[tokio::test]
async fn a_connection_of_ours_is_made_to_who_proves_the_address_and_to_nobody_else() {
    let folder = Folder::new();
    let mut server = Centre::start(folder.tls(), Limits::default());
    let mut client = Centre::start(folder.tls(), Limits::default());
    let hop = Hop { transport: Transport::Tls, flow: Hop::NO_FLOW, peer: server.tls_addr() };
    client.net.send(hop, Bytes::from_static(OPTIONS.as_bytes()));
    let Arrival::Certified { names, .. } = server.arrival().await else { panic!("no names") };
    assert_eq!(names, ["first.test"]);
    server.message_hop().await;

    let impostor = Folder::new();
    let other = Centre::start(impostor.tls(), Limits::default());
    let hop = Hop { peer: other.tls_addr(), ..hop };
    client.net.send(hop, Bytes::from_static(OPTIONS.as_bytes()));
    let arrival = client.arrival().await;
    assert!(matches!(arrival, Arrival::Unreachable { peer } if peer == hop.peer), "{arrival:?}");
}

#[tokio::test]
async fn a_new_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    let folder = Folder::new();
    let mut centre = Centre::start(folder.tls(), Limits::default());
    let mut before = connect(&folder, centre.tls_addr(), None).await.unwrap();
    assert_eq!(shown(&before), "first.test");

    folder.renew(&["127.0.0.1", "second.test"]);
    let until = SystemTime::now() + PATIENCE;
    let mut now = shown(&connect(&folder, centre.tls_addr(), None).await.unwrap());
    while now != "second.test" && SystemTime::now() < until {
        tokio::time::sleep(Duration::from_millis(100)).await;
        now = shown(&connect(&folder, centre.tls_addr(), None).await.unwrap());
    }
    assert_eq!(now, "second.test");

    fs::write(folder.path("cert.pem"), "no certificate at all").unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(shown(&connect(&folder, centre.tls_addr(), None).await.unwrap()), "second.test");
    before.write_all(OPTIONS.as_bytes()).await.unwrap();
    while !matches!(centre.arrival().await, Arrival::Message { .. }) {}
}

#[tokio::test]
async fn who_says_nothing_or_nonsense_instead_of_tls_is_cut_and_others_go_on() {
    let folder = Folder::new();
    let limits = Limits { handshake_max: Duration::from_millis(300), ..Limits::default() };
    let mut centre = Centre::start(folder.tls(), limits);
    let mut silent = TcpStream::connect(centre.tls_addr()).await.unwrap();
    let mut talker = TcpStream::connect(centre.tls_addr()).await.unwrap();
    talker.write_all(OPTIONS.as_bytes()).await.unwrap();
    let mut phone = connect(&folder, centre.tls_addr(), None).await.unwrap();
    for stranger in [&mut silent, &mut talker] {
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, stranger.read_to_end(&mut rest)).await.unwrap();
    }
    phone.write_all(OPTIONS.as_bytes()).await.unwrap();
    loop {
        match centre.arrival().await {
            Arrival::Message { message, .. } => {
                assert!(matches!(*message, Message::Request(_)));
                break;
            }
            Arrival::FlowClosed(_) => {}
            other @ (Arrival::Certified { .. }
            | Arrival::Unused { .. }
            | Arrival::Unreachable { .. }) => {
                panic!("{other:?}")
            }
        }
    }
}

#[tokio::test]
async fn a_fault_of_the_files_names_the_file_and_the_remedy() {
    let folder = Folder::new();
    let told = |files: TlsFiles| match Tls::load(files) {
        Ok(_) => panic!("it is no fault"),
        Err(fault) => fault.to_string(),
    };
    let nowhere = folder.path("nowhere.pem");
    assert!(told(TlsFiles { certificate: nowhere, ..folder.files() }).contains("nowhere.pem: "));
    let swapped = TlsFiles { certificate: folder.path("key.pem"), ..folder.files() };
    assert!(told(swapped).contains("key.pem: no certificate in PEM form"));
    let other = Folder::new();
    let fault = Tls::load(TlsFiles { key: other.path("key.pem"), ..folder.files() }).unwrap_err();
    assert!(matches!(fault, TlsFault::Unfit { .. }), "{fault}");
    fs::set_permissions(folder.path("key.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    let fault = told(folder.files());
    assert!(fault.contains("everybody") && fault.contains("chmod o= "), "{fault}");
}

#[tokio::test]
async fn a_host_that_was_found_by_its_name_proves_the_name_and_another_is_not_spoken_to() {
    let folder = Folder::new();
    folder.renew(&["carrier.test"]);
    let mut carrier = Centre::start(folder.tls(), Limits::default());
    let mut centre = Centre::start(folder.tls(), Limits::default());
    let peer = carrier.tls_addr();
    let hop = Hop { transport: Transport::Tls, flow: Hop::NO_FLOW, peer };
    // Its certificate is for no address.
    centre.net.send(hop, Bytes::from_static(OPTIONS.as_bytes()));
    assert!(matches!(centre.arrival().await, Arrival::Unreachable { .. }));
    centre.net.name_peer(peer, "another.test");
    centre.net.send(hop, Bytes::from_static(OPTIONS.as_bytes()));
    assert!(matches!(centre.arrival().await, Arrival::Unreachable { .. }));
    centre.net.name_peer(peer, "carrier.test");
    centre.net.send(hop, Bytes::from_static(OPTIONS.as_bytes()));
    loop {
        if let Arrival::Message { hop, .. } = carrier.arrival().await {
            assert_eq!(hop.transport, Transport::Tls);
            break;
        }
    }
}

#[tokio::test]
async fn a_websocket_inside_tls_is_agreed_on_and_carries_messages() {
    let folder = Folder::new();
    let (told, mut arrivals) = unbounded_channel();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let door = Door::Wss(folder.tls(), Arc::new(Origins::default()));
    let listening = Listening {
        doors: vec![(net::listen(any, &Limits::default()).unwrap(), door)],
        ..any.into()
    };
    let deliver = move |arrival| drop(told.send(arrival));
    let centre = Net::bind(listening, Limits::default(), deliver).unwrap();
    let address = centre.door_addr(Transport::Wss).unwrap();
    let stream = connect(&folder, address, None).await.unwrap();
    let mut request = format!("wss://{address}/").into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "sip".parse().unwrap());
    let (mut phone, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    phone.send(Frame::text(OPTIONS.replace("/TLS", "/WSS"))).await.unwrap();
    let arrival = timeout(PATIENCE, arrivals.recv()).await.unwrap().unwrap();
    let Arrival::Message { hop, .. } = arrival else { panic!("no message") };
    assert_eq!(hop.transport, Transport::Wss);
    centre.send(hop, Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    let answer = timeout(PATIENCE, phone.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(answer, Frame::text("SIP/2.0 200 OK\r\n\r\n"));
}
