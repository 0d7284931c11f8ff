//! Boards kept along the way, so that the board as of any event is near one of them; and how many, so that they fit into memory.

use super::packed::{Foldable, Packed, Packing};
use crate::projections::class_overview::Board;

/// At first a board is kept every so many events.
const EVERY_AT_FIRST: usize = 500;
/// All boards together have at most so many cells (students × units begun), which take about a hundred bytes each. Where they have more, every
/// second board is let go of.
const CELLS_MAX: usize = 400_000;

/// The boards.
#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    /// Board i, counting from 0, is as of event (i + 1) · `every`.
    boards: Vec<Board>,
    every: usize,
    cells: usize,
    /// As of the last event.
    head: Board,
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self { boards: Vec::new(), every: EVERY_AT_FIRST, cells: 0, head: Board::default() }
    }
}

impl Checkpoints {
    /// Folds the event that is now the last.
    pub(super) fn fold(&mut self, packing: &Packing, packed: &Packed) {
        fold(&mut self.head, packing, packed);
        if packing.len().is_multiple_of(self.every) {
            self.boards.push(self.head.clone());
            self.cells += cells(&self.head);
            if self.cells > CELLS_MAX && self.boards.len() > 1 {
                self.thin_out();
            }
        }
    }

    fn thin_out(&mut self) {
        self.every *= 2;
        let mut index = 0;
        self.boards.retain(|_| {
            index += 1;
            index % 2 == 0
        });
        self.boards.shrink_to_fit();
        self.cells = self.boards.iter().map(cells).sum();
    }

    /// The board as of event k.
    pub(super) fn board_at(&self, packing: &Packing, k: usize) -> Board {
        if k >= packing.len() {
            return self.head.clone();
        }
        let before = k / self.every;
        let mut board = before.checked_sub(1).map(|index| self.boards[index].clone()).unwrap_or_default();
        (before * self.every..k).filter_map(|index| packing.get(index)).for_each(|packed| fold(&mut board, packing, packed));
        board
    }
}

fn fold(board: &mut Board, packing: &Packing, packed: &Packed) {
    match packing.foldable(packed) {
        Foldable::Work(key, event) => board.fold_work(key.student, key.unit, key.run, packed.recorded, &event),
        Foldable::Whole(recorded) => board.fold(recorded),
    }
}

fn cells(board: &Board) -> usize {
    board.members.len() + board.units.len() + board.students.values().map(|student| student.units.len() + 1).sum::<usize>()
}
