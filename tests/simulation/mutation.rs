//! Faults put in on purpose, one at a time, at the seams that the simulator holds: the store, the hub, the network, the browser's database.
//! Each breaks an invariant, and the simulator must find each.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// The store forgets a device's last result, so that a command sent again is done again.
    DropTheDedupe,
    /// Some commits are not there, and are answered as if they were.
    AckBeforeSync,
    /// A name gets into the events.
    NameInAnEvent,
    /// An event of a feed's history is left out, and those after it take its number.
    SkipAFeedNumber,
    /// An event of a feed's history comes again under the next number.
    DeliverTwice,
    /// A student is sent what is for teachers.
    StaffFeedToAStudent,
    /// A student is sent the key of a unit that was never given to the class.
    KeyToAStudent,
    /// The hub passes over the last event of a batch.
    HubForgets,
    /// Two events change places on the way, with digests that fit.
    SwapTwoEvents,
    /// What was refused is told as done.
    TellARefusalAsAYes,
    /// A backup is put back, and nobody is told.
    RestoreWithoutAnEra,
    /// A result that was told once is told otherwise the second time.
    TellTwoResults,
    /// The epoch of a write is not looked at.
    ForgetTheEpoch,
    /// The outbox is written as if it could be had again.
    RelaxedOutbox,
    /// Two commands get the same number.
    ReuseANumber,
    /// A row stays in the outbox when its result is stored.
    KeepSettledRows,
    /// A row leaves the outbox when its result comes, and the result is not stored.
    SettleWithoutAResult,
    /// A row leaves the outbox when it is read, as if sending were enough.
    SentIsDone,
    /// Commands that a restored server has forgotten are not sent again.
    ForgetTheRequeue,
    /// A new device keeps the old one's numbers.
    RenumberKeepsNumbers,
    /// Chunks stay when a feed is purged.
    PurgeLeavesChunks,
    /// Chunks stay when a feed is cut.
    CutLeavesChunks,
    /// A byte flips in a chunk, and its digest is made to fit.
    IgnoreTheDigest,
    /// A mark says more than what the chunks hold.
    MarkAhead,
    /// A command's text changes in the outbox.
    ChangeACommand,
    /// Commands claim what the device's own clock shows.
    RawClock,
    /// What is known of the school's clock is not kept.
    ForgetTheClock,
    /// Only the wall clock is read, which may be turned back.
    WallClockAlone,
    /// The server believes whatever a device claims.
    BelieveEveryClaim,
    /// The server forgets who said hello and has sent nothing.
    ForgetHellos,
    /// The reactor does not see every second stream.
    SkipAStream,
    /// The reactor does everything twice.
    ReactTwice,
}

/// Each, with the invariants of which it must break one. (0 is that all comes to rest and agrees at the end.)
pub const ALL: [(Mutation, &[u8]); 31] = [
    (Mutation::DropTheDedupe, &[0, 3, 4]),
    (Mutation::AckBeforeSync, &[3, 5, 8]),
    (Mutation::NameInAnEvent, &[13]),
    (Mutation::SkipAFeedNumber, &[0, 5, 8]),
    (Mutation::DeliverTwice, &[0, 5, 8]),
    (Mutation::StaffFeedToAStudent, &[10]),
    (Mutation::KeyToAStudent, &[10]),
    (Mutation::HubForgets, &[0, 6, 8]),
    (Mutation::SwapTwoEvents, &[5, 8]),
    (Mutation::TellARefusalAsAYes, &[3, 4]),
    (Mutation::RestoreWithoutAnEra, &[0, 3, 4, 5, 7]),
    (Mutation::TellTwoResults, &[3, 4]),
    (Mutation::ForgetTheEpoch, &[12]),
    (Mutation::RelaxedOutbox, &[7]),
    (Mutation::ReuseANumber, &[7]),
    (Mutation::KeepSettledRows, &[0, 7]),
    (Mutation::SettleWithoutAResult, &[7]),
    (Mutation::SentIsDone, &[7]),
    (Mutation::ForgetTheRequeue, &[0, 7]),
    (Mutation::RenumberKeepsNumbers, &[0, 7]),
    (Mutation::PurgeLeavesChunks, &[0, 5, 8, 10]),
    (Mutation::CutLeavesChunks, &[0, 5, 8]),
    (Mutation::IgnoreTheDigest, &[5, 8]),
    (Mutation::MarkAhead, &[0, 5, 8]),
    (Mutation::ChangeACommand, &[0, 7]),
    (Mutation::RawClock, &[16]),
    (Mutation::ForgetTheClock, &[16]),
    (Mutation::WallClockAlone, &[16]),
    (Mutation::BelieveEveryClaim, &[16]),
    (Mutation::SkipAStream, &[15]),
    (Mutation::ReactTwice, &[0, 5, 8, 15]),
];

/// Those that histories drawn by chance meet too seldom, each with a history that it breaks, and the invariant.
pub const SELDOM: [(Mutation, &str, u8); 1] = [(Mutation::ForgetHellos, SIGNED_IN_AGAIN, 16)];

/// A student opens the app and gives nothing, works without a connection while a unit is open, and signs in again only after it has closed.
pub const SIGNED_IN_AGAIN: &str =
    "seed 1; office 0 172; open 0 0; flow 0 200; offline 0 0; do 0 240; flow 0 20; minutes 0 60; sign-in 0 0; online 0 0; flow 0 200";
