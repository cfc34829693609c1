//! What the reporter, and whoever joins, does after filing.

use serde_json::json;
use wufei_api::auth::Role;
use wufei_tests::person::{report, report_with};
use wufei_tests::{Person, Server, both_databases};

async fn handled(server: &Server, code: &str, seed: u8) -> (Person, Person) {
    let handler = server
        .staff("handler", Role::Handler, Some("housing"))
        .await;
    let verifier = server.staff("verifier", Role::Verifier, None).await;
    handler.act(code, "accept", json!({})).await.expect(200);
    let photo = handler.photo(seed).await;
    handler
        .act(
            code,
            "handle",
            json!({ "note": "已清运", "photo_ids": [photo] }),
        )
        .await
        .expect(200);
    (handler, verifier)
}

both_databases! {
    async fn who_joins_hears_of_every_change_and_has_a_secret_of_their_own(server: Server) {
        let resident = server.resident();
        let (code, secret) = resident.file(report()).await;
        let other = server.resident();
        let path = format!("/api/v1/reports/{code}/join");
        let joined = other
            .post_once("join-0001", &path, json!({ "contact": { "email": "too@example.org" }, "anonymous": true }))
            .await
            .expect(201);
        assert_eq!(joined["code"], code.as_str());
        let theirs = joined["secret"].as_str().unwrap();
        assert_ne!(theirs, secret);
        let own = other.own_view(&code, theirs).await.expect(200);
        assert_eq!((own["own"]["role"].as_str(), own["reporters"].as_i64()), (Some("follower"), Some(2)));
        handled(&server, &code, 1).await;
        server.deliver().await;
        let subjects: Vec<String> = server
            .letters()
            .into_iter()
            .filter(|letter| letter.to == "too@example.org")
            .map(|letter| letter.subject)
            .collect();
        assert_eq!(subjects.len(), 2, "{subjects:?}");
    }

    async fn not_fixed_reopens_within_thirty_days_of_closing(server: Server) {
        let resident = server.resident();
        let (code, secret) = resident.file(report()).await;
        let dispute = async |reason: &str| {
            resident.post(&format!("/api/v1/reports/{code}/dispute"), json!({ "secret": secret, "reason": reason, "photo_ids": [] })).await
        };
        assert_eq!(dispute("没动").await.status, 409, "nothing was handled yet");
        let (_, verifier) = handled(&server, &code, 1).await;
        assert_eq!(dispute(" ").await.fields(422), ["reason"]);
        assert_eq!(dispute(&"长".repeat(501)).await.fields(422), ["reason"]);
        assert_eq!(dispute("还在那里").await.expect(200)["status"], "reopened");
        let handler = server.resident();
        handler.sign_in("handler", wufei_tests::server::PASSWORD).await;
        handler.act(&code, "accept", json!({})).await.expect(200);
        let photo = handler.photo(9).await;
        handler.act(&code, "handle", json!({ "note": "再次清运", "photo_ids": [photo] })).await.expect(200);
        verifier.act(&code, "verify", json!({ "passed": true })).await.expect(200);
        verifier.act(&code, "close", json!({})).await.expect(200);
        server.advance(chrono::TimeDelta::days(31));
        assert_eq!(dispute("又有了").await.status, 409);
    }

    async fn a_residents_yes_verifies_a_handled_case_which_somebody_else_then_closes(server: Server) {
        let resident = server.resident();
        let (code, secret) = resident.file(report()).await;
        let feedback = async |body: serde_json::Value| {
            resident.post(&format!("/api/v1/reports/{code}/feedback"), body).await
        };
        let yes = json!({ "secret": secret, "resolved": true, "score": 5, "comment": "很快" });
        assert_eq!(feedback(yes.clone()).await.status, 409);
        let (_, verifier) = handled(&server, &code, 1).await;
        assert_eq!(feedback(json!({ "secret": secret, "score": 6 })).await.fields(422), ["score"]);
        let own = feedback(yes).await.expect(200);
        assert!(own["verified_at"].is_string());
        assert_eq!(own["own"]["feedback"]["score"], 5);
        verifier.act(&code, "close", json!({})).await.expect(200);
    }

    async fn taking_back_ends_a_case_nobody_else_reported_and_otherwise_only_leaves_it(server: Server) {
        let resident = server.resident();
        let (alone, secret) = resident.file(report_with(json!({ "contact": { "phone": "13812345678" } }))).await;
        let withdraw = async |code: &str, secret: &str| {
            resident.post(&format!("/api/v1/reports/{code}/withdraw"), json!({ "secret": secret, "reason": "看错了" })).await
        };
        assert_eq!(withdraw(&alone, "wrong").await.status, 403);
        assert_eq!(withdraw(&alone, &secret).await.expect(200)["status"], "rejected");
        let (shared, secret) = resident.file(report_with(json!({ "contact": { "phone": "13812345678" } }))).await;
        server.resident().post(&format!("/api/v1/reports/{shared}/join"), json!({})).await.expect(201);
        withdraw(&shared, &secret).await.expect(200);
        let left = resident.get(&format!("/api/v1/reports/{shared}")).await.expect(200);
        assert_eq!((left["status"].as_str(), left["reporters"].as_i64()), (Some("dispatched"), Some(1)));
        assert_eq!(resident.own_view(&shared, &secret).await.status, 403, "who left has no secret any more");
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        let case = handler.get(&format!("/api/v1/desk/cases/{shared}")).await.expect(200);
        assert!(case["contact"].is_null(), "the contact left too");
    }

    async fn photos_may_arrive_after_the_report(server: Server) {
        let resident = server.resident();
        let (code, secret) = resident.file(report()).await;
        let path = format!("/api/v1/reports/{code}/photos");
        let photo = resident.photo(1).await;
        let own = resident
            .post_once("late-photos", &path, json!({ "secret": secret, "photo_ids": [photo] }))
            .await
            .expect(200);
        assert_eq!(own["photos"].as_array().unwrap().len(), 1);
        let again = resident.post_once("late-photos", &path, json!({ "secret": secret, "photo_ids": [photo] })).await;
        assert_eq!(again.expect(200)["photos"].as_array().unwrap().len(), 1);
        assert_eq!(resident.post(&path, json!({ "secret": secret, "photo_ids": [] })).await.fields(422), ["photo_ids"]);
        assert_eq!(resident.post(&path, json!({ "secret": "x", "photo_ids": [photo] })).await.status, 403);
    }

    async fn a_signed_in_resident_finds_the_own_reports(server: Server) {
        let resident = server.resident();
        assert_eq!(resident.get("/api/v1/me/reports").await.status, 401);
        let account = json!({ "username": "Zhang.San", "password": "long enough words", "name": "张三" });
        assert_eq!(resident.post("/api/v1/accounts", account.clone()).await.expect(201)["role"], "resident");
        assert_eq!(server.resident().post("/api/v1/accounts", account).await.status, 409);
        let (code, _) = resident.file(report()).await;
        server.resident().file(report()).await;
        let mine = resident.get("/api/v1/me/reports").await.expect(200);
        assert_eq!(mine["items"].as_array().unwrap().len(), 1);
        assert_eq!(mine["items"][0]["code"], code.as_str());
        assert_eq!(resident.get("/api/v1/desk/cases").await.status, 403);
    }
}
