//! Second-hand listings, for tests.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Person, Server};

/// In the district's seat.
pub const DOOR: (f64, f64) = (126.585_64, 42.056_36);

/// A chair for free, picked up at [`DOOR`].
pub fn listing(title: &str, changes: Value) -> Value {
    let mut body = json!({
        "kind": "offer",
        "terms": "free",
        "category": "furniture-chair",
        "title": title,
        "text": "平时用得少，自己来取就行",
        "condition": "good",
        "township": "220605001",
        "lng": DOOR.0,
        "lat": DOOR.1,
        "photo_ids": [],
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

impl Person {
    /// Lists something that is published at once, and gives its id.
    pub async fn list(&self, title: &str, changes: Value) -> String {
        let made = self
            .post("/api/v1/listings", listing(title, changes))
            .await
            .expect(201);
        assert_eq!(made["state"], "published", "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// Asks about a listing and gives the ask's id.
    pub async fn ask(&self, listing: &str, text: &str) -> String {
        let path = format!("/api/v1/listings/{listing}/asks");
        let made = self.post(&path, json!({ "text": text })).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Does a step of an ask.
    pub async fn step(&self, ask: &str, step: &str, body: Value) -> crate::Answer {
        self.post(&format!("/api/v1/asks/{ask}/{step}"), body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> crate::Answer {
        Self::send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// A GET with a query string in any script.
    pub async fn find(&self, path: &str, query: &[(&str, &str)]) -> crate::Answer {
        let pairs: Vec<String> = query
            .iter()
            .map(|(key, value)| {
                let bytes = value.bytes().map(|byte| format!("%{byte:02X}"));
                format!("{key}={}", bytes.collect::<String>())
            })
            .collect();
        self.get(&format!("{path}?{}", pairs.join("&"))).await
    }

    /// The titles a search finds, in order.
    pub async fn titles(&self, query: &[(&str, &str)]) -> Vec<String> {
        let found = self.find("/api/v1/listings", query).await.expect(200);
        let items = found["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl Server {
    /// Gives an account an address for letters.
    pub async fn give_email(&self, username: &str) -> String {
        let email = format!("{username}@example.org");
        let update = self
            .app
            .db
            .sql("UPDATE accounts SET email = $2 WHERE username = $1")
            .bind(username.to_owned())
            .bind(email.clone());
        assert_eq!(update.run().await.unwrap(), 1);
        email
    }
}
