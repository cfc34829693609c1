//! Moderation over HTTP: the author's side, the moderators' desk, the public's figures.

mod author;
mod bans;
mod figures;
mod queue;
mod rules;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::words::tidy;

/// Longest note, reason or appeal, in characters.
const MAX_WORDS: usize = 1000;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(author::own_cases))
        .routes(routes!(author::own_case))
        .routes(routes!(author::appeal))
        .routes(routes!(author::report_case))
        .routes(routes!(author::appeal_report))
        .routes(routes!(author::flag))
        .routes(routes!(bans::own_bans))
        .routes(routes!(bans::appeal_ban))
        .routes(routes!(figures::figures))
        .routes(routes!(queue::counts))
        .routes(routes!(queue::cases))
        .routes(routes!(queue::case))
        .routes(routes!(queue::approve))
        .routes(routes!(queue::refuse))
        .routes(routes!(queue::decide_appeal))
        .routes(routes!(bans::bans, bans::ban))
        .routes(routes!(bans::confirm))
        .routes(routes!(bans::lift))
        .routes(routes!(bans::decide_ban_appeal))
        .routes(routes!(rules::rules))
        .routes(routes!(rules::rule, rules::change_rule, rules::remove_rule))
        .routes(routes!(rules::dry_run_rule))
}

/// Words that must be there, tidied.
fn words(field: &str, text: &str) -> Result<String> {
    let text = tidy(text);
    if (2..=MAX_WORDS).contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(Error::field(
            field,
            message!(
                "请写 2 至 1000 个字。",
                "Between 2 and 1,000 characters.",
                "2~1,000자로 적어 주세요."
            ),
        ))
    }
}

/// Words that may be left out.
fn optional_words(field: &str, text: Option<&str>) -> Result<String> {
    match text.map(tidy).filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > MAX_WORDS => words(field, &text),
        text => Ok(text.unwrap_or_default()),
    }
}
