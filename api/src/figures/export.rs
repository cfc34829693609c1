//! Figures and cases as tables and as GeoJSON. Nothing in them names a person: no contacts, and what
//! residents wrote is masked.

use serde_json::{Value, json};

use super::answer::{By, Table};
use super::definitions::name_of;
use super::tally::Figures;
use crate::app::App;
use crate::district::Lang;
use crate::message;
use crate::reports::model::Report;
use crate::shared::error::{Error, Result};
use crate::shared::message::Message;
use crate::shared::sheet::{Cell, Sheet};
use crate::text_enum;

text_enum! {
    /// How a file is written.
    #[schema(as = ExportFormat)]
    Format {
        Csv = "csv",
        Xlsx = "xlsx",
        Geojson = "geojson",
    }
}

impl Format {
    pub fn parse(text: Option<&str>, allowed: &[Self]) -> Result<Self> {
        let text = text.unwrap_or("csv");
        let found = allowed.iter().find(|format| format.as_str() == text);
        let list: Vec<&str> = allowed.iter().map(|format| format.as_str()).collect();
        let list = list.join(", ");
        found.copied().ok_or_else(|| {
            Error::field(
                "format",
                message!(
                    "格式须为 {list} 之一。",
                    "One of {list}.",
                    "{list} 중 하나여야 합니다."
                ),
            )
        })
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Geojson => "application/geo+json",
        }
    }
}

/// The columns of figures, by their ids.
const COUNTS: [&str; 12] = [
    "received",
    "open",
    "closed",
    "rejected",
    "merged",
    "closed_in_time",
    "handled",
    "rework",
    "extended",
    "returned",
    "disputed",
    "recurred",
];
const RATES: [&str; 7] = [
    "closed",
    "closed_in_time",
    "rework",
    "extended",
    "returned",
    "disputed",
    "recurred",
];

fn counts(figures: &Figures) -> [i64; 12] {
    [
        figures.received,
        figures.open,
        figures.closed,
        figures.rejected,
        figures.merged,
        figures.closed_in_time,
        figures.handled,
        figures.rework,
        figures.extended,
        figures.returned,
        figures.disputed,
        figures.recurred,
    ]
}

fn rates(figures: &Figures) -> [Option<f64>; 7] {
    let rates = &figures.rates;
    [
        rates.closed,
        rates.closed_in_time,
        rates.rework,
        rates.extended,
        rates.returned,
        rates.disputed,
        rates.recurred,
    ]
}

fn times(figures: &Figures) -> [Option<i64>; 4] {
    [
        figures.first_action.median,
        figures.first_action.p90,
        figures.close.median,
        figures.close.p90,
    ]
}

fn time_titles() -> [(&'static str, Message); 4] {
    let median = || message!("中位数（分钟）", "median (min)", "중앙값(분)");
    let p90 = || message!("90 分位（分钟）", "90th percentile (min)", "90백분위(분)");
    [
        ("first_action", median()),
        ("first_action", p90()),
        ("close", median()),
        ("close", p90()),
    ]
}

fn by_title(by: By) -> Message {
    match by {
        By::Office => message!("部门", "Office", "부서"),
        By::Township => message!("镇（街）", "Township", "읍·면·가두"),
        By::Category => message!("类别", "Category", "분류"),
        By::Month => message!("月份", "Month", "월"),
    }
}

fn cells(name: &str, figures: Option<&Figures>) -> Vec<Cell> {
    let mut row = vec![Cell::text(name)];
    let Some(figures) = figures else {
        row.resize(1 + COUNTS.len() + RATES.len() + 4 + 2, Cell::Nothing);
        return row;
    };
    row.extend(counts(figures).map(Cell::count));
    row.extend(rates(figures).map(Cell::number));
    row.extend(times(figures).map(Cell::maybe));
    row.push(Cell::number(figures.satisfaction.average));
    row.push(Cell::count(figures.satisfaction.scores));
    row
}

/// Figures as a sheet: the groups, what is hidden together, and the sum.
pub fn figures_sheet(table: &Table, lang: Lang) -> Sheet {
    let mut header = vec![by_title(table.by).get(lang).to_owned()];
    header.extend(COUNTS.map(|id| name_of(id, lang)));
    let rate = message!("率", "rate", "비율");
    header.extend(RATES.map(|id| format!("{} {}", name_of(id, lang), rate.get(lang))));
    header.extend(
        time_titles().map(|(id, title)| format!("{} {}", name_of(id, lang), title.get(lang))),
    );
    header.push(name_of("satisfaction", lang));
    header.push(message!("评分数", "Scores", "평가 수").get(lang).to_owned());
    let mut rows: Vec<Vec<Cell>> = table
        .rows
        .iter()
        .map(|row| cells(&row.name, row.figures.as_ref()))
        .collect();
    if let Some(hidden) = &table.hidden {
        let name = message!("未单列的合计", "Not shown, together", "비공개 합계");
        rows.push(cells(name.get(lang), Some(hidden)));
    }
    let total = message!("全区", "District", "전체");
    rows.push(cells(total.get(lang), table.total.as_ref()));
    Sheet {
        name: message!("办理统计", "Figures", "처리 통계")
            .get(lang)
            .to_owned(),
        header,
        rows,
    }
}

/// Figures as features: townships at their seats, everything else without a place.
pub fn figures_geojson(app: &App, table: &Table) -> Value {
    let features: Vec<Value> = table
        .rows
        .iter()
        .map(|row| {
            let seat = (table.by == By::Township)
                .then(|| app.pack.township(&row.id)?.seat)
                .flatten();
            let geometry =
                seat.map(|at| json!({ "type": "Point", "coordinates": [at.lng(), at.lat()] }));
            json!({
                "type": "Feature",
                "id": row.id,
                "geometry": geometry,
                "properties": { "name": row.name, "figures": row.figures },
            })
        })
        .collect();
    json!({
        "type": "FeatureCollection",
        "from": table.window.from,
        "to": table.window.to,
        "total": table.total,
        "features": features,
    })
}

/// The header of cases, with the ids that GeoJSON names them by.
fn case_titles() -> [(&'static str, Message); 18] {
    [
        ("code", message!("编号", "Code", "번호")),
        ("category", message!("类别", "Category", "분류")),
        ("status", message!("状态", "Status", "상태")),
        ("urgent", message!("紧急", "Urgent", "긴급")),
        ("description", message!("描述", "Description", "설명")),
        ("township", message!("镇（街）", "Township", "읍·면·가두")),
        (
            "community",
            message!("村（社区）", "Community", "마을(사회구역)"),
        ),
        ("address", message!("地址", "Address", "주소")),
        (
            "lng",
            message!("经度（WGS-84）", "Longitude (WGS-84)", "경도(WGS-84)"),
        ),
        (
            "lat",
            message!("纬度（WGS-84）", "Latitude (WGS-84)", "위도(WGS-84)"),
        ),
        ("lead", message!("牵头部门", "Lead", "주관 부서")),
        ("assisting", message!("协助部门", "Assisting", "협조 부서")),
        ("received_at", message!("收到时间", "Received", "접수 시각")),
        ("due_at", message!("办理期限", "Due", "기한")),
        ("handled_at", message!("处置时间", "Handled", "처리 시각")),
        ("closed_at", message!("结案时间", "Closed", "종결 시각")),
        ("returns", message!("退单次数", "Sent back", "반려 횟수")),
        ("reporters", message!("举报人数", "Reporters", "신고자 수")),
    ]
}

fn case_cells(app: &App, report: &Report, lang: Lang) -> Vec<Cell> {
    let pack = &app.pack;
    let local = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map_or(Cell::Nothing, |at| {
            Cell::Text(pack.calendar().local_text(at))
        })
    };
    let text = |text: Option<&str>| text.map_or(Cell::Nothing, Cell::text);
    let office = |id: &str| super::answer::name(app, By::Office, id, lang);
    let assisting: Vec<String> = report.assisting().map(office).collect();
    let township = report.township.as_deref().and_then(|c| pack.township(c));
    let community = report.community.as_deref().and_then(|c| pack.community(c));
    let masked = |text: &str| Cell::Text(wufei_moderation::mask_personal_data(text));
    vec![
        Cell::text(report.code.as_str()),
        Cell::Text(super::answer::name(
            app,
            By::Category,
            &report.category,
            lang,
        )),
        Cell::text(report.status.name().get(lang)),
        if report.urgent {
            Cell::text(message!("是", "yes", "예").get(lang))
        } else {
            Cell::Nothing
        },
        masked(&report.description),
        text(township.map(|t| t.name.get(lang))),
        text(community.map(|(_, c)| c.name.get(lang))),
        masked(&report.address),
        Cell::Number(report.lng),
        Cell::Number(report.lat),
        Cell::Text(office(&report.lead)),
        Cell::Text(assisting.join("、")),
        local(Some(report.created_at)),
        local(report.due_at),
        local(report.handled_at),
        local(report.closed_at),
        Cell::count(report.returns),
        Cell::count(report.reporters),
    ]
}

/// Cases as a sheet.
pub fn cases_sheet(app: &App, reports: &[Report], lang: Lang) -> Sheet {
    Sheet {
        name: message!("案件", "Cases", "사건").get(lang).to_owned(),
        header: case_titles()
            .map(|(_, title)| title.get(lang).to_owned())
            .into(),
        rows: reports
            .iter()
            .map(|report| case_cells(app, report, lang))
            .collect(),
    }
}

fn value(cell: Cell) -> Value {
    match cell {
        Cell::Text(text) => json!(text),
        Cell::Number(number) => json!(number),
        Cell::Nothing => Value::Null,
    }
}

/// Rows with `lng` and `lat` among their columns, as points.
fn features(ids: &[&str], rows: Vec<Vec<Cell>>) -> Value {
    let mut features = Vec::with_capacity(rows.len());
    for row in rows {
        let mut properties: serde_json::Map<String, Value> = ids
            .iter()
            .zip(row)
            .map(|(id, cell)| ((*id).to_owned(), value(cell)))
            .collect();
        let lng = properties.remove("lng");
        let lat = properties.remove("lat");
        features.push(json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [lng, lat] },
            "properties": properties,
        }));
    }
    json!({ "type": "FeatureCollection", "features": features })
}

pub fn cases_geojson(app: &App, reports: &[Report], lang: Lang) -> Value {
    let ids = case_titles().map(|(id, _)| id);
    let rows = reports.iter().map(|report| case_cells(app, report, lang));
    features(&ids, rows.collect())
}

fn open_titles() -> [(&'static str, Message); 11] {
    [
        ("code", message!("编号", "Code", "번호")),
        ("category", message!("类别", "Category", "분류")),
        ("status", message!("状态", "Status", "상태")),
        ("description", message!("描述", "Description", "설명")),
        ("address", message!("地址", "Address", "주소")),
        ("township", message!("镇（街）", "Township", "읍·면·가두")),
        (
            "lng",
            message!("经度（WGS-84）", "Longitude (WGS-84)", "경도(WGS-84)"),
        ),
        (
            "lat",
            message!("纬度（WGS-84）", "Latitude (WGS-84)", "위도(WGS-84)"),
        ),
        (
            "approximate",
            message!(
                "位置仅到约一公里",
                "Place to about a kilometre",
                "위치 약 1km 단위"
            ),
        ),
        ("lead", message!("牵头部门", "Lead", "주관 부서")),
        ("received_at", message!("收到时间", "Received", "접수 시각")),
    ]
}

/// What everybody may read of a report: the public columns only.
fn open_cells(app: &App, report: &Report, lang: Lang) -> Vec<Cell> {
    let pack = &app.pack;
    let township = report.township.as_deref().and_then(|c| pack.township(c));
    let shown = if report.text_held {
        ""
    } else {
        &report.public_description
    };
    // A private report's place is known to about a kilometre only.
    let address = if report.text_held || report.private {
        ""
    } else {
        &report.public_address
    };
    vec![
        Cell::text(report.code.as_str()),
        Cell::Text(super::answer::name(
            app,
            By::Category,
            &report.category,
            lang,
        )),
        Cell::text(report.status.name().get(lang)),
        Cell::text(shown),
        Cell::text(address),
        township.map_or(Cell::Nothing, |t| Cell::text(t.name.get(lang))),
        Cell::Number(report.public_lng),
        Cell::Number(report.public_lat),
        if report.private {
            Cell::text(message!("是", "yes", "예").get(lang))
        } else {
            Cell::Nothing
        },
        Cell::Text(super::answer::name(app, By::Office, &report.lead, lang)),
        Cell::Text(pack.calendar().local_text(report.created_at)),
    ]
}

/// Public reports as a sheet.
pub fn open_sheet(app: &App, reports: &[Report], lang: Lang) -> Sheet {
    Sheet {
        name: message!("公开举报", "Reports", "공개 신고")
            .get(lang)
            .to_owned(),
        header: open_titles()
            .map(|(_, title)| title.get(lang).to_owned())
            .into(),
        rows: reports
            .iter()
            .map(|report| open_cells(app, report, lang))
            .collect(),
    }
}

pub fn open_geojson(app: &App, reports: &[Report], lang: Lang) -> Value {
    let ids = open_titles().map(|(id, _)| id);
    let rows = reports.iter().map(|report| open_cells(app, report, lang));
    features(&ids, rows.collect())
}
