//! What was acknowledged is kept: the server is killed while reports come in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::sync::Mutex;
use wufei_tests::person::report_with;
use wufei_tests::process::Process;
use wufei_tests::{Database, Person, picture};

const REPORTS: usize = 200;

/// Uploads a photo and files a report with it; gives the code and photo, if both were acknowledged.
async fn try_to_report(person: &Person, number: usize) -> Option<(String, String)> {
    let photo = person
        .request(reqwest::Method::POST, "/api/v1/photos")
        .body(picture::jpeg(u8::try_from(number % 250).unwrap()))
        .send()
        .await
        .ok()?;
    let photo: serde_json::Value = photo.json().await.ok()?;
    let body =
        report_with(json!({ "photo_ids": [photo["id"]], "description": format!("第{number}处") }));
    let response = person
        .request(reqwest::Method::POST, "/api/v1/reports")
        .json(&body)
        .send()
        .await
        .ok()?;
    if response.status() != 201 {
        return None;
    }
    let filed: serde_json::Value = response.json().await.ok()?;
    Some((
        filed["code"].as_str()?.to_owned(),
        photo["id"].as_str()?.to_owned(),
    ))
}

/// Sends 200 reports, 16 at a time, and kills the server after `kill_after` were acknowledged.
async fn killed_after(database: Database, kill_after: usize) {
    let data = tempfile::tempdir().unwrap();
    let binary = crate::binary();
    let server: Arc<Mutex<Option<Process>>> =
        Arc::new(Mutex::new(Some(binary.serve(data.path(), &database))));
    let person = server.lock().await.as_ref().unwrap().person();
    let next = Arc::new(AtomicUsize::new(0));
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let mut senders = Vec::new();
    for _ in 0..16 {
        let (person, next, acknowledged, server) = (
            person.clone(),
            Arc::clone(&next),
            Arc::clone(&acknowledged),
            Arc::clone(&server),
        );
        senders.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                if number >= REPORTS {
                    return;
                }
                let Some(filed) = try_to_report(&person, number).await else {
                    continue;
                };
                let mut acknowledged = acknowledged.lock().await;
                acknowledged.push(filed);
                if acknowledged.len() == kill_after
                    && let Some(mut process) = server.lock().await.take()
                {
                    process.kill();
                }
            }
        }));
    }
    for sender in senders {
        sender.await.unwrap();
    }
    drop(server.lock().await.take());
    let acknowledged = acknowledged.lock().await;
    assert!(acknowledged.len() >= kill_after);

    let mut again = binary.serve(data.path(), &database);
    let person = again.person();
    for (code, photo) in acknowledged.iter() {
        let seen = person
            .get(&format!("/api/v1/reports/{code}"))
            .await
            .expect(200);
        assert_eq!(seen["photos"][0]["id"], photo.as_str());
        assert_eq!(
            person.get(&format!("/api/v1/photos/{photo}")).await.status,
            200
        );
    }
    assert!(
        again.terminate(),
        "a stop finishes what is in flight and ends well"
    );
    // Every photo's files are there, of reports that were never acknowledged too.
    let (well, output, _) = binary.run(data.path(), &database, &["doctor"], "");
    assert!(well && output.contains("files missing: 0"), "{output}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_early_nothing_acknowledged_is_lost_on_sqlite() {
    killed_after(Database::sqlite(), 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_nothing_acknowledged_is_lost_on_sqlite() {
    killed_after(Database::sqlite(), 90).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_early_nothing_acknowledged_is_lost_on_postgres() {
    killed_after(Database::postgres().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_nothing_acknowledged_is_lost_on_postgres() {
    killed_after(Database::postgres().await, 90).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_an_upload_in_flight_finish() {
    let data = tempfile::tempdir().unwrap();
    let mut server = crate::binary().serve(data.path(), &Database::sqlite());
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let body =
        reqwest::Body::wrap_stream(futures::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|chunk| (chunk, receiver))
        }));
    let picture = picture::jpeg(9);
    let (head, tail) = picture.split_at(1000);
    let request = server
        .person()
        .request(reqwest::Method::POST, "/api/v1/photos")
        .body(body);
    let upload = tokio::spawn(request.send());
    sender.send(Ok(head.to_vec())).await.unwrap();
    sender.send(Ok(Vec::new())).await.unwrap();
    // The server has begun to read the upload once it counts it beside the question itself.
    let asking = server.person();
    loop {
        let metrics = asking.get("/metrics").await.expect(200).to_string();
        if metrics.contains("wufei_http_requests_in_flight 2") {
            break;
        }
    }
    let stopped = tokio::task::spawn_blocking(move || server.terminate());
    sender.send(Ok(tail.to_vec())).await.unwrap();
    drop(sender);
    assert_eq!(upload.await.unwrap().unwrap().status(), 201);
    assert!(stopped.await.unwrap());
}
