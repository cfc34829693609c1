//! Bookings as a table for a spreadsheet: CSV with a byte-order mark, and XLSX. Nothing in it names a
//! person: no contact, no door, no note.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::model::Status;
use super::store::Row;
use super::view::kilograms;
use crate::app::App;
use crate::district::Lang;
use crate::district::pickups::{Half, Party, Pickups};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::money::Money;

const COLUMNS: usize = 19;

enum Value {
    Text(String),
    Number(f64),
    Nothing,
}

fn header(lang: Lang) -> [String; COLUMNS] {
    [
        message!("预约号", "Reference", "예약 번호"),
        message!("日期", "Day", "날짜"),
        message!("时段", "Half-day", "시간대"),
        message!("收运单位", "Collector", "수거 업체"),
        message!("片区", "Zone", "구역"),
        message!("镇（街）", "Township", "읍·면·가두"),
        message!("村（社区）", "Community", "마을(사회구역)"),
        message!("用户类型", "Party", "이용자"),
        message!("状态", "Status", "상태"),
        message!("类别", "Kind", "분류"),
        message!("物品", "Item", "품목"),
        message!("预约数量", "Booked", "예약 수량"),
        message!("收走数量", "Taken", "수거 수량"),
        message!("单位", "Unit", "단위"),
        message!("现场加收", "Extra", "현장 추가"),
        message!(
            "金额（元，负数为付给居民）",
            "Amount (yuan; negative is paid out)",
            "금액(위안, 음수는 지급)"
        ),
        message!(
            "整单重量（公斤）",
            "Weight of the booking (kg)",
            "전체 무게(kg)"
        ),
        message!("家中无人次数", "Nobody home", "부재 횟수"),
        message!("预约时间", "Booked at", "예약 시각"),
    ]
    .map(|text| text.get(lang).to_owned())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and fen are far below 2^52"
)]
fn values(app: &App, pickups: &Pickups, row: &Row, first: bool, lang: Lang) -> [Value; COLUMNS] {
    let text = |text: &str| Value::Text(text.to_owned());
    let item = pickups.item(&row.item);
    let township = app.pack.township(&row.township);
    let community = row
        .community
        .as_deref()
        .and_then(|code| app.pack.community(code));
    let half = match row.half {
        Half::Am => message!("上午", "morning", "오전"),
        Half::Pm => message!("下午", "afternoon", "오후"),
    };
    let party = match row.party {
        Party::Resident => message!("居民", "resident", "주민"),
        Party::Farmer => message!("农户", "farmer", "농가"),
        Party::SmallSource => message!("小微单位", "small source", "소규모 기관"),
    };
    // Nothing was paid for what was cancelled.
    let due = match row.status {
        Status::Cancelled => Money::default(),
        _ => (row.unit_fen + row.floor_fen) * row.taken.unwrap_or(row.quantity),
    };
    [
        text(row.code.as_str()),
        Value::Text(row.day.to_string()),
        text(half.get(lang)),
        text(
            pickups
                .collector(&row.collector)
                .map_or(row.collector.as_str(), |c| c.name.get(lang)),
        ),
        text(
            pickups
                .zone(&row.zone)
                .map_or(row.zone.as_str(), |z| z.name.get(lang)),
        ),
        text(township.map_or(row.township.as_str(), |t| t.name.get(lang))),
        community.map_or(Value::Nothing, |(_, c)| text(c.name.get(lang))),
        text(party.get(lang)),
        text(row.status.name().get(lang)),
        item.map_or(Value::Nothing, |item| text(item.group.name().get(lang))),
        text(item.map_or(row.item.as_str(), |item| item.name.get(lang))),
        Value::Number(row.quantity as f64),
        row.taken
            .map_or(Value::Nothing, |taken| Value::Number(taken as f64)),
        item.map_or(Value::Nothing, |item| text(item.unit.name().get(lang))),
        if row.extra {
            text(message!("是", "yes", "예").get(lang))
        } else {
            Value::Nothing
        },
        Value::Number(due.0 as f64 / 100.0),
        // Once for each booking, so that a column can be added up.
        row.weight_g
            .filter(|_| first)
            .map_or(Value::Nothing, |grams| Value::Number(kilograms(grams))),
        Value::Number(row.missed as f64),
        Value::Text(app.pack.calendar().local_text(row.created_at)),
    ]
}

fn table<'a>(
    app: &'a App,
    pickups: &'a Pickups,
    rows: &'a [Row],
    lang: Lang,
) -> impl Iterator<Item = [Value; COLUMNS]> + 'a {
    rows.iter().enumerate().map(move |(at, row)| {
        let first = at == 0 || rows[at - 1].id != row.id;
        values(app, pickups, row, first, lang)
    })
}

/// As CSV in UTF-8 with a byte-order mark, which Excel needs to read Chinese.
pub fn csv(app: &App, pickups: &Pickups, rows: &[Row], lang: Lang) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(header(lang)).map_err(Error::internal)?;
    for row in table(app, pickups, rows, lang) {
        let record = row.map(|value| match value {
            Value::Text(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Nothing => String::new(),
        });
        writer.write_record(record).map_err(Error::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}

/// As an XLSX workbook with one sheet.
pub fn xlsx(app: &App, pickups: &Pickups, rows: &[Row], lang: Lang) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    // The writer would ask the machine for the time.
    let made =
        ExcelDateTime::from_timestamp(app.clock.now().timestamp()).map_err(Error::internal)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet
        .set_name(message!("上门收运", "Pickups", "방문 수거").get(lang))
        .map_err(Error::internal)?;
    for (column, title) in (0_u16..).zip(header(lang)) {
        sheet
            .write_string_with_format(0, column, title, &bold)
            .map_err(Error::internal)?;
    }
    for (line, row) in (1_u32..).zip(table(app, pickups, rows, lang)) {
        for (column, value) in (0_u16..).zip(row) {
            match value {
                Value::Text(text) => sheet.write_string(line, column, text).map(drop),
                Value::Number(number) => sheet.write_number(line, column, number).map(drop),
                Value::Nothing => Ok(()),
            }
            .map_err(Error::internal)?;
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
    sheet.autofit();
    book.save_to_buffer().map_err(Error::internal)
}
