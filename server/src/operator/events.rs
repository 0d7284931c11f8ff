//! `leftfold events`: prints events as they lie on the disk, beside a running server too: of a stream, of a feed, what an event caused, or what became
//! of a command and of those around it. Each is the line of JSON that other systems get of a feed; what became of a command is a line of its own.

use crate::{
    http::feed_pages::line,
    operator::check::look,
    stop::Stop,
    store::{StoreError, sqlite::Looked},
};
use clap::{ArgGroup, Args};
use domain::{
    event::{Position, StreamId},
    feeds::Feed,
    ids::{AccountId, DeviceId},
    protocol::Outcome,
};
use serde::Serialize;
use std::{
    fmt::Display,
    io::{self, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    str::FromStr,
};

/// So many commands before the one asked for, and so many after it, are shown with it.
const SIBLINGS: u64 = 3;

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("which").required(true).args(["stream", "feed", "cause", "command"])))]
pub struct Which {
    /// Those of a stream, by the name that events give it, such as class/AZrM….
    #[arg(long, value_name = "NAME")]
    pub stream: Option<String>,
    /// Those of a feed, by its name, such as staff/AZrM….
    #[arg(long, value_name = "NAME")]
    pub feed: Option<String>,
    /// Those that the event at this place in the log caused, such as answers that were graded again. Looks through the log from there on.
    #[arg(long, value_name = "POSITION")]
    pub cause: Option<u64>,
    /// What became of a command, and of those that its device sent before and after it: the events of each, then a line that says how it was
    /// answered. Looks through the log.
    #[arg(long, num_args = 2, value_names = ["DEVICE", "NUMBER"])]
    pub command: Option<Vec<String>>,
    /// Begin there: a version of the stream, a number of the feed, a position in the log after the cause, or the number of a command.
    #[arg(long, value_name = "NUMBER")]
    pub from: Option<u64>,
    /// At most so many events; with --command, so many commands.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// A store's file, such as a backup; the data folder's own if not given.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// How a command was answered, as a line.
#[derive(Debug, Serialize)]
struct Answered<'o> {
    device: DeviceId,
    command: u64,
    actor: AccountId,
    outcome: &'o Outcome,
}

/// Why there is nothing (more) to show.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("Nothing to show: {0}.")]
    NotThere(String),
    #[error("Not shown: {0}.")]
    Failed(#[from] StoreError),
}

/// Prints the events. What is only worth knowing is returned as a sentence.
///
/// # Errors
/// When there is no such stream, feed, event or command, and when the store cannot be read.
pub fn show(store: &Path, which: &Which, to: &mut dyn Write) -> Result<Option<String>, Stop> {
    let store = which.file.as_deref().unwrap_or(store);
    let failed = |ended: Ended| Stop::because(format!("{ended} ({})", store.display()));
    let looked = look(store).map(Looked::new).map_err(|fault| failed(fault.into()))?;
    let mut printer = Printer { to, looked };
    printer.show(which).map_err(failed)
}

struct Printer<'t> {
    to: &'t mut dyn Write,
    looked: Looked,
}

impl Printer<'_> {
    fn show(&mut self, which: &Which) -> Result<Option<String>, Ended> {
        let limit = which.limit.unwrap_or(u64::MAX);
        let Which { stream, feed, cause, command, from, .. } = which;
        match (stream, feed, cause, command.as_deref()) {
            (Some(name), ..) => self.stream(name, from.unwrap_or(1), limit),
            (_, Some(name), ..) => self.feed(name, from.unwrap_or(1), limit),
            (_, _, Some(position), _) => self.cause(Position(*position), *from, limit),
            (.., Some([device, number])) => self.command(device, number, *from, which.limit),
            (None, None, None, _) => Err(Ended::NotThere("nothing was asked for".to_owned())),
        }
    }

    fn stream(&mut self, name: &str, from: u64, limit: u64) -> Result<Option<String>, Ended> {
        let none = || Ended::NotThere(format!("this store has no stream {name}"));
        let stream: StreamId = name.parse().map_err(|_| none())?;
        let length = self.looked.stream_length(&stream)?.ok_or_else(none)?;
        reaches(&format!("stream {name}"), from, length)?;
        let Self { to, looked } = self;
        looked.of_stream(&stream, from, limit, &mut |event| print(to, &line(&event)))?;
        Ok(None)
    }

    fn feed(&mut self, name: &str, from: u64, limit: u64) -> Result<Option<String>, Ended> {
        let none = || Ended::NotThere(format!("this store has no feed {name}"));
        let feed: Feed = name.parse().map_err(|_| none())?;
        let length = self.looked.feed_length(&feed)?.ok_or_else(none)?;
        reaches(&format!("feed {name}"), from, length)?;
        let Self { to, looked } = self;
        looked.of_feed(&feed, from, limit, &mut |event| print(to, &line(&event)))?;
        Ok(None)
    }

    fn cause(&mut self, position: Position, from: Option<u64>, limit: u64) -> Result<Option<String>, Ended> {
        let Some(cause) = self.looked.at(position)? else {
            let last = self.looked.last_position()?;
            return Err(Ended::NotThere(format!("the log has no event at position {}; its last is at {}", position.0, last.0)));
        };
        let id = cause.recorded(cause.event()).id();
        let from = Position(from.unwrap_or(0).max(position.0.saturating_add(1)));
        let mut found = false;
        let Self { to, looked } = self;
        looked.caused_by(id, from, limit, &mut |event| {
            found = true;
            print(to, &line(&event))
        })?;
        let nothing =
            || format!("The event at position {} has caused nothing, as far as it is recorded from position {} on.", position.0, from.0);
        Ok((!found).then(nothing))
    }

    /// The events of each command, and how it was answered.
    fn command(&mut self, device: &str, number: &str, from: Option<u64>, limit: Option<u64>) -> Result<Option<String>, Ended> {
        let no_device = || Ended::NotThere(format!("nothing in this store came from a device {device}"));
        let device: DeviceId = parsed(device).ok_or_else(no_device)?;
        let sender = self.looked.sender(device)?.ok_or_else(no_device)?;
        let no_command = || {
            let last = sender.last;
            Ended::NotThere(format!("device {device} has sent no command {number}; its commands are numbered from 1 to {last}"))
        };
        let number = parsed(number).filter(|number| (1..=sender.last).contains(number)).ok_or_else(no_command)?;
        let first = from.unwrap_or_else(|| number.saturating_sub(SIBLINGS)).max(1);
        reaches(&format!("device {device}"), first, sender.last)?;
        let last = first.saturating_add(limit.unwrap_or_else(|| (number + SIBLINGS).saturating_sub(first) + 1) - 1);
        let numbers = first..=last.min(sender.last);
        let mut events = Vec::new();
        self.looked.of_commands(sender, &numbers, &mut |event| {
            events.push((event.command, line(&event)));
            ControlFlow::Continue(())
        })?;
        for (command, outcome) in self.looked.results(sender, &numbers)? {
            let answered = Answered { device, command, actor: sender.account, outcome: &outcome };
            let answered = serde_json::to_string(&answered).expect("it has string keys only, so it always serialises") + "\n";
            let own = events.iter().filter(|(number, _)| *number == command).map(|(_, line)| line);
            if own.chain([&answered]).any(|line| print(self.to, line).is_break()) {
                break;
            }
        }
        Ok(None)
    }
}

/// Whoever reads may have gone, as `head` does: then no more is wanted.
fn print(to: &mut dyn Write, line: &str) -> ControlFlow<()> {
    let written: io::Result<()> = to.write_all(line.as_bytes());
    if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn reaches(what: &dyn Display, from: u64, length: u64) -> Result<(), Ended> {
    if from <= length { Ok(()) } else { Err(Ended::NotThere(format!("{what} ends with {length}, before {from}"))) }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}
