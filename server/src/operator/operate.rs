//! What the operator asks for on the command line: done directly, or by the server that runs on the data folder.

use crate::{
    clock::now,
    engine::{Answer, Operated, Operation, Work},
    operator::{
        folder::{DataFolder, NotYours, holds_school, says_missing},
        handover,
    },
    stop::Stop,
};
use std::path::Path;

/// Does one operation, wherever it can be done.
///
/// # Errors
/// When it is refused or fails; nothing is changed then.
pub fn operate(data: &Path, operation: Operation) -> Result<String, Stop> {
    if !founds(&operation) && !holds_school(data) {
        return Err(Stop::because(format!("Not done: {}.", says_missing(data))));
    }
    let operated = match DataFolder::lock(data) {
        Ok(folder) => do_all(&folder, vec![operation])?.pop().expect("one operation has one answer"),
        Err(NotYours::Taken(_)) => handover::hand_over(data, &operation).map_err(Stop)?,
        Err(fault @ NotYours::Unusable(..)) => return Err(Stop::because(format!("{fault}. Nothing was changed."))),
    };
    operated.map_err(|refusal| Stop::because(format!("Not done: {refusal}. Nothing was changed.")))
}

/// Whether an operation makes a school where there is none: the first account or course of one, or what an import asks before it.
fn founds(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::AddAccount { .. } | Operation::PublishCourse { .. } | Operation::KnownQuestions { .. } | Operation::MarkDemo
    )
}

/// Does several operations in one transaction, on a folder that is ours.
///
/// # Errors
/// When the store fails: then none of them was done.
pub fn do_all(folder: &DataFolder, operations: Vec<Operation>) -> Result<Vec<Operated>, Stop> {
    let failed = |fault| Stop::because(format!("Not done: {fault}. Nothing was changed."));
    let mut engine = folder.engine().map_err(failed)?;
    let work = operations.into_iter().map(Work::Operation).collect();
    let answers = engine.run(work, now()).map_err(failed)?.answers;
    let operated = answers.into_iter().map(|answer| match answer {
        Answer::Operated(operated) => operated,
        Answer::Reply(..) | Answer::Granted(_) | Answer::Done => unreachable!("an operation is answered by what became of it"),
    });
    Ok(operated.collect())
}
