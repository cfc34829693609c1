//! The rules at the desk: read, tried on the past, changed with a reason.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use wufei_moderation::Rule;

use super::words;
use crate::app::App;
use crate::auth::{Account, Moderators, Staff};
use crate::message;
use crate::moderation::decide::entry;
use crate::moderation::dry_run::{self, DryRun};
use crate::moderation::store;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::RuleChangeId;
use crate::shared::screening::live;
use crate::shared::screening::model::words as in_language;
use crate::shared::screening::store as screening_store;

/// Most words of one kind in a rule.
const MAX_WORDS_IN_RULE: usize = 2_000;
const MAX_ID: usize = 60;

/// A rule as the list shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = ModerationRuleLine)]
pub struct RuleLine {
    id: String,
    /// `hold` or `refuse`.
    decision: String,
    message: String,
    source: String,
    /// Looks for something beside words: `mobile`, `price` …
    finds: Option<String>,
    words: usize,
    /// From the pack, or as the desk changed it.
    changed: bool,
}

/// The rules in force.
#[derive(Serialize, ToSchema)]
#[schema(as = ModerationRuleList)]
pub struct RuleList {
    items: Vec<RuleLine>,
    revision: i64,
}

/// A rule whole, with what the desk did to it.
#[derive(Serialize, ToSchema)]
#[schema(as = ModerationRuleView)]
pub struct RuleView {
    /// The rule as it is written in the pack's files; null when the desk took it out of force.
    #[schema(value_type = Option<Object>)]
    rule: Option<Rule>,
    /// The rule of the pack, if it has one of this id.
    #[schema(value_type = Option<Object>)]
    pack_rule: Option<Rule>,
    history: Vec<RuleHistoryView>,
}

/// A change of a rule.
#[derive(Serialize, ToSchema)]
#[schema(as = ModerationRuleChange)]
pub struct RuleHistoryView {
    at: DateTime<Utc>,
    made_by: String,
    reason: String,
    /// It was taken out of force.
    removed: bool,
}

fn no_rule() -> Error {
    Error::NotFound(message!(
        "没有这条规则。",
        "There is no such rule.",
        "해당 규칙이 없습니다."
    ))
}

/// The rules in force
#[utoipa::path(
    get, path = "/desk/moderation/rules", tag = "desk",
    responses((status = OK, body = RuleList))
)]
pub async fn rules(
    State(app): State<Arc<App>>,
    _: Staff<Moderators>,
    Language(lang): Language,
) -> Result<Json<RuleList>> {
    let current = live::refresh(&app).await?;
    let of_pack = &app.pack.moderation().rules.rules;
    let name = |value: Value| value.as_str().map(str::to_owned);
    let items = current
        .rules()
        .rules
        .iter()
        .map(|rule| RuleLine {
            id: rule.id.clone(),
            decision: name(json!(rule.decision)).unwrap_or_default(),
            message: in_language(&rule.message, lang).to_owned(),
            source: rule.source.clone(),
            finds: name(json!(rule.finds)),
            words: rule.strong.len() + rule.weak.len(),
            changed: !of_pack.contains(rule),
        })
        .collect();
    Ok(Json(RuleList {
        items,
        revision: current.revision,
    }))
}

/// One rule, with what the desk did to it
#[utoipa::path(
    get, path = "/desk/moderation/rules/{id}", tag = "desk", params(("id" = String, Path)),
    responses(
        (status = OK, body = RuleView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn rule(
    State(app): State<Arc<App>>,
    _: Staff<Moderators>,
    Path(id): Path<String>,
) -> Result<Json<RuleView>> {
    Ok(Json(rule_view(&app, &id).await?))
}

async fn rule_view(app: &App, id: &str) -> Result<RuleView> {
    let current = live::refresh(app).await?;
    let find = |rules: &[Rule]| rules.iter().find(|rule| rule.id == id).cloned();
    let rule = find(&current.rules().rules);
    let pack_rule = find(&app.pack.moderation().rules.rules);
    let history = store::rule_history(&app.db, id).await?;
    if rule.is_none() && pack_rule.is_none() && history.is_empty() {
        return Err(no_rule());
    }
    Ok(RuleView {
        rule,
        pack_rule,
        history: history
            .into_iter()
            .map(|change| RuleHistoryView {
                at: change.at,
                made_by: change.made_by,
                reason: change.reason,
                removed: change.rule.is_none(),
            })
            .collect(),
    })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRule {
    /// As in the pack's files: `id`, `decision`, `applies`, `source`, `message`, `strong`, `weak`,
    /// `hints`, `except` …
    #[schema(value_type = Object)]
    rule: Rule,
    /// 2 to 1,000 characters.
    reason: String,
}

/// Change a rule, or make one
///
/// In force on every replica within about a second. What it would have held in the last 90 days is
/// asked of `dry-run` before.
#[utoipa::path(
    put, path = "/desk/moderation/rules/{id}", tag = "desk", params(("id" = String, Path)),
    request_body = ChangeRule,
    responses(
        (status = OK, body = RuleView),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The rule cannot be used"),
    )
)]
pub async fn change_rule(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<ChangeRule>,
) -> Result<Json<RuleView>> {
    let reason = words("reason", &body.reason)?;
    if body.rule.id != id {
        return Err(Error::field(
            "rule.id",
            message!(
                "规则的编号要和地址里的一样。",
                "The rule's id must be the one in the address.",
                "규칙 ID가 주소의 ID와 같아야 합니다."
            ),
        ));
    }
    check(&app, &body.rule).await?;
    change(&app, &staff.account, &id, Some(body.rule), reason).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveRule {
    /// 2 to 1,000 characters.
    reason: String,
}

/// Take a rule out of force; its history stays
#[utoipa::path(
    delete, path = "/desk/moderation/rules/{id}", tag = "desk", params(("id" = String, Path)),
    request_body = RemoveRule,
    responses(
        (status = OK, body = RuleView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn remove_rule(
    State(app): State<Arc<App>>,
    staff: Staff<Moderators>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<RemoveRule>,
) -> Result<Json<RuleView>> {
    let reason = words("reason", &body.reason)?;
    let current = live::refresh(&app).await?;
    if current.rules().rules.iter().all(|rule| rule.id != id) {
        return Err(no_rule());
    }
    change(&app, &staff.account, &id, None, reason).await
}

async fn change(
    app: &Arc<App>,
    by: &Account,
    id: &str,
    rule: Option<Rule>,
    reason: String,
) -> Result<Json<RuleView>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let change = store::RuleChange {
        id: RuleChangeId(app.random.uuid(now)),
        rule_id: id.to_owned(),
        rule,
        reason,
        revision: screening_store::next_revision(&mut tx).await?,
        made_by: by.id,
        at: now,
    };
    store::insert_rule(&mut tx, &change).await?;
    let detail = json!({ "rule": id, "note": change.reason });
    let entry = entry(app, by.id, "rule_changed", None, None, detail);
    store::log(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Json(rule_view(app, id).await?))
}

/// What a rule would have held in the last 90 days
#[utoipa::path(
    post, path = "/desk/moderation/dry-run", tag = "desk", request_body = DryRunRule,
    responses(
        (status = OK, body = DryRun),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The rule cannot be used"),
    )
)]
pub async fn dry_run_rule(
    State(app): State<Arc<App>>,
    _: Staff<Moderators>,
    Body { value: body, .. }: Body<DryRunRule>,
) -> Result<(StatusCode, Json<DryRun>)> {
    check(&app, &body.rule).await?;
    let run = dry_run::dry_run(&app, body.rule).await?;
    Ok((StatusCode::OK, Json(run)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DryRunRule {
    #[schema(value_type = Object)]
    rule: Rule,
}

async fn check(app: &App, rule: &Rule) -> Result<()> {
    let id_is_plain = (1..=MAX_ID).contains(&rule.id.len())
        && rule
            .id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !id_is_plain {
        return Err(Error::field(
            "rule.id",
            message!(
                "编号只用小写字母、数字和 -，最多 60 个。",
                "An id has at most 60 lower-case letters, digits and hyphens.",
                "ID는 소문자, 숫자, 하이픈 60자 이내여야 합니다."
            ),
        ));
    }
    let lists = [&rule.strong, &rule.weak, &rule.hints, &rule.except];
    if lists.iter().any(|list| list.len() > MAX_WORDS_IN_RULE) {
        return Err(Error::field(
            "rule",
            message!(
                "每组词最多 2000 个。",
                "At most 2,000 words in a list.",
                "단어 목록은 2,000개 이내여야 합니다."
            ),
        ));
    }
    let current = live::refresh(app).await?;
    dry_run::check(&current, rule)
}
