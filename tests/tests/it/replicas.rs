//! Several servers on one PostgreSQL, Redis and object store.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::json;
use wufei_api::shared::outbox;
use wufei_tests::person::{report, report_with};
use wufei_tests::services::announced;
use wufei_tests::{Database, Person, Server, Settings};

async fn file_from(server: &Server, address: &str) -> u16 {
    let request = server
        .resident()
        .request(Method::POST, "/api/v1/reports")
        .header("X-Forwarded-For", address)
        .json(&report());
    Person::send(request).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_count_an_address_together_through_redis() {
    let settings = Settings {
        redis_url: Some(announced("WUFEI_TEST_REDIS_URL")),
        ..Settings::default()
    };
    let database = Database::postgres().await;
    let one = Server::start_with(database.clone(), settings.clone()).await;
    let two = one.replica(database, settings).await;
    // An address of its own, for Redis outlives this test.
    let [high, low] = one.address.port().to_be_bytes();
    let address = format!("198.18.{high}.{low}");
    let mut statuses = Vec::new();
    for number in 0..62 {
        let server = if number % 2 == 0 { &one } else { &two };
        statuses.push(file_from(server, &address).await);
    }
    let taken = statuses.iter().filter(|status| **status == 201).count();
    assert!(
        (60..=61).contains(&taken),
        "{taken} of 60 an hour, shared by two servers"
    );
    assert_eq!(statuses[61], 429);
    assert_eq!(
        file_from(&one, "198.51.100.200").await,
        201,
        "another address is not held up"
    );
    let ready = one.resident().get("/readyz").await.expect(200);
    assert_eq!(
        (ready["status"].as_str(), ready["redis"].as_str()),
        (Some("ready"), Some("ok"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_redis_stops_no_report_and_each_server_then_counts_alone() {
    let settings = Settings {
        redis_url: Some("redis://127.0.0.1:1/".into()),
        ..Settings::default()
    };
    let server = Server::start_with(Database::sqlite(), settings).await;
    assert_eq!(file_from(&server, "203.0.113.1").await, 201);
    for _ in 0..60 {
        file_from(&server, "203.0.113.1").await;
    }
    assert_eq!(file_from(&server, "203.0.113.1").await, 429);
    let ready = server.resident().get("/readyz").await.expect(200);
    assert_eq!(
        (ready["status"].as_str(), ready["redis"].as_str()),
        (Some("degraded"), Some("lost"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_filed_at_one_replica_is_followed_up_at_another() {
    let database = Database::postgres().await;
    let one = Server::start(database.clone()).await;
    let two = one.replica(database, Settings::default()).await;
    let photo = one.resident().photo(1).await;
    let (code, _) = one
        .resident()
        .file(report_with(json!({ "photo_ids": [photo] })))
        .await;
    let seen = two
        .resident()
        .get(&format!("/api/v1/reports/{code}"))
        .await
        .expect(200);
    let url = seen["photos"][0]["url"].as_str().unwrap();
    assert_eq!(two.resident().get(url).await.status, 200);
    // Both deliver at once: every letter leaves, none twice.
    let waiting = usize::try_from(outbox::backlog(&one.app.db).await.unwrap().waiting).unwrap();
    let (a, b) = tokio::join!(one.deliver(), two.deliver());
    assert!(waiting >= 2);
    assert_eq!((a + b, one.letters().len()), (waiting, waiting));
}

/// An S3-compatible store from the package moto.
struct ObjectStore(Child);

impl Drop for ObjectStore {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_live_in_an_s3_compatible_store() {
    let program = wufei_tests::services::workspace().join("tests/src/object_store.py");
    let mut child = Command::new(announced("WUFEI_TEST_PYTHON"))
        .arg(program)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut endpoint = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut endpoint)
        .unwrap();
    let _store = ObjectStore(child);
    let data = tempfile::tempdir().unwrap();
    // A process of its own, since the store's settings are environment variables.
    let mut server = crate::binary().serve_with(
        data.path(),
        &Database::sqlite(),
        &[
            ("WUFEI_STORAGE_URL", "s3://wufei"),
            ("AWS_ENDPOINT", endpoint.trim()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "us-east-1"),
        ],
    );
    let resident = server.person();
    let photo = resident.photo(1).await;
    let (code, _) = resident
        .file(report_with(json!({ "photo_ids": [photo] })))
        .await;
    let response = resident
        .request(Method::GET, &format!("/api/v1/photos/{photo}"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    assert!(response.bytes().await.unwrap().starts_with(&[0xff, 0xd8]));
    assert_eq!(resident.get("/readyz").await.expect(200)["storage"], "ok");
    assert!(
        !data.path().join("photos").exists(),
        "nothing is kept beside the store"
    );
    resident
        .get(&format!("/api/v1/reports/{code}"))
        .await
        .expect(200);
    assert!(server.terminate());
}
