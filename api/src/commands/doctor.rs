//! `wufei doctor`: what state the installation is in.

use std::process::ExitCode;

use super::{Failure, build, say};
use crate::config::Config;
use crate::db::Kind;
use crate::health;
use crate::shared::photos::{self, store};

pub(super) async fn run(config: &Config) -> Result<ExitCode, Failure> {
    let app = build(config, String::new()).await?;
    let readiness = health::readiness(&app).await;
    let database = match app.db.kind() {
        Kind::Sqlite => "SQLite",
        Kind::Postgres => "PostgreSQL",
    };
    say(&format!("district: {} ({})", app.pack.name.zh, app.pack.id));
    say(&format!(
        "database: {} ({database}, schema {})",
        readiness.database,
        crate::db::schema_version()
    ));
    say(&format!("storage: {}", readiness.storage));
    say(&format!("redis: {}", readiness.redis));
    say(&format!(
        "letters: {} ({} waiting, {} given up)",
        readiness.mail, readiness.letters_waiting, readiness.letters_given_up
    ));
    let mut photos = 0;
    let mut missing = 0;
    for photo in store::all(&app.db).await? {
        photos += 1;
        for blob in [
            photos::original_blob(&photo.sha256, photo.id),
            photos::display_blob(photo.id),
            photos::thumbnail_blob(photo.id),
        ] {
            if !app.storage.exists(&blob).await? {
                missing += 1;
                say(&format!("missing: {blob}"));
            }
        }
    }
    say(&format!("photos: {photos}, files missing: {missing}"));
    app.db.close().await;
    let well = readiness.status != "not_ready" && missing == 0 && readiness.letters_given_up == 0;
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
