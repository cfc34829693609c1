//! Why a booking cannot be made or changed, in words.

use super::slots::NotBookable;
use crate::message;
use crate::shared::error::Error;

pub(super) fn refuse_day(reason: NotBookable) -> Error {
    Error::field(
        "slot",
        match reason {
            NotBookable::TooSoon => message!(
                "这个时段已过预约截止时间，请选后面的。",
                "The cut-off for this half-day has passed: choose a later one.",
                "이 시간대는 예약이 마감되었습니다. 이후 시간대를 선택해 주세요."
            ),
            NotBookable::TooFar => message!(
                "这个时段还没开放预约。",
                "This half-day cannot be booked yet.",
                "이 시간대는 아직 예약할 수 없습니다."
            ),
        },
    )
}

pub(super) fn full() -> Error {
    Error::Conflict(message!(
        "这个时段刚刚约满了。可以选别的时段，或加入等候名单。",
        "This half-day has just become full: choose another, or join the waiting list.",
        "이 시간대가 방금 마감되었습니다. 다른 시간대를 선택하거나 대기 명단에 올려 주세요."
    ))
}

pub(super) fn closed() -> Error {
    Error::field(
        "slot",
        message!(
            "这个时段没有收运，请选别的。",
            "There is no round in this half-day: choose another.",
            "이 시간대에는 수거가 없습니다. 다른 시간대를 선택해 주세요."
        ),
    )
}

pub(super) fn too_much() -> Error {
    Error::field(
        "items",
        message!(
            "一个时段装不下这么多，请分几次预约。",
            "This is more than one half-day can take: please book in parts.",
            "한 시간대에 담을 수 없는 양입니다. 나누어 예약해 주세요."
        ),
    )
}

pub(super) fn moved_meanwhile() -> Error {
    Error::Conflict(message!(
        "预约刚刚有了变化，请刷新后再试。",
        "The booking has just changed: reload it and try again.",
        "예약이 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
    ))
}

pub(super) fn over() -> Error {
    Error::Conflict(message!(
        "这个预约已经结束。",
        "This booking is over.",
        "이 예약은 이미 끝났습니다."
    ))
}
