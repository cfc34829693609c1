//! Late cases climb the ladder, and a question nobody answered no longer stops the clock.

use std::collections::BTreeSet;

use super::change::{Details, carry_out, times};
use super::letters::{addresses, place_line};
use super::model::{Actor, Change, Report};
use super::steps::{Rung, Step};
use super::store;
use crate::app::App;
use crate::auth::{self, Role};
use crate::db::Tx;
use crate::district::Lang;
use crate::shared::error::Result;
use crate::shared::id::ReportId;
use crate::shared::mail::Letter;
use crate::shared::outbox::{self, Effect};

/// Takes every late case as many rungs up as it is late, and gives how many cases climbed.
///
/// # Errors
/// When the database fails.
pub async fn climb_due(app: &App) -> Result<usize> {
    let due = store::climbing(&app.db, app.clock.now()).await?;
    let mut climbed = 0;
    for id in due {
        climbed += usize::from(climb(app, id).await?);
    }
    if climbed > 0 {
        app.outbox_bell.notify_one();
    }
    Ok(climbed)
}

async fn climb(app: &App, id: ReportId) -> Result<bool> {
    let mut climbed = false;
    let mut tx = app.db.begin().await?;
    while let Some(report) = store::by_id_for_change(&mut tx, id).await?
        && report.escalates_at.is_some_and(|at| at <= app.clock.now())
    {
        let details = Details::default();
        carry_out(app, &mut tx, report, &Change::Urge, &Actor::System, details).await?;
        climbed = true;
    }
    tx.commit().await?;
    Ok(climbed)
}

/// Lets the clock run on where the resident has not answered in time, and gives how many cases.
///
/// # Errors
/// When the database fails.
pub async fn lapse_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut lapsed = 0;
    for id in store::unanswered(&app.db, now).await? {
        let mut tx = app.db.begin().await?;
        let Some(report) = store::by_id_for_change(&mut tx, id).await? else {
            continue;
        };
        if report.answer_by.is_none_or(|by| by > now) {
            continue;
        }
        let change = Change::LapseAnswer;
        let details = Details::default();
        carry_out(app, &mut tx, report, &change, &Actor::System, details).await?;
        tx.commit().await?;
        lapsed += 1;
    }
    if lapsed > 0 {
        app.outbox_bell.notify_one();
    }
    Ok(lapsed)
}

/// Tells those whom a rung is about.
pub async fn tell(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    rung: Rung,
    note: Option<&str>,
) -> Result<()> {
    for to in told(app, tx, report, rung).await? {
        let letter = letter(app, report, rung, note, to);
        outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await?;
    }
    Ok(())
}

/// Each rung tells those below it too.
async fn told(app: &App, tx: &mut Tx, report: &Report, rung: Rung) -> Result<BTreeSet<String>> {
    let mut told = responsible(app, tx, report).await?;
    if rung != Rung::Urged {
        told.extend(auth::store::role_emails(tx, Role::Coordinator).await?);
    }
    let follow_up = app.pack.follow_up();
    if matches!(rung, Rung::Head | Rung::Lead) {
        // A head without an address of their own is written to at the office's.
        let office = app.pack.office(&report.lead);
        let head = follow_up
            .head_email(&report.lead)
            .or_else(|| office?.email.as_deref());
        told.extend(head.map(str::to_owned));
    }
    if rung == Rung::Lead {
        told.insert(follow_up.lead_office.email.clone());
    }
    Ok(told)
}

/// Those who are late.
async fn responsible(app: &App, tx: &mut Tx, report: &Report) -> Result<BTreeSet<String>> {
    match report.step() {
        Some(Step::Decide) => {
            let coordinators = auth::store::role_emails(tx, Role::Coordinator).await?;
            Ok(coordinators.into_iter().collect())
        }
        Some(Step::Verify) => {
            let mut those = auth::store::role_emails(tx, Role::Verifier).await?;
            those.extend(auth::store::role_emails(tx, Role::Coordinator).await?);
            Ok(those.into_iter().collect())
        }
        _ => addresses(app, tx, report, &report.lead).await,
    }
}

fn letter(app: &App, report: &Report, rung: Rung, note: Option<&str>, to: String) -> Letter {
    let calendar = app.pack.calendar();
    let now = app.clock.now();
    let deadline = report.deadline(&times(app), now);
    let step = report
        .step()
        .map_or_else(String::new, |step| step.name().zh.into_owned());
    let late = deadline.map_or_else(String::new, |deadline| {
        let due = calendar.local_text(deadline.due_at);
        if deadline.left < 0 {
            let unit = if report.around_the_clock {
                ""
            } else {
                "个工作"
            };
            let (hours, minutes) = (-deadline.left / 60, -deadline.left % 60);
            format!("期限：{due}，已超{hours}{unit}小时{minutes}分\n")
        } else {
            format!("期限：{due}\n")
        }
    });
    let category = app
        .pack
        .category(&report.category)
        .map_or("", |category| &category.name.zh);
    let (opening, rung) = match rung {
        Rung::Urged => ("这个案件的办理已经到期，请尽快办理。", "催办"),
        Rung::Supervised => ("这个案件逾期未办，现予督办。", "督办"),
        Rung::Head => (
            "这个案件逾期较久，请责任部门主要负责人过问。",
            "请主要负责人过问",
        ),
        Rung::Lead => (
            "这个案件逾期未办，已催办、督办并报主要负责人，现报领导小组。",
            "报领导小组",
        ),
    };
    let note = note.map_or_else(String::new, |note| format!("说明：{note}\n"));
    Letter {
        to,
        subject: format!("【{rung}】{category} {}", report.code.grouped()),
        text: format!(
            "{opening}\n\n编号：{code}\n类别：{category}\n地点：{place}\n环节：{step}\n{late}{note}\n\
             办理：{url}/desk/cases/{plain}\n\n此信由系统发出，请勿直接回复。\n",
            code = report.code.grouped(),
            place = place_line(app, report, Lang::Zh),
            url = app.public_url,
            plain = report.code,
        ),
    }
}
