//! Bookings of pickups, for tests.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::person::Answer;
use crate::{Person, Server};

/// A booking of one sofa in the district's seat; every `door` is a household of its own.
pub fn pickup(slot: &str, door: u32) -> Value {
    json!({
        "slot": slot,
        "items": [{ "item": "sofa", "count": 1 }],
        "place": { "township": "220605001", "address": format!("福源小区1号楼1单元{door}室"), "floor": 1 },
        "contact": { "name": "王大爷", "phone": "13812345678", "email": "wang@example.org" },
    })
}

/// A booking with some fields set otherwise.
pub fn pickup_with(slot: &str, door: u32, changes: Value) -> Value {
    let mut body = pickup(slot, door);
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// A booking and the secret that opens it.
#[derive(Clone, Debug)]
pub struct Booked {
    pub code: String,
    pub secret: String,
    pub body: Value,
}

impl Booked {
    pub fn of(body: Value) -> Self {
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        Self {
            code: text("ref"),
            secret: text("secret"),
            body,
        }
    }

    pub fn path(&self) -> String {
        format!("/api/v1/pickups/{}", self.code)
    }

    fn request(&self, person: &Person, method: Method, rest: &str) -> RequestBuilder {
        person
            .request(method, &format!("{}{rest}", self.path()))
            .header("X-Pickup-Secret", &self.secret)
    }

    pub async fn get(&self, person: &Person, rest: &str) -> Answer {
        Person::send(self.request(person, Method::GET, rest)).await
    }

    pub async fn view(&self, person: &Person) -> Value {
        self.get(person, "").await.expect(200)
    }

    pub async fn status(&self, person: &Person) -> String {
        self.view(person).await["status"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn confirm(&self, person: &Person) -> Answer {
        Person::send(self.request(person, Method::POST, "/confirm")).await
    }

    pub async fn change(&self, person: &Person, body: Value) -> Answer {
        Person::send(self.request(person, Method::PATCH, "").json(&body)).await
    }

    pub async fn cancel(&self, person: &Person, reason: Option<&str>) -> Answer {
        let request = self.request(person, Method::DELETE, "");
        Person::send(match reason {
            Some(reason) => request.json(&json!({ "reason": reason })),
            None => request,
        })
        .await
    }
}

impl Server {
    /// A resident with an account, signed in.
    pub async fn neighbour(&self, username: &str) -> Person {
        let person = self.resident();
        let account =
            json!({ "username": username, "password": "long enough words", "name": "居民" });
        person.post("/api/v1/accounts", account).await.expect(201);
        person
    }
}

/// Holds a place that must be free.
pub async fn hold(person: &Person, body: Value) -> Booked {
    Booked::of(person.post("/api/v1/pickups", body).await.expect(201))
}

/// Holds a place and confirms it.
pub async fn book(person: &Person, body: Value) -> Booked {
    let booked = hold(person, body).await;
    booked.confirm(person).await.expect(200);
    booked
}
