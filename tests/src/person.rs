//! Somebody who uses the service through its API, with a browser's cookies.

use std::path::Path;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// A person's client.
#[derive(Clone)]
pub struct Person {
    pub http: reqwest::Client,
    base: String,
}

/// A status with its body.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The body of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// The fields named by an error that must have this status.
    #[track_caller]
    pub fn fields(self, status: u16) -> Vec<String> {
        self.expect(status)["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| error["field"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl Person {
    pub fn new(base: String) -> Self {
        // One provider a process; a second install is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .build()
            .unwrap();
        Self { http, base }
    }

    /// The same person, cookies and all, at another server of the same service.
    pub fn at(&self, base: &str) -> Self {
        Self {
            http: self.http.clone(),
            base: base.to_owned(),
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub async fn send(request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Answer {
            status,
            headers,
            body,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Self::send(self.request(Method::POST, path).json(&body)).await
    }

    /// A POST that is the same request however often it is sent.
    pub async fn post_once(&self, key: &str, path: &str, body: Value) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("Idempotency-Key", key);
        Self::send(request.json(&body)).await
    }

    pub async fn sign_in(&self, username: &str, password: &str) {
        let body = json!({ "username": username, "password": password });
        self.post("/api/v1/sessions", body).await.expect(201);
    }

    pub async fn upload(&self, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, "/api/v1/photos");
        Self::send(request.header("content-type", "image/jpeg").body(bytes)).await
    }

    /// Uploads a small picture of a colour of its own and gives its id.
    pub async fn photo(&self, seed: u8) -> String {
        let answer = self.upload(crate::picture::jpeg(seed)).await.expect(201);
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Files a report and gives `(code, secret)`.
    pub async fn file(&self, body: Value) -> (String, String) {
        let filed = self.post("/api/v1/reports", body).await.expect(201);
        let text = |key: &str| filed[key].as_str().unwrap().to_owned();
        (text("code"), text("secret"))
    }

    /// The report as the holder of its secret sees it.
    pub async fn own_view(&self, code: &str, secret: &str) -> Answer {
        let request = self.request(Method::GET, &format!("/api/v1/reports/{code}"));
        Self::send(request.header("X-Report-Secret", secret)).await
    }

    /// Does something at the desk, with the case's present version put in.
    pub async fn act(&self, code: &str, action: &str, mut body: Value) -> Answer {
        let case = self.get(&format!("/api/v1/desk/cases/{code}")).await;
        body["version"] = case.body["version"].as_i64().unwrap_or(0).into();
        self.post(&format!("/api/v1/desk/cases/{code}/{action}"), body)
            .await
    }
}

/// Construction waste in the district's seat, which 区住建局 leads.
pub fn report() -> Value {
    json!({
        "category": "construction",
        "description": "河边倒了一车砖头",
        "lng": 126.58564,
        "lat": 42.05636,
        "accuracy_m": 20.0,
        "datum": "wgs84",
        "photo_ids": [],
        "anonymous": false,
    })
}

/// A report with some fields set otherwise.
pub fn report_with(changes: Value) -> Value {
    let mut body = report();
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// A letter as a mail program would show it.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// The letters in a folder, oldest first.
pub fn letters_in(folder: &Path) -> Vec<Letter> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let bytes = std::fs::read(path).unwrap();
            let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
            let to = mail
                .to()
                .unwrap()
                .first()
                .unwrap()
                .address()
                .unwrap()
                .to_owned();
            Letter {
                to,
                subject: mail.subject().unwrap().to_owned(),
                text: mail.body_text(0).unwrap().into_owned(),
            }
        })
        .collect()
}
