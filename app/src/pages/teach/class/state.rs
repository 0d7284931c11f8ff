//! What the page of a class shows, as signals: each event sets those that it changes and no others, whether the source is what is live or
//! the history.

use super::sorting::SortedBy;
use crate::{
    collation,
    components::teach::names::{name_of, names_are_hidden},
    device::measure::Measure,
    doors::{History, Projections, use_history, use_projection, use_projections},
    moment::{Moment, use_moment},
};
use domain::{
    ids::{AccountId, ClassId, CourseId, UnitId},
    projections::{class_overview::Board, journal::Journal},
    replica::Replica,
    time::Timestamp,
    views::{
        mastery::{self, Cell, Changes, Column, Sums},
        situation::{Alert, Counts, Need, Situation, situation},
    },
};
use leptos::prelude::*;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// Who is idle is looked at so often.
const LOOKS_AGAIN: Duration = Duration::from_secs(10);

/// A student's row; its signals live as long as the row.
#[derive(Clone)]
pub struct Row {
    /// All work in numbers.
    pub sums: ArcRwSignal<Sums>,
    /// What they do now.
    pub situation: ArcRwSignal<Situation>,
    /// A cell for each column.
    pub cells: Vec<ArcRwSignal<Cell>>,
}

/// Who needs the teacher, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needy {
    /// Who.
    pub student: AccountId,
    /// How they are.
    pub situation: Situation,
    /// The alert that it raises.
    pub alert: Alert,
}

/// Who was stuck when they worked last, which is not about now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WasStuck {
    /// Who.
    pub student: AccountId,
    /// In which unit.
    pub unit: UnitId,
    /// When they worked last.
    pub last: Timestamp,
}

/// All of it.
#[derive(Clone, Copy)]
pub struct State {
    /// The class.
    pub class: ClassId,
    /// The moment looked at.
    pub moment: Moment,
    /// The history that the moment is in.
    pub history: History,
    /// The sections.
    pub columns: Memo<Vec<Column>>,
    /// The students in the order of the rows, with the number of the table that the rows are in.
    pub order: RwSignal<(u32, Vec<AccountId>)>,
    /// How the rows are sorted, and whether the other way round.
    pub sorting: RwSignal<(SortedBy, bool)>,
    /// Who needs the teacher, most urgent first.
    pub needy: RwSignal<Vec<Needy>>,
    /// Who was stuck when they worked last, the latest first.
    pub was_stuck: RwSignal<Vec<WasStuck>>,
    /// All alerts that can be raised as things stand, whoever is here: one that is no more among them is over.
    pub possible: RwSignal<BTreeSet<Alert>>,
    /// How many students do what; none until it is known.
    pub counts: RwSignal<Option<Counts>>,
    /// What is different from the moment compared with.
    pub changes: RwSignal<Changes>,
    rows: StoredValue<BTreeMap<AccountId, Row>>,
    projections: Projections,
    past: Memo<Option<Arc<Board>>>,
    other: Memo<Option<(Timestamp, Arc<Board>)>>,
    /// Looked at again now and then: time passes also while nothing happens.
    pub clock: RwSignal<u64>,
}

/// What is read at once for a pass over all rows.
struct Read<'r> {
    replica: &'r Replica,
    board: &'r Board,
    at: Timestamp,
    live: bool,
}

/// The state of a class's page, kept up to date while the page is there.
pub fn use_state(class: ClassId) -> State {
    let (moment, history) = (use_moment(), use_history(class));
    let board_at = move |k: usize| history.with(|journal| Arc::new(journal.board_at(k)));
    let past = Memo::new(move |_| board_at(moment.at.get()?));
    let time = move |k: usize| history.with(|journal| time_of(journal, k)).unwrap_or_default();
    let other = Memo::new(move |_| {
        let k = moment.with.get()?;
        Some((time(k), board_at(k)?))
    });
    let columns = use_projection(move |replica| {
        let mut units = replica.shown().overview.board(class).map(|board| board.units.clone()).unwrap_or_default();
        past.with(|past| units.extend(past.iter().flat_map(|board| &board.units)));
        other.with(|other| units.extend(other.iter().flat_map(|(_, board)| &board.units)));
        mastery::columns(replica.on_device(), class, &units, by_title(replica))
    });
    let clock = RwSignal::new(0_u64);
    if let Ok(ticking) = set_interval_with_handle(move || clock.update(|ticks| *ticks += 1), LOOKS_AGAIN) {
        on_cleanup(move || ticking.clear());
    }
    let state = State {
        class,
        moment,
        history,
        columns,
        order: RwSignal::default(),
        sorting: RwSignal::new((SortedBy::Need, false)),
        needy: RwSignal::default(),
        was_stuck: RwSignal::default(),
        possible: RwSignal::default(),
        counts: RwSignal::default(),
        changes: RwSignal::default(),
        rows: StoredValue::default(),
        projections: use_projections(),
        past,
        other,
        clock,
    };
    Effect::new(move |before: Option<Vec<Column>>| {
        let columns = state.columns.get();
        let is_another = before.is_some_and(|before| before != columns);
        if is_another {
            state.rows.update_value(BTreeMap::clear);
        }
        state.update(&columns);
        if is_another {
            state.order.update(|(table, _)| *table += 1);
        }
        columns
    });
    state
}

/// All courses, in the order of their titles.
fn by_title(replica: &Replica) -> Vec<CourseId> {
    let mut courses: Vec<_> = replica.shown().directory.courses().collect();
    collation::sort_by_words(&mut courses, |(_, entry)| entry.title.clone());
    courses.into_iter().map(|(course, _)| course).collect()
}

fn time_of(journal: &Journal, k: usize) -> Timestamp {
    journal.time(k.min(journal.len())).unwrap_or_default()
}

impl State {
    /// A student's row, once there is one.
    pub fn row(&self, student: AccountId) -> Option<Row> {
        self.rows.with_value(|rows| rows.get(&student).cloned())
    }

    /// The time of the moment looked at; now by the school's clock, which is the one that events are recorded by.
    pub fn time(&self) -> Timestamp {
        let past = self.moment.at.get().and_then(|k| self.history.with(|journal| time_of(journal, k)));
        past.unwrap_or_else(|| self.projections.school_time())
    }

    /// Reads a student's work as it is at the moment looked at.
    pub fn with_board<T>(&self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        match (self.moment.at.get(), self.past.get()) {
            (None, _) => self.projections.read(|replica| replica.shown().overview.board(self.class).map(read)),
            (Some(_), past) => past.map(|past| read(&past)),
        }
    }

    /// One pass over everything: a few thousand comparisons, and a signal set for each difference.
    fn update(&self, columns: &[Column]) {
        self.clock.track();
        let measure = Measure::begin("heatmap update");
        let live = self.moment.at.get().is_none();
        if !live {
            // The past is there as soon as its history is.
            self.history.with(|_| ());
        }
        let past = self.past.get();
        if !live && past.is_none() {
            return;
        }
        let at = self.time();
        self.projections.read(|replica| {
            let nobody = Board::default();
            let board = past.as_deref().or_else(|| replica.shown().overview.board(self.class)).unwrap_or(&nobody);
            self.pass(&Read { replica, board, at, live }, columns);
        });
        measure.end();
    }

    fn pass(&self, read: &Read<'_>, columns: &[Column]) {
        let mut counts = Counts { students: read.board.members.len(), ..Counts::default() };
        let (mut needy, mut possible, mut was_stuck) = (Vec::new(), BTreeSet::new(), Vec::new());
        let (mut changes, mut ranked) = (Changes::default(), Vec::new());
        let other = self.other.get();
        for student in read.board.members.iter().copied() {
            let work = read.board.students.get(&student);
            let sums = mastery::sums(work, columns);
            let presence = if read.live { read.replica.presence(self.class, student) } else { None };
            let situation = situation(&sums, presence, read.at);
            let cell = |column: &Column| {
                let is = mastery::mastery(read.board, work, column, read.at);
                let then = |(at, board): &(Timestamp, Arc<Board>)| mastery::mastery(board, board.students.get(&student), column, *at);
                Cell { is, was: other.as_ref().map(then).filter(|was| *was != is) }
            };
            let cells: Vec<Cell> = columns.iter().map(cell).collect();
            counts.add(&sums, &situation);
            changes.add(student, &cells);
            let alert = |need: Need| match need {
                Need::Stuck(unit) => Alert::stuck(student, unit),
                Need::Idle => Alert::idle(student, sums.last),
            };
            needy.extend(situation.need().map(|need| Needy { student, situation, alert: alert(need) }));
            was_stuck.extend(situation.was_stuck().map(|(unit, last)| WasStuck { student, unit, last }));
            possible.extend(situation.stuck.map(Need::Stuck).into_iter().chain([Need::Idle]).map(alert));
            self.show(student, sums, situation, &cells);
            ranked.push((student, sums, situation));
        }
        needy.sort_by_key(|needy| needy.situation.rank());
        put(self.possible, possible);
        put(self.needy, needy);
        was_stuck.sort_by_key(|was| Reverse(was.last));
        put(self.was_stuck, was_stuck);
        put(self.counts, Some(counts));
        put(self.changes, changes);
        let order = self.sorted(read.replica, ranked);
        // Rows that change places under a moving slider help nobody: they are sorted when it is still.
        let same = |before: &[AccountId]| before.len() == order.len() && before.iter().all(|student| read.board.members.contains(student));
        let waits = self.moment.is_passing() && self.order.with_untracked(|(_, before)| same(before));
        if !waits && self.order.with_untracked(|(_, before)| *before != order) {
            self.order.update(|(_, students)| *students = order);
        }
    }

    fn show(&self, student: AccountId, sums: Sums, situation: Situation, cells: &[Cell]) {
        let row = self.row(student).unwrap_or_else(|| {
            let cells = cells.iter().map(|cell| ArcRwSignal::new(*cell)).collect();
            let row = Row { sums: ArcRwSignal::new(sums), situation: ArcRwSignal::new(situation), cells };
            self.rows.update_value(|rows| _ = rows.insert(student, row.clone()));
            row
        });
        put_arc(&row.sums, sums);
        put_arc(&row.situation, situation);
        row.cells.iter().zip(cells).for_each(|(signal, cell)| put_arc(signal, *cell));
    }

    fn sorted(&self, replica: &Replica, mut rows: Vec<(AccountId, Sums, Situation)>) -> Vec<AccountId> {
        let (by, is_reversed) = self.sorting.get();
        // They come in the order of their accounts, which stays among equals; while names are hidden the order says nothing of them.
        if !names_are_hidden() {
            collation::sort_by_words(&mut rows, |(student, ..)| name_of(replica, *student));
        }
        match by {
            SortedBy::Name => {}
            SortedBy::Need => rows.sort_by_key(|(_, _, situation)| situation.rank()),
            SortedBy::Progress => rows.sort_by_key(|(_, sums, _)| Reverse((sums.finished, sums.right))),
            SortedBy::Answered => rows.sort_by_key(|(_, sums, _)| Reverse(sums.answered)),
            SortedBy::Right => rows.sort_by_key(|(_, sums, _)| Reverse(sums.right)),
        }
        if is_reversed {
            rows.reverse();
        }
        rows.into_iter().map(|(student, ..)| student).collect()
    }
}

fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|before| *before != value) {
        signal.set(value);
    }
}

fn put_arc<T: PartialEq + Copy + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}
