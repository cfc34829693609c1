//! The reporter and those who joined: a secret only they have, and a contact only for letters.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::message;
use crate::shared::id::{AccountId, FollowerId, ReportId};
use crate::shared::message::Message;
pub use crate::shared::secret::{new_secret, secret_hash};

/// Somebody who follows a report.
#[derive(Clone, sqlx::FromRow)]
pub struct Follower {
    pub id: FollowerId,
    pub report_id: ReportId,
    pub secret_hash: Vec<u8>,
    /// Filed it, as opposed to joined it.
    pub reporter: bool,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub lang: String,
    /// The offices do not see the contact.
    pub anonymous: bool,
    pub account_id: Option<AccountId>,
    pub score: Option<i64>,
    pub resolved: Option<bool>,
    pub comment: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// How to reach somebody; at least one of phone and e-mail, or nothing at all.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// At most 40 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// 5 to 20 digits, spaces, `+`, `-` or brackets.
    #[serde(default)]
    pub phone: Option<String>,
    /// Letters go here at every change.
    #[serde(default)]
    pub email: Option<String>,
}

impl Contact {
    /// Tidied, with every field at fault named below `field`.
    pub fn checked(self, field: &str, errors: &mut Vec<(String, Message)>) -> Self {
        let tidy =
            |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let contact = Self {
            name: tidy(self.name),
            phone: tidy(self.phone),
            email: tidy(self.email),
        };
        if contact
            .name
            .as_ref()
            .is_some_and(|name| name.chars().count() > 40)
        {
            errors.push((
                format!("{field}.name"),
                message!(
                    "称呼最多 40 个字。",
                    "At most 40 characters.",
                    "이름은 40자 이내로 입력해 주세요."
                ),
            ));
        }
        if contact
            .phone
            .as_deref()
            .is_some_and(|phone| !is_phone(phone))
        {
            errors.push((
                format!("{field}.phone"),
                message!(
                    "电话号码格式不对，例如 13812345678 或 0439-1234567。",
                    "This is not a phone number.",
                    "전화번호 형식이 잘못되었습니다."
                ),
            ));
        }
        if contact
            .email
            .as_deref()
            .is_some_and(|e| e.len() > 254 || e.parse::<lettre::Address>().is_err())
        {
            errors.push((
                format!("{field}.email"),
                message!(
                    "邮箱地址格式不对。",
                    "This is not an e-mail address.",
                    "이메일 주소 형식이 잘못되었습니다."
                ),
            ));
        }
        contact
    }

    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.phone.is_none() && self.email.is_none()
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=15).contains(&digits)
        && text.len() <= 20
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_tidied_and_wrong_ones_named() {
        let mut errors = Vec::new();
        let contact = Contact {
            name: Some("  ".into()),
            phone: Some(" 0439-3725000 ".into()),
            email: Some("nobody".into()),
        }
        .checked("contact", &mut errors);
        assert_eq!(
            (contact.name, contact.phone.as_deref()),
            (None, Some("0439-3725000"))
        );
        assert_eq!(
            errors.iter().map(|(f, _)| f.as_str()).collect::<Vec<_>>(),
            ["contact.email"]
        );
    }
}
