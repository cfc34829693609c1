//! The binary `wufei`, built beside the tests that start and kill it.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    wufei_api::commands::main()
}
