//! Calendars from a server that is there, away, slow, wrong, endless, and that sends on.

use super::*;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const HOUR: Duration = Duration::from_secs(3_600);

/// A server of calendars.
struct Shelf {
    url: String,
    says: Arc<Mutex<Says>>,
    asked: Arc<AtomicUsize>,
}

/// What it says.
#[derive(Clone)]
enum Says {
    /// This status and body.
    This(&'static str, String),
    /// That the calendar is at another path.
    SentOn(String),
    /// Bytes without an end.
    Endless,
    /// A head and then nothing.
    Nothing,
    /// Nothing at all: it hangs up.
    HangsUp,
}

impl Shelf {
    fn open(says: Says) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}/holidays.ics?key=secret", listener.local_addr().unwrap());
        let (says, asked) = (Arc::new(Mutex::new(says)), Arc::new(AtomicUsize::new(0)));
        let (theirs, count) = (Arc::clone(&says), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::Relaxed);
                let says = theirs.lock().unwrap().clone();
                thread::spawn(move || answer_one(stream, &says));
            }
        });
        Self { url, says, asked }
    }

    fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Whoever has heard enough hangs up, and that is no fault.
fn answer_one(mut stream: TcpStream, says: &Says) {
    let mut head = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = head.next().and_then(Result::ok).unwrap_or_default();
    while head.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
    let _ = match says {
        Says::SentOn(to) if !first.contains("/elsewhere") => {
            write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
        Says::SentOn(_) => {
            let body = calendar("20261224");
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
        }
        Says::This(status, body) => write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ),
        Says::Endless => {
            let _ =
                write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nBEGIN:VCALENDAR\r\n");
            (0..).try_for_each(|_| stream.write_all(&[b'X'; 64 * 1024]))
        }
        Says::Nothing => {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
            thread::sleep(FETCH_MAX * 3);
            Ok(())
        }
        Says::HangsUp => Ok(()),
    };
}

fn calendar(day: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:Ledigt\r\nEND:VEVENT\r\n\
         END:VCALENDAR\r\n"
    )
}

fn fine(day: &str) -> Says {
    Says::This("200 OK", calendar(day))
}

fn served(data: &Path, fetching: Fetching) -> Calendars {
    Calendars::of(data, Keeping::Copies, fetching)
}

/// Makes the copy as old as this.
fn age(data: &Path, url: &str, by: Duration) {
    let copy = File::options().append(true).open(Copies::of(data, Keeping::Copies).path(url));
    copy.unwrap().set_modified(SystemTime::now() - by).unwrap();
}

#[test]
fn a_calendar_is_fetched_and_its_copy_is_good_until_it_is_old() {
    let (data, shelf) = (tempfile::tempdir().unwrap(), Shelf::open(fine("20261224")));
    let mut calendars = served(data.path(), Fetching::IfOld);
    let first = calendars.text(&shelf.url, HOUR).unwrap();
    assert_eq!(first, calendar("20261224"));
    shelf.says(fine("20261231"));
    assert_eq!(served(data.path(), Fetching::IfOld).text(&shelf.url, HOUR).unwrap(), first);
    assert_eq!(shelf.asked(), 1);
    age(data.path(), &shelf.url, HOUR);
    let mut later = served(data.path(), Fetching::IfOld);
    assert_eq!(later.text(&shelf.url, HOUR).unwrap(), calendar("20261231"));
    assert_eq!((later.told(&shelf.url), shelf.asked()), (None, 2));
    // A reload does not wait for what is refreshed anyway.
    age(data.path(), &shelf.url, HOUR);
    served(data.path(), Fetching::IfMissing).text(&shelf.url, HOUR).unwrap();
    assert_eq!(shelf.asked(), 2);
}

#[test]
fn who_only_looks_keeps_nothing() {
    let (data, shelf) = (tempfile::tempdir().unwrap(), Shelf::open(fine("20261224")));
    let mut calendars = Calendars::of(data.path(), Keeping::Nothing, Fetching::IfOld);
    calendars.text(&shelf.url, HOUR).unwrap();
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn the_copy_is_used_whatever_has_become_of_the_server_and_its_age_is_told() {
    let (data, shelf) = (tempfile::tempdir().unwrap(), Shelf::open(fine("20261224")));
    let missing = format!("{}&other", shelf.url);
    served(data.path(), Fetching::IfOld).text(&shelf.url, HOUR).unwrap();
    for (says, why) in [
        (Says::This("503 Service Unavailable", String::new()), "answers 503"),
        (Says::This("200 OK", "<!DOCTYPE html>Log in".to_owned()), "no iCalendar file"),
        (Says::This("200 OK", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned()), "no day"),
        (Says::HangsUp, "error sending request"),
        (Says::Endless, "more than 4194304 bytes"),
        (Says::Nothing, "does not come within"),
        (Says::SentOn("/again".to_owned()), "sent on and on"),
    ] {
        shelf.says(says);
        age(data.path(), &shelf.url, HOUR * 72);
        let mut calendars = served(data.path(), Fetching::IfOld);
        assert_eq!(calendars.text(&shelf.url, HOUR).unwrap(), calendar("20261224"), "{why}");
        let told = calendars.told(&shelf.url).unwrap().to_owned();
        assert!(told.contains(why) && told.contains("3 days old"), "{why}: {told}");
        assert!(!told.contains("secret"), "{told}");
        if why == "answers 503" {
            let none = calendars.text(&missing, HOUR).unwrap_err();
            assert!(none.contains("503") && none.contains("no copy of it is kept"), "{none}");
        }
    }
}

#[test]
fn a_calendar_may_be_somewhere_else() {
    let (data, shelf) = (tempfile::tempdir().unwrap(), Shelf::open(Says::HangsUp));
    shelf.says(Says::SentOn("/elsewhere".to_owned()));
    let text = served(data.path(), Fetching::IfOld).text(&shelf.url, HOUR).unwrap();
    assert_eq!(text, calendar("20261224"));
}

#[test]
fn a_calendar_that_is_sent_on_to_another_host_is_not_fetched_from_there() {
    let (data, other) = (tempfile::tempdir().unwrap(), Shelf::open(fine("20261224")));
    let elsewhere = other.url.replace("127.0.0.1", "localhost");
    let shelf = Shelf::open(Says::SentOn(elsewhere));
    let why = served(data.path(), Fetching::IfOld).text(&shelf.url, HOUR).unwrap_err();
    assert!(why.contains("another host, `localhost`: write the address"), "{why}");
    assert!(!why.contains("secret"), "{why}");
    assert_eq!(other.asked(), 0);
}

#[test]
fn what_is_refreshed_is_another_or_the_same_and_what_is_wrong_changes_nothing() {
    let (data, shelf) = (tempfile::tempdir().unwrap(), Shelf::open(fine("20261224")));
    let copies = Copies::of(data.path(), Keeping::Copies);
    assert_eq!(copies.age(&shelf.url), None);
    assert_eq!(copies.refresh(&shelf.url), Ok(Refreshed::Changed));
    age(data.path(), &shelf.url, HOUR);
    assert_eq!(copies.refresh(&shelf.url), Ok(Refreshed::Same));
    assert!(copies.age(&shelf.url).unwrap() < HOUR);
    shelf.says(fine("20261231"));
    assert_eq!(copies.refresh(&shelf.url), Ok(Refreshed::Changed));
    shelf.says(Says::This("200 OK", "nothing".to_owned()));
    copies.refresh(&shelf.url).unwrap_err();
    assert_eq!(copies.read(&shelf.url).unwrap(), calendar("20261231"));
}

#[test]
fn no_more_copies_are_kept_than_there_may_be() {
    let data = tempfile::tempdir().unwrap();
    let copies = Copies::of(data.path(), Keeping::Copies);
    for nth in 0..COPIES_MAX + 2 {
        copies.keep(&format!("https://x.example/{nth}"), "x").unwrap();
    }
    assert_eq!(fs::read_dir(data.path().join(FOLDER)).unwrap().count(), COPIES_MAX);
}
