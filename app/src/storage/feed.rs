//! Reading one feed, in portions and nothing else: for the history of a class.

use super::{Storage, reading};
use domain::{
    feeds::Feed,
    replica::storage::{Chunk, Trouble},
};

/// How many chunks are in memory at once: few, because a page never gives memory back.
const PORTION_CHUNKS: u32 = 8;

/// How a read of a feed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadEnd {
    /// There is nothing more.
    AtTheEnd,
    /// The reader stopped it, or an event is missing.
    Early,
}

impl Storage {
    /// Hands over the chunks of a feed that hold events after a number, in order, until `each` returns false.
    pub async fn feed(&self, feed: Feed, after: u64, mut each: impl AsyncFnMut(Chunk) -> bool) -> Result<ReadEnd, Trouble> {
        let (mut had, mut next) = (after, None);
        loop {
            let (chunks, following) = self.portion(feed, after, next).await?;
            // Inside a transaction nothing but its requests may be awaited, so the chunks are handed over after it.
            for chunk in chunks {
                let end = chunk.first + chunk.count - 1;
                if end <= had {
                    continue;
                }
                if chunk.first > had + 1 || !each(chunk).await {
                    return Ok(ReadEnd::Early);
                }
                had = end;
            }
            match following {
                Some(_) => next = following,
                None => return Ok(ReadEnd::AtTheEnd),
            }
        }
    }

    async fn portion(&self, feed: Feed, after: u64, next: Option<u64>) -> Result<(Vec<Chunk>, Option<u64>), Trouble> {
        if let Some(volatile) = self.volatile.borrow().as_ref() {
            return Ok((volatile.feed(feed, after), None));
        }
        let read = async || reading::portion_of(&self.database().await?.database, feed, after, next, PORTION_CHUNKS).await;
        let (kept, following) = match read().await {
            // A connection that has died is opened again, once.
            Err(Trouble::Failed) => {
                self.close();
                read().await?
            }
            read => read?,
        };
        let (seal, mut chunks) = (self.seal(), Vec::new());
        for chunk in kept {
            chunks.push(chunk.open(seal.as_ref()).await);
        }
        Ok((chunks, following))
    }
}
