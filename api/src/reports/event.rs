//! One step in the history of a report. The history only grows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Status;
use crate::message;
use crate::shared::id::{AccountId, EventId, ReportId};
use crate::shared::message::Message;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum EventKind {
    Received,
    Dispatched,
    Accepted,
    Returned,
    HandedOver,
    Noted,
    Handled,
    Verified,
    VerificationFailed,
    Closed,
    Rejected,
    Extended,
    Suspended,
    Resumed,
    Merged,
    Absorbed,
    Reopened,
    Disputed,
    Confirmed,
    Withdrawn,
    Joined,
    Left,
    PhotosAdded,
    PhotoHidden,
    PhotoShown,
    Rated,
}

/// A step.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Event {
    pub id: EventId,
    pub report_id: ReportId,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    /// The status after the step.
    pub status: Status,
    /// Whether the public may read it.
    pub public: bool,
    pub note: Option<String>,
    /// The note with personal data masked.
    pub public_note: Option<String>,
    /// The office that did it.
    pub office: Option<String>,
    /// The office or case it went to.
    pub target: Option<String>,
    pub actor: Option<AccountId>,
}

impl EventKind {
    /// The step in a resident's words; `office` did it, `target` is where it went.
    pub fn sentence(self, office: &Message, target: &Message) -> Message {
        let (zh, en, ko) = (&office.zh, &office.en, &office.ko);
        let (tzh, ten, tko) = (&target.zh, &target.en, &target.ko);
        match self {
            Self::Received => message!("已收到举报", "Report received", "신고가 접수되었습니다"),
            Self::Dispatched => message!(
                "已派给{tzh}",
                "Dispatched to {ten}",
                "{tko}에 배정되었습니다"
            ),
            Self::Accepted => message!(
                "{zh}已接单，开始处置",
                "{en} has taken the case on",
                "{ko}에서 처리를 시작했습니다"
            ),
            Self::Returned => message!(
                "{zh}认为不属于本部门，建议转给{tzh}",
                "{en} says it is not theirs and names {ten}",
                "{ko}에서 소관이 아니라며 {tko}(으)로 넘기도록 요청했습니다"
            ),
            Self::HandedOver => message!(
                "{zh}已交给同事办理",
                "{en} handed it to a colleague",
                "{ko} 내 다른 담당자에게 인계되었습니다"
            ),
            Self::Noted => message!("{zh}留言", "Note by {en}", "{ko}의 메모"),
            Self::Handled => message!(
                "{zh}已处置，等待核查",
                "{en} has dealt with it; to be verified",
                "{ko}에서 처리를 마쳤습니다. 확인을 기다립니다"
            ),
            Self::Verified => message!("核查通过", "Verified", "확인되었습니다"),
            Self::VerificationFailed => message!(
                "核查未通过，重新处置",
                "Verification failed: to be dealt with again",
                "확인 결과 미해결로, 다시 처리합니다"
            ),
            Self::Closed => message!("已结案", "Closed", "종결되었습니다"),
            Self::Rejected => message!("不予受理", "Not taken up", "접수되지 않았습니다"),
            Self::Extended => message!(
                "办理期限已延长",
                "The deadline was extended",
                "처리 기한이 연장되었습니다"
            ),
            Self::Suspended => message!("暂时挂账", "Suspended for now", "잠시 보류되었습니다"),
            Self::Resumed => message!("恢复办理", "Resumed", "처리가 재개되었습니다"),
            Self::Merged => message!(
                "已并入案件 {tzh}",
                "Merged into case {ten}",
                "사건 {tko}에 병합되었습니다"
            ),
            Self::Absorbed => message!(
                "案件 {tzh} 并入本案",
                "Case {ten} was merged into this one",
                "사건 {tko}이(가) 이 사건에 병합되었습니다"
            ),
            Self::Reopened => message!("重新打开", "Reopened", "다시 열렸습니다"),
            Self::Disputed => message!(
                "居民反映没有解决，重新处置",
                "A resident says it is not solved: reopened",
                "주민이 해결되지 않았다고 알려 다시 처리합니다"
            ),
            Self::Confirmed => message!(
                "居民确认已经解决",
                "A resident confirms that it is solved",
                "주민이 해결을 확인했습니다"
            ),
            Self::Withdrawn => message!(
                "举报人已撤回",
                "Withdrawn by the reporter",
                "신고자가 취소했습니다"
            ),
            Self::Joined => message!(
                "又有一位居民反映了同一处",
                "Another resident reported the same",
                "다른 주민도 같은 곳을 신고했습니다"
            ),
            Self::Left => message!(
                "一位居民不再关注",
                "A resident stopped following",
                "한 주민이 관심을 해제했습니다"
            ),
            Self::PhotosAdded => message!(
                "居民补充了照片",
                "A resident added photos",
                "주민이 사진을 추가했습니다"
            ),
            Self::PhotoHidden => message!(
                "一张照片已不公开",
                "A photo was hidden from the public",
                "사진 한 장이 비공개 처리되었습니다"
            ),
            Self::PhotoShown => message!(
                "一张照片恢复公开",
                "A photo was made public again",
                "사진 한 장이 다시 공개되었습니다"
            ),
            Self::Rated => message!(
                "居民作了评价",
                "A resident rated the work",
                "주민이 평가했습니다"
            ),
        }
    }
}
