//! Which request a piece of work is for: what is noted of the work stands under its id.

use std::{
    fmt,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::task_local;

/// When the program was first asked something, in seconds: ids of one run of it are not those of another.
static BEGUN: LazyLock<u64> = LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));

task_local! {
    static CURRENT: RequestId;
}

/// Which request it is, in this run of the program. It tells nothing of who asks, or what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u64);

impl RequestId {
    /// The next request's.
    pub fn next() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        Self(NUMBER.fetch_add(1, Ordering::Relaxed))
    }

    /// The request for which this task works; none if it is for none.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|id| *id).ok()
    }

    /// Does something as the work for a request.
    pub async fn of<T>(id: Option<Self>, what: impl Future<Output = T>) -> T {
        match id {
            Some(id) => CURRENT.scope(id, what).await,
            None => what.await,
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", *BEGUN, self.0)
    }
}
