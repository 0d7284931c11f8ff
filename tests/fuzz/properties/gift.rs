//! A GIFT file, whatever is in it: a report in the file's order, and an edition without faults exactly if something was imported.

use domain::ids::CourseId;
use server::operator::import::{Import, Verdict, decoded, gift};

/// Reads the bytes as a file.
pub fn hold(bytes: &[u8]) {
    for encoding in [None, Some("windows-1252")] {
        let Ok(text) = decoded(bytes, encoding).map(|decoded| decoded.text) else { continue };
        let Import { edition, report } = gift::read(&text, "A course", CourseId::derived(&["a course"]));
        let imported = report.iter().filter(|line| !matches!(line.verdict, Verdict::Refused(_))).count();
        assert_eq!(edition.is_some(), imported > 0);
        assert!(report.is_sorted_by_key(|line| line.line));
        if let Some(edition) = edition {
            assert_eq!(edition.faults(), []);
            let sections = edition.paper.chapters.iter().flat_map(|chapter| &chapter.sections);
            assert_eq!(sections.map(|section| section.questions.len()).sum::<usize>(), imported);
        }
    }
}
