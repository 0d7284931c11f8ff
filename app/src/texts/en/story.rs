//! The texts of one student: the story, notes, a replay, in English.

use crate::texts::story::Story;

/// English.
pub const STORY: Story = Story { title: "Student" };
