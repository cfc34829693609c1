//! Letters about organisations, events and stalls, each in its reader's language.

use super::model::{Booking, Gathering, Organisation};
use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::Result;
use crate::shared::mail::Letter;
use crate::shared::message::Message;
use crate::shared::outbox::{self, Effect};

/// Most neighbours told of one event.
pub const MAX_NOTICES: i64 = 5_000;

async fn send(
    app: &App,
    tx: &mut Tx,
    (to, lang): (&str, &str),
    subject: &Message,
    body: &Message,
    url: &str,
) -> Result<()> {
    let lang = Lang::from_accept_language(lang);
    let foot = message!(
        "此信由系统发出，请勿直接回复。",
        "This letter was sent by the system; please do not reply.",
        "이 메일은 시스템에서 발송되었습니다. 회신하지 마세요."
    );
    let letter = Letter {
        to: to.to_owned(),
        subject: subject
            .get(lang)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned(),
        text: format!(
            "{}\n\n{}{url}\n\n{}\n",
            body.get(lang),
            app.public_url,
            foot.get(lang)
        ),
    };
    outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await
}

/// The office decided about an application.
pub async fn decided(app: &App, tx: &mut Tx, organisation: &Organisation) -> Result<()> {
    let Some(to) = organisation.contact_email.as_deref() else {
        return Ok(());
    };
    let name = &organisation.name;
    let note = organisation.decision_note.as_deref().unwrap_or_default();
    let approved = organisation.state == super::model::OrganisationState::Approved;
    let subject = if approved {
        message!(
            "“{name}”的申请已通过",
            "“{name}” has been approved",
            "'{name}' 신청이 승인되었습니다"
        )
    } else {
        message!(
            "“{name}”的申请未通过",
            "“{name}” has not been approved",
            "'{name}' 신청이 승인되지 않았습니다"
        )
    };
    let body = message!(
        "{zh}。\n{note}",
        "{en}.\n{note}",
        "{ko}.\n{note}",
        zh = subject.zh,
        en = subject.en,
        ko = subject.ko
    );
    let url = format!("/organisations/{}", organisation.id);
    send(app, tx, (to, &organisation.lang), &subject, &body, &url).await
}

/// What happened to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    New,
    Postponed,
    Cancelled,
}

/// Tells everybody on the list of one event.
pub async fn tell(
    app: &App,
    tx: &mut Tx,
    event: &Gathering,
    when: &str,
    news: News,
    to: &[(String, String)],
) -> Result<()> {
    let (title, address) = (&event.title, &event.address);
    let note = event.note.as_deref().unwrap_or_default();
    let subject = match news {
        News::New => message!(
            "附近有新活动：{title}",
            "A new event near you: {title}",
            "근처 새 행사: {title}"
        ),
        News::Postponed => message!(
            "活动改期：{title}（{when}）",
            "Postponed: {title} ({when})",
            "행사 연기: {title}({when})"
        ),
        News::Cancelled => message!(
            "活动取消：{title}",
            "Cancelled: {title}",
            "행사 취소: {title}"
        ),
    };
    let body = message!(
        "{zh}\n\n时间：{when}\n地点：{address}\n{note}",
        "{en}\n\nWhen: {when}\nWhere: {address}\n{note}",
        "{ko}\n\n시간: {when}\n장소: {address}\n{note}",
        zh = subject.zh,
        en = subject.en,
        ko = subject.ko
    );
    let url = format!("/events/{}", event.id);
    for (to, lang) in to {
        send(app, tx, (to, lang), &subject, &body, &url).await?;
    }
    Ok(())
}

/// What happened to a stall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StallNews {
    Booked,
    Queued,
    Offered,
    OfferLapsed,
    Moved,
    Cancelled,
}

pub async fn stall(
    app: &App,
    tx: &mut Tx,
    event: &Gathering,
    booking: &Booking,
    news: StallNews,
) -> Result<()> {
    let Some(to) = booking.email.as_deref() else {
        return Ok(());
    };
    let stall = booking.stall.as_deref().unwrap_or("–");
    let title = &event.title;
    let until = booking
        .offered_until
        .map_or_else(String::new, |at| app.pack.calendar().local_text(at));
    let subject = match news {
        StallNews::Booked => message!(
            "摊位 {stall} 已订好：{title}",
            "Stall {stall} is yours: {title}",
            "{stall} 자리 예약 완료: {title}"
        ),
        StallNews::Queued => message!(
            "已加入摊位等候名单：{title}",
            "You are on the waiting list for a stall: {title}",
            "자리 대기 명단 등록: {title}"
        ),
        StallNews::Offered => message!(
            "有摊位了（{stall}），请在 {until} 前确认：{title}",
            "Stall {stall} is free: please confirm before {until}: {title}",
            "{stall} 자리가 났습니다. {until}까지 확인해 주세요: {title}"
        ),
        StallNews::OfferLapsed => message!(
            "没有按时确认，摊位给了下一位：{title}",
            "The stall was not confirmed in time and went to the next: {title}",
            "제때 확인되지 않아 다음 분께 넘어갔습니다: {title}"
        ),
        StallNews::Moved => message!(
            "您的摊位换到 {stall}：{title}",
            "Your stall is now {stall}: {title}",
            "자리가 {stall}(으)로 변경되었습니다: {title}"
        ),
        StallNews::Cancelled => message!(
            "摊位已取消：{title}",
            "Your stall is cancelled: {title}",
            "자리 예약이 취소되었습니다: {title}"
        ),
    };
    let when = booking.occurrence.shown();
    let (when, address) = (
        event
            .schedule
            .find(event.starts, app.pack.calendar(), booking.occurrence)
            .map_or(when, |occurrence| occurrence.starts.shown()),
        &event.address,
    );
    let body = message!(
        "{zh}\n\n时间：{when}\n地点：{address}",
        "{en}\n\nWhen: {when}\nWhere: {address}",
        "{ko}\n\n시간: {when}\n장소: {address}",
        zh = subject.zh,
        en = subject.en,
        ko = subject.ko
    );
    let url = format!("/me/stalls/{}", booking.id);
    send(app, tx, (to, &booking.lang), &subject, &body, &url).await
}
