//! The pack's figures and targets.

use crate::district::Pack;
use crate::district::figures::Direction;

#[test]
fn every_target_of_the_programme_is_in_the_pack_with_its_clause() {
    let pack = Pack::builtin().unwrap();
    let targets: Vec<(&str, &str, i64, Direction)> = pack
        .figures()
        .targets
        .iter()
        .map(|t| (t.id.as_str(), t.clause.as_str(), t.percent, t.direction))
        .collect();
    let least = Direction::AtLeast;
    assert_eq!(
        targets,
        [
            ("incineration", "二（五）1", 68, least),
            ("raw-landfill", "二（五）1", 0, Direction::AtMost),
            ("sludge", "二（五）3", 90, least),
            ("film", "二（六）1", 85, least),
            ("pesticide-packaging", "二（六）1", 80, least),
            ("manure-facilities", "二（六）3", 100, least),
            ("manure", "二（六）3", 85, least),
            ("green-buildings", "二（四）1", 100, least),
        ]
    );
    assert_eq!(pack.figures().summary_due, (10, 31));
    assert!(pack.figures().digest_time.is_some());
}
