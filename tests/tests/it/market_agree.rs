//! Two people agree: ask, promise, hand over, no-show, promise again, done; and what is kept between
//! them.

use chrono::{SecondsFormat, TimeDelta};
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::lifecycle::sweep_once;
use wufei_api::market::moderated;
use wufei_api::shared::screening::{Outcome, Subject, SubjectKind};
use wufei_tests::market::DOOR;
use wufei_tests::{Person, Server, both_databases};

const PHONE: &str = "我电话13812345678";

async fn view(person: &Person, ask: &str) -> Value {
    person.get(&format!("/api/v1/asks/{ask}")).await.expect(200)
}

async fn state(server: &Server, listing: &str) -> Value {
    let seen = server.resident();
    let view = seen.get(&format!("/api/v1/listings/{listing}")).await;
    view.body["state"].clone()
}

async fn decide(server: &Server, kind: SubjectKind, id: &str, outcome: Outcome) {
    let subject = Subject::new(kind, id.parse().unwrap());
    let mut tx = server.app.db.begin().await.unwrap();
    moderated(&server.app, &mut tx, subject, &outcome)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn publish() -> Outcome {
    Outcome::Publish {
        title: None,
        text: None,
    }
}

/// Both agree on a time two hours from now.
async fn agree(server: &Server, owner: &Person, asker: &Person, ask: &str) {
    let at =
        (server.app.clock.now() + TimeDelta::hours(2)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let body = json!({ "at": at, "place_text": "福源小区1号楼2单元301室门口" });
    let proposed = asker.step(ask, "handover", body).await.expect(200);
    assert_eq!(proposed["can"]["accept"], false);
    assert_eq!(
        asker.step(ask, "handover/accept", json!({})).await.status,
        409
    );
    let accepted = owner
        .step(ask, "handover/accept", json!({}))
        .await
        .expect(200);
    assert!(accepted["handover"]["accepted_at"].is_string());
}

both_databases! {
    async fn asked_promised_no_show_promised_again_done(server: Server) {
        let (owner, late, prompt) = (server.neighbour("owner").await, server.neighbour("late").await, server.neighbour("prompt").await);
        let email = server.give_email("late").await;
        let id = owner.list("两把椅子", json!({ "quantity": 2 })).await;
        let path = format!("/api/v1/listings/{id}/asks");
        assert_eq!(server.resident().post(&path, json!({ "text": "还在吗" })).await.status, 401);
        assert_eq!(owner.post(&path, json!({ "text": "还在吗" })).await.status, 409);
        let first = late.ask(&id, "还在吗").await;
        let second = prompt.ask(&id, "我能来取").await;
        assert_eq!(late.post(&path, json!({ "text": "在吗" })).await.status, 409, "one open ask");
        assert_eq!(owner.get(&path).await.expect(200)["items"].as_array().unwrap().len(), 2);
        assert_eq!(late.get(&path).await.status, 404);
        assert_eq!(prompt.get(&format!("/api/v1/asks/{first}")).await.status, 404, "between the two");
        let seen = view(&owner, &first).await;
        assert_eq!((&seen["messages"][0]["text"], &seen["messages"][0]["unread"]), (&json!("还在吗"), &json!(true)));
        assert_eq!(view(&owner, &first).await["messages"][0]["unread"], false, "it was read");

        assert_eq!(late.step(&first, "promise", json!({})).await.status, 403);
        assert_eq!(view(&late, &first).await["exact_place"], Value::Null);
        owner.step(&first, "promise", json!({})).await.expect(200);
        assert_eq!(state(&server, &id).await, "reserved");
        assert_eq!(view(&late, &first).await["exact_place"], json!({ "lng": DOOR.0, "lat": DOOR.1 }));
        assert_eq!(view(&prompt, &second).await["exact_place"], Value::Null);
        assert_eq!(owner.step(&second, "promise", json!({})).await.status, 409, "to one at a time");
        assert_eq!(owner.get(&format!("/api/v1/asks/{first}.ics")).await.status, 404);
        agree(&server, &owner, &late, &first).await;
        let file = owner.get(&format!("/api/v1/asks/{first}.ics")).await.expect(200);
        let file = file.as_str().unwrap().replace("\r\n ", "");
        assert!(file.contains("DTSTART:20261124T030000Z") && file.contains("STATUS:CONFIRMED") && file.contains("301"), "{file}");

        let no_show = json!({ "reason": "taker-no-show", "note": "等了半小时" });
        assert_eq!(owner.step(&first, "no-show", no_show.clone()).await.status, 409, "its time has not come");
        server.advance(TimeDelta::hours(3));
        assert_eq!(late.step(&first, "no-show", no_show.clone()).await.fields(422), ["reason"], "one does not say it of oneself");
        assert_eq!(owner.step(&first, "no-show", json!({ "reason": "boredom" })).await.fields(422), ["reason"]);
        let said = owner.step(&first, "no-show", no_show.clone()).await.expect(200);
        assert_eq!(said["ask"]["state"], "not_done");
        assert_eq!(owner.step(&first, "no-show", no_show).await.status, 409);
        assert_eq!(state(&server, &id).await, "published", "others may have it");
        assert_eq!(view(&late, &first).await["exact_place"], Value::Null);
        let replied = late.step(&first, "reply", json!({ "text": "路上车坏了" })).await.expect(200);
        assert_eq!(replied["ask"]["marks"][0]["reply"], "路上车坏了");
        assert_eq!(late.step(&first, "reply", json!({ "text": "再说一句" })).await.status, 409, "one reply");
        let known = late.get("/api/v1/me/reputation").await.expect(200);
        assert_eq!((&known["no_shows"], &known["done"], &known["standing"]), (&json!(1.0), &json!(0.0), &json!("mixed")));

        owner.step(&second, "promise", json!({})).await.expect(200);
        owner.step(&second, "release", json!({})).await.expect(200);
        owner.step(&second, "promise", json!({})).await.expect(200);
        assert_eq!(prompt.step(&second, "rate", json!({ "thumbs": "up" })).await.status, 409);
        prompt.step(&second, "done", json!({})).await.expect(200);
        owner.step(&second, "done", json!({})).await.expect(200);
        assert_eq!(state(&server, &id).await, "done");
        owner.step(&second, "rate", json!({ "thumbs": "up", "text": "准时" })).await.expect(200);
        assert_eq!(owner.step(&second, "rate", json!({ "thumbs": "down" })).await.status, 409);
        let known = prompt.get("/api/v1/me/reputation").await.expect(200);
        assert_eq!((&known["done"], &known["thumbs_up"], &known["standing"]), (&json!(1.0), &json!(1.0), &json!("reliable")));
        server.deliver().await;
        let letters = server.letters_to(&email);
        let told: Vec<&str> = letters.iter().map(|letter| letter.subject.as_str()).collect();
        assert_eq!(told.len(), 3, "promised, accepted, no-show: {told:?}");
        for letter in &letters {
            assert!(!letter.text.contains("301") && !letter.text.contains("半小时"), "{}", letter.text);
        }
        let (count, typical): (i64, i64) = server.app.db.sql("SELECT COUNT(*), CAST(SUM(typical_g) AS BIGINT) FROM market_handovers").one().await.unwrap();
        assert_eq!((count, typical), (1, 10_000), "two chairs, counted once");
        // What was said is erased in time.
        server.advance(TimeDelta::days(181));
        sweep_once(&server.app).await.unwrap();
        owner.sign_in("owner", "long enough words").await;
        let seen = view(&owner, &first).await;
        assert_eq!((&seen["messages"][0]["text"], &seen["marks"][0]["text"], &seen["handover"]["place_text"]), (&json!(""), &json!(""), &Value::Null));
    }

    async fn held_words_wait_and_masked_words_arrive(server: Server) {
        let (owner, asker) = (server.neighbour("owner").await, server.neighbour("asker").await);
        let email = server.give_email("owner").await;
        let id = owner.list("一张桌子", json!({ "category": "furniture-table" })).await;
        let path = format!("/api/v1/listings/{id}/asks");
        let made = asker.post(&path, json!({ "text": PHONE })).await.expect(201);
        assert_eq!((&made["message"]["state"], &made["message"]["moderation"]["decision"]), (&json!("held"), &json!("hold")));
        let ask = made["id"].as_str().unwrap();
        assert_eq!(owner.get(&path).await.expect(200)["items"], json!([]), "nothing of it has arrived");
        assert_eq!(owner.get(&format!("/api/v1/asks/{ask}")).await.status, 404);
        assert_eq!(view(&asker, ask).await["messages"][0]["state"], "held");
        server.deliver().await;
        assert!(server.letters_to(&email).is_empty());
        let message = made["message"]["id"].as_str().unwrap();
        decide(&server, SubjectKind::Message, message, publish()).await;
        let seen = view(&owner, ask).await;
        let text = seen["messages"][0]["text"].as_str().unwrap();
        assert!(text.starts_with("我电话138") && !text.contains("12345678"), "{text}");
        assert_eq!(view(&asker, ask).await["messages"][0]["text"], PHONE, "one's own as written");
        server.deliver().await;
        assert_eq!(server.letters_to(&email).len(), 1);

        let said = owner.step(ask, "messages", json!({ "text": "先交定金，加微信zhang_8888转账" })).await.expect(201);
        assert_ne!(said["state"], "published", "{said}");
        assert_eq!(view(&asker, ask).await["messages"].as_array().unwrap().len(), 1);
        decide(&server, SubjectKind::Message, said["id"].as_str().unwrap(), Outcome::Refuse).await;
        assert_eq!(view(&asker, ask).await["messages"].as_array().unwrap().len(), 1);
        assert_eq!(owner.step(ask, "messages", json!({ "text": " " })).await.fields(422), ["text"]);
        assert_eq!(owner.step(ask, "messages", json!({ "text": "长".repeat(501) })).await.fields(422), ["text"]);
    }

    async fn a_held_listing_shows_once_people_publish_it_and_hides_when_they_hold_it(server: Server) {
        let owner = server.neighbour("owner").await;
        let body = wufei_tests::market::listing("旧手机一部", json!({ "category": "electronics-phone", "text": "联系13812345678" }));
        let made = owner.post("/api/v1/listings", body).await.expect(201);
        assert_eq!((&made["state"], &made["moderation"]["decision"]), (&json!("held"), &json!("hold")));
        let id = made["id"].as_str().unwrap();
        let seen = server.resident();
        assert!(seen.titles(&[]).await.is_empty());
        let edited = Outcome::Publish { title: None, text: Some("联系用站内留言".into()) };
        decide(&server, SubjectKind::Listing, id, edited).await;
        assert_eq!(seen.titles(&[("q", "留言")]).await, ["旧手机一部"]);
        let view = seen.get(&format!("/api/v1/listings/{id}")).await.expect(200);
        assert_eq!(view["text"], "联系用站内留言");
        decide(&server, SubjectKind::Listing, id, Outcome::Hold).await;
        assert!(seen.titles(&[]).await.is_empty());
        owner.post(&format!("/api/v1/listings/{id}/withdraw"), json!({})).await.expect(200);
        decide(&server, SubjectKind::Listing, id, publish()).await;
        assert!(seen.titles(&[]).await.is_empty(), "what was taken down stays so");
    }

    async fn what_is_lent_comes_back_and_is_there_for_the_next(server: Server) {
        let (owner, asker) = (server.neighbour("owner").await, server.neighbour("asker").await);
        let id = owner.list("电钻", json!({ "kind": "lend" })).await;
        let ask = asker.ask(&id, "借两天").await;
        owner.step(&ask, "promise", json!({})).await.expect(200);
        asker.step(&ask, "done", json!({})).await.expect(200);
        assert_eq!(state(&server, &id).await, "reserved", "it is not here");
        assert_eq!(owner.post(&format!("/api/v1/listings/{id}/withdraw"), json!({})).await.status, 409);
        assert_eq!(asker.step(&ask, "returned", json!({})).await.status, 403);
        owner.step(&ask, "returned", json!({})).await.expect(200);
        assert_eq!(state(&server, &id).await, "published");
        asker.ask(&id, "再借一次").await;
        let figures = asker.get("/api/v1/listings/figures").await.expect(200);
        assert_eq!((&figures["lent"], &figures["total"]["typical_g"]), (&Value::Null, &Value::Null), "too few to tell");
    }

    async fn people_who_block_each_other_are_apart(server: Server) {
        let (owner, pest) = (server.neighbour("owner").await, server.neighbour("pest").await);
        let id = owner.list("一把椅子", json!({})).await;
        let theirs = pest.list("另一把椅子", json!({ "text": "也很好" })).await;
        let ask = pest.ask(&id, "便宜点").await;
        owner.step(&ask, "promise", json!({})).await.expect(200);
        let wrong = json!({ "ask_id": ask, "reason": "taker-no-show" });
        assert_eq!(owner.post("/api/v1/me/blocks", wrong).await.fields(422), ["reason"]);
        let made = owner.post("/api/v1/me/blocks", json!({ "ask_id": ask, "reason": "rude", "note": "骂人" })).await.expect(201);
        assert_eq!(owner.post("/api/v1/me/blocks", json!({ "listing_id": theirs, "reason": "rude" })).await.status, 409, "blocked already");
        assert_eq!(state(&server, &id).await, "published", "the promise is void");
        assert_eq!(view(&pest, &ask).await["state"], "closed");
        assert_ne!(pest.step(&ask, "messages", json!({ "text": "为什么" })).await.status, 201);
        assert_eq!(pest.titles(&[]).await, ["另一把椅子"]);
        assert_eq!(owner.titles(&[]).await, ["一把椅子"]);
        assert_eq!(pest.get(&format!("/api/v1/listings/{id}")).await.status, 404);
        assert_eq!(pest.post(&format!("/api/v1/listings/{id}/asks"), json!({ "text": "还在吗" })).await.status, 404);
        assert_eq!(owner.post(&format!("/api/v1/listings/{theirs}/asks"), json!({ "text": "还在吗" })).await.status, 404);
        let blocks = owner.get("/api/v1/me/blocks").await.expect(200);
        assert_eq!((&blocks["items"][0]["alias"], &blocks["items"][0]["note"]), (&json!("居**"), &json!("骂人")));
        assert_eq!(pest.get("/api/v1/me/blocks").await.expect(200)["items"], json!([]));
        let path = format!("/api/v1/me/blocks/{}", made["id"].as_str().unwrap());
        Person::send(pest.request(Method::DELETE, &path)).await.expect(404);
        Person::send(owner.request(Method::DELETE, &path)).await.expect(204);
        pest.ask(&id, "还在吗").await;
    }

    async fn figures_tell_what_was_kept_in_use_and_keep_back_what_is_rare(server: Server) {
        let (owner, asker) = (server.neighbour("owner").await, server.neighbour("asker").await);
        for number in 0..6 {
            let category = if number < 5 { "furniture-chair" } else { "electronics-phone" };
            let id = owner.list(&format!("第{number}件"), json!({ "category": category })).await;
            let ask = asker.ask(&id, "还在吗").await;
            owner.step(&ask, "promise", json!({})).await.expect(200);
            asker.step(&ask, "done", json!({})).await.expect(200);
        }
        let figures = server.resident().get("/api/v1/listings/figures").await.expect(200);
        let month = |root: &str| {
            let months = figures["months"].as_array().unwrap();
            months.iter().find(|month| month["category"]["id"] == root).unwrap().clone()
        };
        let chairs = month("furniture");
        assert_eq!((&chairs["month"], &chairs["handovers"]), (&json!("2026-11"), &json!(5)));
        assert_eq!((&chairs["low_g"], &chairs["typical_g"], &chairs["high_g"]), (&json!(5_000), &json!(25_000), &json!(90_000)));
        assert_eq!((&month("electronics")["handovers"], &month("electronics")["typical_g"]), (&Value::Null, &Value::Null));
        assert_eq!(figures["total"]["handovers"], 6);
        assert!(figures["method"].as_str().unwrap().contains("典型重量"));
    }
}
