//! A unit as one edition has it, with what the course corrected since.

use crate::{
    content::{Correction, Corrections, FieldKind, Input, Numbered, Question, QuestionKey, Unit, UnitKey},
    grading::{CorrectedKey, Correctness},
    ids::QuestionId,
};

/// A unit as one edition has it.
#[derive(Debug, Clone, Copy)]
pub struct UnitContent<'f> {
    /// What the paper says of it.
    pub unit: Unit<'f>,
    /// The keys of its questions.
    pub key: &'f UnitKey,
    /// The course writes decimals with a comma.
    pub decimal_comma: bool,
    /// The number of the edition.
    pub edition: u32,
    /// The corrections of the course; those of this unit, at least.
    pub corrections: &'f Corrections,
}

/// Whether `is` holds for a key as it was published, or as it was after any of these corrections was made or taken back.
fn was_once<'f>(published: &CorrectedKey<'f>, made: &[Numbered<'_>], is: impl Fn(&CorrectedKey<'f>) -> bool) -> bool {
    let mut turns: Vec<u32> = made.iter().flat_map(|said| [Some(said.number), said.undone_by]).flatten().collect();
    turns.sort_unstable();
    let mut now = published.clone();
    is(published)
        || turns.into_iter().any(|turn| {
            now = match made.iter().find(|said| said.number == turn) {
                // The earlier corrections still stand: this one is added.
                Some(said) => now.clone().with(said.correction()),
                None => {
                    let stood = made.iter().filter(|said| said.stood_at(turn));
                    stood.fold(published.clone(), |key, said| key.with(said.correction()))
                }
            };
            is(&now)
        })
}

impl<'f> UnitContent<'f> {
    /// The same, with the corrections of the course.
    #[must_use]
    pub fn corrected(self, corrections: &'f Corrections) -> Self {
        Self { corrections, ..self }
    }

    /// A question with its key.
    pub fn question(&self, id: QuestionId) -> Option<(&'f Question, &'f QuestionKey)> {
        Some((self.unit.question(id)?, self.key.questions.get(&id)?))
    }

    /// A question's key as it was published.
    pub fn published_key(&self, id: QuestionId) -> Option<CorrectedKey<'f>> {
        self.question(id).map(|(question, key)| CorrectedKey::published(question, key, self.decimal_comma))
    }

    /// A question's key with all corrections that stand.
    pub fn corrected_key(&self, id: QuestionId) -> Option<CorrectedKey<'f>> {
        let published = self.published_key(id)?;
        Some(self.standing(id).fold(published, |key, said| key.with(said.correction())))
    }

    /// Whether one of these answers, which were graded as wrong, is right by a question's key as it is, or as it was between any two corrections; also with
    /// texts read as builds before this one read them. If neither could make a difference, nothing is graded.
    pub fn was_right(&self, id: QuestionId, answers: &[&[Input]]) -> bool {
        let Some((question, key)) = self.question(id) else { return false };
        let made: Vec<Numbered<'_>> = self.about(id).collect();
        let has_text = question.fields.iter().any(|field| field.kind == FieldKind::Text);
        if made.is_empty() && !has_text {
            return false;
        }
        let now = CorrectedKey::published(question, key, self.decimal_comma);
        let earlier = has_text.then(|| CorrectedKey::published_earlier(question, key, self.decimal_comma));
        [Some(now), earlier].into_iter().flatten().any(|published| {
            let entered: Vec<_> = answers.iter().map(|inputs| published.read(inputs)).collect();
            let is_right =
                |key: &CorrectedKey<'_>| entered.iter().any(|answer| key.grade_read(answer.as_ref()).outcome == Correctness::Right);
            was_once(&published, &made, is_right)
        })
    }

    /// Whether a question was dropped: it is drawn no more.
    pub fn is_dropped(&self, id: QuestionId) -> bool {
        let dropped = self.standing(id).filter_map(|said| match said.correction() {
            Correction::Drop {} => Some(true),
            Correction::FullCredit {} => Some(false),
            Correction::Replace { .. } | Correction::AcceptToo { .. } | Correction::Explain { .. } => None,
        });
        dropped.last().unwrap_or(false)
    }

    /// All corrections of a question, as this edition has it, that were ever made, in order.
    pub(crate) fn about(&self, id: QuestionId) -> impl Iterator<Item = Numbered<'f>> + use<'f> {
        let (edition, asked) = (self.edition, self.unit.question(id));
        let holds =
            move |said: &Numbered<'_>| said.corrected.holds_for(edition) && asked.is_some_and(|asked| said.corrected.speaks_of(asked));
        self.corrections.about(self.unit.id(), id).filter(holds)
    }

    /// Those of them that stand.
    fn standing(&self, id: QuestionId) -> impl Iterator<Item = Numbered<'f>> + use<'f> {
        self.about(id).filter(Numbered::stands)
    }
}
