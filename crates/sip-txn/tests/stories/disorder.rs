//! Any messages in any order: nothing panics, and in the end nothing is left.

use crate::world::{World, text};
use proptest::prelude::*;
use sip_msg::Method;
use sip_txn::Transport;

#[derive(Clone, Debug)]
enum Step {
    Hear(&'static str, u8),
    Answer(u16),
    Send(Method),
    HearStatus(u16),
    CancelLast,
    Wait(f64),
    Break,
}

fn step() -> impl Strategy<Value = Step> {
    let method = prop::sample::select(vec!["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"]);
    let status = prop::sample::select(vec![100u16, 180, 200, 302, 401, 408, 486, 503, 603]);
    prop_oneof![
        4 => (method, 0u8..4).prop_map(|(method, branch)| Step::Hear(method, branch)),
        3 => status.clone().prop_map(Step::Answer),
        2 => prop::sample::select(vec![Method::Invite, Method::Bye]).prop_map(Step::Send),
        3 => status.prop_map(Step::HearStatus),
        1 => Just(Step::CancelLast),
        3 => (0.0f64..20.0).prop_map(Step::Wait),
        1 => Just(Step::Break),
    ]
}

proptest! {
    #[test]
    fn any_order_of_anything_comes_to_an_end(
        steps in prop::collection::vec(step(), 0..60),
        is_stream in any::<bool>(),
    ) {
        let mut world = World::new(if is_stream { Transport::Tcp } else { Transport::Udp });
        let mut sent = Vec::new();
        let mut heard = Vec::new();
        for step in steps {
            match step {
                Step::Hear(method, branch) => {
                    world.hear_text(&text(method, &format!("z9hG4bK{branch}")).replace("c2", &format!("c{branch}")));
                    heard.extend(world.heard.clone());
                }
                Step::Answer(status) if world.heard.is_some() => world.answer(status),
                Step::HearStatus(status) if world.sent.is_some() => world.hear_status(status),
                Step::Send(method) => sent.push(world.send(method)),
                Step::CancelLast => if let Some(txn) = sent.last() { world.cancel(*txn) },
                Step::Wait(seconds) => world.run(seconds),
                Step::Break => world.layer.flow_failed(world.hop.flow),
                Step::Answer(_) | Step::HearStatus(_) => {}
            }
        }
        for txn in sent {
            world.cancel(txn);
        }
        for (txn, request) in heard {
            world.heard = Some((txn, request));
            world.answer(500);
        }
        world.assert_empty();
    }
}
