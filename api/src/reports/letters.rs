//! Letters about a report: to the offices when it is dispatched, to its followers at every change.

use std::collections::BTreeSet;

use super::event::{Event, EventKind};
use super::model::{NEIGHBOUR, Report};
use super::store;
use super::together::consultation::Consultation;
use super::view::{event_sentence, office_name};
use crate::app::App;
use crate::auth;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::Result;
use crate::shared::mail::Letter;
use crate::shared::message::Message;
use crate::shared::outbox::{self, Effect};

/// Tells the office that leads, those that assist, and those to be told at once.
pub async fn to_offices(app: &App, tx: &mut Tx, report: &Report) -> Result<()> {
    let decision = &report.routing.0;
    let mut offices: Vec<(&str, &str)> = vec![(report.lead.as_str(), "牵头办理")];
    offices.extend(
        decision
            .alerted
            .iter()
            .map(|office| (office.id.as_str(), "立即知悉并协助")),
    );
    offices.extend(report.assisting().map(|office| (office, "协助办理")));
    let mut told = BTreeSet::new();
    for (office, part) in offices {
        if told.insert(office.to_owned()) {
            to_office(app, tx, report, office, part).await?;
        }
    }
    Ok(())
}

/// Tells one office of its part in a case.
pub async fn to_office(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    office: &str,
    part: &str,
) -> Result<()> {
    for to in addresses(app, tx, report, office).await? {
        let letter = office_letter(app, report, part, to);
        outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await?;
    }
    Ok(())
}

/// Asks a neighbouring district for its say, by a link of its own.
pub async fn to_neighbour(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    consultation: &Consultation,
    url: &str,
    to: String,
) -> Result<()> {
    let what = if consultation.joint {
        "联合执法"
    } else {
        "会商"
    };
    let category = app
        .pack
        .category(&report.category)
        .map_or("", |category| &category.name.zh);
    let letter = Letter {
        to,
        subject: format!("【{what}】{category} {}", report.code.grouped()),
        text: format!(
            "有一起案件请贵地{what}。\n\n编号：{code}\n类别：{category}\n地点：{place}\n\
             事项：{question}\n请于 {by} 前答复。\n\n查看并答复（不用登录，链接只给贵单位）：{url}\n\n\
             此信由{district}“无废”系统发出，请勿直接回复。\n",
            code = report.code.grouped(),
            place = place_line(app, report, Lang::Zh),
            question = consultation.question,
            by = app.pack.calendar().local_text(consultation.opinions_by),
            district = app.pack.name.zh,
        ),
    };
    outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await?;
    Ok(())
}

/// The office's own address and those of its handlers.
pub(super) async fn addresses(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    office: &str,
) -> Result<BTreeSet<String>> {
    let mut addresses: BTreeSet<String> = auth::store::handler_emails(tx, office)
        .await?
        .into_iter()
        .collect();
    let own = if office == NEIGHBOUR {
        let neighbour = report.routing.neighbour.as_ref();
        neighbour.and_then(|there| app.pack.neighbour(&there.code)?.email.clone())
    } else {
        app.pack
            .office(office)
            .and_then(|office| office.email.clone())
    };
    addresses.extend(own);
    Ok(addresses)
}

fn office_letter(app: &App, report: &Report, part: &str, to: String) -> Letter {
    let decision = &report.routing.0;
    let category = app
        .pack
        .category(&report.category)
        .map_or("", |category| &category.name.zh);
    let place = place_line(app, report, Lang::Zh);
    let due = report.due_at.map_or_else(String::new, |due| {
        format!("办理期限：{}\n", app.pack.calendar().local_text(due))
    });
    let reasons: Vec<&str> = decision
        .reasons
        .iter()
        .map(|reason| reason.get(Lang::Zh))
        .collect();
    let reasons = reasons.join("\n· ");
    let urgent = if report.urgent { "【紧急】" } else { "" };
    Letter {
        to,
        subject: format!("{urgent}{category} {} {part}", report.code.grouped()),
        text: format!(
            "{urgent}有一起举报请贵单位{part}。\n\n\
             编号：{code}\n类别：{category}\n地点：{place}\n{due}\
             牵头：{lead}\n依据：{clause}\n· {reasons}\n\n\
             描述：{description}\n\n\
             办理：{url}/desk/cases/{plain}\n\n\
             此信由系统发出，请勿直接回复。\n",
            code = report.code.grouped(),
            lead = office_name(app, &report.lead, report, Lang::Zh),
            clause = decision.clause,
            description = if report.description.is_empty() {
                "（见照片）"
            } else {
                &report.description
            },
            url = app.public_url,
            plain = report.code,
        ),
    }
}

pub(super) fn place_line(app: &App, report: &Report, lang: Lang) -> String {
    let township = report
        .township
        .as_deref()
        .and_then(|code| app.pack.township(code));
    let community = report
        .community
        .as_deref()
        .and_then(|code| app.pack.community(code))
        .map(|(_, community)| community.name.get(lang));
    [
        township.map(|township| township.name.get(lang)),
        community,
        Some(report.address.as_str()).filter(|address| !address.is_empty()),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

/// Tells everyone who follows, each in their language, of a public step.
pub async fn to_followers(app: &App, tx: &mut Tx, report: &Report, event: &Event) -> Result<()> {
    let silent = matches!(
        event.kind,
        EventKind::Joined
            | EventKind::PhotosAdded
            | EventKind::Rated
            | EventKind::ResidentAnswered
            | EventKind::AnswerLapsed
            | EventKind::Witnessed
            | EventKind::Urged
            | EventKind::Supervised
            | EventKind::TakenToHead
            | EventKind::TakenToLead
            // The letter about the step taken back never left.
            | EventKind::Undone
    );
    if !event.public || silent {
        return Ok(());
    }
    for follower in store::followers(tx, report.id).await? {
        let Some(to) = follower.email else { continue };
        let lang = Lang::from_accept_language(&follower.lang);
        let letter = follower_letter(app, report, event, lang, to);
        outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await?;
    }
    Ok(())
}

fn follower_letter(app: &App, report: &Report, event: &Event, lang: Lang, to: String) -> Letter {
    let code = report.code.grouped();
    let what = event_sentence(app, event, report);
    let status = report.status.name();
    let mut text = message!(
        "您关注的举报 {code} 有新进展：\n\n{zh}。\n现在的状态：{szh}\n",
        "There is news about report {code}:\n\n{en}.\nStatus: {sen}\n",
        "신고 {code}에 새 소식이 있습니다:\n\n{ko}.\n현재 상태: {sko}\n",
        zh = what.zh,
        en = what.en,
        ko = what.ko,
        szh = status.zh,
        sen = status.en,
        sko = status.ko
    )
    .get(lang)
    .to_owned();
    if event.kind == EventKind::Dispatched || event.kind == EventKind::Received {
        for reason in &report.routing.reasons {
            text.push_str("· ");
            text.push_str(reason.get(lang));
            text.push('\n');
        }
    }
    if let Some(note) = &event.public_note {
        text.push_str(
            message!("\n说明：{note}\n", "\nNote: {note}\n", "\n설명: {note}\n").get(lang),
        );
    }
    let url = format!("{}/r/{}", app.public_url, report.code);
    text.push_str(closing(&url).get(lang));
    Letter {
        to,
        subject: message!(
            "举报 {code}：{zh}",
            "Report {code}: {en}",
            "신고 {code}: {ko}",
            zh = status.zh,
            en = status.en,
            ko = status.ko
        )
        .get(lang)
        .to_owned(),
        text,
    }
}

fn closing(url: &str) -> Message {
    message!(
        "\n查看全部经过：{url}\n\n此信由系统发出，请勿直接回复。\n",
        "\nThe whole history: {url}\n\nThis letter was sent by the system; please do not reply.\n",
        "\n전체 경과 보기: {url}\n\n이 메일은 시스템에서 발송되었습니다. 회신하지 마세요.\n"
    )
}
