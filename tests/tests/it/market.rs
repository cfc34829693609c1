//! Second-hand listings: made, screened, found, renewed; merchants, saved searches, figures.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::lifecycle::sweep_once;
use wufei_tests::market::{DOOR, listing};
use wufei_tests::{Database, Person, Server, Settings, both_databases};

async fn own(person: &Person, id: &str) -> Value {
    let path = format!("/api/v1/me/listings/{id}");
    person.get(&path).await.expect(200)
}

/// The one hour in which few posts by one person are ordinary.
fn later(server: &Server) {
    server.advance(TimeDelta::minutes(61));
}

/// A unified social credit code with its check character (GB 32100-2015).
const LICENCE: &str = "91220605MA0Y3K2X";

fn licence() -> String {
    let characters = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("{LICENCE}1");
    let mut weight = 1;
    let mut sum = 0;
    for byte in body.bytes() {
        sum += characters.iter().position(|c| *c == byte).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    format!("{body}{}", char::from(characters[(31 - sum % 31) % 31]))
}

async fn put(person: &Person, path: &str, body: Value) -> wufei_tests::Answer {
    Person::send(person.request(Method::PUT, path).json(&body)).await
}

both_databases! {
    async fn a_listing_is_drafted_published_changed_found_and_taken_down(server: Server) {
        let person = server.neighbour("owner").await;
        let stranger = server.resident();
        let photo = person.photo(1).await;
        let draft = person.post_once("one-and-the-same", "/api/v1/listings", listing("", json!({ "draft": true, "photo_ids": [photo] }))).await.expect(201);
        assert_eq!((&draft["state"], &draft["moderation"]), (&json!("draft"), &Value::Null));
        let id = draft["id"].as_str().unwrap();
        let path = format!("/api/v1/listings/{id}");
        assert_eq!(stranger.get(&path).await.status, 404);
        assert_eq!(stranger.get(&format!("/api/v1/photos/{photo}")).await.status, 404);
        assert_eq!(person.post(&format!("{path}/publish"), json!({})).await.fields(422), ["title"]);
        let named = person.patch(&path, json!({ "version": draft["version"], "title": "实木椅子" })).await.expect(200);
        assert_eq!(named["moderation"], Value::Null, "drafts are not screened");
        let published = person.post(&format!("{path}/publish"), json!({})).await.expect(200);
        assert_eq!((&published["moderation"]["decision"], &published["listing"]["state"]), (&json!("publish"), &json!("published")));
        let seen = stranger.get(&path).await.expect(200);
        assert_eq!((&seen["title"], &seen["owner"]["alias"], &seen["mine"]), (&json!("实木椅子"), &json!("居**"), &json!(false)));
        assert_eq!(seen["weight"]["typical_g"], 5000);
        assert_eq!(stranger.get(&format!("/api/v1/photos/{photo}")).await.status, 200);
        let text = seen.to_string();
        assert!(!text.contains("126.58564") && !text.contains("exact"), "{text}");
        assert_eq!(own(&person, id).await["exact_place"], json!({ "lng": DOOR.0, "lat": DOOR.1 }));

        let stale = person.patch(&path, json!({ "version": 1, "title": "另一把" })).await;
        assert_eq!(stale.status, 409);
        assert_eq!(stranger.patch(&path, json!({ "version": 1 })).await.status, 401);
        let other = server.neighbour("other").await;
        assert_eq!(other.patch(&path, json!({ "version": 1 })).await.status, 404);
        let version = own(&person, id).await["version"].clone();
        // The newest verdict is the one that counts.
        server.advance(TimeDelta::minutes(1));
        let refused = person.patch(&path, json!({ "version": version, "title": "出一把弹簧刀", "text": "弹簧刀，管制刀具，自取" })).await.expect(200);
        assert_ne!(refused["moderation"]["decision"], "publish", "{refused}");
        assert!(!refused["moderation"]["reasons"].as_array().unwrap().is_empty());
        assert_eq!(stranger.get(&path).await.status, 404, "what is not published is nobody's but the owner's");
        assert_eq!(own(&person, id).await["moderation"]["decision"], refused["moderation"]["decision"]);
        let version = own(&person, id).await["version"].clone();
        server.advance(TimeDelta::minutes(1));
        let again = person.patch(&path, json!({ "version": version, "title": "实木餐椅", "text": "结实" })).await.expect(200);
        assert_eq!(again["listing"]["state"], "published", "{again}");
        assert_eq!(stranger.titles(&[("q", "餐椅")]).await, ["实木餐椅"]);
        person.post(&format!("{path}/withdraw"), json!({})).await.expect(200);
        assert_eq!(stranger.get(&path).await.status, 404);
        assert!(stranger.titles(&[]).await.is_empty());
    }

    async fn every_wrong_field_of_a_listing_is_named(server: Server) {
        let person = server.neighbour("owner").await;
        for (changes, field) in [
            (json!({ "category": "furniture" }), "category"),
            (json!({ "category": "yacht" }), "category"),
            (json!({ "title": "椅" }), "title"),
            (json!({ "title": "长".repeat(61) }), "title"),
            (json!({ "text": "长".repeat(2001) }), "text"),
            (json!({ "terms": "price" }), "price_fen"),
            (json!({ "terms": "price", "price_fen": 0 }), "price_fen"),
            (json!({ "terms": "price", "price_fen": 5_000_001 }), "price_fen"),
            (json!({ "terms": "free", "price_fen": 100 }), "price_fen"),
            (json!({ "condition": null }), "condition"),
            (json!({ "condition": "splendid" }), "condition"),
            (json!({ "quantity": 0 }), "quantity"),
            (json!({ "quantity": 100 }), "quantity"),
            (json!({ "township": "110101001" }), "township"),
            (json!({ "community": "220605002001" }), "community"),
            (json!({ "lng": 116.4, "lat": 39.9 }), "lng"),
            (json!({ "lat": null }), "lng"),
            (json!({ "photo_ids": ["00000000-0000-7000-8000-000000000000"] }), "photo_ids[0]"),
            (json!({ "surprise": true }), "surprise"),
        ] {
            let answer = person.post("/api/v1/listings", listing("一把椅子", changes.clone())).await;
            assert_eq!(answer.fields(422), [field], "{changes}");
        }
        let ten: Vec<String> = (0..10).map(|n| format!("00000000-0000-7000-8000-00000000000{n}")).collect();
        assert_eq!(person.post("/api/v1/listings", listing("一把椅子", json!({ "photo_ids": ten }))).await.fields(422), ["photo_ids"]);
        assert_eq!(person.get("/api/v1/me/listings").await.expect(200)["items"], json!([]));
    }

    async fn search_finds_chinese_by_any_part_in_the_same_order_on_both_databases(server: Server) {
        let person = server.neighbour("owner").await;
        for (title, changes) in [
            ("永久牌自行車", json!({ "category": "mobility-bicycle", "text": "28寸，能骑", "terms": "price", "price_fen": 15_000, "lng": 126.60, "lat": 42.06 })),
            ("儿童自行车", json!({ "category": "mobility-child-bicycle", "text": "带辅助轮", "terms": "swap", "lng": 126.70, "lat": 42.10 })),
            ("IKEA desk lamp", json!({ "category": "furniture-table", "text": "white, works", "terms": "price", "price_fen": 2_000 })),
            ("炕桌一张", json!({ "category": "furniture-kang-table", "text": "榆木的", "lng": null, "lat": null, "township": "220605002" })),
            ("求购旧书架", json!({ "category": "furniture-chair", "kind": "wanted", "condition": null, "text": "小一点的", "terms": "price", "price_fen": 500 })),
        ] {
            later(&server);
            let made = person.post("/api/v1/listings", listing(title, changes)).await;
            // A category the pack does not have would only make this test say less.
            assert_eq!(made.status, 201, "{title}: {}", made.body);
        }
        let seen = server.resident();
        let all = ["求购旧书架", "炕桌一张", "IKEA desk lamp", "儿童自行车", "永久牌自行車"];
        assert_eq!(seen.titles(&[]).await, all);
        for (q, expected) in [
            ("自行车", vec!["儿童自行车", "永久牌自行車"]),
            ("自行車", vec!["儿童自行车", "永久牌自行車"]),
            ("永久 自行车", vec!["永久牌自行車"]),
            ("车", vec!["儿童自行车", "永久牌自行車"]),
            ("DESK ikea", vec!["IKEA desk lamp"]),
            ("２８寸", vec!["永久牌自行車"]),
            // By the names of its category.
            ("小饭桌", vec!["炕桌一张"]),
            ("kang", vec!["炕桌一张"]),
            ("100%", vec![]),
            ("车行自", vec![]),
        ] {
            assert_eq!(seen.titles(&[("q", q)]).await, expected, "{q}");
        }
        assert_eq!(seen.titles(&[("kind", "wanted")]).await, ["求购旧书架"]);
        assert_eq!(seen.titles(&[("category", "furniture"), ("kind", "offer")]).await, ["炕桌一张", "IKEA desk lamp"]);
        assert_eq!(seen.titles(&[("township", "220605002")]).await, ["炕桌一张"]);
        assert_eq!(seen.titles(&[("sort", "cheapest")]).await, ["炕桌一张", "求购旧书架", "IKEA desk lamp", "永久牌自行車", "儿童自行车"]);
        assert_eq!(seen.titles(&[("price_max", "2000"), ("sort", "cheapest")]).await, ["炕桌一张", "求购旧书架", "IKEA desk lamp"]);
        let here = [("lng", "126.60"), ("lat", "42.06")];
        let nearest = seen.titles(&[here[0], here[1], ("sort", "nearest")]).await;
        assert_eq!((nearest[0].as_str(), nearest[3].as_str(), nearest[4].as_str()), ("永久牌自行車", "儿童自行车", "炕桌一张"));
        assert_eq!(seen.titles(&[here[0], here[1], ("within_km", "5")]).await.len(), 3);
        let far = seen.get("/api/v1/listings?lng=126.60&lat=42.06&sort=nearest").await.expect(200);
        assert!(far["items"][0]["distance_m"].as_i64().unwrap() <= 800);
        assert_eq!(far["items"][4]["distance_m"], Value::Null);
        // Page by page, in every order, each listing once.
        for sort in ["newest", "cheapest", "nearest"] {
            let mut titles = Vec::new();
            let mut cursor = String::new();
            loop {
                let path = format!("/api/v1/listings?lng=126.6&lat=42.06&limit=2&sort={sort}&cursor={cursor}");
                let page = seen.get(&path).await.expect(200);
                titles.extend(page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
                match page["next_cursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
            let whole = seen.titles(&[here[0], here[1], ("sort", sort)]).await;
            assert_eq!(titles, whole, "{sort}");
        }
        for (query, field) in [("sort=nearest", "lng"), ("lng=1", "lng"), ("category=yacht", "category"), ("kind=gift", "kind"), ("cursor=x", "cursor"), ("limit=0", "limit")] {
            assert_eq!(seen.get(&format!("/api/v1/listings?{query}")).await.fields(422), [field], "{query}");
        }
    }

    async fn listings_are_renewed_by_one_tap_in_the_letter_and_end_without(server: Server) {
        let person = server.neighbour("owner").await;
        let email = server.give_email("owner").await;
        let id = person.list("书桌", json!({})).await;
        server.advance(TimeDelta::days(58));
        sweep_once(&server.app).await.unwrap();
        sweep_once(&server.app).await.unwrap();
        server.deliver().await;
        let letters = server.letters_to(&email);
        assert_eq!(letters.len(), 1, "one letter");
        let token = letters[0].text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let path = format!("/api/v1/listings/{id}/renew");
        let stranger = server.resident();
        assert_eq!(stranger.post(&path, json!({})).await.status, 401);
        assert_eq!(stranger.post(&path, json!({ "token": "0".repeat(26) })).await.status, 403);
        let renewed = stranger.post(&path, json!({ "token": token })).await.expect(200);
        assert_eq!((&renewed["state"], &renewed["renewals_left"]), (&json!("published"), &json!(5)));
        assert_eq!(stranger.post(&path, json!({ "token": token })).await.expect(200), renewed, "tapped twice, done once");
        server.advance(TimeDelta::days(61));
        sweep_once(&server.app).await.unwrap();
        assert_eq!(stranger.get(&format!("/api/v1/listings/{id}")).await.status, 404);
        person.sign_in("owner", "long enough words").await;
        assert_eq!(own(&person, &id).await["state"], "expired");
        assert_eq!(person.post(&path, json!({})).await.expect(200)["state"], "published");
        server.advance(TimeDelta::days(91));
        sweep_once(&server.app).await.unwrap();
        person.sign_in("owner", "long enough words").await;
        assert_eq!(person.post(&path, json!({})).await.status, 409, "long over");
    }

    async fn a_saved_search_is_told_of_once_a_day(server: Server) {
        let (seeker, owner) = (server.neighbour("seeker").await, server.neighbour("owner").await);
        let search = json!({ "q": "书桌", "category": "furniture" });
        let id = seeker.post("/api/v1/me/searches", search.clone()).await.expect(201)["id"].as_str().unwrap().to_owned();
        assert_eq!(seeker.post("/api/v1/me/searches", json!({})).await.fields(422), ["q"]);
        let email = server.give_email("seeker").await;
        sweep_once(&server.app).await.unwrap();
        server.deliver().await;
        assert!(server.letters_to(&email).is_empty(), "nothing new, no letter");
        later(&server);
        owner.list("白色书桌", json!({ "category": "furniture-table" })).await;
        later(&server);
        owner.list("旧台灯", json!({})).await;
        let new = |body: &Value| body["items"][0]["new"].clone();
        assert_eq!(new(&seeker.get("/api/v1/me/searches").await.expect(200)), 1);
        sweep_once(&server.app).await.unwrap();
        server.deliver().await;
        assert!(server.letters_to(&email).is_empty(), "today's turn is over");
        server.advance(TimeDelta::hours(23));
        sweep_once(&server.app).await.unwrap();
        sweep_once(&server.app).await.unwrap();
        server.deliver().await;
        let letters = server.letters_to(&email);
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains("白色书桌") && !letters[0].text.contains("台灯"));
        server.advance(TimeDelta::days(1));
        sweep_once(&server.app).await.unwrap();
        server.deliver().await;
        assert_eq!(server.letters_to(&email).len(), 1, "told once");
        seeker.sign_in("seeker", "long enough words").await;
        seeker.post(&format!("/api/v1/me/searches/{id}/seen"), json!({})).await.expect(204);
        assert_eq!(new(&seeker.get("/api/v1/me/searches").await.expect(200)), 0);
        for _ in 0..19 {
            seeker.post("/api/v1/me/searches", search.clone()).await.expect(201);
        }
        assert_eq!(seeker.post("/api/v1/me/searches", search).await.status, 409);
        let gone = seeker.request(Method::DELETE, &format!("/api/v1/me/searches/{id}"));
        Person::send(gone).await.expect(204);
    }

    async fn a_merchant_is_shown_as_such_once_the_market_office_has_seen_the_licence(server: Server) {
        let merchant = server.neighbour("merchant").await;
        let email = server.give_email("merchant").await;
        let photo = merchant.photo(5).await;
        let mut form = json!({ "name": "江源旧物行", "intro": "收旧家具，翻新再卖", "licence_number": licence(), "licence_photo": photo, "township": "220605001" });
        let mut wrong = form.clone();
        wrong["licence_number"] = json!("912206050000000000");
        assert_eq!(put(&merchant, "/api/v1/me/seller", wrong).await.fields(422), ["licence_number"]);
        let saved = put(&merchant, "/api/v1/me/seller", form.clone()).await.expect(200);
        assert_eq!((&saved["seller"]["state"], &saved["moderation"]["decision"]), (&json!("pending"), &json!("publish")));
        let id = saved["seller"]["id"].as_str().unwrap();
        let listed = merchant.list("翻新衣柜", json!({ "category": "furniture-wardrobe", "terms": "price", "price_fen": 30_000 })).await;
        let seen = server.resident();
        let seller = async |listing: &str| seen.get(&format!("/api/v1/listings/{listing}")).await.expect(200)["seller"].clone();
        assert_eq!(seller(&listed).await, Value::Null);
        assert_eq!(seen.get(&format!("/api/v1/sellers/{id}")).await.status, 404);

        let office = server.staff("market", Role::Handler, Some("market-supervision")).await;
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let moderator = server.staff("moderator", Role::Moderator, None).await;
        let picture = format!("/api/v1/photos/{photo}");
        for (who, status) in [(&office, 200), (&merchant, 200), (&housing, 404), (&moderator, 404), (&seen, 404)] {
            assert_eq!(who.get(&picture).await.status, status);
        }
        assert_eq!(housing.get("/api/v1/desk/sellers").await.status, 403);
        let queue = office.get("/api/v1/desk/sellers?state=pending").await.expect(200);
        assert_eq!(queue["items"][0]["licence_number"], licence());
        let path = format!("/api/v1/desk/sellers/{id}/decide");
        assert_eq!(housing.post(&path, json!({ "decision": "approve" })).await.status, 403);
        assert_eq!(office.post(&path, json!({ "decision": "refuse" })).await.fields(422), ["reason"]);
        office.post(&path, json!({ "decision": "approve" })).await.expect(200);
        assert_eq!(office.post(&path, json!({ "decision": "approve" })).await.status, 409);
        assert_eq!(seller(&listed).await, json!({ "id": id, "name": "江源旧物行", "verified": true }));
        let page = seen.get(&format!("/api/v1/sellers/{id}")).await.expect(200);
        assert_eq!(page["listings"][0]["title"], "翻新衣柜");
        assert!(!page.to_string().contains(LICENCE), "the number is the office's");
        server.deliver().await;
        assert_eq!(server.letters_to(&email).len(), 1);
        // Another name is another shop.
        form["name"] = json!("江源二手家电");
        let renamed = put(&merchant, "/api/v1/me/seller", form).await.expect(200);
        assert_eq!(renamed["seller"]["state"], "pending");
        assert_eq!(seller(&listed).await, Value::Null);
        office.post(&path, json!({ "decision": "approve" })).await.expect(200);
        office.post(&path, json!({ "decision": "revoke", "reason": "执照已注销" })).await.expect(200);
        assert_eq!(seller(&listed).await, Value::Null);
        server.advance(TimeDelta::days(8));
        sweep_once(&server.app).await.unwrap();
        office.sign_in("market", wufei_tests::server::PASSWORD).await;
        assert_eq!(office.get(&picture).await.status, 200, "a licence is kept");
    }

    async fn messengers_show_the_public_words_of_a_listing_and_nothing_else(server: Server) {
        let person = server.neighbour("owner").await;
        let photo = person.photo(2).await;
        let id = person.list("椅子 <b>\"八成新\"</b>", json!({ "photo_ids": [photo] })).await;
        let page = server.resident().get(&format!("/market/{id}")).await.expect(200);
        let html = page.as_str().unwrap();
        for part in [
            "<title>椅子 &lt;b&gt;&quot;八成新&quot;&lt;/b&gt; · 免费</title>",
            "<meta property=\"og:title\" content=\"椅子 &lt;b&gt;",
            "<meta property=\"og:description\" content=\"",
            &format!("<meta property=\"og:image\" content=\"{}\">", server.url(&format!("/api/v1/photos/{photo}"))),
            &format!("<meta property=\"og:url\" content=\"{}\">", server.url(&format!("/market/{id}"))),
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("126.58"));
        person.post(&format!("/api/v1/listings/{id}/withdraw"), json!({})).await.expect(200);
        for path in [format!("/market/{id}"), "/market/nothing".to_owned(), "/market/".to_owned()] {
            let page = server.resident().get(&path).await.body.to_string();
            assert!(!page.contains("og:title") && !page.contains("八成新"), "{page}");
        }
    }

    async fn the_form_knows_categories_and_a_thing_from_elsewhere_leads_to_one(server: Server) {
        let person = server.resident();
        let form = person.get("/api/v1/listings/categories").await.expect(200);
        let leaves: usize = form["roots"].as_array().unwrap().iter().map(|root| root["categories"].as_array().unwrap().len()).sum();
        assert!(leaves > 100);
        assert!(form["roots"][0]["categories"][0]["source"].is_string());
        let lead = async |thing: &str| {
            let found = person.find("/api/v1/listings/lead", &[("thing", thing)]).await;
            found.expect(200)["category"]["id"].clone()
        };
        assert_eq!(lead("旧沙发").await, "furniture-sofa");
        assert_eq!(lead("床垫").await, "furniture-mattress");
        assert_eq!(lead("衣櫃").await, "furniture-wardrobe");
        assert_eq!(lead("烂菜叶").await, Value::Null);
    }

    async fn one_account_has_so_many_listings_open(server: Server) {
        let person = server.neighbour("owner").await;
        for number in 0..20 {
            person.post("/api/v1/listings", listing(&format!("草稿{number}"), json!({ "draft": true }))).await.expect(201);
        }
        let more = listing("又一个", json!({ "draft": true }));
        assert_eq!(person.post("/api/v1/listings", more).await.status, 409);
        person.list("能发布", json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_the_grid_and_write_a_digest_once() {
    let database = Database::postgres().await;
    let one = Server::start(database.clone()).await;
    let two = one.replica(database, Settings::default()).await;
    let seeker = one.neighbour("seeker").await;
    let email = one.give_email("seeker").await;
    seeker
        .post("/api/v1/me/searches", json!({ "q": "椅子" }))
        .await
        .expect(201);
    one.advance(TimeDelta::minutes(1));
    let owner = one.neighbour("owner").await;
    let here = owner.list("第一把椅子", json!({})).await;
    let there = owner
        .at(&two.url(""))
        .list("第二把椅子", json!({ "text": "另一张桌边的" }))
        .await;
    let place = async |id: &str| {
        let path = format!("/api/v1/listings/{id}");
        two.resident().get(&path).await.expect(200)["place"].clone()
    };
    assert_eq!(place(&here).await, place(&there).await);
    one.advance(TimeDelta::days(1));
    let (a, b) = tokio::join!(sweep_once(&one.app), sweep_once(&two.app));
    a.and(b).unwrap();
    one.deliver().await;
    assert_eq!(one.letters_to(&email).len(), 1);
}
