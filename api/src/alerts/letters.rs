//! Letters to those who want to hear of new reports, in their language.

use super::model::Alert;
use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::reports::model::Report;
use crate::reports::view::{category_view, office_name, township_view};
use crate::shared::error::Result;
use crate::shared::mail::Letter;
use crate::shared::message::Message;
use crate::shared::outbox::{self, Effect};

/// Most reports listed in one letter.
const LISTED: usize = 30;

fn lang(alert: &Alert) -> Lang {
    Lang::from_accept_language(&alert.lang)
}

/// What an alert is about, in one line.
pub fn about(app: &App, alert: &Alert, lang: Lang) -> String {
    let township = township_view(app, alert.township.as_deref(), lang).map(|place| place.name);
    let circle = alert.circle().map(|(_, radius_m)| {
        message!(
            "地图上选定的地点 {radius_m} 米以内",
            "within {radius_m} m of the place chosen on the map",
            "지도에서 선택한 곳에서 {radius_m}m 이내"
        )
        .get(lang)
        .to_owned()
    });
    let category = alert.category.as_deref();
    let category = category.map(|id| category_view(app, id, lang).name);
    let parts: Vec<String> = [township, circle, category].into_iter().flatten().collect();
    if parts.is_empty() {
        app.pack.name.get(lang).to_owned()
    } else {
        parts.join(" · ")
    }
}

/// The letter that asks whether the address wants this.
pub async fn ask(app: &App, tx: &mut Tx, alert: &Alert, confirm: &str) -> Result<()> {
    let lang = lang(alert);
    let about = about(app, alert, lang);
    let url = format!("{}/subscribe/confirm/{confirm}", app.public_url);
    let name = app.pack.name.get(lang);
    let letter = Letter {
        to: alert.email.clone(),
        subject: message!(
            "{name}无废服务：请确认邮件订阅",
            "{name} zero-waste service: please confirm your email alert",
            "{name} 제로웨이스트 서비스: 이메일 알림을 확인해 주세요"
        )
        .get(lang)
        .to_owned(),
        text: message!(
            "有人用这个邮箱订阅新举报的通知：\n{about}\n\n确认订阅（7 天内有效）：\n{url}\n\n\
             如果不是您本人填写的，请忽略这封信，我们不会再发。\n",
            "Somebody asked for emails about new reports to be sent to this address:\n{about}\n\n\
             Confirm within 7 days:\n{url}\n\n\
             If that was not you, ignore this email; we will not write again.\n",
            "이 주소로 새 신고 알림을 신청했습니다:\n{about}\n\n7일 이내에 확인해 주세요:\n{url}\n\n\
             본인이 신청하지 않았다면 이 메일을 무시하세요. 더 이상 보내지 않습니다.\n"
        )
        .get(lang)
        .to_owned(),
    };
    outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await
}

/// The letter to an address that already has as many as it may.
pub async fn too_many(app: &App, tx: &mut Tx, to: String, lang: Lang, most: i64) -> Result<()> {
    let name = app.pack.name.get(lang);
    let letter = Letter {
        to,
        subject: message!(
            "{name}无废服务：订阅已满 {most} 个",
            "{name} zero-waste service: you already have {most} email alerts",
            "{name} 제로웨이스트 서비스: 이메일 알림이 이미 {most}개입니다"
        )
        .get(lang)
        .to_owned(),
        text: message!(
            "这个邮箱已有 {most} 个订阅，新的没有加上。请先用以前来信末尾的链接退订不需要的。\n",
            "This address has {most} alerts, so the new one was not added. First unsubscribe from one \
             with the link at the end of an earlier email.\n",
            "이 주소에는 알림이 이미 {most}개 있어 새 알림을 추가하지 않았습니다. \
             이전 메일 끝의 링크로 필요 없는 알림을 먼저 해지해 주세요.\n"
        )
        .get(lang)
        .to_owned(),
    };
    outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await
}

/// New reports, one or a morning's.
pub async fn found(app: &App, tx: &mut Tx, alert: &Alert, reports: &[Report]) -> Result<()> {
    let lang = lang(alert);
    let subject = match reports {
        [report] => {
            let line = headline(app, report, lang);
            message!("新举报：{line}", "New report: {line}", "새 신고: {line}")
        }
        many => {
            let (count, about) = (many.len(), about(app, alert, lang));
            message!(
                "{count} 件新举报：{about}",
                "{count} new reports: {about}",
                "새 신고 {count}건: {about}"
            )
        }
    };
    let mut text = String::new();
    for report in reports.iter().take(LISTED) {
        text.push_str(&entry(app, report, lang));
    }
    if let Some(more) = reports.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let url = format!("{}/map", app.public_url);
        let line = message!(
            "还有 {more} 件，见 {url}\n\n",
            "{more} more are at {url}\n\n",
            "그 밖에 {more}건: {url}\n\n"
        );
        text.push_str(line.get(lang));
    }
    send(app, tx, alert, &subject, text).await
}

fn headline(app: &App, report: &Report, lang: Lang) -> String {
    let category = category_view(app, &report.category, lang).name;
    match township_view(app, report.township.as_deref(), lang) {
        Some(township) => format!("{category} · {}", township.name),
        None => category,
    }
}

/// What the public reads of a report, and where.
fn entry(app: &App, report: &Report, lang: Lang) -> String {
    let lead = office_name(app, &report.lead, report, lang);
    let mut text = format!("{}\n", headline(app, report, lang));
    if !report.public_description.is_empty() {
        text.push_str(&report.public_description);
        text.push('\n');
    }
    text.push_str(message!("牵头：{lead}\n", "Led by {lead}\n", "주관: {lead}\n").get(lang));
    let (root, code) = (&app.public_url, &report.code);
    text + &format!("{root}/r/{code}\n\n")
}

/// The letter that offers to go on for another year.
pub async fn ending(app: &App, tx: &mut Tx, alert: &Alert) -> Result<()> {
    let lang = lang(alert);
    let about = about(app, alert, lang);
    let day = app.pack.calendar().local_date(alert.expires_at);
    let url = page(app, alert);
    let subject = message!(
        "邮件订阅将于 {day} 到期",
        "Your email alert ends on {day}",
        "이메일 알림이 {day}에 종료됩니다"
    );
    let text = message!(
        "您的订阅“{about}”将于 {day} 到期。要继续收到，请打开下面的链接，点“续订一年”：\n{url}\n\n",
        "Your alert ({about}) ends on {day}. To keep it, open this link and renew it for a year:\n{url}\n\n",
        "알림({about})이 {day}에 종료됩니다. 계속 받으려면 아래 링크에서 1년 연장해 주세요:\n{url}\n\n"
    );
    send(app, tx, alert, &subject, text.get(lang).to_owned()).await
}

/// Where an alert is looked at, renewed and ended by people.
fn page(app: &App, alert: &Alert) -> String {
    format!("{}/subscribe/{}", app.public_url, alert.token)
}

async fn send(
    app: &App,
    tx: &mut Tx,
    alert: &Alert,
    subject: &Message,
    mut text: String,
) -> Result<()> {
    let url = page(app, alert);
    text.push_str(
        message!(
            "——\n退订或续订：{url}\n此信由系统发出，请勿直接回复。\n",
            "--\nUnsubscribe or renew: {url}\nThis email was sent automatically; please do not reply.\n",
            "--\n해지 또는 연장: {url}\n이 메일은 시스템에서 발송되었습니다. 회신하지 마세요.\n"
        )
        .get(lang(alert)),
    );
    let effect = Effect::ListMail {
        letter: Letter {
            to: alert.email.clone(),
            subject: subject.get(lang(alert)).to_owned(),
            text,
        },
        unsubscribe_url: format!(
            "{}/api/v1/alerts/{}/unsubscribe",
            app.public_url, alert.token
        ),
    };
    outbox::enqueue(tx, &app.random, app.clock.now(), &effect).await
}
