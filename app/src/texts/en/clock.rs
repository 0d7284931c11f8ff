//! What is said of a wrong clock, in English.

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// How wrong the device's clock is, what it shows, and which one counts.
pub fn wrong_clock(ahead_ms: i64, shows: &str, school: &str) -> String {
    let way = if ahead_ms < 0 { "behind" } else { "ahead" };
    format!(
        "This device’s clock is {} {way}: it shows {shows}, and the school’s clock {school}. \
         Leftfold goes by the school’s clock, so nothing is lost; it is still better to set the device’s clock right.",
        duration(ahead_ms.unsigned_abs())
    )
}

/// About how long, in the largest unit that fits into it.
fn duration(ms: u64) -> String {
    let (count, unit) = match ms {
        DAY_MS.. => (rounded(ms, DAY_MS), "day"),
        HOUR_MS.. => (rounded(ms, HOUR_MS), "hour"),
        _ => (rounded(ms, MINUTE_MS).max(1), "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn rounded(ms: u64, unit: u64) -> u64 {
    (ms + unit / 2) / unit
}
