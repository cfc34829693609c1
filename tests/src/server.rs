//! A server in this process, reached over HTTP like any other, whose clock the test moves.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wufei_api::app::{App, Parts};
use wufei_api::auth::{NewAccount, Role, create_account, validate};
use wufei_api::db::Db;
use wufei_api::district::Pack;
use wufei_api::lifecycle;
use wufei_api::shared::clock::Clock;
use wufei_api::shared::mail::Mailer;
use wufei_api::shared::outbox;
use wufei_api::shared::random::Random;
use wufei_api::shared::rate_limit::RateLimiter;
use wufei_api::shared::storage::Storage;
use wufei_api::webhooks::{self, guard::Client, guard::Networks};

use crate::Person;
use crate::database::{Database, copy_sqlite};

/// The password of every account a test makes.
pub const PASSWORD: &str = "correct horse battery";

/// What a server stands on besides its database.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub redis_url: Option<String>,
    pub storage_url: Option<String>,
    pub smtp_url: Option<String>,
    /// Beside the public ones.
    pub webhook_networks: Networks,
}

/// A running server.
pub struct Server {
    pub app: Arc<App>,
    pub address: SocketAddr,
    pub data: Arc<TempDir>,
    stop: CancellationToken,
}

/// A Tuesday morning in the district's working hours: 09:00 in Beijing.
pub fn start_of_tests() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 1, 0, 0).unwrap()
}

fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| PrometheusBuilder::new().install_recorder().unwrap())
        .clone()
}

/// The pack is loaded once for all servers of a process.
fn pack() -> Arc<Pack> {
    static PACK: OnceLock<Arc<Pack>> = OnceLock::new();
    Arc::clone(PACK.get_or_init(|| Arc::new(Pack::builtin().unwrap())))
}

/// A service on a database, with nobody listening yet.
pub async fn app(
    url: &str,
    data: &Path,
    settings: &Settings,
    clock: Clock,
    address: SocketAddr,
) -> Arc<App> {
    let db = Db::connect(url, 16).await.unwrap();
    db.migrate().await.unwrap();
    let storage = match &settings.storage_url {
        None => Storage::files(&data.join("photos")),
        Some(url) => Storage::s3(&url.parse().unwrap()),
    };
    App::new(Parts {
        db,
        clock,
        random: Random::from_system(),
        pack: pack(),
        storage: storage.unwrap(),
        limiter: RateLimiter::new(settings.redis_url.as_deref()).unwrap(),
        mailer: Mailer::new(
            "Wufei <wufei@example.org>",
            settings.smtp_url.as_deref(),
            &data.join("outbox"),
        )
        .unwrap(),
        webhooks: Client::new(settings.webhook_networks.clone()).unwrap(),
        metrics: metrics(),
        public_url: format!("http://{address}"),
        tiles: None,
        demo: false,
    })
}

impl Server {
    /// With this machine as a network that webhooks may reach.
    pub async fn start(database: Database) -> Self {
        let settings = Settings {
            webhook_networks: "127.0.0.0/8".parse().unwrap(),
            ..Settings::default()
        };
        Self::start_with(database, settings).await
    }

    pub async fn start_with(database: Database, settings: Settings) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        Self::start_in(data, database, settings, Clock::manual(start_of_tests())).await
    }

    /// A second replica: same database, same files, same clock.
    pub async fn replica(&self, database: Database, settings: Settings) -> Self {
        Self::start_in(
            Arc::clone(&self.data),
            database,
            settings,
            self.app.clock.clone(),
        )
        .await
    }

    /// On the files another left.
    pub async fn start_in(
        data: Arc<TempDir>,
        database: Database,
        settings: Settings,
        clock: Clock,
    ) -> Self {
        let url = if let Some(url) = database.url() {
            url.to_owned()
        } else {
            let file = data.path().join("wufei.db");
            if !file.exists() {
                copy_sqlite(&file).await;
            }
            format!("sqlite:{}", file.display())
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = app(&url, data.path(), &settings, clock, address).await;
        let stop = CancellationToken::new();
        let asked = stop.clone().cancelled_owned();
        tokio::spawn(lifecycle::serve_requests(Arc::clone(&app), listener, asked));
        Self {
            app,
            address,
            data,
            stop,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn advance(&self, by: TimeDelta) {
        self.app.clock.advance(by);
    }

    /// Delivers what waits in the outbox, as the worker would.
    pub async fn deliver(&self) -> usize {
        let mut tried = 0;
        loop {
            let letters = outbox::deliver_due(&self.app.db, &self.app.clock, &self.app.mailer);
            let messages = webhooks::deliver_due(&self.app);
            match letters.await.unwrap() + messages.await.unwrap() {
                0 => return tried,
                some => tried += some,
            }
        }
    }

    /// Letters written as files so far.
    pub fn letters(&self) -> Vec<crate::person::Letter> {
        crate::person::letters_in(&self.data.path().join("outbox"))
    }

    /// Letters to one address so far.
    pub fn letters_to(&self, address: &str) -> Vec<crate::person::Letter> {
        self.letters()
            .into_iter()
            .filter(|letter| letter.to == address)
            .collect()
    }

    /// Somebody without an account.
    pub fn resident(&self) -> Person {
        Person::new(format!("http://{}", self.address))
    }

    /// Makes a member of staff and signs them in.
    pub async fn staff(&self, username: &str, role: Role, office: Option<&str>) -> Person {
        let new = NewAccount {
            username: username.into(),
            name: username.into(),
            role,
            office: office.map(str::to_owned),
            email: None,
            password: PASSWORD.into(),
        };
        let new = validate(&self.app.pack, new).unwrap();
        let hash = new.hash_password(&self.app).await.unwrap();
        let mut tx = self.app.db.begin().await.unwrap();
        create_account(&self.app, &mut tx, new, hash).await.unwrap();
        tx.commit().await.unwrap();
        let person = self.resident();
        person.sign_in(username, PASSWORD).await;
        person
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
