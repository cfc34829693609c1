use crate::district::Pack;

#[test]
fn the_builtin_pack_loads() {
    Pack::builtin().unwrap();
}
