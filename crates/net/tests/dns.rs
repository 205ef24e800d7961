//! The resolver against a small name server on the loopback.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, NAPTR, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record as Wire, RecordType};
use net::Resolver;
use sip_dns::{Answer, Kind, Naptr, Question, Record, Srv};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A name server that knows one domain, and says nothing at all about `silent.example`.
async fn name_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
            let asked = Message::from_vec(&buffer[..length]).unwrap();
            let query = asked.queries.first().unwrap().clone();
            let mut answer = Message::response(asked.metadata.id, OpCode::Query);
            answer.add_query(query.clone());
            let name = query.name().to_utf8();
            match zone(&name, query.query_type()) {
                _ if name == "silent.example." => continue,
                _ if name == "broken.example." => {
                    answer.metadata.response_code = ResponseCode::ServFail;
                }
                found if found.is_empty() => {
                    answer.metadata.response_code = ResponseCode::NXDomain;
                }
                found => {
                    for data in found {
                        answer.add_answer(Wire::from_rdata(query.name().clone(), 77, data));
                    }
                }
            }
            socket.send_to(&answer.to_vec().unwrap(), peer).await.unwrap();
        }
    });
    address
}

fn name(text: &str) -> Name {
    Name::from_utf8(text).unwrap()
}

fn zone(asked: &str, kind: RecordType) -> Vec<RData> {
    match (asked, kind) {
        ("carrier.example.", RecordType::NAPTR) => vec![RData::NAPTR(NAPTR::new(
            1,
            2,
            b"s".as_slice().into(),
            b"SIP+D2U".as_slice().into(),
            Box::default(),
            name("_sip._udp.carrier.example."),
        ))],
        ("_sip._udp.carrier.example.", RecordType::SRV) => {
            vec![RData::SRV(SRV::new(10, 20, 5070, name("A.carrier.example.")))]
        }
        ("a.carrier.example.", RecordType::A) => {
            vec![RData::A(A(Ipv4Addr::new(192, 0, 2, 7))), RData::A(A(Ipv4Addr::new(192, 0, 2, 8)))]
        }
        _ => Vec::new(),
    }
}

async fn resolver() -> (Resolver, UnboundedReceiver<(Question, Answer)>) {
    let (tell, told) = unbounded_channel();
    let server = name_server().await;
    let resolver = Resolver::start(&[server], move |question, answer| {
        let _ = tell.send((question, answer));
    });
    (resolver.unwrap(), told)
}

async fn ask(kind: Kind, name: &str) -> Answer {
    let (resolver, mut told) = resolver().await;
    let question = Question { kind, name: name.into() };
    resolver.ask(question.clone());
    let waited = tokio::time::timeout(Duration::from_secs(20), told.recv()).await;
    let (asked, answer) = waited.unwrap().unwrap();
    assert_eq!(asked, question);
    answer
}

#[track_caller]
fn records(answer: Answer) -> Vec<Record> {
    match answer {
        Answer::Found { records, ttl } => {
            assert!((70..=77).contains(&ttl.as_secs()), "{ttl:?}");
            records
        }
        other @ (Answer::Nothing { .. } | Answer::Failed) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_carrier_is_found_from_its_domain_to_its_addresses() {
    let naptr = records(ask(Kind::Naptr, "carrier.example").await);
    let service = Naptr {
        order: 1,
        preference: 2,
        flags: "s".to_owned(),
        service: "SIP+D2U".to_owned(),
        replacement: "_sip._udp.carrier.example".into(),
    };
    assert_eq!(naptr, [Record::Naptr(service)]);
    let srv = records(ask(Kind::Srv, "_sip._udp.carrier.example").await);
    let target = "a.carrier.example".into();
    assert_eq!(srv, [Record::Srv(Srv { priority: 10, weight: 20, port: 5070, target })]);
    let addresses = records(ask(Kind::A, "a.carrier.example").await);
    let expected = ["192.0.2.7", "192.0.2.8"].map(|text| Record::Address(text.parse().unwrap()));
    assert!(expected.iter().all(|address| addresses.contains(address)), "{addresses:?}");
}

#[tokio::test]
async fn what_is_not_there_is_told_apart_from_what_nobody_can_say() {
    assert!(matches!(ask(Kind::Aaaa, "a.carrier.example").await, Answer::Nothing { .. }));
    assert_eq!(ask(Kind::A, "broken.example").await, Answer::Failed);
    assert!(matches!(ask(Kind::A, "no name at all..").await, Answer::Nothing { .. }));
}

#[tokio::test]
async fn a_silent_name_server_delays_nobody_and_too_many_questions_fail_at_once() {
    let (resolver, mut told) = resolver().await;
    let question = |number: usize| Question {
        kind: Kind::A,
        name: if number == 0 { "silent.example".into() } else { "a.carrier.example".into() },
    };
    (0..2).for_each(|number| resolver.ask(question(number)));
    let (first, _) = told.recv().await.unwrap();
    assert_eq!(first, question(1));
    (0..net::QUESTIONS_MAX + 10).for_each(|_| resolver.ask(question(0)));
    let (refused, answer) = told.recv().await.unwrap();
    assert_eq!((refused, answer), (question(0), Answer::Failed));
}
