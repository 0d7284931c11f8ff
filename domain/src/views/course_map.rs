//! The course as a student sees it: chapters and units with their progress, and the one recommended next step.

use super::{OnDevice, shown::Shown};
use crate::{
    attempt::Towards,
    class::Assignment,
    content::{Paper, Rule, Unit},
    ids::{ClassId, CourseId, UnitId},
    projections::{directory::Directory, progress::UnitProgress, tally::Standing},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// What there is to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Courses {
    /// What is assigned opens later, first at this moment; before, nothing of it is handed out.
    Later(Timestamp),
    /// These.
    Known(Vec<CourseMap>),
}

/// A course, as far as it is assigned to a class.
#[derive(Debug, Clone, PartialEq)]
pub struct CourseMap {
    /// Its title.
    pub title: String,
    /// Its chapters with anything assigned in them.
    pub chapters: Vec<ChapterRow>,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq)]
pub struct ChapterRow {
    /// Counts from 1 in the course.
    pub number: usize,
    /// Its title.
    pub title: String,
    /// Those of its units that are assigned.
    pub units: Vec<UnitRow>,
}

/// A unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRow {
    /// For which class it is practised.
    pub class: ClassId,
    /// Which unit.
    pub unit: UnitId,
    /// Its title.
    pub title: String,
    /// The title of its chapter.
    pub chapter: String,
    /// How it is practised.
    pub rule: Rule,
    /// What was done.
    pub progress: UnitProgress,
    /// Whether it can be worked on now.
    pub availability: Availability,
}

/// Whether an assignment can be worked on at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It can, until that moment if there is one.
    Open {
        /// From then on it cannot any more.
        until: Option<Timestamp>,
    },
    /// From that moment on.
    NotYet(Timestamp),
    /// Until that moment it could.
    Over(Timestamp),
}

impl Availability {
    /// Of an assignment, at a moment.
    pub fn of(assignment: &Assignment, at: Timestamp) -> Self {
        match (assignment.from, assignment.until) {
            (Some(from), _) if at < from => Self::NotYet(from),
            (_, Some(until)) if until <= at => Self::Over(until),
            (_, until) => Self::Open { until },
        }
    }
}

/// Whether a class's unit can be worked on at a moment; one that is not assigned is closed by other means.
pub fn availability(directory: &Directory, class: ClassId, unit: UnitId, at: Timestamp) -> Availability {
    let assignment = directory.class(class).and_then(|members| members.units.get(&unit));
    assignment.map_or(Availability::Open { until: None }, |assignment| Availability::of(assignment, at))
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum NextStep {
    /// Go on where the work was left last.
    Resume(UnitRow),
    /// Begin something new.
    Begin(UnitRow),
    /// Try once more what did not work out.
    AgainWhenStuck(UnitRow),
    /// Everything is finished.
    Review,
}

impl UnitRow {
    /// Where the work stands.
    pub fn standing(&self) -> Standing {
        self.progress.tally.standing()
    }

    /// How far it has come towards what its rule asks for.
    pub fn towards(&self) -> Towards {
        self.rule.towards(self.progress.tally.reckoning())
    }

    /// It can be worked on now.
    pub fn is_open(&self) -> bool {
        matches!(self.availability, Availability::Open { .. })
    }

    /// Finished once, however it goes now.
    pub fn is_finished(&self) -> bool {
        self.progress.tally.finished()
    }
}

impl CourseMap {
    /// Its units.
    pub fn units(&self) -> impl Iterator<Item = &UnitRow> {
        self.chapters.iter().flat_map(|chapter| &chapter.units)
    }
}

/// What a student's classes were assigned, from what is on this device, and what of it is open at a moment; nothing if nothing was assigned.
pub fn courses(device: OnDevice<'_>, at: Timestamp) -> Shown<Courses> {
    let OnDevice { models, library, reach } = device;
    let mut known = Vec::new();
    let mut opens: Option<Timestamp> = None;
    for (class, members) in models.directory.classes_of_student(models.account()) {
        let openings = members.units.values().map(|assignment| assignment.from.unwrap_or_default());
        opens = opens.into_iter().chain(openings).min();
        let courses: BTreeSet<CourseId> = members.units.values().map(|assignment| assignment.course).collect();
        for course in courses {
            let paper = models.directory.course(course).and_then(|entry| library.paper(entry.contents.editions.last()?.paper));
            let is_assigned = |unit: UnitId| members.units.get(&unit).is_some_and(|assignment| assignment.course == course);
            known.extend(paper.map(|paper| map(paper, class, is_assigned, device, at)));
        }
    }
    match (known.is_empty(), opens) {
        (false, _) => Shown::of(Some(Courses::Known(known)), reach),
        (true, None) => Shown::of(None, reach),
        (true, Some(opens)) => Shown::of_known((opens > at).then_some(Courses::Later(opens)), reach),
    }
}

fn map(paper: &Paper, class: ClassId, is_assigned: impl Fn(UnitId) -> bool, device: OnDevice<'_>, at: Timestamp) -> CourseMap {
    let (progress, directory) = (&device.models.progress, &device.models.directory);
    let chapters = paper.chapters.iter().enumerate().map(|(index, chapter)| {
        let assigned = chapter.units().filter(|unit| is_assigned(unit.id()));
        let row = |unit: Unit<'_>| UnitRow {
            class,
            unit: unit.id(),
            title: unit.title().to_owned(),
            chapter: chapter.title.clone(),
            rule: unit.rule(),
            progress: progress.unit(class, unit.id()),
            availability: availability(directory, class, unit.id(), at),
        };
        ChapterRow { number: index + 1, title: chapter.title.clone(), units: assigned.map(row).collect() }
    });
    CourseMap { title: paper.title.clone(), chapters: chapters.filter(|chapter| !chapter.units.is_empty()).collect() }
}

/// The one recommended step: resume what was worked on last and is unfinished; else the first that is neither finished nor stuck;
/// else one that is stuck; else review. What is not open is no step.
pub fn next_step(courses: &[CourseMap]) -> NextStep {
    let units = || courses.iter().flat_map(CourseMap::units).filter(|unit| unit.is_open() && !unit.is_finished());
    let working = units().filter(|unit| unit.standing() == Standing::Working).max_by_key(|unit| unit.progress.last);
    let fresh = || units().find(|unit| unit.standing() == Standing::NotStarted);
    let stuck = || units().find(|unit| unit.standing() == Standing::Stuck);
    let resume = working.cloned().map(NextStep::Resume);
    let begin = || fresh().cloned().map(NextStep::Begin);
    let again = || stuck().cloned().map(NextStep::AgainWhenStuck);
    resume.or_else(begin).or_else(again).unwrap_or(NextStep::Review)
}
