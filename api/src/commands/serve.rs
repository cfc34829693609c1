//! `wufei serve`.

use tokio::net::TcpListener;

use super::{Failure, build, say};
use crate::config::Config;
use crate::{auth, lifecycle};

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("WUFEI_LISTEN: {}: {error}", config.listen))?;
    let address = listener.local_addr()?;
    let app = build(config, config.public_url(address)).await?;
    say(&format!("listening on http://{address}"));
    if let Some(token) = auth::issue_setup_token(&app).await? {
        say(&format!(
            "make the first administrator (one-time link, 24 hours): {}/setup?token={token}",
            app.public_url
        ));
    }
    lifecycle::serve(app, listener, lifecycle::signal()).await?;
    Ok(())
}
