//! The simulated callers: each is a phone that dials, listens, presses a key, and has patience for
//! a while.

use rand::{Rng, RngExt};
use softphone::{Phone, PhoneConfig, Voice};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The main line.
const NUMBER: &str = "9000";
/// Callers on the line at once; a further one finds it busy at home.
const CALLERS_MAX: usize = 60;
/// The first caller does not wait for the clock.
const FIRST_AFTER: Duration = Duration::from_millis(200);

/// Calls for ever, `per_minute` times a minute on average.
pub(crate) async fn keep_calling(server: SocketAddr, per_minute: u32) {
    if per_minute == 0 {
        return;
    }
    let lines = Arc::new(Semaphore::new(CALLERS_MAX));
    let mut callers = tokio::task::JoinSet::new();
    let mut pause = FIRST_AFTER;
    loop {
        tokio::time::sleep(pause).await;
        while callers.try_join_next().is_some() {}
        if let Ok(line) = Arc::clone(&lines).try_acquire_owned() {
            callers.spawn(async move {
                call(server).await;
                drop(line);
            });
        }
        pause = until_next(per_minute);
    }
}

/// Calls come independently of each other, so the pauses between them are exponential.
fn until_next(per_minute: u32) -> Duration {
    let mean = 60.0 / f64::from(per_minute);
    let chance: f64 = rand::rng().random_range(0.001..1.0);
    Duration::from_secs_f64((-chance.ln() * mean).min(30.0))
}

/// One caller's visit. Whatever goes wrong is the caller's own affair.
async fn call(server: SocketAddr) {
    let config = PhoneConfig {
        display: Some("Kund".to_owned()),
        voice: Voice::Tone(440.0),
        ..PhoneConfig::new(server, format!("070174{:04}", rand::rng().random_range(0..10_000)))
    };
    let Ok((phone, _events)) = Phone::start(config).await else { return };
    if let Ok(call) = phone.call(NUMBER).await
        && call.answered().await.is_ok()
    {
        tokio::time::sleep(seconds(1..5)).await;
        let keys = keys(&mut rand::rng());
        call.press_all(keys).await;
        let patience = seconds(30..150);
        if tokio::time::timeout(patience, call.ended()).await.is_err() {
            call.hang_up().await;
            call.ended().await;
        }
    }
    phone.stop().await;
}

/// What a caller wants: mostly the invoice, sometimes in English, sometimes nothing in particular.
fn keys(random: &mut impl Rng) -> &'static str {
    match random.random_range(0..10) {
        0..4 => "1",
        4..6 => "2",
        6..8 => "3",
        8 => "91",
        _ => "0",
    }
}

fn seconds(range: std::ops::Range<u64>) -> Duration {
    Duration::from_secs(rand::rng().random_range(range))
}
