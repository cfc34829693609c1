//! Another system that webhooks go to: keeps what comes and answers as it is told.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::Value;
use tokio::net::TcpListener;

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Message {
    pub headers: BTreeMap<String, String>,
    pub text: String,
    pub body: Value,
    /// What it was answered.
    pub status: u16,
}

impl Message {
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// `report.received` and so on.
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }
}

#[derive(Default)]
struct Kept {
    messages: Mutex<Vec<Message>>,
    answers: Mutex<VecDeque<u16>>,
    otherwise: Mutex<Option<u16>>,
}

/// A running receiver; ends with the test.
pub struct Receiver {
    address: SocketAddr,
    kept: Arc<Kept>,
}

impl Receiver {
    pub async fn start() -> Self {
        let kept = Arc::new(Kept::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(take).with_state(Arc::clone(&kept));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, kept }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers the next messages so, one each.
    pub fn answer(&self, statuses: impl IntoIterator<Item = u16>) {
        self.kept.answers.lock().unwrap().extend(statuses);
    }

    /// Answers every further message so.
    pub fn always(&self, status: u16) {
        *self.kept.otherwise.lock().unwrap() = Some(status);
    }

    pub fn messages(&self) -> Vec<Message> {
        self.kept.messages.lock().unwrap().clone()
    }
}

async fn take(
    State(kept): State<Arc<Kept>>,
    headers: HeaderMap,
    text: String,
) -> impl IntoResponse {
    let next = kept.answers.lock().unwrap().pop_front();
    let status = next.or(*kept.otherwise.lock().unwrap()).unwrap_or(204);
    let message = Message {
        headers: headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: serde_json::from_str(&text).unwrap(),
        text,
        status,
    };
    kept.messages.lock().unwrap().push(message);
    let status = StatusCode::from_u16(status).unwrap();
    // Followed, a redirect would come back here once more.
    (status, [(header::LOCATION, "/elsewhere")])
}
