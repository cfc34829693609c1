//! The command line.

use serde_json::json;
use wufei_tests::{Database, Person};

fn all_databases(postgres: Database) -> [Database; 2] {
    [Database::sqlite(), postgres]
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_added_on_the_command_line_sign_in_at_the_desk() {
    for database in all_databases(Database::postgres().await) {
        let data = tempfile::tempdir().unwrap();
        let binary = crate::binary();
        let add = |arguments: &[&str], password: &str| {
            let arguments = [&["staff", "add"], arguments, &["--password-stdin"]].concat();
            binary.run(data.path(), &database, &arguments, password)
        };
        let clerk = [
            "--username",
            "clerk",
            "--role",
            "handler",
            "--office",
            "housing",
        ];
        let (added, output, error) = add(&clerk, "long enough words\n");
        assert!(added, "{output}{error}");
        assert!(
            !add(&clerk, "long enough words\n").0,
            "a username is taken once"
        );
        let (added, _, error) = add(&["--username", "weak", "--role", "verifier"], "short");
        assert!(!added && error.contains("password:"), "{error}");
        let (added, _, error) = add(
            &["--username", "lost", "--role", "handler"],
            "long enough words",
        );
        assert!(!added && error.contains("office:"), "{error}");
        let server = binary.serve(data.path(), &database);
        let person = server.person();
        person.sign_in("clerk", "long enough words").await;
        let me = person.get("/api/v1/me").await.expect(200);
        assert_eq!(
            (me["role"].as_str(), me["office"]["id"].as_str()),
            (Some("handler"), Some("housing"))
        );
    }
}

#[test]
fn an_unknown_or_malformed_setting_stops_the_start_with_a_line_that_names_it() {
    let data = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("WUFEI_LISTN", "127.0.0.1:0"),
        ("WUFEI_LISTEN", "nowhere"),
        ("WUFEI_DATABASE_URL", "mysql://x"),
        ("WUFEI_REDIS_URL", "http://x"),
        ("WUFEI_STORAGE_URL", "ftp://x"),
        ("WUFEI_SMTP_URL", "http://x"),
        ("WUFEI_PUBLIC_URL", "x"),
        ("WUFEI_LOG", "==="),
        ("WUFEI_DISTRICT", "/no/such/folder"),
        ("WUFEI_DATABASE_CONNECTIONS", "0"),
    ] {
        let output = crate::binary()
            .command(data.path(), &Database::sqlite())
            .env(name, value)
            .arg("serve")
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{name}");
        let shown = error.contains(name)
            || error.contains(
                &name
                    .replace("WUFEI_", "--")
                    .replace('_', "-")
                    .to_lowercase(),
            );
        assert!(shown, "{name} is not named: {error}");
    }
}

#[test]
fn the_built_in_pack_has_no_error_and_a_broken_one_is_explained() {
    let data = tempfile::tempdir().unwrap();
    let pack = wufei_tests::services::workspace().join("infra/districts/jiangyuan");
    let check = |folder: &std::path::Path| {
        crate::binary().run(
            data.path(),
            &Database::sqlite(),
            &["check-district", folder.to_str().unwrap()],
            "",
        )
    };
    let (fine, output, _) = check(&pack);
    assert!(fine, "{output}");
    assert!(
        output.contains("审图号"),
        "the missing approval number of the map is a warning: {output}"
    );
    let broken = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(&pack).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, broken.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let file = broken.path().join("offices.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replacen("id = \"housing\"", "id = \"houses\"", 1),
    )
    .unwrap();
    let (fine, output, _) = check(broken.path());
    assert!(!fine && output.contains("routing.toml:"), "{output}");
}

#[test]
fn the_document_and_the_schema_can_be_had_without_serving() {
    let data = tempfile::tempdir().unwrap();
    let run =
        |arguments: &[&str]| crate::binary().run(data.path(), &Database::sqlite(), arguments, "");
    let (fine, document, _) = run(&["openapi"]);
    assert!(fine);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&document).unwrap()["openapi"],
        "3.1.0"
    );
    assert!(run(&["migrate"]).0);
    assert!(data.path().join("wufei.db").exists());
    assert!(run(&["doctor"]).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_goes_back_into_an_empty_installation_and_into_no_other() {
    for database in all_databases(Database::postgres().await) {
        let data = tempfile::tempdir().unwrap();
        let binary = crate::binary();
        let mut server = binary.serve(data.path(), &database);
        let photo = server.person().photo(1).await;
        let body = wufei_tests::person::report_with(json!({ "photo_ids": [photo] }));
        let (code, secret) = server.person().file(body).await;
        let file = data.path().join("backup.tar");
        let backup = ["backup", file.to_str().unwrap()];
        let (made, output, error) = binary.run(data.path(), &database, &backup, "");
        assert!(made, "{output}{error}");
        assert!(server.terminate());
        let restore = ["restore", file.to_str().unwrap()];
        let (restored, _, error) = binary.run(data.path(), &database, &restore, "");
        assert!(!restored && error.contains("in use"), "{error}");

        let elsewhere = tempfile::tempdir().unwrap();
        let empty = match database {
            Database::Sqlite => Database::sqlite(),
            Database::Postgres { .. } => Database::postgres().await,
        };
        let (restored, output, error) = binary.run(elsewhere.path(), &empty, &restore, "");
        assert!(restored, "{output}{error}");
        let again = binary.serve(elsewhere.path(), &empty);
        let own = again.person().own_view(&code, &secret).await.expect(200);
        assert_eq!(own["photos"][0]["id"], photo.as_str());
        assert_eq!(
            again
                .person()
                .get(&format!("/api/v1/photos/{photo}"))
                .await
                .status,
            200
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_prints_a_link_that_works_once() {
    let data = tempfile::tempdir().unwrap();
    let server = crate::binary().serve(data.path(), &Database::sqlite());
    let link = server.setup_link();
    let token = link.rsplit_once("token=").unwrap().1;
    let body = json!({ "username": "first", "name": "第一位", "password": "long enough words", "setup_token": token });
    let person: Person = server.person();
    assert_eq!(
        person.post("/api/v1/accounts", body).await.expect(201)["role"],
        "administrator"
    );
}
