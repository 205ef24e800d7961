//! A server whose log goes to a pipe that nobody reads: a stalled journal, a terminal at Ctrl-S.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use e2e::{Site, http, program, wait};
use std::net::{SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Of lines as short as ours a pipe holds fewer by far.
const LINES: usize = 4_000;

/// A server that does not outlive its test.
struct Unread(Child);

impl Drop for Unread {
    fn drop(&mut self) {
        // One that has ended well can be killed no more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether the server still answers somebody who asks whether it is there.
fn answers(phone: &UdpSocket, server: SocketAddr, count: usize) -> bool {
    let here = phone.local_addr().unwrap();
    let request = format!(
        "OPTIONS sip:{server} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{count}\r\n\
         Max-Forwards: 70\r\nFrom: <sip:a@{here}>;tag=a\r\nTo: <sip:{server}>\r\n\
         Call-ID: options-{count}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    );
    phone.send_to(request.as_bytes(), server).unwrap();
    let mut answer = [0; 2_048];
    let heard =
        std::iter::from_fn(|| phone.recv(&mut answer).ok().map(|len| answer[..len].to_vec()));
    let branch = format!("branch=z9hG4bK{count}\r\n");
    heard.take(LINES).any(|answer| String::from_utf8_lossy(&answer).contains(&branch))
}

#[test]
fn a_log_that_nobody_reads_holds_up_no_call_and_no_end() {
    let site = Site::of_one_queue("", 1);
    let server = Command::new(program())
        .arg("serve")
        .arg(site.folder())
        .env("RUST_LOG", "trace")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Unread(server);
    wait::until_so("the server is healthy", || {
        http::get(site.http, "/healthz").is_ok_and(|(status, _)| status == 200)
    });
    let phone = UdpSocket::bind("127.0.0.1:0").unwrap();
    phone.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    // Each is refused, which is said in a line.
    for _ in 0..LINES {
        phone.send_to(b"GARBAGE sip:9000 SIP/2.0\r\n\r\n", site.sip).unwrap();
    }
    let mut count = 0;
    wait::until_so("an answer", || {
        count += 1;
        answers(&phone, site.sip, count)
    });
    let (status, _) = http::get(site.http, "/healthz").unwrap();
    assert_eq!(status, 200);
    let script = format!("kill -s TERM {}", server.0.id());
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
    let ended = wait::until("the end of the server", || server.0.try_wait().unwrap());
    assert!(ended.success(), "{ended}");
}
