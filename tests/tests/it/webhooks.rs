//! Webhooks as the systems that receive them see them.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use chrono::{DateTime, TimeDelta};
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::shared::clock::Clock;
use wufei_tests::person::{report, report_with};
use wufei_tests::receiver::Message;
use wufei_tests::server::{PASSWORD, start_of_tests};
use wufei_tests::services::{announced, workspace};
use wufei_tests::{Database, Person, Receiver, Server, Settings, both_databases};

const HOOKS: &str = "/api/v1/desk/webhooks";

async fn administrator(server: &Server) -> Person {
    let admin = server.staff("admin", Role::Administrator, None).await;
    let sql = "UPDATE accounts SET email = 'admin@example.org' WHERE username = 'admin'";
    server.app.db.sql(sql).run().await.unwrap();
    admin
}

/// Registers an address; gives `(id, secret)`.
async fn register(admin: &Person, url: &str, filter: Value) -> (String, String) {
    let mut body = json!({ "name": "省平台", "url": url });
    for (key, value) in filter.as_object().unwrap() {
        body[key] = value.clone();
    }
    let made = admin.post(HOOKS, body).await.expect(201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["webhook"]["id"]), text(&made["secret"]))
}

/// Whether the package standardwebhooks takes a message.
fn verifies(secret: &str, message: &Message) -> bool {
    let mut child = Command::new(announced("WUFEI_TEST_PYTHON"))
        .arg(workspace().join("tests/src/webhook_verifier.py"))
        .arg(secret)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let given = json!({ "headers": message.headers, "body": message.text });
    let mut input = child.stdin.take().unwrap();
    input.write_all(given.to_string().as_bytes()).unwrap();
    drop(input);
    child.wait().unwrap().success()
}

fn kinds(receiver: &Receiver) -> Vec<String> {
    receiver
        .messages()
        .iter()
        .map(|message| message.kind().to_owned())
        .collect()
}

async fn log(admin: &Person, id: &str) -> Vec<Value> {
    let log = admin
        .get(&format!("{HOOKS}/{id}/deliveries"))
        .await
        .expect(200);
    log["items"].as_array().unwrap().clone()
}

/// The verifier refuses times that are not about now.
#[expect(
    clippy::disallowed_methods,
    reason = "an independent program compares with the machine's clock"
)]
fn set_to_now(server: &Server) {
    let now = std::time::SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap();
    let now = DateTime::from_timestamp(now.as_secs().try_into().unwrap(), 0).unwrap();
    server.advance(now - server.app.clock.now());
}

both_databases! {
    async fn every_public_step_is_told_signed_in_order_and_without_what_the_public_may_not_read(server: Server) {
        set_to_now(&server);
        let admin = administrator(&server).await;
        let receiver = Receiver::start().await;
        let (id, secret) = register(&admin, &receiver.url(), json!({})).await;
        let resident = server.resident();
        let photo = resident.photo(4).await;
        let body = report_with(json!({
            "private": true,
            "photo_ids": [photo],
            "address": "3号楼2单元",
            "contact": { "name": "张三", "phone": "13843912345", "email": "zhang@example.org" },
        }));
        let (code, own_secret) = resident.file(body).await;
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        handler.act(&code, "accept", json!({})).await.expect(200);
        handler.act(&code, "note", json!({ "note": "内部的话" })).await.expect(200);
        handler.act(&code, "note", json!({ "note": "明天清运", "public": true })).await.expect(200);
        server.deliver().await;
        let messages = receiver.messages();
        let told: Vec<(&str, &str)> =
            messages.iter().map(|m| (m.kind(), m.body["data"]["event"]["kind"].as_str().unwrap())).collect();
        assert_eq!(told, [
            ("report.received", "received"),
            ("report.dispatched", "dispatched"),
            ("report.status_changed", "accepted"),
            ("report.updated", "noted"),
        ]);
        let seqs: Vec<i64> = messages.iter().map(|m| m.body["data"]["event"]["seq"].as_i64().unwrap()).collect();
        assert!(seqs.is_sorted(), "{seqs:?}");
        for message in &messages {
            assert!(verifies(&secret, message), "{message:?}");
            let report = &message.body["data"]["report"];
            assert_eq!((report["code"].as_str(), report["location_approximate"].as_bool()), (Some(code.as_str()), Some(true)));
            assert!(report["url"].as_str().unwrap().ends_with(&format!("/r/{code}")));
            for hidden in ["13843912345", "zhang@", "张三", "126.58564", "3号楼", "内部的话", &photo, &own_secret, "\"own\"", "secret"] {
                assert!(!message.text.contains(hidden), "{hidden} in {}", message.text);
            }
        }
        let mut forged = messages[0].clone();
        forged.text = forged.text.replace("report.received", "report.closed");
        assert!(!verifies(&secret, &forged));
        let log = log(&admin, &id).await;
        assert_eq!(log.len(), 4);
        assert!(log.iter().all(|entry| entry["state"] == "delivered" && entry["last_status"] == 204));
        assert!(!serde_json::to_string(&log).unwrap().contains(&secret));
    }

    async fn a_filter_narrows_by_kind_category_township_and_office(server: Server) {
        let admin = administrator(&server).await;
        let receivers = [Receiver::start().await, Receiver::start().await, Receiver::start().await, Receiver::start().await];
        let filters = [
            json!({ "events": ["report.received"] }),
            json!({ "categories": ["hazardous"] }),
            json!({ "offices": ["housing"], "townships": ["220605001"] }),
            json!({ "townships": ["220605102"] }),
        ];
        for (receiver, filter) in receivers.iter().zip(filters) {
            register(&admin, &receiver.url(), filter).await;
        }
        server.resident().file(report_with(json!({ "township": "220605001" }))).await;
        server.deliver().await;
        assert_eq!(kinds(&receivers[0]), ["report.received"]);
        assert_eq!(kinds(&receivers[1]), Vec::<String>::new());
        assert_eq!(kinds(&receivers[2]), ["report.received", "report.dispatched"]);
        assert_eq!(kinds(&receivers[3]), Vec::<String>::new());
    }

    async fn what_fails_is_tried_again_under_the_same_id_and_later_steps_wait_behind_it(server: Server) {
        let admin = administrator(&server).await;
        let receiver = Receiver::start().await;
        let (id, _) = register(&admin, &receiver.url(), json!({})).await;
        receiver.answer([500, 302]);
        let (code, _) = server.resident().file(report()).await;
        server.deliver().await;
        assert_eq!(kinds(&receiver), ["report.received"], "the dispatch waits behind it");
        // Another report does not.
        let (other, _) = server.resident().file(report_with(json!({ "description": "别处" }))).await;
        receiver.answer([]);
        server.advance(TimeDelta::seconds(31));
        server.deliver().await;
        let of = |wanted: &str| -> Vec<(String, u16)> {
            let messages = receiver.messages();
            let of = messages.iter().filter(|m| m.body["data"]["report"]["code"] == wanted);
            of.map(|m| (m.kind().to_owned(), m.status)).collect()
        };
        // One of the two reports met the redirect, which was not followed.
        server.advance(TimeDelta::minutes(2));
        server.deliver().await;
        for report in [&code, &other] {
            let taken: Vec<String> = of(report).into_iter().filter(|(_, status)| *status == 204).map(|(kind, _)| kind).collect();
            assert_eq!(taken, ["report.received", "report.dispatched"], "{:?}", of(report));
        }
        let messages = receiver.messages();
        let mut ids: Vec<&str> = messages.iter().map(Message::id).collect();
        assert_eq!(ids.len(), 6);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 4, "an id is the message's, however often it is sent");
        let log = log(&admin, &id).await;
        assert!(log.iter().all(|entry| entry["state"] == "delivered"));
        assert_eq!(log.iter().map(|entry| entry["attempts"].as_i64().unwrap()).sum::<i64>(), 6);
    }

    async fn after_three_days_a_message_is_given_up_and_can_be_sent_again_from_the_log(server: Server) {
        let admin = administrator(&server).await;
        let receiver = Receiver::start().await;
        let (id, _) = register(&admin, &receiver.url(), json!({ "events": ["report.received"] })).await;
        receiver.always(503);
        server.resident().file(report()).await;
        for _ in 0..80 {
            server.deliver().await;
            server.advance(TimeDelta::hours(1));
        }
        let tried = receiver.messages().len();
        assert!((15..=22).contains(&tried), "{tried}");
        admin.sign_in("admin", PASSWORD).await;
        let hook = &admin.get(HOOKS).await.expect(200)["items"][0];
        assert_eq!(hook["disabled_why"], if tried >= 20 { json!("failing") } else { Value::Null }, "{hook}");
        let entry = &log(&admin, &id).await[0];
        assert_eq!((&entry["state"], &entry["last_status"]), (&json!("failed"), &json!(503)));
        let change = json!({ "version": hook["version"], "paused": false });
        admin_patch(&admin, &id, change).await.expect(200);
        receiver.always(200);
        let again = format!("{HOOKS}/{id}/deliveries/{}/redeliver", entry["id"].as_str().unwrap());
        admin.post(&again, json!({})).await.expect(202);
        server.deliver().await;
        assert_eq!(log(&admin, &id).await[0]["state"], "delivered");
        let messages = receiver.messages();
        assert_eq!(messages.last().unwrap().id(), messages[0].id());
        // What was delivered may be sent once more, too.
        admin.post(&again, json!({})).await.expect(202);
        admin.post(&again, json!({})).await.expect(409);
        server.deliver().await;
        assert_eq!(receiver.messages().len(), tried + 2);
    }

    async fn a_webhook_that_keeps_failing_or_is_gone_is_disabled_with_a_letter(server: Server) {
        let admin = administrator(&server).await;
        let (failing, gone) = (Receiver::start().await, Receiver::start().await);
        let (failing_id, _) = register(&admin, &failing.url(), json!({ "name": "常坏" })).await;
        let (gone_id, _) = register(&admin, &gone.url(), json!({ "name": "已撤" })).await;
        failing.always(500);
        gone.always(410);
        for _ in 0..30 {
            server.resident().file(report()).await;
        }
        server.deliver().await;
        assert_eq!(server.letters_to("admin@example.org").len(), 1, "thirty failures in a minute are an outage");
        server.advance(TimeDelta::hours(25));
        server.deliver().await;
        let letters = server.letters_to("admin@example.org");
        let mut subjects: Vec<&str> = letters.iter().map(|letter| letter.subject.as_str()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, ["推送已停用：已撤", "推送已停用：常坏"]);
        admin.sign_in("admin", PASSWORD).await;
        let hooks = admin.get(HOOKS).await.expect(200);
        for (id, why) in [(failing_id, "failing"), (gone_id, "gone")] {
            let hook = hooks["items"].as_array().unwrap().iter().find(|hook| hook["id"] == id.as_str()).unwrap();
            assert_eq!(hook["disabled_why"], why);
        }
        let before = failing.messages().len();
        server.resident().file(report()).await;
        server.deliver().await;
        assert_eq!(failing.messages().len(), before, "a disabled one is told nothing");
    }

    async fn each_administrator_reads_in_their_language_that_a_webhook_was_given_up(server: Server) {
        let admin = administrator(&server).await;
        for (username, lang) in [("jane", "en-GB,en;q=0.9"), ("minji", "ko-KR")] {
            server.staff(username, Role::Administrator, None).await;
            server.app.db.sql("UPDATE accounts SET email = $2 WHERE username = $1")
                .bind(username.to_owned()).bind(format!("{username}@example.org")).run().await.unwrap();
            let body = json!({ "username": username, "password": PASSWORD });
            let sign_in = server.resident().request(Method::POST, "/api/v1/sessions");
            Person::send(sign_in.header("accept-language", lang).json(&body)).await.expect(201);
        }
        let gone = Receiver::start().await;
        register(&admin, &gone.url(), json!({ "name": "Jilin" })).await;
        gone.always(410);
        server.resident().file(report()).await;
        server.deliver().await;
        let letter = |to: &str| {
            let letters = server.letters_to(&format!("{to}@example.org"));
            assert_eq!(letters.len(), 1, "{to}");
            (letters[0].subject.clone(), letters[0].text.clone())
        };
        let (subject, text) = letter("admin");
        assert_eq!(subject, "推送已停用：Jilin");
        assert!(text.contains("对方答复该地址已停用（410）"), "{text}");
        let (subject, text) = letter("jane");
        assert_eq!(subject, "Webhook switched off: Jilin");
        assert!(text.contains("the receiver answered that the address is gone (410)") && text.contains("/desk/webhooks/"), "{text}");
        let (subject, text) = letter("minji");
        assert_eq!(subject, "웹훅이 중지되었습니다: Jilin");
        assert!(text.contains("더 이상 쓰지 않는 주소라고 응답했습니다(410)"), "{text}");
    }

    async fn a_new_secret_signs_beside_the_former_for_a_day(server: Server) {
        set_to_now(&server);
        let admin = administrator(&server).await;
        let receiver = Receiver::start().await;
        let (id, old) = register(&admin, &receiver.url(), json!({ "events": ["report.received"] })).await;
        let made = admin.post(&format!("{HOOKS}/{id}/secret"), json!({})).await.expect(200);
        let new = made["secret"].as_str().unwrap().to_owned();
        assert_ne!(old, new);
        assert!(made["webhook"]["previous_secret_until"].is_string());
        server.resident().file(report()).await;
        server.deliver().await;
        let first = receiver.messages()[0].clone();
        assert!(verifies(&old, &first) && verifies(&new, &first));
        server.advance(TimeDelta::hours(25));
        server.resident().file(report()).await;
        server.deliver().await;
        let second = &receiver.messages()[1];
        assert_eq!(second.headers["webhook-signature"].split(' ').count(), 1);
        assert!(!admin.get(HOOKS).await.body.to_string().contains("whsec_"), "a secret is shown once");
    }

    async fn only_public_addresses_over_tls_are_taken_and_what_is_wrong_is_named(server: Server) {
        let admin = administrator(&server).await;
        for url in ["http://hooks.example.org/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://a:b@example.org/", "nonsense"] {
            let answer = admin.post(HOOKS, json!({ "name": "x", "url": url })).await;
            assert_eq!(answer.fields(422), ["url"], "{url}");
        }
        let body = json!({ "name": " ", "url": "https://example.org/", "categories": ["nonsense"], "townships": ["1"], "offices": ["x"] });
        assert_eq!(admin.post(HOOKS, body).await.fields(422), ["name", "categories[0]", "townships[0]", "offices[0]"]);
        assert_eq!(admin.post(HOOKS, json!({ "name": "x", "url": "https://example.org/", "events": ["x"] })).await.fields(422), ["events[0]"]);
        let (id, _) = register(&admin, "https://example.org/", json!({})).await;
        assert_eq!(admin_patch(&admin, &id, json!({ "version": 7, "paused": true })).await.status, 409);
        admin_patch(&admin, &id, json!({ "version": 1, "paused": true })).await.expect(200);
        for _ in 0..49 {
            register(&admin, "https://example.org/", json!({})).await;
        }
        assert_eq!(admin.post(HOOKS, json!({ "name": "x", "url": "https://example.org/" })).await.status, 409);
        let gone = Person::send(admin.request(reqwest::Method::DELETE, &format!("{HOOKS}/{id}"))).await;
        assert_eq!(gone.status, 204);
        assert_eq!(admin.get(&format!("{HOOKS}/{id}/deliveries")).await.status, 404);
    }

    async fn a_paused_one_hears_nothing_of_the_meantime_and_a_removed_one_nothing_more(server: Server) {
        let admin = administrator(&server).await;
        let receiver = Receiver::start().await;
        let (id, _) = register(&admin, &receiver.url(), json!({})).await;
        server.resident().file(report()).await;
        admin_patch(&admin, &id, json!({ "version": 1, "paused": true })).await.expect(200);
        server.resident().file(report()).await;
        server.deliver().await;
        assert_eq!(receiver.messages().len(), 0);
        admin_patch(&admin, &id, json!({ "version": 2, "paused": false })).await.expect(200);
        server.advance(TimeDelta::minutes(6));
        server.deliver().await;
        assert_eq!(receiver.messages().len(), 2, "what waited goes, what happened meanwhile does not");
        server.resident().file(report()).await;
        Person::send(admin.request(reqwest::Method::DELETE, &format!("{HOOKS}/{id}"))).await;
        server.deliver().await;
        assert_eq!(receiver.messages().len(), 2);
    }

    async fn the_log_keeps_the_newest_five_hundred(server: Server) {
        let admin = administrator(&server).await;
        let receiver = Receiver::start().await;
        let (id, _) = register(&admin, &receiver.url(), json!({})).await;
        for _ in 0..255 {
            server.resident().file(report()).await;
        }
        server.deliver().await;
        wufei_api::lifecycle::sweep_once(&server.app).await.unwrap();
        let (mut kept, mut cursor) = (0, String::new());
        loop {
            let page = admin.get(&format!("{HOOKS}/{id}/deliveries?limit=200{cursor}")).await.expect(200);
            kept += page["items"].as_array().unwrap().len();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(kept, 500);
    }
}

async fn admin_patch(admin: &Person, id: &str, body: Value) -> wufei_tests::Answer {
    let request = admin.request(reqwest::Method::PATCH, &format!("{HOOKS}/{id}"));
    Person::send(request.json(&body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_became_private_is_not_connected_to() {
    let server = Server::start(Database::sqlite()).await;
    let admin = administrator(&server).await;
    let receiver = Receiver::start().await;
    let (id, _) = register(&admin, &receiver.url(), json!({})).await;
    // A replica whose operator names no network, and a name that leads to this machine.
    let strict = server
        .replica(Database::sqlite(), Settings::default())
        .await;
    strict.resident().file(report()).await;
    strict.deliver().await;
    assert!(receiver.messages().is_empty());
    let entries = log(&admin, &id).await;
    assert!(
        entries
            .iter()
            .any(|entry| entry["last_error"] == "not_allowed")
    );
    let port = receiver.url();
    let sql = "UPDATE webhooks SET url = $1";
    let named = format!("https://{}.localdomain/", "localhost");
    server.app.db.sql(sql).bind(named).run().await.unwrap();
    strict.advance(TimeDelta::minutes(2));
    strict.deliver().await;
    assert!(receiver.messages().is_empty(), "{port}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_deliver_every_message_once() {
    let database = Database::postgres().await;
    let one = Server::start(database.clone()).await;
    let settings = Settings {
        webhook_networks: "127.0.0.0/8".parse().unwrap(),
        ..Settings::default()
    };
    let two = one.replica(database, settings).await;
    let admin = administrator(&one).await;
    let receiver = Receiver::start().await;
    register(&admin, &receiver.url(), json!({})).await;
    for _ in 0..40 {
        two.resident().file(report()).await;
    }
    tokio::join!(one.deliver(), two.deliver());
    one.advance(TimeDelta::minutes(1));
    tokio::join!(one.deliver(), two.deliver());
    let messages = receiver.messages();
    let mut ids: Vec<&str> = messages.iter().map(Message::id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((messages.len(), ids.len()), (80, 80));
}

/// The server dies between the commit and the delivery; the next one delivers.
async fn killed_before_delivery(database: Database) {
    let data = tempfile::tempdir().unwrap();
    let binary = crate::binary();
    let networks = [("WUFEI_WEBHOOK_NETWORKS", "127.0.0.0/8")];
    let receiver = Receiver::start().await;
    // It takes the message in and answers nothing useful, so that all is still to be done.
    receiver.always(500);
    let added = binary.run(
        data.path(),
        &database,
        &[
            "staff",
            "add",
            "--username",
            "admin",
            "--role",
            "administrator",
            "--password-stdin",
        ],
        &format!("{PASSWORD}\n"),
    );
    assert!(added.0, "{}", added.2);
    let mut server = binary.serve_with(data.path(), &database, &networks);
    let admin = server.person();
    admin.sign_in("admin", PASSWORD).await;
    register(
        &admin,
        &receiver.url(),
        json!({ "events": ["report.received"] }),
    )
    .await;
    let mut filed = Vec::new();
    for number in 0..20 {
        filed.push(
            server
                .person()
                .file(report_with(
                    json!({ "description": format!("第{number}处") }),
                ))
                .await
                .0,
        );
    }
    server.kill();
    receiver.always(204);
    let settings = Settings {
        webhook_networks: "127.0.0.0/8".parse().unwrap(),
        ..Settings::default()
    };
    let server = Server::start_in(
        Arc::new(data),
        database,
        settings,
        Clock::manual(start_of_tests()),
    )
    .await;
    set_to_now(&server);
    // Past the dead server's lease, and the back-off of what it tried.
    server.advance(TimeDelta::minutes(10));
    server.deliver().await;
    let messages = receiver.messages();
    let taken = messages.iter().filter(|message| message.status == 204);
    let mut taken: Vec<&str> = taken
        .map(|message| message.body["data"]["report"]["code"].as_str().unwrap())
        .collect();
    taken.sort_unstable();
    filed.sort();
    assert_eq!(taken, filed, "each once, and none is missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_commit_and_delivery_loses_no_message_on_sqlite() {
    killed_before_delivery(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_commit_and_delivery_loses_no_message_on_postgres() {
    killed_before_delivery(Database::postgres().await).await;
}
