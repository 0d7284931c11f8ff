//! Writing statistics: plain tables, aligned, for a terminal.

use super::{Sheet, remarks};
use domain::statistics::{QuestionFigures, Report};

/// The tables as text. Names stand on the left, numbers on the right of their columns.
pub(super) fn write(sheet: &Sheet, report: &Report) -> String {
    let Report { totals, reliability, questions } = report;
    let attempts = totals.n.to_string();
    let row = |name: &str, value| vec![name.to_owned(), shown(value), attempts.clone()];
    let totals = vec![
        cells(["", "value", "n"]),
        row("maximum", Some(totals.maximum)),
        row("mean", totals.mean),
        row("median", totals.median),
        row("standard deviation", totals.standard_deviation),
        row("skewness", totals.skewness),
        row("kurtosis", totals.kurtosis),
        row("internal consistency α %", reliability.alpha_percent),
        row("error ratio %", reliability.error_ratio_percent),
        row("standard error", reliability.standard_error),
        row("central moment m2", totals.m2),
        row("central moment m3", totals.m3),
        row("central moment m4", totals.m4),
        row("k-statistic k2", totals.k2),
        row("k-statistic k3", totals.k3),
        row("k-statistic k4", totals.k4),
    ];
    let table = |head: Vec<String>, row: fn(&QuestionFigures) -> Vec<String>| {
        let rows = sheet.questions.iter().zip(questions).map(|(name, figures)| [vec![name.clone()], row(figures)].concat());
        aligned(&[head].into_iter().chain(rows).collect::<Vec<_>>())
    };
    let heads = [
        cells(["", "n", "no answer", "maximum", "mean", "deviation", "facility", "full marks", "95 % from", "to"]),
        cells(["", "n", "discrimination %", "efficiency %", "intended weight %", "effective weight %", "α % without"]),
    ];
    let [marks, together] = heads;
    let mut parts = vec![
        format!("Totals\n{}", aligned(&totals)),
        format!("Questions\n{}", table(marks, marks_of)),
        format!("Questions together\n{}", table(together, together_of)),
    ];
    parts.extend(Some(remarks(sheet).join("\n")).filter(|remarks| !remarks.is_empty()));
    parts.join("\n\n")
}

fn marks_of(figures: &QuestionFigures) -> Vec<String> {
    let QuestionFigures { n, unanswered, maximum, mean, standard_deviation, facility, right, .. } = figures;
    let counts = [n, unanswered].map(usize::to_string);
    let right = [right.map(|right| right.share), right.map(|right| right.low), right.map(|right| right.high)];
    let numbers = [Some(*maximum), *mean, *standard_deviation, *facility].into_iter().chain(right);
    counts.into_iter().chain(numbers.map(shown)).collect()
}

fn together_of(figures: &QuestionFigures) -> Vec<String> {
    let QuestionFigures { discrimination, intended_weight_percent, effective_weight_percent, alpha_if_deleted_percent, .. } = figures;
    let numbers = [
        discrimination.index_percent,
        discrimination.efficiency_percent,
        *intended_weight_percent,
        *effective_weight_percent,
        *alpha_if_deleted_percent,
    ];
    [discrimination.n.to_string()].into_iter().chain(numbers.map(shown)).collect()
}

fn cells<const COUNT: usize>(words: [&str; COUNT]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// Four decimals, as many as another tool is likely to show; JSON has them all.
fn shown(value: Option<f64>) -> String {
    match value.map(|value| format!("{value:.4}")) {
        None => "none".to_owned(),
        Some(nothing) if nothing == "-0.0000" => "0.0000".to_owned(),
        Some(number) => number,
    }
}

/// Rows of equally many cells, the first column flush left, the others flush right.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let line = |row: &Vec<String>| {
        let pad = |(column, cell): (usize, &String)| match (column, widths[column]) {
            (0, width) => format!("{cell:<width$}"),
            (_, width) => format!("{cell:>width$}"),
        };
        row.iter().enumerate().map(pad).collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(|row| line(row).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
