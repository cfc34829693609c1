//! The sorting look-up: answers, the phone's file, the editors' desk.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::shared::random::Random;
use wufei_api::sorting::live;
use wufei_tests::{Answer, Database, Person, Server, Settings, both_databases};

const DESK: &str = "/api/v1/desk/sorting";

fn query(text: &str) -> String {
    format!(
        "/api/v1/sorting?{}",
        serde_urlencoded::to_string([("q", text)]).unwrap()
    )
}

async fn ask(person: &Person, text: &str) -> Value {
    person.get(&query(text)).await.expect(200)
}

/// The category of the best result, `route` where a route replaces the bin, or nothing.
async fn bin(person: &Person, text: &str) -> Option<String> {
    let answer = ask(person, text).await;
    let result = answer["results"].get(0)?;
    Some(result["category"].as_str().unwrap_or("route").to_owned())
}

async fn id_of(person: &Person, text: &str) -> String {
    ask(person, text).await["results"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn put(person: &Person, path: &str, body: Value) -> Answer {
    Person::send(person.request(Method::PUT, path).json(&body)).await
}

async fn import(person: &Person, table: impl Into<Vec<u8>>, query: &str) -> Answer {
    let request = person.request(Method::POST, &format!("{DESK}/import?{query}"));
    Person::send(
        request
            .header("content-type", "text/csv")
            .body(table.into()),
    )
    .await
}

fn thing(name: &str, kind: &str) -> Value {
    json!({ "name": name, "kind": kind, "aliases": [], "en": ["thing"], "ko": ["물건"], "emoji": null, "note": null })
}

both_databases! {
    async fn an_answer_says_the_bin_why_how_it_matched_and_where_it_is_written(server: Server) {
        let person = server.resident();
        let answer = ask(&person, "过期药片").await;
        let result = &answer["results"][0];
        assert_eq!(answer["query"], "过期药片");
        assert_eq!((result["category"].as_str(), result["subcategory"].as_str()), (Some("hazardous"), Some("household_chemicals")));
        for field in ["id", "name", "matched_by", "why", "prepare", "goes_to", "source", "effective"] {
            assert!(result[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {result}");
        }
        let by = async |text: &str| ask(&person, text).await["results"][0]["matched_by"].as_str().map(str::to_owned);
        for (text, expected) in [
            ("易拉罐", "exact"),
            ("易拉灌", "typo"),
            ("yilaguan", "pinyin"),
            ("干净的快餐盒", "part"),
            ("燈泡", "exact"),
            ("ｌｅｄ灯", "exact"),
            ("🔋", "alias"),
        ] {
            assert!(by(text).await.is_some(), "{text}");
            if expected != "alias" && text != "ｌｅｄ灯" {
                assert_eq!(by(text).await.as_deref(), Some(expected), "{text}");
            }
        }
        let english = Person::send(person.request(Method::GET, &query("egg shells")).header("accept-language", "en")).await.expect(200);
        assert_eq!(english["results"][0]["category"], "kitchen");
        let nothing = ask(&person, "zqxjk 8172").await;
        assert_eq!(nothing["results"], json!([]));
    }

    async fn a_village_treats_ash_and_perishable_waste_nearby(server: Server) {
        let person = server.resident();
        let urban = ask(&person, "煤灰").await;
        let village = person.get(&format!("{}&area=village", query("煤灰"))).await.expect(200);
        assert_eq!(urban["results"][0]["category"], "other");
        assert_eq!((&village["results"][0]["category"], village["results"][0]["route"].as_str()), (&Value::Null, Some("drop_off")));
        assert!(village["results"][0]["source"].as_str().unwrap().contains("二（六）4"));
        let town = ask(&person, "白菜帮").await["results"][0].clone();
        let farm = person.get(&format!("{}&area=village", query("白菜帮"))).await.expect(200)["results"][0].clone();
        assert_eq!((&town["category"], &farm["category"]), (&json!("kitchen"), &json!("kitchen")));
        assert_ne!(town["goes_to"], farm["goes_to"]);
    }

    async fn bad_questions_are_refused_by_name_and_none_breaks_it(server: Server) {
        let person = server.resident();
        let field = async |path: &str| person.get(&format!("/api/v1/sorting{path}")).await.fields(422);
        assert_eq!(field("").await, ["q"]);
        assert_eq!(field("?q=").await, ["q"]);
        assert_eq!(field(&format!("?q={}", "x".repeat(101))).await, ["q"]);
        assert_eq!(field("?q=a&limit=0").await, ["limit"]);
        assert_eq!(field("?q=a&limit=21").await, ["limit"]);
        assert_eq!(field("?q=a&area=moon").await, ["area"]);
        let random = Random::seeded(20_261_125);
        let escaped = |length: usize| {
            random.bytes::<90>().iter().take(length).fold(String::new(), |mut text, byte| {
                let _ = write!(text, "%{byte:02X}");
                text
            })
        };
        let mut queries: Vec<String> = (0..600).map(|i| escaped(1 + i % 90)).collect();
        queries.push("%E7%93%B6".repeat(3_400));
        queries.push("%00%01%1F%7F%C2%85".into());
        queries.push("%F0%9F%A7%91%E2%80%8D%F0%9F%9A%92%EF%B8%8F".into());
        queries.push("%ED%A0%80%FF%FE".into());
        for q in queries {
            for path in ["/sorting", "/sorting/suggestions"] {
                let status = person.get(&format!("/api/v1{path}?q={q}")).await.status.as_u16();
                assert!(status < 500, "{status} for {q}");
            }
        }
    }

    async fn the_phones_file_is_small_and_is_sent_again_only_when_it_changed(server: Server) {
        let person = server.resident();
        // The client of these tests takes no compression by itself.
        for (encoding, limit) in [("gzip", 250_000), ("br", 250_000)] {
            for lang in ["zh-CN", "en", "ko"] {
                let request = person.request(Method::GET, "/api/v1/sorting/pack");
                let response = request.header("accept-encoding", encoding).header("accept-language", lang).send().await.unwrap();
                assert_eq!(response.headers()["content-encoding"], encoding);
                let size = response.bytes().await.unwrap().len();
                assert!(size <= limit, "{size} bytes of {encoding} in {lang}");
            }
        }
        let first = person.get("/api/v1/sorting/pack").await;
        let etag = first.headers["etag"].to_str().unwrap().to_owned();
        let pack = first.expect(200);
        let things = &pack["things"];
        assert!(things["name"].as_array().unwrap().len() >= 2_500);
        let aliases: usize = things["aliases"].as_array().unwrap().iter().map(|cell| {
            cell.as_str().unwrap().split('|').filter(|alias| !alias.is_empty()).count()
        }).sum();
        assert!(aliases >= 4_000, "{aliases}");
        let again = async |etag: &str| {
            Person::send(person.request(Method::GET, "/api/v1/sorting/pack").header("if-none-match", etag)).await.status.as_u16()
        };
        assert_eq!(again(&etag).await, 304);
        let editor = server.staff("editor", Role::Editor, None).await;
        editor.post(&format!("{DESK}/things"), json!({ "thing": thing("测试用的怪东西", "pens"), "reason": "test of the file" })).await.expect(201);
        assert_eq!(again(&etag).await, 200);
    }

    async fn suggestions_complete_what_is_being_typed(server: Server) {
        let person = server.resident();
        let names = async |text: &str| {
            let path = format!("/api/v1/sorting/suggestions?{}", serde_urlencoded::to_string([("q", text)]).unwrap());
            let found = person.get(&path).await.expect(200);
            found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert!(names("矿泉水").await.iter().any(|name| name.contains("矿泉水瓶")));
        assert!(!names("kuangq").await.is_empty());
        assert!(names("\u{7}").await.is_empty());
    }

    async fn a_ruling_has_its_points_the_nearest_first(server: Server) {
        let person = server.resident();
        let id = id_of(&person, "旧手机").await;
        let ruling = person.get(&format!("/api/v1/sorting/rulings/{id}?lng=127.10722&lat=42.04361")).await.expect(200);
        let points = ruling["points"].as_array().unwrap();
        assert_eq!(points[0]["id"], "songshu");
        assert!(points[0]["provisional"].as_bool().unwrap(), "nobody has confirmed the built-in points");
        assert!(points[0]["distance_m"].as_f64() < points[1]["distance_m"].as_f64());
        assert_eq!(person.get("/api/v1/sorting/rulings/none").await.status, 404);
        assert_eq!(person.get(&format!("/api/v1/sorting/rulings/{id}?lng=1000&lat=42")).await.status, 422);
        let kinds = person.get("/api/v1/sorting/kinds").await.expect(200);
        let kind = kinds["items"][0]["id"].as_str().unwrap().to_owned();
        person.get(&format!("/api/v1/sorting/rulings/{kind}")).await.expect(200);
    }

    async fn what_nobody_could_answer_is_counted_and_answered_by_an_editor(server: Server) {
        let person = server.resident();
        for _ in 0..3 {
            ask(&person, "乌拉乌拉球球咪").await;
        }
        ask(&person, "乌拉 13912345678").await;
        ask(&person, &"很长的一句话".repeat(5)).await;
        let editor = server.staff("editor", Role::Editor, None).await;
        let list = editor.get(&format!("{DESK}/misses")).await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!((&items[0]["name"], items[0]["count"].as_i64()), (&json!("乌拉乌拉球球咪"), Some(3)));
        assert_eq!(items.len(), 1, "neither numbers nor sentences are kept: {list}");
        editor.post(&format!("{DESK}/things"), json!({ "thing": thing("乌拉乌拉球球咪", "toys-plastic"), "reason": "孩子们问的玩具" })).await.expect(201);
        assert_eq!(bin(&person, "乌拉乌拉球球咪").await.as_deref(), Some("recyclable"));
        assert_eq!(editor.get(&format!("{DESK}/misses")).await.expect(200)["items"], json!([]));
        let answered = editor.get(&format!("{DESK}/misses?state=answered")).await.expect(200);
        assert_eq!(answered["items"].as_array().unwrap().len(), 1);
        ask(&person, "叽里咕噜呱呱").await;
        let id = editor.get(&format!("{DESK}/misses")).await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        editor.post(&format!("{DESK}/misses/{id}/settle"), json!({ "state": "dismissed" })).await.expect(204);
        assert_eq!(editor.get(&format!("{DESK}/waiting")).await.expect(200)["misses"], 0);
    }

    async fn a_change_keeps_its_reason_and_history_and_a_stale_one_is_refused(server: Server) {
        let person = server.resident();
        let editor = server.staff("editor", Role::Editor, None).await;
        let id = id_of(&person, "牙签").await;
        let path = format!("{DESK}/things/{id}");
        let read = editor.get(&path).await.expect(200);
        assert_eq!(read["version"], 0);
        let mut draft = read["thing"].clone();
        draft["kind"] = json!("vegetables");
        let body = |draft: &Value, version: i64| json!({ "thing": draft, "version": version, "reason": "本区竹牙签可堆肥" });
        let changed = put(&editor, &path, body(&draft, 0)).await.expect(200);
        assert_eq!(changed["version"], 1);
        assert_eq!(bin(&person, "牙签").await.as_deref(), Some("kitchen"));
        assert_eq!(put(&editor, &path, body(&draft, 0)).await.status, 409);
        let history = &changed["history"][0];
        assert_eq!((&history["reason"], &history["author"], &history["state"]), (&json!("本区竹牙签可堆肥"), &json!("editor"), &json!("in_effect")));
        assert_ne!(history["before"]["kind"], history["after"]["kind"]);

        let fields = async |draft: Value, reason: &str| put(&editor, &path, json!({ "thing": draft, "version": 1, "reason": reason })).await.fields(422);
        assert_eq!(fields(draft.clone(), "x").await, ["reason"]);
        let mut wrong = draft.clone();
        wrong["name"] = json!("名".repeat(31));
        wrong["kind"] = json!("no-such-kind");
        wrong["note"] = json!("字".repeat(121));
        wrong["aliases"] = json!(["易拉罐"]);
        assert_eq!(fields(wrong, "a good reason").await, ["name", "kind", "aliases", "note"]);

        let gone = Person::send(editor.request(Method::DELETE, &path).json(&json!({ "version": 1, "reason": "重复的条目" }))).await.expect(200);
        assert_eq!((&gone["thing"], gone["version"].as_i64()), (&Value::Null, Some(2)));
        assert_eq!(person.get(&format!("/api/v1/sorting/rulings/{id}")).await.status, 404);
    }

    async fn what_is_hazardous_changes_only_when_a_second_editor_agrees(server: Server) {
        let person = server.resident();
        let first = server.staff("first", Role::Editor, None).await;
        let second = server.staff("second", Role::Editor, None).await;
        let id = id_of(&person, "水银体温计").await;
        let path = format!("{DESK}/things/{id}");
        let mut draft = first.get(&path).await.expect(200)["thing"].clone();
        draft["kind"] = json!("pens");
        let change = json!({ "thing": draft, "version": 0, "reason": "误改，应被拦住" });
        let waiting = put(&first, &path, change.clone()).await.expect(200);
        assert_eq!(waiting["history"][0]["state"], "awaiting");
        assert_eq!(bin(&person, "水银体温计").await.as_deref(), Some("hazardous"));
        assert_eq!(put(&second, &path, json!({ "thing": draft, "version": 1, "reason": "another change" })).await.status, 409);
        let listed = second.get(&format!("{DESK}/changes")).await.expect(200);
        let change_id = listed["items"][0]["id"].as_str().unwrap().to_owned();
        let decide = async |who: &Person, agree: bool| who.post(&format!("{DESK}/changes/{change_id}/decide"), json!({ "agree": agree })).await;
        assert_eq!(decide(&first, true).await.status, 403);
        decide(&second, false).await.expect(200);
        assert_eq!(decide(&second, true).await.status, 409);
        assert_eq!(bin(&person, "水银体温计").await.as_deref(), Some("hazardous"));

        let new = json!({ "thing": thing("某种新毒剂", "chemical-unknown"), "reason": "新出现的药剂" });
        let added = first.post(&format!("{DESK}/things"), new).await.expect(201);
        assert_eq!(added["thing"], Value::Null, "not in force before the second has agreed");
        let listed = second.get(&format!("{DESK}/changes")).await.expect(200);
        let change_id = listed["items"][0]["id"].as_str().unwrap().to_owned();
        second.post(&format!("{DESK}/changes/{change_id}/decide"), json!({ "agree": true })).await.expect(200);
        assert_eq!(ask(&person, "某种新毒剂").await["results"][0]["matched_by"], "exact");
    }

    async fn a_resident_doubts_an_answer_and_an_editor_settles_it(server: Server) {
        let person = server.resident();
        let id = id_of(&person, "纸杯").await;
        let body = json!({ "id": id, "area": "urban", "query": "纸杯", "says": "我们小区说可回收，问 13912345678" });
        let first = person.post_once("flag-key-1", "/api/v1/sorting/flags", body.clone()).await.expect(201);
        let again = person.post_once("flag-key-1", "/api/v1/sorting/flags", body).await.expect(201);
        assert_eq!(first, again);
        let flag = |body: Value| person.post("/api/v1/sorting/flags", body);
        assert_eq!(flag(json!({ "id": id, "says": "x" })).await.fields(422), ["says"]);
        assert_eq!(flag(json!({ "id": id, "says": "字".repeat(201) })).await.fields(422), ["says"]);
        assert_eq!(flag(json!({ "id": id, "says": "good", "query": "字".repeat(101) })).await.fields(422), ["query"]);
        assert_eq!(flag(json!({ "id": "none", "says": "good" })).await.status, 404);
        let editor = server.staff("editor", Role::Editor, None).await;
        let open = editor.get(&format!("{DESK}/flags")).await.expect(200);
        assert_eq!(open["items"].as_array().unwrap().len(), 1);
        assert!(!open.to_string().contains("13912345678"), "{open}");
        let flag_id = open["items"][0]["id"].as_str().unwrap();
        let settle = async || editor.post(&format!("{DESK}/flags/{flag_id}/settle"), json!({ "upheld": false, "reason": "淋膜纸杯按其他垃圾" })).await;
        settle().await.expect(204);
        assert_eq!(settle().await.status, 409);
        assert_eq!(editor.get(&format!("{DESK}/flags?state=dismissed")).await.expect(200)["items"][0]["answer"], "淋膜纸杯按其他垃圾");
    }

    async fn the_list_goes_out_as_a_table_and_comes_back_with_every_faulty_row_named(server: Server) {
        let person = server.resident();
        let editor = server.staff("editor", Role::Editor, None).await;
        let out = editor.get(&format!("{DESK}/things.csv")).await;
        assert!(out.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
        let table = out.expect(200).as_str().unwrap().to_owned();
        assert!(table.starts_with('\u{feff}'));
        let back = import(&editor, table.clone(), "reason=nothing+new").await.expect(200);
        assert_eq!((back["added"].as_i64(), back["changed"].as_i64(), back["awaiting"].as_i64()), (Some(0), Some(0), Some(0)));
        assert!(back["unchanged"].as_i64() >= Some(2_500));

        let faulty = "name,kind,aliases,emoji\n好东西一,pens,,\n,pens,,\n好东西二,nonsense,,\n好东西一,pens,,\n好东西三,pens,易拉罐,\n";
        assert_eq!(
            import(&editor, faulty, "reason=with+faults").await.fields(422),
            ["row 3, name", "row 4, kind", "row 5, name"]
        );
        assert_eq!(import(&editor, "name,kind,aliases\n好东西三,pens,易拉罐\n", "reason=name+taken").await.fields(422), ["row 2, aliases"]);
        assert_eq!(import(&editor, "name,colour\na,b\n", "reason=unknown+column").await.fields(422), ["row 1, colour"]);
        assert_eq!(import(&editor, "name,kind\na\n", "reason=short+row").await.fields(422), ["row 2"]);
        assert_eq!(import(&editor, b"name,kind\n\xff\xfe,pens\n".to_vec(), "reason=not+utf8").await.fields(422), ["row 2"]);
        assert_eq!(import(&editor, "name,kind\na,pens\n", "reason=x").await.fields(422), ["reason"]);
        assert_eq!(import(&editor, vec![b'x'; 4 * 1024 * 1024 + 1], "reason=too+large").await.status, 413);
        assert_eq!(bin(&person, "好东西一").await, None, "all rows or none");

        let good = "name,kind,aliases,en,ko\n好东西一,pens,好东西甲|好东西乙,good thing,좋은 것\n坏东西一,chemical-unknown,,bad thing,나쁜 것\n";
        let told = import(&editor, good, "reason=from+the+office&dry_run=true").await.expect(200);
        assert_eq!((told["added"].as_i64(), told["awaiting"].as_i64()), (Some(2), Some(1)));
        assert_eq!(bin(&person, "好东西甲").await, None, "a dry run changes nothing");
        import(&editor, good, "reason=from+the+office").await.expect(200);
        assert_eq!(bin(&person, "好东西甲").await.as_deref(), Some("other"));
        assert_ne!(ask(&person, "坏东西一").await["results"][0]["matched_by"], "exact", "hazardous rows wait for a second editor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_one_replica_is_in_force_at_the_other() {
    let database = Database::postgres().await;
    let one = Server::start(database.clone()).await;
    let two = one.replica(database, Settings::default()).await;
    let person = two.resident();
    assert_eq!(bin(&person, "咕噜噜转转盘").await, None);
    let editor = one.staff("editor", Role::Editor, None).await;
    let new = json!({ "thing": thing("咕噜噜转转盘", "toys-plastic"), "reason": "幼儿园问的" });
    editor
        .post(&format!("{DESK}/things"), new)
        .await
        .expect(201);
    // What the other's worker does every second.
    live::refresh(&two.app).await.unwrap();
    assert_eq!(
        bin(&person, "咕噜噜转转盘").await.as_deref(),
        Some("recyclable")
    );
    let both = futures::future::join_all((0..6).map(|i| {
        let editor = &editor;
        async move {
            let new = json!({ "thing": thing(&format!("并发的东西{i}"), "pens"), "reason": "at the same time" });
            editor.post(&format!("{DESK}/things"), new).await.status.as_u16()
        }
    }))
    .await;
    assert_eq!(both, [201; 6], "changes queue for the next revision");
}
