//! What is personal data, in every spelling, and what is not.

use super::*;

fn kinds(text: &str) -> Vec<Kind> {
    find_personal_data(text)
        .into_iter()
        .map(|finding| finding.kind)
        .collect()
}

#[test]
fn every_kind_is_found_however_it_is_written() {
    for (text, kind) in [
        ("找我13812345678", Kind::Mobile),
        ("电话 138 1234 5678 谢谢", Kind::Mobile),
        ("138-1234-5678", Kind::Mobile),
        ("+86 13812345678", Kind::Mobile),
        ("１３８１２３４５６７８", Kind::Mobile),
        ("座机0439-3725000", Kind::Landline),
        ("身份证11010519491231002X", Kind::IdentityNumber),
        ("卡号 4111 1111 1111 1111", Kind::BankCard),
        ("写信到 zhang.san@example.com。", Kind::Email),
        ("车牌吉F12345往北跑了", Kind::Plate),
        ("吉F·D12345 新能源", Kind::Plate),
    ] {
        assert_eq!(kinds(text), [kind], "{text}");
    }
}

#[test]
fn ordinary_numbers_are_left_alone() {
    for text in [
        "大约 200 袋，堆了 3 米高",
        "编号 482-719-356",
        "2026-11-24 早上 7 点",
        "国道 G201 线 1234 公里处",
        "110105194912310021",
        "1234567890123456789012345",
        "吉林省白山市江源区",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn masking_keeps_the_words_and_the_length() {
    assert_eq!(
        mask_personal_data("找老王13812345678，快！"),
        "找老王138********，快！"
    );
    assert_eq!(mask_personal_data("吉F12345"), "吉F*****");
    assert_eq!(mask_personal_data("a@b.cn"), "a**.**");
    assert_eq!(mask_personal_data("没有个人信息"), "没有个人信息");
}

#[test]
fn any_text_survives_masking_with_its_length() {
    let pieces = [
        "138", "１２", "＠", "@", "吉F", " ", "-", "x", "垃圾", "\u{3000}", "🔋", "0439", "5678",
    ];
    for seed in 0..5_000_usize {
        let text: String = (0..12)
            .map(|place| pieces[(seed * 31 + place * place * 7 + seed / 13) % pieces.len()])
            .collect();
        assert_eq!(
            mask_personal_data(&text).chars().count(),
            text.chars().count(),
            "{text}"
        );
    }
}
