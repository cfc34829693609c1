//! Deadlines of steps, the ladder of a late case, more time, and questions to the reporter.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::db::Kind;
use wufei_api::lifecycle::sweep_once;
use wufei_tests::person::{report, report_with};
use wufei_tests::{Person, Server, both_databases};

struct Desk {
    handler: Person,
    coordinator: Person,
}

async fn desk(server: &Server) -> Desk {
    Desk {
        handler: server
            .staff("handler", Role::Handler, Some("housing"))
            .await,
        coordinator: server.staff("coordinator", Role::Coordinator, None).await,
    }
}

impl Desk {
    async fn case(&self, code: &str) -> Value {
        self.coordinator
            .get(&format!("/api/v1/desk/cases/{code}"))
            .await
            .expect(200)
    }

    async fn sign_in_again(&self) {
        for (person, name) in [
            (&self.handler, "handler"),
            (&self.coordinator, "coordinator"),
        ] {
            person.sign_in(name, wufei_tests::server::PASSWORD).await;
        }
    }
}

async fn after(server: &Server, by: TimeDelta) {
    server.advance(by);
    sweep_once(&server.app).await.unwrap();
}

fn kinds(view: &Value) -> Vec<&str> {
    view["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["kind"].as_str().unwrap())
        .collect()
}

async fn subjects(server: &Server, to: &str) -> Vec<String> {
    server.deliver().await;
    server
        .letters_to(to)
        .into_iter()
        .map(|letter| letter.subject)
        .collect()
}

/// As many more of the report there is, under codes of their own.
async fn copy_the_only_report(server: &Server, times: u32) {
    let (id, code) = match server.app.db.kind() {
        Kind::Sqlite => ("CAST(printf('%016d', n) AS BLOB)", "printf('%09d', n)"),
        Kind::Postgres => (
            "CAST(LPAD(TO_HEX(n), 32, '0') AS UUID)",
            "LPAD(CAST(n AS TEXT), 9, '0')",
        ),
    };
    // Another connection might not know yet which columns the copies have.
    let mut tx = server.app.db.begin().await.unwrap();
    for sql in [
        format!(
            "CREATE TABLE copies AS
             WITH RECURSIVE numbers(n) AS
                 (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {times})
             SELECT reports.*, n FROM reports, numbers"
        ),
        format!("UPDATE copies SET id = {id}, code = {code}"),
        "ALTER TABLE copies DROP COLUMN n".to_owned(),
        "INSERT INTO reports SELECT * FROM copies".to_owned(),
    ] {
        tx.sql(sql.leak()).run().await.unwrap();
    }
    tx.commit().await.unwrap();
}

both_databases! {
    async fn every_step_has_its_own_deadline_and_its_light(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        // Tuesday 09:00; four working hours to accept, with an hour at noon that does not count.
        let deadline = desk.case(&code).await["deadline"].clone();
        assert_eq!(deadline["step"], "accept");
        assert_eq!(deadline["due_at"], "2026-11-24T06:00:00Z");
        assert_eq!((deadline["minutes_left"].as_i64(), deadline["light"].as_str()), (Some(240), Some("green")));
        server.advance(TimeDelta::hours(4));
        assert_eq!(desk.case(&code).await["deadline"]["light"], "amber", "an hour of four is left");
        server.advance(TimeDelta::minutes(61));
        assert_eq!(desk.case(&code).await["deadline"]["light"], "red");
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        // 24 working hours from Tuesday 09:00: three hours of Tuesday's seven and a half are gone by 12.
        let deadline = desk.case(&code).await["deadline"].clone();
        assert_eq!((deadline["step"].as_str(), deadline["light"].as_str()), (Some("handle"), Some("green")));
        assert_eq!(deadline["due_at"], desk.case(&code).await["due_at"]);
        let photo = desk.handler.photo(1).await;
        desk.handler.act(&code, "handle", json!({ "note": "已清运", "photo_ids": [photo] })).await.expect(200);
        let deadline = desk.case(&code).await["deadline"].clone();
        assert_eq!(deadline["step"], "verify");
        assert_eq!(deadline["minutes_left"], 16 * 60);
    }

    async fn a_late_case_climbs_rung_by_rung_and_everybody_hears_once(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        let office = "housing@jiangyuan.example";
        let head = "head.housing@jiangyuan.example";
        let lead = "lead@jiangyuan.example";
        after(&server, TimeDelta::hours(5)).await;
        assert_eq!(desk.case(&code).await["escalation"], Value::Null, "14:00 is the last moment");
        after(&server, TimeDelta::seconds(1)).await;
        after(&server, TimeDelta::minutes(5)).await;
        assert_eq!(desk.case(&code).await["escalation"]["rung"], "urged");
        assert_eq!(subjects(&server, office).await.iter().filter(|s| s.contains("催办")).count(), 1);
        // Eight working hours later: Wednesday 14:30.
        after(&server, TimeDelta::hours(24)).await;
        desk.sign_in_again().await;
        assert_eq!(desk.case(&code).await["escalation"]["rung"], "urged");
        after(&server, TimeDelta::minutes(30)).await;
        assert_eq!(desk.case(&code).await["escalation"]["rung"], "supervised");
        assert!(subjects(&server, head).await.is_empty());
        // The service slept over two rungs: both are climbed, in order, each once.
        after(&server, TimeDelta::days(6)).await;
        desk.sign_in_again().await;
        let case = desk.case(&code).await;
        assert_eq!(case["escalation"]["rung"], "lead");
        assert_eq!(kinds(&case), ["received", "dispatched", "urged", "supervised", "taken_to_head", "taken_to_lead"]);
        assert_eq!(subjects(&server, head).await.len(), 2);
        assert_eq!(subjects(&server, lead).await.len(), 1);
        after(&server, TimeDelta::days(6)).await;
        assert_eq!(subjects(&server, lead).await.len(), 1, "nothing is above the lead");
        // What moves is no longer late, unless the case itself is.
        desk.sign_in_again().await;
        desk.coordinator
            .act(&code, "dispatch", json!({ "reason": "改派", "office": "ecology" })).await.expect(200);
        assert_eq!(desk.case(&code).await["escalation"], Value::Null);
    }

    async fn a_coordinator_may_urge_before_the_service_does(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        assert_eq!(desk.handler.act(&code, "urge", json!({ "reason": "快办" })).await.status, 403);
        assert_eq!(desk.coordinator.act(&code, "urge", json!({ "reason": "" })).await.fields(422), ["reason"]);
        for rung in ["urged", "supervised", "head", "lead"] {
            let case = desk.coordinator.act(&code, "urge", json!({ "reason": "群众又来电话" })).await.expect(200);
            assert_eq!(case["escalation"]["rung"], rung);
        }
        assert_eq!(desk.coordinator.act(&code, "urge", json!({ "reason": "再催" })).await.status, 409);
        let public = server.resident().get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert!(kinds(&public).contains(&"taken_to_lead"), "the public reads it too");
    }

    async fn more_time_is_asked_for_given_or_refused_and_not_without_end(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        let asked = json!({ "reason": "要调挖掘机", "hours": 8 });
        assert_eq!(desk.handler.act(&code, "extend", asked.clone()).await.status, 403, "not by itself");
        let none = json!({ "reason": "想多要", "hours": 401 });
        assert_eq!(desk.handler.act(&code, "ask-extension", none).await.fields(422), ["hours"]);
        let case = desk.handler.act(&code, "ask-extension", asked.clone()).await.expect(200);
        assert_eq!(case["extension_asked_hours"], 8);
        assert_eq!(desk.handler.act(&code, "ask-extension", asked.clone()).await.status, 409, "asked already");
        let case = desk.coordinator.act(&code, "refuse-extension", json!({ "reason": "人手够" })).await.expect(200);
        assert_eq!((&case["extension_asked_hours"], case["extensions"].as_i64()), (&Value::Null, Some(0)));
        assert_eq!(desk.coordinator.act(&code, "refuse-extension", json!({ "reason": "没人问" })).await.status, 409);
        for n in 1..=2 {
            desk.handler.act(&code, "ask-extension", asked.clone()).await.expect(200);
            let before = desk.case(&code).await["deadline"]["minutes_left"].as_i64().unwrap();
            let case = desk.coordinator.act(&code, "extend", asked.clone()).await.expect(200);
            assert_eq!(case["extensions"], n);
            assert_eq!(case["extension_asked_hours"], Value::Null);
            assert_eq!(case["deadline"]["minutes_left"].as_i64(), Some(before + 480));
        }
        assert_eq!(desk.handler.act(&code, "ask-extension", asked.clone()).await.status, 409, "twice is enough");
        assert_eq!(desk.coordinator.act(&code, "extend", asked).await.status, 409);
        let public = server.resident().get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert!(!kinds(&public).contains(&"extension_asked"), "what was granted is public, what was asked is not");
    }

    async fn the_clock_stands_while_the_reporter_is_asked(server: Server) {
        let resident = server.resident();
        let contact = json!({ "contact": { "email": "wang@example.cn" } });
        let (code, secret) = resident.file(report_with(contact)).await;
        let desk = desk(&server).await;
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        let left = desk.case(&code).await["deadline"]["minutes_left"].as_i64().unwrap();
        let early = json!({ "secret": secret, "reason": "桥东头", "photo_ids": [] });
        assert_eq!(resident.post(&format!("/api/v1/reports/{code}/answer"), early).await.status, 409);
        let case = desk.handler.act(&code, "ask-resident", json!({ "reason": "在桥的哪一头？" })).await.expect(200);
        assert_eq!(case["deadline"], Value::Null);
        assert_eq!(case["question"]["text"], "在桥的哪一头？");
        assert_eq!(desk.handler.act(&code, "ask-resident", json!({ "reason": "几车？" })).await.status, 409);
        assert!(subjects(&server, "wang@example.cn").await.len() >= 2);
        let own = resident.own_view(&code, &secret).await.expect(200);
        assert_eq!(own["own"]["question"]["text"], "在桥的哪一头？");
        // A day passes, and nothing of the deadline does.
        after(&server, TimeDelta::days(1)).await;
        let photo = resident.photo(3).await;
        let answer = json!({ "secret": secret, "reason": "桥东头，照片补上", "photo_ids": [photo] });
        let path = format!("/api/v1/reports/{code}/answer");
        let first = resident.post_once("answer-1", &path, answer.clone()).await.expect(200);
        assert_eq!(first["own"]["question"], Value::Null);
        resident.post_once("answer-1", &path, answer).await.expect(200);
        desk.sign_in_again().await;
        let case = desk.case(&code).await;
        assert_eq!(case["deadline"]["minutes_left"].as_i64(), Some(left));
        assert_eq!(kinds(&case).iter().filter(|kind| **kind == "resident_answered").count(), 1);
        // A second question is never answered: after 40 working hours the clock runs on.
        desk.handler.act(&code, "ask-resident", json!({ "reason": "有几车？" })).await.expect(200);
        after(&server, TimeDelta::days(5)).await;
        desk.sign_in_again().await;
        assert_eq!(desk.case(&code).await["deadline"], Value::Null);
        after(&server, TimeDelta::days(4)).await;
        desk.sign_in_again().await;
        let case = desk.case(&code).await;
        assert!(kinds(&case).contains(&"answer_lapsed"));
        assert_eq!(case["deadline"]["minutes_left"].as_i64(), Some(left));
    }

    async fn taking_a_case_on_answers_no_question_and_more_time_is_no_pause(server: Server) {
        let resident = server.resident();
        let contact = json!({ "contact": { "email": "wang@example.cn" } });
        let (code, secret) = resident.file(report_with(contact)).await;
        let desk = desk(&server).await;
        desk.handler.act(&code, "ask-resident", json!({ "reason": "在桥的哪一头？" })).await.expect(200);
        server.advance(TimeDelta::hours(1));
        let case = desk.handler.act(&code, "accept", json!({})).await.expect(200);
        assert_eq!((&case["deadline"], case["paused"].as_bool()), (&Value::Null, Some(true)));
        assert_eq!(case["question"]["text"], "在桥的哪一头？", "it is still open");
        let more = json!({ "reason": "量大", "hours": 8 });
        desk.coordinator.act(&code, "extend", more).await.expect(200);
        // Seven working hours later, and some seconds, of which no pause takes a minute.
        server.advance(TimeDelta::hours(23) + TimeDelta::seconds(20));
        desk.sign_in_again().await;
        let answer = json!({ "secret": secret, "reason": "桥东头", "photo_ids": [] });
        resident.post(&format!("/api/v1/reports/{code}/answer"), answer).await.expect(200);
        let case = desk.case(&code).await;
        assert_eq!(case["deadline"]["minutes_left"], (24 + 8) * 60, "all that was left when it stopped");
    }

    async fn a_category_corrected_within_an_office_still_tells_those_it_concerns(server: Server) {
        let (code, _) = server.resident().file(report_with(json!({ "category": "industrial" }))).await;
        let desk = desk(&server).await;
        let police = "police@jiangyuan.example";
        assert!(subjects(&server, police).await.is_empty());
        let right = json!({ "reason": "桶上有腐蚀标志", "category": "hazardous" });
        let case = desk.coordinator.act(&code, "reclassify", right).await.expect(200);
        assert_eq!(case["lead"]["id"], "ecology", "as before");
        let told = subjects(&server, police).await;
        assert!(told.len() == 1 && told[0].contains("【紧急】"), "{told:?}");
    }

    async fn a_head_without_an_own_address_is_written_to_at_the_offices(server: Server) {
        let (code, _) = server.resident().file(report_with(json!({ "category": "straw" }))).await;
        let desk = desk(&server).await;
        let farmer = server.staff("farmer", Role::Handler, Some("agriculture")).await;
        farmer.act(&code, "accept", json!({})).await.expect(200);
        let photo = farmer.photo(1).await;
        farmer.act(&code, "handle", json!({ "note": "已清运", "photo_ids": [photo] })).await.expect(200);
        let before = subjects(&server, "agriculture@jiangyuan.example").await.len();
        for _ in ["urged", "supervised", "head"] {
            desk.coordinator.act(&code, "urge", json!({ "reason": "没人核查" })).await.expect(200);
        }
        let told = subjects(&server, "agriculture@jiangyuan.example").await;
        assert_eq!(told.len(), before + 1, "{told:?}");
    }

    async fn a_wrong_category_is_corrected_and_routed_again(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        let same = json!({ "reason": "看照片", "category": "construction" });
        assert_eq!(desk.coordinator.act(&code, "reclassify", same).await.fields(422), ["category"]);
        let unknown = json!({ "reason": "看照片", "category": "gold" });
        assert_eq!(desk.coordinator.act(&code, "reclassify", unknown).await.fields(422), ["category"]);
        let right = json!({ "reason": "桶上有腐蚀标志", "category": "hazardous" });
        assert_eq!(desk.handler.act(&code, "reclassify", right.clone()).await.status, 403);
        let case = desk.coordinator.act(&code, "reclassify", right).await.expect(200);
        assert_eq!((case["category"]["id"].as_str(), case["lead"]["id"].as_str()), (Some("hazardous"), Some("ecology")));
        assert_eq!((case["urgent"].as_bool(), case["deadline_minutes"].as_i64()), (Some(true), Some(240)));
        assert_eq!(case["deadline"]["minutes_left"], 60, "an hour to accept, around the clock");
        assert!(kinds(&case).contains(&"reclassified"));
        let listed = server.resident().get("/api/v1/reports?category=hazardous").await.expect(200);
        assert_eq!(listed["items"][0]["code"], code.as_str());
    }

    async fn the_same_spot_within_sixty_days_is_a_recurrence(server: Server) {
        let desk = desk(&server).await;
        let verifier = server.staff("verifier", Role::Verifier, Some("ecology")).await;
        let (first, _) = server.resident().file(report()).await;
        desk.handler.act(&first, "accept", json!({})).await.expect(200);
        let (meanwhile, _) = server.resident().file(report()).await;
        assert_eq!(desk.case(&meanwhile).await["recurrence_of"], Value::Null, "nothing was closed yet");
        let photo = desk.handler.photo(1).await;
        desk.handler.act(&first, "handle", json!({ "note": "已清运", "photo_ids": [photo] })).await.expect(200);
        verifier.act(&first, "verify", json!({ "passed": true })).await.expect(200);
        verifier.act(&first, "close", json!({})).await.expect(200);
        server.advance(TimeDelta::days(59));
        desk.sign_in_again().await;
        // 40 metres north, as something else altogether; and 60 metres north.
        let near = json!({ "lat": 42.05636 + 40.0 / 111_320.0, "category": "straw" });
        let (again, _) = server.resident().file(report_with(near)).await;
        assert_eq!(desk.case(&again).await["recurrence_of"], first.as_str());
        let far = json!({ "lat": 42.05636 + 60.0 / 111_320.0 });
        let (elsewhere, _) = server.resident().file(report_with(far)).await;
        assert_eq!(desk.case(&elsewhere).await["recurrence_of"], Value::Null);
        server.advance(TimeDelta::days(2));
        desk.sign_in_again().await;
        let (late, _) = server.resident().file(report()).await;
        assert_eq!(desk.case(&late).await["recurrence_of"], Value::Null);
    }

    async fn one_sweep_after_a_holiday_takes_every_late_case_up(server: Server) {
        server.resident().file(report()).await;
        copy_the_only_report(&server, 510).await;
        after(&server, TimeDelta::hours(6)).await;
        let (left,): (i64,) = server
            .app
            .db
            .sql("SELECT COUNT(*) FROM reports WHERE escalation = 0")
            .one()
            .await
            .unwrap();
        assert_eq!(left, 0);
    }

    async fn two_sweeps_at_once_climb_one_rung_once(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let desk = desk(&server).await;
        server.advance(TimeDelta::hours(6));
        let (one, two) = tokio::join!(sweep_once(&server.app), sweep_once(&server.app));
        one.unwrap();
        two.unwrap();
        assert_eq!(kinds(&desk.case(&code).await).iter().filter(|kind| **kind == "urged").count(), 1);
    }
}
