//! `wufei api-key`: keys of other systems that file reports over Open311.

use std::process::ExitCode;

use clap::Subcommand as ClapSubcommand;

use super::staff::explain;
use super::{Failure, build, say};
use crate::config::Config;
use crate::open311::keys;

#[derive(ClapSubcommand)]
pub(super) enum Command {
    /// Make a key and print it, this once.
    Add {
        /// Which system it is for; unique.
        #[arg(long)]
        name: String,
        /// Requests it may file in an hour.
        #[arg(long, default_value_t = keys::PER_HOUR)]
        per_hour: u32,
    },
    /// List the keys, without what they are.
    List,
    /// Take a key out of use at once.
    Revoke {
        #[arg(long)]
        name: String,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<ExitCode, Failure> {
    let app = build(config, String::new()).await?;
    let mut code = ExitCode::SUCCESS;
    match command {
        Command::Add { name, per_hour } => {
            say(&keys::add(&app, &name, per_hour).await.map_err(explain)?);
        }
        Command::List => {
            for key in keys::list(&app).await.map_err(explain)? {
                let state = if key.revoked_at.is_some() {
                    "revoked"
                } else {
                    "in use"
                };
                say(&format!(
                    "{}\t{}\t{} an hour\tsince {}",
                    key.name,
                    state,
                    key.per_hour,
                    key.created_at.format("%Y-%m-%d")
                ));
            }
        }
        Command::Revoke { name } => {
            if keys::revoke(&app, &name).await.map_err(explain)? {
                say(&format!("revoked {name}"));
            } else {
                say(&format!("no key in use is called {name}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    app.db.close().await;
    Ok(code)
}
