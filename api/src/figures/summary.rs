//! The yearly summary (三（三）) as a Word document that an office goes on writing in.
//!
//! Charts are tables whose bars are made of blocks (█): they need no font but the document's own, and
//! change with a keystroke.

use std::io::Cursor;

use chrono::{Datelike, Months, NaiveDate};
use docx_rs::{
    AlignmentType, Docx, Paragraph, Run, RunFonts, Style, StyleType, Table as Grid, TableCell,
    TableRow,
};

use super::answer::{Row, Table};
use super::tally::Figures;
use super::targets::period::Period;
use super::targets::{self, Entry};
use super::window::Window;
use crate::app::App;
use crate::district::figures::{Direction, Target};
use crate::district::{Lang, Text};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::message::Message;

/// Blocks of the longest bar.
const LONGEST: i64 = 24;

/// Everything a summary is made of.
pub struct Sources<'a> {
    pub year: i32,
    pub window: Window,
    /// Whose: an office, or the district.
    pub author: &'a str,
    pub by_category: &'a Table,
    pub by_month: &'a Table,
    pub by_office: &'a Table,
    /// Of the quarters of the window, and in their order.
    pub entries: &'a [Entry],
    pub hotspots: usize,
}

/// The twelve whole months before the month in which a year's summary is due.
pub fn window(app: &App, year: i32) -> Option<Window> {
    let (month, _) = app.pack.figures().summary_due;
    let end = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some(Window {
        from: end.checked_sub_months(Months::new(12))?,
        to: end.pred_opt()?,
    })
}

/// The quarters that begin in a window.
pub fn quarters(window: Window) -> Vec<Period> {
    let mut quarter = Period::of(window.from);
    let mut quarters = Vec::new();
    while quarter.first_day() <= window.to {
        if quarter.first_day() >= window.from {
            quarters.push(quarter);
        }
        quarter = quarter.next();
    }
    quarters
}

struct Writer {
    docx: Docx,
    lang: Lang,
}

impl Writer {
    fn new(lang: Lang) -> Self {
        let heading = |id: &str, name: &str, size| {
            Style::new(id, StyleType::Paragraph)
                .name(name)
                .size(size)
                .bold()
        };
        let fonts = RunFonts::new()
            .ascii("Times New Roman")
            .hi_ansi("Times New Roman")
            .east_asia("仿宋");
        let docx = Docx::new()
            .default_fonts(fonts)
            .default_size(24)
            .add_style(heading("Title", "Title", 40))
            .add_style(heading("Heading1", "heading 1", 32))
            .add_style(heading("Heading2", "heading 2", 28));
        Self { docx, lang }
    }

    fn add(&mut self, paragraph: Paragraph) {
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx.add_paragraph(paragraph);
    }

    fn title(&mut self, text: &str) {
        let run = Run::new().add_text(text);
        self.add(
            Paragraph::new()
                .style("Title")
                .align(AlignmentType::Center)
                .add_run(run),
        );
    }

    fn heading(&mut self, level: u8, text: &str) {
        let style = format!("Heading{level}");
        let run = Run::new().add_text(text);
        self.add(Paragraph::new().style(&style).add_run(run));
    }

    fn say(&mut self, message: &Message) {
        let run = Run::new().add_text(message.get(self.lang));
        self.add(Paragraph::new().add_run(run));
    }

    fn table(&mut self, header: &[&Message], rows: &[Vec<String>]) {
        let cell = |text: &str, bold: bool| {
            let run = Run::new().add_text(text).size(21);
            let run = if bold { run.bold() } else { run };
            TableCell::new().add_paragraph(Paragraph::new().add_run(run))
        };
        let lang = self.lang;
        let head = header.iter().map(|title| cell(title.get(lang), true));
        let mut lines = vec![TableRow::new(head.collect())];
        lines.extend(
            rows.iter()
                .map(|row| TableRow::new(row.iter().map(|text| cell(text, false)).collect())),
        );
        let docx = std::mem::take(&mut self.docx);
        // Word needs a paragraph between two tables.
        self.docx = docx
            .add_table(Grid::new(lines))
            .add_paragraph(Paragraph::new());
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "—".to_owned(), |share| format!("{:.1}%", share * 100.0))
}

fn hours(minutes: Option<i64>) -> String {
    #[expect(clippy::cast_precision_loss, reason = "minutes of a year")]
    minutes.map_or_else(
        || "—".to_owned(),
        |minutes| format!("{:.1}", minutes as f64 / 60.0),
    )
}

fn bar(value: i64, most: i64) -> String {
    let blocks = if most > 0 {
        (value * LONGEST + most / 2) / most
    } else {
        0
    };
    "█".repeat(usize::try_from(blocks).unwrap_or(0))
}

fn follow_up_row(row: &Row) -> Option<Vec<String>> {
    let figures = row.figures.as_ref()?;
    Some(vec![
        row.name.clone(),
        figures.received.to_string(),
        figures.closed.to_string(),
        percent(figures.rates.closed_in_time),
        figures.rework.to_string(),
        figures.recurred.to_string(),
        hours(figures.close.median),
    ])
}

fn follow_up_header(first: Message) -> [Message; 7] {
    [
        first,
        message!("受理", "Received", "접수"),
        message!("结案", "Closed", "종결"),
        message!("按期结案率", "Closed in time", "기한 내 종결률"),
        message!("返工", "Rework", "재처리"),
        message!("复发", "Recurred", "재발"),
        message!(
            "结案用时中位数（小时）",
            "Median to close (h)",
            "종결 중앙값(시간)"
        ),
    ]
}

/// Writes the document.
///
/// # Errors
/// When it cannot be packed.
pub fn write(app: &App, sources: &Sources<'_>, lang: Lang) -> Result<Vec<u8>> {
    let mut doc = Writer::new(lang);
    let year = sources.year;
    let author = sources.author;
    let title = message!(
        "{author}“无废城市”建设 {year} 年度总结",
        "Zero-Waste City: summary of {year}, {author}",
        "{author} “무폐기물 도시” {year}년 연간 총괄"
    );
    doc.title(title.get(lang));
    let (from, to) = (sources.window.from, sources.window.to);
    let (month, day) = app.pack.figures().summary_due;
    doc.say(&message!(
        "数据期间：{from} 至 {to}。请于 {year} 年 {month} 月 {day} 日前报送。本稿由系统生成，请部门修改补充。",
        "Figures from {from} to {to}; due on {year}-{month:02}-{day:02}. This draft was made by the system: please go on writing.",
        "자료 기간: {from}~{to}. 제출 기한: {year}년 {month}월 {day}일. 시스템이 만든 초안이니 보완해 주세요."
    ));
    overall(&mut doc, sources);
    tasks(app, &mut doc, sources);
    problems(&mut doc, sources);
    let mut bytes = Cursor::new(Vec::new());
    let now = app
        .clock
        .now()
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    doc.docx
        .created_at(&now)
        .updated_at(&now)
        .build()
        .pack(&mut bytes)
        .map_err(Error::internal)?;
    Ok(bytes.into_inner())
}

fn overall(doc: &mut Writer, sources: &Sources<'_>) {
    doc.heading(
        1,
        message!("一、总体情况", "1. Overall", "1. 총괄").get(doc.lang),
    );
    let Some(total) = own_total(sources) else {
        return;
    };
    let (received, closed, open) = (total.received, total.closed, total.open);
    let in_time = percent(total.rates.closed_in_time);
    let (rework, recurred) = (total.rework, total.recurred);
    let (first, close) = (hours(total.first_action.median), hours(total.close.median));
    let score = total
        .satisfaction
        .average
        .map_or_else(|| "—".to_owned(), |average| format!("{average:.1}"));
    doc.say(&message!(
        "共受理垃圾倾倒举报 {received} 件，结案 {closed} 件，在办 {open} 件，按期结案率 {in_time}。返工 {rework} 件，60 天内同一地点复发 {recurred} 件。首次处理用时中位数 {first} 个工作小时，结案用时中位数 {close} 个工作小时，居民评分平均 {score} 分。",
        "{received} reports of dumping were received, {closed} closed and {open} are open; {in_time} were closed in time. {rework} had to be done again, {recurred} recurred on the same spot within 60 days. The median to the first action was {first} working hours, to closing {close}; residents gave {score} of 5 on average.",
        "투기 신고 {received}건 접수, {closed}건 종결, {open}건 처리 중, 기한 내 종결률 {in_time}. 재처리 {rework}건, 60일 내 같은 곳 재발 {recurred}건. 첫 조치 중앙값 근무 {first}시간, 종결 중앙값 {close}시간, 주민 평점 평균 {score}점."
    ));
    let months: Vec<(&str, i64)> = sources
        .by_month
        .rows
        .iter()
        .filter_map(|row| Some((row.name.as_str(), row.figures.as_ref()?.received)))
        .collect();
    let most = months.iter().map(|(_, n)| *n).max().unwrap_or(0);
    let rows: Vec<Vec<String>> = months
        .iter()
        .map(|(month, n)| vec![(*month).to_owned(), n.to_string(), bar(*n, most)])
        .collect();
    doc.table(
        &[
            &message!("月份", "Month", "월"),
            &message!("受理", "Received", "접수"),
            &message!("图示", "Chart", "그래프"),
        ],
        &rows,
    );
    let rows: Vec<Vec<String>> = sources
        .by_office
        .rows
        .iter()
        .filter_map(follow_up_row)
        .collect();
    let header = follow_up_header(message!("部门", "Office", "부서"));
    doc.table(&header.iter().collect::<Vec<_>>(), &rows);
}

/// The sum of what the document is about: an office's rows, or the district.
fn own_total<'a>(sources: &'a Sources<'_>) -> Option<&'a Figures> {
    match sources.by_office.office {
        Some(_) => sources.by_office.rows.first()?.figures.as_ref(),
        None => sources.by_office.total.as_ref(),
    }
}

fn tasks(app: &App, doc: &mut Writer, sources: &Sources<'_>) {
    let lang = doc.lang;
    doc.heading(
        1,
        message!("二、各项任务进展", "2. The tasks", "2. 과제별 진행").get(lang),
    );
    let pack = &app.pack;
    for part in &pack.figures().parts {
        doc.heading(2, &format!("{} {}", part.id, part.name.get(lang)));
        for clause in pack.clauses().iter().filter(|c| c.id.starts_with(&part.id)) {
            let offices: Vec<&str> = clause
                .offices
                .iter()
                .filter_map(|id| pack.office(id))
                .map(|office| office.short.get(lang))
                .collect();
            let (id, offices) = (&clause.id, offices.join("、"));
            let title = |text: &Text, lang| text.get(lang).to_owned();
            doc.say(&message!(
                "{id} {zh}（{offices}）：________",
                "{id} {en} ({offices}): ________",
                "{id} {ko}({offices}): ________",
                zh = title(&clause.title, Lang::Zh),
                en = title(&clause.title, Lang::En),
                ko = title(&clause.title, Lang::Ko)
            ));
        }
        let targets: Vec<&Target> = pack
            .figures()
            .targets
            .iter()
            .filter(|target| target.clause.starts_with(&part.id))
            .collect();
        if !targets.is_empty() {
            target_table(doc, sources, &targets);
        }
        let of_part = |id: &str| {
            let category = pack.category(id);
            category.is_some_and(|category| category.clause.starts_with(&part.id))
        };
        let rows: Vec<Vec<String>> = sources
            .by_category
            .rows
            .iter()
            .filter(|row| of_part(&row.id))
            .filter_map(follow_up_row)
            .collect();
        if rows.is_empty() {
            doc.say(&message!(
                "期间没有这方面的举报。",
                "No reports about this in the time.",
                "해당 기간에 관련 신고가 없습니다."
            ));
        } else {
            let header = follow_up_header(message!("类别", "Category", "분류"));
            doc.table(&header.iter().collect::<Vec<_>>(), &rows);
        }
    }
}

fn target_table(doc: &mut Writer, sources: &Sources<'_>, targets: &[&Target]) {
    let lang = doc.lang;
    let quarters = quarters(sources.window);
    let mut header = vec![
        message!("目标", "Target", "목표"),
        message!("要求", "Wanted", "요구"),
    ];
    header.extend(quarters.iter().map(|q| message!("{q}", "{q}", "{q}")));
    header.push(message!("最近一季达标", "Met last", "최근 달성"));
    let rows: Vec<Vec<String>> = targets
        .iter()
        .map(|target| {
            let sign = match target.direction {
                Direction::AtLeast => "≥",
                Direction::AtMost => "≤",
            };
            let mut row = vec![
                target.name.get(lang).to_owned(),
                format!("{sign} {}%", target.percent),
            ];
            let shares: Vec<Option<f64>> = quarters
                .iter()
                .map(|quarter| share_of(sources.entries, target, *quarter))
                .collect();
            row.extend(shares.iter().map(|share| percent(*share)));
            let last = shares.iter().rev().find_map(|share| *share);
            row.push(match last.map(|share| targets::is_met(target, share)) {
                Some(true) => message!("是", "yes", "예").get(lang).to_owned(),
                Some(false) => message!("否", "no", "아니요").get(lang).to_owned(),
                None => message!("未填报", "not entered", "미입력")
                    .get(lang)
                    .to_owned(),
            });
            row
        })
        .collect();
    doc.table(&header.iter().collect::<Vec<_>>(), &rows);
}

/// The district's share of a quarter, of the parts that were entered.
fn share_of(entries: &[Entry], target: &Target, quarter: Period) -> Option<f64> {
    let of = entries
        .iter()
        .filter(|entry| entry.target == target.id && entry.period == quarter);
    let zero = (targets::amount::Amount(0), targets::amount::Amount(0));
    let (numerator, denominator) = of.fold(zero, |(n, d), entry| {
        (n + entry.numerator, d + entry.denominator)
    });
    targets::share(numerator, denominator)
}

fn problems(doc: &mut Writer, sources: &Sources<'_>) {
    let lang = doc.lang;
    doc.heading(
        1,
        message!("三、存在的问题", "3. Problems", "3. 문제점").get(lang),
    );
    let mut worst: Vec<(&str, i64)> = sources
        .by_category
        .rows
        .iter()
        .filter_map(|row| Some((row.name.as_str(), row.figures.as_ref()?.recurred)))
        .filter(|(_, recurred)| *recurred > 0)
        .collect();
    worst.sort_by_key(|(_, recurred)| -recurred);
    let names: Vec<String> = worst
        .iter()
        .take(3)
        .map(|(name, recurred)| format!("{name}（{recurred}）"))
        .collect();
    let (names, spots) = (names.join("、"), sources.hotspots);
    if names.is_empty() {
        doc.say(&message!(
            "期间没有同一地点复发的举报。",
            "Nothing recurred on the same spot.",
            "같은 곳에서 재발한 신고가 없습니다."
        ));
    } else {
        doc.say(&message!(
            "同一地点复发较多的类别：{names}。复发的网格共 {spots} 个，见“热点”页。",
            "Most recurrence: {names}. {spots} cells saw recurrence: see the page of hotspots.",
            "재발이 많은 분류: {names}. 재발 셀 {spots}개, 핫스폿 화면 참조."
        ));
    }
    let blank = message!("________", "________", "________");
    doc.say(&blank);
    doc.heading(
        1,
        message!("四、下一步建议", "4. What is next", "4. 향후 제안").get(lang),
    );
    doc.say(&blank);
}

/// The years a summary may be asked for.
pub fn is_year(year: i32, today: NaiveDate) -> bool {
    (2020..=today.year() + 1).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_to_scale_and_quarters_those_of_the_window() {
        assert_eq!(bar(10, 10).chars().count(), 24);
        assert_eq!(bar(5, 10).chars().count(), 12);
        assert_eq!((bar(0, 10), bar(0, 0)), (String::new(), String::new()));
        let window = Window {
            from: "2025-10-01".parse().unwrap(),
            to: "2026-09-30".parse().unwrap(),
        };
        let names: Vec<String> = quarters(window).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]);
        assert!(is_year(2026, window.to) && !is_year(2019, window.to) && !is_year(2028, window.to));
    }
}
