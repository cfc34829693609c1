//! Who holds credits: a class by its code or a numbered card, never a person.
//!
//! Children have no accounts and no names here (个人信息保护法 art. 28 and 31: the data of whoever is
//! under fourteen are sensitive), so that a code may hold nothing that could be a name or a number of
//! somebody.

use wufei_moderation::find_personal_data;

const MAX: usize = 16;
/// What a class code is written with, beside digits.
const SIGNS: &str =
    "一二三四五六七八九十甲乙丙丁年级班组队届初高中小大幼学前部A BCDEFGHabcdefgh（）()-·";
/// One of these makes it a class.
const MARKS: &str = "年级班组队届";

/// A class code such as `3年2班`, `高一（3）班` or `大班`, or a card such as `A017`; tidied.
///
/// `None` for everything else: names, phone numbers, pupils' numbers.
pub fn parse(text: &str) -> Option<String> {
    let code: String = text
        .trim()
        .chars()
        .map(|c| match c {
            '０'..='９' => {
                char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c)
            }
            other => other,
        })
        .collect();
    let length = code.chars().count();
    if !(2..=MAX).contains(&length) || !find_personal_data(&code).is_empty() {
        return None;
    }
    (is_card(&code) || is_class(&code)).then_some(code)
}

/// A letter and one to four digits.
fn is_card(code: &str) -> bool {
    let Some(digits) = code.strip_prefix(|c: char| c.is_ascii_uppercase()) else {
        return false;
    };
    (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_class(code: &str) -> bool {
    let allowed = code
        .chars()
        .all(|c| c.is_ascii_digit() || SIGNS.contains(c));
    let longest = code
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or(0);
    // Five digits in a row are a pupil's number already; a year has four.
    allowed && longest <= 4 && code.chars().any(|c| MARKS.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_cards_are_codes_and_names_and_numbers_are_not() {
        for good in [
            "3年2班",
            "三年级2班",
            "高一（3）班",
            "大班",
            "2023级1班",
            "A017",
            "Z1",
            "六年甲班",
        ] {
            assert_eq!(parse(good).as_deref(), Some(good), "{good}");
        }
        assert_eq!(parse(" ３年２班 ").as_deref(), Some("3年2班"));
        for bad in [
            "",
            "王小明",
            "3年2班王小明",
            "小明",
            "13812345678",
            "20230115",
            "20230班",
            "Tom",
            "A01712",
            "李班",
            "王老师",
            "3年2班13812345678",
            "pool",
            "班班班班班班班班班班班班班班班班班",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
