//! Tells questions of the same name apart, by what the editions before this one had by that name: a corrected question stays itself, and
//! none takes another's history.

use super::look::look;
use crate::operator::import::rich::words;
use domain::{
    content::{Block, Edition, FieldKey, FieldKind, Html, Paper, Piece, Question, QuestionKey, UnitKey},
    ids::{ContentHash, QuestionId, UnitId},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many numbers without a question in a row end the search for those of a name: a question that was refused has taken one.
const GAP_MAX: usize = 16;

/// A question of an earlier edition, as far as it tells namesakes apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Which it is.
    pub id: QuestionId,
    /// It is in the newest edition.
    pub newest: bool,
    /// What it looks like.
    pub looks: Looks,
}

/// The parts of a question that may change one by one; hashes, since only equality counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Looks {
    stem: ContentHash,
    choices: Option<ContentHash>,
    right: ContentHash,
}

/// All questions that a course ever had, each as it was last; in the newest edition's order, then those that are gone. Editions come newest
/// first, each with the keys that could be read.
pub fn known<'e>(editions: impl Iterator<Item = (&'e Paper, &'e BTreeMap<UnitId, UnitKey>)>) -> Vec<Known> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for (age, (paper, keys)) in editions.enumerate() {
        for unit in paper.units() {
            for question in unit.questions() {
                let key = keys.get(&unit.id()).and_then(|key| key.questions.get(&question.id));
                if seen.insert(question.id) {
                    all.push(Known { id: question.id, newest: age == 0, looks: Looks::of(question, key) });
                }
            }
        }
    }
    all
}

/// The same for one edition.
pub fn known_of(edition: &Edition) -> Vec<Known> {
    known([(&edition.paper, &edition.keys)].into_iter())
}

impl Looks {
    /// What a question looks like; without a key, nothing is right.
    pub(super) fn of(question: &Question, key: Option<&QuestionKey>) -> Self {
        let mut stem = String::new();
        for block in &question.body {
            match block {
                Block::Html(html) => stem.push_str(&words(html)),
                Block::Line(pieces) => pieces.iter().for_each(|piece| match piece {
                    Piece::Html(html) => stem.push_str(&words(html)),
                    Piece::Field(_) => stem.push('_'),
                }),
                Block::Field(_) => {}
            }
            stem.push(' ');
        }
        let stem = stem.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let (mut choices, mut right) = (Vec::new(), Vec::new());
        let keys = key.map(|key| key.fields.as_slice()).unwrap_or_default();
        for (index, field) in question.fields.iter().enumerate() {
            parts(&field.kind, keys.get(index), &mut choices, &mut right);
        }
        let hash = |mut parts: Vec<String>| {
            parts.sort();
            ContentHash::of(parts.join("\u{1f}").as_bytes())
        };
        Self { stem: ContentHash::of(stem.as_bytes()), choices: (!choices.is_empty()).then(|| hash(choices)), right: hash(right) }
    }
}

/// What there is to choose from, and what is right. The order makes no difference.
fn parts(kind: &FieldKind, key: Option<&FieldKey>, choices: &mut Vec<String>, right: &mut Vec<String>) {
    let at = |all: &[Html], index: u16| all.get(usize::from(index)).map(look).unwrap_or_default();
    match kind {
        FieldKind::Number { .. } | FieldKind::Text => {}
        FieldKind::OneOf { choices: all } | FieldKind::ManyOf { choices: all } => choices.extend(all.iter().map(look)),
        FieldKind::Match { left, right } => choices.extend(left.iter().map(look).chain(right.iter().cloned())),
    }
    match (key, kind) {
        (Some(FieldKey::Number { accepted, .. }), _) => {
            right.extend(accepted.iter().map(|accepted| format!("{} {:?}", accepted.value, accepted.within)));
        }
        (Some(FieldKey::Text { accepted, .. }), _) => right.extend(accepted.iter().map(|text| text.to_lowercase())),
        (Some(FieldKey::OneOf { right: one, .. }), FieldKind::OneOf { choices: all }) => right.push(at(all, *one)),
        (Some(FieldKey::ManyOf { right: some, .. }), FieldKind::ManyOf { choices: all }) => {
            right.extend(some.iter().map(|index| at(all, *index)));
        }
        (Some(FieldKey::Match { right: matches }), FieldKind::Match { left, right: all }) => {
            let text = |index: &u16| all.get(usize::from(*index)).map(String::as_str).unwrap_or_default();
            right.extend(left.iter().zip(matches).map(|(left, index)| format!("{}\u{1e}{}", look(left), text(index))));
        }
        (Some(FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. }) | None, _) => {}
    }
}

/// One question of a file among its namesakes: what it looks like, or nothing where it was refused.
pub(super) type Namesake = Option<Looks>;

/// Which question each is, and what its author should know of that. `derived` gives the identifier of the n-th of the name, from 1.
pub(super) fn identified(
    namesakes: &[Namesake],
    known: &BTreeMap<QuestionId, (usize, &Known)>,
    derived: impl Fn(usize) -> QuestionId,
) -> Vec<(QuestionId, Option<String>)> {
    let mut earlier: Vec<(usize, &Known)> = Vec::new();
    let (mut number, mut missing) = (1, 0);
    while number <= namesakes.len() || missing < GAP_MAX {
        match known.get(&derived(number)) {
            Some(found) => {
                missing = 0;
                earlier.push(*found);
            }
            None => missing += 1,
        }
        number += 1;
    }
    // In the order of the edition before.
    earlier.sort_by_key(|(place, _)| *place);
    let (newest, gone): (Vec<&Known>, Vec<&Known>) = earlier.into_iter().map(|(_, known)| known).partition(|known| known.newest);
    let none = vec![None; namesakes.len()];
    let mut matching =
        Matching { namesakes, newest: &newest, taken: none, returned: vec![None; namesakes.len()], remarks: vec![None; namesakes.len()] };
    matching.by(|looks| Some(*looks), true);
    // Whatever is alike in everything with one that was gone for a while is that one again, and no corrected other.
    matching.by_return(&gone);
    matching.by(|looks| Some((looks.stem, looks.right)), false);
    matching.by(|looks| looks.choices.map(|choices| (looks.stem, choices)), false);
    matching.by_stem();
    matching.by(|looks| Some((looks.choices, looks.right)), false);
    matching.by_place();
    let Matching { taken, returned, mut remarks, .. } = matching;
    let mut used: BTreeSet<QuestionId> =
        taken.iter().flatten().map(|index| newest[*index].id).chain(returned.iter().flatten().copied()).collect();
    let alone = namesakes.len() == 1 && newest.is_empty();
    let mut ids = Vec::new();
    for (index, namesake) in namesakes.iter().enumerate() {
        let only = gone.iter().find(|gone| alone && namesake.is_some() && !used.contains(&gone.id));
        let id = match (taken[index], returned[index], only) {
            (Some(place), ..) => newest[place].id,
            (None, Some(id), _) => id,
            (None, None, Some(gone)) => gone.id,
            (None, None, None) => {
                let fresh = (1..).map(&derived).find(|id| !used.contains(id) && !known.contains_key(id));
                fresh.expect("there are more numbers than questions")
            }
        };
        used.insert(id);
        ids.push((id, remarks[index].take()));
    }
    ids
}

/// Places in the file, and places in the edition before.
type Sides = (Vec<usize>, Vec<usize>);

/// Questions of a file and of the newest edition that are being matched with each other.
struct Matching<'m> {
    namesakes: &'m [Namesake],
    newest: &'m [&'m Known],
    /// For each of the file the place of its match among the newest.
    taken: Vec<Option<usize>>,
    /// For each of the file the one of an earlier edition that it is again.
    returned: Vec<Option<QuestionId>>,
    remarks: Vec<Option<String>>,
}

impl Matching<'_> {
    fn free(&self) -> Vec<usize> {
        (0..self.newest.len()).filter(|place| !self.taken.contains(&Some(*place))).collect()
    }

    fn is_open(&self, index: usize) -> bool {
        self.taken[index].is_none() && self.returned[index].is_none()
    }

    /// Matches those that are alike in everything with one that the newest edition does not have.
    fn by_return(&mut self, gone: &[&Known]) {
        for index in 0..self.namesakes.len() {
            let again = gone.iter().find(|gone| self.namesakes[index] == Some(gone.looks) && !self.returned.contains(&Some(gone.id)));
            if self.is_open(index) {
                self.returned[index] = again.map(|gone| gone.id);
            }
        }
    }

    /// Matches those that are alike in something. Where several are, only what is alike in everything is matched, in order.
    fn by<K: Ord>(&mut self, alike: impl Fn(&Looks) -> Option<K>, in_all: bool) {
        let mut classes: BTreeMap<K, Sides> = BTreeMap::new();
        for (index, namesake) in self.namesakes.iter().enumerate().filter(|(index, _)| self.is_open(*index)) {
            if let Some(class) = namesake.as_ref().and_then(&alike) {
                classes.entry(class).or_default().0.push(index);
            }
        }
        for place in self.free() {
            if let Some(class) = alike(&self.newest[place].looks) {
                classes.entry(class).or_default().1.push(place);
            }
        }
        for (ours, theirs) in classes.into_values() {
            if in_all || (ours.len() == 1 && theirs.len() == 1) {
                for (index, place) in ours.iter().zip(&theirs) {
                    self.taken[*index] = Some(*place);
                }
            }
            if in_all && ours.len() > 1 {
                for index in ours {
                    self.remarks[index] = Some(
                        "Another in the file has the same text and answers; nothing tells the two apart in a later edition.".to_owned(),
                    );
                }
            }
        }
    }

    /// Matches those whose text no namesake has, now or before.
    fn by_stem(&mut self) {
        let free = self.free();
        for index in (0..self.namesakes.len()).filter(|index| self.is_open(*index)).collect::<Vec<_>>() {
            let Some(stem) = self.namesakes[index].map(|looks| looks.stem) else { continue };
            let ours = self.namesakes.iter().flatten().filter(|looks| looks.stem == stem).count();
            let mut theirs = (0..self.newest.len()).filter(|place| self.newest[*place].looks.stem == stem);
            if let (1, Some(place), None) = (ours, theirs.next(), theirs.next())
                && free.contains(&place)
            {
                self.taken[index] = Some(place);
            }
        }
    }

    /// What stands between the same neighbours as before was corrected there, if it is as many.
    fn by_place(&mut self) {
        let free = self.free();
        if free.is_empty() {
            return;
        }
        let place_of: BTreeMap<usize, usize> =
            self.taken.iter().enumerate().filter_map(|(index, place)| place.map(|place| (place, index))).collect();
        // Neighbours are named by their places in the edition before.
        let before = |index: usize| (0..index).rev().find_map(|index| self.taken[index]);
        let after = |index: usize| (index..self.namesakes.len()).find_map(|index| self.taken[index]);
        let mut gaps: BTreeMap<[Option<usize>; 2], Sides> = BTreeMap::new();
        for index in (0..self.namesakes.len()).filter(|index| self.is_open(*index)) {
            gaps.entry([before(index), after(index)]).or_default().0.push(index);
        }
        for place in &free {
            let below = (0..*place).rev().find(|place| place_of.contains_key(place));
            let above = (*place..self.newest.len()).find(|place| place_of.contains_key(place));
            gaps.entry([below, above]).or_default().1.push(*place);
        }
        let alone = self.namesakes.len() == 1 && self.newest.len() == 1;
        for (ours, theirs) in gaps.into_values() {
            let fits = ours.len() == theirs.len();
            for (nth, index) in ours.into_iter().enumerate() {
                self.taken[index] = if fits { theirs.get(nth).copied() } else { None };
                self.remarks[index] = match (alone, fits) {
                    (true, _) => None,
                    (false, true) => Some(
                        "Others have its name or text, and its answers changed: it was taken for the one that stood in its place before."
                            .to_owned(),
                    ),
                    (false, false) => {
                        Some("Others have its name or text, and none before had its answers: it was taken for a new question.".to_owned())
                    }
                };
            }
        }
    }
}
