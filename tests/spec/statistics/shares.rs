//! Shares with their interval, completion, median time, and when the discrimination of drawn questions is shown.

use super::{agree, is};
use domain::statistics::{Share, completion, median_time_ms, practice};
use std::collections::BTreeMap;

/// Each end p of a Wilson interval is where the share found lies just 1.96 standard deviations away: (k/n − p)² = z² · p(1 − p)/n.
#[test]
fn each_end_of_the_interval_is_as_far_away_as_chance_goes() {
    let z = 1.959_963_984_540_054_f64;
    for n in [1, 2, 3, 10, 28, 1000] {
        for count in [0, 1, n / 3, n / 2, n - 1, n] {
            let share = Share::of(count, n).expect("of somebody");
            assert_eq!((share.count, share.n), (count, n));
            assert_eq!(share.share, count as f64 / n as f64);
            assert!(0.0 <= share.low && share.low <= share.share && share.share <= share.high && share.high <= 1.0, "{share:?}");
            for end in [share.low, share.high] {
                let away = (share.share - end).powi(2);
                let chance = z * z * end * (1.0 - end) / n as f64;
                assert!((away - chance).abs() < 1e-12, "{share:?}: {away} is not {chance}");
            }
        }
    }
}

/// 8 of 10: (0.8 + z²/20 ± z·√(0.016 + z²/400)) / (1 + z²/10), with z² = 3.8414588: (0.9920729 ± 0.3136116) / 1.3841459.
#[test]
fn eight_of_ten_are_between_49_and_94_percent() {
    let share = Share::of(8, 10).expect("of somebody");
    assert!((share.low - 0.490_162).abs() < 1e-6 && (share.high - 0.943_318).abs() < 1e-6, "{share:?}");
}

#[test]
fn nobody_has_no_share_and_all_or_none_reach_the_ends() {
    assert_eq!(Share::of(0, 0), None);
    assert_eq!(Share::of(2, 1), None);
    assert_eq!(Share::of(0, 7).map(|share| share.low), Some(0.0));
    assert_eq!(Share::of(7, 7).map(|share| share.high), Some(1.0));
}

#[test]
fn completion_counts_pairs() {
    is(completion(9, 6, 3), 0.5);
    assert_eq!((completion(0, 0, 3), completion(0, 3, 0)), (None, None));
}

#[test]
fn who_leaves_for_lunch_thinks_five_minutes_at_most() {
    for (times, expected) in [
        (vec![], None),
        (vec![1_500], Some(1_500.0)),
        (vec![4_000, 1_000, 2_000], Some(2_000.0)),
        (vec![4_000, 1_000, 2_001, 2_000], Some(2_000.5)),
        (vec![3_600_000, 300_001, 1_000], Some(300_000.0)),
        (vec![u64::MAX, 100_000], Some(200_000.0)),
    ] {
        assert!(agree(median_time_ms(times.clone()), expected, 1.0), "{times:?}");
    }
}

/// Students with odd numbers are right everywhere, the others nowhere: perfect agreement, to be shown from the tenth on.
#[test]
fn the_discrimination_of_a_drawn_question_is_shown_from_ten_on() {
    for (n, expected) in [(9, None), (10, Some(100.0))] {
        let student = |number: usize| BTreeMap::from([("a", number % 2 == 1), ("b", number % 2 == 1)]);
        let mut students: Vec<_> = (0..n).map(student).collect();
        // Whoever has answered nothing else has no rest, and counts for the first try only.
        students.push(BTreeMap::from([("a", true)]));
        let a = practice(&students)["a"];
        assert_eq!((a.first_try.n, a.first_try.count, a.discrimination.n), (n + 1, n / 2 + 1, n));
        for found in [a.discrimination.index_percent, a.discrimination.efficiency_percent] {
            assert!(agree(found, expected, 100.0), "{n} students: {found:?}");
        }
    }
}

/// x = 1 on "a" for all, so nothing can be told apart; and a question nobody answered does not stand there.
#[test]
fn a_drawn_question_that_everybody_has_right_discriminates_not_at_all() {
    let students: Vec<_> = (0..12).map(|number| BTreeMap::from([("a", true), ("b", number % 3 == 0)])).collect();
    let drawn = practice(&students);
    assert_eq!(drawn.len(), 2);
    assert_eq!((drawn["a"].discrimination.n, drawn["a"].discrimination.index_percent), (12, None));
}
