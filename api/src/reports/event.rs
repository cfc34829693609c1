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
    /// 催办
    Urged,
    /// 督办
    Supervised,
    TakenToHead,
    TakenToLead,
    ExtensionAsked,
    ExtensionRefused,
    ResidentAsked,
    ResidentAnswered,
    AnswerLapsed,
    Reclassified,
    PartOpened,
    PartDone,
    /// A part was given back to the office that leads.
    PartJoined,
    ConsultationOpened,
    OpinionGiven,
    ConsultationDecided,
    NeighbourTold,
    LinkMade,
    LinkRevoked,
    /// A contractor says that the task is done.
    TaskDone,
    /// A resident nearby says whether it is solved.
    Witnessed,
    /// Enough residents nearby say that it is solved.
    VerifiedByWitnesses,
    /// 撤销: the step before was taken back.
    Undone,
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
            Self::Urged => message!("已催办", "Urged: this step is late", "독촉했습니다"),
            Self::Supervised => message!(
                "已督办，协调中心跟进",
                "Supervised by the coordinators",
                "조정 담당자가 감독합니다"
            ),
            Self::TakenToHead => message!(
                "逾期，已报责任部门主要负责人",
                "Late: taken to the head of the office",
                "기한이 지나 부서장에게 보고되었습니다"
            ),
            Self::TakenToLead => message!(
                "逾期，已报领导小组",
                "Late: taken to the district's leading group",
                "기한이 지나 영도소조에 보고되었습니다"
            ),
            Self::ExtensionAsked => message!(
                "{zh}申请延期",
                "{en} asks for more time",
                "{ko}에서 기한 연장을 신청했습니다"
            ),
            Self::ExtensionRefused => message!(
                "延期申请没有批准",
                "More time was not granted",
                "기한 연장이 승인되지 않았습니다"
            ),
            Self::ResidentAsked => message!(
                "{zh}请举报人补充情况，期限暂停",
                "{en} has a question for the reporter; the clock stands",
                "{ko}에서 신고자에게 질문했습니다. 기한은 멈춥니다"
            ),
            Self::ResidentAnswered => message!(
                "举报人已答复，期限继续",
                "The reporter has answered; the clock runs on",
                "신고자가 답변했습니다. 기한이 다시 진행됩니다"
            ),
            Self::AnswerLapsed => message!(
                "没有等到答复，期限继续",
                "No answer came; the clock runs on",
                "답변이 없어 기한이 다시 진행됩니다"
            ),
            Self::Reclassified => message!(
                "改了类别，重新派给{tzh}",
                "The category was corrected; dispatched to {ten}",
                "유형이 바뀌어 {tko}에 다시 배정되었습니다"
            ),
            Self::PartOpened => message!(
                "其中一部分交给{tzh}办理",
                "A part of it went to {ten}",
                "일부가 {tko}에 맡겨졌습니다"
            ),
            Self::PartDone => message!(
                "{zh}已办完自己的部分",
                "{en} has done its part",
                "{ko}에서 맡은 부분을 마쳤습니다"
            ),
            Self::PartJoined => message!(
                "{tzh}的部分并回牵头部门",
                "The part of {ten} was joined again",
                "{tko}의 부분이 주관 부서로 돌아갔습니다"
            ),
            Self::ConsultationOpened => message!(
                "各部门会商",
                "Offices consult on it",
                "관계 부서가 협의합니다"
            ),
            Self::OpinionGiven => message!(
                "{zh}提出会商意见",
                "{en} gave its opinion",
                "{ko}에서 의견을 냈습니다"
            ),
            Self::ConsultationDecided => message!(
                "会商作出决定",
                "The consultation has decided",
                "협의에서 결정했습니다"
            ),
            Self::NeighbourTold => {
                message!("已通报{tzh}", "{ten} was informed", "{tko}에 통보했습니다")
            }
            Self::LinkMade => message!(
                "已交给作业单位{tzh}",
                "Given to the contractor {ten}",
                "작업 업체 {tko}에 맡겼습니다"
            ),
            Self::LinkRevoked => message!(
                "收回了给{tzh}的链接",
                "The link of {ten} was revoked",
                "{tko}의 링크를 회수했습니다"
            ),
            Self::TaskDone => message!(
                "作业单位说已完成",
                "The contractor says it is done",
                "작업 업체에서 완료했다고 알렸습니다"
            ),
            Self::Witnessed => message!(
                "附近居民到现场看了",
                "A resident nearby has looked",
                "근처 주민이 현장을 확인했습니다"
            ),
            Self::VerifiedByWitnesses => message!(
                "附近几位居民都说已经解决，核查通过",
                "Residents nearby say it is solved: verified",
                "근처 주민 여럿이 해결을 확인했습니다"
            ),
            Self::Undone => message!(
                "{zh}撤销了上一步",
                "{en} took the last step back",
                "{ko}에서 직전 단계를 취소했습니다"
            ),
        }
    }
}
