//! The program itself, `leftfold serve`, as a process of its own.

use crate::crowd;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A server that runs until this is dropped.
pub struct Program {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Program {
    /// Starts it on a data folder and a free port.
    pub fn serve(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_leftfold"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .env("LEFTFOLD_LOG", "warn")
            // No student gives as many commands as the desks here do.
            .env("LEFTFOLD_COMMANDS_PER_SECOND", "1000000")
            .env("LEFTFOLD_COMMANDS_AT_ONCE", "1000000")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program was built beside this one");
        let mut told = BufReader::new(child.stdout.take().expect("its output is a pipe")).lines();
        let line = told.next().expect("it says where it listens, or why it does not").expect("its output can be read");
        let address = line.rsplit_once("http://").and_then(|(_, address)| address.trim().parse().ok());
        Self { child, address: address.unwrap_or_else(|| panic!("no address: {line}")) }
    }

    /// The memory that it holds now, in bytes, without what it shares with files.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("this system has /proc");
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("the kernel counts memory");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number of kB");
        kilobytes * 1_024
    }

    /// The memory that is resident now, in bytes, with what it shares with files.
    pub fn resident(&self) -> u64 {
        crowd::resident_bytes(self.child.id())
    }

    /// The most that was resident so far, in bytes.
    pub fn resident_max(&self) -> u64 {
        crowd::resident_bytes_max(self.child.id())
    }

    /// Where it is spoken to by HTTP.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Killed, not asked: whatever it has acknowledged is on disk.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
