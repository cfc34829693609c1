//! Measures photo preparation against the C tools that do the same work.
//!
//! One run makes a 12-megapixel JPEG (the same every time), then takes the median of
//! nine of each: `prepare` in this process; `vipsthumbnail` writing 1600 px and 320 px
//! (one invocation per size, the sum of both; the start of the process is measured
//! with `vips --version` and stated, not subtracted); `djpeg` decoding to /dev/null,
//! the floor for any full-size decode. Peak memory is that of a child process
//! (`--rss FILE`), before and after one call.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use wufei_api::shared::imaging::{Shield, prepare};

const WIDTH: u16 = 4032;
const HEIGHT: u16 = 3024;
const RUNS: usize = 9;
/// Command, an argument that makes it start and stop, and Debian's package.
const TOOLS: [(&str, &str, &str); 3] = [
    ("vips", "--version", "libvips-tools"),
    ("vipsthumbnail", "--version", "libvips-tools"),
    ("djpeg", "-version", "libjpeg-turbo-progs"),
];

fn tools_are_there() -> bool {
    let mut all = true;
    for (tool, argument, package) in TOOLS {
        if let Err(error) = run(Command::new(tool).arg(argument)) {
            eprintln!("bench: {tool} cannot run ({error}); install it: apt-get install {package}");
            all = false;
        }
    }
    all
}

/// Runs everything and prints the table.
pub fn compare() -> io::Result<()> {
    if !tools_are_there() {
        return Err(io::Error::other("tools are missing"));
    }
    let folder = Scratch::new()?;
    let photo = folder.0.join("photo.jpg");
    let bytes = synthetic_photo()?;
    std::fs::write(&photo, &bytes)?;
    println!(
        "photo: {WIDTH} × {HEIGHT}, {} kB, JPEG quality 88, 4:2:0; median of {RUNS}",
        bytes.len() / 1000
    );

    let ours = median(|| {
        prepare(&bytes, &Shield::Nothing)
            .map(|_| ())
            .map_err(io::Error::other)
    })?;
    let shielded = median(|| {
        prepare(&bytes, &Shield::Found)
            .map(|_| ())
            .map_err(io::Error::other)
    })?;
    let start = median(|| run(Command::new("vips").arg("--version")))?;
    let thumbnail = |side: &str| {
        let target = folder.0.join(format!("vips-{side}.jpg[Q=80,strip]"));
        run(Command::new("vipsthumbnail")
            .arg(&photo)
            .args(["--size", side, "-o"])
            .arg(target))
    };
    let vips = median(|| thumbnail("1600x1600").and_then(|()| thumbnail("320x320")))?;
    let turbo = median(|| {
        run(Command::new("djpeg")
            .args(["-ppm", "-outfile", "/dev/null"])
            .arg(&photo))
    })?;
    let memory = child_memory(&photo)?;

    let row = |what: &str, took: Duration| {
        println!(
            "| {what:<52} | {:>8.1} | {:>6.2} |",
            took.as_secs_f64() * 1e3,
            took.as_secs_f64() / ours.as_secs_f64()
        );
    };
    println!("| {:<52} | {:>8} | {:>6} |", "what", "ms", "ratio");
    println!("| {:-<52} | {:->8} | {:->6} |", "", ":", ":");
    row("prepare: 1600 px + 320 px + fingerprint + SHA-256", ours);
    row("the same, with faces and codes looked for", shielded);
    row("vipsthumbnail 1600 px, then 320 px (two processes)", vips);
    row("of which starting two vips processes, about", start * 2);
    row("djpeg (libjpeg-turbo): decoding alone, one process", turbo);
    println!("memory of prepare: {memory}");
    Ok(())
}

fn median(mut work: impl FnMut() -> io::Result<()>) -> io::Result<Duration> {
    // The first call warms the caches and the page tables.
    work()?;
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[RUNS / 2])
}

fn run(command: &mut Command) -> io::Result<()> {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{command:?}: {status}")))
    }
}

fn child_memory(photo: &Path) -> io::Result<String> {
    let output = Command::new(std::env::current_exe()?)
        .arg("--rss")
        .arg(photo)
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other("measuring memory failed"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What `--rss FILE` prints.
pub fn report_memory(photo: &Path) -> io::Result<()> {
    let bytes = std::fs::read(photo)?;
    let before = peak_kib()?;
    prepare(&bytes, &Shield::Nothing).map_err(io::Error::other)?;
    let after = peak_kib()?;
    println!(
        "peak RSS {:.1} MB more than the {:.1} MB with the file loaded",
        (after - before) * 1024.0 / 1e6,
        before * 1024.0 / 1e6
    );
    Ok(())
}

/// `VmHWM` of this process (Linux only), in KiB.
fn peak_kib() -> io::Result<f64> {
    std::fs::read_to_string("/proc/self/status")?
        .lines()
        .find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix(" kB")?
                .parse()
                .ok()
        })
        .ok_or_else(|| io::Error::other("no VmHWM in /proc/self/status"))
}

/// Smooth gradients, edges, fine texture and sensor noise: what a phone's picture of a
/// street compresses like.
fn synthetic_photo() -> io::Result<Vec<u8>> {
    let mut noise = 0x2545_F491_4F6C_DD1D_u64;
    let mut rgb = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            let [.., low, high] = noise.to_le_bytes();
            // Two bytes make a bell: the noise of a sensor is not flat.
            let grain = (f32::from(low) + f32::from(high) - 255.0) / 18.0;
            let (column, row) = (f32::from(x), f32::from(y));
            let (u, v) = (column / f32::from(WIDTH), row / f32::from(HEIGHT));
            let sky = 200.0 - 120.0 * v + 25.0 * (u * 6.0).sin() * (v * 4.0).cos();
            let wall = if (x / 251 + y / 317) % 3 == 0 {
                -45.0
            } else {
                12.0
            };
            let leaves = if v > 0.55 {
                24.0 * ((column * 0.37).sin() * (row * 0.29 + u * 40.0).cos())
            } else {
                0.0
            };
            let base = sky + wall + leaves + grain;
            for tint in [
                0.0,
                8.0 * (v - 0.5),
                30.0 * (0.5 - v) + 10.0 * (u * 9.0).cos(),
            ] {
                rgb.push(byte(base + tint));
            }
        }
    }
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 88);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder
        .encode(&rgb, WIDTH, HEIGHT, ColorType::Rgb)
        .map_err(io::Error::other)?;
    Ok(file)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte"
)]
fn byte(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

/// A folder under the system's temporary one, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("wufei-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left-overs in the temporary folder do no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
