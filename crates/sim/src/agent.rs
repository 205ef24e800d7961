//! Agents: people with a phone, a shift, and whims.

use crate::agenda::Due;
use crate::answering::Manner;
use crate::lines::{Lines, ear};
use crate::phone::{Link, Phone, PhoneId, Presence};
use crate::plane::Voice;
use crate::registering::{Code, Registration};
use crate::site::phone_ip;
use crate::world::{Mood, World, fork};
use bytes::Bytes;
use engine::Input;
use ids::LegId;
use rand::RngExt;
use rand::rngs::StdRng;
use sip_auth::Login;
use sip_msg::{StatusCode, Text};
use sip_ua::Event;

/// Legs of an agent's phone.
const LEGS: usize = 32;
/// Every so manyth phone has a connection rather than a socket.
const CONNECTED_EVERY: usize = 3;
/// The agents who leave a queue now and then.
const LEAVE: [usize; 2] = [2, 7];
/// A phone has no more lines than this, whatever the capacity of its agent.
const LINES_MAX: u8 = 2;
/// The agent who has a second phone.
const TWO_PHONES: usize = 5;

/// What an agent does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AgentDoes {
    Register,
    Unregister,
    Whim,
    Dial(Code),
    Ring(LegId),
    Answer(LegId, Manner),
    Refuse(LegId, StatusCode),
    GiveUp(LegId),
    EarlyBye(LegId),
    HangUp(LegId),
    /// Says by a key that a message is done; in a conversation it means nothing.
    PressDone(LegId),
    Hold(LegId),
    Resume(LegId),
    ComeBack,
}

/// An agent at a phone.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) login: Login,
    pub(crate) registration: Registration,
    pub(crate) lines: Lines,
}

impl World {
    /// Gives every agent of the plan a phone, and one of them a second one.
    pub(crate) fn hire(&mut self, random: &mut StdRng) {
        let plan = self.plan.clone();
        let second = plan.agents.get(TWO_PHONES);
        for agent in plan.agents.iter().chain(second) {
            let phone = PhoneId(self.phones.len());
            let ip = phone_ip(u8::try_from(phone.0).expect("there are a few phones"));
            let link = if phone.0.is_multiple_of(CONNECTED_EVERY) {
                self.new_connection()
            } else {
                Link::Datagrams
            };
            self.phones.push(Phone::new(ip, link, LEGS, fork(random)));
            let login = Login {
                user: Text::from(agent.account.to_string()),
                password: Text::from(agent.secret.password().unwrap_or_default().to_owned()),
            };
            let registration = Registration::new(Text::from(format!("r{}", phone.0)));
            let lines = Lines::new(usize::from(agent.capacity.min(LINES_MAX)));
            self.agents.insert(phone, Agent { login, registration, lines });
            self.plans(phone, 0..=5_000, AgentDoes::Register);
            self.plans(phone, 20_000..=60_000, AgentDoes::Whim);
            if agent.log_in == dialplan::LogIn::Code {
                self.plans(phone, 6_000..=10_000, AgentDoes::Dial(Code::In));
            }
        }
    }

    /// Puts something on the agenda of an agent, in so many milliseconds.
    pub(crate) fn plans(
        &mut self,
        phone: PhoneId,
        millis: std::ops::RangeInclusive<u64>,
        does: AgentDoes,
    ) {
        let at = self.in_millis(millis);
        self.agenda.put(at, Due::Agent(phone, does));
    }

    pub(crate) fn agent(&mut self, phone: PhoneId) -> &mut Agent {
        self.agents.get_mut(&phone).expect("agents are never dismissed")
    }

    pub(crate) fn agent_does(&mut self, phone: PhoneId, does: AgentDoes) {
        self.say(format_args!("{phone} does {does:?}"));
        match does {
            AgentDoes::Register => self.register(phone),
            AgentDoes::Unregister => self.unregister(phone),
            AgentDoes::Whim => self.whim(phone),
            AgentDoes::Dial(code) => self.dial_code(phone, code),
            AgentDoes::Ring(leg) => self.phone_does(phone, |ua, now| ua.ring(now, leg)),
            AgentDoes::Answer(leg, manner) => self.answer_ring(phone, leg, manner),
            AgentDoes::Refuse(leg, status) => self.refuse_ring(phone, leg, status),
            AgentDoes::GiveUp(leg) => self.give_up_ring(phone, leg),
            AgentDoes::EarlyBye(leg) => self.say_early_bye(phone, leg),
            AgentDoes::HangUp(leg) => self.agent_hangs_up(phone, leg),
            AgentDoes::PressDone(leg) => self.agent_presses(phone, leg),
            AgentDoes::Hold(leg) => self.agent_offers(phone, leg, sdp::Direction::SendOnly),
            AgentDoes::Resume(leg) => self.agent_offers(phone, leg, sdp::Direction::SendRecv),
            AgentDoes::ComeBack => self.come_back(phone),
        }
    }

    /// Now and then an agent does something that no call asked for.
    fn whim(&mut self, phone: PhoneId) {
        if self.mood != Mood::Wild {
            return;
        }
        match self.people.random_range(0..10) {
            0..=2 => {
                self.plans(phone, 0..=0, AgentDoes::Dial(Code::Out));
                self.plans(phone, 3_000..=20_000, AgentDoes::Dial(Code::In));
            }
            3 | 4 => self.plans(phone, 0..=0, AgentDoes::Dial(Code::In)),
            5 => {
                self.plans(phone, 0..=0, AgentDoes::Unregister);
                self.plans(phone, 500..=20_000, AgentDoes::Register);
            }
            6 => self.crash(phone),
            7 => self.vanish(phone),
            8 => {
                self.plans(phone, 0..=0, AgentDoes::Dial(Code::Pause));
                self.plans(phone, 3_000..=40_000, AgentDoes::Dial(Code::Resume));
            }
            _ => self.whim_of_work(phone),
        }
        self.plans(phone, 20_000..=60_000, AgentDoes::Whim);
    }

    /// Something about after-call work, which may be on or not; about a queue; or a word with a colleague.
    fn whim_of_work(&mut self, phone: PhoneId) {
        if self.crashing.is_some() && self.people.random() {
            let colleague = self.people.random_range(0..self.plan.agents.len());
            return self.plans(phone, 0..=0, AgentDoes::Dial(Code::Colleague(colleague)));
        }
        // Others stay with every queue, or nobody might be there when the day is closed.
        if LEAVE.contains(&phone.0) {
            self.plans(phone, 0..=0, AgentDoes::Dial(Code::LeaveQueue));
            return self.plans(phone, 9_000..=30_000, AgentDoes::Dial(Code::JoinQueue));
        }
        let code = match self.people.random_range(0..3) {
            0 => Code::ExtendWrapUp,
            1 => Code::EndWrapUp,
            _ => Code::File,
        };
        self.plans(phone, 0..=0, AgentDoes::Dial(code));
    }

    /// The phone's network goes away for a while.
    pub(crate) fn vanish(&mut self, phone: PhoneId) {
        self.say(format_args!("{phone} vanishes"));
        self.phone_mut(phone).presence = Presence::Away;
        self.crashing.iter_mut().for_each(|crashing| crashing.goes_away(phone));
        self.fall_silent(phone);
        self.plans(phone, 300..=45_000, AgentDoes::ComeBack);
    }

    /// Nothing is heard from the phone from here on, whatever its messages say.
    fn fall_silent(&mut self, phone: PhoneId) {
        for rtp in self.agent(phone).lines.ears() {
            self.plane.set_voice(rtp, Voice::Gone(self.now));
        }
    }

    /// The phone's network is back; its connection is not.
    pub(crate) fn come_back(&mut self, phone: PhoneId) {
        if self.phone(phone).presence == Presence::There {
            return;
        }
        self.phone_mut(phone).presence = Presence::There;
        for rtp in self.agent(phone).lines.ears() {
            self.plane.clear_voice(rtp);
        }
        if let Link::Connection(_) = self.phone(phone).link {
            self.break_connection(phone);
            self.plans(phone, 10..=3_000, AgentDoes::Register);
        }
    }

    /// The phone falls over and starts anew: it knows nothing of any call.
    fn crash(&mut self, phone: PhoneId) {
        self.say(format_args!("{phone} crashes"));
        self.fall_silent(phone);
        let random = fork(&mut self.people);
        let found = self.phone(phone);
        let anew = Phone::new(found.address.ip(), found.link, LEGS, random);
        let ua = anew.ua;
        self.phone_mut(phone).ua = ua;
        let number = self.new_number();
        let agent = self.agent(phone);
        agent.lines.forget();
        agent.registration = Registration::new(Text::from(format!("r{}-{number}", phone.0)));
        if let Link::Connection(_) = self.phone(phone).link {
            self.break_connection(phone);
        }
        self.plans(phone, 500..=4_000, AgentDoes::Register);
    }

    /// The connection breaks: both ends are told, and a new one is there.
    pub(crate) fn break_connection(&mut self, phone: PhoneId) {
        let Link::Connection(broken) = self.phone(phone).link else { return };
        self.phone_mut(phone).link = self.new_connection();
        self.phone_does(phone, |ua, now| ua.flow_failed(now, broken));
        self.auditor.cut_off();
        self.feed(Input::FlowClosed(broken));
    }

    pub(crate) fn new_connection(&mut self) -> Link {
        self.next_flow = self.next_flow.next();
        Link::Connection(self.next_flow)
    }

    pub(crate) fn agent_hangs_up(&mut self, phone: PhoneId, leg: LegId) {
        if self.line_is_over(phone, leg) {
            self.phone_does(phone, |ua, now| ua.hang_up(now, leg, None));
        }
    }

    /// A line is free again, and nothing is heard of it. Whether it was in use.
    pub(crate) fn line_is_over(&mut self, phone: PhoneId, leg: LegId) -> bool {
        let over = self.agent(phone).lines.end(leg);
        if let Some(rtp) = over.as_ref().map(ear) {
            self.plane.set_voice(rtp, Voice::Gone(self.now));
        }
        over.is_some()
    }

    /// Holds, or takes up again.
    fn agent_offers(&mut self, phone: PhoneId, leg: LegId, direction: sdp::Direction) {
        if let Some(on) = self.agent(phone).lines.at_mut(leg) {
            let offer = on.sound_mut().offer(direction);
            self.asking.insert((phone, leg));
            self.phone_does(phone, |ua, now| ua.reinvite(now, leg, offer));
        }
    }

    /// Something happened at an agent's phone.
    pub(crate) fn agent_hears(&mut self, phone: PhoneId, event: Event) {
        match event {
            Event::Incoming { leg, request, .. } => self.agent_rung(phone, leg, &request),
            Event::Rejected { leg, response } => self.code_rejected(phone, leg, &response),
            Event::Cancelled { leg }
            | Event::Unreachable { leg, .. }
            | Event::Ended { leg, .. } => {
                self.line_is_over(phone, leg);
            }
            Event::Answered { leg, sdp, .. } => self.code_answered(phone, leg, sdp),
            Event::Reoffered { leg, sdp } => self.agent_reoffered(phone, leg, sdp),
            Event::Request { txn, request, .. } => {
                let ok = request.reply(StatusCode::OK);
                self.phone_does(phone, |ua, now| ua.reply(now, txn, ok));
            }
            Event::Response { txn, response, .. } => self.registered(phone, txn, &response),
            Event::Failed { txn, .. } => self.not_registered(phone, txn),
            Event::Reanswered { leg, .. } | Event::ReinviteFailed { leg, .. } => {
                self.asking.remove(&(phone, leg));
            }
            Event::Established { .. }
            | Event::Trying { .. }
            | Event::Progress { .. }
            | Event::Pressed { .. }
            | Event::StrayAnswer { .. }
            | Event::Referred { .. } => {}
        }
    }

    fn agent_reoffered(&mut self, phone: PhoneId, leg: LegId, sdp: Option<Bytes>) {
        let on = self.agent(phone).lines.at_mut(leg);
        let answer = on.and_then(|on| on.sound_mut().answer(&sdp?));
        self.phone_does(phone, |ua, now| match answer {
            Some(answer) => ua.accept_reinvite(now, leg, answer),
            None => ua.refuse_reinvite(now, leg, StatusCode::NOT_ACCEPTABLE_HERE),
        });
    }
}
