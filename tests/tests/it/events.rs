//! Organisations and events: applied for, approved, planned by rule, published, postponed, read by an
//! independent calendar library.

use std::io::Write;
use std::process::{Command, Stdio};

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::shared::screening::{Outcome, Subject, SubjectKind};
use wufei_tests::events::{Host, account, application, event, event_with};
use wufei_tests::services::{announced, workspace};
use wufei_tests::{Person, both_databases};

/// What the independent library finds in a feed between two days, as `(start, status)`.
fn read_feed(feed: &str, first: &str, last: &str) -> Vec<Value> {
    let mut child = Command::new(announced("WUFEI_TEST_PYTHON"))
        .arg(workspace().join("tests/src/feed_reader.py"))
        .args([first, last])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(feed.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn starts(found: &[Value]) -> Vec<&str> {
    found
        .iter()
        .map(|event| event["starts"].as_str().unwrap())
        .collect()
}

async fn feed(person: &Person, query: &str) -> String {
    let answer = person.get(&format!("/api/v1/events.ics{query}")).await;
    assert_eq!(
        answer.headers["content-type"],
        "text/calendar; charset=utf-8"
    );
    answer.expect(200).as_str().unwrap().to_owned()
}

both_databases! {
    async fn an_organisation_is_approved_by_its_office_or_township_and_by_nobody_else(server: Server) {
        let applicant = account(&server, "teacher-li", None).await;
        let made = applicant.post("/api/v1/organisations", application("school", "江源区第一小学")).await.expect(201);
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/organisations/{id}");
        assert_eq!(made["state"], "applied");
        assert_eq!(server.resident().get(&path).await.status, 404, "not public yet");
        let own = applicant.get(&path).await.expect(200);
        assert_eq!((own["own"]["office"]["id"].as_str(), own["own"]["contact"]["phone"].as_str()), (Some("education"), Some("13812345678")));
        let decide = format!("/api/v1/desk/organisations/{id}/decide");
        let commerce = server.staff("commerce", Role::Handler, Some("commerce")).await;
        let education = server.staff("education", Role::Handler, Some("education")).await;
        let town = server.staff("town", Role::Handler, Some("township-220605001")).await;
        let other = server.staff("other", Role::Handler, Some("township-220605002")).await;
        let yes = json!({ "approve": true, "version": 1 });
        for stranger in [&commerce, &other] {
            assert_eq!(stranger.post(&decide, yes.clone()).await.status, 403);
            assert_eq!(stranger.get("/api/v1/desk/organisations").await.expect(200)["items"], json!([]));
        }
        for office in [&education, &town] {
            assert_eq!(office.get("/api/v1/desk/organisations?state=applied").await.expect(200)["items"][0]["id"], id.as_str());
        }
        assert_eq!(town.post(&decide, json!({ "approve": false, "version": 1 })).await.fields(422), ["note"]);
        town.post(&decide, json!({ "approve": false, "version": 1, "note": "请补充负责人" })).await.expect(204);
        assert_eq!(education.post(&decide, yes.clone()).await.status, 409);
        // Changed and handed in again.
        let again = json!({ "intro": "负责人：校办", "contact": { "name": "李老师", "phone": "0439-3725000", "email": "li@example.org" } });
        Person::send(applicant.request(Method::PATCH, &path).json(&again)).await.expect(200);
        education.post(&decide, json!({ "approve": true, "version": 3 })).await.expect(204);
        let public = server.resident().get(&path).await.expect(200);
        assert_eq!((public["state"].as_str(), &public["own"]), (Some("approved"), &Value::Null));
        assert!(!public.to_string().contains("李老师") && !public.to_string().contains("3725000"));
        assert_eq!(server.resident().get("/api/v1/organisations?kind=school").await.expect(200)["items"][0]["id"], id.as_str());
        assert_eq!(applicant.get("/api/v1/me/organisations").await.expect(200)[0]["own"]["role"], "organiser");
        server.deliver().await;
        assert_eq!(server.letters_to("li@example.org").len(), 2);
        // A name that the rules hold is not shown, approved or not.
        assert_eq!(applicant.post("/api/v1/organisations", application("circus", "X")).await.fields(422), ["kind", "name"]);
    }

    async fn members_come_by_a_link_that_ends_and_the_last_organiser_stays(server: Server) {
        let host = Host::new(&server, "school", "江源区第一小学").await;
        let invitations = format!("/api/v1/organisations/{}/invitations", host.id);
        let made = host.organiser.post(&invitations, json!({ "role": "teacher" })).await.expect(201);
        let token = json!({ "token": made["token"] });
        assert_eq!(server.resident().post("/api/v1/organisations/join", token.clone()).await.status, 401);
        let teacher = account(&server, "teacher", None).await;
        assert_eq!(teacher.post("/api/v1/organisations/join", token.clone()).await.expect(200)["role"], "teacher");
        let second = account(&server, "second", None).await;
        assert_eq!(second.post("/api/v1/organisations/join", token).await.status, 404, "used up");
        let revoked = host.organiser.post(&invitations, json!({ "role": "helper", "uses": 5 })).await.expect(201);
        let path = format!("{invitations}/{}", revoked["id"].as_str().unwrap());
        Person::send(host.organiser.request(Method::DELETE, &path)).await.expect(204);
        let late = host.organiser.post(&invitations, json!({ "role": "helper", "uses": 5 })).await.expect(201);
        assert_eq!(host.organiser.get(&invitations).await.expect(200).as_array().unwrap().len(), 1);
        assert_eq!(teacher.get(&invitations).await.status, 403);
        assert_eq!(second.post("/api/v1/organisations/join", json!({ "token": revoked["token"] })).await.status, 404);
        server.advance(TimeDelta::days(15));
        second.sign_in("second", "long enough words").await;
        host.organiser.sign_in("organiser-school", "long enough words").await;
        assert_eq!(second.post("/api/v1/organisations/join", json!({ "token": late["token"] })).await.status, 404, "too old");
        let members = host.organiser.get(&format!("/api/v1/organisations/{}/members", host.id)).await.expect(200);
        let organiser = members.as_array().unwrap().iter().find(|m| m["role"] == "organiser").unwrap();
        let own = format!("/api/v1/organisations/{}/members/{}", host.id, organiser["account"].as_str().unwrap());
        let role = json!({ "role": "helper" });
        assert_eq!(Person::send(host.organiser.request(Method::PUT, &own).json(&role)).await.status, 409);
        assert_eq!(Person::send(host.organiser.request(Method::DELETE, &own)).await.status, 409);
    }

    async fn an_event_is_planned_published_and_found_and_drafts_are_nobodys(server: Server) {
        let host = Host::new(&server, "school", "江源区第一小学").await;
        let neighbour = account(&server, "neighbour", Some("neighbour@example.org")).await;
        neighbour.post("/api/v1/me/event-notices", json!({ "township": "220605001", "kind": "book-swap" })).await.expect(201);
        neighbour.post("/api/v1/me/event-notices", json!({})).await.expect(201);
        let far = account(&server, "far", Some("far@example.org")).await;
        far.post("/api/v1/me/event-notices", json!({ "township": "220605002" })).await.expect(201);
        let without = account(&server, "without", None).await;
        assert_eq!(without.post("/api/v1/me/event-notices", json!({})).await.fields(422), ["email"]);
        let plan = format!("/api/v1/organisations/{}/events", host.id);
        let wrong = event_with("swap", "换", "2026-12-05T09:00", json!({ "lng": 0.0, "minutes": 1, "address": "电话13812345678" }));
        assert_eq!(host.organiser.post(&plan, wrong).await.fields(422), ["kind", "title", "address", "lng", "minutes"]);
        let wrong = event_with("book-swap", "换书日", "2026-12-06T09:00", json!({ "recurrence": { "rule": "FREQ=WEEKLY;BYDAY=SA" } }));
        assert_eq!(host.organiser.post(&plan, wrong).await.fields(422), ["starts"], "a Sunday is not of the rule");
        assert_eq!(neighbour.post(&plan, event("book-swap", "换书日", "2026-12-05T09:00")).await.status, 403);
        let made = host.organiser.post(&plan, event("book-swap", "冬季换书日", "2026-12-05T09:00")).await.expect(201);
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/events/{id}");
        assert_eq!(neighbour.get(&path).await.status, 404, "a draft");
        host.organiser.get(&path).await.expect(200);
        let photo = host.organiser.photo(1).await;
        let change = json!({ "version": 1, "photo_id": photo, "text": "每人最多换三本。" });
        Person::send(host.organiser.request(Method::PATCH, &path).json(&change)).await.expect(200);
        assert_eq!(server.resident().get(&format!("/api/v1/photos/{photo}")).await.status, 404);
        assert_eq!(host.organiser.post(&format!("{path}/publish"), json!({})).await.expect(200)["state"], "published");
        assert_eq!(host.organiser.post(&format!("{path}/publish"), json!({})).await.status, 409);
        server.resident().get(&format!("/api/v1/photos/{photo}")).await.expect(200);
        let seen = server.resident().get(&path).await.expect(200);
        assert_eq!(seen["place"]["lng"], 126.58564, "a public place is exact");
        assert_eq!(seen["dates"][0]["starts_at"], "2026-12-05T01:00:00Z");
        assert_eq!(seen["version"], Value::Null);
        for (query, found) in [
            ("", 1), ("?from=2026-12-05&to=2026-12-05", 1), ("?from=2026-12-06", 0), ("?to=2026-12-04", 0),
            ("?township=220605001&kind=book-swap", 1), ("?township=220605002", 0), ("?kind=repair", 0),
            (&format!("?organisation={}", host.id), 1),
        ] {
            let list = server.resident().get(&format!("/api/v1/events{query}")).await.expect(200);
            assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
        }
        assert_eq!(server.resident().get("/api/v1/events?from=2026-01-01&to=2030-01-01").await.fields(422), ["to"]);
        server.deliver().await;
        assert_eq!(server.letters_to("neighbour@example.org").len(), 1, "told once, however many notices fit");
        assert!(server.letters_to("far@example.org").is_empty());
        let poster = server.resident().get(&format!("{path}/poster")).await.expect(200);
        assert!(poster.as_str().unwrap().contains("冬季换书日"));
    }

    async fn words_that_the_rules_refuse_are_not_published_and_may_be_changed(server: Server) {
        let host = Host::new(&server, "market", "江源市场").await;
        let plan = format!("/api/v1/organisations/{}/events", host.id);
        let body = event_with("flea-market", "跳蚤市场", "2026-12-05T09:00", json!({ "text": "出售仿真枪、子弹、弹药，欢迎选购" }));
        let id = host.organiser.post(&plan, body).await.expect(201)["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/events/{id}");
        let published = host.organiser.post(&format!("{path}/publish"), json!({})).await.expect(200);
        assert_ne!(published["moderation"]["decision"], "publish", "{published}");
        assert_eq!(server.resident().get(&path).await.status, 404);
        if published["state"] == "refused" {
            let change = json!({ "version": published["version"], "text": "只卖闲置物品" });
            Person::send(host.organiser.request(Method::PATCH, &path).json(&change)).await.expect(200);
            assert_eq!(host.organiser.post(&format!("{path}/publish"), json!({})).await.expect(200)["state"], "published");
        }
        // What the moderators decide is followed.
        for (outcome, state) in [
            (Outcome::Hold, "held"),
            (Outcome::Refuse, "refused"),
            (Outcome::Publish { title: Some("跳蚤市场（改）".into()), text: None }, "published"),
        ] {
            let subject = Subject::new(SubjectKind::Event, id.parse().unwrap());
            let mut tx = server.app.db.begin().await.unwrap();
            wufei_api::events::moderated(&server.app, &mut tx, subject, &outcome).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(host.organiser.get(&path).await.expect(200)["state"], state);
            assert_eq!(server.resident().get(&path).await.status.is_success(), state == "published");
        }
        assert_eq!(server.resident().get(&path).await.expect(200)["title"], "跳蚤市场（改）");
        let preview = wufei_api::events::preview(&server.app, wufei_api::shared::id::GatheringId(id.parse().unwrap())).await.unwrap().unwrap();
        assert!(preview.description.contains("2026-12-05 09:00"));
    }

    async fn an_independent_library_reads_rules_exceptions_holidays_and_postponed_dates(server: Server) {
        let host = Host::new(&server, "community", "江南社区").await;
        // Saturdays from September on; 26 September is Mid-Autumn, 3 October National Day.
        let recurrence = json!({
            "rule": "FREQ=WEEKLY;BYDAY=SA", "until": "2026-12-19", "except": ["2026-11-07T09:00"],
            "extra": ["2026-12-16T14:00"], "skip_holidays": true,
        });
        let weekly = host.publish(event_with("book-corner", "周末书角；老书，新读者", "2026-09-19T09:00", json!({ "recurrence": recurrence }))).await;
        let once = host.publish(event("repair", "维修日", "2026-12-12T09:00")).await;
        let path = format!("/api/v1/events/{weekly}");
        host.organiser.post(&format!("{path}/postpone"), json!({ "occurrence": "2026-12-05T09:00", "to": "2026-12-06T10:00", "note": "下雪" })).await.expect(200);
        host.organiser.post(&format!("{path}/cancel"), json!({ "occurrence": "2026-11-28T09:00" })).await.expect(200);
        let text = feed(&server.resident(), &format!("?event={weekly}")).await;
        let found = read_feed(&text, "2026-09-01", "2026-12-31");
        let expected = [
            "2026-09-19T09:00:00+08:00", "2026-10-10T09:00:00+08:00", "2026-10-17T09:00:00+08:00",
            "2026-10-24T09:00:00+08:00", "2026-10-31T09:00:00+08:00", "2026-11-14T09:00:00+08:00", "2026-11-21T09:00:00+08:00",
            "2026-12-06T10:00:00+08:00", "2026-12-12T09:00:00+08:00", "2026-12-16T14:00:00+08:00", "2026-12-19T09:00:00+08:00",
        ];
        assert_eq!(starts(&found), expected);
        assert_eq!(found[0]["summary"], "周末书角；老书，新读者");
        assert_eq!(found[0]["ends"], "2026-09-19T12:00:00+08:00");
        assert!(found.iter().all(|event| event["sequence"] == 2 && event["uid"] == found[0]["uid"]));
        // The service's own expansion is the same.
        let list = server.resident().get("/api/v1/events?from=2026-09-01&to=2026-12-31&kind=book-corner").await.expect(200);
        let own: Vec<String> = list["items"][0]["dates"].as_array().unwrap().iter()
            .map(|date| format!("{}:00+08:00", date["starts"].as_str().unwrap())).collect();
        assert_eq!(own, expected);
        // A one-off event moves, and is told as cancelled.
        let path = format!("/api/v1/events/{once}");
        assert_eq!(host.organiser.post(&format!("{path}/postpone"), json!({ "to": "2026-12-13T09:00" })).await.expect(200)["state"], "postponed");
        let district = read_feed(&feed(&server.resident(), "?kind=repair").await, "2026-12-01", "2026-12-31");
        assert_eq!(starts(&district), ["2026-12-13T09:00:00+08:00"]);
        assert_eq!((&district[0]["status"], &district[0]["sequence"]), (&json!("CONFIRMED"), &json!(1)));
        host.organiser.post(&format!("{path}/cancel"), json!({ "note": "人手不够" })).await.expect(200);
        let district = read_feed(&feed(&server.resident(), "?township=220605001").await, "2026-12-13", "2026-12-13");
        assert_eq!((&district[0]["status"], &district[0]["sequence"]), (&json!("CANCELLED"), &json!(2)));
        assert!(read_feed(&feed(&server.resident(), "?township=220605002").await, "2026-01-01", "2026-12-31").is_empty());
    }

    async fn a_person_has_a_feed_of_their_own_and_is_told_when_what_they_follow_moves(server: Server) {
        let host = Host::new(&server, "community", "江南社区").await;
        let id = host.publish(event("repair", "维修日", "2026-12-12T09:00")).await;
        host.publish(event("repair", "另一个维修日", "2026-12-13T09:00")).await;
        let follower = account(&server, "follower", Some("follower@example.org")).await;
        follower.post(&format!("/api/v1/events/{id}/follow"), json!({})).await.expect(204);
        let url = follower.post("/api/v1/me/event-feed", json!({})).await.expect(201)["url"].as_str().unwrap().to_owned();
        let own = server.resident().get(&url).await.expect(200);
        assert_eq!(starts(&read_feed(own.as_str().unwrap(), "2026-12-01", "2026-12-31")), ["2026-12-12T09:00:00+08:00"]);
        let second = follower.post("/api/v1/me/event-feed", json!({})).await.expect(201)["url"].as_str().unwrap().to_owned();
        assert_eq!(server.resident().get(&url).await.status, 404, "replaced");
        server.resident().get(&second).await.expect(200);
        host.organiser.post(&format!("/api/v1/events/{id}/postpone"), json!({ "to": "2026-12-19T09:00", "note": "大雪" })).await.expect(200);
        server.deliver().await;
        let letters = server.letters_to("follower@example.org");
        assert_eq!(letters.len(), 1);
        assert!(letters[0].subject.contains("2026-12-19 09:00") && letters[0].text.contains("大雪"), "{letters:?}");
        Person::send(follower.request(Method::DELETE, "/api/v1/me/event-feed")).await.expect(204);
        assert_eq!(server.resident().get(&second).await.status, 404);
        assert_eq!(server.resident().post(&format!("/api/v1/events/{id}/postpone"), json!({ "to": "2026-12-20T09:00" })).await.status, 401);
        assert_eq!(follower.post(&format!("/api/v1/events/{id}/postpone"), json!({ "to": "2026-12-20T09:00" })).await.status, 403);
    }

    async fn calling_off_what_was_never_public_leaves_nothing_and_what_was_refused_stays_out_of_sight(server: Server) {
        let host = Host::new(&server, "community", "江南社区").await;
        let plan = format!("/api/v1/organisations/{}/events", host.id);
        let draft = host.organiser.post(&plan, event("repair", "草稿", "2026-12-12T09:00")).await.expect(201);
        let draft = format!("/api/v1/events/{}", draft["id"].as_str().unwrap());
        host.organiser.post(&format!("{draft}/cancel"), json!({})).await.expect(200);
        assert_eq!(host.organiser.get(&draft).await.status, 404);
        let id = host.publish(event("repair", "维修日", "2026-12-12T09:00")).await;
        let path = format!("/api/v1/events/{id}");
        let decide = async |outcome: Outcome| {
            let subject = Subject::new(SubjectKind::Event, id.parse().unwrap());
            let mut tx = server.app.db.begin().await.unwrap();
            wufei_api::events::moderated(&server.app, &mut tx, subject, &outcome).await.unwrap();
            tx.commit().await.unwrap();
        };
        decide(Outcome::Refuse).await;
        host.organiser.post(&format!("{path}/cancel"), json!({})).await.expect(200);
        assert_eq!(server.resident().get(&path).await.status, 404, "refused words stay out of sight");
        assert_eq!(host.organiser.post(&format!("{path}/publish"), json!({})).await.status, 409);
        decide(Outcome::Publish { title: None, text: None }).await;
        assert_eq!(server.resident().get(&path).await.expect(200)["state"], "cancelled", "called off it stays");
        // What is over ends by itself.
        let soon = host.publish(event("repair", "明天维修", "2026-11-25T09:00")).await;
        server.advance(TimeDelta::days(5));
        wufei_api::lifecycle::sweep_once(&server.app).await.unwrap();
        assert_eq!(server.resident().get(&format!("/api/v1/events/{soon}")).await.expect(200)["state"], "done");
    }
}
