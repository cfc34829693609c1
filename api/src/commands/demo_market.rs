//! The second-hand part of the demo: residents list things, ask, promise and hand over.

use crate::app::App;
use crate::auth::{Account, NewAccount, Role, create_account};
use crate::district::Lang;
use crate::market::draft::NewListing;
use crate::market::model::{Kind, State, Terms};
use crate::market::{self, agreeing, listing};
use crate::shared::error::Error;
use crate::shared::geo::Datum;
use crate::shared::money::Money;

const NAMES: [&str; 12] = [
    "王秀兰",
    "李建国",
    "张敏",
    "刘洋",
    "朴英姬",
    "赵德福",
    "孙丽",
    "金哲",
    "周强",
    "吴桂芬",
    "郑凯",
    "冯玉梅",
];

/// Category, title, text, price in yuan: 0 for free, -1 for a swap.
const THINGS: &[(&str, &str, &str, i64)] = &[
    ("furniture-chair", "实木餐椅", "结实，椅面有点划痕", 30),
    ("furniture-table", "电脑桌一张", "搬家用不上了，自己来抬", 0),
    (
        "furniture-kang-table",
        "榆木炕桌",
        "老人留下的，木头很好",
        80,
    ),
    (
        "furniture-sofa",
        "三人布沙发",
        "坐垫能拆洗，四楼没电梯",
        150,
    ),
    ("furniture-wardrobe", "两门衣柜", "板材的，拆好了", 0),
    (
        "furniture-mattress",
        "弹簧床垫",
        "一米五，干净，没用几年",
        60,
    ),
    ("furniture-bed", "儿童上下铺", "孩子大了，螺丝都在", 200),
    (
        "mobility-bicycle",
        "永久牌自行车",
        "骑着正常，刚换的车胎",
        120,
    ),
    (
        "mobility-child-bicycle",
        "儿童自行车",
        "带辅助轮，三到六岁",
        -1,
    ),
    ("furniture-armchair", "藤椅", "阳台上坐的，稍有掉色", -1),
];

/// Makes the residents, with the demo's one password.
pub(super) async fn residents(app: &App, hash: &str) -> Result<Vec<Account>, Error> {
    let mut tx = app.db.begin().await?;
    let mut residents = Vec::new();
    for (number, name) in NAMES.iter().enumerate() {
        let new = NewAccount {
            username: format!("demo-resident-{number}"),
            name: (*name).to_owned(),
            role: Role::Resident,
            office: None,
            email: None,
            password: String::new(),
        };
        residents.push(create_account(app, &mut tx, new, hash.to_owned()).await?);
    }
    tx.commit().await?;
    Ok(residents)
}

/// Lists one thing, which most of the time finds a second owner.
pub(super) async fn live_through(app: &App, residents: &[Account]) -> Result<(), Error> {
    if app.pack.market().is_none() {
        return Ok(());
    }
    market::sweep(app).await?;
    market::blur(app).await?;
    let chance = |bound: usize| app.random.below(u32::try_from(bound).unwrap_or(1)) as usize;
    let owner = chance(residents.len());
    let asker = (owner + 1 + chance(residents.len() - 1)) % residents.len();
    let (owner, asker) = (&residents[owner], &residents[asker]);
    let (category, title, text, yuan) = THINGS[chance(THINGS.len())];
    let townships = app.pack.townships();
    let township = &townships[chance(townships.len())];
    let terms = match yuan {
        0 => Terms::Free,
        1.. => Terms::Price,
        _ => Terms::Swap,
    };
    let kind = match chance(10) {
        0 => Kind::Wanted,
        1 => Kind::Lend,
        _ => Kind::Offer,
    };
    let terms = if kind == Kind::Lend {
        Terms::Free
    } else {
        terms
    };
    let new = NewListing {
        kind,
        terms,
        price_fen: (terms == Terms::Price).then_some(Money(yuan * 100)),
        category: category.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        condition: (kind != Kind::Wanted).then(|| "good".to_owned()),
        quantity: Some(1),
        township: township.code.clone(),
        community: None,
        lng: township.seat.map(|seat| seat.lng() + nudge(app)),
        lat: township.seat.map(|seat| seat.lat() + nudge(app)),
        datum: Datum::Wgs84,
        photo_ids: Vec::new(),
        draft: false,
    };
    let mut tx = app.db.begin().await?;
    let made = listing::create(app, &mut tx, owner, &new, Lang::Zh).await;
    let (made, _) = match made {
        Ok(made) => made,
        // A seat at the border, or somebody with enough on offer.
        Err(Error::Invalid(_) | Error::Conflict(_)) => return Ok(()),
        Err(other) => return Err(other),
    };
    tx.commit().await?;
    if made.state != State::Published || chance(3) == 0 {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let (ask, _, _) = agreeing::ask(app, &mut tx, asker, made.id, "还在吗", Lang::Zh).await?;
    if chance(3) > 0 {
        agreeing::promise(app, &mut tx, owner, ask.id).await?;
        agreeing::done(app, &mut tx, asker, ask.id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Up to about a kilometre, in degrees.
fn nudge(app: &App) -> f64 {
    (f64::from(app.random.below(2001)) - 1000.0) * 1e-5
}
