//! The program itself, `leftfold`, as a process of its own.

use crate::crowd;
use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

/// The program, serving a data folder; killed when this is dropped.
pub struct Program {
    process: Child,
    pub url: String,
    // Open as long as the program may print to it.
    _said: BufReader<ChildStdout>,
}

impl Program {
    /// Serves the folder on a free port.
    pub fn start(data: &Path) -> Self {
        Self::begin(data, &[]).listening()
    }

    /// The same, in this environment; it may not listen yet.
    pub fn begin(data: &Path, environment: &[(&str, &Path)]) -> Starting {
        let mut command = program(data, &["serve", "--listen", "127.0.0.1:0"]);
        // Pupils who answer as fast as the line carries it, while the program is killed again and again.
        command.env("LEFTFOLD_COMMANDS_PER_SECOND", "1000000").env("LEFTFOLD_COMMANDS_AT_ONCE", "1000000");
        command.envs(environment.iter().copied()).env("LEFTFOLD_LOG", "off");
        Starting(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Serves the folder in this environment, and writes its log into a file.
    pub fn start_logging(data: &Path, environment: &[(&str, &str)], log: File) -> Self {
        let mut command = program(data, &["serve", "--listen", "127.0.0.1:0"]);
        command.envs(environment.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        Starting(command.spawn().unwrap()).listening()
    }

    /// How much memory is resident, in bytes, as Linux tells it.
    pub fn resident_bytes(&self) -> u64 {
        crowd::resident_bytes(self.process.id())
    }

    /// How much was resident at most so far, in bytes.
    pub fn resident_bytes_max(&self) -> u64 {
        crowd::resident_bytes_max(self.process.id())
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// The program, on its way to serving.
pub struct Starting(Child);

impl Starting {
    /// Waits until it says where it listens.
    pub fn listening(mut self) -> Program {
        let mut said = BufReader::new(self.0.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("Leftfold listens on ").expect("it says where it listens").to_owned();
        Program { process: self.0, url, _said: said }
    }

    /// `kill -9`, wherever it is.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Does an order to its end: what was said, in both ways, and the exit status.
pub async fn run(data: &Path, order: &[&str]) -> (String, i32) {
    run_in(data, order, &[]).await
}

/// The same, in this environment.
pub async fn run_in(data: &Path, order: &[&str], environment: &[(&str, &str)]) -> (String, i32) {
    let mut command = program(data, order);
    command.envs(environment.iter().copied());
    tokio::task::spawn_blocking(move || {
        let done = command.stdin(Stdio::null()).output().unwrap();
        let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (said, done.status.code().expect("it ends by itself"))
    })
    .await
    .unwrap()
}

fn program(data: &Path, order: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leftfold"));
    command.arg("--data").arg(data).args(order);
    command
}
