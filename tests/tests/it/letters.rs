//! Letters: to offices on dispatch, to followers at every change, at least once.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use wufei_api::auth::Role;
use wufei_api::shared::outbox;
use wufei_tests::person::{letters_in, report, report_with};
use wufei_tests::services::announced;
use wufei_tests::{Database, Server, Settings, both_databases};

both_databases! {
    async fn the_office_hears_of_a_dispatch_and_the_reporter_of_every_change(server: Server) {
        let resident = server.resident();
        let request = resident
            .request(reqwest::Method::POST, "/api/v1/reports")
            .header("accept-language", "en")
            .json(&report_with(json!({ "contact": { "email": "resident@example.org" } })));
        let filed = wufei_tests::Person::send(request).await.expect(201);
        let code = filed["code"].as_str().unwrap();
        server.deliver().await;
        let to = |address: &str| server.letters_to(address);
        let office = to("housing@jiangyuan.example");
        assert_eq!(office.len(), 1);
        assert!(office[0].subject.contains("牵头办理"), "{}", office[0].subject);
        assert!(office[0].text.contains("二（四）2") && office[0].text.contains("河边倒了一车砖头"));
        assert!(office[0].text.contains(&format!("/desk/cases/{code}")));
        assert!(!office[0].text.contains("resident@example.org"));
        assert_eq!(to("ecology@jiangyuan.example").len(), 1, "assisting offices hear of it too");
        let first = to("resident@example.org");
        assert!(first[0].subject.starts_with("Report "), "in the resident's language: {}", first[0].subject);
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        handler.act(code, "accept", json!({})).await.expect(200);
        handler.act(code, "note", json!({ "note": "内部" })).await.expect(200);
        server.deliver().await;
        assert_eq!(to("resident@example.org").len(), 2, "an internal note is no news");
        assert_eq!(to("housing@jiangyuan.example").len(), 1);
    }

    async fn urgent_cases_tell_police_or_health_at_once(server: Server) {
        for (category, alerted) in [("hazardous", "police"), ("medical", "health")] {
            let filed = server
                .resident()
                .post("/api/v1/reports", report_with(json!({ "category": category })))
                .await
                .expect(201);
            assert_eq!(filed["routing"]["urgent"], true, "{category}");
            server.deliver().await;
            let address = format!("{alerted}@jiangyuan.example");
            let told = server.letters().into_iter().any(|l| l.to == address && l.subject.contains("【紧急】"));
            assert!(told, "{category} tells {alerted}");
        }
    }

    async fn a_delivered_letter_leaves_no_address_behind(server: Server) {
        server.resident().file(report_with(json!({ "contact": { "email": "resident@example.org" } }))).await;
        server.deliver().await;
        let (kept,): (i64,) = server
            .app
            .db
            .sql("SELECT COUNT(*) FROM outbox WHERE payload IS NOT NULL")
            .one()
            .await
            .unwrap();
        assert_eq!(kept, 0);
    }
}

/// A mail server from the package aiosmtpd; `refuse` makes it answer 451 to the first letters.
struct MailServer(Child, String);

impl MailServer {
    fn start(folder: &std::path::Path, refuse: usize) -> Self {
        let program = wufei_tests::services::workspace().join("tests/src/mail_server.py");
        let mut child = Command::new(announced("WUFEI_TEST_PYTHON"))
            .arg(program)
            .arg(folder)
            .arg(refuse.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self(child, line.trim().to_owned())
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_mail_server_gets_each_letter_after_it_refused_some_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let mail = MailServer::start(folder.path(), 2);
    let settings = Settings {
        smtp_url: Some(mail.1.clone()),
        ..Settings::default()
    };
    let server = Server::start_with(Database::sqlite(), settings).await;
    let (code, _) = server
        .resident()
        .file(report_with(
            json!({ "contact": { "email": "resident@example.org" } }),
        ))
        .await;
    let expected = usize::try_from(outbox::backlog(&server.app.db).await.unwrap().waiting).unwrap();
    assert!(
        expected >= 3,
        "the office, one that assists, and the reporter"
    );
    assert_eq!(server.deliver().await, expected);
    assert_eq!(letters_in(folder.path()).len(), expected - 2);
    let backlog = outbox::backlog(&server.app.db).await.unwrap();
    assert_eq!((backlog.waiting, backlog.given_up), (2, 0));
    assert_eq!(
        server.deliver().await,
        0,
        "nothing is due before the back-off is over"
    );
    server.advance(chrono::TimeDelta::seconds(31));
    assert_eq!(server.deliver().await, 2);
    let letters = letters_in(folder.path());
    assert_eq!(letters.len(), expected);
    let own = letters
        .iter()
        .find(|letter| letter.to == "resident@example.org")
        .unwrap();
    let grouped = format!("{}-{}-{}", &code[..3], &code[3..6], &code[6..]);
    assert!(
        own.subject.contains(&grouped) && own.text.contains("住房和城乡建设局"),
        "{own:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_mail_server_loses_no_letter_and_stops_no_report() {
    // Nobody listens on port 1.
    let settings = Settings {
        smtp_url: Some("smtp://127.0.0.1:1".into()),
        ..Settings::default()
    };
    let server = Server::start_with(Database::sqlite(), settings).await;
    server.resident().file(report()).await;
    let waiting = outbox::backlog(&server.app.db).await.unwrap().waiting;
    assert!(waiting >= 2);
    server.deliver().await;
    for _ in 0..3 {
        server.advance(chrono::TimeDelta::hours(7));
        server.deliver().await;
    }
    let backlog = outbox::backlog(&server.app.db).await.unwrap();
    assert_eq!((backlog.waiting, backlog.given_up), (waiting, 0));
    server.advance(chrono::TimeDelta::days(2));
    server.resident().file(report()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_deliverer_died_is_delivered_by_another() {
    let server = Server::start(Database::sqlite()).await;
    server.resident().file(report()).await;
    // What a replica leaves behind that is killed between lease and delivery.
    let lease = server.app.clock.now() + chrono::TimeDelta::minutes(5);
    server
        .app
        .db
        .sql("UPDATE outbox SET leased_until = $1")
        .bind(lease)
        .run()
        .await
        .unwrap();
    assert_eq!(server.deliver().await, 0);
    server.advance(chrono::TimeDelta::minutes(6));
    let delivered = server.deliver().await;
    assert!(delivered >= 2);
    assert_eq!(server.letters().len(), delivered);
}
