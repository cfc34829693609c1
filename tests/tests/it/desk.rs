//! Following a case up, from dispatch to closing, and everything that can come between.

use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_tests::person::{report, report_with};
use wufei_tests::{Person, Server, both_databases};

struct Desk {
    handler: Person,
    verifier: Person,
    coordinator: Person,
}

async fn desk(server: &Server) -> Desk {
    Desk {
        handler: server
            .staff("handler", Role::Handler, Some("housing"))
            .await,
        verifier: server
            .staff("verifier", Role::Verifier, Some("ecology"))
            .await,
        coordinator: server.staff("coordinator", Role::Coordinator, None).await,
    }
}

/// A session lasts a working day.
async fn sign_in_again(desk: &Desk) {
    desk.handler
        .sign_in("handler", wufei_tests::server::PASSWORD)
        .await;
    desk.coordinator
        .sign_in("coordinator", wufei_tests::server::PASSWORD)
        .await;
}

async fn handle(desk: &Desk, code: &str, seed: u8) -> Value {
    let photo = desk.handler.photo(seed).await;
    let body = json!({ "note": "已清运", "photo_ids": [photo] });
    desk.handler.act(code, "handle", body).await.expect(200)
}

fn actions(case: &Value) -> Vec<&str> {
    case["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["action"].as_str().unwrap())
        .collect()
}

both_databases! {
    async fn a_case_goes_from_dispatch_to_closed_and_the_resident_reads_every_step(server: Server) {
        let resident = server.resident();
        let (code, secret) = resident.file(report()).await;
        let desk = desk(&server).await;
        let inbox = desk.handler.get("/api/v1/desk/cases?open=true").await.expect(200);
        assert_eq!(inbox["items"][0]["code"], code.as_str());
        assert_eq!(desk.handler.get("/api/v1/desk/counts").await.expect(200)["new"], 1);
        let case = desk.handler.act(&code, "accept", json!({})).await.expect(200);
        assert_eq!((case["status"].as_str(), case["assignee"]["name"].as_str()), (Some("accepted"), Some("handler")));
        // Without an after-photo nothing is handled.
        let bare = desk.handler.act(&code, "handle", json!({ "note": "好了", "photo_ids": [] })).await;
        assert_eq!(bare.fields(422), ["photo_ids"]);
        let case = handle(&desk, &code, 1).await;
        assert_eq!((case["status"].as_str(), case["paused"].as_bool()), (Some("handled"), Some(true)));
        assert!(!actions(&case).contains(&"close"), "the handler cannot close");
        assert_eq!(desk.handler.act(&code, "close", json!({})).await.status, 403);
        assert_eq!(desk.verifier.act(&code, "close", json!({})).await.status, 409, "not verified yet");
        desk.verifier.act(&code, "verify", json!({ "passed": true, "note": "现场已清理干净" })).await.expect(200);
        let case = desk.verifier.act(&code, "close", json!({})).await.expect(200);
        assert_eq!(case["status"], "closed");
        let own = resident.own_view(&code, &secret).await.expect(200);
        let kinds: Vec<&str> =
            own["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["received", "dispatched", "accepted", "handled", "verified", "closed"]);
        assert_eq!(own["photos"].as_array().unwrap().len(), 1);
        assert_eq!(own["photos"][0]["purpose"], "after");
        assert_eq!(own["own"]["can_dispute"], true);
    }

    async fn the_office_that_handled_a_case_cannot_verify_it_whatever_the_role(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        handle(&desk, &code, 1).await;
        let same_office = server.staff("verifier2", Role::Verifier, Some("housing")).await;
        for action in ["verify", "close"] {
            let body = if action == "verify" { json!({ "passed": true }) } else { json!({}) };
            let refused = same_office.act(&code, action, body).await.expect(403);
            assert!(refused["detail"].as_str().unwrap().contains("其他部门"), "{refused}");
        }
        let failed = desk.verifier.act(&code, "verify", json!({ "passed": false })).await;
        assert_eq!(failed.fields(422), ["note"]);
        let case = desk.verifier.act(&code, "verify", json!({ "passed": false, "note": "还有一半" })).await.expect(200);
        assert_eq!((case["status"].as_str(), case["paused"].as_bool()), (Some("reopened"), Some(false)));
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        handle(&desk, &code, 2).await;
        desk.coordinator.act(&code, "verify", json!({ "passed": true })).await.expect(200);
    }

    async fn an_after_photo_must_be_newer_than_the_dispatch(server: Server) {
        let desk = desk(&server).await;
        let early = desk.handler.photo(3).await;
        server.advance(chrono::TimeDelta::minutes(1));
        let (code, _) = server.resident().file(report()).await;
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        let answer = desk.handler.act(&code, "handle", json!({ "note": "好", "photo_ids": [early] })).await;
        assert_eq!(answer.fields(422), ["photo_ids"]);
    }

    async fn the_wrong_office_names_the_right_one_and_after_the_second_return_a_coordinator_decides_for_good(server: Server) {
        let resident = server.resident();
        let (code, _) = resident.file(report()).await;
        let desk = desk(&server).await;
        let ecology = server.staff("eco", Role::Handler, Some("ecology")).await;
        assert_eq!(desk.handler.act(&code, "return", json!({ "reason": "不归我们" })).await.fields(422), ["office"]);
        for office in ["housing", "finance", "nonsense"] {
            let body = json!({ "reason": "不归我们", "office": office });
            assert_eq!(desk.handler.act(&code, "return", body).await.fields(422), ["office"], "{office}");
        }
        desk.handler.act(&code, "return", json!({ "reason": "工业固废", "office": "ecology" })).await.expect(200);
        let case = desk.coordinator.get(&format!("/api/v1/desk/cases/{code}")).await.expect(200);
        assert_eq!((case["status"].as_str(), case["lead"]["id"].as_str()), (Some("dispatched"), Some("ecology")));
        // The office that returned it sees it no longer, unless it assists.
        assert_eq!(desk.handler.get(&format!("/api/v1/desk/cases/{code}")).await.status, 403);
        ecology.act(&code, "return", json!({ "reason": "是建筑垃圾", "office": "housing" })).await.expect(200);
        let case = desk.coordinator.get(&format!("/api/v1/desk/cases/{code}")).await.expect(200);
        assert_eq!((case["status"].as_str(), case["returns"].as_i64()), (Some("returned"), Some(2)));
        assert_eq!(desk.coordinator.get("/api/v1/desk/counts").await.expect(200)["returned"], 1);
        desk.coordinator.act(&code, "dispatch", json!({ "reason": "由住建牵头", "office": "housing" })).await.expect(200);
        let case = desk.handler.get(&format!("/api/v1/desk/cases/{code}")).await.expect(200);
        assert_eq!(case["final_dispatch"], true);
        assert!(!actions(&case).contains(&"return"));
        let again = desk.handler.act(&code, "return", json!({ "reason": "还是不归", "office": "ecology" })).await;
        assert_eq!(again.status, 409);
        let seen = resident.get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert!(seen["history"].to_string().contains("工业固废"), "the public reads why it was returned");
    }

    async fn a_stale_page_cannot_overwrite_what_somebody_else_did(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        let path = format!("/api/v1/desk/cases/{code}");
        let version = desk.handler.get(&path).await.expect(200)["version"].clone();
        desk.coordinator.act(&code, "note", json!({ "note": "请尽快" })).await.expect(200);
        let stale = desk.handler.post(&format!("{path}/accept"), json!({ "version": version })).await;
        assert_eq!(stale.expect(409)["type"], "urn:wufei:conflict");
    }

    async fn the_deadline_counts_working_hours_and_stands_while_a_case_is_suspended(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        let path = format!("/api/v1/desk/cases/{code}");
        let minutes = |case: &Value| case["minutes_left"].as_i64();
        let full = minutes(&desk.handler.get(&path).await.expect(200)).unwrap();
        assert_eq!(full, 24 * 60);
        // Tuesday 09:00 to Saturday: a week's working hours pass, the weekend's do not.
        server.advance(chrono::TimeDelta::hours(1));
        assert_eq!(minutes(&desk.handler.get(&path).await.expect(200)), Some(full - 60));
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        let until = (server.app.clock.now() + chrono::TimeDelta::days(30)).to_rfc3339();
        let case = desk.coordinator.act(&code, "suspend", json!({ "reason": "等汛期过", "until": until })).await.expect(200);
        assert_eq!((case["status"].as_str(), minutes(&case)), (Some("suspended"), None));
        server.advance(chrono::TimeDelta::days(29));
        wufei_api::lifecycle::sweep_once(&server.app).await.unwrap();
        sign_in_again(&desk).await;
        assert_eq!(desk.handler.get(&path).await.expect(200)["status"], "suspended");
        server.advance(chrono::TimeDelta::days(1));
        wufei_api::lifecycle::sweep_once(&server.app).await.unwrap();
        sign_in_again(&desk).await;
        let case = desk.coordinator.get(&path).await.expect(200);
        assert_eq!((case["status"].as_str(), minutes(&case), case["overdue"].as_bool()), (Some("accepted"), Some(full - 60), Some(false)));
        let case = desk.coordinator.act(&code, "extend", json!({ "reason": "量大", "hours": 8 })).await.expect(200);
        assert_eq!((case["status"].as_str(), minutes(&case)), (Some("extended"), Some(full - 60 + 480)));
        server.advance(chrono::TimeDelta::days(40));
        sign_in_again(&desk).await;
        let case = desk.coordinator.get(&path).await.expect(200);
        assert_eq!(case["overdue"], true);
        assert!(minutes(&case).unwrap() < 0);
        assert_eq!(desk.coordinator.get("/api/v1/desk/counts").await.expect(200)["overdue"], 1);
        let late = desk.coordinator.get("/api/v1/desk/cases?overdue=true").await.expect(200);
        assert_eq!(late["total"], 1);
    }

    async fn merging_brings_everyone_who_reported_to_the_master_case(server: Server) {
        let (master, _) = server.resident().file(report()).await;
        let follower = server.resident();
        let (code, secret) = follower
            .file(report_with(json!({ "contact": { "email": "joined@example.org" } })))
            .await;
        let desk = desk(&server).await;
        let into = |code: &str| json!({ "reason": "同一处", "into": code });
        assert_eq!(desk.coordinator.act(&code, "merge", into(&code)).await.fields(422), ["into"]);
        assert_eq!(desk.coordinator.act(&code, "merge", into("123456789")).await.fields(422), ["into"]);
        desk.coordinator.act(&code, "merge", into(&master)).await.expect(200);
        let own = follower.own_view(&code, &secret).await.expect(200);
        assert_eq!((own["status"].as_str(), own["merged_into"].as_str()), (Some("merged"), Some(master.as_str())));
        let seen = follower.get(&format!("/api/v1/reports/{master}")).await.expect(200);
        assert_eq!(seen["reporters"], 2);
        server.deliver().await;
        let before = server.letters_to("joined@example.org").len();
        desk.handler.act(&master, "accept", json!({})).await.expect(200);
        server.deliver().await;
        assert_eq!(server.letters_to("joined@example.org").len(), before + 1);
    }

    async fn whoever_was_merged_before_hears_where_the_master_case_goes(server: Server) {
        let (last, _) = server.resident().file(report()).await;
        let (middle, _) = server.resident().file(report()).await;
        let (first, _) = server
            .resident()
            .file(report_with(json!({ "contact": { "email": "first@example.org" } })))
            .await;
        let desk = desk(&server).await;
        for (code, into) in [(&first, &middle), (&middle, &last)] {
            let body = json!({ "reason": "同一处", "into": into });
            desk.coordinator.act(code, "merge", body).await.expect(200);
        }
        server.deliver().await;
        let grouped = format!("{}-{}-{}", &middle[..3], &middle[3..6], &middle[6..]);
        let letters = server.letters_to("first@example.org");
        let told = letters.iter().filter(|letter| letter.subject.contains(&grouped));
        assert_eq!(told.filter(|letter| letter.subject.contains("已并案")).count(), 1, "{letters:?}");
    }

    async fn notes_are_internal_unless_made_public(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        desk.coordinator.act(&code, "note", json!({ "note": "内部看法" })).await.expect(200);
        desk.handler.act(&code, "note", json!({ "note": "明天清运，联系13812345678", "public": true })).await.expect(200);
        let page = server.resident().get(&format!("/api/v1/reports/{code}")).await.expect(200).to_string();
        assert!(!page.contains("内部看法"));
        assert!(page.contains("明天清运") && !page.contains("13812345678"));
    }

    async fn handing_over_stays_within_the_office(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        server.staff("colleague", Role::Handler, Some("housing")).await;
        server.staff("outsider", Role::Handler, Some("health")).await;
        let id = async |person: &Person, name: &str| {
            let list = person.get("/api/v1/desk/staff").await.expect(200);
            let items = list["items"].as_array().unwrap().clone();
            items.iter().find(|s| s["name"] == name).map(|s| s["id"].clone())
        };
        assert!(id(&desk.handler, "outsider").await.is_none(), "a handler sees the own office only");
        let outsider = id(&desk.coordinator, "outsider").await.unwrap();
        assert_eq!(desk.handler.act(&code, "hand-over", json!({ "staff_id": outsider })).await.fields(422), ["staff_id"]);
        let colleague = id(&desk.handler, "colleague").await.unwrap();
        let case = desk.handler.act(&code, "hand-over", json!({ "staff_id": colleague })).await.expect(200);
        assert_eq!(case["assignee"]["name"], "colleague");
        let page = server.resident().get(&format!("/api/v1/reports/{code}")).await.expect(200).to_string();
        assert!(!page.contains("colleague"), "the public does not read names of staff");
    }

    async fn the_inbox_is_filtered_sorted_and_searched(server: Server) {
        let resident = server.resident();
        let (first, _) = resident.file(report_with(json!({ "description": "老桥下面 50% 是砖", "township": "220605102" }))).await;
        server.advance(chrono::TimeDelta::minutes(1));
        let (second, _) = resident.file(report_with(json!({ "category": "hazardous" }))).await;
        let desk = desk(&server).await;
        let codes = async |query: &str| -> Vec<String> {
            let page = desk.coordinator.get(&format!("/api/v1/desk/cases?{query}")).await.expect(200);
            page["items"].as_array().unwrap().iter().map(|c| c["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("sort=newest").await, [second.as_str(), first.as_str()]);
        assert_eq!(codes("sort=oldest").await, [first.as_str(), second.as_str()]);
        assert_eq!(codes("sort=urgent").await, [second.as_str(), first.as_str()]);
        assert_eq!(codes("urgent=true").await, [second.as_str()]);
        assert_eq!(codes("office=housing").await, [first.as_str()]);
        assert_eq!(codes("township=220605102").await, [first.as_str()]);
        assert_eq!(codes("q=%E8%80%81%E6%A1%A5").await, [first.as_str()]);
        assert_eq!(codes("q=50%25").await, [first.as_str()], "a percent sign is no wildcard");
        assert_eq!(codes(&format!("q={}-{}-{}", &second[..3], &second[3..6], &second[6..])).await, [second.as_str()]);
        assert!(codes("closed_since=2026-01-01T00:00:00Z").await.is_empty());
        assert_eq!(codes("sort=newest&limit=1").await, [second.as_str()]);
        let page = desk.coordinator.get("/api/v1/desk/cases?sort=newest&limit=1").await.expect(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(codes(&format!("sort=newest&limit=1&cursor={cursor}")).await, [first.as_str()]);
        for (query, field) in [("sort=x", "sort"), ("limit=0", "limit"), ("status=x", "status"), ("cursor=-1", "cursor")] {
            assert_eq!(desk.coordinator.get(&format!("/api/v1/desk/cases?{query}")).await.fields(422), [field]);
        }
    }

    async fn a_place_outside_is_looked_after_by_the_coordinator(server: Server) {
        let (code, _) = server.resident().file(report_with(json!({ "lng": 126.42, "lat": 41.93 }))).await;
        let desk = desk(&server).await;
        desk.coordinator.act(&code, "accept", json!({})).await.expect(200);
        assert_eq!(desk.coordinator.get("/api/v1/desk/counts").await.expect(200)["neighbour"], 1);
        assert_eq!(desk.handler.get(&format!("/api/v1/desk/cases/{code}")).await.status, 403);
    }
}
