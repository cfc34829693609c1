//! Organisations and events, for tests.

use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;

use crate::person::Answer;
use crate::{Person, Server};

/// A resident with an account; `email` is written as if it had been confirmed.
pub async fn account(server: &Server, username: &str, email: Option<&str>) -> Person {
    let person = server.resident();
    let body = json!({ "username": username, "password": "long enough words", "name": username });
    person.post("/api/v1/accounts", body).await.expect(201);
    if let Some(email) = email {
        server
            .app
            .db
            .sql("UPDATE accounts SET email = $2 WHERE username = $1")
            .bind(username.to_owned())
            .bind(email.to_owned())
            .run()
            .await
            .unwrap();
    }
    person
}

/// An application of a school in the district's seat.
pub fn application(kind: &str, name: &str) -> Value {
    json!({
        "kind": kind,
        "name": name,
        "township": "220605001",
        "contact": { "name": "李老师", "phone": "13812345678", "email": "li@example.org" },
        "intro": "每学期办两次换书日",
    })
}

/// An approved organisation with its organiser.
pub struct Host {
    pub organiser: Person,
    pub id: String,
}

impl Host {
    pub async fn new(server: &Server, kind: &str, name: &str) -> Self {
        let organiser = account(server, &format!("organiser-{kind}"), None).await;
        let made = organiser
            .post("/api/v1/organisations", application(kind, name))
            .await
            .expect(201);
        assert_eq!(made["moderation"]["decision"], "publish", "{made}");
        let id = made["id"].as_str().unwrap().to_owned();
        let admin = server
            .staff(&format!("admin-{kind}"), Role::Administrator, None)
            .await;
        let body = json!({ "approve": true, "version": 1 });
        admin
            .post(&format!("/api/v1/desk/organisations/{id}/decide"), body)
            .await
            .expect(204);
        Self { organiser, id }
    }

    /// Plans an event and publishes it; gives its id.
    pub async fn publish(&self, body: Value) -> String {
        let path = format!("/api/v1/organisations/{}/events", self.id);
        let made = self.organiser.post(&path, body).await.expect(201);
        let id = made["id"].as_str().unwrap().to_owned();
        let published = self
            .organiser
            .post(&format!("/api/v1/events/{id}/publish"), json!({}))
            .await
            .expect(200);
        assert_eq!(published["state"], "published", "{published}");
        id
    }

    /// A device for the desk of an event.
    pub async fn device(&self, event: &str, name: &str) -> Device {
        let made = self
            .organiser
            .post(
                &format!("/api/v1/events/{event}/devices"),
                json!({ "name": name }),
            )
            .await
            .expect(201);
        Device {
            event: event.to_owned(),
            token: made["token"].as_str().unwrap().to_owned(),
            id: made["id"].as_str().unwrap().to_owned(),
        }
    }
}

/// An event of a kind, some days after the tests begin.
pub fn event(kind: &str, title: &str, starts: &str) -> Value {
    json!({
        "kind": kind,
        "title": title,
        "text": "带来看完的书，换一本没看过的。",
        "address": "江源区第一小学操场",
        "lng": 126.58564,
        "lat": 42.05636,
        "starts": starts,
        "minutes": 180,
        "leftover_place": "学校图书室",
    })
}

/// An event with some fields set otherwise.
pub fn event_with(kind: &str, title: &str, starts: &str, changes: Value) -> Value {
    let mut body = event(kind, title, starts);
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// A device of the day; nobody is signed in on it.
#[derive(Clone)]
pub struct Device {
    pub event: String,
    pub token: String,
    pub id: String,
}

impl Device {
    pub async fn get(&self, person: &Person, rest: &str) -> Answer {
        let path = format!("/api/v1/events/{}{rest}", self.event);
        let request = person.request(Method::GET, &path);
        Person::send(request.header("X-Device-Token", &self.token)).await
    }

    pub async fn hand_in(&self, person: &Person, operations: &[Value]) -> Answer {
        let path = format!("/api/v1/events/{}/operations", self.event);
        let request = person
            .request(Method::POST, &path)
            .header("X-Device-Token", &self.token)
            .json(&json!({ "operations": operations }));
        Person::send(request).await
    }
}
