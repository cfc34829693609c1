//! A server whose clock and workers are moved by lines on its standard input: a simulated month is
//! played on it, and it is killed in between.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    wufei_tests::by_hand::serve().await;
}
