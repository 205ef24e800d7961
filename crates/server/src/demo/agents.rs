//! The simulated agents: phones that register, answer after a moment, talk for a while, hang up.

use crate::centre::Centre;
use crate::exit::Fault;
use dialplan::Agent;
use softphone::{Answer, Phone, PhoneConfig, Voice};
use std::time::Duration;

/// How long bindings are asked for.
const REGISTRATION: Duration = Duration::from_secs(300);

/// An account with this beginning of a password is a simulated agent's; the visitor's is left free.
const VISITOR: &str = "1099";

/// Registers the phones of the first `count` of these agents, whose passwords are known still.
pub(crate) async fn come_to_work(
    centre: &Centre,
    agents: &[Agent],
    count: u32,
) -> Result<Vec<Phone>, Fault> {
    let mut phones = Vec::new();
    let simulated = agents.iter().filter(|agent| &*agent.account != VISITOR);
    for (place, agent) in
        (0_u16..).zip(simulated).take_while(|(place, _)| u32::from(*place) < count)
    {
        let config = PhoneConfig {
            password: agent.secret.password().map(str::to_owned),
            display: Some(agent.name.to_string()),
            registration: Some(REGISTRATION),
            answer: Answer::After(Duration::from_millis(900 + 250 * u64::from(place))),
            // Some are quick, some thorough.
            talk: Some(Duration::from_secs(8 + 3 * u64::from(place))),
            voice: Voice::Tone(300.0 + 40.0 * f32::from(place)),
            ..PhoneConfig::new(centre.sip.plain(), &*agent.account)
        };
        let started = Phone::start(config).await;
        let (phone, _events) =
            started.map_err(|error| Fault::found(format!("a simulated agent: {error}")))?;
        phones.push(phone);
    }
    Ok(phones)
}

/// Unregisters them, all at once.
pub(crate) async fn go_home(phones: Vec<Phone>) {
    let mut leaving = tokio::task::JoinSet::new();
    for phone in phones {
        leaving.spawn(phone.stop());
    }
    leaving.join_all().await;
}
