//! Corrections of the key, what the reactor does because of them, and what must hold of that in the end. (15.)

use crate::{
    browser::{Slot, who},
    school::{self, UNITS},
    store::Reader,
    truth::{Held, hold},
    world::World,
};
use domain::{
    attempt::{self, EditionRef, Regraded},
    command::Command,
    content::{Accepted, Correction, Corrections, Form, Input, Right, Tolerance},
    course,
    event::{Event, StreamId, Version},
    ids::{DeviceId, EventId, QuestionId, UnitId},
    library::Library,
    processes,
    protocol::Envelope,
};
use server::{
    engine::Work,
    store::{Filed, StoreReader as _},
};
use std::collections::BTreeMap;

/// Tess, who teaches with the course.
const TEACHER: u32 = 3;

impl World {
    /// A teacher corrects a key or takes a correction back: in a tab, if one can, else by a script.
    pub(crate) fn correct(&mut self, slot: Slot, what: u32) -> Held<bool> {
        let command = self.correction(what);
        let is_again = self.stands(&command);
        let tabs = self.tabs.keys().copied().filter(|tab| tab.person() == TEACHER);
        let tab = tabs.min_by_key(|tab| *tab != slot);
        if let Some(tab) = tab.filter(|tab| self.tabs[tab].replica.is_ready() && !self.tabs[tab].frozen) {
            let at = self.moment(tab);
            let replica = &mut self.tabs.get_mut(&tab).expect("it was found").replica;
            if let Ok((events, effects)) = replica.dispatch(&Command::Course(school::course_id(), command.clone()), at) {
                self.take_in(tab, effects)?;
                self.counts.one("corrections by a tab");
                self.counts.many("corrections made again by a tab", u64::from(is_again && !events.is_empty()));
                return Ok(true);
            }
        }
        let device = DeviceId::derived(&["the teacher's script"]);
        let (_, account, _) = who(TEACHER);
        let last = self.site.reader().device(device).expect("the store works").map_or(0, |(_, last)| last);
        let command = Command::Course(school::course_id(), command);
        let (stream, body) = (command.stream().to_string(), command.body());
        let envelope = Envelope { number: last + 1, stream, at: self.site.now, body };
        let (_, published) = self.site.operate(Work::Command { account, device, envelope, arrival: None });
        self.counts.many("corrections made again by a script", u64::from(is_again && !published.is_empty()));
        self.published(&published)?;
        self.truth.is_stored(&self.site.reader())?;
        Ok(true)
    }

    /// The corrections that were made, and what took them back.
    fn corrections(&self) -> Corrections {
        let course = self.site.engine().directory().course(school::course_id());
        course.map(|course| course.contents.corrections.clone()).unwrap_or_default()
    }

    /// Whether the server has this correction, and it was not taken back.
    fn stands(&self, command: &course::Command) -> bool {
        let course::Command::Correct { unit, question, correction, .. } = command else { return false };
        self.corrections().standing(*unit, *question).any(|said| said.correction() == correction)
    }

    fn correction(&self, what: u32) -> course::Command {
        let made = self.corrections();
        let corrections = made.last();
        let number = what / 30;
        if what.is_multiple_of(3) && corrections > 0 {
            return course::Command::UndoCorrection { number: 1 + number % corrections };
        }
        // The same again: another may hold instead, or a later edition may need it.
        if what % 6 == 1
            && let Some(said) = made.get(1 + number % corrections.max(1))
        {
            let corrected = said.corrected.clone();
            let (unit, question, harm_nobody) = (corrected.unit, corrected.question, corrected.harm_nobody);
            return course::Command::Correct { unit, question, correction: corrected.correction, harm_nobody };
        }
        let wrong = school::wrong_inputs();
        let right = if number < 6 { "1000" } else { "2000" };
        let right = Accepted { value: right.parse().expect("a number"), within: Tolerance::Exact };
        let correction = match number % 6 {
            0 | 1 => Correction::AcceptToo { inputs: wrong },
            2 => Correction::Replace { field: 0, right: Right::Number { accepted: vec![right], form: Form::Decimal } },
            3 => Correction::Drop {},
            4 => Correction::FullCredit {},
            _ => Correction::Explain { inputs: vec![Input::Text("1000".into())], text: "Too many.".into() },
        };
        let (unit, question) = self.somebodys(what).unwrap_or_else(|| {
            let (name, count, _) = UNITS[what as usize % UNITS.len()];
            (school::unit(name), school::question_id(name, 1 + number as usize % count))
        });
        course::Command::Correct { unit, question, correction, harm_nobody: what % 7 == 3 }
    }

    /// A question that somebody has met; often of the unit that has but one, where everybody meets it.
    fn somebodys(&self, what: u32) -> Option<(UnitId, QuestionId)> {
        let reader = self.site.reader();
        let of = |part: &str| reader.streams("attempt", part, 0, usize::MAX).expect("the store works");
        let lone = of(&format!("/{}/", school::unit("lone")));
        let streams = if what.is_multiple_of(2) && !lone.is_empty() { lone } else { of("") };
        let (_, stream) = *streams.get(what as usize / 2 % streams.len().max(1))?;
        let StreamId::Attempt(key) = stream else { return None };
        let filed = reader.read_stream(&stream, Version(0)).expect("the store works");
        let met = filed.iter().rev().filter_map(as_attempt).find_map(|event| match event {
            attempt::Event::QuestionAnsweredWrongly(answer) | attempt::Event::QuestionAnsweredCorrectly(answer) => Some(answer.question),
            attempt::Event::QuestionAssigned { question, .. } => Some(question),
            _ => None,
        });
        met.map(|question| (key.unit, question))
    }

    /// The reactor does a piece of what waits for it.
    pub(crate) fn react(&mut self, streams: u32) -> Held<bool> {
        if !self.site.engine().has_reactions() {
            return Ok(false);
        }
        let published = self.site.react(streams.max(1) as usize);
        let again = published.iter().filter(|published| published.event.cause.is_some()).count();
        self.counts.many("attempts graded again", again as u64);
        self.published(&published)?;
        self.truth.is_stored(&self.site.reader())?;
        Ok(true)
    }

    /// All that corrections cause is done: each attempt is what they make of it, and was graded again at most once for each, by its cause.
    pub(crate) fn check_reactions(&mut self) -> Held {
        let reader = self.site.reader();
        let parked = reader.entries("parked", "", usize::MAX).expect("the store works");
        hold(15, parked.is_empty(), || format!("something could not be done: {parked:?}"))?;
        let course = self.site.engine().directory().course(school::course_id()).cloned().unwrap_or_default();
        let causes: BTreeMap<EventId, Filed> = reader
            .read_log("course", Default::default(), usize::MAX)
            .expect("the store works")
            .into_iter()
            .map(|filed| (id(&filed), filed))
            .collect();
        let mut library = Library::default();
        for (_, stream) in reader.streams("attempt", "", 0, usize::MAX).expect("the store works") {
            let StreamId::Attempt(key) = stream else { continue };
            let filed = reader.read_stream(&stream, Version(0)).expect("the store works");
            let history: Vec<attempt::Event> = filed.iter().filter_map(as_attempt).collect();
            let Some(attempt::Event::AttemptStarted { edition, .. }) = history.first() else { continue };
            fetch(&reader, edition, &mut library);
            let unit = library.unit(edition, key.unit).expect("its documents are there").corrected(&course.contents.corrections);
            let mut before = 0;
            for (index, (filed, event)) in filed.iter().zip(&history).enumerate() {
                let attempt::Event::AnswerRegraded(regraded) = event else { continue };
                hold(15, regraded.correction > before, || format!("{stream} was graded again by {} more than once", regraded.correction))?;
                before = regraded.correction;
                hold(15, is_of(filed, regraded, &causes), || format!("{filed:?} does not follow from its cause"))?;
                let made = attempt::regraded(&key, &history[..index], &unit, regraded.correction);
                hold(15, made.as_ref() == Some(regraded), || format!("{stream}: {regraded:?} is recorded, and {made:?} is right"))?;
            }
            let latest = course.contents.corrections.last();
            let left = attempt::regraded(&key, &history, &unit, latest);
            hold(15, left.is_none(), || format!("{stream} is not what the corrections make of it: {left:?} of {history:?}"))?;
        }
        Ok(())
    }
}

fn as_attempt(filed: &Filed) -> Option<attempt::Event> {
    match Event::read(&filed.stream, filed.body.get()) {
        Event::Attempt(_, event) => Some(event),
        _ => None,
    }
}

fn id(filed: &Filed) -> EventId {
    let parts = [filed.actor.to_string(), filed.device.to_string(), filed.command.to_string(), filed.index.to_string()];
    EventId::derived(&parts.each_ref().map(String::as_str))
}

/// Written by the device of a correction, or of what took one back, that has no higher number, and that was itself not caused.
fn is_of(filed: &Filed, regraded: &Regraded, causes: &BTreeMap<EventId, Filed>) -> bool {
    let Some(cause) = filed.cause.and_then(|cause| causes.get(&cause)) else { return false };
    let number = match Event::read(&cause.stream, cause.body.get()) {
        Event::Course(_, course::Event::AnswerKeyCorrected { number, .. } | course::Event::CorrectionUndone { number, .. }) => number,
        _ => return false,
    };
    let before = cause.position < filed.position && cause.cause.is_none();
    before && number <= regraded.correction && filed.actor == cause.actor && processes::is_process(filed.device)
}

fn fetch(reader: &Reader, edition: &EditionRef, library: &mut Library) {
    for hash in [edition.paper, edition.key] {
        if !library.has(hash) {
            let bytes = reader.document(hash).expect("the store works").expect("an edition's documents are stored");
            library.insert(hash, &bytes).expect("they can be read");
        }
    }
}
