//! Which connections are open, and which is closed when there is no room for another: the one that has been in its present stage longest.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::sync::Notify;

/// How many more connections are accepted when there is no room, for the health check and nothing else.
const RESERVE: usize = 64;

/// All connections to one address.
#[derive(Debug)]
pub struct Room {
    connections_max: usize,
    heads_max: usize,
    seated: Mutex<Seated>,
}

#[derive(Debug, Default)]
struct Seated {
    next: u64,
    /// How many connections are open, without the reserve and those that were told to close.
    connections: usize,
    /// Those that have not sent a whole request head yet, or no further one, by when they began to be waited for.
    heads: BTreeMap<u64, Arc<ConnectionPlace>>,
    /// Those whose request is being answered, by when that began.
    requests: BTreeMap<u64, Arc<ConnectionPlace>>,
    /// Those that were accepted although there is no room.
    reserve: BTreeMap<u64, Arc<ConnectionPlace>>,
}

/// One connection's place.
#[derive(Debug)]
pub struct ConnectionPlace {
    stage: Mutex<Stage>,
    is_reserve: bool,
    read: AtomicU64,
    unsent: AtomicBool,
    coming: AtomicBool,
    dismissed: Notify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head(u64),
    Request(u64),
    Socket,
    Reserve(u64),
    /// It was told to close, or is closed.
    Over,
}

impl Room {
    /// A room for `connections_max` connections, of which at most `heads_max` may be waiting for the head of a request.
    pub fn of(connections_max: usize, heads_max: usize) -> Arc<Self> {
        Arc::new(Self { connections_max: connections_max.max(1), heads_max: heads_max.max(1), seated: Mutex::default() })
    }

    /// Gives a connection its place. If there is none, another connection is closed; if none can be, the new one becomes part of the reserve.
    pub fn enter(self: &Arc<Self>) -> TakenPlace {
        let mut seated = self.seated();
        if seated.heads.len() >= self.heads_max {
            seated.dismiss_oldest_head();
        }
        while seated.connections >= self.connections_max && seated.dismiss_oldest() {}
        let since = seated.take_number();
        let is_reserve = seated.connections >= self.connections_max;
        let stage = if is_reserve { Stage::Reserve(since) } else { Stage::Head(since) };
        let place = Arc::new(ConnectionPlace {
            stage: Mutex::new(stage),
            is_reserve,
            read: AtomicU64::new(0),
            unsent: AtomicBool::new(false),
            coming: AtomicBool::new(false),
            dismissed: Notify::new(),
        });
        if is_reserve {
            if seated.reserve.len() >= RESERVE
                && let Some((_, oldest)) = seated.reserve.pop_first()
            {
                oldest.dismiss();
            }
            seated.reserve.insert(since, Arc::clone(&place));
        } else {
            seated.connections += 1;
            seated.heads.insert(since, Arc::clone(&place));
        }
        drop(seated);
        TakenPlace { room: Arc::clone(self), place }
    }

    /// How many connections there are, without the reserve.
    pub fn connections(&self) -> usize {
        self.seated().connections
    }

    fn seated(&self) -> MutexGuard<'_, Seated> {
        self.seated.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seated {
    fn take_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn dismiss_oldest_head(&mut self) -> bool {
        let Some((_, oldest)) = self.heads.pop_first() else { return false };
        self.connections -= 1;
        oldest.dismiss();
        true
    }

    /// Closes the connection that has been waiting for a request, or busy with one, for longest. Sockets are left alone: each account may have only a
    /// few.
    fn dismiss_oldest(&mut self) -> bool {
        let head = self.heads.first_key_value().map(|(since, _)| *since);
        let Some((&since, _)) = self.requests.first_key_value() else { return self.dismiss_oldest_head() };
        if head.is_some_and(|head| head < since) {
            return self.dismiss_oldest_head();
        }
        if let Some((_, oldest)) = self.requests.pop_first() {
            self.connections -= 1;
            oldest.dismiss();
        }
        true
    }

    fn forget(&mut self, stage: Stage) {
        match stage {
            Stage::Head(since) => _ = self.heads.remove(&since),
            Stage::Request(since) => _ = self.requests.remove(&since),
            Stage::Reserve(since) => _ = self.reserve.remove(&since),
            Stage::Socket | Stage::Over => {}
        }
    }
}

impl ConnectionPlace {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dismiss(&self) {
        *self.stage() = Stage::Over;
        self.dismissed.notify_one();
    }

    /// Whether there was no room for it: then it may use the health check only.
    pub fn is_reserve(&self) -> bool {
        self.is_reserve
    }

    /// Whether it has become a socket.
    pub fn is_socket(&self) -> bool {
        *self.stage() == Stage::Socket
    }

    /// Whether nothing is being done for it: no whole request is there, and the client has taken all answers.
    pub fn is_quiet(&self) -> bool {
        let is_done = matches!(*self.stage(), Stage::Request(_)) && !self.coming.load(Ordering::Relaxed);
        !is_done && !self.unsent.load(Ordering::Relaxed)
    }

    /// How many bytes have come.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub(super) fn came(&self, bytes: usize) {
        self.read.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn comes(&self, coming: bool) {
        self.coming.store(coming, Ordering::Relaxed);
    }

    pub(super) fn holds_back(&self, unsent: bool) {
        self.unsent.store(unsent, Ordering::Relaxed);
    }
}

/// A connection in the room; it leaves when this is dropped.
#[derive(Debug)]
pub struct TakenPlace {
    room: Arc<Room>,
    place: Arc<ConnectionPlace>,
}

impl TakenPlace {
    /// The connection's place.
    pub fn place(&self) -> &Arc<ConnectionPlace> {
        &self.place
    }

    /// Waits until the connection has to be closed.
    pub async fn dismissed(&self) {
        self.place.dismissed.notified().await;
    }

    /// A request has come; it is over when this is dropped.
    pub fn request(self: &Arc<Self>) -> Requested {
        self.turn_to(Stage::Request);
        Requested(Arc::clone(self))
    }

    /// It is a socket from now on.
    pub fn becomes_socket(&self) {
        self.turn_to(|_| Stage::Socket);
    }

    fn turn_to(&self, stage: impl FnOnce(u64) -> Stage) {
        let mut seated = self.room.seated();
        let since = seated.take_number();
        let mut now = self.place.stage();
        if matches!(*now, Stage::Over | Stage::Reserve(_) | Stage::Socket) {
            return;
        }
        seated.forget(*now);
        *now = stage(since);
        match *now {
            Stage::Head(since) => _ = seated.heads.insert(since, Arc::clone(&self.place)),
            Stage::Request(since) => _ = seated.requests.insert(since, Arc::clone(&self.place)),
            Stage::Socket | Stage::Reserve(_) | Stage::Over => {}
        }
    }
}

impl Drop for TakenPlace {
    fn drop(&mut self) {
        let mut seated = self.room.seated();
        let mut stage = self.place.stage();
        match *stage {
            Stage::Head(_) | Stage::Request(_) | Stage::Socket => seated.connections -= 1,
            Stage::Reserve(_) | Stage::Over => {}
        }
        seated.forget(*stage);
        *stage = Stage::Over;
    }
}

/// A request that is being done.
#[derive(Debug)]
pub struct Requested(Arc<TakenPlace>);

impl Drop for Requested {
    fn drop(&mut self) {
        self.0.turn_to(Stage::Head);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_stage(seat: &TakenPlace) -> &'static str {
        match *seat.place.stage() {
            Stage::Head(_) => "head",
            Stage::Request(_) => "request",
            Stage::Socket => "socket",
            Stage::Reserve(_) => "reserve",
            Stage::Over => "over",
        }
    }

    #[test]
    fn whoever_has_kept_the_server_waiting_longest_has_to_go() {
        let room = Room::of(4, 3);
        let seats: Vec<_> = (0..4).map(|_| Arc::new(room.enter())).collect();
        let stages = |seats: &[Arc<TakenPlace>]| seats.iter().map(|seat| in_stage(seat)).collect::<Vec<_>>();
        assert_eq!(stages(&seats), ["over", "head", "head", "head"], "no more than three heads");
        let (first, second) = (seats[2].request(), seats[1].request());
        let more: Vec<_> = (0..2).map(|_| Arc::new(room.enter())).collect();
        assert_eq!(stages(&seats), ["over", "request", "request", "over"], "the head was older than both requests");
        assert_eq!((stages(&more), room.connections()), (vec!["head", "head"], 4));
        drop(first);
        let last = room.enter();
        assert_eq!(
            (stages(&seats), in_stage(&last)),
            (vec!["over", "request", "head", "over"], "head"),
            "whose request is done waits anew"
        );
        assert_eq!(stages(&more), ["over", "head"], "of four heads the oldest went");
        drop((second, seats, more, last));
        assert_eq!(room.connections(), 0);
        let seated = room.seated();
        assert_eq!((seated.heads.len(), seated.requests.len()), (0, 0));
    }

    #[test]
    fn a_request_that_is_older_than_every_head_goes_where_there_is_no_more_room_for_connections() {
        let room = Room::of(2, 9);
        let seats: Vec<_> = (0..2).map(|_| Arc::new(room.enter())).collect();
        let request = seats[0].request();
        let again = seats[1].request();
        drop(again);
        let last = room.enter();
        assert_eq!((in_stage(&seats[0]), in_stage(&seats[1]), in_stage(&last)), ("over", "head", "head"));
        drop(request);
        assert_eq!(in_stage(&seats[0]), "over", "whoever was told to go stays so");
    }

    #[test]
    fn sockets_stay_and_the_reserve_is_small() {
        let room = Room::of(2, 2);
        let sockets: Vec<_> = (0..2).map(|_| room.enter()).collect();
        sockets.iter().for_each(TakenPlace::becomes_socket);
        let beyond: Vec<_> = (0..RESERVE + 1).map(|_| Arc::new(room.enter())).collect();
        assert!(sockets.iter().all(|seat| in_stage(seat) == "socket"));
        assert_eq!((in_stage(&beyond[0]), in_stage(&beyond[1])), ("over", "reserve"));
        drop(beyond[1].request());
        assert!(beyond[1].place().is_reserve() && in_stage(&beyond[1]) == "reserve");
        assert_eq!(room.seated().reserve.len(), RESERVE);
        drop(sockets);
        assert!(!room.enter().place().is_reserve(), "there is room again");
    }
}
