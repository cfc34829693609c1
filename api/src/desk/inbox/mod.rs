//! Finding cases: the desk works across slices, so its queries read their tables.
//!
//! Triggers keep a narrow row of each open case for the whole district (`scope = ''`) and for every
//! office that leads or assists, and of each case that is over in a table of its own. A question walks
//! the index of its order where most cases would fit it anyway, and otherwise reads the scope's rows
//! through once; only the page's cases are then read from the wide table.

mod closed;
mod counts;
mod filter;
mod find;
mod map;
mod open;
mod order;

pub use counts::{Counts, Workload, counts, workloads};
pub use filter::{CasesQuery, Filter, Sort};
pub use find::{Hit, cases, riskiest_unassigned, total};
pub use map::{Map, map};
pub use order::Place;

use uuid::Uuid;

use crate::auth::{Account, Role};
use crate::db::{Db, DbError};
use crate::reports::model::Report;

/// What a member of staff sees at all: handlers the cases their office leads or assists, the others
/// every case.
#[derive(Clone, Debug)]
pub struct Scope {
    office: Option<String>,
}

impl Scope {
    pub fn of(account: &Account) -> Self {
        let office =
            (account.role == Role::Handler).then(|| account.office.clone().unwrap_or_default());
        Self { office }
    }

    pub fn covers(&self, report: &Report) -> bool {
        self.office
            .as_deref()
            .is_none_or(|office| report.concerns(office))
    }

    /// The scope's name in the inbox's tables.
    pub fn name(&self) -> &str {
        match self.office.as_deref() {
            // A handler without an office sees nothing, not everything.
            Some("") => "-",
            Some(office) => office,
            None => "",
        }
    }

    pub fn is_everything(&self) -> bool {
        self.office.is_none()
    }
}

/// Names of people, for a history or an inbox.
pub async fn names(db: &Db) -> Result<Vec<(Uuid, String)>, DbError> {
    db.sql("SELECT id, name FROM accounts WHERE role <> 'resident'")
        .all()
        .await
}
