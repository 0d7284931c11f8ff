//! A connection without its socket, over each store: what the journeys cannot time, such as a writer that is busy or a session at its end.

use crate::{
    places::Place,
    school::{NOW, School, device, envelope, publish, school, sums},
};
use domain::{
    attempt, class,
    command::Command,
    event::StreamId,
    feeds::Feed,
    protocol::{BUILD, CREDIT_FRAMES, ClientMessage, Hello, PROTOCOL},
    time::Timestamp,
};
use serde_json::{Value, json};
use server::{
    engine::Work,
    store::EventStore,
    subscription::{
        connection::{Connection, Effect, Guest, Input},
        hub::{Hub, Seat},
    },
    writer::Busy,
};
use std::{collections::VecDeque, sync::Arc, time::Duration};

crate::over_every_store! { rules:
    a_busy_writer_is_no_gap
    a_right_that_is_lost_ends_the_feed_before_the_next_event
    a_session_that_ends_closes_the_connection_at_the_next_beat
    a_silent_connection_is_closed
    a_feed_that_grows_while_the_welcome_is_looked_up_is_sent_once
}

const SESSION: [u8; 32] = [7; 32];
const EXPIRES: Timestamp = Timestamp(NOW.0 + 60_000);

/// A connection, and everything that it speaks to.
struct Line<S: EventStore> {
    school: School<S>,
    hub: Arc<Hub>,
    seat: Seat,
    connection: Connection,
    now: Timestamp,
    heard: Vec<Value>,
    handed: VecDeque<Work>,
    looks: VecDeque<server::subscription::connection::Look>,
    beat: Duration,
    closed: Option<u16>,
}

impl<S: EventStore> Line<S> {
    fn open<P: Place<Store = S>>(place: &P, who: &str) -> Self {
        let mut school = school(place);
        let account = school.account(who);
        school.run(vec![Work::SignIn { token_hash: SESSION, account, expires: EXPIRES }]);
        let hub = Arc::new(Hub::new(Arc::clone(school.engine.directory())));
        let seat = hub.join(SESSION);
        let (connection, first) = Connection::open(Guest { account, session: SESSION }, hub.directory(), BUILD);
        let Effect::BeatIn(beat) = first else { panic!("{first:?}") };
        let (heard, handed, looks) = Default::default();
        Self { school, hub, seat, connection, now: NOW, heard, handed, looks, beat, closed: None }
    }

    /// The same, after its hello, with all there is.
    fn welcomed<P: Place<Store = S>>(place: &P, who: &str) -> Self {
        let mut line = Self::open(place, who);
        line.say(&line.hello(who));
        line.say(&ClientMessage::Credit { frames: CREDIT_FRAMES });
        assert!(line.heard().last().is_some_and(|last| last.get("CaughtUp").is_some()));
        line
    }

    fn hello(&self, who: &str) -> ClientMessage {
        let (account, device) = (self.school.account(who), device("line"));
        ClientMessage::Hello(Hello { protocol: (PROTOCOL, PROTOCOL), build: BUILD, account, device, feeds: Default::default() })
    }

    fn step(&mut self, input: Input<'_>) {
        let effects = self.connection.step(self.now, input);
        self.seat.pause(!self.connection.wants_events());
        for effect in effects {
            assert_eq!(self.closed, None, "nothing comes after the end");
            match effect {
                Effect::Send(text) => self.heard.push(serde_json::from_str(&text).unwrap()),
                Effect::Listen(feed) => self.seat.listen(feed),
                Effect::TurnAway(feed) => self.seat.turn_away(&feed),
                Effect::Look(look) => self.looks.push_back(look),
                Effect::HandIn(work) => self.handed.push_back(work),
                Effect::BeatIn(pause) => self.beat = pause,
                Effect::Close(code) => self.closed = Some(code),
            }
        }
    }

    fn look(&mut self) {
        while let Some(look) = self.looks.pop_front() {
            let seen = look.at(&self.school.engine.reader());
            self.step(Input::Seen(seen));
        }
    }

    fn say(&mut self, message: &ClientMessage) {
        assert!(self.connection.takes_frames());
        self.step(Input::Frame(&serde_json::to_string(message).unwrap()));
        self.look();
    }

    fn tell(&mut self) {
        assert!(self.connection.takes_news());
        let (waiting, directory) = (self.seat.take(), self.hub.directory());
        self.step(Input::News(waiting, directory));
        self.look();
    }

    /// Has work done, as the writer does it.
    fn write(&mut self, work: Vec<Work>) -> Vec<server::engine::Answer> {
        let batch = self.school.run(work);
        drop(self.hub.publish(&batch.published, batch.directory));
        batch.answers
    }

    /// The writer does what was handed in.
    fn write_all(&mut self) {
        let work = self.handed.drain(..).collect();
        for answer in self.write(work) {
            self.step(Input::Answer(Ok(answer)));
        }
        self.tell();
    }

    /// The next beat comes in its time.
    fn beat(&mut self) {
        self.now.0 += i64::try_from(self.beat.as_millis()).unwrap();
        self.step(Input::Beat);
        self.look();
    }

    fn heard(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.heard)
    }
}

mod rules {
    use super::*;

    pub fn a_busy_writer_is_no_gap(place: &impl Place) {
        let mut line = Line::welcomed(place, "ann");
        let stream = line.school.stream("ann");
        let next = attempt::Command::NextQuestion { ordinal: 1 };
        let commands = [line.school.start(), next.clone(), next.clone(), next].map(Command::Attempt);
        let commands: Vec<_> =
            (1..).zip(&commands).map(|(number, command)| ClientMessage::Command(envelope(number, stream, command))).collect();
        let busy = |number: u64| json!({ "Busy": { "number": number, "retry_after_ms": 1_000 } });
        commands[..3].iter().for_each(|command| line.say(command));
        line.handed.pop_front();
        line.step(Input::Answer(Err(Busy)));
        // It is sent again while those after it still wait.
        line.say(&commands[0]);
        line.write_all();
        let heard = line.heard();
        assert_eq!(heard[..3], [busy(1), busy(2), busy(3)]);
        assert_eq!(heard[3]["Result"]["number"], 1);
        // With that it is over: what comes too early now is a gap.
        line.say(&commands[3]);
        line.write_all();
        assert_eq!(line.heard(), [json!({ "Gap": { "expected": 2 } })]);
        commands[1..].iter().for_each(|command| line.say(command));
        line.write_all();
        assert!(line.heard().iter().zip(2..).all(|(result, number)| result["Result"]["number"] == number));
    }

    pub fn a_right_that_is_lost_ends_the_feed_before_the_next_event(place: &impl Place) {
        let mut line = Line::welcomed(place, "bob");
        let (class, bob) = (StreamId::Class(line.school.class()), line.school.account("bob"));
        let remove = Command::Class(class::Command::RemoveStudent { student: bob });
        let remove = line.school.work("tess", "desk", envelope(1, class, &remove));
        // A new edition is told in the course's feed, which is not his any more.
        let publish = Work::Operation(publish(sums(9), None));
        for work in [remove, publish] {
            line.write(vec![work]);
        }
        line.tell();
        let heard = line.heard();
        let own = Feed::Student(bob).to_string();
        assert!(heard.iter().all(|message| message.get("Events").is_none_or(|events| events["feed"] == own)), "{heard:?}");
        let granted = heard.iter().find_map(|message| message.get("Feeds")).unwrap();
        assert_eq!(granted["granted"].as_object().unwrap().keys().collect::<Vec<_>>(), [&own]);
        assert!(heard.last().unwrap().get("CaughtUp").is_some());
    }

    pub fn a_session_that_ends_closes_the_connection_at_the_next_beat(place: &impl Place) {
        let mut line = Line::welcomed(place, "ann");
        while line.now.0 + i64::try_from(line.beat.as_millis()).unwrap() < EXPIRES.0 {
            line.beat();
            assert_eq!(line.closed, None);
        }
        assert!(line.beat < Duration::from_secs(1), "at its end it is looked at more often");
        line.beat();
        assert_eq!((line.heard(), line.closed), (vec![json!({ "WrongAccount": {} })], Some(4001)));
        line.say(&ClientMessage::Ping {});
        assert_eq!(line.heard(), [] as [Value; 0]);
    }

    pub fn a_silent_connection_is_closed(place: &impl Place) {
        let mut line = Line::open(place, "ann");
        line.say(&ClientMessage::Ping {});
        line.beat();
        assert_eq!((line.heard(), line.closed), (vec![json!({ "Pong": {} })], Some(4003)));
    }

    pub fn a_feed_that_grows_while_the_welcome_is_looked_up_is_sent_once(place: &impl Place) {
        let mut line = Line::open(place, "ann");
        let hello = serde_json::to_string(&line.hello("ann")).unwrap();
        line.step(Input::Frame(&hello));
        assert!(!line.connection.takes_frames() && !line.connection.takes_news());
        let start = envelope(1, line.school.stream("ann"), &Command::Attempt(line.school.start()));
        let start = line.school.work("ann", "phone", start);
        line.write(vec![start]);
        line.look();
        line.say(&ClientMessage::Credit { frames: CREDIT_FRAMES });
        line.tell();
        let own = Feed::Student(line.school.account("ann")).to_string();
        let heard = line.heard();
        let events = heard.iter().map(|message| &message["Events"]).filter(|events| events["feed"] == own);
        let firsts: Vec<_> = events.map(|events| (&events["first"], events["runs"].to_string().matches(r#""v":"#).count())).collect();
        assert_eq!(firsts, [(&json!(1), 3)]);
    }
}
