//! Who is signed in: accounts, sessions and roles.
//!
//! What a handler may be called by stands in its signature: [`MaybeUser`], [`CurrentUser`], or
//! [`Staff`] with the set of roles.

mod email;
mod extract;
mod http;
mod model;
mod password;
mod setup;
pub mod store;

pub(crate) use extract::session_of;
pub use extract::{
    Administrators, Approvers, Arbiters, CaseWorkers, Coordinators, Curators, CurrentUser, Editors,
    Everyone, Handlers, MaybeUser, Moderators, Planners, ReplyWriters, RoleSet, Staff, Verifiers,
};
pub use http::router;
pub use model::{Account, Me, Named, NewAccount, Role, create_account, validate};
pub use password::{Passwords, check_new_password};
pub use setup::{issue_setup_token, sweep};
