//! Letters: over SMTP where a server is set, else as `.eml` files in the data folder's `outbox/`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport, Message as Mail, Tokio1Executor};
use serde::{Deserialize, Serialize};

use super::id::OutboxId;

/// A plain-text letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Why an effect was not delivered. The texts name no address.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// Worth another attempt.
    #[error("{0}")]
    Later(String),
    /// It was not its turn: this was no attempt.
    #[error("not yet")]
    NotYet(TimeDelta),
    /// The server will never take it.
    #[error("{0}")]
    Never(String),
}

/// Sends letters.
#[derive(Clone, Debug)]
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

#[derive(Clone, Debug)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// The settings do not make a mailer.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    #[error("WUFEI_SMTP_URL: {0}")]
    Url(#[from] lettre::transport::smtp::Error),
    #[error("WUFEI_MAIL_FROM: {0}")]
    From(#[from] lettre::address::AddressError),
    #[error("the folder for letters cannot be made: {0}")]
    Folder(#[from] std::io::Error),
}

impl Mailer {
    /// `smtp_url`: `smtp://…`, `smtps://…`; unset, letters become files in `folder`.
    pub fn new(from: &str, smtp_url: Option<&str>, folder: &Path) -> Result<Self, MailerError> {
        let transport = if let Some(url) = smtp_url {
            let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
            Transport::Smtp(builder.timeout(Some(Duration::from_secs(30))).build())
        } else {
            std::fs::create_dir_all(folder)?;
            Transport::Folder(folder.to_owned())
        };
        Ok(Self {
            from: from.parse()?,
            transport,
        })
    }

    /// `smtp` or `files`.
    pub fn kind(&self) -> &'static str {
        match self.transport {
            Transport::Smtp(_) => "smtp",
            Transport::Folder(_) => "files",
        }
    }

    /// Sends one letter. The same `id` gives the same Message-ID, so that a letter delivered twice
    /// can be recognised. `unsubscribe_url`: where one POST ends what the letter belongs to
    /// (RFC 8058), for mail programs' own button.
    pub async fn send(
        &self,
        id: OutboxId,
        letter: &Letter,
        unsubscribe_url: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Undelivered> {
        let to: Address = letter
            .to
            .parse()
            .map_err(|_| Undelivered::Never("the address is malformed".into()))?;
        let mut mail = Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .date(now.into())
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|error| Undelivered::Never(error.to_string()))?;
        if let Some(url) = unsubscribe_url {
            for (name, value) in [
                ("List-Unsubscribe", format!("<{url}>")),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()),
            ] {
                let name = HeaderName::new_from_ascii_str(name);
                mail.headers_mut().insert_raw(HeaderValue::new(name, value));
            }
        }
        match &self.transport {
            Transport::Smtp(smtp) => match smtp.send(mail).await {
                Ok(_) => Ok(()),
                // The server's words may repeat the address: only their kind is kept.
                Err(error) if error.is_permanent() => Err(Undelivered::Never(format!(
                    "the mail server refused it for good ({})",
                    error
                        .status()
                        .map_or_else(|| "no code".to_owned(), |code| code.to_string())
                ))),
                Err(error) => Err(Undelivered::Later(format!(
                    "the mail server did not take it ({})",
                    error
                        .status()
                        .map_or_else(|| "no answer".to_owned(), |code| code.to_string())
                ))),
            },
            Transport::Folder(folder) => write_eml(folder, id, mail.formatted())
                .await
                .map_err(|error| Undelivered::Later(error.to_string())),
        }
    }
}

/// Written aside and renamed: whoever watches the folder sees whole letters only.
async fn write_eml(folder: &Path, id: OutboxId, bytes: Vec<u8>) -> std::io::Result<()> {
    let part = folder.join(format!("{id}.part"));
    let whole = folder.join(format!("{id}.eml"));
    tokio::fs::write(&part, bytes).await?;
    tokio::fs::rename(&part, &whole).await
}
