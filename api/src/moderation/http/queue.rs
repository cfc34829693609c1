//! The moderators' queue.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::author::case_id;
use super::{optional_words, words};
use crate::app::App;
use crate::auth::{Moderators, Staff};
use crate::message;
use crate::moderation::decide::{self, no_case};
use crate::moderation::model::Decision;
use crate::moderation::store;
use crate::moderation::view::{self, CaseLine, DeskCase};
use crate::reports::page_size;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::page::{Cursor, Page};
use crate::shared::screening::Case;
use crate::shared::words::tidy;

/// How much waits at the moderators' desk.
#[derive(Serialize, ToSchema)]
pub struct ModerationCounts {
    cases: i64,
    appeals: i64,
    /// Bans for good that wait for a second person, and appealed ones.
    bans: i64,
}

/// How much waits at the moderators' desk
#[utoipa::path(
    get, path = "/desk/moderation/counts", tag = "desk",
    responses((status = OK, body = ModerationCounts))
)]
pub async fn counts(
    State(app): State<Arc<App>>,
    _: Staff<Moderators>,
) -> Result<Json<ModerationCounts>> {
    let waiting = store::counts(&app.db, app.clock.now()).await?;
    Ok(Json(ModerationCounts {
        cases: waiting.cases,
        appeals: waiting.appeals,
        bans: waiting.bans,
    }))
}

/// Which part of the queue.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueuePart {
    /// Not decided yet, the longest waiting first.
    #[default]
    Waiting,
    /// Open appeals, the longest waiting first.
    Appeals,
    /// Decided, the newest first.
    Decided,
}

#[derive(Deserialize, IntoParams)]
pub struct QueueQuery {
    #[serde(default)]
    #[param(inline)]
    part: QueuePart,
    cursor: Option<String>,
    /// At most 200, 20 unless given.
    limit: Option<u32>,
}

/// What the moderators have to decide, and have decided
#[utoipa::path(
    get, path = "/desk/moderation/cases", tag = "desk", params(QueueQuery),
    responses((status = OK, body = Page<CaseLine>))
)]
pub async fn cases(
    State(app): State<Arc<App>>,
    _: Staff<Moderators>,
    Language(lang): Language,
    Query(query): Query<QueueQuery>,
) -> Result<Json<Page<CaseLine>>> {
    let limit = page_size(query.limit)?;
    let cursor = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let more = i64::from(limit) + 1;
    let cases = match query.part {
        QueuePart::Waiting => store::waiting(&app.db, cursor, more).await?,
        QueuePart::Appeals => store::appeals(&app.db, cursor, more).await?,
        QueuePart::Decided => store::decided(&app.db, cursor, more).await?,
    };
    let by_appeal = matches!(query.part, QueuePart::Appeals);
    let page = Page::cut(cases, limit as usize, |case: &Case| Cursor {
        at: case
            .appealed_at
            .filter(|_| by_appeal)
            .unwrap_or(case.opened_at),
        id: case.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for case in &page.items {
        items.push(view::line(&app, case, lang).await?);
    }
    Ok(Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// One case: what was said, why it was held, and the author's history
#[utoipa::path(
    get, path = "/desk/moderation/cases/{id}", tag = "desk", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = DeskCase),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn case(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Json<DeskCase>> {
    let case = store::case(&app.db, case_id(&id)?).await?;
    let case = case.ok_or_else(no_case)?;
    Ok(Json(
        view::desk_case(&app, &case, staff.account.id, lang).await?,
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    version: i64,
    /// The title without personal data, where it was edited. The author's own is kept.
    #[serde(default)]
    title: Option<String>,
    /// The text without personal data, where it was edited. The author's own is kept.
    #[serde(default)]
    text: Option<String>,
    /// For the author, at most 1,000 characters.
    #[serde(default)]
    note: Option<String>,
}

/// Approve a case: it is published
#[utoipa::path(
    post, path = "/desk/moderation/cases/{id}/approve", tag = "desk", params(("id" = Uuid, Path)),
    request_body = Approve,
    responses(
        (status = OK, body = DeskCase),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "One's own words"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Decided or changed meanwhile"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn approve(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<Approve>,
) -> Result<Json<DeskCase>> {
    let id = case_id(&id)?;
    let note = optional_words("note", body.note.as_deref())?;
    let before = store::case(&app.db, id).await?.ok_or_else(no_case)?;
    let said = store::screening(&app.db, before.screening_id)
        .await?
        .ok_or_else(no_case)?;
    let decision = Decision::Approve {
        title: edited("title", body.title, &said.title)?,
        text: edited("text", body.text, &said.text)?,
    };
    let by = staff.account.id;
    let case = decide::decide(&app, id, body.version, by, decision, &note, false).await?;
    Ok(Json(view::desk_case(&app, &case, by, lang).await?))
}

/// Words as a moderator left them: taking out is allowed, putting into somebody's mouth is not.
fn edited(field: &str, edited: Option<String>, said: &str) -> Result<Option<String>> {
    let Some(edited) = edited.map(|text| tidy(&text)) else {
        return Ok(None);
    };
    if edited == said {
        return Ok(None);
    }
    if edited.is_empty() || !only_takes_out(&edited, said) {
        return Err(Error::field(
            field,
            message!(
                "只能删去或遮住个人信息，不能替作者写话。",
                "Personal data may be taken out or masked; nothing may be put into the author's mouth.",
                "개인정보를 지우거나 가릴 수만 있으며 작성자 대신 쓸 수는 없습니다."
            ),
        ));
    }
    Ok(Some(edited))
}

/// Whether what is left was all said, in this order; asterisks stand for what was taken out.
fn only_takes_out(edited: &str, said: &str) -> bool {
    let mut said = said.chars();
    edited
        .chars()
        .filter(|c| !matches!(c, '*' | '＊'))
        .all(|c| said.any(|other| other == c))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    version: i64,
    /// For the author, 2 to 1,000 characters.
    note: String,
    /// Its pictures are refused when they come back.
    #[serde(default)]
    block_pictures: bool,
}

/// Refuse a case: it stays out of sight, and the author may appeal
#[utoipa::path(
    post, path = "/desk/moderation/cases/{id}/refuse", tag = "desk", params(("id" = Uuid, Path)),
    request_body = Refuse,
    responses(
        (status = OK, body = DeskCase),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "One's own words"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Decided or changed meanwhile"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn refuse(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<Refuse>,
) -> Result<Json<DeskCase>> {
    let id = case_id(&id)?;
    let note = words("note", &body.note)?;
    let by = staff.account.id;
    let (version, block) = (body.version, body.block_pictures);
    let case = decide::decide(&app, id, version, by, Decision::Refuse, &note, block).await?;
    Ok(Json(view::desk_case(&app, &case, by, lang).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideAppeal {
    version: i64,
    /// The refusal is taken back and the thing published.
    overturn: bool,
    /// For the author, 2 to 1,000 characters.
    note: String,
}

/// Decide an appeal; never whoever refused
#[utoipa::path(
    post, path = "/desk/moderation/cases/{id}/decide-appeal", tag = "desk",
    params(("id" = Uuid, Path)), request_body = DecideAppeal,
    responses(
        (status = OK, body = DeskCase),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Refused by the same person, or one's own words"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn decide_appeal(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<DecideAppeal>,
) -> Result<Json<DeskCase>> {
    let id = case_id(&id)?;
    let note = words("note", &body.note)?;
    let by = staff.account.id;
    let case = decide::decide_appeal(&app, id, body.version, by, body.overturn, &note).await?;
    Ok(Json(view::desk_case(&app, &case, by, lang).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moderator_takes_words_out_and_puts_none_in() {
        let said = "自行车一辆，电话 13800138000，自提";
        for edited in [
            "自行车一辆，电话 ***********，自提",
            "自行车一辆，自提",
            "自行车一辆，电话 138****8000，自提",
        ] {
            assert!(only_takes_out(edited, said), "{edited}");
        }
        for edited in [
            "自行车两辆，自提",
            "自提，自行车一辆，自提",
            "自行车一辆，电话 ***，自提。送货",
        ] {
            assert!(!only_takes_out(edited, said), "{edited}");
        }
        assert!(edited("text", Some(String::new()), said).is_err());
        assert_eq!(edited("text", Some(said.into()), said).unwrap(), None);
    }
}
