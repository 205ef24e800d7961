//! What is printed reads back as the same, whatever it holds.

#[path = "common/generated.rs"]
mod generated;

use generated::{request, response, uri};
use proptest::prelude::*;
use sip_msg::{Message, NameAddr, Text, Uri, parse};

proptest! {
    #[test]
    fn a_request_reads_back_as_it_was_printed(request in request()) {
        prop_assert_eq!(parse(request.to_bytes()), Ok(Message::Request(request)));
    }

    #[test]
    fn a_response_reads_back_as_it_was_printed(response in response()) {
        prop_assert_eq!(parse(response.to_bytes()), Ok(Message::Response(response)));
    }

    #[test]
    fn a_uri_reads_back_and_is_the_same_as_itself(uri in uri()) {
        let again = Uri::parse(Text::from(&uri)).unwrap();
        prop_assert!(again.is_same(&uri));
        prop_assert_eq!(again, uri);
    }

    #[test]
    fn no_value_breaks_out_of_its_line(display in ".{0,20}", request in request()) {
        let mut request = request;
        request.from = NameAddr::new(request.uri.clone())
            .with_display(format!("{display}\r\nVia: SIP/2.0/UDP evil\r\n\r\n"));
        request.headers = sip_msg::Headers::new();
        let request = request.with_header(sip_msg::Name::Subject, "x\r\nRoute: <sip:evil>\n\n");
        let Ok(Message::Request(read)) = parse(request.to_bytes()) else { panic!("{request:?}") };
        prop_assert_eq!(&read.via, &request.via);
        prop_assert_eq!(&read.body, &request.body);
        prop_assert_eq!(read.headers.len(), 1);
    }
}
