//! What a connection looks up in the store, as data: asked for as an effect, answered on a thread that may block.

use crate::{
    auth::token::TokenHash,
    store::{KeptSession, Place, StoreError, StoreReader},
    subscription::frames::Encoded,
};
use domain::{
    digest::Digest,
    feeds::{Feed, GENERATION},
    ids::{AccountId, DeviceId, LogId},
    protocol::Mark,
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// How many events are read at once: few enough to take little memory even if each is as long as it may be.
const READ_AT_ONCE: usize = 100;
/// A part of a feed ends once it has this many bytes; the next is read when this one was sent.
const SENT_ON_BYTES_FULL: usize = 512 * 1024;

/// What is looked for.
#[derive(Debug)]
pub enum Look {
    /// What a welcome says.
    Greeting {
        /// The session, at this moment.
        session: (TokenHash, Timestamp),
        /// The device that says hello.
        device: DeviceId,
        /// The devices that its browser profile was before.
        earlier: Vec<DeviceId>,
        /// The feeds that may be read.
        feeds: BTreeSet<Feed>,
        /// Whose names may be known.
        people: BTreeSet<AccountId>,
        /// How far the device is in those that it has.
        had: BTreeMap<Feed, u64>,
    },
    /// What a new grant says.
    Grants {
        /// The feeds that may be read now, if they have changed.
        feeds: Option<BTreeSet<Feed>>,
        /// The accounts whose names may be known now, if they or their names have changed.
        people: Option<BTreeSet<AccountId>>,
    },
    /// Whose session it is.
    Session {
        /// SHA-256 of its token.
        session: TokenHash,
        /// At this moment,
        now: Timestamp,
        /// and at this.
        next: Timestamp,
    },
    /// The digest at a mark.
    Mark {
        /// Of this feed.
        feed: Feed,
        /// What the device has.
        mark: Mark,
    },
    /// The last place at which a device has what the server has.
    Rungs {
        /// In this feed.
        feed: Feed,
        /// What the device has, ascending.
        rungs: Vec<(u64, Digest)>,
    },
    /// Events of a feed.
    History {
        /// Which.
        feed: Feed,
        /// After which number.
        after: u64,
        /// The most.
        limit: usize,
    },
}

/// What was found.
#[derive(Debug)]
pub enum Seen {
    /// For a welcome.
    Greeting(Box<Greeting>),
    /// For a grant.
    Granted(NewGrant),
    /// Whose session it is.
    Session {
        /// Now.
        now: Option<AccountId>,
        /// Later.
        next: Option<AccountId>,
    },
    /// The digest at a mark.
    Mark {
        /// Of this feed.
        feed: Feed,
        /// What the device has.
        mark: Mark,
        /// What the server has there; none if the feed is shorter.
        found: Option<Digest>,
    },
    /// The last place at which a device has what the server has.
    Rungs {
        /// In this feed.
        feed: Feed,
        /// Its number; 0 if there is none.
        agreed: u64,
    },
    /// Events of a feed, in order.
    History {
        /// Which.
        feed: Feed,
        /// After which number.
        after: u64,
        /// The events.
        pieces: Vec<Piece>,
    },
}

/// What a welcome says.
#[derive(Debug)]
pub struct Greeting {
    pub(super) session: Option<AccountId>,
    pub(super) kept: Option<KeptSession>,
    pub(super) device: Option<(AccountId, u64)>,
    pub(super) earlier: BTreeMap<DeviceId, Option<(AccountId, u64)>>,
    pub(super) log: LogId,
    pub(super) era: u32,
    pub(super) heads: BTreeMap<Feed, Mark>,
    pub(super) people: BTreeMap<AccountId, String>,
    pub(super) digests: BTreeMap<Feed, Option<Digest>>,
}

/// What a new grant says.
#[derive(Debug)]
pub struct NewGrant {
    pub(super) heads: Option<BTreeMap<Feed, Mark>>,
    pub(super) people: Option<BTreeMap<AccountId, String>>,
}

/// An event of a feed, ready to travel.
#[derive(Debug)]
pub struct Piece {
    /// Its place in the feed.
    pub place: Place,
    /// The event.
    pub event: Encoded,
}

impl Look {
    /// It is short, and the connection stands or falls with it.
    pub fn is_of_session(&self) -> bool {
        match self {
            Self::Session { .. } => true,
            Self::Greeting { .. } | Self::Grants { .. } | Self::Mark { .. } | Self::Rungs { .. } | Self::History { .. } => false,
        }
    }

    /// Looks.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn at(self, reader: &impl StoreReader) -> Result<Seen, StoreError> {
        Ok(match self {
            Self::Greeting { session: (session, now), device, earlier, feeds, people, had } => Seen::Greeting(Box::new(Greeting {
                session: reader.session(&session, now)?,
                kept: reader.kept_session(&session)?,
                device: reader.device(device)?,
                earlier: earlier.into_iter().map(|device| Ok((device, reader.device(device)?))).collect::<Result<_, StoreError>>()?,
                log: reader.log(),
                era: era(reader)?,
                heads: heads(reader, feeds)?,
                people: names(reader, people)?,
                digests: digests(reader, had)?,
            })),
            Self::Grants { feeds, people } => Seen::Granted(NewGrant {
                heads: feeds.map(|feeds| heads(reader, feeds)).transpose()?,
                people: people.map(|people| names(reader, people)).transpose()?,
            }),
            Self::Session { session, now, next } => {
                Seen::Session { now: reader.session(&session, now)?, next: reader.session(&session, next)? }
            }
            Self::Mark { feed, mark } => Seen::Mark { feed, mark, found: reader.digest_at(&feed, mark.after)? },
            Self::Rungs { feed, rungs } => Seen::Rungs { feed, agreed: agreed(reader, &feed, &rungs)? },
            Self::History { feed, after, limit } => {
                Seen::History { feed, after, pieces: pieces(reader, &feed, after, limit, SENT_ON_BYTES_FULL)? }
            }
        })
    }
}

/// At most so many events of a feed after a number, ready to travel; none more once they have so many bytes.
///
/// # Errors
/// When the store cannot be read.
pub fn pieces(reader: &impl StoreReader, feed: &Feed, after: u64, limit: usize, bytes_full: usize) -> Result<Vec<Piece>, StoreError> {
    let (mut pieces, mut bytes) = (Vec::new(), 0);
    loop {
        let (next, left) = (after + pieces.len() as u64, limit - pieces.len());
        let events = reader.read_feed(feed, next, left.min(READ_AT_ONCE))?;
        let is_last = events.len() < READ_AT_ONCE;
        for filed in events {
            let event = Encoded::of(&filed);
            bytes += event.bytes();
            pieces.push(Piece { place: filed.place, event });
            if bytes >= bytes_full {
                return Ok(pieces);
            }
        }
        if is_last || pieces.len() >= limit {
            return Ok(pieces);
        }
    }
}

fn agreed(reader: &impl StoreReader, feed: &Feed, rungs: &[(u64, Digest)]) -> Result<u64, StoreError> {
    for (number, digest) in rungs.iter().rev() {
        if reader.digest_at(feed, *number)? == Some(*digest) {
            return Ok(*number);
        }
    }
    Ok(0)
}

fn digests(reader: &impl StoreReader, had: BTreeMap<Feed, u64>) -> Result<BTreeMap<Feed, Option<Digest>>, StoreError> {
    had.into_iter().map(|(feed, after)| Ok((feed, reader.digest_at(&feed, after)?))).collect()
}

fn heads(reader: &impl StoreReader, feeds: BTreeSet<Feed>) -> Result<BTreeMap<Feed, Mark>, StoreError> {
    let head = |feed| reader.feed_head(&feed).map(|Place { number: after, digest }| (feed, Mark { generation: GENERATION, after, digest }));
    feeds.into_iter().map(head).collect()
}

fn names(reader: &impl StoreReader, people: BTreeSet<AccountId>) -> Result<BTreeMap<AccountId, String>, StoreError> {
    let name = |account| Ok(reader.person(account)?.map(|name| (account, name)));
    people.into_iter().map(name).filter_map(Result::transpose).collect()
}

/// How often the log was restored from a backup.
fn era(reader: &impl StoreReader) -> Result<u32, StoreError> {
    let Some(era) = reader.setting("era")? else { return Ok(0) };
    era.parse().map_err(|_| StoreError::Damaged(format!("the era is {era:?}")))
}
