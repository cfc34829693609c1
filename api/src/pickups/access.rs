//! Which member of staff may see and do what of a collector's rounds.

use crate::app::App;
use crate::auth::{Account, Role};
use crate::message;
use crate::shared::error::{Error, Result};

/// Whether somebody sees the bookings of a collector, contacts and addresses included: the handlers of
/// the office that runs its rounds, and those who stand above the offices.
pub fn may_see(app: &App, account: &Account, collector: &str) -> bool {
    match account.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Handler => runs(app, account, collector),
        _ => false,
    }
}

/// Whether somebody plans a collector's rounds: its office's handlers, and coordinators.
pub fn may_plan(app: &App, account: &Account, collector: &str) -> bool {
    match account.role {
        Role::Coordinator => true,
        Role::Handler => runs(app, account, collector),
        _ => false,
    }
}

/// Whether somebody works on a collector's rounds: the handlers of its office.
pub fn runs(app: &App, account: &Account, collector: &str) -> bool {
    let office = app
        .pack
        .pickups()
        .and_then(|pickups| pickups.collector(collector))
        .map(|collector| collector.office.as_str());
    account.role == Role::Handler && office.is_some() && account.office.as_deref() == office
}

/// The collectors whose bookings somebody sees.
pub fn collectors_of(app: &App, account: &Account) -> Vec<String> {
    app.pack
        .pickups()
        .into_iter()
        .flat_map(|pickups| &pickups.collectors)
        .filter(|collector| may_see(app, account, &collector.id))
        .map(|collector| collector.id.clone())
        .collect()
}

/// 403 unless it may.
pub fn check(may: bool) -> Result<()> {
    if may {
        return Ok(());
    }
    Err(Error::Forbidden(message!(
        "这不归您的部门办理。",
        "This is not for your office to do.",
        "귀 부서의 소관이 아닙니다."
    )))
}
