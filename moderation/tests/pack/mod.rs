//! The district's rules and the texts they are tried on.

#![allow(dead_code, reason = "each test and example uses a part of it")]

use std::path::{Path, PathBuf};

use std::sync::Arc;

use wufei_moderation::{
    Classifier, Decision, Example, Reason, Rules, Screen, Submission, SubmissionKind, Verdict,
};

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

/// What the pack's texts teach.
pub fn classifier<'a>(rules: &Rules, rows: impl Iterator<Item = &'a Row>) -> Arc<Classifier> {
    let examples = rows.map(|row| Example {
        kind: row.kind,
        text: &row.text,
        group: (row.expected != "publish").then_some(row.by.as_str()),
    });
    Arc::new(Classifier::learn(examples, rules))
}

/// The district's screen.
pub fn screen() -> Screen {
    let rules = rules();
    let classifier = classifier(&rules, rows(EXAMPLES).iter());
    Screen::with_classifier(&rules, Some(classifier)).expect("the district's rules are sound")
}

/// The texts that the classifier learns from, a part of the pack.
pub const EXAMPLES: &str = "../../../infra/districts/jiangyuan/moderation/examples.csv";

/// The rule and what it found.
pub fn why(reason: &Reason, text: &str) -> String {
    let text: Vec<char> = text.chars().collect();
    let found: Vec<String> = reason
        .places
        .iter()
        .filter_map(|(_, range)| Some(text.get(range.clone())?.iter().collect()))
        .collect();
    format!("{}: {}", reason.rule, found.join(" "))
}

/// A row of `tests/data/*.csv`: `kind,text,expected,by`; the pack's examples have `author`, too.
pub struct Row {
    pub kind: SubmissionKind,
    pub text: String,
    pub expected: String,
    /// The group of texts it belongs to.
    pub by: String,
    /// Who wrote it, where that is known.
    pub author: String,
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
                author: record.get(4).unwrap_or_default().to_owned(),
            }
        })
        .collect()
}
