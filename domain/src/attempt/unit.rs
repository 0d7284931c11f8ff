//! A unit as one edition has it, with what the course corrected since.

use crate::{
    content::{Corrected, Correction, FieldKind, Input, Question, QuestionKey, Section, UnitKey},
    grading::{CorrectedKey, Correctness},
    ids::QuestionId,
};

/// A unit as one edition has it.
#[derive(Debug, Clone, Copy)]
pub struct UnitContent<'f> {
    /// Its questions.
    pub section: &'f Section,
    /// Their keys.
    pub key: &'f UnitKey,
    /// The course writes decimals with a comma.
    pub decimal_comma: bool,
    /// The number of the edition.
    pub edition: u32,
    /// The course's corrections, and what takes them back; number n at index n − 1.
    pub corrections: &'f [Corrected],
}

/// A correction of a question: number, correction, whether it harms nobody, and what took it back.
type Made<'f> = (u32, &'f Correction, bool, Option<u32>);

/// Whether this is so of a key as it was published, or as it was after one of these corrections or after one of them was taken back.
fn was_once<'f>(published: &CorrectedKey<'f>, made: &[Made<'_>], is: impl Fn(&CorrectedKey<'f>) -> bool) -> bool {
    let mut turns: Vec<u32> = made.iter().flat_map(|(number, .., undone_by)| [Some(*number), *undone_by]).flatten().collect();
    turns.sort_unstable();
    let mut now = published.clone();
    is(published)
        || turns.into_iter().any(|turn| {
            now = match made.iter().find(|(number, ..)| *number == turn) {
                // What stood stands, with one correction more.
                Some((_, correction, ..)) => now.clone().with(correction),
                None => {
                    let stood = made.iter().filter(|(number, .., undone_by)| *number <= turn && undone_by.is_none_or(|by| by > turn));
                    stood.fold(published.clone(), |key, (_, correction, ..)| key.with(correction))
                }
            };
            is(&now)
        })
}

impl<'f> UnitContent<'f> {
    /// The same, with the corrections of the course.
    #[must_use]
    pub fn corrected(self, corrections: &'f [Corrected]) -> Self {
        Self { corrections, ..self }
    }

    /// A question with its key.
    pub fn question(&self, id: QuestionId) -> Option<(&'f Question, &'f QuestionKey)> {
        Some((self.section.question(id)?, self.key.questions.get(&id)?))
    }

    /// A question's key as it was published.
    pub fn published_key(&self, id: QuestionId) -> Option<CorrectedKey<'f>> {
        self.question(id).map(|(question, key)| CorrectedKey::published(question, key, self.decimal_comma))
    }

    /// A question's key with all corrections that stand.
    pub fn corrected_key(&self, id: QuestionId) -> Option<CorrectedKey<'f>> {
        let published = self.published_key(id)?;
        let standing = self.about(id).filter(|(.., undone_by)| undone_by.is_none());
        Some(standing.fold(published, |key, (_, correction, ..)| key.with(correction)))
    }

    /// Whether one of these answers, which were graded as wrong, is right by a question's key as it is, or as it was between any two
    /// corrections; also as builds before this one read texts. Where neither could make a difference nothing is graded.
    pub fn was_right(&self, id: QuestionId, answers: &[Vec<Input>]) -> bool {
        let Some((question, key)) = self.question(id) else { return false };
        let made: Vec<Made<'_>> = self.about(id).collect();
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

    /// Whether a question is drawn no more.
    pub fn is_dropped(&self, id: QuestionId) -> bool {
        let standing = self.about(id).filter(|(.., undone_by)| undone_by.is_none());
        let dropped = standing.filter_map(|(_, correction, ..)| match correction {
            Correction::Drop {} => Some(true),
            Correction::FullCredit {} => Some(false),
            Correction::Replace { .. } | Correction::AcceptToo { .. } | Correction::Explain { .. } => None,
        });
        dropped.last().unwrap_or(false)
    }

    /// All corrections of a question that were ever made, in order: number, correction, whether it harms nobody, and what took it back.
    pub(crate) fn about(&self, id: QuestionId) -> impl Iterator<Item = (u32, &'f Correction, bool, Option<u32>)> + use<'f> {
        let (unit, edition, section) = (self.section.id, self.edition, self.section);
        (1_u32..).zip(self.corrections).filter_map(move |(number, corrected)| {
            let (correction, harm_nobody, undone_by) = corrected.about(unit, id, edition)?;
            section.question(id).filter(|asked| corrected.speaks_of(asked))?;
            Some((number, correction, harm_nobody, undone_by))
        })
    }
}
