//! A few hundred events of a school's life, kept as they were stored, and what each version of each read model makes of them.
//!
//! The file was written once, by [`write_the_golden_history`], and is not written again: it is history. A projection whose fold
//! changes gets another VERSION and another row below; a hash that changes without it is a forgotten VERSION.

use domain::{
    account::Role,
    event::{Recorded, Run, read_runs},
    projections::{
        class_overview::{self, ClassOverview},
        directory::{self, Directory},
        progress::{self, Progress},
        read_models::{ATTEMPTS_VERSION, ReadModels},
        state_hash,
    },
};
use model::{
    life::lived,
    school::{self, class_of, person, unit},
    server::as_runs,
};
use std::{fs, path::PathBuf};

const GOLDEN: &str = include_str!("golden.json");

/// What a history must have to be worth keeping.
const EVERYTHING: [&str; 12] = [
    "AttemptStarted",
    "QuestionAssigned",
    "QuestionAnsweredCorrectly",
    "QuestionAnsweredWrongly",
    "AnswerRevealed",
    "StumblingBlockMet",
    "StumblingBlockCleared",
    "SectionFinished",
    "StreakCompleted",
    "DrillPassed",
    "StudentEnrolled",
    "StudentRemoved",
];

/// The pinned state hashes: read model, VERSION, hash.
const PINNED: [(&str, u32, &str); 4] = [
    ("directory", 4, "D57ZfcgkOL5EoOB25gZXr2QkIFnPNucmKSw9nzGb9vc"),
    ("progress", 3, "14TSfLYLCJNHUNKTDK9BdOo32GK9ePAeZDns4qGXzcI"),
    ("class_overview", 3, "alw-30ad_NcmTUriPFKeiDPMOjbjeu8Sm75dgfVW74Y"),
    ("attempts", 3, "eCcLd74ZS23RNdFFJXPSAZHGjo9tjIbm0rvGkaqZNuY"),
];

/// Run once with `LEFTFOLD_WRITE_GOLDEN=1` to make the file; does nothing otherwise.
#[test]
fn write_the_golden_history() {
    if std::env::var_os("LEFTFOLD_WRITE_GOLDEN").is_some() {
        let lives = (1..).map(|seed| lived(seed, 900).log);
        let log = lives.into_iter().find(|log| EVERYTHING.iter().all(|wanted| as_runs(&log.iter().collect::<Vec<_>>()).contains(wanted)));
        let log = log.expect("some life has everything");
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/history/golden.json");
        fs::write(path, as_runs(&log.iter().collect::<Vec<_>>()).replace("},{\"stream\"", "},\n{\"stream\"")).expect("it can be written");
    }
}

fn history() -> Vec<Recorded> {
    let runs: Vec<Run<'_>> = read_runs(GOLDEN).expect("it reads");
    runs.iter().flat_map(|run| run.recorded().collect::<Vec<_>>()).collect()
}

#[test]
fn every_version_of_a_read_model_comes_to_its_pinned_state() {
    let (mut directory, mut progress, mut overview) = (Directory::default(), Progress::of(person("ann")), ClassOverview::default());
    let mut models = ReadModels::of(person("ann"), Role::Student);
    for recorded in history() {
        directory.fold(&recorded);
        progress.fold(&recorded);
        overview.fold(&recorded);
        models.fold(&recorded);
    }
    let folded = [
        ("directory", directory::VERSION, state_hash(&directory).to_string()),
        ("progress", progress::VERSION, state_hash(&progress).to_string()),
        ("class_overview", class_overview::VERSION, state_hash(&overview).to_string()),
        ("attempts", ATTEMPTS_VERSION, state_hash(&models.attempts).to_string()),
    ];
    let pinned = PINNED.map(|(name, version, hash)| (name, version, hash.to_owned()));
    assert_eq!(folded, pinned);
    assert!(progress.unit(class_of("2B"), unit("section")).tally.answered > 5, "the history is long enough to mean something");
}

#[test]
fn the_golden_history_has_something_of_everything_that_attempts_do() {
    let history = history();
    assert!(history.len() > 250, "{}", history.len());
    assert!(history.iter().all(|recorded| recorded.event.is_known()));
    for wanted in EVERYTHING {
        assert!(GOLDEN.contains(wanted), "{wanted}");
    }
    assert!(GOLDEN.contains(&school::attempt("section", 1).to_string()));
}

#[test]
fn positions_and_versions_count_without_holes() {
    let mut versions = std::collections::BTreeMap::new();
    for (index, recorded) in history().iter().enumerate() {
        let version = versions.entry(recorded.stream()).or_insert(0);
        *version += 1;
        assert_eq!((recorded.position.0, recorded.version.0), (index as u64 + 1, *version));
    }
}
