//! What is stored sealed: on a shared computer everything personal, so that nobody can read it there once the page is closed.

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

/// The stores of which the server has everything as well.
const FETCHED: [&str; 5] = ["feeds", "chunks", "content", "people", "snapshots"];
/// The name of the row in `meta` that says whether personal data is stored sealed.
const SEALING: &str = "sealing";
impl Storage {
    /// The key, if this is a shared computer.
    pub(super) fn sealing(&self) -> Option<Seal> {
        self.seal.borrow().clone().filter(|_| self.computer == Computer::Shared)
    }

    /// The row that is prepared for a change: for a command or result always, and on a shared computer for everything personal, sealed.
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

    /// Deletes what was fetched from the server if it is stored in the wrong form: unsealed, by an earlier build or before this computer was shared,
    /// or sealed on somebody's own computer. The server has it all. Commands that wait stay as they are until they are read.
    pub(super) async fn keep_apart(&self, database: &Database) -> Result<(), Trouble> {
        let is_sealing = self.sealing().is_some();
        // Mostly this only reads, so that tabs which are opened together need not wait for each other.
        let tx = Tx::reading(database)?;
        let was_sealing = writing::meta(&tx, SEALING).await?.is_some_and(|row| row.is_truthy());
        drop(tx);
        // On a shared computer nothing is deleted while the key is missing: what is sealed cannot be read, but may be later.
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
