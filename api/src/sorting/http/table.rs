//! The whole list as a table: out to a spreadsheet, and back in with every faulty row named.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::things::after_change;
use crate::app::{App, NO_STORE};
use crate::auth::{Editors, Staff};
use crate::district::sorting::{Thing, cells};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::Query;
use crate::shared::message::Message;
use crate::sorting::editing::{self, Proposal};
use crate::sorting::live;
use crate::sorting::model::{Change, ChangeState, Draft, check_reason, faults};
use crate::sorting::rules::Rules;

/// Largest table; the built-in list is about 600 KB.
pub const MAX_IMPORT_BYTES: usize = 4 * 1024 * 1024;
/// Most rows that one import may change, so that it stays one transaction people can look through.
const MAX_CHANGES: usize = 2_000;
/// Most faults that are named at once.
const MAX_FAULTS: usize = 100;

const COLUMNS: [&str; 8] = ["id", "name", "kind", "aliases", "en", "ko", "emoji", "note"];

/// The list as CSV
///
/// UTF-8 with a byte-order mark, so that Excel shows Chinese. Names in one cell stand between `|`.
#[utoipa::path(
    get, path = "/desk/sorting/things.csv", tag = "desk",
    responses((status = OK, content_type = "text/csv", body = String))
)]
pub(super) async fn export(State(app): State<Arc<App>>, _: Staff<Editors>) -> Result<Response> {
    let snapshot = live::refresh(&app).await?;
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS).map_err(Error::internal)?;
    for thing in &snapshot.index.rules.things {
        let (aliases, en, ko) = (
            thing.aliases.join("|"),
            thing.en.join("|"),
            thing.ko.join("|"),
        );
        let row = [
            thing.id.as_str(),
            &thing.name,
            &thing.kind,
            &aliases,
            &en,
            &ko,
            thing.emoji.as_deref().unwrap_or_default(),
            thing.note.as_deref().unwrap_or_default(),
        ];
        writer
            .write_record(row.map(inert))
            .map_err(Error::internal)?;
    }
    let table = writer
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"sorting-things.csv\"",
        ),
    ];
    Ok(([NO_STORE], headers, table).into_response())
}

/// A cell that a spreadsheet would take for a formula is kept from being one.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[derive(Deserialize, IntoParams)]
pub(super) struct ImportQuery {
    /// Why, 4 to 300 characters; stands with every change.
    reason: String,
    /// Tell what would happen, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Imported {
    added: usize,
    changed: usize,
    unchanged: usize,
    /// Of those, hazardous ones that wait for a second editor.
    awaiting: usize,
}

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(default)]
    id: String,
    name: String,
    kind: String,
    #[serde(default)]
    aliases: String,
    #[serde(default)]
    en: String,
    #[serde(default)]
    ko: String,
    #[serde(default)]
    emoji: String,
    #[serde(default)]
    note: String,
}

/// Take in a table
///
/// Columns as in the export; `id` may be empty for a new thing. Things that are not in the table
/// stay. All rows are taken or none: every fault is named as `row N, column`.
#[utoipa::path(
    post, path = "/desk/sorting/import", tag = "desk", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = OK, body = Imported),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn import(
    State(app): State<Arc<App>>,
    staff: Staff<Editors>,
    Query(query): Query<ImportQuery>,
    body: Bytes,
) -> Result<Json<Imported>> {
    let reason = check_reason(&query.reason)?;
    let snapshot = live::refresh(&app).await?;
    let rules = &snapshot.index.rules;
    let wanted = parse(&body, rules)?;
    let mut done = Imported {
        added: 0,
        changed: 0,
        unchanged: 0,
        awaiting: 0,
    };
    let mut sides = Vec::new();
    for thing in wanted {
        match rules.thing(&thing.id) {
            Some(before) if *before == thing => done.unchanged += 1,
            before => {
                if before.is_some() {
                    done.changed += 1;
                } else {
                    done.added += 1;
                }
                sides.push((before.cloned(), Some(thing)));
            }
        }
    }
    if sides.len() > MAX_CHANGES {
        return Err(Error::field(
            "body",
            message!(
                "一次最多改 {m} 条，这份表要改 {n} 条，请分开导入。",
                "At most {m} things are changed at once, this table changes {n}: import it in parts.",
                "한 번에 최대 {m}개까지 수정할 수 있습니다({n}개). 나누어 가져와 주세요.",
                m = MAX_CHANGES,
                n = sides.len()
            ),
        ));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for (before, after) in sides {
        let proposal = Proposal {
            before,
            after,
            reason: &reason,
            seen: None,
            author: &staff.account,
        };
        let change: Change = editing::change(&app, &mut tx, rules, proposal, now).await?;
        done.awaiting += usize::from(change.state == ChangeState::Awaiting);
    }
    if query.dry_run {
        return Ok(Json(done));
    }
    tx.commit().await?;
    after_change(&app).await?;
    tracing::info!(
        added = done.added, changed = done.changed, by = %staff.account.id,
        "Sorting rules imported"
    );
    Ok(Json(done))
}

/// Reads a table against the rules in force.
fn parse(body: &[u8], rules: &Rules) -> Result<Vec<Thing>> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let line = body
            .iter()
            .take(error.valid_up_to())
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        row_fault(
            line,
            "",
            message!(
                "不是 UTF-8 编码，请另存为“CSV UTF-8”。",
                "Not UTF-8: save it as “CSV UTF-8”.",
                "UTF-8이 아닙니다. ‘CSV UTF-8’로 저장해 주세요."
            ),
        )
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes());
    let headers = reader
        .headers()
        .map_err(|error| unreadable(1, &error))?
        .clone();
    if let Some(unknown) = headers.iter().find(|column| !COLUMNS.contains(column)) {
        return Err(row_fault(
            1,
            unknown,
            message!(
                "没有“{c}”这一列，可用的列：{all}。",
                "There is no column {c}; columns are {all}.",
                "‘{c}’라는 열이 없습니다. 사용할 수 있는 열: {all}.",
                c = unknown,
                all = COLUMNS.join(", ")
            ),
        ));
    }
    let mut errors: Vec<(String, Message)> = Vec::new();
    let mut things = Vec::new();
    let mut rows: HashMap<String, usize> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(line_of(error.position()), &error))?;
        let line = line_of(record.position());
        let row: Row = match record.deserialize(Some(&headers)) {
            Ok(row) => row,
            Err(error) => return Err(unreadable(line, &error)),
        };
        // Written by the export to keep a cell from being a formula.
        let plain = |cell: &str| match cell.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
            _ => cell.to_owned(),
        };
        let draft = Draft {
            name: plain(&row.name),
            kind: plain(&row.kind),
            aliases: cells(&plain(&row.aliases)),
            en: cells(&plain(&row.en)),
            ko: cells(&plain(&row.ko)),
            emoji: Some(plain(&row.emoji)),
            note: Some(plain(&row.note)),
        };
        let id = (!row.id.is_empty()).then_some(row.id.as_str());
        if let Some(id) = id.filter(|id| rules.thing(id).is_none()) {
            errors.push(named(
                line,
                "id",
                message!(
                    "没有编号为 {id} 的条目；新条目请留空。",
                    "There is no thing with the id {id}; leave it empty for a new one.",
                    "번호가 {id}인 항목이 없습니다. 새 항목은 비워 두세요.",
                    id = id
                ),
            ));
        }
        let thing = draft.tidied(id);
        for (field, message) in faults(rules, &thing, &[]) {
            errors.push(named(line, &field, message));
        }
        if let Some(first) = rows.insert(thing.id.clone(), line) {
            errors.push(named(
                line,
                "name",
                message!(
                    "与第 {first} 行是同一条。",
                    "The same thing stands in row {first}.",
                    "{first}행과 같은 항목입니다.",
                    first = first
                ),
            ));
        }
        things.push((line, thing));
        if errors.len() >= MAX_FAULTS {
            break;
        }
    }
    if errors.is_empty() {
        errors = names_twice(rules, &things);
    }
    if errors.is_empty() {
        Ok(things.into_iter().map(|(_, thing)| thing).collect())
    } else {
        errors.truncate(MAX_FAULTS);
        Err(Error::Invalid(errors))
    }
}

/// Names that would belong to two things once the table is in.
fn names_twice(rules: &Rules, things: &[(usize, Thing)]) -> Vec<(String, Message)> {
    let ids: HashMap<&str, usize> = things
        .iter()
        .map(|(line, t)| (t.id.as_str(), *line))
        .collect();
    let staying = rules
        .things
        .iter()
        .filter(|thing| !ids.contains_key(thing.id.as_str()));
    let mut owners: HashMap<&str, &str> = HashMap::new();
    for thing in staying {
        for name in std::iter::once(&thing.name).chain(&thing.aliases) {
            owners.insert(name, &thing.name);
        }
    }
    let mut errors = Vec::new();
    for (line, thing) in things {
        for (column, name) in std::iter::once(("name", &thing.name))
            .chain(thing.aliases.iter().map(|alias| ("aliases", alias)))
        {
            if let Some(other) = owners.insert(name, &thing.name) {
                errors.push(named(
                    *line,
                    column,
                    message!(
                        "“{name}”已经是“{other}”的名字。",
                        "{name} is a name of {other} already.",
                        "‘{name}’은(는) 이미 ‘{other}’의 이름입니다.",
                        name = name,
                        other = other
                    ),
                ));
            }
        }
    }
    errors
}

fn line_of(position: Option<&csv::Position>) -> usize {
    position
        .and_then(|position| usize::try_from(position.line()).ok())
        .unwrap_or(1)
}

fn named(line: usize, column: &str, message: Message) -> (String, Message) {
    let field = if column.is_empty() {
        format!("row {line}")
    } else {
        format!("row {line}, {column}")
    };
    (field, message)
}

fn row_fault(line: usize, column: &str, message: Message) -> Error {
    let (field, message) = named(line, column, message);
    Error::field(field, message)
}

fn unreadable(line: usize, error: &csv::Error) -> Error {
    let reason = error.to_string();
    row_fault(
        line,
        "",
        message!(
            "这一行读不懂：{r}",
            "This row cannot be read: {r}",
            "이 행을 읽을 수 없습니다: {r}",
            r = reason
        ),
    )
}
