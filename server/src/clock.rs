//! The server's clock.

use domain::time::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// What time it is; never before 1970.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_millis());
    Timestamp(i64::try_from(since).unwrap_or(i64::MAX))
}
