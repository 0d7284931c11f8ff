//! What is stored sealed: on a shared computer all that is personal, so that nobody reads it there when the page is gone.

use super::{
    Storage,
    idb::Tx,
    rows::{self, Kept, KeptResult, to_json},
    seal::Seal,
    writing,
};
use domain::{
    protocol::Computer,
    replica::storage::{Change, Durability, Trouble},
};
use indexed_db_futures::database::Database;
use wasm_bindgen::JsValue;

/// What the server has as well.
const FETCHED: [&str; 5] = ["feeds", "chunks", "content", "people", "snapshots"];
/// In `meta`: whatever is personal is stored sealed.
const SEALING: &str = "sealing";
impl Storage {
    /// The key, where this computer seals.
    pub(super) fn sealing(&self) -> Option<Seal> {
        self.seal.borrow().clone().filter(|_| self.computer == Computer::Shared)
    }

    /// What of a change is to be kept otherwise than as it is: the row of its command, and on a shared computer whatever is personal, sealed.
    pub(super) async fn row(&self, change: &Change) -> Option<JsValue> {
        let seal = self.sealing();
        match change {
            Change::Enqueue(queued) => Some(to_json(&Kept::of(queued, seal.as_ref()).await)),
            Change::Settle(settled) | Change::Dismiss(settled) => Some(to_json(&KeptResult::of(settled, seal.as_ref()).await)),
            Change::Chunk(chunk) => rows::sealed_chunk_row(chunk, &seal?).await,
            Change::Document { bytes, .. } => rows::sealed_document_row(bytes, &seal?).await,
            Change::People(people) => rows::sealed_people_row(people, &seal?).await,
            Change::Snapshot(snapshot) => rows::sealed_snapshot_row(snapshot, &seal?).await,
            Change::Mark(..)
            | Change::Purge(_)
            | Change::Cut(..)
            | Change::Renumber
            | Change::ForgetDocument(_)
            | Change::Log(..)
            | Change::Requeue(_)
            | Change::RequeueBefore(..)
            | Change::RequeueEarlier(_)
            | Change::TakeOver
            | Change::Clock(_)
            | Change::ForgetSnapshots => None,
        }
    }

    /// What was stored in the clear before this computer was shared, or by an earlier build, goes, and what was sealed goes when it is somebody's own:
    /// the server has it. What waits stays as it is until it is read.
    pub(super) async fn keep_apart(&self, database: &Database) -> Result<(), Trouble> {
        let is_sealing = self.sealing().is_some();
        // Only read, as a rule: tabs that open at once need not wait for each other.
        let tx = Tx::reading(database)?;
        let was_sealing = writing::meta(&tx, SEALING).await?.is_some_and(|row| row.is_truthy());
        drop(tx);
        // On a shared computer without its key nothing can be read, and nothing is lost.
        if is_sealing == was_sealing || (self.computer == Computer::Shared && !is_sealing) {
            return Ok(());
        }
        let tx = Tx::writing(database, Durability::Relaxed)?;
        for store in FETCHED {
            tx.clear(store)?;
        }
        tx.put("meta", &SEALING.into(), &JsValue::from(is_sealing))?;
        tx.commit().await
    }
}
