//! The district's rules and the texts they are tried on.

use std::path::{Path, PathBuf};

use wufei_moderation::{Decision, Rules, Screen, Submission, SubmissionKind, Verdict};

pub fn rules() -> Rules {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/districts/jiangyuan/moderation");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the pack has rules")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    let mut rules = Rules::default();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a rule file is text");
        let part = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        rules.append(part);
    }
    rules
}

/// A row of `tests/data/*.csv`: `kind,text,expected,by`.
pub struct Row {
    pub kind: SubmissionKind,
    pub text: String,
    pub expected: String,
    /// The group of texts it belongs to.
    pub by: String,
}

impl Row {
    pub fn verdict(&self, screen: &Screen) -> Verdict {
        screen.screen(&Submission::new(self.kind, "", &self.text))
    }

    pub fn is_met_by(&self, decision: Decision) -> bool {
        match self.expected.as_str() {
            "publish" => decision == Decision::Publish,
            "hold" => decision == Decision::Hold,
            "refuse" => decision == Decision::Refuse,
            _ => decision > Decision::Publish,
        }
    }
}

pub fn rows(name: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let mut reader = csv::Reader::from_path(&path).expect("the texts are there");
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row of four columns");
            Row {
                kind: match &record[0] {
                    "listing" => SubmissionKind::Listing,
                    "message" => SubmissionKind::Message,
                    "event" => SubmissionKind::Event,
                    "report" => SubmissionKind::Report,
                    "comment" => SubmissionKind::Comment,
                    other => panic!("{}: no kind {other}", path.display()),
                },
                text: record[1].to_owned(),
                expected: record[2].to_owned(),
                by: record[3].to_owned(),
            }
        })
        .collect()
}
