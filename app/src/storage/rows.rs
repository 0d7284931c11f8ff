//! The rows of the database: how keys and values look, and what of them is sealed.

use super::seal::{Seal, Sealed};
use domain::{
    digest::Digest,
    feeds::Feed,
    ids::{AccountId, DeviceId},
    protocol::Outcome,
    replica::storage::{Chunk, Queued, Settled, Snapshot},
    time::Timestamp,
};
use indexed_db_futures::KeyRange;
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};

/// The most events of one chunk: so a chunk that begins more than this many numbers before an event cannot hold it.
pub const CHUNK_EVENTS_MAX: u64 = domain::protocol::HISTORY_PAGE_EVENTS_MAX;

/// A command as it is kept: on a shared computer sealed, but for its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Kept {
    /// For whoever has the key.
    Sealed {
        /// When it was given.
        at: Timestamp,
        /// A [`Queued`], as JSON.
        sealed: Sealed,
    },
    /// For everybody who can read the database.
    Plain(Queued),
}

/// A result as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeptResult {
    /// The device that numbered the command.
    pub device: DeviceId,
    /// Its number.
    pub number: u64,
    /// The command.
    pub command: Kept,
    outcome: Outcome,
    changed: bool,
    /// The person has seen it, or need not be told.
    pub seen: bool,
    #[serde(default)]
    because: Option<u64>,
}

impl Kept {
    /// A command as it is to be kept: sealed if there is a seal that works.
    pub async fn of(command: &Queued, seal: Option<&Seal>) -> Self {
        let sealed = match seal {
            Some(seal) => seal.close(&text(command)).await,
            None => None,
        };
        sealed.map_or_else(|| Self::Plain(command.clone()), |sealed| Self::Sealed { at: command.at, sealed })
    }

    /// The command, if it can be read.
    pub async fn open(&self, seal: Option<&Seal>) -> Option<Queued> {
        match self {
            Self::Plain(command) => Some(command.clone()),
            Self::Sealed { sealed, .. } => serde_json::from_str(&seal?.open(sealed).await?).ok(),
        }
    }

    /// When the command was given.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Sealed { at, .. } => *at,
            Self::Plain(command) => command.at,
        }
    }

    /// Only the key opens it.
    pub fn is_sealed(&self) -> bool {
        matches!(self, Self::Sealed { .. })
    }
}

impl KeptResult {
    /// A result as it is to be kept.
    pub async fn of(settled: &Settled, seal: Option<&Seal>) -> Self {
        let Settled { device, number, command, outcome, changed, seen, because } = settled.clone();
        Self { device, number, command: Kept::of(&command, seal).await, outcome, changed, seen, because }
    }

    /// The result, if its command can be read.
    pub async fn open(&self, seal: Option<&Seal>) -> Option<Settled> {
        let command = self.command.open(seal).await?;
        let Self { device, number, outcome, changed, seen, because, .. } = self.clone();
        Some(Settled { device, number, command, outcome, changed, seen, because })
    }
}

/// A value as text; rows are JSON.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("rows have text keys only, so they always serialise")
}

/// A value as a row.
pub fn to_json(value: &impl Serialize) -> JsValue {
    JsValue::from(text(value))
}

/// A row as a value, if it is one.
pub fn json<T: DeserializeOwned>(row: &JsValue) -> Option<T> {
    serde_json::from_str(&row.as_string()?).ok()
}

/// A row that is the text of something.
pub fn parsed<T: std::str::FromStr>(row: &JsValue) -> Option<T> {
    row.as_string()?.parse().ok()
}

/// A number as a row; numbers stay far below 2⁵³, so none loses digits.
pub fn number(number: u64) -> JsValue {
    JsValue::from(number as f64)
}

/// A row that is a number.
pub fn numbered(row: &JsValue) -> Option<u64> {
    Some(row.as_f64()? as u64)
}

/// The row of a chunk: its events as bytes, which are written and read many times faster than a row for each.
pub fn chunk_row(chunk: &Chunk) -> JsValue {
    let bytes = Uint8Array::from(chunk.runs.as_bytes());
    Array::of4(&number(chunk.first), &number(chunk.count), &bytes, &JsValue::from(chunk.digest.to_string())).into()
}

/// The same, sealed; `None` if that fails.
pub async fn sealed_chunk_row(chunk: &Chunk, seal: &Seal) -> Option<JsValue> {
    let bytes = seal.close_bytes(chunk.runs.as_bytes()).await?;
    let row = Array::of4(&number(chunk.first), &number(chunk.count), &bytes, &JsValue::from(chunk.digest.to_string()));
    row.push(&JsValue::TRUE);
    Some(row.into())
}

/// A chunk as it is kept: its events may be sealed.
pub struct KeptChunk {
    /// All but its events, where they are sealed.
    chunk: Chunk,
    sealed: Option<Uint8Array>,
}

impl KeptChunk {
    /// Reads a chunk from its row. Damaged bytes that are no text are kept as the nearest text: their digest shows the damage.
    pub fn of(feed: Feed, row: &JsValue) -> Option<Self> {
        let row: &Array = row.dyn_ref()?;
        let bytes = row.get(2).dyn_into::<Uint8Array>().ok()?;
        let digest: Digest = parsed(&row.get(3))?;
        let sealed = row.get(4).is_truthy().then(|| bytes.clone());
        let runs = if sealed.is_some() { String::new() } else { String::from_utf8_lossy(&bytes.to_vec()).into_owned() };
        Some(Self { chunk: Chunk { feed, first: numbered(&row.get(0))?, count: numbered(&row.get(1))?, digest, runs }, sealed })
    }

    /// The number of its first event.
    pub fn first(&self) -> u64 {
        self.chunk.first
    }

    /// The number of its last event.
    pub fn last(&self) -> u64 {
        self.chunk.first + self.chunk.count - 1
    }

    /// The digest after it.
    pub fn digest(&self) -> Digest {
        self.chunk.digest
    }

    /// The chunk, if anybody who can read the database can read it.
    pub fn plain(self) -> Option<Chunk> {
        self.sealed.is_none().then_some(self.chunk)
    }

    /// The chunk, opened. If the key does not open it, it has no events; its digest shows that, and it is fetched again.
    pub async fn open(self, seal: Option<&Seal>) -> Chunk {
        let runs = match &self.sealed {
            Some(sealed) => opened(sealed, seal).await.unwrap_or_default(),
            None => self.chunk.runs,
        };
        Chunk { runs, ..self.chunk }
    }
}

async fn opened(sealed: &Uint8Array, seal: Option<&Seal>) -> Option<String> {
    String::from_utf8(seal?.open_bytes(sealed).await?).ok()
}

/// The key of a chunk.
pub fn chunk_key(feed: &Feed, first: u64) -> JsValue {
    Array::of2(&JsValue::from(feed.to_string()), &number(first)).into()
}

/// The number of the first event, in a chunk's key.
pub fn first_of(key: &JsValue) -> Option<u64> {
    numbered(&key.dyn_ref::<Array>()?.get(1))
}

/// The chunks of a feed that begin at this number or later. An array is more than any number in a key's order.
pub fn chunks_from(feed: &Feed, first: u64) -> KeyRange<JsValue> {
    between(chunk_key(feed, first), Array::of2(&JsValue::from(feed.to_string()), &Array::new()).into())
}

/// The chunks of a feed that begin between these numbers, both included.
pub fn chunks_between(feed: &Feed, first: u64, last: u64) -> KeyRange<JsValue> {
    between(chunk_key(feed, first), chunk_key(feed, last))
}

fn between(from: JsValue, to: JsValue) -> KeyRange<JsValue> {
    KeyRange::from(from..=to)
}

/// The key of a result.
pub fn result_key(device: DeviceId, of: u64) -> JsValue {
    Array::of2(&JsValue::from(device.to_string()), &number(of)).into()
}

/// The results of a device from this number on.
pub fn results_from(device: DeviceId, first: u64) -> KeyRange<JsValue> {
    between(result_key(device, first), Array::of2(&JsValue::from(device.to_string()), &Array::new()).into())
}

/// The results of a device before this number.
pub fn results_before(device: DeviceId, before: u64) -> KeyRange<JsValue> {
    between(result_key(device, 0), result_key(device, before.saturating_sub(1)))
}

/// The row of a fold; the state is a text of its own, so that it is not written as text within text.
pub fn snapshot_row(snapshot: &Snapshot) -> JsValue {
    let head = JsValue::from(text(&(&snapshot.name, snapshot.version, marks_in(snapshot), snapshot.hash)));
    Array::of2(&head, &JsValue::from(&snapshot.state)).into()
}

/// The same, sealed; `None` if that fails.
pub async fn sealed_snapshot_row(snapshot: &Snapshot, seal: &Seal) -> Option<JsValue> {
    let state = seal.close_bytes(snapshot.state.as_bytes()).await?;
    let head = JsValue::from(text(&(&snapshot.name, snapshot.version, marks_in(snapshot), snapshot.hash)));
    Some(Array::of2(&head, &state).into())
}

/// A fold as it is kept: its state may be sealed.
pub struct KeptSnapshot {
    /// All but its state, where that is sealed.
    snapshot: Snapshot,
    sealed: Option<Uint8Array>,
}

impl KeptSnapshot {
    /// Reads a fold from its row.
    pub fn of(row: &JsValue) -> Option<Self> {
        let row: &Array = row.dyn_ref()?;
        let (name, version, marks, hash): (String, u32, Vec<(Feed, domain::protocol::Mark)>, _) = json(&row.get(0))?;
        let sealed = row.get(1).dyn_into::<Uint8Array>().ok();
        let state = if sealed.is_some() { String::new() } else { row.get(1).as_string()? };
        Some(Self { snapshot: Snapshot { name, version, marks: marks.into_iter().collect(), hash, state }, sealed })
    }

    /// Its name, its version, and how many bytes its state has as it is kept.
    pub fn header(self) -> (String, u32, u64) {
        let bytes = self.sealed.map_or(self.snapshot.state.len() as u64, |sealed| u64::from(sealed.length()));
        (self.snapshot.name, self.snapshot.version, bytes)
    }

    /// Whether it is of this version.
    pub fn is_of(&self, version: u32) -> bool {
        self.snapshot.version == version
    }

    /// The fold, if it can be read.
    pub async fn open(self, seal: Option<&Seal>) -> Option<Snapshot> {
        match &self.sealed {
            Some(sealed) => Some(Snapshot { state: opened(sealed, seal).await?, ..self.snapshot }),
            None => Some(self.snapshot),
        }
    }
}

/// The row of a document, sealed; `None` if that fails. The row of an unsealed one is its bytes.
pub async fn sealed_document_row(bytes: &[u8], seal: &Seal) -> Option<JsValue> {
    let sealed = seal.close_bytes(bytes).await?;
    Some(Array::of1(&sealed).into())
}

/// The document of a row, if it can be read.
pub async fn document(row: &JsValue, seal: Option<&Seal>) -> Option<Vec<u8>> {
    match row.dyn_ref::<Array>() {
        Some(sealed) => seal?.open_bytes(sealed.get(0).dyn_ref()?).await,
        None => Some(row.dyn_ref::<Uint8Array>()?.to_vec()),
    }
}

/// The key of the one row that holds all names where they are sealed; otherwise each name has a row under its account.
pub const SEALED_PEOPLE: &str = "sealed";

/// All names in one row, sealed; `None` if that fails.
pub async fn sealed_people_row(people: &BTreeMap<AccountId, String>, seal: &Seal) -> Option<JsValue> {
    Some(seal.close_bytes(text(people).as_bytes()).await?.into())
}

/// The names of all rows, as far as they can be read.
pub async fn people(rows: &[(JsValue, JsValue)], seal: Option<&Seal>) -> BTreeMap<AccountId, String> {
    let mut people = BTreeMap::new();
    for (key, row) in rows {
        match row.dyn_ref::<Uint8Array>() {
            Some(sealed) => {
                people.extend(opened(sealed, seal).await.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(BTreeMap::new))
            }
            None => people.extend(parsed(key).zip(row.as_string())),
        }
    }
    people
}

fn marks_in(snapshot: &Snapshot) -> Vec<(Feed, domain::protocol::Mark)> {
    snapshot.marks.iter().map(|(feed, mark)| (*feed, *mark)).collect()
}
