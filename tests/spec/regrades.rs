//! What a student is told of corrections: the last changes of their own work, unit by unit, each once.

use domain::{
    account::Role,
    attempt::{AttemptKey, Event as Work, Judged, Judgement, Reckoning, Regraded},
    event::{Event, Recorded},
    projections::{parts::Part, read_models::ReadModels, regrades::GradedAgain},
};
use model::school::{attempt, class_of, person, recorded, unit};

fn regraded(correction: u32) -> Regraded {
    let question = model::school::question_id("section", 1);
    let judged = Judged { ordinal: 1, question, try_number: 1, from: Judgement::Wrong, to: Judgement::Right };
    let (before, after) = (Reckoning::default(), Reckoning { streak: 1, ..Reckoning::default() });
    Regraded { correction, answers: vec![judged], before, after }
}

fn graded_again(number: u64, of: AttemptKey, correction: u32) -> Recorded {
    recorded(number, number, Event::Attempt(of, Work::AnswerRegraded(regraded(correction))))
}

fn told(models: &ReadModels, unit_name: &str) -> Vec<u32> {
    models.regrades.unit(class_of("2B"), unit(unit_name)).iter().map(|change| change.regraded.correction).collect()
}

#[test]
fn the_last_five_changes_of_each_unit_are_told_each_once() {
    let mut models = ReadModels::of(person("ann"), Role::Student);
    let history: Vec<Recorded> = (1..=7).map(|number| graded_again(number, attempt("section", 1), number as u32)).collect();
    history.iter().chain(&history).for_each(|recorded| models.fold(recorded));
    models.fold(&graded_again(1, attempt("drill", 1), 8));
    assert_eq!((told(&models, "section"), told(&models, "drill"), told(&models, "lone")), (vec![3, 4, 5, 6, 7], vec![8], vec![]));
    let last: Option<&GradedAgain> = models.regrades.unit(class_of("2B"), unit("section")).last();
    assert_eq!(
        last.map(|change| (change.attempt, change.at, &change.regraded)),
        Some((attempt("section", 1), history[6].recorded, &regraded(7)))
    );
    assert_eq!(models.regrades.all().count(), 6);
}

#[test]
fn nobody_is_told_of_the_work_of_others() {
    let others = AttemptKey { student: person("bob"), ..attempt("section", 1) };
    let mut student = ReadModels::of(person("ann"), Role::Student);
    student.fold(&graded_again(1, others, 1));
    assert!(told(&student, "section").is_empty());
    let mut teacher = ReadModels::of(person("tess"), Role::Teacher);
    teacher.fold(&graded_again(1, others, 1));
    assert!(told(&teacher, "section").is_empty());
}

#[test]
fn what_is_told_can_be_kept_and_taken_up_again() {
    let mut models = ReadModels::of(person("ann"), Role::Student);
    models.fold(&graded_again(1, attempt("section", 1), 1));
    let mut again = ReadModels::of(person("ann"), Role::Student);
    assert!(again.take_up(Part::Regrades, &models.part(Part::Regrades)));
    assert_eq!(again.regrades, models.regrades);
    assert_eq!(told(&again, "section"), vec![1]);
}
