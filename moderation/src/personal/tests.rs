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
fn numbers_told_aloud_or_in_part_are_found() {
    for text in [
        "手机一百五十九，四千三百八十七，零二六一",
        "号码一三八，双四，三八七，双零，五",
        "末尾是四个六 前面是1350438 自己接上吧",
        "连着按：1，5，三下8，两下0，两下4，两下9",
        "第一件131元，第二件7629元，第三件8038元，合一起才是联系方式",
        "一$五$九$六$二$九$八$零$三$五$二",
        "yi4wu3jiu3liu4er4jiu3 后面 80361",
        "开头187，中间是北京奥运那年，后面是6637，自己拼",
        "幺伞舞 舅久四 散八二 灵期",
        "手机号里的X换成8：13X440926X1",
        "XIII 九 四四 八二 〇六 一七 猜猜我电话",
    ] {
        assert_eq!(kinds(text).first(), Some(&Kind::Mobile), "{text}");
    }
    assert_eq!(
        kinds("一个二，又一个二，零，七，二，一，再一九九五，零六零九，四六四一"),
        [Kind::IdentityNumber]
    );
}

#[test]
fn many_numbers_in_a_text_are_no_number() {
    for text in [
        "空调1.5匹，型号KFR-35GW，2019年买的，铜管3米，自拆，650",
        "北纬45.1412，东经124.8237，堆的全是废塑料",
        "柜子宽138高44深82，抽屉05，一共71斤",
        "139块少不了了，四四方方的，八二年的老物件",
    ] {
        assert_eq!(kinds(text), [], "{text}");
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
        "工单编号202481622107869569",
        "上午8点30 - 11点30，下午13点 - 16点",
        "1_2_3下划线",
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

#[test]
fn an_identity_number_told_in_parts_is_found() {
    for text in [
        "我生日85年3月7，前头六位220625，后头四位3429",
        "最后四位3429，前面220625，中间生日85年3月7日",
        "末尾3429 生日19850307 开头220625",
        "我是220625的，生于1985年三月初七，证尾号3429",
        "220602七七年十一月九号0814",
        "前面和我一样是220602，他是1977年的，11月9号过生日，尾号0814",
        "220681这是地区，19900512这是生日，118后头跟个X",
        "国庆节生日，七九年，身份证前六位220881，后四位0799",
        "后四位先给你3429，前十四22062519850307",
        "中间八位19850307左边220625右边3429",
        "本人85年3月7日出生，代码220625，序号342，校验9",
    ] {
        let kinds = kinds(text);
        assert!(
            !kinds.is_empty() && kinds.iter().all(|kind| *kind == Kind::IdentityNumber),
            "{text}: {kinds:?}"
        );
    }
    for text in [
        "1985年3月7日出生的缝纫机，220625号，3420转",
        "编号220625，2019年3月7日，3429元",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn a_mobile_number_told_in_parts_is_found() {
    for text in [
        "五六七八是后四位，一三八是前三位，中间一二三四",
        "要 三 八 要 二 三 四 五 六 七 八",
        "13（空）812（空）345（空）678",
        "1个3812345678",
        "前半截13812，后半截三四五六七八",
        "打138那个号，后头8个数是1234 5678",
        "电话号码一共11个数，前边是139，后边是0 4 3 9 5 5 6 6",
    ] {
        assert_eq!(kinds(text), [Kind::Mobile], "{text}");
    }
}
