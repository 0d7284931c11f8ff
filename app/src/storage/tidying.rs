//! Putting the database in order while nobody waits for it.

use super::{
    idb::{ALL, Tx},
    rows::{self, KeptChunk, KeptResult, json},
};
use domain::{
    feeds::Feed,
    replica::storage::{Chunk, Durability, Trouble},
    time::Timestamp,
};
use indexed_db_futures::database::Database;

/// Chunks are merged only if at least this many fit into one.
const CHUNKS_MERGED_MIN: usize = 16;

/// Merges small chunks: events that came one by one are read faster together. Each merge is a transaction of its own, so that nobody waits long.
pub async fn merge(database: &Database) -> Result<(), Trouble> {
    let tx = Tx::reading(database)?;
    let feeds: Vec<Feed> = tx.keys("feeds", None, ALL).await?.iter().filter_map(rows::parsed).collect();
    let mut spans = Vec::new();
    for feed in feeds {
        let keys = tx.keys("chunks", Some(&rows::chunks_from(&feed, 0)), ALL).await?;
        let firsts: Vec<u64> = keys.iter().filter_map(rows::first_of).collect();
        spans.extend(worth_merging(&firsts).into_iter().map(|(first, last)| (feed, first, last)));
    }
    drop(tx);
    for (feed, first, last) in spans {
        let tx = Tx::writing(database, Durability::Relaxed)?;
        let span = rows::chunks_between(&feed, first, last);
        let found = tx.rows("chunks", Some(&span), ALL).await?;
        let chunks: Option<Vec<Chunk>> = found.iter().filter_map(|row| KeptChunk::of(feed, row)).map(KeptChunk::plain).collect();
        // Sealed chunks are not merged: a shared computer keeps them for a school day at most.
        let Some(chunks) = chunks else { continue };
        tx.delete_range("chunks", &span)?;
        for chunk in merged(chunks) {
            tx.put("chunks", &rows::chunk_key(&feed, chunk.first), &rows::chunk_row(&chunk))?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// From the first numbers of all chunks, the spans of chunks that are to become one: each as the first numbers of its first and its last chunk. A
/// chunk's end is known from the beginning of the next one, so the last chunk is never merged.
fn worth_merging(firsts: &[u64]) -> Vec<(u64, u64)> {
    let mut spans: Vec<(u64, u64, usize)> = Vec::new();
    for pair in firsts.windows(2) {
        let (first, next) = (pair[0], pair[1]);
        match spans.last_mut() {
            Some((start, last, chunks)) if next - *start <= rows::CHUNK_EVENTS_MAX => {
                *last = first;
                *chunks += 1;
            }
            Some(_) | None => spans.push((first, first, 1)),
        }
    }
    spans.into_iter().filter(|(.., chunks)| *chunks >= CHUNKS_MERGED_MIN).map(|(start, last, _)| (start, last)).collect()
}

/// The same events in as few chunks as possible. Chunks with a gap between them, or that overlap, as two tabs may write them, stay apart.
fn merged(chunks: Vec<Chunk>) -> Vec<Chunk> {
    let mut merged: Vec<Chunk> = Vec::new();
    for chunk in chunks {
        match merged.last_mut() {
            Some(last) if last.first + last.count == chunk.first && last.count + chunk.count <= rows::CHUNK_EVENTS_MAX => {
                last.count += chunk.count;
                last.digest = chunk.digest;
                // Two JSON arrays, neither empty, become one.
                last.runs.pop();
                last.runs.push(',');
                last.runs.push_str(chunk.runs.trim_start_matches('['));
            }
            Some(_) | None => merged.push(chunk),
        }
    }
    merged
}

/// Deletes the results that were seen, of commands given before this moment.
pub async fn forget_results(database: &Database, before: Timestamp) -> Result<(), Trouble> {
    let tx = Tx::writing(database, Durability::Relaxed)?;
    for (key, row) in tx.pairs("results").await? {
        if json::<KeptResult>(&row).is_some_and(|result| result.seen && result.command.at() < before) {
            tx.delete("results", &key)?;
        }
    }
    tx.commit().await
}
