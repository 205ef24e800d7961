//! `[short_codes]` as it is written.

use super::check_dialled;
use crate::report::Report;
use crate::schema::Shape;
use crate::table::{Table, Text};

/// What agents dial, where it is not what it usually is.
#[derive(Default)]
pub(crate) struct ShortCodesDraft {
    pub(crate) log_in: Option<Text>,
    pub(crate) log_out: Option<Text>,
    pub(crate) pause: Option<Text>,
    pub(crate) resume: Option<Text>,
    pub(crate) extend_wrap_up: Option<Text>,
    pub(crate) end_wrap_up: Option<Text>,
    pub(crate) disposition: Option<Text>,
    pub(crate) join_queue: Option<Text>,
    pub(crate) leave_queue: Option<Text>,
    pub(crate) listen: Option<Text>,
}

pub(super) fn read(file: &mut Table<'_>, report: &mut Report<'_>) -> ShortCodesDraft {
    let name = "short_codes";
    let table = file
        .shaped(name, Shape::Table(name))
        .and_then(|value| Table::of(name.to_owned(), value, report));
    let Some(mut codes) = table else { return ShortCodesDraft::default() };
    let mut code = |key| {
        let code = codes.text(key, report)?;
        check_dialled(&code, report);
        Some(code)
    };
    let draft = ShortCodesDraft {
        log_in: code("log_in"),
        log_out: code("log_out"),
        pause: code("pause"),
        resume: code("resume"),
        extend_wrap_up: code("extend_wrap_up"),
        end_wrap_up: code("end_wrap_up"),
        disposition: code("disposition"),
        join_queue: code("join_queue"),
        leave_queue: code("leave_queue"),
        listen: code("listen"),
    };
    codes.finish(report);
    draft
}
