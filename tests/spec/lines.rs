//! Events as lines of JSON: nothing of what was recorded is lost or rewritten.

use domain::{
    event::{Event, Run, read_runs},
    lines::{Line, lines},
};

const ANN: &str = "AAAAAAAAAAAAAAAAAAAAAQ";
const CLASS: &str = "AAAAAAAAAAAAAAAAAAAAAg";
const UNIT: &str = "AAAAAAAAAAAAAAAAAAAAAw";

/// Spaces, the order of fields and fields that nobody knows are as some build once wrote them.
const ANSWERED: &str = r#"{ "QuestionAnsweredCorrectly" : {"question":"VJSvHxSowZk5low-ni1PeQ","ordinal":7, "inputs":["1½\n\u2028"], "of_a_later_build":1.0}}"#;
const OF_A_LATER_BUILD: &str = r#"{"DuelWon":{"against":[1,2,3]}}"#;

fn chunk() -> String {
    format!(
        r#"[{{"stream":"attempt/{ANN}/{CLASS}/{UNIT}/1","actor":"{ANN}","device":"{ANN}","events":[
            {{"v":1,"p":40,"c":1,"t":1700000000000,"r":1700000000001,"e":{ANSWERED}}},
            {{"v":2,"p":41,"c":1,"i":1,"t":1700000000000,"r":1700000000001,"e":{OF_A_LATER_BUILD}}}]}},
          {{"stream":"class/{CLASS}","actor":"{ANN}","device":"{ANN}","events":[
            {{"v":9,"p":50,"c":2,"t":1700000000000,"r":1700000000002,"e":{{"EnrolmentClosed":{{}}}}}}]}}]"#
    )
}

#[test]
fn each_event_is_one_line_with_number_and_name() {
    let chunk = chunk();
    let written = lines(12, &read_runs(&chunk).unwrap());
    assert_eq!(written.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [12, 13, 14]);
    for (_, text) in &written {
        assert!(text.ends_with('\n') && !text.trim_end_matches('\n').contains(['\n', '\r']), "one line: {text:?}");
    }
    let read: Vec<Line<'_>> = written.iter().map(|(_, text)| serde_json::from_str(text).unwrap()).collect();
    let told = |line: &Line<'_>| (line.number, line.position.0, line.version.0, line.recorded.0, line.kind.to_string());
    assert_eq!(
        read.iter().map(told).collect::<Vec<_>>(),
        [
            (12, 40, 1, 1_700_000_000_001, "QuestionAnsweredCorrectly".to_owned()),
            (13, 41, 2, 1_700_000_000_001, "DuelWon".to_owned()),
            (14, 50, 9, 1_700_000_000_002, "EnrolmentClosed".to_owned()),
        ]
    );
    assert_eq!(read[2].stream.to_string(), format!("class/{CLASS}"));
    assert_eq!(read[0].actor.to_string(), ANN);
}

#[test]
fn a_body_stands_there_byte_for_byte_as_it_was_recorded() {
    let chunk = chunk();
    let runs = read_runs(&chunk).unwrap();
    let written = lines(1, &runs);
    let bodies =
        [r#"{"question":"VJSvHxSowZk5low-ni1PeQ","ordinal":7, "inputs":["1½\n\u2028"], "of_a_later_build":1.0}"#, r#"{"against":[1,2,3]}"#];
    for ((_, text), body) in written.iter().zip(bodies) {
        assert_eq!(serde_json::from_str::<Line<'_>>(text).unwrap().body.get(), body);
    }
    // And so it is read as the same event.
    let line: Line<'_> = serde_json::from_str(&written[2].1).unwrap();
    let recorded: Vec<_> = runs.iter().flat_map(Run::recorded).collect();
    assert_eq!(Event::read(&line.stream, &format!("{{\"{}\":{}}}", line.kind, line.body)), recorded[2].event);
    assert_eq!((line.id, line.device, line.command, line.index), (recorded[2].id(), recorded[2].device, recorded[2].command, 0));
    assert!(recorded[2].event.is_known());
}
