//! The throw-away PostgreSQL and Redis. `make test` starts them once for all; a plain `cargo test` gets
//! its own through the same script, which ends them when this process is gone.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// Kept so that the script's standard input stays open until this process ends.
static SCRIPT: Mutex<Option<Child>> = Mutex::new(None);

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A variable the services are announced in.
///
/// # Panics
/// When the services cannot be started: no test is skipped in silence.
pub fn announced(name: &str) -> String {
    static STARTED: OnceLock<HashMap<String, String>> = OnceLock::new();
    if let Ok(value) = std::env::var(name) {
        return value;
    }
    STARTED
        .get_or_init(start)
        .get(name)
        .cloned()
        .unwrap_or_else(|| {
            panic!("{name} is not set: run infra/scripts/test-setup.sh once, or `make test`")
        })
}

fn start() -> HashMap<String, String> {
    // `cat` ends when the pipe to it closes, that is when this process does.
    let mut script = Command::new(workspace().join("infra/scripts/with-test-services.sh"))
        .args(["sh", "-c", "env | grep '^WUFEI_TEST_'; echo; exec cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(script.stdout.take().unwrap()).lines();
    let variables = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            line.split_once('=')
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
        })
        .collect();
    *SCRIPT.lock().unwrap() = Some(script);
    variables
}
