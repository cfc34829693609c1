//! Standard replies: what an office says again and again, with placeholders for the case.

pub mod placeholders;
pub mod store;

use crate::auth::{Account, Role};
use crate::message;
use crate::reports::model::Action;
use crate::shared::error::{Error, Result};
use crate::shared::id::ReplyId;

/// A standard reply as it is kept.
#[derive(sqlx::FromRow)]
pub struct Reply {
    pub id: ReplyId,
    pub version: i64,
    #[sqlx(flatten)]
    pub words: ReplyWords,
}

/// What people write of a reply.
#[derive(sqlx::FromRow)]
pub struct ReplyWords {
    /// Whose it is; `None`: the whole district's.
    pub office: Option<String>,
    /// Only for cases of this category.
    pub category: Option<String>,
    /// Only with this action.
    pub action: Option<Action>,
    pub title: String,
    pub text_zh: String,
    pub text_en: Option<String>,
    pub text_ko: Option<String>,
    pub position: i64,
}

impl Reply {
    /// Whether it goes with an action on a case of a category.
    pub fn fits(&self, category: &str, action: Option<Action>) -> bool {
        let words = &self.words;
        words.category.as_deref().is_none_or(|own| own == category)
            && words.action.is_none_or(|own| action == Some(own))
    }
}

/// Whether somebody writes the replies of an office, or of the district.
pub fn may_edit(account: &Account, office: Option<&str>) -> bool {
    match account.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Handler => office.is_some() && account.office.as_deref() == office,
        _ => false,
    }
}

/// # Errors
/// 403 for who may not.
pub fn check_edit(account: &Account, office: Option<&str>) -> Result<()> {
    if may_edit(account, office) {
        return Ok(());
    }
    Err(Error::Forbidden(message!(
        "本部门的由本部门处置员编写，全区的由协调员或管理员编写。",
        "Handlers write those of their own office, coordinators and administrators the district's.",
        "부서 문구는 해당 부서 담당자가, 전체 문구는 조정 담당자나 관리자가 작성합니다."
    )))
}
