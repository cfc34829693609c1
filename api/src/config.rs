//! Every setting: a flag and an environment variable, with its default and its check.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use url::Url;

use crate::webhooks::guard::Networks;

/// What the service is run with. Flags win over environment variables.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Config {
    /// Address and port to serve on; port 0 takes a free one.
    #[arg(
        long,
        env = "WUFEI_LISTEN",
        default_value = "127.0.0.1:8080",
        global = true
    )]
    pub listen: SocketAddr,
    /// Folder of the SQLite database, photos and letters.
    #[arg(long, env = "WUFEI_DATA_DIR", default_value = "data", global = true)]
    pub data_dir: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; unset: SQLite in the data folder.
    #[arg(long, env = "WUFEI_DATABASE_URL", global = true)]
    pub database_url: Option<String>,
    /// Connections to the database this process holds at most, 1 to 500.
    #[arg(long, env = "WUFEI_DATABASE_CONNECTIONS", default_value_t = 16,
          value_parser = clap::value_parser!(u32).range(1..=500), global = true)]
    pub database_connections: u32,
    /// `redis://…` or `unix://…`, shared by replicas for rate limits; unset: in memory.
    #[arg(long, env = "WUFEI_REDIS_URL", global = true)]
    pub redis_url: Option<String>,
    /// `s3://bucket` (endpoint, region and keys from `AWS_…`); unset: files in the data folder.
    #[arg(long, env = "WUFEI_STORAGE_URL", global = true)]
    pub storage_url: Option<String>,
    /// `smtp://…` or `smtps://…`; unset: letters are written as .eml files in `outbox/`.
    #[arg(long, env = "WUFEI_SMTP_URL", global = true)]
    pub smtp_url: Option<String>,
    /// Sender of letters.
    #[arg(
        long,
        env = "WUFEI_MAIL_FROM",
        default_value = "Wufei <wufei@localhost.localdomain>",
        global = true
    )]
    pub mail_from: String,
    /// Networks that webhooks may reach although they are not public, `10.20.0.0/16,127.0.0.0/8`; only
    /// there `http://` is taken too, by address.
    #[arg(
        long,
        env = "WUFEI_WEBHOOK_NETWORKS",
        default_value = "",
        global = true
    )]
    pub webhook_networks: Networks,
    /// Folder of a district pack; unset: the one built in.
    #[arg(long, env = "WUFEI_DISTRICT", global = true)]
    pub district: Option<PathBuf>,
    /// Address the public reaches the service at, for links in letters; unset: the address served on.
    #[arg(long, env = "WUFEI_PUBLIC_URL", global = true)]
    pub public_url: Option<Url>,
    /// Map tiles `https://…/{z}/{x}/{y}.png`; unset: the district's own outline and places are drawn.
    #[arg(long, env = "WUFEI_TILES_URL", global = true)]
    pub tiles_url: Option<String>,
    /// Attribution the owner of the tiles asks for.
    #[arg(
        long,
        env = "WUFEI_TILES_ATTRIBUTION",
        default_value = "",
        global = true
    )]
    pub tiles_attribution: String,
    /// Log filter: `info`, `debug`, `wufei_api=debug,info` …
    #[arg(long, env = "WUFEI_LOG", default_value = "info", global = true)]
    pub log: String,
}

/// A setting is wrong. The line names it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("unknown setting {name}{hint}")]
    Unknown { name: String, hint: String },
    #[error("{name}: {reason}")]
    Malformed { name: &'static str, reason: String },
}

/// Variables that are not settings of the service but share its prefix: the test-suite's.
const FOREIGN: &str = "WUFEI_TEST_";

impl Config {
    /// The environment variables that are settings.
    pub fn variables() -> BTreeSet<String> {
        let command = Self::augment_args(clap::Command::new("wufei"));
        command
            .get_arguments()
            .filter_map(|arg| {
                arg.get_env()
                    .and_then(|name| name.to_str())
                    .map(str::to_owned)
            })
            .collect()
    }

    /// Refuses a `WUFEI_…` variable that is no setting: a misspelt one would be ignored in silence.
    pub fn refuse_unknown(names: impl IntoIterator<Item = String>) -> Result<(), ConfigError> {
        let known = Self::variables();
        for name in names {
            if !name.starts_with("WUFEI_") || name.starts_with(FOREIGN) || known.contains(&name) {
                continue;
            }
            let hint = known
                .iter()
                .min_by_key(|candidate| distance(candidate, &name))
                .filter(|candidate| distance(candidate, &name) <= 3)
                .map(|candidate| format!("; did you mean {candidate}?"))
                .unwrap_or_default();
            return Err(ConfigError::Unknown { name, hint });
        }
        Ok(())
    }

    /// Checks what the parser cannot.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let malformed = |name, reason: &str| {
            Err(ConfigError::Malformed {
                name,
                reason: reason.into(),
            })
        };
        if let Some(url) = &self.database_url
            && !["sqlite:", "postgres:", "postgresql:"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        {
            return malformed("WUFEI_DATABASE_URL", "must begin with sqlite: or postgres:");
        }
        if let Some(url) = &self.redis_url
            && !["redis://", "unix://", "redis+unix://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        {
            return malformed("WUFEI_REDIS_URL", "must begin with redis:// or unix://");
        }
        if let Some(url) = &self.storage_url
            && !Url::parse(url).is_ok_and(|url| url.scheme() == "s3" && url.host_str().is_some())
        {
            return malformed("WUFEI_STORAGE_URL", "must be s3://BUCKET");
        }
        if let Some(url) = &self.smtp_url
            && !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps"))
        {
            return malformed("WUFEI_SMTP_URL", "must begin with smtp:// or smtps://");
        }
        if let Some(url) = &self.public_url
            && !(matches!(url.scheme(), "http" | "https") && url.query().is_none())
        {
            return malformed(
                "WUFEI_PUBLIC_URL",
                "must be an http or https address without a query",
            );
        }
        if let Some(url) = &self.tiles_url
            && !(url.starts_with("https://") || url.starts_with('/'))
        {
            return malformed("WUFEI_TILES_URL", "must begin with https:// or /");
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log).is_err() {
            return malformed("WUFEI_LOG", "is not a log filter");
        }
        if self.mail_from.parse::<lettre::message::Mailbox>().is_err() {
            return malformed("WUFEI_MAIL_FROM", "is not a mail address");
        }
        Ok(())
    }

    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("wufei.db").display()))
    }

    /// The address for links, without a slash at its end.
    pub fn public_url(&self, listening: SocketAddr) -> String {
        self.public_url.as_ref().map_or_else(
            || format!("http://{listening}"),
            |url| url.as_str().trim_end_matches('/').to_owned(),
        )
    }
}

/// Levenshtein distance, for suggesting the setting that was meant.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_setting_is_refused_by_name_with_the_one_that_was_meant() {
        let error = Config::refuse_unknown(["WUFEI_LISTN".to_owned()]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown setting WUFEI_LISTN; did you mean WUFEI_LISTEN?"
        );
        assert!(Config::refuse_unknown(["PATH".into(), "WUFEI_LISTEN".into()]).is_ok());
    }

    #[test]
    fn every_setting_of_the_contract_exists() {
        let known = Config::variables();
        for name in [
            "LISTEN",
            "DATA_DIR",
            "DATABASE_URL",
            "REDIS_URL",
            "STORAGE_URL",
            "SMTP_URL",
            "DISTRICT",
            "PUBLIC_URL",
            "LOG",
        ] {
            assert!(known.contains(&format!("WUFEI_{name}")), "{name}");
        }
    }
}
