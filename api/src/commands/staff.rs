//! `wufei staff`: accounts without a browser.

use std::io::Read;
use std::process::ExitCode;

use clap::Subcommand as ClapSubcommand;

use super::{Failure, build, say};
use crate::auth::{NewAccount, Role, create_account, validate};
use crate::config::Config;
use crate::shared::error::Error;

#[derive(ClapSubcommand)]
pub(super) enum Command {
    /// Add a member of staff.
    Add {
        #[arg(long)]
        username: String,
        /// The person's name; unset: the username.
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        role: Role,
        /// Id of the office; handlers need one.
        #[arg(long)]
        office: Option<String>,
        /// Letters about new cases go here.
        #[arg(long)]
        email: Option<String>,
        /// Read the password from standard input, so that it stays out of the process list.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<ExitCode, Failure> {
    let Command::Add {
        username,
        name,
        role,
        office,
        email,
        password_stdin: _,
    } = command;
    let mut password = String::new();
    std::io::stdin().take(4096).read_to_string(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let app = build(config, String::new()).await?;
    let new = NewAccount {
        name: name.unwrap_or_else(|| username.clone()),
        username,
        role,
        office,
        email,
        password,
    };
    let new = validate(&app.pack, new).map_err(explain)?;
    let hash = new.hash_password(&app).await.map_err(explain)?;
    let mut tx = app.db.begin().await?;
    let account = create_account(&app, &mut tx, new, hash)
        .await
        .map_err(explain)?;
    tx.commit().await?;
    app.db.close().await;
    say(&format!("added {} ({})", account.username, account.id));
    Ok(ExitCode::SUCCESS)
}

/// The first reason, in one English line.
pub(super) fn explain(error: Error) -> Failure {
    match error {
        Error::Invalid(fields) => fields
            .iter()
            .map(|(field, message)| format!("{field}: {}", message.en))
            .collect::<Vec<_>>()
            .join("; ")
            .into(),
        Error::Conflict(message) => message.en.into_owned().into(),
        other => other.to_string().into(),
    }
}
