//! Tokens of other systems: each has a name and reads the feeds that it was given, and nothing else. Only its hash is stored.

use super::{Engine, Operated};
use crate::{
    store::{EventStore, Record, StoreError, StoreReader},
    trail::{self, What},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    account::Role,
    feeds::Feed,
    ids::{AccountId, ClassId, CourseId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The kind of entry that stores a token, named by the token's hash.
const TOKEN: &str = "token";
/// The most tokens; more are a mistake.
const TOKENS_MAX: usize = 100;
/// The most feeds of a token.
const FEEDS_MAX: usize = 500;
/// The most characters of a token's name.
const NAME_CHARS_MAX: usize = 60;

/// What is known of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// What the operator calls it.
    pub name: String,
    /// What it may read.
    pub feeds: BTreeSet<Feed>,
    /// Since when.
    pub added: Timestamp,
}

/// The token with this hash, if there is one.
///
/// # Errors
/// When the store cannot be read.
pub fn token(reader: &impl StoreReader, hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
    let entry = reader.setting(&format!("{TOKEN}/{}", URL_SAFE_NO_PAD.encode(hash)))?;
    Ok(entry.and_then(|text| serde_json::from_str(&text).ok()))
}

impl<S: EventStore> Engine<S> {
    pub(super) fn add_token(&mut self, name: &str, feeds: &[String], hash: [u8; 32], now: Timestamp) -> Result<Operated, StoreError> {
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Ok(Err(format!("the name of a token has 1 to {NAME_CHARS_MAX} characters")));
        }
        let tokens = self.tokens()?;
        if tokens.iter().any(|(_, token)| token.name == name) {
            return Ok(Err(format!("there is a token called {name} already")));
        }
        if tokens.len() >= TOKENS_MAX || feeds.is_empty() || feeds.len() > FEEDS_MAX {
            return Ok(Err(format!("there can be {TOKENS_MAX} tokens, each for 1 to {FEEDS_MAX} feeds")));
        }
        let mut found = BTreeSet::new();
        for feed in feeds {
            match self.feed_named(feed) {
                Some(feed) => _ = found.insert(feed),
                None => return Ok(Err(format!("there is no feed {feed}"))),
            }
        }
        let said = format!("token {name} added; it may read {}", listed(&found));
        let token = Token { name: name.to_owned(), feeds: found, added: now };
        let value = serde_json::to_string(&token).expect("a token has string keys only, so it always serialises");
        self.store.put(&Record::Entry { kind: TOKEN, name: URL_SAFE_NO_PAD.encode(hash), value: Some(value) })?;
        Ok(Ok(said))
    }

    pub(super) fn remove_token(&mut self, name: &str, now: Timestamp) -> Result<Operated, StoreError> {
        match self.tokens()?.into_iter().find(|(_, token)| token.name == name) {
            Some((entry, _)) => {
                self.store.put(&Record::Entry { kind: TOKEN, name: entry, value: None })?;
                self.store.put(&Record::Trail(What::TokenRemoved.row(now, None, None, trail::COMMAND_LINE)))?;
                Ok(Ok(format!("token {name} removed; nobody reads with it any more")))
            }
            None => Ok(Err(format!("there is no token called {name}"))),
        }
    }

    pub(super) fn list_tokens(&self) -> Result<Operated, StoreError> {
        let mut tokens = self.tokens()?;
        tokens.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
        let lines: Vec<String> = tokens.iter().map(|(_, token)| format!("{}: {}", token.name, listed(&token.feeds))).collect();
        Ok(Ok(if lines.is_empty() { "there are no tokens".into() } else { lines.join("\n") }))
    }

    fn tokens(&self) -> Result<Vec<(String, Token)>, StoreError> {
        let entries = self.reader.entries(TOKEN, "", usize::MAX)?;
        Ok(entries.into_iter().filter_map(|(name, value)| Some((name, serde_json::from_str(&value).ok()?))).collect())
    }

    /// The feed of this name, if its class, course, unit, student or school exists; a class or a course can be named by its title, too.
    fn feed_named(&self, name: &str) -> Option<Feed> {
        let directory = &self.directory;
        let feed = match (name.parse(), name.split_once('/')) {
            (Ok(feed), _) => feed,
            (Err(_), Some(("staff", title))) => Feed::Staff(self.class_titled(title)?),
            (Err(_), Some(("class", title))) => Feed::Class(self.class_titled(title)?),
            (Err(_), Some(("course", title))) => Feed::Course(self.course_titled(title)?),
            (Err(_), Some(("corrections", title))) => Feed::Corrections(self.course_titled(title)?),
            (Err(_), _) => return None,
        };
        let is_class = |class: ClassId| directory.class(class).is_some();
        let is_course = |course: CourseId| directory.course(course).is_some();
        let is_student = |account: AccountId| directory.account(account).is_some_and(|known| known.role == Role::Student);
        let is_there = match feed {
            Feed::Staff(class) | Feed::Class(class) => is_class(class),
            Feed::Course(course) | Feed::Corrections(course) => is_course(course),
            Feed::Unit(course, unit) => {
                let editions = directory.course(course).map_or(&[][..], |entry| &entry.contents.editions);
                editions.iter().any(|edition| edition.keys.contains_key(&unit))
            }
            Feed::Student(student) => is_student(student),
            Feed::School(school) => directory.accounts().any(|(_, known)| known.school == school),
        };
        is_there.then_some(feed)
    }
}

impl Token {
    /// Whether a feed may be read with this token. Corrections were in their course's own feed once, so a token for that feed reads both.
    pub fn may_read(&self, feed: &Feed) -> bool {
        let course = match feed {
            Feed::Corrections(course) => Some(Feed::Course(*course)),
            Feed::Student(_) | Feed::Staff(_) | Feed::Class(_) | Feed::Course(_) | Feed::Unit(..) | Feed::School(_) => None,
        };
        self.feeds.contains(feed) || course.is_some_and(|course| self.feeds.contains(&course))
    }
}

fn listed(feeds: &BTreeSet<Feed>) -> String {
    feeds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
