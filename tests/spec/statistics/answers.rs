//! The table of answers: counts, shares among the best and the weakest, and what to doubt.

use super::is;
use domain::statistics::{AnswerLine, Doubt, Given, NormalAnswer, answers};

fn right(text: &str) -> NormalAnswer {
    NormalAnswer { text: text.to_owned(), right: true }
}

fn wrong(text: &str) -> NormalAnswer {
    NormalAnswer { text: text.to_owned(), right: false }
}

fn given(answer: &NormalAnswer, total: f64) -> Given {
    Given { chosen: [answer.clone()].into(), total }
}

fn line<'l>(lines: &'l [AnswerLine], text: &str) -> &'l AnswerLine {
    lines.iter().find(|line| line.answer.text == text).unwrap_or_else(|| panic!("{text} is not in {lines:?}"))
}

/// Ten students with totals 10, 9, … 1: the upper and lower 27 % are 2.7, so three each: 10 9 8 and 3 2 1.
/// The key is chosen by 10 9 7 6, "b" by 8 5 4 1, "c" by 3 2; nobody chooses "d".
#[test]
fn answers_are_counted_among_all_and_among_the_best_and_the_weakest() {
    let (key, b, c, d) = (right("a"), wrong("b"), wrong("c"), wrong("d"));
    let chosen = [&key, &key, &b, &key, &key, &b, &b, &c, &c, &b];
    let given: Vec<_> = chosen.into_iter().enumerate().map(|(place, answer)| given(answer, 10.0 - place as f64)).collect();
    let lines = answers(&[key, b, c, d], &given);
    let counts: Vec<_> = lines
        .iter()
        .map(|line| {
            (line.answer.text.as_str(), line.share.count, line.share.n, line.upper.count, line.lower.count, line.upper.n, line.lower.n)
        })
        .collect();
    assert_eq!(counts, [("a", 4, 10, 2, 0, 3, 3), ("b", 4, 10, 1, 1, 3, 3), ("c", 2, 10, 0, 2, 3, 3), ("d", 0, 10, 0, 0, 3, 3)]);
    assert!(lines.iter().all(|line| line.offered));
    // T̄ = 5.5, ΣdT² = 82.5. Key: Σ x·dT = 4.5 + 3.5 + 1.5 + 0.5 = 10, Σdx² = 4 − 16/10 = 2.4: 10/√(82.5 · 2.4) = 10/√198.
    is(lines[0].point_biserial, 10.0 / 198.0_f64.sqrt());
    // b: 2.5 − 0.5 − 1.5 − 4.5 = −4.
    is(lines[1].point_biserial, -4.0 / 198.0_f64.sqrt());
    // c: −2.5 − 3.5 = −6, Σdx² = 2 − 4/10 = 1.6: −6/√132.
    is(lines[2].point_biserial, -6.0 / 132.0_f64.sqrt());
    assert_eq!(lines[3].point_biserial, None);
    let doubts: Vec<_> = lines.iter().map(|line| line.doubts.as_slice()).collect();
    assert_eq!(doubts, [[].as_slice(), &[], &[], &[Doubt::HardlyChosen]]);
}

/// The best take "b", the weakest the key: the key is probably not the right one.
#[test]
fn a_key_that_the_weak_choose_and_an_option_that_the_strong_choose_are_doubted() {
    let (key, b) = (right("a"), wrong("b"));
    let lines = answers(&[key.clone(), b.clone()], &[given(&b, 4.0), given(&b, 3.0), given(&key, 2.0), given(&key, 1.0)]);
    assert_eq!(line(&lines, "a").doubts, [Doubt::RightYetNegative]);
    assert_eq!(line(&lines, "b").doubts, [Doubt::WrongYetPositive]);
}

/// Typed answers are no options: that one good student mistyped is no reason to doubt.
#[test]
fn a_wrong_answer_that_was_not_offered_is_not_doubted() {
    let (key, slip) = (right("12"), wrong("21"));
    let mut all = vec![given(&slip, 9.0)];
    all.extend((0..30).map(|total| given(&key, f64::from(total % 8))));
    let lines = answers(&[], &all);
    let slip = line(&lines, "21");
    assert!(slip.point_biserial.is_some_and(|correlation| correlation > 0.0) && !slip.offered, "{slip:?}");
    assert_eq!(slip.doubts, []);
    assert_eq!(line(&lines, "12").doubts, [Doubt::RightYetNegative], "a key is doubted however it was given");
}

#[test]
fn an_option_of_exactly_five_percent_is_chosen_often_enough() {
    let (key, b) = (right("a"), wrong("b"));
    for (others, expected) in [(19, vec![]), (20, vec![Doubt::HardlyChosen])] {
        let mut all = vec![given(&b, 0.0)];
        all.extend((0..others).map(|total| given(&key, f64::from(total))));
        assert_eq!(line(&answers(&[key.clone(), b.clone()], &all), "b").doubts, expected, "1 of {}", others + 1);
    }
}

/// Totals 0.1 + 0.2 and 0.3 are equal: whoever ties with the last of a group is in it, wherever they stand.
#[test]
fn ties_at_the_border_belong_to_the_group() {
    let key = right("a");
    for totals in [[0.1 + 0.2, 0.3, 0.0, 0.0], [0.0, 0.3, 0.0, 0.1 + 0.2]] {
        let given = totals.map(|total| given(&key, total));
        let lines = answers(&[], &given);
        assert_eq!((lines[0].upper.n, lines[0].lower.n), (2, 2), "{totals:?}");
    }
    let equal = answers(&[], &[1.0; 5].map(|total| given(&key, total)));
    assert_eq!((equal[0].upper.n, equal[0].lower.n, equal[0].point_biserial), (5, 5, None));
}

#[test]
fn where_many_may_be_chosen_each_counts() {
    let (one, two) = (right("1"), wrong("2"));
    let both = Given { chosen: [one.clone(), two.clone()].into(), total: 1.0 };
    let neither = Given { chosen: [].into(), total: 0.0 };
    let lines = answers(&[one.clone(), two], &[both, neither, given(&one, 2.0)]);
    assert_eq!((line(&lines, "1").share.count, line(&lines, "2").share.count, lines[0].share.n), (2, 1, 3));
}

#[test]
fn nobody_who_answered_is_no_table() {
    assert_eq!(answers(&[right("a")], &[]), []);
}
