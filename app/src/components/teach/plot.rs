//! Plots, drawn by the app: bars, points and a line with its intervals. The table beside a plot holds the same numbers; who cannot see a plot
//! is told what it shows, and where.

use leptos::prelude::*;

/// The drawing's own units; a sheet of style says how large they are.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;
/// About so many marks on an axis.
const MARKS: f64 = 5.0;

/// A plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// What it is of.
    pub title: String,
    /// What there is to see, in a sentence or two.
    pub description: String,
    /// From left to right.
    pub x: Axis,
    /// From bottom to top.
    pub y: Axis,
    /// What is drawn.
    pub shape: Shape,
}

/// A direction of a plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit.
    pub name: String,
    /// Where it begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// Values with what is written beside them.
    pub marks: Vec<(f64, String)>,
}

/// What a plot shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// How many of each: from, to, how many.
    Bars(Vec<(f64, f64, f64)>),
    /// Single ones, each with its name.
    Points(Vec<(f64, f64, String)>),
    /// One after another: where, how much, and between which two it probably is.
    Line(Vec<(f64, f64, (f64, f64))>),
}

impl Axis {
    /// An axis with round numbers on it.
    pub fn round(name: &str, low: f64, high: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        let rough = (high - low) / MARKS;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= rough).unwrap_or(rough);
        let first = (low / step).ceil() as i64;
        let last = (high / step).floor() as i64;
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let mark = |place: i64| (place as f64 * step, format!("{:.decimals$}", place as f64 * step).replace('-', "\u{2212}"));
        Self { name: name.to_owned(), low, high, marks: (first..=last).map(mark).collect() }
    }

    /// From nothing to all, in percent.
    pub fn percent(name: &str) -> Self {
        let mark = |quarter: i32| (f64::from(quarter) / 4.0, format!("{}%", quarter * 25));
        Self { name: name.to_owned(), low: 0.0, high: 1.0, marks: (0..=4).map(mark).collect() }
    }

    /// Where a value is, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

impl Drawing {
    fn across(&self, value: f64) -> f64 {
        LEFT + self.x.place(value) * (WIDTH - LEFT - RIGHT)
    }

    fn up(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.y.place(value) * (HEIGHT - TOP - BOTTOM)
    }
}

/// The plot.
#[component]
pub fn Plot(
    /// Names its parts; no other plot of the page has it.
    id: &'static str,
    #[prop(into)] drawing: Signal<Drawing>,
) -> impl IntoView {
    let (title, description) = (format!("{id}-title"), format!("{id}-description"));
    let (labelled, described) = (title.clone(), description.clone());
    view! {
        <figure class="plot">
            <figcaption aria-hidden="true">{move || drawing.with(|drawing| drawing.title.clone())}</figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-labelledby=labelled aria-describedby=described>
                <title id=title>{move || drawing.with(|drawing| drawing.title.clone())}</title>
                <desc id=description>{move || drawing.with(|drawing| drawing.description.clone())}</desc>
                {move || drawing.with(axes)}
                {move || drawing.with(shape)}
            </svg>
        </figure>
    }
}

fn axes(drawing: &Drawing) -> impl IntoView + use<> {
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    let below = drawing.x.marks.iter().map(|(value, words)| {
        let x = drawing.across(*value);
        view! {
            <line x1=x x2=x y1=bottom y2=bottom + 4.0/>
            <text x=x y=bottom + 16.0 text-anchor="middle">{words.clone()}</text>
        }
    });
    let beside = drawing.y.marks.iter().map(|(value, words)| {
        let y = drawing.up(*value);
        view! {
            <line class="plot-grid" x1=LEFT x2=right y1=y y2=y/>
            <text x=LEFT - 6.0 y=y + 4.0 text-anchor="end">{words.clone()}</text>
        }
    });
    let middle = (TOP + bottom) / 2.0;
    view! {
        <g class="plot-axes">
            {below.collect_view()}
            {beside.collect_view()}
            <line x1=LEFT x2=right y1=bottom y2=bottom/>
            <text x=(LEFT + right) / 2.0 y=HEIGHT - 8.0 text-anchor="middle">{drawing.x.name.clone()}</text>
            <text x=12 y=middle text-anchor="middle" transform=format!("rotate(-90 12 {middle})")>{drawing.y.name.clone()}</text>
        </g>
    }
}

fn shape(drawing: &Drawing) -> AnyView {
    match &drawing.shape {
        Shape::Bars(bars) => {
            let bar = |(from, to, value): &(f64, f64, f64)| {
                let (x, y) = (drawing.across(*from), drawing.up(*value));
                let width = (drawing.across(*to) - x - 1.0).max(1.0);
                view! { <rect x=x y=y width=width height=HEIGHT - BOTTOM - y/> }
            };
            view! { <g class="plot-bars">{bars.iter().map(bar).collect_view()}</g> }.into_any()
        }
        Shape::Points(points) => {
            let point = |(x, y, name): &(f64, f64, String)| {
                let (x, y) = (drawing.across(*x), drawing.up(*y));
                view! {
                    <circle cx=x cy=y r="4"/>
                    <text x=x + 6.0 y=y - 4.0>{name.clone()}</text>
                }
            };
            view! { <g class="plot-points">{points.iter().map(point).collect_view()}</g> }.into_any()
        }
        Shape::Line(points) => {
            let path: Vec<String> = points.iter().map(|(x, y, _)| format!("{:.1},{:.1}", drawing.across(*x), drawing.up(*y))).collect();
            let point = |(x, y, (low, high)): &(f64, f64, (f64, f64))| {
                let (x, y) = (drawing.across(*x), drawing.up(*y));
                view! {
                    <line x1=x x2=x y1=drawing.up(*low) y2=drawing.up(*high)/>
                    <circle cx=x cy=y r="3.5"/>
                }
            };
            view! {
                <g class="plot-line">
                    <polyline points=path.join(" ")/>
                    {points.iter().map(point).collect_view()}
                </g>
            }
            .into_any()
        }
    }
}
