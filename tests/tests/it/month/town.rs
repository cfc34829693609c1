//! The district's people for a month: handlers of every office, coordinators, verifiers, residents.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use wufei_tests::by_hand::ByHand;
use wufei_tests::mail_catcher::MailCatcher;
use wufei_tests::server::PASSWORD;
use wufei_tests::{Answer, Database, Person, picture};

use super::acts::Follower;
use super::pack::Pack;

/// 江源区's fourteen offices that deal with waste, first of the pack's list.
pub const OFFICES: usize = 14;
pub const COORDINATORS: [&str; 2] = ["coordinator.1", "coordinator.2"];
/// Who reads the pages of cases by day and in the evening: a session lasts twelve hours.
const READERS: [&str; 2] = ["reader.day", "reader.evening"];
pub const VERIFIERS: [(&str, Option<&str>); 2] =
    [("verifier.1", None), ("verifier.2", Some("ecology"))];

/// Thursday, 10 September 2026, before the offices open: a month with two weekends worked, the
/// mid-autumn holiday and the whole of the national one.
pub fn first_moment() -> DateTime<Utc> {
    "2026-09-10T05:00:00+08:00".parse().unwrap()
}

/// Somebody's e-mail address; every second handler and coordinator has one.
pub fn staff_email(username: &str) -> Option<String> {
    username
        .ends_with(".1")
        .then(|| format!("{username}@staff.example"))
}

pub struct Town {
    pub server: ByHand,
    pub mail: MailCatcher,
    pub pack: Pack,
    staff: BTreeMap<String, Person>,
    /// Ids of accounts, by username.
    ids: BTreeMap<String, Value>,
    resident: Person,
    signing_in: tokio::sync::Mutex<()>,
    photos: Vec<Vec<u8>>,
    /// Requests answered so far.
    pub answered: watch::Sender<usize>,
    /// When the service has swept.
    pub sweeps: Mutex<Vec<DateTime<Utc>>>,
    pub kills: Mutex<usize>,
    /// Who joined a case by the code of one that had been merged into it.
    pub strays: Mutex<Vec<(String, Follower)>>,
    /// How often each thing was done or refused.
    pub done: Mutex<BTreeMap<(String, u16), usize>>,
}

impl Town {
    pub async fn start(database: Database) -> Self {
        let mail = MailCatcher::start().await;
        let pack = Pack::read();
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_wufei-by-hand"));
        let smtp = Some(mail.url.clone());
        let server = ByHand::start(program, &database, smtp, first_moment()).await;
        let mut staff = BTreeMap::new();
        let mut add = async |name: &str, role: &str, office: Option<&str>| {
            let email = staff_email(name);
            server.add_staff(name, role, office, email.as_deref()).await;
            staff.insert(name.to_owned(), server.person());
        };
        for (index, office) in pack.offices.iter().enumerate() {
            if index < OFFICES || office.id.starts_with("township-") {
                for number in 1..=2 {
                    let name = format!("{}.{number}", office.id);
                    add(&name, "handler", Some(&office.id)).await;
                }
            }
        }
        for name in COORDINATORS.into_iter().chain(READERS) {
            add(name, "coordinator", None).await;
        }
        for (name, office) in VERIFIERS {
            add(name, "verifier", office).await;
        }
        let resident = server.person();
        let mut town = Self {
            server,
            mail,
            pack,
            staff,
            ids: BTreeMap::new(),
            resident,
            signing_in: tokio::sync::Mutex::default(),
            photos: (0..50).map(picture::jpeg).collect(),
            answered: watch::Sender::new(0),
            sweeps: Mutex::default(),
            kills: Mutex::default(),
            strays: Mutex::default(),
            done: Mutex::default(),
        };
        let list = town.get(COORDINATORS[0], "/api/v1/desk/staff").await;
        for account in list.expect(200)["items"].as_array().unwrap() {
            let name = account["name"].as_str().unwrap().to_owned();
            town.ids.insert(name, account["id"].clone());
        }
        town
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.server.now()
    }

    pub fn id_of(&self, username: &str) -> &Value {
        &self.ids[username]
    }

    /// An office's handler, where it has any.
    pub fn handler(&self, office: &str, number: u32) -> Option<String> {
        let name = format!("{office}.{number}");
        self.staff.contains_key(&name).then_some(name)
    }

    /// Sends a request until it is answered, by whichever process is there to answer it.
    async fn send(&self, build: impl Fn() -> reqwest::RequestBuilder) -> Answer {
        loop {
            let answer = async {
                let response = build().send().await.ok()?;
                let (status, headers) = (response.status(), response.headers().clone());
                let bytes = response.bytes().await.ok()?;
                let body = serde_json::from_slice(&bytes).unwrap_or_default();
                Some(Answer {
                    status,
                    headers,
                    body,
                })
            };
            if let Some(answer) = answer.await {
                self.answered.send_modify(|answered| *answered += 1);
                return answer;
            }
            // Killed in the middle of it.
            self.server.is_up().await;
            tokio::task::yield_now().await;
        }
    }

    /// As a member of staff, who signs in again in the morning.
    async fn send_as(
        &self,
        name: &str,
        build: impl Fn(&Person) -> reqwest::RequestBuilder,
    ) -> Answer {
        let person = &self.staff[name];
        let answer = self.send(|| build(person)).await;
        if answer.status != 401 {
            return answer;
        }
        // Somebody does several things at once, and signs in once for all of them.
        let _turn = self.signing_in.lock().await;
        let answer = self.send(|| build(person)).await;
        if answer.status != 401 {
            return answer;
        }
        let body = json!({ "username": name, "password": PASSWORD });
        let path = "/api/v1/sessions";
        let signed_in = self
            .send(|| person.request(Method::POST, path).json(&body))
            .await;
        signed_in.expect(201);
        self.send(|| build(person)).await
    }

    pub async fn get(&self, name: &str, path: &str) -> Answer {
        self.send_as(name, |person| person.request(Method::GET, path))
            .await
    }

    /// As nobody in particular.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.send(|| self.resident.request(Method::GET, path)).await;
        answer.expect(200)
    }

    pub async fn case(&self, code: &str) -> Value {
        let path = format!("/api/v1/desk/cases/{code}");
        let evening = usize::from((self.now() + TimeDelta::hours(8)).hour() >= 18);
        self.get(READERS[evening], &path).await.expect(200)
    }

    /// A member of staff does something to a case.
    pub async fn act(&self, name: &str, code: &str, action: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/desk/cases/{code}/{action}");
        let answer = self
            .send_as(name, |person| {
                person.request(Method::POST, &path).json(body)
            })
            .await;
        self.note(action, answer)
    }

    /// A resident's request, the same however often it has to be sent.
    pub async fn say(&self, key: &str, lang: &str, path: &str, body: &Value) -> Answer {
        let answer = self
            .send(|| {
                let request = self.resident.request(Method::POST, path).json(body);
                let request = request.header("Accept-Language", lang);
                request.header("Idempotency-Key", key)
            })
            .await;
        self.note(path.rsplit('/').next().unwrap_or_default(), answer)
    }

    fn note(&self, what: &str, answer: Answer) -> Answer {
        let status = answer.status.as_u16();
        assert!(
            status < 500 && status != 429,
            "{what}: {status} {}",
            answer.body
        );
        let mut done = self.done.lock().unwrap();
        *done.entry((what.to_owned(), status)).or_default() += 1;
        answer
    }

    pub async fn photo(&self, name: &str, seed: usize) -> String {
        let bytes = &self.photos[seed % self.photos.len()];
        let answer = self
            .send_as(name, |person| {
                let request = person.request(Method::POST, "/api/v1/photos");
                request
                    .header("content-type", "image/jpeg")
                    .body(bytes.clone())
            })
            .await;
        answer.expect(201)["id"].as_str().unwrap().to_owned()
    }

    /// Sweeps once, however often the process has to be started for it.
    pub async fn sweep(&self) {
        while self.server.sweep().await.is_err() {
            self.server.is_up().await;
        }
        self.sweeps.lock().unwrap().push(self.now());
    }

    pub async fn kill(&self) {
        self.server.kill_and_restart().await;
        *self.kills.lock().unwrap() += 1;
    }
}
