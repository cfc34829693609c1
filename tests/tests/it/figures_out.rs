//! What leaves: exports without contacts, the public's part of them, hotspots, and the morning's letters.

use std::io::Write;
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_tests::person::{report, report_with};
use wufei_tests::server::PASSWORD;
use wufei_tests::services::{announced, workspace};
use wufei_tests::{Database, Person, Server, Settings, both_databases};

async fn bytes(person: &Person, path: &str) -> (String, Vec<u8>) {
    let response = person.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (kind, response.bytes().await.unwrap().to_vec())
}

/// A document as an independent library reads it.
fn read_office(kind: &str, bytes: &[u8]) -> Value {
    let mut child = Command::new(announced("WUFEI_TEST_PYTHON"))
        .arg(workspace().join("tests/src/office_reader.py"))
        .arg(kind)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn text(person: &Person, path: &str) -> String {
    String::from_utf8(bytes(person, path).await.1).unwrap()
}

fn to(server: &Server, time: &str) {
    let time: DateTime<Utc> = time.parse().unwrap();
    server.advance(time - server.app.clock.now());
}

async fn sweep(server: &Server) {
    wufei_api::figures::sweep(&server.app).await.unwrap();
    server.deliver().await;
}

fn digests(server: &Server, address: &str) -> Vec<String> {
    let letters = server.letters_to(address).into_iter();
    letters
        .filter(|l| l.subject.contains("今日待办"))
        .map(|l| l.text)
        .collect()
}

both_databases! {
    async fn cases_leave_without_contacts_formulas_or_another_offices_cases(server: Server) {
        let resident = server.resident();
        let body = report_with(json!({
            "description": "=HYPERLINK(\"http://x\") 请打 13812345678",
            "address": "@河口村口",
            "contact": { "name": "张三丰", "phone": "13987654321", "email": "zhang@example.org" },
        }));
        let (code, _) = resident.file(body).await;
        resident.file(report_with(json!({ "category": "medical", "description": "路边有针头" }))).await;
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        let administrator = server.staff("admin", Role::Administrator, None).await;
        let csv = text(&handler, "/api/v1/desk/cases/export?open=true").await;
        assert!(csv.starts_with("\u{feff}编号,类别,状态,紧急,描述,"), "{csv}");
        assert_eq!(csv.trim_end().lines().count(), 2, "{csv}");
        assert!(csv.contains(&code) && csv.contains("建筑和装修垃圾"), "{csv}");
        assert!(csv.contains("\"'=HYPERLINK") && csv.contains("'@河口村口"), "{csv}");
        for secret in ["13812345678", "13987654321", "张三丰", "zhang@example.org"] {
            assert!(!csv.contains(secret), "{csv}");
        }
        let all = text(&administrator, "/api/v1/desk/cases/export").await;
        assert_eq!(all.trim_end().lines().count(), 3);
        let (kind, xlsx) = bytes(&administrator, "/api/v1/desk/cases/export?format=xlsx&category=medical").await;
        assert!(kind.contains("spreadsheetml"));
        let sheet = read_office("xlsx", &xlsx);
        assert_eq!((sheet["name"].as_str(), sheet["rows"][0][1].as_str()), (Some("案件"), Some("类别")));
        assert_eq!((sheet["rows"].as_array().unwrap().len(), sheet["rows"][1][4].as_str()), (2, Some("路边有针头")));
        let places: Value = serde_json::from_str(&text(&administrator, "/api/v1/desk/cases/export?format=geojson&category=construction").await).unwrap();
        let feature = &places["features"][0];
        assert_eq!(feature["geometry"]["coordinates"], json!([126.585_64, 42.056_36]));
        assert_eq!((feature["properties"]["code"].as_str(), feature["properties"]["status"].as_str()), (Some(code.as_str()), Some("已派遣")));
        assert_eq!(administrator.get("/api/v1/desk/cases/export?format=doc").await.fields(422), ["format"]);
        let figures = text(&administrator, "/api/v1/desk/figures/export?by=category").await;
        assert!(figures.starts_with("\u{feff}类别,受理,在办,结案,"), "{figures}");
        assert!(figures.lines().last().unwrap().starts_with("全区,2,2,0,"), "{figures}");
        let seats: Value = serde_json::from_str(&text(&administrator, "/api/v1/desk/figures/export?by=township&format=geojson").await).unwrap();
        assert!(seats["features"][0]["geometry"]["coordinates"][0].is_number(), "{seats}");
    }

    async fn open_data_holds_what_the_public_page_shows_and_nothing_else(server: Server) {
        let resident = server.resident();
        let (open, _) = resident.file(report_with(json!({ "description": "一车砖头", "address": "福源小区2号楼" }))).await;
        let private = report_with(json!({ "description": "邻居家门口", "private": true, "address": "福源小区3号楼", "lng": 126.5999, "lat": 42.0611 }));
        let (hidden, _) = resident.file(private).await;
        server.app.db.sql("UPDATE reports SET text_held = TRUE, public_description = 'must not show' WHERE code = $1")
            .bind(open.clone()).run().await.unwrap();
        let csv = text(&resident, "/api/v1/reports/export").await;
        assert!(csv.contains(&open) && csv.contains(&hidden));
        for secret in ["must not show", "一车砖头", "3号楼", "126.5999", "42.0611"] {
            assert!(!csv.contains(secret), "{secret} in {csv}");
        }
        let places: Value = serde_json::from_str(&text(&resident, "/api/v1/reports/export?format=geojson&category=construction").await).unwrap();
        assert_eq!(places["features"].as_array().unwrap().len(), 2);
        assert_eq!(resident.get("/api/v1/reports/export?format=xlsx").await.fields(422), ["format"]);
        assert_eq!(resident.get("/api/v1/reports/export?status=lost").await.fields(422), ["status"]);
        to(&server, "2026-12-05T01:00:00Z");
        let figures = text(&resident, "/api/v1/figures/export?by=office").await;
        let rows: Vec<&str> = figures.trim_end().lines().skip(1).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.split(',').skip(1).all(str::is_empty)), "two cases are too few: {figures}");
    }

    async fn a_hotspot_is_found_proposed_against_and_its_effect_measured(server: Server) {
        let resident = server.resident();
        for _ in 0..4 {
            resident.file(report()).await;
            server.advance(TimeDelta::hours(30));
        }
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        let other = server.staff("other", Role::Handler, Some("health")).await;
        let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
        let spots = handler.get("/api/v1/desk/hotspots?resolution=9").await.expect(200);
        let spot = &spots["items"][0];
        assert_eq!((spot["cases"].as_i64(), spot["categories"][0]["id"].as_str()), (Some(4), Some("construction")));
        assert_eq!(spot["ring"].as_array().unwrap().len(), 7);
        assert_eq!(spot["place"], "江源街道");
        assert_eq!(other.get("/api/v1/desk/hotspots").await.expect(200)["items"], json!([]));
        assert_eq!(handler.get("/api/v1/desk/hotspots?resolution=5").await.fields(422), ["resolution"]);
        let cell = spot["cell"].as_str().unwrap();
        let propose = async |body: Value| handler.post("/api/v1/desk/hotspots/proposals", body).await;
        assert_eq!(propose(json!({ "cell": "871fb4662ffffff", "kind": "camera", "reason": "反复倾倒" })).await.fields(422), ["cell"]);
        assert_eq!(propose(json!({ "cell": cell, "kind": "camera", "reason": "短" })).await.fields(422), ["reason"]);
        let body = json!({ "cell": cell, "kind": "camera", "reason": "一周四次，建议装摄像头" });
        let made = handler.post_once("propose-once", "/api/v1/desk/hotspots/proposals", body.clone()).await.expect(201);
        let again = handler.post_once("propose-once", "/api/v1/desk/hotspots/proposals", body).await.expect(201);
        assert_eq!(made["id"], again["id"]);
        assert_eq!(made["place"], "江源街道");
        let path = format!("/api/v1/desk/hotspots/proposals/{}", made["id"].as_str().unwrap());
        let early = json!({ "note": "已经装好", "version": 1 });
        assert_eq!(handler.post(&format!("{path}/done"), early).await.status, 409, "not accepted yet");
        let yes = json!({ "accept": true, "note": "同意，月底前装好", "version": 1 });
        coordinator.post(&format!("{path}/decide"), yes.clone()).await.expect(200);
        assert_eq!(coordinator.post(&format!("{path}/decide"), yes).await.status, 409);
        let done = json!({ "note": "摄像头已装好", "version": 2 });
        assert_eq!(other.post(&format!("{path}/done"), done.clone()).await.status, 403);
        let view = handler.post(&format!("{path}/done"), done).await.expect(200);
        assert_eq!(view["effect"], json!({ "before": 4, "after": 0, "days": 60, "complete": false }));
        server.advance(TimeDelta::days(3));
        resident.file(report()).await;
        server.advance(TimeDelta::days(70));
        handler.sign_in("handler", PASSWORD).await;
        let list = handler.get("/api/v1/desk/hotspots/proposals?state=done").await.expect(200);
        assert_eq!(list["items"][0]["effect"], json!({ "before": 4, "after": 1, "days": 60, "complete": true }));
        assert_eq!(list["items"][0]["steps"].as_array().unwrap().len(), 3);
        let public = resident.get("/api/v1/figures/hotspots").await.expect(200);
        assert_eq!(public["items"][0]["cases"], 5);
        assert_eq!(public["items"][0]["months"], json!([]), "a month of one case would show");
    }

    async fn the_yearly_summary_is_a_word_document_whose_tables_are_the_figures(server: Server) {
        crate::figures::live(&server, 3, 60, 420).await;
        server.advance(TimeDelta::days(1));
        while !wufei_api::figures::catch_up(&server.app).await.unwrap() {}
        let administrator = server.staff("admin", Role::Administrator, None).await;
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let entry = json!({ "numerator": 93.0, "denominator": 100.0, "version": 0 });
        let put = housing.request(Method::PUT, "/api/v1/desk/targets/sludge/2026Q4").json(&entry);
        Person::send(put).await.expect(200);
        let (kind, docx) = bytes(&administrator, "/api/v1/desk/annual-summary/2027.docx").await;
        assert!(kind.contains("wordprocessingml"));
        let read = read_office("docx", &docx);
        let headings: Vec<&str> = read["headings"].as_array().unwrap().iter().map(|h| h.as_str().unwrap()).collect();
        for part in ["二（一）", "二（二）", "二（三）", "二（四）", "二（五）", "二（六）", "二（七）"] {
            assert!(headings.iter().any(|heading| heading.starts_with(part)), "{part} in {headings:?}");
        }
        let tables = read["tables"].as_array().unwrap();
        let cell = |text: &str| tables.iter().flat_map(|t| t.as_array().unwrap()).find(|row| row[0] == text).cloned();
        let window = "from=2026-10-01&to=2027-09-30";
        for by in ["category", "office"] {
            let table = administrator.get(&format!("/api/v1/desk/figures?{window}&by={by}")).await.expect(200);
            let rows = table["rows"].as_array().unwrap();
            assert!(rows.len() > 1);
            for row in rows {
                let figures = &row["figures"];
                let written = cell(row["name"].as_str().unwrap()).unwrap_or_else(|| panic!("{row} is missing"));
                let number = |at: usize| written[at].as_str().unwrap().parse::<i64>().unwrap();
                let counts = [number(1), number(2), number(4), number(5)];
                assert_eq!(json!(counts), json!([figures["received"], figures["closed"], figures["rework"], figures["recurred"]]));
                let share = figures["rates"]["closed_in_time"].as_f64().map_or("—".to_owned(), |s| format!("{:.1}%", s * 100.0));
                assert_eq!(written[3], share);
            }
        }
        let months = administrator.get(&format!("/api/v1/desk/figures?{window}&by=month")).await.expect(200);
        let month = &months["rows"][0];
        let written = cell(month["id"].as_str().unwrap()).unwrap();
        assert_eq!(written[1].as_str().unwrap().parse::<i64>().ok(), month["figures"]["received"].as_i64());
        assert!(written[2].as_str().unwrap().chars().all(|c| c == '█'));
        let sludge = cell("城市污泥无害化处置率").unwrap();
        assert_eq!(sludge, json!(["城市污泥无害化处置率", "≥ 90%", "93.0%", "—", "—", "—", "是"]));
        let total = months["total"]["received"].as_i64().unwrap();
        assert!(read["text"].as_str().unwrap().contains(&format!("共受理垃圾倾倒举报 {total} 件")));
        let (_, own) = bytes(&housing, "/api/v1/desk/annual-summary/2027.docx").await;
        let own = read_office("docx", &own);
        assert!(own["text"].as_str().unwrap().contains("江源区住房和城乡建设局“无废城市”建设 2027 年度总结"));
        assert_eq!(own["tables"][1].as_array().unwrap().len(), 2, "one office");
        for wrong in ["1999.docx", "2040.docx", "soon.docx"] {
            assert_eq!(administrator.get(&format!("/api/v1/desk/annual-summary/{wrong}")).await.status, 404);
        }
    }

    async fn a_handler_gets_the_mornings_letter_once_in_their_language_unless_they_do_not_want_it(server: Server) {
        let resident = server.resident();
        resident.file(report()).await;
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        let address = server.give_email("handler").await;
        server.staff("quiet", Role::Handler, Some("housing")).await;
        let quiet_address = server.give_email("quiet").await;
        let quiet = server.resident();
        quiet.sign_in("quiet", PASSWORD).await;
        assert_eq!(quiet.get("/api/v1/me/digest").await.expect(200)["wanted"], true);
        let off = quiet.request(Method::PUT, "/api/v1/me/digest").json(&json!({ "wanted": false }));
        assert_eq!(Person::send(off).await.expect(200)["wanted"], false);
        let english = handler.request(Method::PUT, "/api/v1/me/digest").header("Accept-Language", "en").json(&json!({ "wanted": true }));
        Person::send(english).await.expect(200);
        // Wednesday, one minute early.
        to(&server, "2026-11-24T23:29:00Z");
        sweep(&server).await;
        let day = |server: &Server| server.letters_to(&address).into_iter().filter(|l| l.subject.starts_with("Today (")).collect::<Vec<_>>();
        assert!(day(&server).is_empty());
        server.advance(TimeDelta::minutes(1));
        let many = futures::future::join_all((0..5).map(|_| wufei_api::figures::sweep(&server.app))).await;
        assert!(many.iter().all(Result::is_ok));
        sweep(&server).await;
        assert_eq!(day(&server).len(), 1);
        assert_eq!(day(&server)[0].subject, "Today (2026-11-25): 0 due, 0 overdue, 1 new");
        assert!(digests(&server, &quiet_address).is_empty());
        server.advance(TimeDelta::hours(5));
        sweep(&server).await;
        assert_eq!(day(&server).len(), 1);
        // Saturday is no working day; Monday is the next.
        to(&server, "2026-11-28T00:00:00Z");
        sweep(&server).await;
        assert_eq!(day(&server).len(), 1);
        to(&server, "2026-11-30T00:00:00Z");
        sweep(&server).await;
        assert_eq!(day(&server).len(), 2);
        let week = server.letters_to("housing@jiangyuan.example").into_iter().filter(|l| l.subject.contains("一周办理情况")).collect::<Vec<_>>();
        assert_eq!(week.len(), 1);
        assert!(week[0].subject.contains("2026-11-23 至 2026-11-29") && week[0].text.contains("收到：1"), "{}", week[0].text);
        to(&server, "2026-12-01T00:00:00Z");
        sweep(&server).await;
        let week = server.letters_to("housing@jiangyuan.example").into_iter().filter(|l| l.subject.contains("一周办理情况")).count();
        assert_eq!(week, 1, "once a week");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_count_and_write_to_everybody_once() {
    let database = Database::postgres().await;
    let server = Server::start(database.clone()).await;
    let replica = server.replica(database, Settings::default()).await;
    for name in ["first", "second", "third"] {
        server.staff(name, Role::Handler, Some("housing")).await;
        server.give_email(name).await;
    }
    for _ in 0..20 {
        server.resident().file(report()).await;
    }
    to(&server, "2026-11-30T00:00:00Z");
    let (one, other) = (&server.app, &replica.app);
    for _ in 0..3 {
        let done = tokio::join!(
            wufei_api::figures::sweep(one),
            wufei_api::figures::sweep(other),
            wufei_api::figures::catch_up(one),
            wufei_api::figures::catch_up(other),
        );
        assert!(done.0.is_ok() && done.1.is_ok() && done.2.is_ok() && done.3.is_ok());
    }
    server.deliver().await;
    for name in ["first", "second", "third"] {
        assert_eq!(digests(&server, &format!("{name}@example.org")).len(), 1);
    }
    let letters = server.letters_to("housing@jiangyuan.example");
    assert_eq!(
        letters
            .iter()
            .filter(|l| l.subject.contains("一周办理情况"))
            .count(),
        1
    );
    let admin = server.staff("admin", Role::Administrator, None).await;
    let table = admin.get("/api/v1/desk/figures").await.expect(200);
    assert_eq!(
        (
            table["total"]["received"].as_i64(),
            table["complete"].as_bool()
        ),
        (Some(20), Some(true))
    );
}
