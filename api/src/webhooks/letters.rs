//! The letter to administrators when a webhook is given up.

use super::model::{DisabledWhy, Webhook};
use crate::app::App;
use crate::auth::{self, Role};
use crate::db::Tx;
use crate::shared::error::Result;
use crate::shared::mail::Letter;
use crate::shared::outbox::{self, Effect};

pub async fn disabled(app: &App, tx: &mut Tx, hook: &Webhook, why: DisabledWhy) -> Result<()> {
    let name = &hook.name;
    let reason = match why {
        DisabledWhy::Failing => "连续多次推送失败，且已超过 24 小时",
        DisabledWhy::Gone => "对方答复该地址已停用（410）",
    };
    for to in auth::store::role_emails(tx, Role::Administrator).await? {
        let letter = Letter {
            to,
            subject: format!("推送已停用：{name}"),
            text: format!(
                "向“{name}”的推送已自动停用：{reason}。\n\n\
                 尚未送达的消息保留在推送记录里，恢复后可以逐条重发：\n{url}/desk/webhooks/{id}\n\n\
                 此信由系统发出，请勿直接回复。\n",
                url = app.public_url,
                id = hook.id,
            ),
        };
        outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await?;
    }
    Ok(())
}
