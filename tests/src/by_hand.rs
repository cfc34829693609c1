//! A server as a process of its own whose clock and workers the test moves, to be killed at will.
//!
//! What a test asks of it goes by lines over standard input, one answer a line: `clock MICROS`,
//! `sweep`, `deliver`, `count`, `staff JSON`. Requests come over HTTP as everywhere.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Mutex, watch};
use wufei_api::app::App;
use wufei_api::auth::{NewAccount, create_account, validate};
use wufei_api::shared::clock::Clock;
use wufei_api::shared::outbox;
use wufei_api::{figures, lifecycle};

use crate::server::{self, PASSWORD, Settings};
use crate::{Database, Person};

/// The process's side: serves until its standard input ends.
pub async fn serve() {
    let set = |name: &str| std::env::var(name).unwrap();
    let data = PathBuf::from(set("BY_HAND_DATA"));
    let start: i64 = set("BY_HAND_CLOCK").parse().unwrap();
    let clock = Clock::manual(DateTime::from_timestamp_micros(start).unwrap());
    let listener = TcpListener::bind(set("BY_HAND_LISTEN")).await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = Settings {
        smtp_url: std::env::var("BY_HAND_SMTP").ok(),
        ..Settings::default()
    };
    let app = server::app(&set("BY_HAND_DATABASE"), &data, &settings, clock, address).await;
    tokio::spawn(lifecycle::serve_requests(
        Arc::clone(&app),
        listener,
        std::future::pending(),
    ));
    println!("{address}");
    // All accounts of a month have one password: it is hashed once.
    let mut hash = None;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "clock" => {
                let to = DateTime::from_timestamp_micros(rest.parse().unwrap()).unwrap();
                app.clock.advance(to - app.clock.now());
            }
            "sweep" => lifecycle::sweep_once(&app).await.unwrap(),
            "deliver" => while deliver(&app).await > 0 {},
            "count" => while !figures::catch_up(&app).await.unwrap() {},
            "staff" => add_staff(&app, &serde_json::from_str(rest).unwrap(), &mut hash).await,
            other => panic!("unknown: {other}"),
        }
        println!("ok");
    }
}

async fn deliver(app: &App) -> usize {
    outbox::deliver_due(&app.db, &app.clock, &app.mailer)
        .await
        .unwrap()
}

async fn add_staff(app: &App, staff: &Value, hash: &mut Option<String>) {
    let text = |key: &str| staff[key].as_str().map(str::to_owned);
    let new = NewAccount {
        username: text("username").unwrap(),
        name: text("username").unwrap(),
        role: serde_json::from_value(staff["role"].clone()).unwrap(),
        office: text("office"),
        email: text("email"),
        password: PASSWORD.into(),
    };
    let new = validate(&app.pack, new).unwrap();
    if hash.is_none() {
        *hash = Some(new.hash_password(app).await.unwrap());
    }
    let mut tx = app.db.begin().await.unwrap();
    create_account(app, &mut tx, new, hash.clone().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

struct Running {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// The test's side.
pub struct ByHand {
    program: PathBuf,
    data: tempfile::TempDir,
    database: String,
    smtp: Option<String>,
    address: SocketAddr,
    /// Asking waits its turn; killing does not.
    asking: Mutex<Option<(ChildStdin, Lines<BufReader<ChildStdout>>)>>,
    child: Mutex<Option<Child>>,
    now: std::sync::Mutex<DateTime<Utc>>,
    up: watch::Sender<bool>,
}

/// The process was killed meanwhile.
#[derive(Debug)]
pub struct Killed;

impl ByHand {
    pub async fn start(
        program: &Path,
        database: &Database,
        smtp: Option<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let data = tempfile::tempdir().unwrap();
        let url = database.url().map_or_else(
            || format!("sqlite:{}", data.path().join("wufei.db").display()),
            str::to_owned,
        );
        let mut server = Self {
            program: program.to_owned(),
            data,
            database: url,
            smtp,
            address: ([127, 0, 0, 1], 0).into(),
            asking: Mutex::new(None),
            child: Mutex::new(None),
            now: std::sync::Mutex::new(now),
            up: watch::Sender::new(false),
        };
        server.address = server.run().await;
        server
    }

    /// Starts the process at the address of the one before.
    async fn run(&self) -> SocketAddr {
        let Running {
            child,
            input,
            mut output,
        } = self.spawn();
        let address = output.next_line().await.unwrap().unwrap().parse().unwrap();
        *self.asking.lock().await = Some((input, output));
        *self.child.lock().await = Some(child);
        self.up.send_replace(true);
        address
    }

    fn spawn(&self) -> Running {
        let mut command = Command::new(&self.program);
        command
            .env("BY_HAND_DATA", self.data.path())
            .env("BY_HAND_DATABASE", &self.database)
            .env("BY_HAND_LISTEN", self.address.to_string())
            .env("BY_HAND_CLOCK", self.now().timestamp_micros().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(smtp) = &self.smtp {
            command.env("BY_HAND_SMTP", smtp);
        }
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Running {
            child,
            input,
            output,
        }
    }

    pub fn person(&self) -> Person {
        Person::new(format!("http://{}", self.address))
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// `kill -9`, and another process in its place.
    pub async fn kill_and_restart(&self) {
        self.up.send_replace(false);
        let mut child = self.child.lock().await.take().unwrap();
        child.kill().await.unwrap();
        // Whoever was asking finds that nobody answers, and lets go.
        *self.asking.lock().await = None;
        self.run().await;
    }

    /// Resolves once a process answers.
    pub async fn is_up(&self) {
        self.up.subscribe().wait_for(|up| *up).await.unwrap();
    }

    async fn ask(&self, line: &str) -> Result<(), Killed> {
        let mut asking = self.asking.lock().await;
        let (input, output) = asking.as_mut().ok_or(Killed)?;
        let line = format!("{line}\n");
        input.write_all(line.as_bytes()).await.map_err(|_| Killed)?;
        match output.next_line().await {
            Ok(Some(answer)) => {
                assert_eq!(answer, "ok");
                Ok(())
            }
            // It panicked, or was killed: the next to ask finds out.
            Ok(None) | Err(_) => Err(Killed),
        }
    }

    /// Moves the clock forward to a moment.
    pub async fn at(&self, to: DateTime<Utc>) {
        assert!(to > self.now(), "time does not run backwards");
        *self.now.lock().unwrap() = to;
        self.ask(&format!("clock {}", to.timestamp_micros()))
            .await
            .unwrap();
    }

    pub async fn advance(&self, by: TimeDelta) {
        self.at(self.now() + by).await;
    }

    /// What the worker does each minute.
    pub async fn sweep(&self) -> Result<(), Killed> {
        self.ask("sweep").await
    }

    /// Delivers what is due.
    pub async fn deliver(&self) -> Result<(), Killed> {
        self.ask("deliver").await
    }

    /// Counts what has changed.
    pub async fn count(&self) -> Result<(), Killed> {
        self.ask("count").await
    }

    /// A member of staff by username, role, office and e-mail address.
    pub async fn add_staff(
        &self,
        username: &str,
        role: &str,
        office: Option<&str>,
        email: Option<&str>,
    ) {
        let staff = json!({ "username": username, "role": role, "office": office, "email": email });
        self.ask(&format!("staff {staff}")).await.unwrap();
    }
}
