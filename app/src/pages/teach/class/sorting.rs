//! How the rows of a class can be sorted.

/// How to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortedBy {
    /// The student's name.
    Name,
    /// Who needs the teacher most.
    Need,
    /// Sections finished, then right answers.
    Progress,
    /// First answers.
    Answered,
    /// Right ones.
    Right,
}

impl SortedBy {
    /// The name for the style.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Need => "now",
            Self::Progress => "finished",
            Self::Answered => "answered",
            Self::Right => "right",
        }
    }
}
