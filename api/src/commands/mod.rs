//! The commands of the binary.

mod api_key;
mod backup;
mod demo;
mod demo_market;
mod doctor;
mod serve;
mod staff;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::{App, Parts};
use crate::config::Config;
use crate::db::Db;
use crate::district::{self, Pack, Severity};
use crate::public::Tiles;
use crate::shared::clock::Clock;
use crate::shared::mail::Mailer;
use crate::shared::random::Random;
use crate::shared::rate_limit::RateLimiter;
use crate::shared::storage::Storage;
use crate::webhooks::guard::Client;
use crate::{app, observe};

/// Something a command cannot go on after; its text is one line for the operator.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The public service of a district's zero-waste programme.
#[derive(Parser)]
#[command(name = "wufei", version, about)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the website and its API.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Check a district pack: each finding with file, line and what to do.
    CheckDistrict {
        /// The folder of the pack.
        dir: PathBuf,
    },
    /// Manage staff accounts.
    #[command(subcommand)]
    Staff(staff::Command),
    /// Manage the keys of other systems that file reports over Open311.
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// Fill an empty database with a year of invented reports, to try the service with.
    Demo,
    /// Write everything the service must not lose into one tar file.
    Backup { file: PathBuf },
    /// Put a backup into an empty installation.
    Restore { file: PathBuf },
    /// Print the OpenAPI document.
    Openapi,
    /// Say what state the installation is in.
    Doctor,
}

/// Runs the command line; ends non-zero with one line on standard error when it fails.
pub fn main() -> ExitCode {
    if let Err(error) = Config::refuse_unknown(std::env::vars().map(|(name, _)| name)) {
        return fail(&error.to_string());
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let _ = error.print();
            return ExitCode::from(2);
        }
        Err(help) => {
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    if let Err(error) = cli.config.validate() {
        return fail(&error.to_string());
    }
    observe::logs(&cli.config.log);
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        return fail("the TLS provider was installed twice");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the runtime does not start: {error}")),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(line: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "wufei: {line}");
    ExitCode::FAILURE
}

/// Writes to standard output; a reader that went away is no failure.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Command::Serve => serve::run(&cli.config).await.map(|()| ExitCode::SUCCESS),
        Command::Migrate => {
            open_database(&cli.config).await?.close().await;
            say(&format!(
                "schema is at version {}",
                crate::db::schema_version()
            ));
            Ok(ExitCode::SUCCESS)
        }
        Command::CheckDistrict { dir } => Ok(check_district(&dir)),
        Command::Staff(command) => staff::run(&cli.config, command).await,
        Command::ApiKey(command) => api_key::run(&cli.config, command).await,
        Command::Demo => demo::run(&cli.config).await,
        Command::Backup { file } => backup::backup(&cli.config, &file).await,
        Command::Restore { file } => backup::restore(&cli.config, &file).await,
        Command::Openapi => {
            say(&app::openapi().to_pretty_json()?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor => doctor::run(&cli.config).await,
    }
}

fn check_district(dir: &Path) -> ExitCode {
    let findings = district::check(dir, Clock::System.now().date_naive());
    for finding in &findings {
        say(&finding.to_string());
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    say(&format!(
        "{errors} errors, {} warnings",
        findings.len() - errors
    ));
    if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Makes the data folder, connects and migrates.
async fn open_database(config: &Config) -> Result<Db, Failure> {
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| format!("WUFEI_DATA_DIR: {}: {error}", config.data_dir.display()))?;
    let db = Db::connect(&config.database_url(), config.database_connections)
        .await
        .map_err(|error| format!("WUFEI_DATABASE_URL: cannot connect: {error}"))?;
    db.migrate()
        .await
        .map_err(|error| format!("the schema cannot be brought up to date: {error}"))?;
    Ok(db)
}

fn load_pack(config: &Config) -> Result<Pack, Failure> {
    match &config.district {
        None => Ok(Pack::builtin()?),
        Some(dir) => Pack::load(dir).map_err(|error| format!("WUFEI_DISTRICT: {error}").into()),
    }
}

/// Everything a command needs of the service, from the settings.
async fn build(config: &Config, public_url: String) -> Result<Arc<App>, Failure> {
    build_at(config, public_url, Clock::System).await
}

async fn build_at(config: &Config, public_url: String, clock: Clock) -> Result<Arc<App>, Failure> {
    let pack = Arc::new(load_pack(config)?);
    let db = open_database(config).await?;
    let storage = match &config.storage_url {
        None => Storage::files(&config.data_dir.join("photos")),
        Some(url) => Storage::s3(&url.parse()?),
    }
    .map_err(|error| format!("WUFEI_STORAGE_URL: {error}"))?;
    let demo = demo::is_in(&db).await?;
    Ok(App::new(Parts {
        demo,
        db,
        clock,
        random: Random::from_system(),
        pack,
        storage,
        limiter: RateLimiter::new(config.redis_url.as_deref())
            .map_err(|error| format!("WUFEI_REDIS_URL: {error}"))?,
        mailer: Mailer::new(
            &config.mail_from,
            config.smtp_url.as_deref(),
            &config.data_dir.join("outbox"),
        )?,
        webhooks: Client::new(config.webhook_networks.clone())?,
        metrics: observe::metrics()?,
        public_url,
        tiles: config.tiles_url.clone().map(|url| Tiles {
            url,
            attribution: config.tiles_attribution.clone(),
        }),
    }))
}
