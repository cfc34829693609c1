//! The inbox of people with three hundred cases.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::db::Kind;
use wufei_api::lifecycle::sweep_once;
use wufei_tests::person::{report, report_with};
use wufei_tests::{Person, Server, both_databases};

async fn cases(person: &Person, query: &str) -> Value {
    person
        .get(&format!("/api/v1/desk/cases?{query}"))
        .await
        .expect(200)
}

async fn codes(person: &Person, query: &str) -> Vec<String> {
    let page = cases(person, query).await;
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|case| case["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Every code, page by page.
pub async fn all_codes(person: &Person, query: &str, limit: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = cases(person, &format!("{query}&limit={limit}&cursor={cursor}")).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        all.extend(
            items
                .iter()
                .map(|case| case["code"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return all,
        }
    }
}

/// Reports in every sort of state, a minute apart, oldest first.
pub async fn a_district_at_work(server: &Server) -> Vec<String> {
    let resident = server.resident();
    let handler = server.staff("clerk", Role::Handler, Some("housing")).await;
    let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
    let mut codes = Vec::new();
    for n in 0..14 {
        let category = if n % 5 == 4 {
            "hazardous"
        } else {
            "construction"
        };
        let (code, _) = resident
            .file(report_with(json!({
                "category": category,
                "description": format!("第{n}处，河边的砖头"),
                "lng": 126.58564 + f64::from(n) * 0.002,
                "contact": { "email": "r@example.org" },
            })))
            .await;
        codes.push(code);
        server.advance(TimeDelta::minutes(1));
    }
    let act = async |code: usize, action: &str, body: Value| {
        let person = match action {
            "accept" | "ask-extension" | "ask-resident" => &handler,
            _ => &coordinator,
        };
        person.act(&codes[code], action, body).await.expect(200);
    };
    for code in [0, 1, 2, 3] {
        act(code, "accept", json!({})).await;
    }
    act(1, "ask-extension", json!({ "reason": "量大", "hours": 8 })).await;
    act(2, "ask-resident", json!({ "reason": "在桥的哪一侧？" })).await;
    act(3, "urge", json!({ "reason": "快一点" })).await;
    act(5, "reject", json!({ "reason": "重复" })).await;
    act(6, "merge", json!({ "reason": "同一处", "into": codes[7] })).await;
    let until = (server.app.clock.now() + TimeDelta::days(60)).to_rfc3339();
    act(8, "suspend", json!({ "reason": "等汛期", "until": until })).await;
    codes
}

both_databases! {
    async fn every_order_gives_every_case_once_whatever_the_length_of_the_pages(server: Server) {
        let all = a_district_at_work(&server).await;
        let coordinator = server.staff("coordinator2", Role::Coordinator, None).await;
        for sort in ["due", "newest", "oldest", "urgent", "risk"] {
            for filter in ["", "&open=true", "&category=construction", "&status=rejected,merged", "&q=砖头"] {
                let query = format!("sort={sort}{filter}");
                let whole = all_codes(&coordinator, &query, 200).await;
                for limit in [1, 3] {
                    assert_eq!(all_codes(&coordinator, &query, limit).await, whole, "{query} by {limit}");
                }
                let mut distinct = whole.clone();
                distinct.sort();
                distinct.dedup();
                assert_eq!(distinct.len(), whole.len(), "{query} repeats");
            }
        }
        let mut oldest = all.clone();
        assert_eq!(all_codes(&coordinator, "sort=oldest", 4).await, oldest);
        oldest.reverse();
        assert_eq!(all_codes(&coordinator, "sort=newest", 4).await, oldest);
        assert_eq!(all_codes(&coordinator, "sort=due", 200).await.len(), 14);
    }

    async fn each_filter_leaves_exactly_what_it_says(server: Server) {
        let all = a_district_at_work(&server).await;
        let coordinator = server.staff("coordinator2", Role::Coordinator, None).await;
        let handler = server.staff("clerk2", Role::Handler, Some("housing")).await;
        let found = async |query: &str| codes(&coordinator, &format!("sort=oldest&{query}")).await;
        let at = |indexes: &[usize]| -> Vec<String> { indexes.iter().map(|i| all[*i].clone()).collect() };
        assert_eq!(found("step=handle").await, at(&[0, 1, 2, 3]));
        assert_eq!(found("step=handle,accept&open=true").await.len(), 11);
        assert_eq!(found("extension_asked=true").await, at(&[1]));
        assert_eq!(found("waits_for_answer=true").await, at(&[2]));
        assert_eq!(found("light=stopped").await, at(&[2, 8]));
        assert_eq!(found("escalation=urged").await, at(&[3]));
        assert!(found("escalation=supervised").await.is_empty());
        assert_eq!(found("status=rejected,merged").await, at(&[5, 6]));
        assert_eq!(found("category=hazardous").await, at(&[4, 9]));
        assert_eq!(found("category=hazardous,construction").await.len(), 14);
        assert_eq!(found("assignee=nobody&step=accept").await.len(), 7);
        assert_eq!(found("urgent=true").await, at(&[4, 9]));
        assert_eq!(found("recurs=true").await, at(&[]));
        assert_eq!(found("near=126.58564,42.05636&within_m=200").await, at(&[0, 1]));
        assert_eq!(found("q=第3处").await, at(&[3]));
        assert_eq!(found("q=砖頭&status=rejected").await, at(&[5]), "either script");
        assert_eq!(found(&format!("q={}", &all[4][..5])).await, at(&[4]), "a code's first digits");
        let cut = "2026-11-24T01:03:00Z";
        assert_eq!(found(&format!("created_to={cut}")).await, at(&[0, 1, 2]));
        assert_eq!(found(&format!("created_from={cut}")).await.len(), 11);
        assert_eq!(found("due_to=2026-11-24T00:00:00Z").await.len(), 0);
        let me = handler.get("/api/v1/me").await.expect(200)["id"].clone();
        handler.act(&all[10], "accept", json!({})).await.expect(200);
        assert_eq!(codes(&handler, "assignee=me").await, at(&[10]));
        assert_eq!(codes(&handler, "mine=true").await, at(&[10]));
        assert_eq!(found(&format!("assignee={}", me.as_str().unwrap())).await, at(&[10]));
        for (query, field) in [
            ("step=x", "step"), ("light=blue", "light"), ("escalation=up", "escalation"),
            ("near=1", "within_m"), ("within_m=5", "near"), ("near=x,y&within_m=5", "near"),
            ("near=126.5,42.0&within_m=50001", "within_m"), ("assignee=nobody2", "assignee"),
        ] {
            let answer = coordinator.get(&format!("/api/v1/desk/cases?{query}")).await;
            assert_eq!(answer.fields(422), [field], "{query}");
        }
    }

    async fn an_office_finds_what_it_leads_or_assists_and_loses_it_when_it_goes_elsewhere(server: Server) {
        let all = a_district_at_work(&server).await;
        let housing = server.staff("clerk2", Role::Handler, Some("housing")).await;
        let commerce = server.staff("commerce", Role::Handler, Some("commerce")).await;
        let coordinator = server.staff("coordinator2", Role::Coordinator, None).await;
        let before = codes(&housing, "sort=oldest&open=true").await;
        assert!(before.contains(&all[0]));
        assert!(!codes(&commerce, "open=true").await.contains(&all[0]));
        coordinator.act(&all[0], "dispatch", json!({ "reason": "商贸市场", "office": "commerce" })).await.expect(200);
        assert!(codes(&commerce, "open=true").await.contains(&all[0]));
        let case = coordinator.get(&format!("/api/v1/desk/cases/{}", all[0])).await.expect(200);
        let assists = case["assisting"].as_array().unwrap().iter().any(|office| office["id"] == "housing");
        assert_eq!(codes(&housing, "open=true").await.contains(&all[0]), assists);
        for person in [&housing, &commerce, &coordinator] {
            let counts = person.get("/api/v1/desk/counts").await.expect(200);
            let open = cases(person, "open=true").await;
            assert_eq!(counts["open"], open["total"]);
            let new = cases(person, "status=dispatched,reopened").await;
            assert_eq!(counts["new"], new["total"]);
        }
        // A handler's question about another office's cases is answered from their own.
        let of_commerce = codes(&housing, "office=commerce").await;
        assert_eq!(of_commerce.contains(&all[0]), assists);
        assert_eq!(codes(&coordinator, "office=commerce&open=true").await, [all[0].clone()]);
    }

    async fn the_light_and_the_risk_follow_the_clock_and_every_change(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
        let sign_in = async || coordinator.sign_in("coordinator", wufei_tests::server::PASSWORD).await;
        let risk = async || cases(&coordinator, "open=true").await["items"][0]["risk"]["score"].as_i64().unwrap();
        let light = async |light: &str| codes(&coordinator, &format!("light={light}")).await.len();
        assert_eq!((risk().await, light("green").await), (0, 1));
        let due: DateTime<Utc> = cases(&coordinator, "open=true").await["items"][0]["deadline"]["due_at"]
            .as_str().unwrap().parse().unwrap();
        // Just before and just after the deadline of the first step.
        server.app.clock.advance(due - server.app.clock.now() - TimeDelta::minutes(5));
        sweep_once(&server.app).await.unwrap();
        sign_in().await;
        assert_eq!((light("amber").await, light("red").await), (1, 0));
        let before = risk().await;
        assert!(before >= 20, "{before}");
        server.advance(TimeDelta::minutes(10));
        sweep_once(&server.app).await.unwrap();
        assert_eq!((light("amber").await, light("red").await), (0, 1));
        let late = risk().await;
        assert!(late >= 40, "{late}");
        let stored: (i64,) = server.app.db.sql("SELECT risk FROM inbox WHERE scope = ''").one().await.unwrap();
        assert_eq!(stored.0, late);
        let page = cases(&coordinator, "open=true").await;
        assert!(page["items"][0]["risk"]["why"][0].as_str().unwrap().contains("接单"), "{page}");
        coordinator.act(&code, "urge", json!({ "reason": "快" })).await.expect(200);
        let stored: (i64,) = server.app.db.sql("SELECT risk FROM inbox WHERE scope = ''").one().await.unwrap();
        assert!(stored.0 >= late, "urging adds to it: {}", stored.0);
        assert_eq!(stored.0, risk().await);
    }

    async fn the_riskiest_case_comes_first(server: Server) {
        let resident = server.resident();
        let (calm, _) = resident.file(report()).await;
        let (urgent, _) = resident.file(report_with(json!({ "category": "hazardous" }))).await;
        let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
        assert_eq!(codes(&coordinator, "sort=risk").await, [urgent.clone(), calm.clone()]);
        for name in ["邻居甲", "邻居乙", "邻居丙", "邻居丁", "邻居戊", "邻居己"] {
            let body = json!({ "contact": { "name": name }, "anonymous": false });
            server.resident().post(&format!("/api/v1/reports/{calm}/join"), body).await.expect(201);
        }
        for _ in 0..2 {
            coordinator.act(&calm, "urge", json!({ "reason": "反映的人多" })).await.expect(200);
        }
        assert_eq!(codes(&coordinator, "sort=risk").await, [calm, urgent]);
    }
}

/// The codes with the versions they are seen at.
async fn seen(person: &Person, codes: &[String]) -> Value {
    let mut cases = Vec::new();
    for code in codes {
        let case = person.get(&format!("/api/v1/desk/cases/{code}")).await;
        cases.push(json!({ "code": code, "version": case.body["version"].as_i64().unwrap_or(0) }));
    }
    json!(cases)
}

async fn file_with_letters(server: &Server, count: usize) -> Vec<String> {
    let mut codes = Vec::new();
    for n in 0..count {
        let contact = json!({ "contact": { "email": format!("r{n}@example.org") } });
        codes.push(server.resident().file(report_with(contact)).await.0);
    }
    codes
}

fn outcomes(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["outcome"].as_str().unwrap())
        .collect()
}

both_databases! {
    async fn a_bulk_step_goes_by_each_cases_own_rights_and_is_done_once(server: Server) {
        let codes = file_with_letters(&server, 3).await;
        let (elsewhere, _) = server.resident().file(report_with(json!({ "category": "hazardous" }))).await;
        let handler = server.staff("clerk", Role::Handler, Some("housing")).await;
        let mut all = codes.clone();
        all.push(elsewhere);
        all.push("123456789".to_owned());
        let mut cases = seen(&handler, &all).await;
        // Somebody was faster with the third.
        server.staff("coordinator", Role::Coordinator, None).await.act(&codes[2], "note", json!({ "note": "看一下" })).await.expect(200);
        cases[3]["version"] = json!(1);
        let body = json!({ "action": "accept", "cases": cases });
        let done = handler.post_once("bulk-key-1", "/api/v1/desk/bulk", body.clone()).await.expect(200);
        assert_eq!(outcomes(&done), ["done", "done", "refused", "refused", "refused"], "{done}");
        assert_eq!((done["done"].as_i64(), done["refused"].as_i64()), (Some(2), Some(3)));
        let again = handler.post_once("bulk-key-1", "/api/v1/desk/bulk", body).await.expect(200);
        assert_eq!(again, done, "the same key is the same step");
        let case = handler.get(&format!("/api/v1/desk/cases/{}", codes[0])).await.expect(200);
        assert_eq!((case["status"].as_str(), case["history"].as_array().unwrap().len()), (Some("accepted"), 3));
        for (body, field) in [
            (json!({ "action": "accept", "cases": [] }), "cases"),
            (json!({ "action": "accept", "cases": [{ "code": "1", "version": 1 }, { "code": "1", "version": 1 }] }), "cases"),
            (json!({ "action": "hand_over", "cases": [{ "code": "1", "version": 1 }] }), "params.staff_id"),
            (json!({ "action": "note", "cases": [{ "code": "1", "version": 1 }] }), "params.note"),
            (json!({ "action": "urge", "cases": [{ "code": "1", "version": 1 }] }), "params.reason"),
        ] {
            assert_eq!(handler.post("/api/v1/desk/bulk", body).await.fields(422), [field]);
        }
        let many: Vec<Value> = (0..201).map(|n| json!({ "code": n.to_string(), "version": 1 })).collect();
        let body = json!({ "action": "accept", "cases": many });
        assert_eq!(handler.post("/api/v1/desk/bulk", body).await.fields(422), ["cases"]);
    }

    async fn a_bulk_step_is_taken_back_with_its_letters_but_not_where_somebody_acted_since(server: Server) {
        let codes = file_with_letters(&server, 2).await;
        server.deliver().await;
        let before = [server.letters_to("r0@example.org").len(), server.letters_to("r1@example.org").len()];
        let handler = server.staff("clerk", Role::Handler, Some("housing")).await;
        let colleague = server.staff("clerk2", Role::Handler, Some("housing")).await;
        let due = cases(&handler, "open=true&sort=oldest").await["items"][0]["deadline"].clone();
        let body = json!({ "action": "accept", "cases": seen(&handler, &codes).await });
        let done = handler.post("/api/v1/desk/bulk", body).await.expect(200);
        server.deliver().await;
        assert_eq!(server.letters_to("r0@example.org").len(), before[0], "the letter waits");
        colleague.act(&codes[1], "note", json!({ "note": "我来看" })).await.expect(200);
        let undo = format!("/api/v1/desk/bulk/{}/undo", done["id"].as_str().unwrap());
        assert_eq!(colleague.post(&undo, json!({})).await.status, 403, "only who did it");
        let undone = handler.post(&undo, json!({})).await.expect(200);
        assert_eq!(outcomes(&undone), ["done", "refused"], "{undone}");
        assert_eq!(handler.post(&undo, json!({})).await.status, 409, "once");
        let case = handler.get(&format!("/api/v1/desk/cases/{}", codes[0])).await.expect(200);
        assert_eq!((case["status"].as_str(), &case["assignee"]), (Some("dispatched"), &Value::Null));
        assert_eq!(case["deadline"]["due_at"], due["due_at"], "no new deadline is won");
        let kinds: Vec<&str> = case["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["received", "dispatched", "accepted", "undone"], "the history says both");
        server.advance(TimeDelta::minutes(11));
        server.deliver().await;
        assert_eq!(server.letters_to("r0@example.org").len(), before[0], "taken back: nothing to tell");
        assert_eq!(server.letters_to("r1@example.org").len(), before[1] + 1, "not taken back: told in the end");
    }

    async fn ten_minutes_later_and_what_people_were_told_at_once_cannot_be_taken_back(server: Server) {
        let codes = file_with_letters(&server, 1).await;
        let handler = server.staff("clerk", Role::Handler, Some("housing")).await;
        let body = json!({ "action": "note", "cases": seen(&handler, &codes).await, "params": { "note": "周五清运" } });
        let noted = handler.post("/api/v1/desk/bulk", body).await.expect(200);
        assert_eq!(noted["undo_until"], Value::Null);
        let undo = format!("/api/v1/desk/bulk/{}/undo", noted["id"].as_str().unwrap());
        assert_eq!(handler.post(&undo, json!({})).await.status, 409);
        let body = json!({ "action": "accept", "cases": seen(&handler, &codes).await });
        let accepted = handler.post("/api/v1/desk/bulk", body).await.expect(200);
        server.advance(TimeDelta::minutes(10) + TimeDelta::seconds(1));
        let undo = format!("/api/v1/desk/bulk/{}/undo", accepted["id"].as_str().unwrap());
        assert_eq!(handler.post(&undo, json!({})).await.status, 409);
    }

    async fn filters_are_kept_counted_shared_and_limited(server: Server) {
        file_with_letters(&server, 2).await;
        let handler = server.staff("clerk", Role::Handler, Some("housing")).await;
        let colleague = server.staff("clerk2", Role::Handler, Some("housing")).await;
        let outsider = server.staff("ecologist", Role::Handler, Some("ecology")).await;
        let new = json!({ "name": "待接", "query": "step=accept&sort=risk", "shared": "office" });
        let made = handler.post("/api/v1/desk/filters", new).await.expect(201);
        let list = handler.get("/api/v1/desk/filters").await.expect(200);
        assert_eq!((list["items"][0]["count"].as_i64(), list["items"][0]["own"].as_bool()), (Some(2), Some(true)));
        let theirs = colleague.get("/api/v1/desk/filters").await.expect(200);
        assert_eq!((theirs["items"][0]["own"].as_bool(), theirs["items"][0]["owner_name"].as_str()), (Some(false), Some("clerk")));
        assert!(outsider.get("/api/v1/desk/filters").await.expect(200)["items"].as_array().unwrap().is_empty());
        let path = format!("/api/v1/desk/filters/{}", made["id"].as_str().unwrap());
        let patch = async |person: &Person, body: Value| {
            Person::send(person.request(reqwest::Method::PATCH, &path).json(&body)).await
        };
        patch(&colleague, json!({ "version": 1, "name": "改名" })).await.expect(403);
        assert_eq!(patch(&colleague, json!({ "version": 1, "default": true })).await.expect(200)["default"], true);
        patch(&outsider, json!({ "version": 1, "default": true })).await.expect(404);
        assert_eq!(patch(&handler, json!({ "version": 1, "name": "改名" })).await.expect(200)["version"], 2);
        patch(&handler, json!({ "version": 1, "name": "又改" })).await.expect(409);
        for (body, field) in [
            (json!({ "name": "", "query": "open=true" }), "name"),
            (json!({ "name": "a", "query": "step=fly" }), "query.step"),
            (json!({ "name": "a", "query": "open=true&limit=5" }), "query"),
            (json!({ "name": "a", "query": "open=true", "shared": "everybody" }), "shared"),
        ] {
            assert_eq!(handler.post("/api/v1/desk/filters", body).await.fields(422), [field]);
        }
        for n in 1..50 {
            let body = json!({ "name": format!("第{n}"), "query": "open=true" });
            handler.post("/api/v1/desk/filters", body).await.expect(201);
        }
        let body = json!({ "name": "第51", "query": "open=true" });
        assert_eq!(handler.post("/api/v1/desk/filters", body).await.status, 409);
        Person::send(handler.request(reqwest::Method::DELETE, &path)).await.expect(204);
    }

    async fn two_clerks_who_take_the_next_case_get_two(server: Server) {
        let codes = file_with_letters(&server, 6).await;
        let mut clerks = Vec::new();
        for n in 0..6 {
            clerks.push(server.staff(&format!("clerk{n}"), Role::Handler, Some("housing")).await);
        }
        let taken = clerks.iter().map(|clerk| clerk.post("/api/v1/desk/cases/next", json!({})));
        let mut taken: Vec<String> = futures::future::join_all(taken)
            .await
            .into_iter()
            .map(|answer| answer.expect(200)["code"].as_str().unwrap().to_owned())
            .collect();
        taken.sort();
        let mut all = codes;
        all.sort();
        assert_eq!(taken, all);
        assert_eq!(clerks[0].post("/api/v1/desk/cases/next", json!({})).await.status, 404);
        let loads = clerks[0].get("/api/v1/desk/workloads").await.expect(200);
        assert!(loads["items"].as_array().unwrap().iter().all(|load| load["open"] == 1), "{loads}");
    }

    async fn a_standard_reply_says_the_cases_own_words(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let handler = server.staff("clerk", Role::Handler, Some("housing")).await;
        let draft = json!({
            "office": "housing", "action": "note", "title": "排期",
            "text_zh": "案件{编号}（{类别}）由{部门}办理。", "text_en": "Case {code} is with {office}.",
        });
        handler.post("/api/v1/desk/replies", draft.clone()).await.expect(201);
        let rendered = handler.get(&format!("/api/v1/desk/cases/{code}/replies?action=note")).await.expect(200);
        let text = rendered["items"][0]["text"].as_str().unwrap();
        assert!(text.contains(&format!("{}-{}-{}", &code[..3], &code[3..6], &code[6..])), "{text}");
        assert!(!text.contains('{'));
        let other = handler.get(&format!("/api/v1/desk/cases/{code}/replies?action=accept")).await.expect(200);
        assert!(other["items"].as_array().unwrap().is_empty());
        for (field, value) in [("text_zh", "{电话}"), ("text_en", "{编号}"), ("title", ""), ("category", "nonsense")] {
            let mut wrong = draft.clone();
            wrong[field] = json!(value);
            assert_eq!(handler.post("/api/v1/desk/replies", wrong).await.fields(422), [field]);
        }
        let mut districts = draft;
        districts["office"] = Value::Null;
        handler.post("/api/v1/desk/replies", districts).await.expect(403);
    }

    async fn the_map_shows_what_the_list_shows(server: Server) {
        let all = a_district_at_work(&server).await;
        let coordinator = server.staff("coordinator2", Role::Coordinator, None).await;
        for query in ["open=true", "category=hazardous&open=true", "light=stopped", "q=砖头&open=true", "status=rejected"] {
            let map = coordinator.get(&format!("/api/v1/desk/cases.geojson?{query}")).await.expect(200);
            let mut shown: Vec<String> = map["features"].as_array().unwrap().iter()
                .map(|feature| feature["properties"]["code"].as_str().unwrap().to_owned()).collect();
            shown.sort();
            let mut listed = all_codes(&coordinator, query, 200).await;
            listed.sort();
            assert_eq!(shown, listed, "{query} of {}", all.len());
        }
    }

    async fn cases_that_are_over_are_found_wherever_they_lie_in_a_circle(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let coordinator = server.staff("coordinator2", Role::Coordinator, None).await;
        coordinator.act(&code, "reject", json!({ "reason": "没有垃圾" })).await.expect(200);
        let id = match server.app.db.kind() {
            Kind::Sqlite => "CAST(printf('%016d', i) AS BLOB)",
            Kind::Postgres => "CAST(LPAD(TO_HEX(i), 32, '0') AS UUID)",
        };
        // A lattice over several of the index's columns: 30 by 30, 248 m and 222 m apart.
        let lattice = format!(
            "INSERT INTO inbox_closed (scope, created_s, report_id, code, status, lead, category, township,
                 assignee, urgent, recurs, lng, lat, closed_s)
             WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 899)
             SELECT scope, created_s - i, {id}, code, status, lead, category, township, assignee, urgent,
                 recurs, 126.5 + i % 30 * 0.003, 42.0 + i / 30 * 0.002, closed_s
             FROM inbox_closed JOIN n ON 1 = 1 WHERE scope = '' AND code = $1"
        );
        server.app.db.sql(lattice.leak()).bind(code.clone()).run().await.unwrap();
        let mut places: Vec<(f64, f64)> = (0..900)
            .map(|i| (126.5 + f64::from(i % 30) * 0.003, 42.0 + f64::from(i / 30) * 0.002))
            .collect();
        places.push((report()["lng"].as_f64().unwrap(), report()["lat"].as_f64().unwrap()));
        let within = |lng: f64, lat: f64, metres: f64| {
            let haversine = |(there_lng, there_lat): (f64, f64)| {
                let half = |a: f64, b: f64| ((a - b) / 2.0).to_radians().sin().powi(2);
                let across = lat.to_radians().cos() * there_lat.to_radians().cos() * half(lng, there_lng);
                2.0 * 6_371_000.0 * (half(lat, there_lat) + across).sqrt().asin()
            };
            places.iter().filter(|place| haversine(**place) <= metres).count()
        };
        // The widest that goes by columns is 2,390 m.
        for metres in [130, 500, 1000, 2300, 2380, 2600, 4000] {
            for (lng, lat) in [(126.55, 42.03), (126.5099, 42.0301), (126.5301, 42.0), (126.571, 42.0577), (126.48, 42.02)] {
                let found = cases(&coordinator, &format!("status=rejected&near={lng},{lat}&within_m={metres}")).await;
                let count = usize::try_from(found["total"].as_u64().unwrap()).unwrap();
                let bounds = [-2.0, 2.0].map(|more| within(lng, lat, f64::from(metres) + more));
                assert!((bounds[0]..=bounds[1]).contains(&count), "{count} of {bounds:?} within {metres} m of {lng}, {lat}");
            }
        }
    }

    async fn more_cases_than_a_map_can_show_are_counted_by_cell(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let coordinator = server.staff("coordinator2", Role::Coordinator, None).await;
        let at = "/api/v1/desk/cases.geojson?open=true";
        let one = coordinator.get(at).await.expect(200);
        assert_eq!((&one["clustered"], one["features"].as_array().unwrap().len()), (&json!(false), 1));
        let id = match server.app.db.kind() {
            Kind::Sqlite => "CAST(printf('%016d', i) AS BLOB)",
            Kind::Postgres => "CAST(LPAD(TO_HEX(i), 32, '0') AS UUID)",
        };
        // Beside the one: 5,000 on a line to the north-east, every fifth of them late.
        let many = format!(
            "INSERT INTO inbox (scope, report_id, code, status, step, lead, category, township, assignee,
                 urgent, waits, extension_asked, recurs, escalation, lng, lat, created_s, late_s,
                 overdue_s, due_rank, urgent_rank, amber_s, risk, risk_due_s)
             WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
             SELECT scope, {id}, code, status, step, lead, category, township, assignee,
                 urgent, waits, extension_asked, recurs, escalation, lng + i / 20000.0, lat + i / 20000.0,
                 created_s, CASE WHEN i % 5 = 0 THEN created_s - 60 ELSE late_s END,
                 overdue_s, due_rank, urgent_rank, amber_s, risk, risk_due_s
             FROM inbox JOIN n ON 1 = 1 WHERE scope = '' AND code = $1"
        );
        server.app.db.sql(many.leak()).bind(code.clone()).run().await.unwrap();
        let sums = |map: &Value| {
            let cells = map["features"].as_array().unwrap();
            let sum = |of: &str| cells.iter().map(|cell| cell["properties"][of].as_i64().unwrap()).sum::<i64>();
            (cells.len(), sum("count"), sum("red"))
        };
        let map = coordinator.get(at).await.expect(200);
        assert_eq!(map["clustered"], json!(true));
        let (cells, count, red) = sums(&map);
        assert_eq!((count, red), (5001, 1000));
        assert!((40..=80).contains(&cells), "{cells} cells along a diagonal");
        // 126 cases a cell, so that the first stands near the 63rd.
        let first = &map["features"][0]["geometry"]["coordinates"];
        let off = |axis: usize, of: &str| first[axis].as_f64().unwrap() - report()[of].as_f64().unwrap();
        for (axis, of) in [(0, "lng"), (1, "lat")] {
            assert!((off(axis, of) - 63.0 / 20000.0).abs() < 0.0005, "{first}");
        }
        // Few enough of them are points again.
        let late = coordinator.get(&format!("{at}&light=red")).await.expect(200);
        assert_eq!((&late["clustered"], late["features"].as_array().unwrap().len()), (&json!(false), 1000));
    }

    async fn a_desk_that_watches_hears_of_its_own_cases_and_of_what_it_missed(server: Server) {
        use futures::StreamExt;
        let (code, _) = server.resident().file(report()).await;
        let handler = server.staff("clerk", Role::Handler, Some("housing")).await;
        let outsider = server.staff("ecologist", Role::Handler, Some("health")).await;
        let open = async |person: &Person, last: &str| {
            let mut request = person.request(reqwest::Method::GET, "/api/v1/desk/live");
            if !last.is_empty() {
                request = request.header("Last-Event-ID", last);
            }
            request.send().await.unwrap()
        };
        let stream = open(&handler, "").await;
        assert_eq!(stream.status(), 200);
        let mut bytes = stream.bytes_stream();
        let hello = String::from_utf8(bytes.next().await.unwrap().unwrap().to_vec()).unwrap();
        assert!(hello.contains("event: ready"), "{hello}");
        server.advance(TimeDelta::minutes(1));
        handler.act(&code, "accept", json!({})).await.expect(200);
        wufei_api::desk::live::look(&server.app).await.unwrap();
        let told = String::from_utf8(bytes.next().await.unwrap().unwrap().to_vec()).unwrap();
        assert!(told.contains("event: cases") && told.contains(&code), "{told}");
        // Who comes back is told what was missed, in the own scope only.
        let last = (server.app.clock.now() - TimeDelta::seconds(30)).timestamp_micros().to_string();
        let mut missed = String::new();
        let mut again = open(&handler, &last).await.bytes_stream();
        while !missed.contains(&code) {
            missed += std::str::from_utf8(&again.next().await.unwrap().unwrap()).unwrap();
        }
        drop(again);
        let mut elsewhere = open(&outsider, &last).await.bytes_stream();
        let first = String::from_utf8(elsewhere.next().await.unwrap().unwrap().to_vec()).unwrap();
        assert!(!first.contains(&code), "{first}");
        // Four windows of one person, not five.
        let mut windows = Vec::new();
        let mut refused = 0;
        for _ in 0..6 {
            let answer = open(&handler, "").await;
            refused += usize::from(answer.status() == 429);
            windows.push(answer);
        }
        assert!(refused >= 2, "{refused}");
    }
}
