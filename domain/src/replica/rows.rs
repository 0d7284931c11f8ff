//! What each change does to the rows of a database, written once for both databases: the one in memory, which tests prove, and the browser's.

use super::storage::{Change, Chunk, KeptClock, Queued, Settled, Snapshot, Transaction, Trouble};
use crate::{
    digest::Digest,
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
    protocol::Mark,
};
use std::{collections::BTreeMap, future::Future};

/// Where a stored chunk begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The number of its first event.
    pub first: u64,
    /// The number of its last.
    pub last: u64,
    /// The feed's digest after that.
    pub digest: Digest,
}

/// The rows of a database within a transaction: a read sees what was written before it. Reads are asynchronous; a write is only begun, and if it fails, so does
/// the transaction.
pub trait Rows {
    /// A command as the database keeps it, perhaps sealed: it is moved from row to row without being opened.
    type Kept;

    /// The next change of the transaction is made from here on.
    fn next_change(&mut self) {}

    /// The device; none in a database that is being made.
    fn device(&self) -> impl Future<Output = Result<Option<DeviceId>, Trouble>>;
    /// Makes it a new device, by a random id.
    fn become_another_device(&mut self) -> Result<(), Trouble>;
    /// The number that the next command gets.
    fn next_number(&self) -> impl Future<Output = Result<u64, Trouble>>;
    /// Sets it.
    fn put_next_number(&mut self, number: u64) -> Result<(), Trouble>;
    /// How often a tab took over the socket.
    fn epoch(&self) -> impl Future<Output = Result<u64, Trouble>>;
    /// Sets it.
    fn put_epoch(&mut self, epoch: u64) -> Result<(), Trouble>;
    /// The log that the feeds are of.
    fn log(&self) -> impl Future<Output = Result<Option<LogId>, Trouble>>;
    /// Sets it, with its era.
    fn put_log(&mut self, log: LogId, era: u32) -> Result<(), Trouble>;
    /// The devices that another log knew.
    fn strange(&self) -> impl Future<Output = Result<Vec<DeviceId>, Trouble>>;
    /// Sets them.
    fn put_strange(&mut self, strange: Vec<DeviceId>) -> Result<(), Trouble>;
    /// Keeps what is known of the school's clock.
    fn put_clock(&mut self, clock: &KeptClock) -> Result<(), Trouble>;

    /// How far a feed was had.
    fn mark(&self, feed: &Feed) -> impl Future<Output = Result<Option<Mark>, Trouble>>;
    /// Sets it.
    fn put_mark(&mut self, feed: &Feed, mark: &Mark) -> Result<(), Trouble>;
    /// The chunks of a feed, in order.
    fn chunks(&self, feed: &Feed) -> impl Future<Output = Result<Vec<Extent>, Trouble>>;
    /// Keeps a chunk.
    fn put_chunk(&mut self, chunk: &Chunk) -> Result<(), Trouble>;
    /// Forgets the chunk that begins with this number.
    fn delete_chunk(&mut self, feed: &Feed, first: u64) -> Result<(), Trouble>;
    /// Forgets a feed's mark and all its chunks.
    fn delete_feed(&mut self, feed: &Feed) -> Result<(), Trouble>;

    /// The numbers of the commands that wait, in order.
    fn numbers(&self) -> impl Future<Output = Result<Vec<u64>, Trouble>>;
    /// The commands that wait, in order.
    fn waiting(&self) -> impl Future<Output = Result<Vec<Self::Kept>, Trouble>>;
    /// Keeps a command that was just given.
    fn put_given(&mut self, number: u64, command: &Queued) -> Result<(), Trouble>;
    /// Keeps a command that was kept before.
    fn put_waiting(&mut self, number: u64, command: Self::Kept) -> Result<(), Trouble>;
    /// Forgets a command that waits.
    fn delete_waiting(&mut self, number: u64) -> Result<(), Trouble>;
    /// Forgets all of them.
    fn clear_waiting(&mut self) -> Result<(), Trouble>;

    /// The commands of the results of a device after a number, in order, as far as they can be read, by number.
    fn results_after(&self, device: DeviceId, last: u64) -> impl Future<Output = Result<Vec<(u64, Self::Kept)>, Trouble>>;
    /// The same before a number, the last ones, so many at most, the last one first.
    fn results_before(&self, device: DeviceId, before: u64, most: u64) -> impl Future<Output = Result<Vec<(u64, Self::Kept)>, Trouble>>;
    /// The devices of which results are kept; each may be named several times.
    fn devices_of_results(&self) -> impl Future<Output = Result<Vec<DeviceId>, Trouble>>;
    /// Keeps a result.
    fn put_result(&mut self, settled: &Settled) -> Result<(), Trouble>;
    /// Forgets it.
    fn delete_result(&mut self, device: DeviceId, number: u64) -> Result<(), Trouble>;

    /// Keeps a document.
    fn put_document(&mut self, hash: ContentHash, bytes: &[u8]) -> Result<(), Trouble>;
    /// Forgets it.
    fn delete_document(&mut self, hash: ContentHash) -> Result<(), Trouble>;
    /// Keeps these names and no others.
    fn put_people(&mut self, people: &BTreeMap<AccountId, String>) -> Result<(), Trouble>;
    /// Keeps a fold, in place of an older one of the same name.
    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Trouble>;
    /// Forgets all folds.
    fn clear_snapshots(&mut self) -> Result<(), Trouble>;
}

/// Makes the changes of a transaction, in order, and returns the numbers that they gave out. The caller has to commit it or give it up.
///
/// # Errors
/// [`Trouble::Fenced`] if another tab has taken over since, and whatever goes wrong with a row; then nothing of it may be kept.
pub async fn carry_out(rows: &mut impl Rows, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
    if let Some(epoch) = transaction.epoch
        && rows.epoch().await? != epoch
    {
        return Err(Trouble::Fenced);
    }
    let mut numbers = Vec::new();
    for change in &transaction.changes {
        rows.next_change();
        numbers.extend(make(rows, change).await?);
    }
    Ok(numbers)
}

/// Makes a change; the number that it gives out, if it is one that does.
async fn make(rows: &mut impl Rows, change: &Change) -> Result<Option<u64>, Trouble> {
    match change {
        Change::Enqueue(command) => {
            let number = rows.next_number().await?;
            rows.put_given(number, command)?;
            rows.put_next_number(number + 1)?;
            return Ok(Some(number));
        }
        Change::Chunk(chunk) => rows.put_chunk(chunk)?,
        Change::Mark(feed, mark) => {
            if rows.mark(feed).await?.is_none_or(|before| before.after <= mark.after) {
                rows.put_mark(feed, mark)?;
            }
        }
        Change::Purge(feed) => rows.delete_feed(feed)?,
        Change::Cut(feed, after) => cut(rows, feed, *after).await?,
        Change::Settle(settled) => {
            rows.put_result(settled)?;
            // The result of a device that this was before says nothing of the commands that wait now.
            if rows.device().await? == Some(settled.device) {
                rows.delete_waiting(settled.number)?;
            }
        }
        Change::Dismiss(settled) => rows.put_result(settled)?,
        Change::Renumber => renumber(rows).await?,
        Change::Document { hash, bytes } => rows.put_document(*hash, bytes)?,
        Change::ForgetDocument(hash) => rows.delete_document(*hash)?,
        Change::People(people) => rows.put_people(people)?,
        Change::Log(log, era) => {
            note_strange(rows, *log).await?;
            rows.put_log(*log, *era)?;
        }
        Change::Requeue(last) => return requeue(rows, *last).await.map(Some),
        Change::RequeueBefore(before, most) => {
            let Some(device) = rows.device().await? else { return Ok(Some(0)) };
            return requeue_before(rows, device, *before, *most).await.map(Some);
        }
        Change::RequeueEarlier(lost) => return requeue_earlier(rows, lost).await.map(Some),
        Change::TakeOver => {
            let epoch = rows.epoch().await? + 1;
            rows.put_epoch(epoch)?;
            return Ok(Some(epoch));
        }
        Change::Clock(clock) => rows.put_clock(clock)?,
        Change::Snapshot(snapshot) => rows.put_snapshot(snapshot)?,
        Change::ForgetSnapshots => rows.clear_snapshots()?,
    }
    Ok(None)
}

/// Forgets the chunks that hold anything after a number; the mark goes back to where the others end.
async fn cut(rows: &mut impl Rows, feed: &Feed, after: u64) -> Result<(), Trouble> {
    let mark = rows.mark(feed).await?;
    let mut end = (0, Digest::default());
    for Extent { first, last, digest } in rows.chunks(feed).await? {
        if last > after {
            rows.delete_chunk(feed, first)?;
        } else if last > end.0 {
            end = (last, digest);
        }
    }
    match mark {
        Some(Mark { generation, .. }) => rows.put_mark(feed, &Mark { generation, after: end.0, digest: end.1 }),
        None => Ok(()),
    }
}

/// Numbers the commands that wait from 1 under a new device.
async fn renumber(rows: &mut impl Rows) -> Result<(), Trouble> {
    let waiting = rows.waiting().await?;
    put_all(rows, waiting)?;
    rows.become_another_device()
}

/// Puts these in the place of all commands that wait.
fn put_all<R: Rows>(rows: &mut R, commands: Vec<R::Kept>) -> Result<(), Trouble> {
    rows.clear_waiting()?;
    let mut next = 1;
    for command in commands {
        rows.put_waiting(next, command)?;
        next += 1;
    }
    rows.put_next_number(next)
}

/// Puts the commands after a number back into the outbox; how many. None of them if one is missing.
async fn requeue(rows: &mut impl Rows, last: u64) -> Result<u64, Trouble> {
    let Some(device) = rows.device().await? else { return Ok(0) };
    let waiting = rows.numbers().await?;
    // Two tabs may have settled what they sent in any order, so results may stand behind what still waits.
    let settled = (last + 1..rows.next_number().await?).filter(|number| !waiting.contains(number)).count();
    let mut back = rows.results_after(device, last).await?;
    back.retain(|(number, _)| !waiting.contains(number));
    if back.len() != settled {
        return Ok(0);
    }
    let count = back.len() as u64;
    for (number, command) in back {
        rows.put_waiting(number, command)?;
        rows.delete_result(device, number)?;
    }
    if waiting.iter().all(|number| *number > last) {
        requeue_before(rows, device, last + 1, 1).await?;
    }
    Ok(count)
}

/// Puts the last kept commands before a number back into the outbox, so many at most; how many. One that cannot be read is left alone: nothing could be
/// sent of it.
async fn requeue_before(rows: &mut impl Rows, device: DeviceId, before: u64, most: u64) -> Result<u64, Trouble> {
    let back = rows.results_before(device, before, most).await?;
    let count = back.len() as u64;
    for (number, command) in back {
        rows.put_waiting(number, command)?;
        rows.delete_result(device, number)?;
    }
    Ok(count)
}

/// Puts the commands of devices that this was before, each after a number, before all that waits, and becomes a new device; how many.
async fn requeue_earlier(rows: &mut impl Rows, lost: &[(DeviceId, u64)]) -> Result<u64, Trouble> {
    let mut back = Vec::new();
    for (device, last) in lost {
        for (number, command) in rows.results_after(*device, *last).await? {
            rows.delete_result(*device, number)?;
            back.push(command);
        }
    }
    let count = back.len() as u64;
    if count > 0 {
        back.extend(rows.waiting().await?);
        put_all(rows, back)?;
        rows.become_another_device()?;
    }
    Ok(count)
}

/// If the log is another one from now on, notes that only the log before knew the devices so far.
async fn note_strange(rows: &mut impl Rows, log: LogId) -> Result<(), Trouble> {
    if rows.log().await?.is_none_or(|before| before == log) {
        return Ok(());
    }
    let mut strange = rows.strange().await?;
    let known = rows.devices_of_results().await?.into_iter().chain(rows.device().await?);
    for device in known {
        if !strange.contains(&device) {
            strange.push(device);
        }
    }
    rows.put_strange(strange)
}
