//! The server as a process of its own, to be killed.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Database, Person};

/// A server process; killed when dropped.
pub struct Process {
    child: Child,
    pub base: String,
    link: std::sync::mpsc::Receiver<String>,
}

/// The binary under test, as Cargo tells the test that asks.
#[derive(Clone, Debug)]
pub struct Binary(pub PathBuf);

impl Binary {
    /// The command with a clean environment of settings.
    pub fn command(&self, data: &Path, database: &Database) -> Command {
        let mut command = Command::new(&self.0);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WUFEI_")) {
            command.env_remove(name);
        }
        command
            .env("WUFEI_DATA_DIR", data)
            .env("WUFEI_LISTEN", "127.0.0.1:0");
        command.env("WUFEI_LOG", "warn");
        if let Some(url) = database.url() {
            command.env("WUFEI_DATABASE_URL", url);
        }
        command
    }

    pub fn serve(&self, data: &Path, database: &Database) -> Process {
        self.serve_with(data, database, &[])
    }

    /// With further environment variables.
    pub fn serve_with(
        &self,
        data: &Path,
        database: &Database,
        variables: &[(&str, &str)],
    ) -> Process {
        let mut child = self
            .command(data, database)
            .envs(variables.iter().copied())
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let base = line.strip_prefix("listening on ").unwrap().to_owned();
        let (sender, link) = std::sync::mpsc::channel();
        // Read on, or the process would stop at a full pipe.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if line.contains("/setup?token=") {
                    let _ = sender.send(line);
                }
            }
        });
        Process { child, base, link }
    }

    /// Runs a command to its end: `(success, standard output, standard error)`.
    pub fn run(
        &self,
        data: &Path,
        database: &Database,
        arguments: &[&str],
        input: &str,
    ) -> (bool, String, String) {
        let mut child = self
            .command(data, database)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that fails at once may not wait for its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (
            output.status.success(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

impl Process {
    pub fn person(&self) -> Person {
        Person::new(self.base.clone())
    }

    /// The line with the one-time link that the first start prints.
    pub fn setup_link(&self) -> String {
        self.link.recv().unwrap()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as an init system stops a service; gives whether it ended well.
    pub fn terminate(&mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
