//! Findings about files that can't be read or understood, each from a broken copy of the pack.

use super::check::{broken, with};

#[test]
fn a_missing_file_is_named() {
    let found = broken(|dir| std::fs::remove_file(dir.join("offices.toml")).unwrap());
    assert_eq!(with(&found, "file-missing").file, "offices.toml");
}

#[test]
fn a_file_in_another_encoding_is_named() {
    let gbk = [b'c', b'o', b'd', b'e', b'\n', 0xbd, 0xad, 0xd4, 0xb4];
    let found = broken(|dir| std::fs::write(dir.join("townships.csv"), gbk).unwrap());
    assert_eq!(with(&found, "not-utf8").file, "townships.csv");
}

#[test]
fn a_byte_order_mark_from_excel_does_no_harm() {
    let found = broken(|dir| {
        let path = dir.join("townships.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("\u{feff}{text}")).unwrap();
    });
    assert!(!found.iter().any(super::super::Finding::is_error));
}

#[test]
fn a_folder_that_is_not_there_is_one_finding() {
    let nowhere = std::path::Path::new("/nowhere/at/all");
    let found = crate::district::check(nowhere, chrono::NaiveDate::MIN);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "folder");
}
