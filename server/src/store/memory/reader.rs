//! The reading side of the store in memory.

use super::{Device, MemoryReader, count};
use crate::store::{Filed, KeptSession, Place, StoreError, StoreReader, StoredResult, Trailed};
use domain::{
    digest::Digest,
    event::{Position, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
};
use std::{cmp::Reverse, ops::Bound};

impl StoreReader for MemoryReader {
    fn log(&self) -> LogId {
        self.log
    }

    fn read_stream(&self, stream: &StreamId, after: Version) -> Result<Vec<Filed>, StoreError> {
        let committed = self.read();
        let places = committed.streams.get(stream).map_or(&[][..], Vec::as_slice);
        Ok(places.iter().skip(count(after.0)).map(|place| committed.events[*place].clone()).collect())
    }

    fn read_feed(&self, feed: &Feed, after: u64, limit: usize) -> Result<Vec<Filed>, StoreError> {
        let committed = self.read();
        let places = committed.feeds.get(feed).map_or(&[][..], Vec::as_slice);
        let numbered = (1..).zip(places).skip(count(after)).take(limit);
        let filed = |(number, (place, digest)): (u64, &(usize, Digest))| Filed {
            place: Place { number, digest: *digest },
            ..committed.events[*place].clone()
        };
        Ok(numbered.map(filed).collect())
    }

    fn feed_head(&self, feed: &Feed) -> Result<Place, StoreError> {
        Ok(self.read().head(feed))
    }

    fn digest_at(&self, feed: &Feed, number: u64) -> Result<Option<Digest>, StoreError> {
        let Some(before) = number.checked_sub(1) else { return Ok(Some(Digest::default())) };
        Ok(self.read().feeds.get(feed).and_then(|places| places.get(count(before))).map(|(_, digest)| *digest))
    }

    fn read_directory(&self) -> Result<Vec<Filed>, StoreError> {
        let told = |event: &&Filed| event.stream.attempt().is_none();
        Ok(self.read().events.iter().filter(told).cloned().collect())
    }

    fn read_log(&self, kind: &str, after: Position, limit: usize) -> Result<Vec<Filed>, StoreError> {
        let committed = self.read();
        let of_kind = |event: &&Filed| is_of(&event.stream.to_string(), kind);
        Ok(committed.events.iter().skip(count(after.0)).filter(of_kind).take(limit).cloned().collect())
    }

    fn streams(&self, kind: &str, part: &str, after: u64, limit: usize) -> Result<Vec<(u64, StreamId)>, StoreError> {
        let committed = self.read();
        let numbered = (1..).zip(&committed.names).skip(count(after));
        let named = numbered.map(|(number, stream)| (number, *stream, stream.to_string()));
        let found = named.filter(|(_, _, name)| is_of(name, kind) && name.contains(part));
        Ok(found.take(limit).map(|(number, stream, _)| (number, stream)).collect())
    }

    fn last_position(&self) -> Result<Position, StoreError> {
        Ok(Position(self.read().events.len() as u64))
    }

    fn result(&self, device: DeviceId, number: u64) -> Result<Option<StoredResult>, StoreError> {
        Ok(self.read().devices.get(&device).and_then(|device| device.results.get(&number)).cloned())
    }

    fn device(&self, device: DeviceId) -> Result<Option<(AccountId, u64)>, StoreError> {
        let last = |device: &Device| device.results.last_key_value().map_or(0, |(number, _)| *number);
        Ok(self.read().devices.get(&device).map(|device| (device.account, last(device))))
    }

    fn claim(&self, kind: &str, value: &str) -> Result<Option<String>, StoreError> {
        Ok(self.read().claims.get(&(kind.to_owned(), value.to_owned())).cloned())
    }

    fn claims_beyond_ascii(&self, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
        let store = self.read();
        let of_kind = store.claims.iter().filter(|((of, value), _)| of == kind && !value.is_ascii());
        let mut claims: Vec<_> = of_kind.map(|((_, value), owner)| (value.clone(), owner.clone())).collect();
        claims.sort_unstable();
        Ok(claims)
    }

    fn claims_of(&self, kind: &str, owner: &str) -> Result<Vec<String>, StoreError> {
        let store = self.read();
        let of_owner = store.claims.iter().filter(|((of, _), holder)| of == kind && *holder == owner);
        let mut claims: Vec<_> = of_owner.map(|((_, value), _)| value.clone()).collect();
        claims.sort_unstable();
        Ok(claims)
    }

    fn person(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        Ok(self.read().people.get(&account).cloned())
    }

    fn credential(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        Ok(self.read().credentials.get(&account).cloned())
    }

    fn kept_session(&self, token_hash: &[u8; 32]) -> Result<Option<KeptSession>, StoreError> {
        Ok(self.read().sessions.get(token_hash).cloned())
    }

    fn sessions_of(&self, account: AccountId) -> Result<Vec<KeptSession>, StoreError> {
        let mut sessions: Vec<_> = self.read().sessions.values().filter(|session| session.account == account).cloned().collect();
        sessions.sort_by_key(|session| (Reverse(session.begun), session.token_hash));
        Ok(sessions)
    }

    fn trail(&self, before: u64, limit: usize) -> Result<Vec<(u64, Trailed)>, StoreError> {
        Ok(self.read().trail.range(..before).rev().take(limit).map(|(number, row)| (*number, row.clone())).collect())
    }

    fn document(&self, hash: ContentHash) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read().documents.get(&hash).cloned())
    }

    fn entries(&self, kind: &str, after: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
        let (committed, start) = (self.read(), format!("{kind}/"));
        let later = committed.settings.range((Bound::Excluded(format!("{start}{after}")), Bound::Unbounded));
        let of_kind = later.map_while(|(name, value)| Some((name.strip_prefix(&start)?.to_owned(), value.clone())));
        Ok(of_kind.take(limit).collect())
    }

    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.read().settings.get(name).cloned())
    }
}

fn is_of(name: &str, kind: &str) -> bool {
    name.split_once('/').is_some_and(|(first, _)| first == kind)
}
