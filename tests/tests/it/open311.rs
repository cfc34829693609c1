//! Open311 GeoReport v2 as the contract fixes it.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use wufei_api::open311::keys;
use wufei_tests::person::report_with;
use wufei_tests::{Answer, Person, Server, both_databases, picture};

const ROOT: &str = "/open311/v2";

async fn key(server: &Server) -> String {
    keys::add(&server.app, "12345 平台", 5).await.unwrap()
}

/// A form that is complete but for what is given otherwise.
fn form<'a>(key: &'a str, with: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let complete = [
        ("api_key", key),
        ("service_code", "construction"),
        ("lat", "42.05636"),
        ("long", "126.58564"),
        ("description", "河边倒了一车砖头"),
        ("email", ""),
    ];
    let mut fields: Vec<_> = complete
        .into_iter()
        .filter(|(name, _)| with.iter().all(|(other, _)| other != name))
        .collect();
    fields.extend_from_slice(with);
    fields
}

async fn post(person: &Person, format: &str, fields: &[(&str, &str)]) -> Answer {
    let request = person.request(Method::POST, &format!("{ROOT}/requests.{format}"));
    let body = serde_urlencoded::to_string(fields).unwrap();
    let kind = "application/x-www-form-urlencoded";
    Person::send(request.header("content-type", kind).body(body)).await
}

async fn get(person: &Person, path: &str) -> Answer {
    person.get(&format!("{ROOT}/{path}")).await
}

fn id(answer: &Value) -> String {
    answer[0]["service_request_id"].as_str().unwrap().to_owned()
}

fn is_error(answer: Answer, status: u16, part: &str) {
    let body = answer.expect(status);
    let error = &body[0];
    assert_eq!(error["code"], status);
    let description = error["description"].as_str().unwrap();
    assert!(description.contains(part), "{part} in {description}");
}

both_databases! {
    async fn services_are_the_categories_and_attributes_their_questions(server: Server) {
        let person = server.resident();
        let services = get(&person, "services.json").await.expect(200);
        let services = services.as_array().unwrap();
        let district = person.get("/api/v1/district").await.expect(200);
        assert_eq!(services.len(), district["categories"].as_array().unwrap().len());
        let asking = services.iter().find(|service| service["metadata"] == true).unwrap();
        for service in services {
            assert!(service["metadata"].is_boolean() && service["service_code"].is_string());
            assert_eq!(service["type"], "realtime");
        }
        let code = asking["service_code"].as_str().unwrap();
        for path in ["services", "service"] {
            let definition = get(&person, &format!("{path}/{code}.json")).await.expect(200);
            let attribute = &definition["attributes"][0];
            assert_eq!((&attribute["datatype"], &attribute["order"]), (&"singlevaluelist".into(), &1.into()));
            assert!(attribute["values"][0]["key"].is_string());
        }
        let xml = get(&person, &format!("service/{code}.xml")).await;
        assert_eq!(xml.headers["content-type"], "text/xml; charset=utf-8");
        let text = xml.expect(200);
        for part in ["<service_definition><service_code>", "<attributes><attribute>", "<values><value><key>"] {
            assert!(text.as_str().unwrap().contains(part), "{part} in {text}");
        }
        let discovery = get(&person, "discovery.json").await.expect(200);
        assert!(discovery["endpoints"][0]["url"].as_str().unwrap().ends_with("/open311/v2"));
        is_error(get(&person, "services/nonsense.json").await, 404, "nonsense");
        is_error(get(&person, "services.html").await, 404, "nothing");
        is_error(get(&person, "services.json?jurisdiction_id=elsewhere").await, 404, "elsewhere");
        get(&person, "services.json?jurisdiction_id=").await.expect(200);
    }

    async fn a_request_is_filed_routed_and_read_back_without_a_contact(server: Server) {
        let person = server.resident();
        let key = key(&server).await;
        let fields = form(&key, &[("first_name", "三"), ("last_name", "张"), ("phone", "13843912345"), ("media_url", "https://example.org/a.jpg")]);
        let filed = post(&person, "json", &fields).await.expect(201);
        let code = id(&filed);
        assert!(filed[0]["service_notice"].is_string());
        let request = get(&person, &format!("requests/{code}.json")).await.expect(200);
        let request = &request[0];
        assert_eq!((&request["status"], &request["service_code"]), (&"open".into(), &"construction".into()));
        assert_eq!((request["lat"].as_f64(), request["long"].as_f64()), (Some(42.05636), Some(126.58564)));
        assert!(request["agency_responsible"].as_str().unwrap().contains("住房"));
        assert!(!request.to_string().contains("13843912345"));
        let list = get(&person, &format!("requests.json?service_request_id={code},999999999")).await.expect(200);
        assert_eq!(list.as_array().unwrap().len(), 1);
        let xml = get(&person, &format!("requests/{code}.xml")).await.expect(200);
        let text = xml.as_str().unwrap();
        for part in ["<service_requests><request><service_request_id>", "<status>open</status>", "<zipcode/>"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let (token,): (String,) = server.app.db.sql("SELECT token FROM open311_requests").one().await.unwrap();
        let answer = get(&person, &format!("tokens/{token}.json")).await.expect(200);
        assert_eq!((id(&answer), answer[0]["token"].as_str()), (code, Some(token.as_str())));
        is_error(get(&person, "tokens/nonsense.json").await, 404, "token");
        is_error(get(&person, "requests/123456789.json").await, 404, "123456789");
    }

    async fn a_picture_comes_with_a_multipart_form(server: Server) {
        let person = server.resident();
        let key = key(&server).await;
        let mut parts = Form::new();
        for (name, value) in form(&key, &[]) {
            parts = parts.text(name.to_owned(), value.to_owned());
        }
        let media = Part::bytes(picture::jpeg(5)).file_name("photo.jpg");
        let request = person.request(Method::POST, &format!("{ROOT}/requests.json"));
        let filed = Person::send(request.multipart(parts.part("media", media))).await.expect(201);
        let request = get(&person, &format!("requests/{}.json", id(&filed))).await.expect(200);
        let url = request[0]["media_url"].as_str().unwrap();
        let path = url.strip_prefix(&format!("http://{}", server.address)).unwrap();
        assert_eq!(person.get(path).await.status, 200);
        let mut parts = Form::new();
        for (name, value) in form(&key, &[]) {
            parts = parts.text(name.to_owned(), value.to_owned());
        }
        let media = Part::bytes(b"no picture".to_vec()).file_name("photo.jpg");
        let request = person.request(Method::POST, &format!("{ROOT}/requests.json"));
        is_error(Person::send(request.multipart(parts.part("media", media))).await, 400, "picture");
    }

    async fn what_is_missing_or_wrong_is_said_all_at_once(server: Server) {
        let person = server.resident();
        let key = keys::add(&server.app, "many", 1000).await.unwrap();
        is_error(post(&person, "json", &form("", &[])).await, 403, "missing");
        is_error(post(&person, "json", &form("nonsense", &[])).await, 403, "not valid");
        let both = post(&person, "json", &form(&key, &[("service_code", ""), ("lat", "")])).await.expect(400);
        assert_eq!(both.as_array().unwrap().len(), 2, "{both}");
        for (field, value, part) in [
            ("service_code", "nonsense", "nonsense"),
            ("lat", "north", "degrees"),
            ("lat", "0", "China"),
            ("email", "nobody", "e-mail"),
            ("jurisdiction_id", "elsewhere", "elsewhere"),
        ] {
            let answer = post(&person, "json", &form(&key, &[(field, value)])).await;
            let status = if field == "jurisdiction_id" { 404 } else { 400 };
            is_error(answer, status, part);
        }
        let long = "字".repeat(2001);
        is_error(post(&person, "json", &form(&key, &[("description", &long)])).await, 400, "2,000");
        let named = form(&key, &[("lat", ""), ("long", ""), ("address_string", "江源区孙家堡子街道")]);
        post(&person, "json", &named).await.expect(201);
        is_error(post(&person, "json", &form(&key, &[("lat", ""), ("long", "")])).await, 400, "address_string");
        let xml = post(&person, "xml", &form("nonsense", &[])).await.expect(403);
        assert!(xml.as_str().unwrap().contains("<errors><error>"));
    }

    async fn a_key_has_its_limit_and_ends_when_it_is_revoked(server: Server) {
        let person = server.resident();
        let key = key(&server).await;
        assert!(keys::add(&server.app, "12345 平台", 5).await.is_err(), "a name is taken once");
        for _ in 0..5 {
            post(&person, "json", &form(&key, &[])).await.expect(201);
        }
        let over = post(&person, "json", &form(&key, &[])).await;
        assert!(over.headers.contains_key("retry-after"));
        is_error(over, 429, "too many");
        assert!(keys::revoke(&server.app, "12345 平台").await.unwrap());
        assert!(!keys::revoke(&server.app, "12345 平台").await.unwrap());
        is_error(post(&person, "json", &form(&key, &[])).await, 403, "not valid");
    }

    async fn a_repeated_request_files_once(server: Server) {
        let person = server.resident();
        let key = key(&server).await;
        let send = async |fields: &[(&str, &str)]| {
            let request = person.request(Method::POST, &format!("{ROOT}/requests.json")).header("idempotency-key", "the-same-key");
            let body = serde_urlencoded::to_string(fields).unwrap();
            Person::send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
        };
        let one = id(&send(&form(&key, &[])).await.expect(201));
        let again = id(&send(&form(&key, &[])).await.expect(201));
        assert_eq!(one, again);
        is_error(send(&form(&key, &[("description", "别的")])).await, 400, "");
    }

    async fn the_list_is_narrowed_by_service_status_and_date(server: Server) {
        let person = server.resident();
        person.file(report_with(serde_json::json!({ "description": "一" }))).await;
        server.advance(chrono::TimeDelta::days(100));
        person.file(report_with(serde_json::json!({ "description": "二" }))).await;
        let count = async |query: &str| {
            get(&person, &format!("requests.json?{query}")).await.expect(200).as_array().unwrap().len()
        };
        assert_eq!(count("").await, 1, "without dates the last 90 days");
        assert_eq!(count("start_date=2026-11-01T00:00:00Z&end_date=2026-12-01T00:00:00Z").await, 1);
        assert_eq!(count("start_date=2026-01-01T00:00:00Z").await, 1, "a longer span is cut to 90 days");
        assert_eq!(count("status=open").await, 1);
        assert_eq!(count("status=closed").await, 0);
        assert_eq!(count("service_code=construction,nonsense").await, 1);
        assert_eq!(count("service_code=nonsense").await, 0);
        assert_eq!(count("page_size=1&page=2").await, 0);
        for wrong in ["status=lost", "start_date=yesterday", "page_size=0", "page_size=1001", "page=x"] {
            is_error(get(&person, &format!("requests.json?{wrong}")).await, 400, wrong.split('=').next().unwrap());
        }
    }
}
