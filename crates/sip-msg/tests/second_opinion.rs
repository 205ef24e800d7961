//! Messages that both we and the `rsip` crate understand mean the same to both. `rsip` knows no
//! IPv6, no methods but its own and no folding, so the messages here are plain.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics has said enough"
)]

use proptest::prelude::*;
use rsip::prelude::{HeadersExt as _, ToTypedHeader as _, UntypedHeader as _};
use sip_msg::{Message, Request, parse};

prop_compose! {
    fn plain_text()(
        user in "[a-z0-9]{1,8}", host in "[a-z]{1,8}\\.example", ip in any::<[u8; 4]>(),
        port in 1_u16.., branch in "[A-Za-z0-9]{1,10}", tag in "[A-Za-z0-9]{1,10}",
        call_id in "[a-z0-9]{1,8}@[a-z0-9]{1,8}", cseq in 0..10_000_u32,
        x in "[A-Za-z0-9 ]{1,12}", body in "[ -~]{0,30}",
    ) -> String {
        let ip = std::net::Ipv4Addr::from(ip);
        format!(
            "INVITE sip:{user}@{host}:{port} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {ip}:{port};branch=z9hG4bK{branch};rport\r\n\
             Max-Forwards: 70\r\n\
             From: \"Ana\" <sip:{user}@{ip}>;tag={tag}\r\n\
             To: <sip:{user}@{host}>\r\n\
             Call-ID: {call_id}\r\n\
             CSeq: {cseq} INVITE\r\n\
             Subject: {x}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len(),
        )
    }
}

fn ours(text: &str) -> Request {
    match parse(text.to_owned().into()) {
        Ok(Message::Request(request)) => request,
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn both_read_the_same_from_plain_text(text in plain_text()) {
        let ours = ours(&text);
        let theirs = rsip::Request::try_from(text.as_bytes()).unwrap();
        assert_same(&ours, &theirs)?;
    }

    #[test]
    fn rsip_reads_what_we_print(text in plain_text()) {
        let ours = ours(&text);
        let theirs = rsip::Request::try_from(&ours.to_bytes()[..]).unwrap();
        assert_same(&ours, &theirs)?;
    }
}

fn assert_same(ours: &Request, theirs: &rsip::Request) -> Result<(), TestCaseError> {
    let via = theirs.via_header().unwrap().typed().unwrap();
    let from = theirs.from_header().unwrap().typed().unwrap();
    let cseq = theirs.cseq_header().unwrap().typed().unwrap();
    prop_assert_eq!(ours.method.to_string(), theirs.method.to_string());
    prop_assert_eq!(ours.uri.to_string(), theirs.uri.to_string());
    prop_assert_eq!(ours.via[0].branch().unwrap().to_string(), via.branch().unwrap().to_string());
    prop_assert_eq!(ours.via[0].host().to_string(), via.uri.host_with_port.host.to_string());
    prop_assert_eq!(ours.from.tag().unwrap().to_string(), from.tag().unwrap().to_string());
    prop_assert_eq!(ours.from.uri().to_string(), from.uri.to_string());
    prop_assert_eq!(ours.call_id.to_string(), theirs.call_id_header().unwrap().value());
    prop_assert_eq!(ours.cseq, cseq.seq);
    prop_assert_eq!(&ours.body[..], &theirs.body[..]);
    Ok(())
}
