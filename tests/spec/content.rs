//! A course's paper: its units, whatever their kind, and how they are asked for.

use domain::content::{Paper, Rule, Unit};
use model::school::{self, question_id, unit};
use std::collections::BTreeSet;

fn paper() -> Paper {
    let edition = school::edition_ref("section", 1);
    school::LIBRARY.paper(edition.paper).expect("it is at hand").as_ref().clone()
}

#[test]
fn a_paper_has_its_units_in_order_and_by_identifier() {
    let paper = paper();
    let told: Vec<_> = paper.units().map(|unit| (unit.id(), unit.title(), unit.rule(), unit.questions().len())).collect();
    let expected = school::UNITS.map(|(name, count, rule)| (unit(name), name, rule, count));
    assert_eq!(told, expected);
    for one in paper.units() {
        assert_eq!(paper.unit(one.id()), Some(one));
        assert_eq!(one.question(one.questions()[0].id), Some(&one.questions()[0]));
    }
    assert_eq!(paper.unit(unit("of another course")), None);
    assert_eq!(paper.unit(unit("drill")).and_then(|drill| drill.question(question_id("section", 1))), None, "that is another unit's");
}

#[test]
fn each_unit_is_one_of_a_chapters() {
    let paper = paper();
    let by_chapter: Vec<Unit<'_>> = paper.chapters.iter().flat_map(|chapter| chapter.units()).collect();
    assert_eq!(by_chapter, paper.units().collect::<Vec<_>>());
    let distinct: BTreeSet<_> = by_chapter.iter().map(|unit| unit.id()).collect();
    assert_eq!(distinct.len(), by_chapter.len());
}

/// As it was published before units were asked for by a type of their own.
#[test]
fn a_paper_that_is_stored_reads_as_ever() {
    let stored = r#"{"course":"AAAAAAAAAAAAAAAAAAAAAA","title":"Counting","decimal_comma":true,"chapters":[{"title":"One","sections":[
        {"id":"AAAAAAAAAAAAAAAAAAAAAQ","title":"Up","rule":{"SectionTest":{"streak":5,"stumble":3}},"explanation":"<p>Up.</p>","questions":[]},
        {"id":"AAAAAAAAAAAAAAAAAAAAAg","title":"Down","rule":{"Drill":{"streak":3}},"questions":[]}]}]}"#;
    let paper: Paper = serde_json::from_str(stored).expect("it reads");
    let told: Vec<_> = paper.units().map(|unit| (unit.title(), unit.rule(), unit.explanation().map(|html| html.0.as_str()))).collect();
    assert_eq!(told, [("Up", Rule::SECTION_TEST, Some("<p>Up.</p>")), ("Down", Rule::DRILL, None)]);
    let compact: String = stored.lines().map(str::trim_start).collect();
    assert_eq!(serde_json::to_string(&paper).expect("it is written"), compact, "and is written as it was");
}
