//! What the black-box tests stand on: a real server on either database, people who use it, and photos.
#![expect(
    clippy::needless_pass_by_value,
    reason = "bodies are written in place with json!"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has failed"
)]

pub mod by_hand;
pub mod database;
pub mod events;
pub mod mail_catcher;
pub mod market;
pub mod person;
pub mod pickup;
pub mod picture;
pub mod process;
pub mod receiver;
pub mod server;
pub mod services;

pub use database::Database;
pub use person::{Answer, Person};
pub use receiver::Receiver;
pub use server::{Server, Settings};

/// Declares tests that run on both databases: `both_databases! { async fn name(server: Server) {…} }`.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: Server) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn run($server: $crate::Server) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::Server::start($crate::Database::sqlite()).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::Server::start($crate::Database::postgres().await).await).await;
            }
        }
    )*};
}
