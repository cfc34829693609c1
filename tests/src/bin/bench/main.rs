//! `make bench`: what the service costs, as ratios to something known measured in the same run.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures the machine's own time"
)]

mod inbox;
mod photos;
mod routing;
mod sorting;

use std::path::Path;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let outcome = match (arguments.next(), arguments.next()) {
        (Some(flag), Some(file)) if flag == "--rss" => {
            photos::report_memory(Path::new(&file)).map_err(Into::into)
        }
        (None, None) => all(),
        (Some(only), None) if only == "sorting" => sorting::compare(),
        (Some(only), None) if only == "inbox" => inbox::compare(100_000, 1_000_000),
        // A tenth of it, for a look.
        (Some(only), Some(less)) if only == "inbox" && less == "--small" => {
            inbox::compare(10_000, 100_000)
        }
        _ => Err("usage: bench [sorting | inbox [--small] | --rss FILE]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn all() -> Result<(), Box<dyn std::error::Error>> {
    photos::compare()?;
    println!();
    routing::compare()?;
    println!();
    sorting::compare()
}
