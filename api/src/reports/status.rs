//! The states of a report.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::message;
use crate::shared::message::Message;

/// Where a report stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    sqlx::Type,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    /// 受理: taken in, not yet with an office.
    Received,
    /// 派遣: with an office that has not yet accepted it.
    Dispatched,
    /// 处置: being dealt with.
    Accepted,
    /// Dealt with, as the office says; not yet verified and closed.
    Handled,
    /// 结案: verified by somebody else and closed.
    Closed,
    /// 退单: sent back for the second time; a coordinator decides.
    Returned,
    /// 延期: being dealt with, with more time.
    Extended,
    /// 挂账: waits for a date.
    Suspended,
    /// 不予受理, or taken back by the reporter.
    Rejected,
    /// 并案: joined to a master case.
    Merged,
    /// Found not to be solved after all.
    Reopened,
}

impl Status {
    pub const ALL: [Self; 11] = [
        Self::Received,
        Self::Dispatched,
        Self::Accepted,
        Self::Handled,
        Self::Closed,
        Self::Returned,
        Self::Extended,
        Self::Suspended,
        Self::Rejected,
        Self::Merged,
        Self::Reopened,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Dispatched => "dispatched",
            Self::Accepted => "accepted",
            Self::Handled => "handled",
            Self::Closed => "closed",
            Self::Returned => "returned",
            Self::Extended => "extended",
            Self::Suspended => "suspended",
            Self::Rejected => "rejected",
            Self::Merged => "merged",
            Self::Reopened => "reopened",
        }
    }

    /// Whether nothing more is expected of anybody.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Rejected | Self::Merged)
    }

    /// The status in a resident's words.
    pub fn name(self) -> Message {
        match self {
            Self::Received => message!("已受理", "Received", "접수됨"),
            Self::Dispatched => message!("已派遣", "Dispatched", "배정됨"),
            Self::Accepted => message!("处置中", "In hand", "처리 중"),
            Self::Handled => message!(
                "已处置，待核查",
                "Handled, to be verified",
                "처리됨, 확인 대기"
            ),
            Self::Closed => message!("已结案", "Closed", "종결"),
            Self::Returned => {
                message!("退单，待协调", "Returned, to be decided", "반려됨, 조정 중")
            }
            Self::Extended => message!("已延期", "Extended", "기한 연장"),
            Self::Suspended => message!("挂账", "Suspended", "보류"),
            Self::Rejected => message!("不予受理", "Not taken up", "접수 불가"),
            Self::Merged => message!("已并案", "Merged", "병합됨"),
            Self::Reopened => message!("重新处置", "Reopened", "재처리"),
        }
    }
}
