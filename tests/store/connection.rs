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
    protocol::{BUILD, CREDIT_FRAMES, ClientMessage, Hello, PROTOCOL, Presence, Present, ServerMessage},
    time::Timestamp,
};
use serde_json::{Value, json};
use server::{
    engine::{Asked, Ended, Wish, Work},
    store::{EventStore, KeptSession},
    subscription::{
        connection::{Connection, Effect, Guest, Input},
        hub::{Hub, Seat},
    },
    writer::Busy,
};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// A student as a teacher is told of: the login, here, away, unsent, since when.
type Told = (&'static str, bool, bool, u32, i64);

crate::over_every_store! { rules:
    a_busy_writer_is_no_gap
    a_result_says_where_its_effect_can_be_seen_also_when_it_is_told_again
    a_right_that_is_lost_ends_the_feed_before_the_next_event
    a_session_that_ends_closes_the_connection_at_the_next_beat
    a_silent_connection_is_closed
    a_feed_that_grows_while_the_welcome_is_looked_up_is_sent_once
    a_clock_that_is_set_back_silences_nobody a_teacher_is_told_who_is_there_at_once_and_of_a_burst_a_little_later
    a_student_is_told_of_nobody
    a_teacher_is_told_of_her_classes_only
    who_leaves_or_joins_a_class_is_watched_from_then_on
    a_student_is_there_while_her_connection_is
    a_teacher_s_page_in_sight_is_a_session_in_use
    all_connections_of_an_account_end_together
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
    nudge: Option<Duration>,
    closed: Option<u16>,
    used: usize,
}

impl<S: EventStore> Line<S> {
    fn open<P: Place<Store = S>>(place: &P, who: &str) -> Self {
        let mut school = school(place);
        let account = school.account(who);
        school.run(vec![Work::SignIn { session: KeptSession::until(EXPIRES, account, SESSION), instead_of: None }]);
        let hub = Arc::new(Hub::new(Arc::clone(school.engine.directory())));
        let seat = hub.join(SESSION, account);
        let (connection, first) = Connection::open(Guest { account, session: SESSION }, hub.directory(), BUILD);
        let Effect::BeatIn(beat) = first else { panic!("{first:?}") };
        let (heard, handed, looks) = Default::default();
        Self { school, hub, seat, connection, now: NOW, heard, handed, looks, beat, nudge: None, closed: None, used: 0 }
    }

    /// The same, after its hello, with all there is.
    fn welcomed<P: Place<Store = S>>(place: &P, who: &str) -> Self {
        let mut line = Self::open(place, who);
        line.say(&line.hello(who));
        line.say(&ClientMessage::Credit { frames: CREDIT_FRAMES });
        assert!(line.heard().last().is_some_and(|last| last.get("CaughtUp").is_some()));
        // That it was there is noted.
        assert!(matches!(line.handed.make_contiguous(), [Work::Greeted { .. }]));
        line.write_all();
        line
    }

    fn hello(&self, who: &str) -> ClientMessage {
        let (account, device) = (self.school.account(who), device("line"));
        let (feeds, earlier) = (Default::default(), Vec::new());
        ClientMessage::Hello(Hello { protocol: (PROTOCOL, PROTOCOL), build: BUILD, account, device, feeds, earlier })
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
                Effect::Present(presence) => self.seat.present(presence, self.now),
                Effect::Used => self.used += 1,
                Effect::Watch(class) => self.seat.watch(class),
                Effect::NudgeIn(pause) => self.nudge = Some(pause),
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

    /// The nudge comes in its time.
    fn nudge(&mut self) {
        self.now.0 += i64::try_from(self.nudge.take().expect("it asked for one").as_millis()).unwrap();
        self.step(Input::Nudge);
    }

    /// Somebody else's page, at the same hub.
    fn page(&self, who: &str) -> Seat {
        self.hub.join([8; 32], self.school.account(who))
    }

    /// Who is there, as far as it was told: by class and login, whether they are, are away, how much they have not sent, since when.
    fn told(&mut self) -> Vec<Vec<Told>> {
        let heard = self.heard();
        let told = heard.iter().map(|message| {
            let text = message.to_string();
            let ServerMessage::Presence { class, students } = serde_json::from_str(&text).unwrap() else { panic!("{message}") };
            assert_eq!(class, self.school.class());
            let of = |who| students.get(&self.school.account(who)).map(|present: &Present| (who, *present));
            let known = ["ann", "bob", "eve"]
                .into_iter()
                .filter_map(of)
                .map(|(who, present)| (who, present.here, present.said.away, present.said.unsent, present.since.0 - NOW.0));
            let known: Vec<_> = known.collect();
            assert_eq!(known.len(), students.len(), "nobody else is named");
            known
        });
        told.collect()
    }

    fn heard(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.heard)
    }
}

mod rules {
    use super::*;

    pub fn a_busy_writer_is_no_gap(place: &impl Place) {
        let mut line = Line::welcomed(place, "ann");
        let next = attempt::Command::NextQuestion { ordinal: 1 };
        let commands =
            [line.school.start(), next.clone(), next.clone(), next].map(|command| Command::Attempt(line.school.key("ann"), command));
        let commands: Vec<_> = (1..).zip(&commands).map(|(number, command)| ClientMessage::Command(envelope(number, command))).collect();
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

    pub fn a_result_says_where_its_effect_can_be_seen_also_when_it_is_told_again(place: &impl Place) {
        let mut line = Line::welcomed(place, "ann");
        let of_ann = |command| Command::Attempt(line.school.key("ann"), command);
        let start = ClientMessage::Command(envelope(1, &of_ann(line.school.start())));
        let too_early = ClientMessage::Command(envelope(2, &of_ann(attempt::Command::NextQuestion { ordinal: 9 })));
        for _ in 0..2 {
            line.say(&start);
            line.write_all();
        }
        line.say(&too_early);
        line.write_all();
        let heard = line.heard();
        let results: Vec<_> = heard.iter().filter_map(|message| message.get("Result")).collect();
        let position = json!(line.school.total());
        assert_eq!(results[0], &json!({ "number": 1, "outcome": { "Accepted": { "version": 2, "events": 2 } }, "position": position }));
        assert_eq!((results[1], results[2].get("position"), results.len()), (results[0], None, 3));
        let text = heard.iter().map(Value::to_string).collect::<String>();
        assert!(text.contains(&format!("\"p\":{position}")), "the event there is one of those that come: {text}");
        // From a server of before, it says nothing of that.
        let before = r#"{"Result":{"number":1,"outcome":{"Forbidden":{}}}}"#;
        let read: ServerMessage<'_> = serde_json::from_str(before).unwrap();
        assert!(matches!(read, ServerMessage::Result { number: 1, position: None, .. }));
        assert_eq!(serde_json::to_string(&read).unwrap(), before);
    }

    pub fn a_right_that_is_lost_ends_the_feed_before_the_next_event(place: &impl Place) {
        let mut line = Line::welcomed(place, "bob");
        let bob = line.school.account("bob");
        let remove = Command::Class(line.school.class(), class::Command::RemoveStudent { student: bob });
        let remove = line.school.work("tess", "desk", envelope(1, &remove));
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
        assert_eq!((line.heard(), line.closed), (vec![json!({ "Pong": { "server_time": NOW.0 } })], Some(4003)));
    }

    pub fn a_feed_that_grows_while_the_welcome_is_looked_up_is_sent_once(place: &impl Place) {
        let mut line = Line::open(place, "ann");
        let hello = serde_json::to_string(&line.hello("ann")).unwrap();
        line.step(Input::Frame(&hello));
        assert!(!line.connection.takes_frames() && !line.connection.takes_news());
        let start = envelope(1, &Command::Attempt(line.school.key("ann"), line.school.start()));
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

    fn said(away: bool, unsent: u32) -> Presence {
        Presence { away, unsent }
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp(NOW.0 + ms)
    }

    pub fn a_teacher_is_told_who_is_there_at_once_and_of_a_burst_a_little_later(place: &impl Place) {
        let mut line = Line::open(place, "tess");
        let mut phone = line.page("ann");
        phone.present(said(false, 0), at(-60_000));
        line.say(&line.hello("tess"));
        line.tell();
        line.heard.retain(|message| message.get("Presence").is_some());
        assert_eq!(line.told(), [vec![("ann", true, false, 0, -60_000)]], "bob was not here since the server started");
        // A burst: the first is told at once, all others in one message, each student's latest.
        line.now = at(1_000);
        let mut desk = line.page("bob");
        desk.present(said(false, 0), at(1_000));
        line.tell();
        for (away, ms) in [(true, 1_001), (false, 1_002), (true, 1_003)] {
            desk.present(said(away, 0), at(ms));
            phone.present(said(false, 7), at(ms));
            line.now = at(ms);
            line.tell();
        }
        assert_eq!(line.told(), [vec![("bob", true, false, 0, 1_000)]]);
        assert_eq!(line.nudge, Some(Duration::from_millis(249)), "one nudge, at the end of the pause");
        line.nudge();
        assert_eq!(line.told(), [vec![("ann", true, false, 7, -60_000), ("bob", true, true, 0, 1_003)]]);
        // What is so already is no news.
        desk.present(said(true, 0), at(9_000));
        line.now = at(9_000);
        line.tell();
        assert!(line.told().is_empty() && line.nudge.is_none());
    }

    pub fn a_clock_that_is_set_back_silences_nobody(place: &impl Place) {
        let mut line = Line::welcomed(place, "tess");
        let mut desk = line.page("bob");
        for (away, ms) in [(false, 0), (true, -7_200_000), (false, -7_199_000), (true, 500_000), (false, -3_600_000)] {
            line.now = at(ms);
            desk.present(said(away, 0), at(ms));
            line.tell();
            assert_eq!(line.told(), [vec![("bob", true, away, 0, ms)]], "at {ms}");
        }
        // By a little, too; then the pause begins anew.
        for (away, ms) in [(true, -3_600_100), (false, -3_600_050)] {
            line.now = at(ms);
            desk.present(said(away, 0), line.now);
            line.tell();
        }
        assert_eq!(line.told(), [vec![("bob", true, true, 0, -3_600_100)]]);
        assert_eq!(line.nudge, Some(Duration::from_millis(200)));
        line.nudge();
        assert_eq!(line.told(), [vec![("bob", true, false, 0, -3_600_050)]]);
    }

    pub fn a_student_is_told_of_nobody(place: &impl Place) {
        let mut ann = Line::welcomed(place, "ann");
        let mut desk = ann.page("bob");
        desk.present(said(false, 0), NOW);
        ann.tell();
        assert_eq!(ann.heard(), [] as [Value; 0], "a student's socket is told of nobody");
    }

    pub fn a_teacher_is_told_of_her_classes_only(place: &impl Place) {
        let mut tess = Line::welcomed(place, "tess");
        let mut elsewhere = tess.page("eve");
        elsewhere.present(said(false, 0), NOW);
        let mut own = tess.page("tess");
        own.present(said(false, 0), NOW);
        tess.tell();
        assert!(tess.told().is_empty(), "eve is in none of her classes, and she is no student");
    }

    pub fn who_leaves_or_joins_a_class_is_watched_from_then_on(place: &impl Place) {
        let mut line = Line::welcomed(place, "tess");
        let (class, bob, eve) = (StreamId::Class(line.school.class()), line.school.account("bob"), line.school.account("eve"));
        let (mut desk, mut phone) = (line.page("bob"), line.page("eve"));
        for seat in [&mut desk, &mut phone] {
            seat.present(said(false, 0), NOW);
        }
        line.tell();
        assert_eq!(line.told(), [vec![("bob", true, false, 0, 0)]]);
        // He leaves in the very moment in which he turned away: it is nobody's business any more.
        line.now = at(1_000);
        desk.present(said(true, 0), line.now);
        let remove = Command::Class(line.school.class(), class::Command::RemoveStudent { student: bob });
        let remove = line.school.work("tess", "desk", envelope(1, &remove));
        line.write(vec![remove]);
        line.tell();
        desk.present(said(false, 0), line.now);
        line.tell();
        line.heard.retain(|message| message.get("Presence").is_some());
        assert!(line.told().is_empty());
        let StreamId::Class(of) = class else { panic!("{class} is no class") };
        let tess = line.school.account("tess");
        let open = Asked { by: tess, device: device("tess's request"), what: Wish::OpenEnrolment { class: of, code: "KM4RT9".into() } };
        let join = Asked { by: eve, device: device("eve's request"), what: Wish::Join { code: "KM4RT9".into() } };
        line.write(vec![Work::Asked(open), Work::Asked(join)]);
        line.tell();
        line.tell();
        line.heard.retain(|message| message.get("Presence").is_some());
        assert_eq!(line.told(), [vec![("eve", true, false, 0, 0)]], "she was there before she came into the class");
    }

    pub fn a_student_is_there_while_her_connection_is(place: &impl Place) {
        let mut ann = Line::welcomed(place, "ann");
        let tess = ann.school.account("tess");
        let mut desk = ann.hub.join([9; 32], tess);
        let class = ann.school.class();
        desk.listen(Feed::Staff(class));
        desk.watch(class);
        let seen = |seat: &Seat, account| seat.take().presence.remove(&class).and_then(|mut students| students.remove(&account));
        let account = ann.school.account("ann");
        let here = Present { here: true, since: NOW, said: said(false, 0) };
        assert_eq!(seen(&desk, account), Some(here), "from the welcome on, whatever her page says");
        ann.now = at(5_000);
        ann.say(&ClientMessage::Presence(said(true, 2)));
        assert_eq!(seen(&desk, account), Some(Present { here: true, since: at(5_000), said: said(true, 2) }));
        let Line { mut seat, hub, .. } = ann;
        seat.leave(at(9_000));
        let gone = Present { here: false, since: at(9_000), said: said(false, 2) };
        assert_eq!(seen(&desk, account), Some(gone));
        drop(seat);
        assert_eq!(seen(&desk, account), None, "she cannot leave twice");
        // Whoever listens no more is told no more.
        desk.turn_away(&Feed::Staff(class));
        hub.join([8; 32], account).present(said(false, 0), at(9_500));
        assert_eq!(seen(&desk, account), None);
    }

    pub fn a_teacher_s_page_in_sight_is_a_session_in_use(place: &impl Place) {
        let mut line = Line::welcomed(place, "tess");
        line.say(&ClientMessage::Presence(said(true, 0)));
        line.say(&ClientMessage::Ping {});
        assert_eq!(line.used, 0, "nobody looks at it");
        line.say(&ClientMessage::Presence(said(false, 0)));
        assert_eq!(line.used, 1);
    }

    pub fn all_connections_of_an_account_end_together(place: &impl Place) {
        let mut line = Line::welcomed(place, "ann");
        let (other, bob) = (line.page("ann"), line.page("bob"));
        line.hub.end(&Ended::Of { account: line.school.account("ann"), but: None });
        assert!(other.take().end.is_some() && bob.take().end.is_none());
        line.tell();
        assert_eq!((line.heard(), line.closed), (vec![json!({ "WrongAccount": {} })], Some(4001)));
    }
}
