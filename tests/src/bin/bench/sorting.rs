//! The sorting look-up through the whole stack, beside a bare JSON route of the same server under the
//! same load.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use tempfile::TempDir;
use tokio::net::TcpListener;
use wufei_api::app;
use wufei_api::district::sorting::Area;
use wufei_api::sorting::live;
use wufei_tests::{Database, Server};

const ROUNDS: usize = 3;

struct Load {
    /// Requests a second.
    rate: f64,
    /// Milliseconds.
    p99: f64,
}

/// Prints the table.
pub fn compare() -> Result<(), Box<dyn Error>> {
    // One thread for the server leaves the other core to the load.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<(), Box<dyn Error>> {
    let server = Server::start(Database::sqlite()).await;
    let snapshot = live::current(&server.app).await?;
    let things = &snapshot.index.rules.things;
    let names: Vec<String> = things
        .iter()
        .step_by(7)
        .flat_map(|thing| std::iter::once(&thing.name).chain(&thing.aliases))
        .cloned()
        .collect();
    let slips: Vec<String> = names
        .iter()
        .filter(|name| name.chars().count() >= 4)
        .map(|name| {
            name.chars()
                .enumerate()
                .filter(|(i, _)| *i != 1)
                .map(|(_, c)| c)
                .collect()
        })
        .collect();
    // What the bare route answers is as long as an answer of the look-up. It stands outside the stack;
    // the cheapest answer inside shows what the stack itself takes.
    let example = server.resident().get(&path("易拉罐")).await.expect(200);
    let bare = Router::new().route("/bare", get(async move || Json(example.clone())));
    let address = serve(bare.merge(app::router(Arc::clone(&server.app)))).await?;

    let folder = TempDir::new()?;
    let mut told = Vec::new();
    for (title, script) in [
        (
            "bare JSON route",
            script(folder.path(), "bare", &["/bare".to_owned()])?,
        ),
        (
            "emptiest, same stack",
            script(
                folder.path(),
                "empty",
                &["/api/v1/sorting/suggestions?q=%07".to_owned()],
            )?,
        ),
        (
            "look-up by name",
            script(folder.path(), "names", &paths(&names))?,
        ),
        (
            "look-up with a slip",
            script(folder.path(), "slips", &paths(&slips))?,
        ),
    ] {
        told.push((title, script, Vec::new()));
    }
    for _ in 0..ROUNDS {
        for (_, script, loads) in &mut told {
            let (script, url) = (script.clone(), format!("http://{address}"));
            let measured = tokio::task::spawn_blocking(move || load(&url, &script)).await?;
            loads.push(measured.map_err(|error| error.to_string())?);
        }
    }
    let mut answered = 0;
    for slip in &slips {
        answered += usize::from(!snapshot.index.look_up(slip, Area::Urban).hits.is_empty());
    }
    println!(
        "sorting look-up, {} names and {} with a slip ({answered} of them answered), server on one thread",
        names.len(),
        slips.len()
    );
    let first = told.first().map(|(_, _, loads)| median(loads));
    for (title, _, loads) in &told {
        let own = median(loads);
        let base = first.as_ref().map_or(own.rate, |base| base.rate);
        let p99 = first.as_ref().map_or(own.p99, |base| base.p99);
        println!(
            "{title:<22} {:>9.0}/s  {:.2}   p99 {:>6.2} ms  {:.2}",
            own.rate,
            own.rate / base,
            own.p99,
            own.p99 / p99
        );
    }
    Ok(())
}

fn path(name: &str) -> String {
    let query = serde_urlencoded::to_string([("q", name)]).unwrap_or_default();
    format!("/api/v1/sorting?{query}")
}

fn paths(names: &[String]) -> Vec<String> {
    names.iter().map(|name| path(name)).collect()
}

async fn serve(router: Router) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

/// A script for wrk that asks for the paths in turn.
fn script(folder: &Path, name: &str, paths: &[String]) -> std::io::Result<std::path::PathBuf> {
    let list = paths
        .iter()
        .map(|path| format!("\"{path}\""))
        .collect::<Vec<_>>()
        .join(",\n");
    let text = format!(
        "local paths = {{\n{list}\n}}\nlocal requests = {{}}\nlocal at = 0\n\
         function init() for i, p in ipairs(paths) do requests[i] = wrk.format(\"GET\", p) end end\n\
         function request() at = at % #requests + 1; return requests[at] end\n\
         function done(summary, latency) io.write(string.format(\"RATE %f P99 %f BAD %d\\n\",\n\
           summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000,\n\
           summary.errors.status + summary.errors.read + summary.errors.connect)) end\n"
    );
    let file = folder.join(format!("{name}.lua"));
    std::fs::write(&file, text)?;
    Ok(file)
}

fn load(url: &str, script: &Path) -> Result<Load, Box<dyn Error + Send + Sync>> {
    let output = Command::new("wrk")
        .args(["-t1", "-c32", "-d5s", "-s"])
        .arg(script)
        .arg(url)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text
        .lines()
        .find(|line| line.starts_with("RATE "))
        .ok_or(text.clone())?;
    let words: Vec<&str> = line.split(' ').collect();
    let [_, rate, _, p99, _, bad] = words.as_slice() else {
        return Err(text.into());
    };
    if *bad != "0" {
        return Err(format!("{bad} requests failed").into());
    }
    Ok(Load {
        rate: rate.parse()?,
        p99: p99.parse()?,
    })
}

fn median(loads: &[Load]) -> Load {
    let middle = |of: fn(&Load) -> f64| {
        let mut all: Vec<f64> = loads.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    Load {
        rate: middle(|load| load.rate),
        p99: middle(|load| load.p99),
    }
}
