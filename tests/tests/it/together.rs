//! Several parties on one case: parts, consultations, contractors' links, evidence and witnesses.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::lifecycle::sweep_once;
use wufei_tests::events::account;
use wufei_tests::person::{report, report_with};
use wufei_tests::{Person, Server, both_databases};

struct Desk {
    handler: Person,
    ecology: Person,
    verifier: Person,
    coordinator: Person,
}

async fn desk(server: &Server) -> Desk {
    Desk {
        handler: server
            .staff("handler", Role::Handler, Some("housing"))
            .await,
        ecology: server
            .staff("ecology", Role::Handler, Some("ecology"))
            .await,
        verifier: server
            .staff("verifier", Role::Verifier, Some("agriculture"))
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

    async fn accepted(&self, server: &Server) -> String {
        let (code, _) = server.resident().file(report()).await;
        self.handler
            .act(&code, "accept", json!({}))
            .await
            .expect(200);
        code
    }

    async fn handled(&self, server: &Server) -> String {
        let code = self.accepted(server).await;
        let photo = self.handler.photo(1).await;
        let body = json!({ "note": "已清运", "photo_ids": [photo] });
        self.handler.act(&code, "handle", body).await.expect(200);
        code
    }
}

fn kinds(view: &Value) -> Vec<&str> {
    view["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["kind"].as_str().unwrap())
        .collect()
}

/// The API's path of a link's address.
fn path_of(made: &Value) -> String {
    let token = made["url"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    format!("/api/v1/case-links/{token}")
}

fn capture(server: &Server, photo: &str, north_m: f64) -> Value {
    json!({
        "photo_id": photo,
        "lng": 126.58564,
        "lat": 42.05636 + north_m / 111_320.0,
        "datum": "wgs84",
        "accuracy_m": 15.0,
        "taken_at": server.app.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
    })
}

both_databases! {
    async fn parts_go_to_several_offices_and_are_joined_again(server: Server) {
        let desk = desk(&server).await;
        let code = desk.accepted(&server).await;
        let part = json!({ "office": "ecology", "task": "取样化验", "hours": 8 });
        assert_eq!(desk.handler.act(&code, "parts", part.clone()).await.status, 403, "a coordinator splits");
        let own = json!({ "office": "housing", "task": "清运" });
        assert_eq!(desk.coordinator.act(&code, "parts", own).await.fields(422), ["office"]);
        let case = desk.coordinator.act(&code, "parts", part.clone()).await.expect(200);
        assert_eq!((case["parts"][0]["state"].as_str(), case["parts"][0]["office"]["id"].as_str()), (Some("open"), Some("ecology")));
        assert_eq!(desk.coordinator.act(&code, "parts", part.clone()).await.status, 409, "one part each");
        server.advance(TimeDelta::minutes(1));
        let other = json!({ "office": "health", "task": "看有没有医疗废物" });
        let health = server.staff("health", Role::Handler, Some("health")).await;
        assert_eq!(health.get(&format!("/api/v1/desk/cases/{code}")).await.status, 403);
        let case = desk.coordinator.act(&code, "parts", other).await.expect(200);
        health.get(&format!("/api/v1/desk/cases/{code}")).await.expect(200);
        // Nothing is handled before both have ended.
        let photo = desk.handler.photo(1).await;
        let handled = json!({ "note": "已清运", "photo_ids": [photo] });
        assert_eq!(desk.handler.act(&code, "handle", handled.clone()).await.status, 409);
        let first = case["parts"][0]["id"].as_str().unwrap();
        let second = case["parts"][1]["id"].as_str().unwrap();
        let done = json!({ "note": "样品无害", "photo_ids": [] });
        assert_eq!(desk.handler.act(&code, &format!("parts/{first}/done"), done.clone()).await.status, 403);
        desk.ecology.act(&code, &format!("parts/{first}/done"), done.clone()).await.expect(200);
        assert_eq!(desk.ecology.act(&code, &format!("parts/{first}/done"), done).await.status, 409);
        let joined = json!({ "reason": "牵头部门自己看" });
        desk.coordinator.act(&code, &format!("parts/{second}/join"), joined).await.expect(200);
        let case = desk.handler.act(&code, "handle", handled).await.expect(200);
        assert!(kinds(&case).ends_with(&["part_opened", "part_opened", "part_done", "part_joined", "handled"]));
        // Whoever did a part does not verify the whole.
        let judge = server.staff("judge", Role::Verifier, Some("ecology")).await;
        assert_eq!(judge.act(&code, "verify", json!({ "passed": true })).await.status, 403);
        desk.verifier.act(&code, "verify", json!({ "passed": true })).await.expect(200);
    }

    async fn a_part_is_opened_once_however_often_it_is_asked_for(server: Server) {
        let desk = desk(&server).await;
        let code = desk.accepted(&server).await;
        let version = desk.case(&code).await["version"].clone();
        let body = json!({ "version": version, "office": "ecology", "task": "取样化验" });
        let path = format!("/api/v1/desk/cases/{code}/parts");
        for _ in 0..2 {
            let case = desk.coordinator.post_once("open-part-1", &path, body.clone()).await.expect(200);
            assert_eq!(case["parts"].as_array().unwrap().len(), 1);
        }
    }

    async fn a_consultation_is_open_until_decided_and_hears_everybody(server: Server) {
        let desk = desk(&server).await;
        let code = desk.accepted(&server).await;
        let ask = json!({ "question": "渣土里有没有危险废物，谁来运？", "joint": true,
            "offices": ["ecology", "police"], "neighbours": ["220602"] });
        assert_eq!(desk.ecology.act(&code, "consultations", ask.clone()).await.status, 403, "not theirs");
        let nobody = json!({ "question": "？", "offices": [], "neighbours": [] });
        assert_eq!(desk.handler.act(&code, "consultations", nobody).await.fields(422), ["offices"]);
        let unknown = json!({ "question": "？", "offices": ["nasa"] });
        assert_eq!(desk.handler.act(&code, "consultations", unknown).await.fields(422), ["offices"]);
        let case = desk.handler.act(&code, "consultations", ask.clone()).await.expect(200);
        assert_eq!(desk.handler.act(&code, "consultations", ask).await.status, 409, "one at a time");
        let id = case["consultations"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(case["consultations"][0]["opinions"].as_array().unwrap().len(), 3);
        // The neighbour's letter has a link of its own.
        server.deliver().await;
        let letters = server.letters_to("hunjiang@neighbour.example");
        assert_eq!(letters.len(), 1);
        let token = letters[0].text.split("/task/").nth(1).unwrap().split_whitespace().next().unwrap();
        let link = format!("/api/v1/case-links/{token}");
        let seen = server.resident().get(&link).await.expect(200);
        assert_eq!((seen["kind"].as_str(), seen["open"].as_bool()), (Some("neighbour"), Some(true)));
        assert!(seen.get("contact").is_none());
        // Nothing ends before there is a decision, and no decision before everybody was heard.
        let photo = desk.handler.photo(1).await;
        let handled = json!({ "note": "已清运", "photo_ids": [photo] });
        assert_eq!(desk.handler.act(&code, "handle", handled.clone()).await.status, 409);
        assert_eq!(desk.coordinator.act(&code, "reject", json!({ "reason": "不归我们" })).await.status, 409);
        let decide = json!({ "decision": "由生态环境分局取样，住建局清运", "minutes": "三方到场" });
        assert_eq!(desk.handler.act(&code, &format!("consultations/{id}/decide"), decide.clone()).await.status, 409);
        let agree = json!({ "stance": "agree", "opinion": "同意取样" });
        let opinion = format!("consultations/{id}/opinion");
        desk.ecology.act(&code, &opinion, agree.clone()).await.expect(200);
        let outsider = server.staff("outsider", Role::Handler, Some("health")).await;
        assert_eq!(outsider.act(&code, &opinion, agree.clone()).await.status, 403);
        server.resident().post(&format!("{link}/opinion"), json!({ "stance": "no_part", "opinion": "车不是我区的" })).await.expect(200);
        assert_eq!(server.resident().post(&format!("{link}/done"), json!({ "note": "好了", "after_photo_ids": [photo] })).await.status, 403);
        // The police say nothing, are reminded once, and their time is over.
        server.advance(TimeDelta::days(3));
        sweep_once(&server.app).await.unwrap();
        sweep_once(&server.app).await.unwrap();
        server.deliver().await;
        let reminders = server.letters_to("police@jiangyuan.example");
        assert_eq!(reminders.iter().filter(|letter| letter.subject.contains("会商意见到期未提")).count(), 1);
        desk.handler.sign_in("handler", wufei_tests::server::PASSWORD).await;
        let case = desk.handler.act(&code, &format!("consultations/{id}/decide"), decide).await.expect(200);
        assert_eq!(case["consultations"][0]["decision"], "由生态环境分局取样，住建局清运");
        desk.handler.act(&code, "handle", handled).await.expect(200);
        let public = server.resident().get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert!(kinds(&public).contains(&"consultation_decided"));
        assert!(!kinds(&public).contains(&"opinion_given"), "opinions stay at the desk");
        assert!(!public.to_string().contains("三方到场"), "minutes stay at the desk");
        assert_eq!(server.resident().get(&link).await.expect(200)["open"], false);
    }

    async fn a_contractor_works_by_a_link_that_ends(server: Server) {
        let desk = desk(&server).await;
        let private = json!({ "contact": { "name": "王建国", "phone": "13904391234" } });
        let (code, _) = server.resident().file(report_with(private)).await;
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        let path = format!("/api/v1/desk/cases/{code}/links");
        let new = json!({ "holder": "江源环卫三队", "task": "清走砖头，扫净路面", "days": 3 });
        assert_eq!(desk.ecology.post(&path, new.clone()).await.status, 403);
        let long = json!({ "holder": "队", "task": "清", "days": 31 });
        assert_eq!(desk.handler.post(&path, long).await.fields(422), ["days"]);
        let made = desk.handler.post_once("contractor-link-1", &path, new.clone()).await.expect(201);
        assert_eq!(desk.handler.post_once("contractor-link-1", &path, new.clone()).await.expect(201)["url"], made["url"]);
        let link = path_of(&made);
        let contractor = server.resident();
        let task = contractor.get(&link).await.expect(200);
        assert_eq!(task["task"], "清走砖头，扫净路面");
        assert!(task["gcj02"][0].as_f64().unwrap() > 126.58);
        assert!(!task.to_string().contains("13904391234") && !task.to_string().contains("王建国"));
        assert!(!desk.case(&code).await.to_string().contains(link.rsplit('/').next().unwrap()), "the token is told once");
        let empty = json!({ "note": "干完了", "after_photo_ids": [] });
        assert_eq!(contractor.post(&format!("{link}/done"), empty).await.fields(422), ["after_photo_ids"]);
        let (before, after) = (contractor.photo(1).await, contractor.photo(2).await);
        let far = json!({ "note": "干完了", "before_photo_ids": [before], "after_photo_ids": [after],
            "captures": [capture(&server, &after, 900.0)] });
        assert_eq!(contractor.post(&format!("{link}/done"), far).await.fields(422), ["away_reason"]);
        let near = json!({ "note": "干完了", "before_photo_ids": [before], "after_photo_ids": [after],
            "captures": [capture(&server, &after, 20.0)] });
        let done = contractor.post_once("hand-in-1", &format!("{link}/done"), near.clone()).await.expect(200);
        assert!(done["done_at"].is_string());
        contractor.post_once("hand-in-1", &format!("{link}/done"), near).await.expect(200);
        // The office hands the case in with the contractor's photos.
        let case = desk.handler.act(&code, "handle", json!({ "note": "已验收", "photo_ids": [] })).await.expect(200);
        let photos = case["photos"].as_array().unwrap();
        let proof = photos.iter().find(|photo| photo["id"] == after.as_str()).unwrap();
        assert_eq!((proof["proof"].as_str(), proof["purpose"].as_str()), (Some("at_the_place"), Some("after")));
        assert_eq!(contractor.post(&format!("{link}/done"), json!({ "note": "再交", "after_photo_ids": [contractor.photo(3).await] })).await.status, 409);
        let public = contractor.get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert!(!public.to_string().contains("江源环卫三队"), "who does the work is not public");
        // A link ends by time and by hand.
        let second = desk.handler.post(&path, new.clone()).await.expect(201);
        let id = second["id"].as_str().unwrap();
        desk.handler.act(&code, &format!("links/{id}/revoke"), json!({})).await.expect(200);
        assert_eq!(contractor.get(&path_of(&second)).await.status, 404);
        assert_eq!(desk.handler.act(&code, &format!("links/{id}/revoke"), json!({})).await.status, 409);
        server.advance(TimeDelta::days(3));
        assert_eq!(contractor.get(&link).await.status, 404);
        assert_eq!(contractor.get("/api/v1/case-links/00000000000000000000000000").await.status, 404);
    }

    async fn at_most_ten_links_are_open(server: Server) {
        let desk = desk(&server).await;
        let code = desk.accepted(&server).await;
        let path = format!("/api/v1/desk/cases/{code}/links");
        let new = json!({ "holder": "三队", "task": "清运", "days": 1 });
        for _ in 0..10 {
            desk.handler.post(&path, new.clone()).await.expect(201);
        }
        assert_eq!(desk.handler.post(&path, new.clone()).await.status, 409);
        server.advance(TimeDelta::days(1));
        desk.handler.sign_in("handler", wufei_tests::server::PASSWORD).await;
        desk.handler.post(&path, new).await.expect(201);
    }

    async fn an_after_photo_says_where_and_when_it_was_taken(server: Server) {
        let desk = desk(&server).await;
        let code = desk.accepted(&server).await;
        let photo = desk.handler.photo(1).await;
        let with = |captures: Value| json!({ "note": "已清运", "photo_ids": [photo], "captures": captures });
        let stranger = capture(&server, "0198c0de-0000-7000-8000-000000000000", 0.0);
        assert_eq!(desk.handler.act(&code, "handle", with(json!([stranger]))).await.fields(422), ["captures[0].photo_id"]);
        let mut early = capture(&server, &photo, 0.0);
        early["taken_at"] = "2026-11-20T01:00:00Z".into();
        assert_eq!(desk.handler.act(&code, "handle", with(json!([early]))).await.fields(422), ["captures[0].taken_at"]);
        let mut future = capture(&server, &photo, 0.0);
        future["taken_at"] = "2026-11-24T01:06:00Z".into();
        assert_eq!(desk.handler.act(&code, "handle", with(json!([future]))).await.fields(422), ["captures[0].taken_at"]);
        let away = capture(&server, &photo, 1000.0);
        assert_eq!(desk.handler.act(&code, "handle", with(json!([away]))).await.fields(422), ["away_reason"]);
        let mut explained = with(json!([away]));
        explained["away_reason"] = "河道封闭，在对岸拍".into();
        let case = desk.handler.act(&code, "handle", explained).await.expect(200);
        let shown = case["photos"].as_array().unwrap().last().unwrap();
        assert_eq!((shown["proof"].as_str(), shown["capture_distance_m"].as_i64()), (Some("away"), Some(999)));
        let public = server.resident().get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert_eq!(public["photos"][0]["proof"], "away");
        assert!(public["history"].to_string().contains("在对岸拍"), "the public reads why");
    }

    async fn the_photos_of_a_part_say_where_and_when_they_were_taken(server: Server) {
        let desk = desk(&server).await;
        let code = desk.accepted(&server).await;
        let part = json!({ "office": "ecology", "task": "取样化验" });
        let case = desk.coordinator.act(&code, "parts", part).await.expect(200);
        let path = format!("parts/{}/done", case["parts"][0]["id"].as_str().unwrap());
        let (near, far) = (desk.ecology.photo(1).await, desk.ecology.photo(2).await);
        let with = |captures: Value| json!({ "note": "样品无害", "photo_ids": [near, far], "captures": captures });
        let stranger = capture(&server, "0198c0de-0000-7000-8000-000000000000", 0.0);
        assert_eq!(desk.ecology.act(&code, &path, with(json!([stranger]))).await.fields(422), ["captures[0].photo_id"]);
        let mut early = capture(&server, &near, 0.0);
        early["taken_at"] = "2026-11-20T01:00:00Z".into();
        assert_eq!(desk.ecology.act(&code, &path, with(json!([early]))).await.fields(422), ["captures[0].taken_at"]);
        let both = json!([capture(&server, &near, 20.0), capture(&server, &far, 1000.0)]);
        assert_eq!(desk.ecology.act(&code, &path, with(both.clone())).await.fields(422), ["away_reason"]);
        let mut explained = with(both);
        explained["away_reason"] = "在化验室拍".into();
        desk.ecology.act(&code, &path, explained).await.expect(200);
        let public = server.resident().get(&format!("/api/v1/reports/{code}")).await.expect(200);
        let proof = |id: &str| {
            let photos = public["photos"].as_array().unwrap();
            photos.iter().find(|photo| photo["id"] == id).unwrap()["proof"].clone()
        };
        assert_eq!((proof(&near), proof(&far)), ("at_the_place".into(), "away".into()));
        assert!(public["history"].to_string().contains("在化验室拍"), "the public reads why");
    }

    async fn a_case_says_whether_handling_it_still_needs_a_photo(server: Server) {
        let desk = desk(&server).await;
        let code = desk.accepted(&server).await;
        let needed = |case: &Value| {
            let actions = case["actions"].as_array().unwrap();
            actions.iter().find(|action| action["action"] == "handle").unwrap()["needs_photo"].clone()
        };
        let path = format!("/api/v1/desk/cases/{code}");
        assert_eq!(needed(&desk.handler.get(&path).await.expect(200)), true);
        let part = json!({ "office": "ecology", "task": "取样化验" });
        let case = desk.coordinator.act(&code, "parts", part).await.expect(200);
        let part = format!("parts/{}/done", case["parts"][0]["id"].as_str().unwrap());
        let done = json!({ "note": "样品无害", "photo_ids": [desk.ecology.photo(1).await] });
        desk.ecology.act(&code, &part, done).await.expect(200);
        assert_eq!(needed(&desk.handler.get(&path).await.expect(200)), false, "another office's will do");
        // Sent out again, the place has to be shown as it is then.
        server.advance(TimeDelta::minutes(1));
        let again = json!({ "office": "agriculture", "reason": "归农业农村局" });
        desk.coordinator.act(&code, "dispatch", again).await.expect(200);
        let agriculture = server.staff("agriculture", Role::Handler, Some("agriculture")).await;
        let case = agriculture.act(&code, "accept", json!({})).await.expect(200);
        assert_eq!(needed(&case), true);
    }

    async fn residents_nearby_verify_what_was_handled(server: Server) {
        let desk = desk(&server).await;
        let code = desk.handled(&server).await;
        let path = format!("/api/v1/reports/{code}/witness");
        let here = |solved: bool| json!({ "lng": 126.58564, "lat": 42.05736, "solved": solved, "comment": "路面干净了" });
        assert_eq!(server.resident().post(&path, here(true)).await.status, 401);
        assert_eq!(desk.handler.post(&path, here(true)).await.status, 403, "not staff");
        let first = account(&server, "first", None).await;
        let far = json!({ "lng": 126.58564, "lat": 42.06536, "solved": true });
        assert_eq!(first.post(&path, far).await.fields(422), ["lng"]);
        first.post(&path, here(true)).await.expect(200);
        assert_eq!(first.post(&path, here(true)).await.status, 409, "one word each");
        let second = account(&server, "second", None).await;
        second.post(&path, here(true)).await.expect(200);
        let case = desk.case(&code).await;
        assert_eq!((case["witnesses"].as_array().unwrap().len(), &case["verified_at"]), (2, &Value::Null));
        let third = account(&server, "third", None).await;
        let seen = third.post(&path, here(true)).await.expect(200);
        assert!(seen["verified_at"].is_string(), "three agree");
        assert!(kinds(&seen).contains(&"verified_by_witnesses"));
        assert!(!seen.to_string().contains("路面干净了"), "what they wrote stays at the desk");
        desk.verifier.act(&code, "close", json!({})).await.expect(200);
    }

    async fn one_resident_who_differs_leaves_it_to_the_verifier(server: Server) {
        let desk = desk(&server).await;
        let reporter = account(&server, "reporter", None).await;
        let (code, _) = reporter.file(report()).await;
        desk.handler.act(&code, "accept", json!({})).await.expect(200);
        let photo = desk.handler.photo(1).await;
        desk.handler.act(&code, "handle", json!({ "note": "已清运", "photo_ids": [photo] })).await.expect(200);
        let path = format!("/api/v1/reports/{code}/witness");
        let here = |solved: bool| json!({ "lng": 126.58564, "lat": 42.05636, "solved": solved });
        assert_eq!(reporter.post(&path, here(true)).await.status, 403, "the reporter has a word of their own");
        for (name, solved) in [("one", true), ("two", false), ("three", true), ("four", true)] {
            account(&server, name, None).await.post(&path, here(solved)).await.expect(200);
        }
        assert_eq!(desk.case(&code).await["verified_at"], Value::Null);
    }
}
