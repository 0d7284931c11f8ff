//! Leaving a device: deletes what is stored, leaves sealed what may stay, and checks afterwards what is left.

use super::{
    PREFIX, Seal,
    idb::{self, ALL, Tx},
    name_of, open,
    rows::{Kept, json, to_json},
};
use crate::device;
use domain::{
    ids::AccountId,
    replica::storage::{Durability, Trouble},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest wait for another tab to let go of a database that is to be deleted.
const DELETING_MAX: Duration = Duration::from_secs(3);
/// The longest wait if the database has to be read first.
const REDUCING_MAX: Duration = Duration::from_secs(8);

/// The stores whose rows anybody with the device could read.
const READABLE: [&str; 6] = ["feeds", "chunks", "content", "people", "results", "snapshots"];

/// What becomes of the commands that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// There are none, or they are discarded.
    Nothing,
    /// They stay, sealed, for the next sign-in.
    Sealed,
}

/// What is left of somebody's data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Left {
    /// Commands that only the next sign-in opens.
    pub sealed: usize,
    /// What should not be there, by its name in the browser.
    pub other: Vec<String>,
}

/// Deletes what is stored of an account, except what is to stay sealed, and of all other accounts everything but the commands that wait. [`left`]
/// tells whether it worked.
pub async fn leave(account: AccountId, leaving: Leaving, seal: Option<&Seal>) {
    let own = name_of(account);
    forget_others(account).await;
    // If this fails, [`left`] finds it afterwards.
    _ = match leaving {
        Leaving::Nothing => delete(&own).await,
        Leaving::Sealed => reduce_in_time(&own, seal).await,
    };
}

/// Deletes what is stored of all other accounts, except the commands that wait.
pub async fn forget_others(account: AccountId) {
    let own = name_of(account);
    for name in idb::names().await.unwrap_or_default().into_iter().filter(|name| name.starts_with(PREFIX) && *name != own) {
        // A database that this build cannot open is another build's, and is left alone.
        _ = reduce_in_time(&name, None).await;
    }
}

/// Deletes what can be read of an account whose session is over; the outbox stays.
pub async fn reduce(account: AccountId) -> Result<(), Trouble> {
    let own = name_of(account);
    match idb::names().await {
        Some(names) if !names.contains(&own) => Ok(()),
        Some(_) | None => reduce_in_time(&own, None).await,
    }
}

/// Looks at what is left of an account in the databases.
pub async fn left(account: AccountId) -> Left {
    let own = name_of(account);
    let mut left = Left::default();
    if !idb::names().await.unwrap_or_default().contains(&own) {
        return left;
    }
    let Some(Ok((sealed, other))) = device::at_most(DELETING_MAX, look(&own)).await else {
        left.other.push(own);
        return left;
    };
    left.sealed = sealed;
    left.other.extend(other.into_iter().map(|store| format!("{own}/{store}")));
    left
}

/// How many sealed commands wait, and which stores hold anything that can be read.
async fn look(name: &str) -> Result<(usize, Vec<String>), Trouble> {
    let database = open(name).await?;
    let tx = Tx::reading(&database)?;
    let mut other = Vec::new();
    for store in READABLE {
        if !tx.keys(store, None, 1).await?.is_empty() {
            other.push(store.to_owned());
        }
    }
    let outbox: Vec<Option<Kept>> = tx.rows("outbox", None, ALL).await?.iter().map(json).collect();
    let sealed = outbox.iter().flatten().filter(|kept| kept.is_sealed()).count();
    if sealed < outbox.len() {
        other.push("outbox".to_owned());
    }
    drop(tx);
    database.close();
    Ok((sealed, other))
}

/// The same as [`reduce_named`], but gives up on a tab that does not let go of the database.
async fn reduce_in_time(name: &str, seal: Option<&Seal>) -> Result<(), Trouble> {
    device::at_most(REDUCING_MAX, reduce_named(name, seal)).await.unwrap_or(Err(Trouble::Failed))
}

/// Deletes everything in a database except the commands that wait, which are sealed if there is a key, and what belongs to them. If no command waits,
/// deletes the database.
async fn reduce_named(name: &str, seal: Option<&Seal>) -> Result<(), Trouble> {
    let database = open(name).await?;
    let tx = Tx::reading(&database)?;
    let waiting = tx.pairs("outbox").await?;
    drop(tx);
    if waiting.is_empty() {
        database.close();
        return delete(name).await;
    }
    let mut sealed = Vec::new();
    for (number, row) in waiting {
        let Some(kept) = json::<Kept>(&row).filter(|kept| !kept.is_sealed()) else { continue };
        if let Some(queued) = kept.open(None).await {
            sealed.push((number, Kept::of(&queued, seal).await));
        }
    }
    let tx = Tx::writing(&database, Durability::Strict)?;
    for (number, kept) in sealed {
        tx.put("outbox", &number, &to_json(&kept))?;
    }
    for store in READABLE {
        tx.clear(store)?;
    }
    let done = tx.commit().await;
    database.close();
    done
}

async fn delete(name: &str) -> Result<(), Trouble> {
    device::at_most(DELETING_MAX, idb::delete(name)).await.unwrap_or(Err(Trouble::Failed))
}
