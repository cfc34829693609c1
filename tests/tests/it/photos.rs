//! Photos: taken in, cleaned, shown to whoever may see them.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_tests::person::report_with;
use wufei_tests::{Person, both_databases, picture};

async fn bytes(person: &Person, path: &str) -> (u16, Vec<u8>, String) {
    let response = person.request(Method::GET, path).send().await.unwrap();
    let cache = response.headers().get("cache-control");
    let cache = cache.map_or("", |value| value.to_str().unwrap()).to_owned();
    (
        response.status().as_u16(),
        response.bytes().await.unwrap().to_vec(),
        cache,
    )
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// A portrait out of an npm package that the browser tests install, enlarged into a picture.
fn portrait() -> Vec<u8> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/browser/node_modules/admin-lte/dist/assets/img/user1-128x128.jpg"
    );
    let bytes = std::fs::read(file);
    assert!(bytes.is_ok(), "{file}: `make packages` installs it");
    let bytes = bytes.unwrap();
    let small = image::load_from_memory(&bytes).unwrap().to_rgb8();
    let face = image::imageops::resize(&small, 360, 360, image::imageops::FilterType::Triangle);
    let mut scene = image::RgbImage::from_pixel(1200, 900, image::Rgb([150, 155, 150]));
    image::imageops::overlay(&mut scene, &face, 500, 300);
    picture::encoded(&scene)
}

/// A QR code on a wall.
fn wall_with_a_code() -> Vec<u8> {
    let code = qrcode::QrCode::new("https://example.org/13843912345").unwrap();
    let (modules, colours) = (code.width(), code.to_colors());
    let side = 360;
    picture::encoded(&image::RgbImage::from_fn(900, 700, |x, y| {
        let (Some(x), Some(y)) = (x.checked_sub(200), y.checked_sub(150)) else {
            return image::Rgb([225; 3]);
        };
        let module = |at: u32| at as usize * modules / side;
        let inside = (x as usize) < side && (y as usize) < side;
        let dark = inside && colours[module(y) * modules + module(x)] == qrcode::Color::Dark;
        image::Rgb([if dark { 25 } else { 225 }; 3])
    }))
}

fn codes_in(jpeg: &[u8]) -> usize {
    let gray = image::load_from_memory(jpeg).unwrap().to_luma8();
    let (width, height) = (gray.width() as usize, gray.height() as usize);
    let at = |x: usize, y: usize| gray.as_raw()[y * width + x];
    rqrr::PreparedImage::prepare_from_greyscale(width, height, at)
        .detect_grids()
        .len()
}

both_databases! {
    async fn faces_and_codes_are_unreadable_in_public_and_people_have_the_last_word(server: Server) {
        let resident = server.resident();
        let face = resident.upload(portrait()).await.expect(201)["id"].clone();
        let code = resident.upload(wall_with_a_code()).await.expect(201)["id"].clone();
        let (report, _) = resident.file(report_with(json!({ "photo_ids": [face, code] }))).await;
        let moderator = server.staff("moderator", Role::Moderator, None).await;
        let case = moderator.get(&format!("/api/v1/desk/cases/{report}")).await.expect(200);
        let regions = |photo: &Value| {
            let photos = case["photos"].as_array().unwrap();
            photos.iter().find(|seen| seen["id"] == *photo).unwrap()["shielded"].clone()
        };
        let found = regions(&face);
        assert!(found[0]["kind"].as_str().unwrap().starts_with("face"), "{found}");
        let (x, y) = (found[0]["x"].as_u64().unwrap(), found[0]["y"].as_u64().unwrap());
        assert!((400..900).contains(&x) && (200..700).contains(&y), "{found}");
        assert_eq!(regions(&code)[0]["kind"], "code");
        let public = format!("/api/v1/photos/{}", code.as_str().unwrap());
        assert_eq!(codes_in(&bytes(&resident, &public).await.1), 0);
        let original = format!("/api/v1/desk/photos/{}/original", code.as_str().unwrap());
        assert_eq!(codes_in(&bytes(&moderator, &original).await.1), 1, "the original is evidence");
        let all: Vec<Value> = (0..61).map(|x| json!({ "x": x, "y": 0, "width": 1, "height": 1, "kind": "manual" })).collect();
        for wrong in [json!(all), json!([{ "x": 0, "y": 0, "width": 0, "height": 5, "kind": "manual" }])] {
            let body = json!({ "photo_id": code, "regions": wrong });
            assert_eq!(moderator.act(&report, "shield-photo", body).await.fields(422), ["regions"]);
        }
        let plate = json!([{ "x": 10, "y": 10, "width": 120, "height": 40, "kind": "manual" }]);
        let body = json!({ "photo_id": code, "regions": plate });
        let case = moderator.act(&report, "shield-photo", body).await.expect(200);
        assert!(case["photos"].as_array().unwrap().iter().any(|photo| photo["shielded"] == plate));
        assert_eq!(codes_in(&bytes(&resident, &public).await.1), 1, "a person found the code harmless");
    }

    async fn a_phones_photo_is_turned_upright_and_cleaned_and_its_place_is_only_a_hint(server: Server) {
        let resident = server.resident();
        let original = picture::from_a_phone(7, 126.5857, 42.0564);
        let photo = resident.upload(original.clone()).await.expect(201);
        assert_eq!((photo["width"].as_i64(), photo["height"].as_i64()), (Some(240), Some(320)));
        assert_eq!(photo["taken_at"], "2026-11-24T00:30:00Z", "a camera without an offset shows local time");
        let hint = &photo["gps_hint"];
        assert!((hint["lng"].as_f64().unwrap() - 126.5857).abs() < 1e-5, "{hint}");
        assert!((hint["lat"].as_f64().unwrap() - 42.0564).abs() < 1e-5, "{hint}");
        for key in ["url", "thumbnail_url"] {
            let (status, picture, cache) = bytes(&resident, photo[key].as_str().unwrap()).await;
            assert_eq!((status, cache.as_str()), (200, "private, no-store"));
            assert!(picture.starts_with(&[0xff, 0xd8]));
            for trace in [&b"Exif"[..], b"SecretMaker", b"2026:11:24", b"http://ns.adobe"] {
                assert!(!holds(&picture, trace), "{}", String::from_utf8_lossy(trace));
            }
        }
        let (code, _) = resident.file(report_with(json!({ "photo_ids": [photo["id"]] }))).await;
        let page = resident.get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert_eq!(page["photos"][0]["id"], photo["id"]);
        assert!(!page.to_string().contains("126.5857"), "EXIF coordinates are not published");
        let (_, _, cache) = bytes(&resident, photo["url"].as_str().unwrap()).await;
        assert_eq!(cache, "public, max-age=3600");
        // The original is evidence: for staff who may see the case, byte for byte.
        let id = photo["id"].as_str().unwrap();
        let evidence = format!("/api/v1/desk/photos/{id}/original");
        assert_eq!(bytes(&resident, &evidence).await.0, 401);
        let handler = server.staff("housing1", Role::Handler, Some("housing")).await;
        assert_eq!(bytes(&handler, &evidence).await.1, original);
        let stranger = server.staff("health1", Role::Handler, Some("health")).await;
        assert_eq!(bytes(&stranger, &evidence).await.0, 403);
        let case = handler.get(&format!("/api/v1/desk/cases/{code}")).await.expect(200);
        assert!(case["photos"][0]["gps_distance_m"].as_i64().unwrap() < 20);
    }

    async fn a_form_with_the_field_photo_is_taken_too(server: Server) {
        let resident = server.resident();
        let send = async |form: Form| {
            Person::send(resident.request(Method::POST, "/api/v1/photos").multipart(form)).await
        };
        let file = || Part::bytes(picture::jpeg(3)).file_name("../../etc/passwd.svg");
        send(Form::new().text("x", "y").part("photo", file())).await.expect(201);
        assert_eq!(send(Form::new().part("file", file())).await.fields(422), ["photo"]);
    }

    async fn what_is_no_photo_is_refused_with_a_clear_reason(server: Server) {
        let resident = server.resident();
        let heic = [&[0, 0, 0, 24][..], b"ftypheic", &[0; 200]].concat();
        let mut cut = picture::jpeg(4);
        cut.truncate(400);
        for (bytes, statuses) in [
            (Vec::new(), [415, 422]),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(), [415, 422]),
            (b"<!doctype html><script>alert(1)</script>".to_vec(), [415, 422]),
            (b"GIF89a\x01\x00\x01\x00".to_vec(), [415, 422]),
            (b"%PDF-1.7".to_vec(), [415, 422]),
            (heic.clone(), [415, 415]),
            (cut, [422, 422]),
            (vec![0xff; 21 * 1024 * 1024], [413, 413]),
        ] {
            let answer = resident.upload(bytes).await;
            let status = answer.status.as_u16();
            assert!(statuses.contains(&status), "{status}: {}", answer.body);
            assert_eq!(answer.headers["content-type"], "application/problem+json");
        }
        let detail = resident.upload(heic).await.expect(415)["detail"].clone();
        assert!(detail.as_str().unwrap().contains("兼容性最佳"), "{detail}");
    }

    async fn a_bomb_is_refused_before_it_is_decoded(server: Server) {
        // A PNG that declares 60,000 × 60,000 pixels in a few bytes.
        let mut png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
        png.extend(60_000_u32.to_be_bytes());
        png.extend(60_000_u32.to_be_bytes());
        png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        let answer = server.resident().upload(png).await;
        assert!([413, 422].contains(&answer.status.as_u16()), "{}", answer.body);
    }

    async fn the_same_upload_twice_is_one_photo(server: Server) {
        let resident = server.resident();
        let send = async |seed| {
            let request = resident
                .request(Method::POST, "/api/v1/photos")
                .header("Idempotency-Key", "photo-key-1")
                .body(picture::jpeg(seed));
            Person::send(request).await
        };
        let first = send(5).await.expect(201);
        assert_eq!(send(5).await.expect(201), first);
        assert_eq!(send(6).await.fields(422), ["Idempotency-Key"]);
    }

    async fn a_photo_belongs_to_one_report_and_to_nobody_elses(server: Server) {
        let resident = server.resident();
        let photo = resident.photo(8).await;
        resident.file(report_with(json!({ "photo_ids": [photo] }))).await;
        let again = resident.post("/api/v1/reports", report_with(json!({ "photo_ids": [photo] }))).await;
        assert_eq!(again.fields(422), ["photo_ids[0]"]);
        let mut nine = Vec::new();
        for seed in 0..10 {
            nine.push(Value::from(resident.photo(seed).await));
        }
        let ten = resident.post("/api/v1/reports", report_with(json!({ "photo_ids": nine.clone() }))).await;
        assert_eq!(ten.fields(422), ["photo_ids"]);
        nine.pop();
        resident.file(report_with(json!({ "photo_ids": nine }))).await;
    }

    async fn photos_nobody_used_are_forgotten_after_a_week_with_their_files(server: Server) {
        let resident = server.resident();
        let unused = resident.photo(1).await;
        let used = resident.photo(1).await;
        resident.file(report_with(json!({ "photo_ids": [used] }))).await;
        server.advance(chrono::TimeDelta::days(8));
        wufei_api::lifecycle::sweep_once(&server.app).await.unwrap();
        assert_eq!(bytes(&resident, &format!("/api/v1/photos/{unused}")).await.0, 404);
        assert_eq!(bytes(&resident, &format!("/api/v1/photos/{used}")).await.0, 200);
        let files = |folder: &str| walk(&server.data.path().join("photos").join(folder));
        assert_eq!((files("originals"), files("renditions")), (1, 2), "only the used photo's files stay");
    }
}

fn walk(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { walk(&path) } else { 1 })
        .sum()
}
