//! The command line, and the environment behind it.

use crate::{limits::Limits, operator::events::Which};
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{account::Role, ids::ContentHash};
use std::{net::SocketAddr, path::PathBuf};

/// Leftfold, a quiz platform for schools: one program, one data folder.
#[derive(Debug, Parser)]
#[command(name = "leftfold", version, max_term_width = 100)]
pub struct CommandLine {
    /// Where everything is kept; made if it is not there.
    #[arg(long, global = true, env = "LEFTFOLD_DATA", default_value = "./data", value_name = "DIR")]
    pub data: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub order: Order,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Order {
    /// Serve the school on one address until Ctrl-C or SIGTERM.
    Serve(Serve),
    /// Bring in a course from a file, and publish it. Works beside a running server too.
    Import {
        /// What kind of file.
        #[command(subcommand)]
        source: Source,
    },
    /// Make the demo school in an empty data folder: class 2B, a teacher, 28 students, a course. Every password is "leftfold".
    Demo {
        /// A larger school: so many students, in classes of 30 with one teacher, and a course for a whole year.
        #[arg(long, env = "LEFTFOLD_STUDENTS", value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=3000))]
        students: Option<u16>,
        /// Let them have worked for so many months, from 1 September 2025 on.
        #[arg(long, env = "LEFTFOLD_MONTHS", value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..=10))]
        months: Option<u8>,
    },
    /// Look whether the store is sound: order, feeds, results, digests, claims, documents. Says what is wrong and where; the exit status is
    /// then 1. Changes nothing, and works beside a running server too.
    Check {
        /// A store's file, such as a backup; the data folder's own if not given.
        file: Option<PathBuf>,
    },
    /// Print events as they lie on the disk, a line of JSON each, as other systems get them of a feed: of a stream, of a feed, what an event
    /// caused, or what became of a command. No names are in them. Changes nothing, and works beside a running server too. What is not there is
    /// said, and the exit status is then 1.
    Events(Which),
    /// Copy the store, as it is at this moment, into a new file. Works beside a running server, without a pause for anybody.
    Backup {
        /// The file to make; nothing is overwritten.
        file: PathBuf,
    },
    /// Put a backup in the place of the store, which is kept beside it. The server must be stopped.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Restore it even if the check finds faults in it.
        #[arg(long, env = "LEFTFOLD_DESPITE_FAULTS")]
        despite_faults: bool,
    },
    /// Compute the statistics of a quiz from a CSV of marks: the first line names the questions, the second gives their maximum marks, every
    /// other is a student's, with the name in the first column. Touches no data folder.
    Statistics {
        /// The file.
        file: PathBuf,
        /// Write JSON, with all digits.
        #[arg(long)]
        json: bool,
        /// The file's encoding, such as windows-1252; UTF-8 if not given.
        #[arg(long, env = "LEFTFOLD_ENCODING", value_name = "NAME")]
        encoding: Option<String>,
    },
    /// Say what the server could not do of what events cause, such as grading attempts again. Works beside a running server too.
    Reactor {
        /// Try that again, now if a server is running, else when one starts.
        #[arg(long, env = "LEFTFOLD_RETRY")]
        retry: bool,
    },
    /// Look after the notes that teachers write to students. Works beside a running server too.
    Note {
        /// What to do with them.
        #[command(subcommand)]
        order: NoteOrder,
    },
    /// Look after the tokens with which other systems read feeds. Works beside a running server too.
    Token {
        /// What to do with them.
        #[command(subcommand)]
        order: TokenOrder,
    },
    /// Say who signed in or was refused, got another password or was removed, in the last 90 days. Works beside a running server too.
    Trail {
        /// At most so many lines, the newest.
        #[arg(long, env = "LEFTFOLD_LINES", default_value_t = 200, value_name = "NUMBER")]
        lines: usize,
    },
    /// Look after accounts. Works beside a running server too.
    Account {
        /// What to do with them.
        #[command(subcommand)]
        order: AccountOrder,
    },
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// The address and port to listen on.
    #[arg(long, env = "LEFTFOLD_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Begin a new school, in a data folder that holds none.
    #[arg(long = "new", env = "LEFTFOLD_NEW")]
    pub new: bool,
    /// The certificate chain, a PEM file; needs --tls-key.
    #[arg(long, env = "LEFTFOLD_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key, a PEM file; needs --tls-cert.
    #[arg(long, env = "LEFTFOLD_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// A proxy in front does the encryption, and says in X-Forwarded-For or Forwarded who asks; needs --origin.
    #[arg(long, env = "LEFTFOLD_BEHIND_PROXY", requires = "origin")]
    pub behind_proxy: bool,
    /// The address that browsers see, such as https://quiz.school.example. No other site's pages may speak to the server.
    #[arg(long, env = "LEFTFOLD_ORIGIN", value_name = "URL")]
    pub origin: Option<String>,
    /// The oldest build of the app that is welcome. Pages that are older send what waits, then load themselves anew.
    #[arg(long, env = "LEFTFOLD_MINIMUM_BUILD", default_value_t = domain::protocol::BUILD, value_name = "BUILD")]
    pub minimum_build: u32,
    /// What anybody may ask of it.
    #[command(flatten)]
    pub limits: Limits,
}

/// What can be brought in.
#[derive(Debug, Subcommand)]
pub enum Source {
    /// Questions in Moodle's GIFT format: a section for each $CATEGORY. Prints what became of each question.
    Gift {
        /// The file.
        file: PathBuf,
        /// The course's name; the same name again makes its next edition.
        #[arg(long, env = "LEFTFOLD_COURSE", value_name = "NAME")]
        course: String,
        /// The class to assign it to; it must be there.
        #[arg(long, env = "LEFTFOLD_CLASS", value_name = "NAME")]
        class: Option<String>,
        /// The file's encoding, such as windows-1252; if not given, UTF-8, or else what the file looks like.
        #[arg(long, env = "LEFTFOLD_ENCODING", value_name = "NAME")]
        encoding: Option<String>,
    },
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountOrder {
    /// Open an account. The password is read from LEFTFOLD_PASSWORD, or is the first line of the standard input.
    Add {
        /// What the person types to sign in; capitals make no difference.
        login: String,
        /// The person's name.
        #[arg(long, env = "LEFTFOLD_NAME", value_name = "NAME")]
        name: String,
        /// What the person is at school.
        #[arg(long, env = "LEFTFOLD_ROLE", value_enum)]
        role: RoleName,
        /// The class that a student joins or a teacher teaches; opened if it is new.
        #[arg(long, env = "LEFTFOLD_CLASS", value_name = "TITLE")]
        class: Option<String>,
    },
    /// Give a person another name.
    Rename {
        /// What the person types to sign in.
        login: String,
        /// The new name.
        #[arg(long, env = "LEFTFOLD_NAME", value_name = "NAME")]
        name: String,
    },
    /// Take a teacher away from a class. What she did there stays.
    Dismiss {
        /// What the teacher types to sign in.
        login: String,
        /// The class.
        #[arg(long, env = "LEFTFOLD_CLASS", value_name = "TITLE")]
        class: String,
    },
    /// Close an account for good: nobody signs in with it, and its rights end at once. What was done with it stays.
    Close {
        /// What the person types to sign in.
        login: String,
    },
    /// Give somebody another password, read as for add. Whoever is signed in to the account is so no more.
    Password {
        /// What the person types to sign in.
        login: String,
    },
}

/// What can be done with notes.
#[derive(Debug, Subcommand)]
pub enum NoteOrder {
    /// Delete what a note says, by the hash that its event names. That it was written stays.
    Remove {
        /// The hash.
        hash: ContentHash,
    },
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenOrder {
    /// Make a token and print it, this once: only its hash is kept.
    Add {
        /// What to call it.
        #[arg(long, env = "LEFTFOLD_NAME", value_name = "NAME")]
        name: String,
        /// A feed that it may read: staff/2B or class/2B, course/Sums, or with an identifier, also student/… and school/….
        #[arg(long, env = "LEFTFOLD_FEED", value_name = "FEED", required = true)]
        feed: Vec<String>,
    },
    /// Say which tokens there are, and what they may read.
    List,
    /// Take a token away.
    Remove {
        /// What it is called.
        #[arg(long, env = "LEFTFOLD_NAME", value_name = "NAME")]
        name: String,
    },
}

/// A role as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Learns.
    Student,
    /// Teaches.
    Teacher,
    /// Runs the school.
    Administrator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Student => Self::Student,
            RoleName::Teacher => Self::Teacher,
            RoleName::Administrator => Self::Administrator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }
}
