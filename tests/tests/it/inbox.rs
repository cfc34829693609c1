//! The inbox of people with three hundred cases.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use wufei_api::auth::Role;
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
async fn all_codes(person: &Person, query: &str, limit: usize) -> Vec<String> {
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
async fn a_district_at_work(server: &Server) -> Vec<String> {
    let resident = server.resident();
    let handler = server.staff("h", Role::Handler, Some("housing")).await;
    let coordinator = server.staff("c", Role::Coordinator, None).await;
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
        let coordinator = server.staff("c2", Role::Coordinator, None).await;
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
        let coordinator = server.staff("c2", Role::Coordinator, None).await;
        let handler = server.staff("h2", Role::Handler, Some("housing")).await;
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
            ("nonsense=1", "nonsense"),
        ] {
            let answer = coordinator.get(&format!("/api/v1/desk/cases?{query}")).await;
            assert_eq!(answer.fields(422), [field], "{query}");
        }
    }

    async fn an_office_finds_what_it_leads_or_assists_and_loses_it_when_it_goes_elsewhere(server: Server) {
        let all = a_district_at_work(&server).await;
        let housing = server.staff("h2", Role::Handler, Some("housing")).await;
        let ecology = server.staff("e", Role::Handler, Some("ecology")).await;
        let coordinator = server.staff("c2", Role::Coordinator, None).await;
        let before = codes(&housing, "sort=oldest&open=true").await;
        assert!(before.contains(&all[0]));
        assert!(!codes(&ecology, "open=true").await.contains(&all[0]));
        coordinator.act(&all[0], "dispatch", json!({ "reason": "工业固废", "office": "ecology" })).await.expect(200);
        assert!(codes(&ecology, "open=true").await.contains(&all[0]));
        let case = coordinator.get(&format!("/api/v1/desk/cases/{}", all[0])).await.expect(200);
        let assists = case["assisting"].as_array().unwrap().iter().any(|office| office["id"] == "housing");
        assert_eq!(codes(&housing, "open=true").await.contains(&all[0]), assists);
        for person in [&housing, &ecology, &coordinator] {
            let counts = person.get("/api/v1/desk/counts").await.expect(200);
            let open = cases(person, "open=true").await;
            assert_eq!(counts["open"], open["total"]);
            let new = cases(person, "status=dispatched,reopened").await;
            assert_eq!(counts["new"], new["total"]);
        }
        // A handler's question about another office's cases is answered from their own.
        let of_ecology = codes(&housing, "office=ecology").await;
        assert_eq!(of_ecology.contains(&all[0]), assists);
        assert_eq!(codes(&coordinator, "office=ecology&open=true").await, [all[0].clone()]);
    }

    async fn the_light_and_the_risk_follow_the_clock_and_every_change(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let coordinator = server.staff("c", Role::Coordinator, None).await;
        let sign_in = async || coordinator.sign_in("c", wufei_tests::server::PASSWORD).await;
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
        let coordinator = server.staff("c", Role::Coordinator, None).await;
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
