//! `telefonist call trace`: the SIP messages of one call, from a running server.

use crate::cli::TraceArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::{screen, serve};
use api::{ClientError, Numbers, TraceForm};
use ids::CallId;
use std::fs;

pub(crate) fn run(args: &TraceArgs) -> Outcome {
    let form = if args.pcap.is_some() { TraceForm::Pcap } else { TraceForm::Ladder };
    let trace = serve::block_on(fetch(args, form))?;
    match &args.pcap {
        Some(file) => fs::write(file, trace)
            .map_err(|error| Fault::found(format!("{}: {error}", file.display())))?,
        None => screen::say_last(String::from_utf8_lossy(&trace).trim_end()),
    }
    Ok(Exit::Fine)
}

async fn fetch(args: &TraceArgs, form: TraceForm) -> Result<Vec<u8>, Fault> {
    let numbers = if args.numbers { Numbers::Shown } else { Numbers::Masked };
    let fetched = api::fetch_trace(args.http, CallId(args.call), form, numbers).await;
    fetched.map_err(|error| match error {
        ClientError::Refused(said) => Fault::found(said),
        error @ (ClientError::NotReached { .. }
        | ClientError::TimedOut(_)
        | ClientError::NotOurs { .. }) => Fault::new(Exit::NotReached, error),
    })
}
