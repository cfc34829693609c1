//! A checkout whose client was never built still compiles: the binary then says how to build it.
//!
//! Finds the face model in the sources of the crate `rustface`, which ships the file and does not
//! expose it: so it comes with its licence, at the version of the lock file, and not as a copy of ours.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODEL: &str = "model/seeta_fd_frontal_v1.0.bin";

fn main() -> Result<(), Box<dyn Error>> {
    for path in [
        "build.rs",
        "../Cargo.lock",
        "../web-client/dist",
        "../migrations",
        "../infra/districts",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    std::fs::create_dir_all("../web-client/dist")?;
    let model = sources_of("rustface")?.join(MODEL);
    if !model.is_file() {
        return Err(format!("{} is not there", model.display()).into());
    }
    println!("cargo::rustc-env=WUFEI_FACE_MODEL={}", model.display());
    Ok(())
}

/// The folder of a dependency.
fn sources_of(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let output = Command::new(std::env::var("CARGO")?)
        .args(["metadata", "--format-version=1", "--offline", "--locked"])
        .args(["--filter-platform", &std::env::var("TARGET")?])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter(|package| package["name"] == name)
        .find_map(|package| Path::new(package["manifest_path"].as_str()?).parent())
        .map(Path::to_owned)
        .ok_or_else(|| format!("{name} is no dependency").into())
}
