//! Calls that are on, over real sockets: some hear music, some talk with somebody outside, and somebody listens to all of them.

use crate::ears::{Ears, Heard};
use crate::evenness::Evenness;
use crate::served::Server;
use crate::sipp_calls::Sipp;
use crate::voices::Voices;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

/// Where those who are on call from, and those whom they talk with are.
pub(crate) const CALLERS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const OTHERS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 5);

const WAITING: &str = "9000";
const TALKING: &str = "9200";

/// Sockets that hear music, of as many callers as there are.
const EARS_MAX: usize = 64;
/// Callers come at fifty a second; how long the last of them is given to arrive beside that.
const PACE: u32 = 50;
const SETTLE: Duration = Duration::from_secs(30);

/// How many are on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowd {
    pub(crate) hear_music: usize,
    /// Each with somebody outside.
    pub(crate) talk: usize,
}

/// Calls that are on, and who listens to them.
pub(crate) struct Scene {
    pub(crate) server: Server,
    others_at: SocketAddr,
    crowd: Crowd,
    music: Ears,
    /// The two ends of talks.
    talks: [Ears; 2],
    _voices: [Voices; 2],
    _on: [Sipp; 2],
}

/// What was heard in a while.
pub(crate) struct Sounds {
    pub(crate) music: Vec<Heard>,
    /// Of both ends, those of the far one counted on from the near one.
    pub(crate) talks: Vec<Heard>,
}

/// How even it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Even {
    pub(crate) music: Evenness,
    pub(crate) talks: Evenness,
}

impl Scene {
    /// All of them are on at a server that `starts` so with a dialplan, which goes on with `more`.
    pub(crate) fn set(starts: fn(&str) -> Server, crowd: Crowd, more: &str) -> Self {
        let other = UdpSocket::bind((OTHERS, 0)).expect("a port is free");
        let others_at = other.local_addr().expect("it is bound");
        drop(other);
        let server = starts(&dialplan(others_at, more));
        let music = Ears::open(CALLERS, crowd.hear_music.min(EARS_MAX));
        let [near, far] = [CALLERS, OTHERS].map(|at| Ears::open(at, crowd.talk));
        let others = Sipp::called(others_at, &far.ports());
        thread::sleep(Duration::from_millis(500));
        let wait = music.ports().into_iter().cycle().take(crowd.hear_music);
        let talk = near.ports().into_iter().map(|port| (TALKING, port));
        let calls: Vec<(&str, u16)> = wait.map(|port| (WAITING, port)).chain(talk).collect();
        let held = Sipp::held(server.sip, CALLERS, &calls);
        let voices = [&near, &far].map(|ears| Voices::speak(ears.mouths(), None));
        let (talks, on) = ([near, far], [others, held]);
        let scene = Self { server, others_at, crowd, music, talks, _voices: voices, _on: on };
        scene.wait_for_all();
        scene
    }

    /// The dialplan goes on with something else from now on.
    pub(crate) fn reload(&self, more: &str) {
        self.server.reload(&dialplan(self.others_at, more));
    }

    /// Waits until everybody who is on hears what is meant for them.
    fn wait_for_all(&self) {
        let all = u32::try_from(self.crowd.hear_music + self.crowd.talk).unwrap_or(u32::MAX);
        let over = Instant::now() + SETTLE + Duration::from_secs(1) * all / PACE;
        loop {
            thread::sleep(Duration::from_secs(1));
            let Sounds { music, talks } = self.take();
            let hear = music.iter().map(|it| it.port).collect::<BTreeSet<_>>().len();
            let talk = talks.iter().map(|it| it.ear).collect::<BTreeSet<_>>().len();
            if (hear, talk) == (self.crowd.hear_music, 2 * self.crowd.talk) {
                return;
            }
            assert!(Instant::now() < over, "{hear} hear music, and {talk} somebody else");
        }
    }

    /// What was heard since the last time.
    pub(crate) fn take(&self) -> Sounds {
        let [near, far] = self.talks.each_ref().map(said);
        let far = far.into_iter().map(|it| Heard { ear: self.crowd.talk + it.ear, ..it });
        Sounds { music: self.music.take(), talks: near.into_iter().chain(far).collect() }
    }

    /// How even that was.
    pub(crate) fn evenness_of(&self, sounds: &Sounds) -> Even {
        let Crowd { hear_music, talk } = self.crowd;
        Even {
            music: Evenness::of_music(&sounds.music, hear_music),
            talks: Evenness::of_talks(&sounds.talks, 2 * talk),
        }
    }
}

/// What our voices have said to these ears.
fn said(ears: &Ears) -> Vec<Heard> {
    ears.take().into_iter().filter(|packet| packet.said.is_some()).collect()
}

fn dialplan(others: SocketAddr, more: &str) -> String {
    format!(
        "language = \"sv\"\ncountry = \"46\"\nstrangers = \"welcome\"\n\
         [number.{WAITING}]\ngoto = \"queue.waiting\"\n\
         [number.{TALKING}]\ngoto = \"dial.other\"\n\
         [queue.waiting]\nwelcome = []\nannounce_place = \"0s\"\nwaiting_max = 10000\n\
         [dial.other]\nnumber = \"+46701234567\"\nper_hour_max = 10000\n\
         [trunk.others]\nhost = \"{others}\"\nhealth = \"0s\"\ndial = [\"+4670\"]\n\
         [agent.1001]\nsecret = \"bench-1001\"\nqueues = \"all\"\n{more}"
    )
}
