//! Open311 as client packages from `PyPI` speak it, none of their files changed.

use std::process::Command;

use serde_json::Value;
use wufei_api::open311::keys;
use wufei_tests::services::{announced, workspace};
use wufei_tests::{Server, both_databases, picture};

/// What a package made of the service; see `tests/src/open311_clients.py`.
async fn drive(server: &Server, package: &str, given: Option<&str>) -> Value {
    let key = keys::add(&server.app, package, 100).await.unwrap();
    let photo = server.data.path().join("photo.jpg");
    std::fs::write(&photo, picture::jpeg(7)).unwrap();
    let mut command = Command::new(announced("WUFEI_TEST_PYTHON"));
    command
        .arg(workspace().join("tests/src/open311_clients.py"))
        .args([package, &server.url("/open311/v2"), &key])
        .arg(given.map_or(photo.as_os_str(), AsRef::as_ref));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{package}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A request with a photo was filed, and the package read it back as the API has it.
async fn is_filed_with_a_photo(server: &Server, read: &Value) -> String {
    let person = server.resident();
    let district = person.get("/api/v1/district").await.expect(200);
    let count = |value: &Value| value.as_array().unwrap().len();
    assert_eq!(count(&read["services"]), count(&district["categories"]));
    assert_eq!(read["definition"]["service_code"], read["service_code"]);
    let (request, filed) = (&read["request"], &read["filed"]);
    let id = filed["service_request_id"].as_str().unwrap();
    assert_eq!(request["service_request_id"], id);
    assert_eq!(request["service_code"], read["service_code"]);
    assert_eq!(request["description"], "河边倒了一车砖头");
    assert_eq!(
        (&request["status"], &request["lat"]),
        (&"open".into(), &42.05636.into())
    );
    assert_eq!(read["listed"][0], *request);
    let media = request["media_url"].as_str().unwrap();
    let picture = reqwest::get(media).await.unwrap();
    assert_eq!(picture.status(), 200);
    let report = person
        .get(&format!("/api/v1/reports/{id}"))
        .await
        .expect(200);
    assert_eq!(report["photos"].as_array().unwrap().len(), 1);
    assert!(
        !read.to_string().contains("zhang@"),
        "a contact is never read back"
    );
    id.to_owned()
}

both_databases! {
    async fn three_files_a_request_with_an_uploaded_photo_and_reads_it_back(server: Server) {
        let read = drive(&server, "three", None).await;
        is_filed_with_a_photo(&server, &read).await;
        let endpoint = &read["discovery"]["endpoints"][0];
        assert_eq!(endpoint["url"], server.url("/open311/v2"));
    }

    async fn civicbot_files_a_request_with_a_photo_by_its_address_and_reads_it_back(server: Server) {
        let read = drive(&server, "civicbot", None).await;
        let id = is_filed_with_a_photo(&server, &read).await;
        // A package that only reads finds the same in both formats.
        let again = drive(&server, "georeport", Some(&id)).await;
        let request = &again["json"]["request"];
        assert_eq!(*request, read["request"]);
        let xml = &again["xml"];
        for field in ["service_request_id", "status", "service_code", "description", "media_url", "requested_datetime"] {
            assert_eq!(xml["request"][field], request[field], "{field}");
        }
        assert_eq!(xml["services"].as_array().unwrap().len(), again["json"]["services"].as_array().unwrap().len());
        let values = |form: &str| {
            let definition = &again[form]["definition"]["attributes"];
            let attribute = definition.get(0).unwrap_or(&definition["attribute"]);
            let attribute = attribute.get(0).unwrap_or(attribute);
            let values = &attribute["values"];
            values.get("value").unwrap_or(values).as_array().unwrap().len()
        };
        assert_eq!(values("json"), values("xml"));
        assert_eq!(xml["listed"]["service_request_id"], id);
    }
}
