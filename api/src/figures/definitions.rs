//! What each figure means, in words that every answer carries. The counts themselves are made in
//! `fact` and `tally`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::district::Lang;
use crate::message;
use crate::shared::message::Message;

/// A figure with its formula in the caller's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FigureDefinition)]
pub struct Definition {
    pub id: &'static str,
    pub name: String,
    pub formula: String,
}

fn all() -> Vec<(&'static str, Message, Message)> {
    vec![
        (
            "received",
            message!("受理", "Received", "접수"),
            message!(
                "统计期内收到的举报，按收到日期（本区时间）归月，按目前牵头的部门归部门。以下各项都只算这些举报。",
                "Reports received in the time asked about; their month is that of receipt in the district's time, their office the one that leads them now. Everything below is of these reports only.",
                "해당 기간에 접수된 신고. 월은 접수일(현지 시각), 부서는 현재 주관 부서 기준. 아래 항목은 모두 이 신고만 대상으로 합니다."
            ),
        ),
        (
            "open",
            message!("在办", "Open", "처리 중"),
            message!(
                "受理 − 结案 − 不予受理 − 并案",
                "received − closed − rejected − merged",
                "접수 − 종결 − 접수 불가 − 병합"
            ),
        ),
        (
            "closed",
            message!("结案", "Closed", "종결"),
            message!(
                "目前状态为结案的举报；率 = 结案 ÷（受理 − 不予受理 − 并案）",
                "reports that stand closed; rate = closed ÷ (received − rejected − merged)",
                "현재 종결 상태인 신고; 비율 = 종결 ÷ (접수 − 접수 불가 − 병합)"
            ),
        ),
        (
            "rejected",
            message!("不予受理", "Not taken up", "접수 불가"),
            message!(
                "目前状态为不予受理或举报人撤回的举报",
                "reports that stand rejected or withdrawn",
                "접수 불가 또는 취소 상태인 신고"
            ),
        ),
        (
            "merged",
            message!("并案", "Merged", "병합"),
            message!(
                "并入其他案件的举报",
                "reports merged into another case",
                "다른 사건에 병합된 신고"
            ),
        ),
        (
            "closed_in_time",
            message!("按期结案", "Closed in time", "기한 내 종결"),
            message!(
                "结案且最后一次处置完成不晚于当时的办理期限；率 = 按期结案 ÷ 结案",
                "closed, and last handled no later than the deadline then in force; rate = closed in time ÷ closed",
                "종결되었고 마지막 처리가 당시 기한 이내; 비율 = 기한 내 종결 ÷ 종결"
            ),
        ),
        (
            "handled",
            message!("处置过", "Handled", "처리됨"),
            message!(
                "至少处置完成过一次的举报",
                "reports handled at least once",
                "한 번 이상 처리된 신고"
            ),
        ),
        (
            "rework",
            message!("返工", "Rework", "재처리"),
            message!(
                "处置完成后核查未通过、居民反映没有解决或重新打开过的举报；率 = 返工 ÷ 处置过",
                "reports whose verification failed, that were disputed or reopened after they had been handled; rate = rework ÷ handled",
                "처리 후 확인 실패, 주민 이의 또는 재개가 있었던 신고; 비율 = 재처리 ÷ 처리됨"
            ),
        ),
        (
            "extended",
            message!("延期", "Extended", "기한 연장"),
            message!(
                "至少延期过一次的举报；率 = 延期 ÷ 受理",
                "reports extended at least once; rate = extended ÷ received",
                "한 번 이상 연장된 신고; 비율 = 연장 ÷ 접수"
            ),
        ),
        (
            "returned",
            message!("退单", "Sent back", "반려"),
            message!(
                "至少退单过一次的举报；分部门时算给第一个退单的部门，不计率；其他情况率 = 退单 ÷ 受理",
                "reports sent back at least once; by office, counted for the office that sent it back first, without a rate; otherwise rate = sent back ÷ received",
                "한 번 이상 반려된 신고; 부서별로는 처음 반려한 부서에 계산하고 비율은 없음; 그 밖에는 비율 = 반려 ÷ 접수"
            ),
        ),
        (
            "disputed",
            message!("反映未解决", "Disputed", "이의"),
            message!(
                "居民至少一次反映没有解决的举报；率 = 反映未解决 ÷ 处置过",
                "reports that a resident disputed at least once; rate = disputed ÷ handled",
                "주민이 한 번 이상 미해결을 알린 신고; 비율 = 이의 ÷ 처리됨"
            ),
        ),
        (
            "recurred",
            message!("复发", "Recurred", "재발"),
            message!(
                "收到前 60 天内、50 米内有另一件举报（不论编号和类别）结过案；并案的不算；率 = 复发 ÷（受理 − 并案）",
                "within 60 days before it was received, another report within 50 m was closed, whatever its number and category; merged ones do not count; rate = recurred ÷ (received − merged)",
                "접수 전 60일 안에 50m 이내의 다른 신고(번호·분류 무관)가 종결된 적이 있음; 병합 제외; 비율 = 재발 ÷ (접수 − 병합)"
            ),
        ),
        (
            "first_action",
            message!("首次处理用时", "Time to first action", "첫 조치까지 시간"),
            message!(
                "从收到到工作人员第一次接单、退单、改派、处置、延期、挂账、不予受理或并案的工作分钟数（留言不算）；中位数和 90 分位数按最近秩取值",
                "working minutes from receipt to the first time a member of staff accepts, returns, redirects, handles, extends, suspends, rejects or merges it (notes do not count); median and 90th percentile by nearest rank",
                "접수부터 담당자의 첫 조치(접수, 반려, 재배정, 처리, 연장, 보류, 불가, 병합; 메모 제외)까지의 근무 분; 중앙값과 90백분위는 최근접 순위"
            ),
        ),
        (
            "close",
            message!("结案用时", "Time to close", "종결까지 시간"),
            message!(
                "目前结案的举报从收到到最后一次结案的工作分钟数，含核查和挂账的时间",
                "working minutes from receipt to the last closing, of reports that stand closed; verification and suspension included",
                "종결 상태인 신고의 접수부터 마지막 종결까지의 근무 분(확인·보류 포함)"
            ),
        ),
        (
            "satisfaction",
            message!("满意度", "Satisfaction", "만족도"),
            message!(
                "居民评分（1 至 5 分）的平均值；并案的举报的评分算给主案",
                "mean of the residents' scores, 1 to 5; those of a merged report count for the case it was merged into",
                "주민 평점(1~5)의 평균; 병합된 신고의 평점은 주 사건에 계산"
            ),
        ),
    ]
}

/// Every figure, in the order in which they are shown.
pub fn definitions(lang: Lang) -> Vec<Definition> {
    all()
        .into_iter()
        .map(|(id, name, formula)| Definition {
            id,
            name: name.get(lang).to_owned(),
            formula: formula.get(lang).to_owned(),
        })
        .collect()
}

/// The name of one figure.
pub fn name_of(id: &str, lang: Lang) -> String {
    let found = all().into_iter().find(|(known, ..)| *known == id);
    found.map_or_else(|| id.to_owned(), |(_, name, _)| name.get(lang).to_owned())
}
