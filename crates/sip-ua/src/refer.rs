//! REFER inside a leg, as the one who is asked (RFC 3515, RFC 3892, RFC 4488): what the peer wants
//! called, and how it is told what came of that.
//!
//! Our 202 begins a subscription that only this REFER has: it reports at once that the request is
//! being tried, then each change, and ends with the final status, after [`REPORT_MAX`], or when the
//! peer answers a report with anything but 2xx. It outlives its leg (RFC 5057 §4.1), since phones
//! hang up first and ask afterwards; one report is under way at a time, so a peer that no longer
//! knows the dialog hears of it once.

use crate::leg::State;
use crate::replaces::{Named, Replaces};
use crate::user_agent::Timer;
use crate::{Event, Hop, ServerTxn, UserAgent, way};
use clock::{Duration, Moment};
use ids::LegId;
use sip_dialog::Dialog;
use sip_msg::{Method, Name, NameAddr, Request, StatusCode, Text, Uri};
use std::fmt;

/// No report is made later than this after our 202.
pub const REPORT_MAX: Duration = Duration::from_secs(180);

/// RFC 3891 §6.2.
pub(crate) const REPLACES: &str = "replaces";
/// RFC 4488 §6.
pub(crate) const NOREFERSUB: &str = "norefersub";
/// What whoever takes REFER understands beyond it, for a Supported header.
pub(crate) const TRANSFERS: &str = "replaces, norefersub";

/// How many numbers of the dialog our BYE may take: one, and one more each time that the peer asks for
/// a password.
const BYE_NUMBERS: u32 = 3;

/// One REFER of a peer: the leg that it came in, and its number there. A leg has one at a time that
/// is not over; a further one is answered 491.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferralId {
    leg: LegId,
    cseq: u32,
}

impl ReferralId {
    /// The leg that the REFER came in.
    #[must_use]
    pub const fn leg(self) -> LegId {
        self.leg
    }
}

impl fmt::Display for ReferralId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "referral-{}-{}", self.leg.0, self.cseq)
    }
}

impl fmt::Debug for ReferralId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a peer wants called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// The address in Refer-To, without what stands behind its `?`.
    pub target: Uri,
    /// Whose place the new call is to take there.
    pub replaces: Option<Replaced>,
    /// Who says to be asking: Referred-By, which nothing proves.
    pub referred_by: Option<NameAddr>,
}

/// The dialog that a Refer-To names by Replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// A leg of ours, up or not yet answered by us.
    Leg(LegId),
    /// One that we do not have, or have no longer.
    Unknown,
}

/// A REFER of a peer that is not over.
#[derive(Debug)]
pub(crate) enum Referred {
    /// Our user has not said yet whether it will be done.
    Asked { txn: ServerTxn, request: Box<Request> },
    /// It is being done.
    Reporting(Box<Report>),
}

/// The subscription that a REFER began.
#[derive(Debug)]
pub(crate) struct Report {
    /// What is to be told next: a newer status takes the place of one that is not sent yet.
    waiting: Option<StatusCode>,
    last: StatusCode,
    is_under_way: bool,
    until: Moment,
    /// The dialog and its way, once the leg itself is gone.
    left: Option<Left>,
}

/// What is left of a leg for whoever is told of its referral.
#[derive(Debug)]
struct Left {
    dialog: Dialog,
    hop: Hop,
    /// Our Contact in it.
    contact: Text,
}

/// Why a subscription says that it is over (RFC 6665 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// The final status is told.
    NoResource,
    /// The peer wants to hear no more, or has heard for long enough.
    Timeout,
}

impl UserAgent {
    /// A REFER inside a leg, its order already checked.
    pub(crate) fn hear_refer(
        &mut self,
        now: Moment,
        leg: LegId,
        txn: ServerTxn,
        request: Box<Request>,
    ) {
        if self.referrals.len() >= self.config.legs_max {
            return self.respond(now, txn, request.reply(StatusCode::SERVICE_UNAVAILABLE));
        }
        let referral = match self.read_refer(&request) {
            Ok(referral) => referral,
            Err(reason) => {
                let response = request.reply(StatusCode::BAD_REQUEST).with_reason(reason);
                return self.respond(now, txn, response);
            }
        };
        let status = match self.legs.get(&leg).map(|leg| &leg.state) {
            Some(State::Talking(_)) if !self.is_told(leg) => Some(StatusCode::CALL_DOES_NOT_EXIST),
            Some(State::Talking(_)) if self.referral_of(leg).is_some() => {
                Some(StatusCode::REQUEST_PENDING)
            }
            Some(State::Talking(_)) => None,
            // Who does not talk with anybody has nobody to hand over.
            Some(State::Ringing(_) | State::Calling(_)) => Some(StatusCode::FORBIDDEN),
            Some(State::Leaving(_)) | None => Some(StatusCode::CALL_DOES_NOT_EXIST),
        };
        if let Some(status) = status {
            return self.respond(now, txn, request.reply(status));
        }
        let id = ReferralId { leg, cseq: request.cseq };
        self.referrals.insert(id, Referred::Asked { txn, request });
        self.tell(Event::Referred { leg, referral: id, to: Box::new(referral) });
    }

    /// What a REFER asks for.
    ///
    /// # Errors
    /// What is wrong with it, for a 400: there must be one Refer-To, and what it has for Replaces
    /// must be one (RFC 3515 §2.4.1).
    fn read_refer(&self, request: &Request) -> Result<Referral, &'static str> {
        let Ok([refer_to]) = <[NameAddr; 1]>::try_from(
            request.headers.addresses(Name::ReferTo).map_err(|_| "Bad Refer-To")?,
        ) else {
            return Err("Not One Refer-To");
        };
        if refer_to.uri().params().get("method").is_some_and(|method| method != "INVITE") {
            return Err("Refer-To For Another Method");
        }
        let referred_by = match request.headers.get(Name::ReferredBy) {
            Some(value) => Some(NameAddr::parse(value.clone()).map_err(|_| "Bad Referred-By")?),
            None => None,
        };
        let replaces = self.replaced_in(&refer_to.uri())?;
        Ok(Referral { target: refer_to.uri().without_headers(), replaces, referred_by })
    }

    /// The dialog that a Refer-To names behind its `?`.
    fn replaced_in(&self, refer_to: &Uri) -> Result<Option<Replaced>, &'static str> {
        let mut values = refer_to
            .headers_unescaped()
            .filter_map(|(name, value)| name.eq_ignore_case("Replaces").then_some(value));
        let value = match (values.next(), values.next()) {
            (None, _) => return Ok(None),
            (Some(value), None) => value,
            (Some(_), Some(_)) => return Err("Not One Replaces In Refer-To"),
        };
        let replaces = Replaces::parse(&value).map_err(|_| "Bad Replaces In Refer-To")?;
        Ok(Some(match self.named_by(&replaces) {
            Named::Early(leg) | Named::Confirmed(leg) => Replaced::Leg(leg),
            Named::Ending | Named::Unknown => Replaced::Unknown,
        }))
    }

    /// The REFER of this leg that is not over.
    fn referral_of(&self, leg: LegId) -> Option<ReferralId> {
        let all = ReferralId { leg, cseq: 0 }..=ReferralId { leg, cseq: u32::MAX };
        self.referrals.range(all).next().map(|(id, _)| *id)
    }

    /// Says yes to [`Event::Referred`]: 202, and a report that it is being tried. Without reports if
    /// the peer wants none (RFC 4488 §4): then nothing more need be said of it.
    pub fn accept_referral(&mut self, now: Moment, referral: ReferralId) {
        if let Some((txn, request)) = self.take_asked(referral) {
            let contact =
                self.legs.get(&referral.leg).map(|leg| leg.contact.clone()).unwrap_or_default();
            let mut response = self.dress(&request, StatusCode::ACCEPTED, &contact);
            if wants_no_reports(&request) {
                response.headers.push(refer_sub(), "false");
                self.respond(now, txn, response);
            } else {
                self.respond(now, txn, response);
                self.begin_reports(now, referral);
            }
        }
        self.settle(now);
    }

    /// Says no to [`Event::Referred`], with a final status of 300 or more.
    pub fn refuse_referral(&mut self, now: Moment, referral: ReferralId, status: StatusCode) {
        debug_assert!(status.code() >= 300, "a refusal is a final answer");
        if let Some((txn, request)) = self.take_asked(referral) {
            self.respond(now, txn, request.reply(status));
        }
        self.settle(now);
    }

    /// Tells the peer how the call that it asked for stands: what the one called has answered. A
    /// final status is the last that is told.
    pub fn notify_referral(&mut self, now: Moment, referral: ReferralId, status: StatusCode) {
        if let Some(Referred::Reporting(report)) = self.referrals.get_mut(&referral)
            && report.waiting.is_none_or(|waiting| waiting.is_provisional())
        {
            report.waiting = Some(status);
            self.send_report(now, referral);
        }
        self.settle(now);
    }

    fn take_asked(&mut self, id: ReferralId) -> Option<(ServerTxn, Box<Request>)> {
        match self.referrals.remove(&id)? {
            Referred::Asked { txn, request } => Some((txn, request)),
            reporting @ Referred::Reporting(_) => {
                self.referrals.insert(id, reporting);
                None
            }
        }
    }

    fn begin_reports(&mut self, now: Moment, id: ReferralId) {
        let until = now + REPORT_MAX;
        let report = Report {
            waiting: Some(StatusCode::TRYING),
            last: StatusCode::TRYING,
            is_under_way: false,
            until,
            left: None,
        };
        self.referrals.insert(id, Referred::Reporting(Box::new(report)));
        self.deadlines.set(Timer::Report(id), until);
        self.send_report(now, id);
    }

    /// Sends the report that waits, if none is under way.
    fn send_report(&mut self, now: Moment, id: ReferralId) {
        let Some(Referred::Reporting(report)) = self.referrals.get_mut(&id) else { return };
        if report.is_under_way {
            return;
        }
        let Some(status) = report.waiting.take() else { return };
        report.last = status;
        if status.is_final() {
            self.end_reports(now, id, Over::NoResource);
        } else {
            let seconds = report.until.since(now).as_secs();
            report.is_under_way = true;
            self.send_notify(now, id, status, format!("active;expires={seconds}"));
        }
    }

    /// Sends the last report and forgets the subscription.
    fn end_reports(&mut self, now: Moment, id: ReferralId, why: Over) {
        let Some(Referred::Reporting(report)) = self.referrals.get(&id) else { return };
        let (status, reason) = match why {
            Over::NoResource => (report.last, "noresource"),
            Over::Timeout => (report.last, "timeout"),
        };
        self.send_notify(now, id, status, format!("terminated;reason={reason}"));
        self.forget_reports(id);
    }

    fn forget_reports(&mut self, id: ReferralId) {
        self.referrals.remove(&id);
        self.deadlines.clear(&Timer::Report(id));
    }

    fn send_notify(&mut self, now: Moment, id: ReferralId, status: StatusCode, state: String) {
        let Some((request, hop)) = self.request_for(id) else { return };
        let line = format!("SIP/2.0 {} {}\r\n", status.code(), status.reason());
        let mut notify = request
            .with_header(Name::Event, format!("refer;id={}", id.cseq))
            .with_header(Name::SubscriptionState, state)
            .with_body("message/sipfrag;version=2.0", line.into());
        notify.headers.set(Name::UserAgent, self.config.user_agent.clone());
        let txn = self.send_request(now, hop, notify);
        self.purposes.insert(txn, crate::purpose::Purpose::Report(id));
    }

    /// A NOTIFY in the dialog of the referral, and its way: by the leg as long as that is there.
    fn request_for(&mut self, id: ReferralId) -> Option<(Request, Hop)> {
        let Some(Referred::Reporting(report)) = self.referrals.get_mut(&id) else { return None };
        if let Some(Left { dialog, hop, contact }) = &mut report.left {
            let request = dialog.request(Method::Notify);
            return Some((request.with_header(Name::Contact, contact.clone()), *hop));
        }
        let leg = self.legs.get_mut(&id.leg)?;
        let State::Talking(talking) = &mut leg.state else { return None };
        let hop = way::hop_inside(leg.hop, talking);
        let contact = leg.contact.clone();
        Some((talking.dialog.request(Method::Notify).with_header(Name::Contact, contact), hop))
    }

    /// A report was answered, or never was. Anything but 2xx ends the subscription (RFC 6665
    /// §4.2.2): a 481 to it says nothing of the leg (RFC 5057 §4.1).
    pub(crate) fn hear_report_answered(&mut self, now: Moment, id: ReferralId, taken: bool) {
        if let Some(Referred::Reporting(report)) = self.referrals.get_mut(&id) {
            report.is_under_way = false;
            if taken {
                self.send_report(now, id);
            } else {
                self.forget_reports(id);
            }
        }
    }

    /// The peer has been told for long enough.
    pub(crate) fn reports_due(&mut self, now: Moment, id: ReferralId) {
        self.end_reports(now, id, Over::Timeout);
    }

    /// A leg that was up ends. What nobody has decided yet is over (§15.1.2); what is being
    /// reported goes on by the dialog as it is left.
    pub(crate) fn outlive_leg(&mut self, now: Moment, leg: LegId) {
        let Some(id) = self.referral_of(leg) else { return };
        if let Some((txn, request)) = self.take_asked(id) {
            return self.respond(now, txn, request.reply(StatusCode::REQUEST_TERMINATED));
        }
        let Some(leg) = self.legs.get(&leg) else { return };
        let State::Talking(talking) = &leg.state else { return };
        let (hop, contact) = (way::hop_inside(leg.hop, talking), leg.contact.clone());
        let mut dialog = talking.dialog.clone();
        dialog.local_cseq = dialog.local_cseq.saturating_add(BYE_NUMBERS);
        if let Some(Referred::Reporting(report)) = self.referrals.get_mut(&id) {
            report.left = Some(Left { dialog, hop, contact });
        }
    }
}

/// RFC 4488 §4.
fn refer_sub() -> Name {
    Name::Other(Text::from("Refer-Sub"))
}

fn wants_no_reports(request: &Request) -> bool {
    request.headers.get(refer_sub()).is_some_and(|value| {
        let word = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
        word.trim_ascii().eq_ignore_ascii_case(b"false")
    })
}
