//! Several parties on one case: parts that offices deal with side by side, consultations, and links
//! for those without an account.

pub mod consultation;
pub mod links;
pub mod parts;
mod store;

pub use store::{
    consultations_of, handed_in_in, handed_in_of, link_by_token, links_of, open_consultation,
    open_consultation_in, opinions_of, parts_in, parts_of,
};
