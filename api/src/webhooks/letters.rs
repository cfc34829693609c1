//! The letter to administrators when a webhook is given up, to each in their language.

use super::model::{DisabledWhy, Webhook};
use crate::app::App;
use crate::auth::{self, Role};
use crate::db::Tx;
use crate::message;
use crate::shared::error::Result;
use crate::shared::mail::Letter;
use crate::shared::outbox::{self, Effect};

pub async fn disabled(app: &App, tx: &mut Tx, hook: &Webhook, why: DisabledWhy) -> Result<()> {
    let name = &hook.name;
    let reason = match why {
        DisabledWhy::Failing => message!(
            "连续多次推送失败，且已超过 24 小时",
            "many deliveries in a row have failed, over more than 24 hours",
            "24시간이 넘도록 전송이 연이어 실패했습니다"
        ),
        DisabledWhy::Gone => message!(
            "对方答复该地址已停用（410）",
            "the receiver answered that the address is gone (410)",
            "받는 쪽에서 더 이상 쓰지 않는 주소라고 응답했습니다(410)"
        ),
    };
    let url = format!("{}/desk/webhooks/{}", app.public_url, hook.id);
    for (to, lang) in auth::store::role_readers(tx, Role::Administrator).await? {
        let reason = reason.get(lang);
        let subject = message!(
            "推送已停用：{name}",
            "Webhook switched off: {name}",
            "웹훅이 중지되었습니다: {name}"
        );
        let text = message!(
            "向“{name}”的推送已自动停用：{reason}。\n\n\
             尚未送达的消息保留在推送记录里，恢复后可以逐条重发：\n{url}\n\n\
             此信由系统发出，请勿直接回复。\n",
            "The webhook “{name}” was switched off automatically: {reason}.\n\n\
             What was not delivered stays in its log; once it is taken up again, each message can be \
             sent again:\n{url}\n\n\
             This letter is sent by the system; please do not reply.\n",
            "웹훅 “{name}”이(가) 자동으로 중지되었습니다. 이유: {reason}.\n\n\
             전달되지 못한 메시지는 전송 기록에 남아 있으며, 다시 켠 뒤 하나씩 다시 보낼 수 있습니다.\n{url}\n\n\
             이 메일은 시스템이 보낸 것이니 회신하지 마세요.\n"
        );
        let letter = Letter {
            to,
            subject: subject.get(lang).to_owned(),
            text: text.get(lang).to_owned(),
        };
        outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await?;
    }
    Ok(())
}
