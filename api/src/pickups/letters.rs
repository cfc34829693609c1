//! Letters to whoever booked, in their language and to their e-mail address if they gave one.

use super::draft::place_line;
use super::model::Booking;
use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::district::pickups::Half;
use crate::message;
use crate::shared::error::Result;
use crate::shared::mail::Letter;
use crate::shared::message::Message;
use crate::shared::money::Money;
use crate::shared::outbox::{self, Effect};

/// What a letter is about.
#[derive(Clone, Debug)]
pub enum News {
    Confirmed,
    Queued,
    Offered,
    OfferLapsed,
    /// The half-day closed while they waited.
    NothingFree,
    /// With the price before.
    Changed {
        before: Money,
    },
    Cancelled,
    ReminderThree,
    ReminderOne,
    /// The half-day could not be served: staff moved it.
    Moved,
    Collected,
    Partly,
    Refused,
    /// Nobody was home; a further visit is booked.
    Retry,
    /// Nobody was home, and no further visit is booked.
    Missed,
}

/// Puts a letter into the transaction, if there is an address for it.
pub async fn tell(app: &App, tx: &mut Tx, booking: &Booking, news: News) -> Result<()> {
    let Some(to) = booking.email.clone() else {
        return Ok(());
    };
    let lang = Lang::from_accept_language(&booking.lang);
    let letter = letter(app, booking, &news, lang, to);
    outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await
}

fn letter(app: &App, booking: &Booking, news: &News, lang: Lang, to: String) -> Letter {
    let code = booking.code.grouped();
    let headline = headline(app, booking, news);
    let place = place_line(
        app,
        &booking.township,
        booking.community.as_deref(),
        &booking.address,
        lang,
    );
    let when = when(app, booking, lang);
    let price = price(booking.price_fen);
    let mut text = headline.get(lang).to_owned();
    text.push_str("\n\n");
    text.push_str(
        message!(
            "预约号：{code}\n时间：{when}\n地点：{place}\n费用：{p}\n",
            "Reference: {code}\nWhen: {when}\nWhere: {place}\nPrice: {p}\n",
            "예약 번호: {code}\n시간: {when}\n장소: {place}\n요금: {p}\n",
            p = price.get(lang)
        )
        .get(lang),
    );
    if let Some(note) = booking.outcome_note.as_deref().filter(|_| {
        matches!(
            news,
            News::Refused | News::Partly | News::Retry | News::Missed
        )
    }) {
        text.push_str(message!("说明：{note}\n", "Note: {note}\n", "설명: {note}\n").get(lang));
    }
    let url = format!("{}/pickups/{}", app.public_url, booking.code);
    text.push_str(
        message!(
            "\n查看或更改：{url}\n\n此信由系统发出，请勿直接回复。\n",
            "\nSee or change it: {url}\n\nThis letter was sent by the system; please do not reply.\n",
            "\n확인·변경: {url}\n\n이 메일은 시스템에서 발송되었습니다. 회신하지 마세요.\n"
        )
        .get(lang),
    );
    Letter {
        to,
        subject: message!(
            "上门收运 {code}：{zh}",
            "Pickup {code}: {en}",
            "방문 수거 {code}: {ko}",
            zh = headline.zh,
            en = headline.en,
            ko = headline.ko
        )
        .get(lang)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned(),
        text,
    }
}

/// A half-day as people write it, `2026-11-26 08:30–12:00`.
pub fn when(app: &App, booking: &Booking, lang: Lang) -> String {
    let half = match booking.half {
        Half::Am => message!("上午", "morning", "오전"),
        Half::Pm => message!("下午", "afternoon", "오후"),
    };
    let hours = app.pack.pickups().map_or_else(String::new, |pickups| {
        let (from, until) = pickups.hours(booking.half);
        format!(" {}–{}", from.format("%H:%M"), until.format("%H:%M"))
    });
    format!("{} {}{hours}", booking.day, half.get(lang))
}

/// A price for reading: what the resident pays, or is paid.
pub fn price(fen: Money) -> Message {
    match fen.0 {
        0 => message!("免费", "free", "무료"),
        1.. => message!("您付 {fen} 元", "you pay ¥{fen}", "지불 {fen}위안"),
        _ => {
            let paid = Money(-fen.0);
            message!(
                "付给您 {paid} 元",
                "you are paid ¥{paid}",
                "지급 {paid}위안"
            )
        }
    }
}

fn headline(app: &App, booking: &Booking, news: &News) -> Message {
    let until = booking
        .held_until
        .map_or_else(String::new, |at| app.pack.calendar().local_text(at));
    match news {
        News::Confirmed => message!("预约成功", "Your pickup is booked", "예약이 완료되었습니다"),
        News::Queued => message!(
            "已加入等候名单，有空位会按顺序通知您",
            "You are on the waiting list; a freed place is offered in turn",
            "대기 명단에 올랐습니다. 자리가 나면 순서대로 알려 드립니다"
        ),
        News::Offered => message!(
            "有空位了，请在 {until} 前确认",
            "A place is free: please confirm before {until}",
            "자리가 났습니다. {until}까지 확인해 주세요"
        ),
        News::OfferLapsed => message!(
            "没有按时确认，空位已给了下一位",
            "The place was not confirmed in time and went to the next",
            "제때 확인되지 않아 다음 분께 넘어갔습니다"
        ),
        News::NothingFree => message!(
            "这个时段没有空出来，等候结束",
            "No place became free; the waiting list has closed",
            "자리가 나지 않아 대기가 종료되었습니다"
        ),
        News::Changed { before } => {
            let (old, new) = (price(*before), price(booking.price_fen));
            if *before == booking.price_fen {
                message!(
                    "预约已改",
                    "Your pickup has changed",
                    "예약이 변경되었습니다"
                )
            } else {
                message!(
                    "预约已改，费用由“{oz}”变为“{nz}”",
                    "Your pickup has changed: “{oe}” is now “{ne}”",
                    "예약이 변경되었습니다: '{ok}' → '{nk}'",
                    oz = old.zh,
                    oe = old.en,
                    ok = old.ko,
                    nz = new.zh,
                    ne = new.en,
                    nk = new.ko
                )
            }
        }
        News::Cancelled => message!(
            "预约已取消",
            "Your pickup is cancelled",
            "예약이 취소되었습니다"
        ),
        News::ReminderThree => message!(
            "提醒：三天后上门收运",
            "Reminder: your pickup is in three days",
            "알림: 3일 뒤 방문 수거"
        ),
        News::ReminderOne => message!(
            "提醒：明天上门收运",
            "Reminder: your pickup is tomorrow",
            "알림: 내일 방문 수거"
        ),
        News::Moved => message!(
            "收运时间有调整",
            "Your pickup was moved",
            "수거 시간이 조정되었습니다"
        ),
        News::Collected => message!(
            "已收走，谢谢",
            "Collected, thank you",
            "수거했습니다. 감사합니다"
        ),
        News::Partly => message!("收走了一部分", "Collected in part", "일부를 수거했습니다"),
        News::Refused => message!(
            "这次没有收",
            "It was not taken",
            "이번에는 수거하지 않았습니다"
        ),
        News::Retry => message!(
            "上门时家中无人，已免费改约一次",
            "Nobody was home: one further visit is booked, free",
            "부재로 한 번 무료로 다시 예약했습니다"
        ),
        News::Missed => message!(
            "上门时家中无人",
            "Nobody was home",
            "방문했으나 부재였습니다"
        ),
    }
}
