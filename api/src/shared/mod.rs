//! What every slice stands on. Knows no slice.

pub mod clock;
pub mod code;
pub mod error;
pub mod extract;
pub mod fold;
pub mod geo;
pub mod hex;
pub mod id;
pub mod idempotency;
pub mod imaging;
pub mod mail;
pub mod message;
pub mod money;
pub mod outbox;
pub mod page;
pub mod phone;
pub mod photos;
pub mod random;
pub mod rate_limit;
pub mod screening;
pub mod secret;
pub mod sheet;
pub mod storage;
pub mod terms;
pub mod text_enum;
pub mod words;
