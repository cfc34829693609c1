//! Dumping reports: a resident files one, a department deals with it, somebody else verifies it.

mod action;
pub mod change;
mod escalation;
pub mod event;
pub mod evidence;
mod filing;
pub mod follower;
mod http;
mod letters;
pub mod model;
mod publishing;
pub mod ranking;
pub mod similar;
mod status;
pub mod steps;
pub mod store;
mod suspension;
pub mod together;
pub mod transitions;
pub mod view;
pub mod witnesses;

use crate::shared::code;
pub use crate::shared::code::Code;
pub use escalation::{climb_due, lapse_due};
pub use filing::{
    Filer, NewReport, RECURRENCE_M, RECURRENCE_WITHIN, Via, file, point, required, route, tidy,
};
pub use http::{
    load_by_code, may_see_photo, page_size, parse_statuses, report_of_reporter, router,
};
pub use publishing::{moderated, page_of_event, page_of_report};
pub use ranking::settle_due;
pub use suspension::resume_due;
