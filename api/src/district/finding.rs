//! What is wrong with a pack: where it is, what it is and what a clerk can do about it.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::{Lang, Text};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The pack can't be used.
    Error,
    /// The pack works, and something about it wants attention.
    Warning,
}

/// One thing to mend. `Display` is one line for the clerk, in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// A name for scripts, such as `rule-gap`.
    pub code: &'static str,
    pub file: String,
    /// Counted from 1.
    pub line: Option<usize>,
    pub message: Text,
    pub remedy: Text,
}

/// A place in one of the pack's files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    pub file: &'a str,
    pub line: Option<usize>,
}

impl<'a> At<'a> {
    pub fn line(file: &'a str, line: usize) -> Self {
        Self {
            file,
            line: Some(line),
        }
    }

    pub fn file(file: &'a str) -> Self {
        Self { file, line: None }
    }
}

/// Chinese and English.
type Twin<S> = (S, S);

impl Finding {
    pub(crate) fn error(
        code: &'static str,
        at: At,
        message: Twin<impl Into<String>>,
        remedy: Twin<&str>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            file: at.file.to_owned(),
            line: at.line,
            message: twin(message),
            remedy: twin(remedy),
        }
    }

    pub(crate) fn warning(
        code: &'static str,
        at: At,
        message: Twin<impl Into<String>>,
        remedy: Twin<&str>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, at, message, remedy)
        }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

fn twin((zh, en): Twin<impl Into<String>>) -> Text {
    Text {
        zh: zh.into(),
        en: Some(en.into()),
        ko: None,
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let kind = match self.severity {
            Severity::Error => "错误 error",
            Severity::Warning => "提醒 warning",
        };
        let (message, remedy) = (&self.message, &self.remedy);
        write!(
            f,
            ": {kind} [{}]: {} → {} / {} → {}",
            self.code,
            message.zh,
            remedy.zh,
            message.get(Lang::En),
            remedy.get(Lang::En)
        )
    }
}

/// Why a pack could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("cannot read the district pack in {}: {source}", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the district pack cannot be used:\n{}", join(.0))]
    Invalid(Vec<Finding>),
}

fn join(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    lines.join("\n")
}
