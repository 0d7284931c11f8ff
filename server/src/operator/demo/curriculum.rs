//! A whole year's course for the demo school: ten chapters of six sections, each with twelve questions and the mistakes that are made in them.
//! Written as the files of our own course format, so that it is read and checked like anybody's course.

use std::fmt::Write as _;

/// Questions in a section.
const QUESTIONS: i64 = 12;

/// The titles of a chapter's sections, from the easiest to the hardest.
type Sections = [&'static str; 6];

/// A question: its text, the answer, mistakes with what to say to them, and the worked-out answer.
struct Made {
    text: String,
    answer: Value,
    mistakes: Vec<(Value, &'static str)>,
    worked: String,
}

/// An exact value: over, under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Value(i64, i64);

/// A chapter: its title, its sections, and how a question is made from the section's level (1 to 6) and the question's number (1 to 12).
struct Chapter {
    title: &'static str,
    sections: Sections,
    make: fn(level: i64, number: i64) -> Made,
}

const CHAPTERS: [Chapter; 10] = [
    Chapter {
        title: "Whole numbers",
        sections: ["Adding", "Taking away", "First times, then plus", "Brackets first", "Long sums", "Sums in words"],
        make: order_of_operations,
    },
    Chapter {
        title: "Negative numbers",
        sections: ["Below zero", "Adding below zero", "Taking away below zero", "Two minuses", "Times a negative", "Mixed"],
        make: negative,
    },
    Chapter {
        title: "Adding fractions",
        sections: ["Same denominators", "Twice the denominator", "Different denominators", "Taking away", "Larger numbers", "Mixed"],
        make: adding_fractions,
    },
    Chapter {
        title: "Multiplying fractions",
        sections: ["A part of a number", "A part of a part", "Simplify first", "Dividing", "Larger numbers", "Mixed"],
        make: multiplying_fractions,
    },
    Chapter {
        title: "Decimals",
        sections: ["Tenths", "Hundredths", "Times ten", "Times a decimal", "Dividing by ten", "Mixed"],
        make: decimals,
    },
    Chapter {
        title: "Percentages",
        sections: ["Tens of percent", "Any percent", "More than 100 %", "A rise", "A discount", "Mixed"],
        make: percentages,
    },
    Chapter { title: "Ratios", sections: ["Twice as much", "Price for one", "Recipes", "Maps", "Speed", "Mixed"], make: ratios },
    Chapter { title: "Powers", sections: ["Squares", "Cubes", "Powers of two", "Powers of ten", "Adding powers", "Mixed"], make: powers },
    Chapter {
        title: "Equations",
        sections: ["Plus something", "Times something", "Both", "Taking away", "Brackets", "Mixed"],
        make: equations,
    },
    Chapter {
        title: "Areas",
        sections: ["Rectangles", "Around a rectangle", "Triangles", "Put together", "Missing side", "Mixed"],
        make: areas,
    },
];

/// The course's files: name and text.
pub fn files() -> Vec<(String, String)> {
    let name = |index: usize| format!("chapter-{:02}.toml", index + 1);
    let names: Vec<String> = (0..CHAPTERS.len()).map(|index| format!("\"{}\"", name(index))).collect();
    let course = format!("title = \"Mathematics, the whole year\"\nchapters = [{}]\n", names.join(", "));
    let chapters = CHAPTERS.iter().enumerate().map(|(index, chapter)| (name(index), written(index + 1, chapter)));
    [("course.toml".to_owned(), course)].into_iter().chain(chapters).collect()
}

fn written(chapter_number: usize, chapter: &Chapter) -> String {
    let mut text = format!("title = \"{}\"\n", chapter.title);
    for (level, title) in (1..).zip(chapter.sections) {
        // Writing to a text cannot fail.
        _ = write!(text, "\n[[section]]\nkey = \"{chapter_number}-{level}\"\ntitle = \"{title}\"\n");
        _ = writeln!(text, "explanation = '''\nWork step by step, and look back whether the answer can be right.\n'''");
        for number in 1..=QUESTIONS {
            let Made { text: asked, answer, mistakes, worked } = (chapter.make)(level, number);
            _ = write!(
                text,
                "\n[[section.question]]\nkey = \"q{number}\"\ntext = '{asked}'\nfield = {{ number = \"{}\" }}\n",
                answer.text()
            );
            _ = writeln!(text, "worked = '{worked}'");
            let mut told: Vec<Value> = vec![answer.lowest()];
            for (value, say) in mistakes {
                if !told.contains(&value.lowest()) {
                    told.push(value.lowest());
                    _ = writeln!(text, "feedback.\"{}\" = '{say}'", value.text());
                }
            }
        }
    }
    text
}

impl Value {
    fn lowest(self) -> Self {
        let (mut a, mut b) = (self.0.abs(), self.1.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let sign = self.1.signum();
        Self(sign * self.0 / a.max(1), sign * self.1 / a.max(1))
    }

    fn text(self) -> String {
        let Self(over, under) = self.lowest();
        if under == 1 { over.to_string() } else { format!("{over}/{under}") }
    }
}

fn whole(value: i64) -> Value {
    Value(value, 1)
}

/// Two numbers that go with a question: never equal, never below 2.
fn pair(level: i64, number: i64) -> (i64, i64) {
    let a = 2 + (number * 5 + level * 3) % 11;
    let b = 3 + (number * 7 + level) % 9;
    if a == b { (a, b + 2) } else { (a, b) }
}

fn order_of_operations(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let c = level + number;
    let (text, answer) = match level {
        1 => (format!("{c} + {a}{b}"), c + 10 * a + b),
        2 => (format!("{a}{b} - {c}"), 10 * a + b - c),
        4 => (format!("({c} + {a}) \\times {b}"), (c + a) * b),
        _ => (format!("{c} + {a} \\times {b}"), c + a * b),
    };
    let mistakes = match level {
        1 => vec![(whole(answer - 10), "You forgot to carry."), (whole(answer + 10), "You carried twice.")],
        2 => vec![(whole(answer + 10), "You forgot that you borrowed a ten."), (whole(10 * a + b + c), "You added.")],
        4 => vec![(whole(c + a * b), "First what stands in brackets."), (whole(c * b + a), "The bracket is multiplied as a whole.")],
        _ => vec![(whole((c + a) * b), "First times, then plus."), (whole(c + a + b), "You added where it says times.")],
    };
    Made { worked: format!("The answer is ${answer}$."), text: format!("Calculate ${text}$."), answer: whole(answer), mistakes }
}

fn negative(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let (text, answer) = match level {
        1 => (format!("{} - {}", a.min(b), a.max(b)), a.min(b) - a.max(b)),
        2 => (format!("-{a} + {b}"), b - a),
        3 => (format!("-{a} - {b}"), -a - b),
        4 => (format!("{a} - (-{b})"), a + b),
        5 => (format!("-{a} \\times {b}"), -a * b),
        _ => (format!("-{a} - (-{b})"), b - a),
    };
    let mistakes = vec![
        (whole(-answer), "Look at the sign."),
        (whole(a - b), "Two minuses make a plus."),
        (whole(a + b), "One of them is below zero."),
    ];
    Made {
        worked: format!("On the number line one comes to ${answer}$."),
        text: format!("Calculate ${text}$."),
        answer: whole(answer),
        mistakes,
    }
}

fn adding_fractions(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let (p, q) = (1 + number % 3, 1 + (number + level) % 2);
    let (m, n) = match level {
        1 => (a + 2, a + 2),
        2 => (a, 2 * a),
        5 => (a + 6, b + 5),
        _ => (a, b),
    };
    let (sign, word) = if level == 4 || level == 6 { (-1, "-") } else { (1, "+") };
    let mistakes = vec![
        (Value(p + sign * q, (m + sign * n).max(1)), "You did the same to the denominators. First make them alike."),
        (Value(p + sign * q, m * n), "The denominator is right, but the numerators change as well."),
        (Value(p * n - sign * q * m, m * n), "Look at the sign between them."),
    ];
    Made {
        text: format!("Calculate $\\frac{{{p}}}{{{m}}} {word} \\frac{{{q}}}{{{n}}}$."),
        answer: Value(p * n + sign * q * m, m * n),
        mistakes,
        worked: format!("Write both with the denominator ${}$.", m * n),
    }
}

fn multiplying_fractions(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let (p, q) = (1 + number % 3, 2 + (number + level) % 3);
    let divides = level == 4 || (level == 6 && number % 2 == 0);
    let answer = if divides { Value(p * b, a * q) } else { Value(p * q, a * b) };
    let sign = if divides { "\\div" } else { "\\times" };
    let mistakes = vec![
        (if divides { Value(p * q, a * b) } else { Value(p * b, a * q) }, "Turn the second one over only when you divide."),
        (Value(p * b + q * a, a * b), "You added them."),
        (Value(p + q, a + b), "Multiply, do not add, what is on top and what is below."),
    ];
    Made {
        text: format!("Calculate $\\frac{{{p}}}{{{a}}} {sign} \\frac{{{q}}}{{{b}}}$."),
        answer,
        mistakes,
        worked: "Top times top, bottom times bottom; to divide, turn the second one over first.".to_owned(),
    }
}

fn decimals(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let (text, answer) = match level {
        1 => (format!("0.{} + 0.{}", a % 10, b % 10), Value(a % 10 + b % 10, 10)),
        2 => (format!("0.0{} + 0.{}", a % 10, b % 10), Value(a % 10 + 10 * (b % 10), 100)),
        3 => (format!("{a}.{} \\times 10", b % 10), Value(10 * a + b % 10, 1)),
        5 => (format!("{a}.{} \\div 10", b % 10), Value(10 * a + b % 10, 100)),
        _ => (format!("0.{} \\times 0.{}", a % 10, b % 10), Value((a % 10) * (b % 10), 100)),
    };
    let mistakes = vec![
        (Value(answer.0, answer.1 * 10), "Count the places behind the point."),
        (Value(answer.0 * 10, answer.1), "Count the places behind the point."),
        (Value(a % 10 + b % 10, 100), "Tenths are not hundredths."),
    ];
    Made { worked: "Write the places below each other.".to_owned(), text: format!("Calculate ${text}$."), answer, mistakes }
}

fn percentages(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let percent = match level {
        1 => 10 * (1 + number % 9),
        3 => 100 + 5 * a,
        _ => 5 + number * 3 % 40,
    };
    let of = 20 * b + 40;
    let part = Value(percent * of, 100);
    let (text, answer) = match level {
        4 => (format!("A price of {of} rises by {percent}%. What is it then?"), Value(100 * of + percent * of, 100)),
        5 => (format!("There is {percent}% off a price of {of}. What is it then?"), Value(100 * of - percent * of, 100)),
        _ => (format!("Calculate {percent}% of {of}."), part),
    };
    let mistakes = vec![
        (Value(of - percent, 1), "That is taking away a number, not a part."),
        (Value(of, percent), "Divide by 100, times the percentage."),
        (if level == 4 || level == 5 { part } else { Value(100 * of - percent * of, 100) }, "Was the part asked for, or what is left?"),
    ];
    Made { worked: format!("One percent of {of} is ${}$.", Value(of, 100).text()), text, answer, mistakes }
}

fn ratios(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let k = 2 + (number + level) % 4;
    Made {
        text: format!("{a} pens cost {} coins. What do {b} pens cost?", a * k),
        answer: whole(b * k),
        mistakes: vec![
            (whole(a * k + b - a), "So many pens more are not so many coins more."),
            (whole(a * b), "First find the price of one."),
            (Value(a * a * k, b), "You turned the ratio over."),
        ],
        worked: format!("One pen costs {k}, so {b} cost {}.", b * k),
    }
}

fn powers(level: i64, number: i64) -> Made {
    let base = match level {
        3 => 2,
        4 => 10,
        _ => 2 + number % 8,
    };
    let exponent = match level {
        1 => 2,
        2 => 3,
        4 => 1 + number % 6,
        _ => 2 + number % 3,
    };
    let power = base.pow(exponent as u32);
    let plus = if level >= 5 { number } else { 0 };
    let sum = if plus > 0 { format!("{plus} + {base}^{exponent}") } else { format!("{base}^{exponent}") };
    Made {
        text: format!("Calculate ${sum}$."),
        answer: whole(power + plus),
        mistakes: vec![
            (whole(base * exponent + plus), "A power is not a product of base and exponent."),
            (whole(power * base + plus), "You multiplied once too often."),
            (whole((plus + base).pow(exponent as u32)), "First the power, then plus."),
        ],
        worked: format!("Multiply {base} by itself, so that it stands there {exponent} times."),
    }
}

fn equations(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let x = 1 + (number * 3 + level) % 9;
    let (text, c) = match level {
        1 => (format!("x + {b} = {}", x + b), x + b),
        2 => (format!("{a}x = {}", a * x), a * x),
        4 => (format!("{a}x - {b} = {}", a * x - b), a * x - b),
        5 => (format!("{a}(x + {b}) = {}", a * (x + b)), a * (x + b)),
        _ => (format!("{a}x + {b} = {}", a * x + b), a * x + b),
    };
    Made {
        text: format!("Solve ${text}$. Then $x =$ [[1]]."),
        answer: whole(x),
        mistakes: vec![
            (whole(c - b), "You are not there yet: divide as well."),
            (Value(c + b, a), "Do the same on both sides: mind the sign."),
            (whole(c - a), "Times is undone by dividing."),
        ],
        worked: "Do the same on both sides until x stands alone.".to_owned(),
    }
}

fn areas(level: i64, number: i64) -> Made {
    let (a, b) = pair(level, number);
    let (text, answer) = match level {
        2 => (format!("A rectangle is {a} by {b}. How long is the way around it?"), whole(2 * (a + b))),
        3 => (format!("A triangle has a base of {a} and a height of {b}. What is its area?"), Value(a * b, 2)),
        5 => (format!("A rectangle has an area of {} and one side of {a}. How long is the other?", a * b), whole(b)),
        _ => (format!("A rectangle is {a} by {b}. What is its area?"), whole(a * b)),
    };
    Made {
        text,
        answer,
        mistakes: vec![
            (whole(a + b), "That is half the way around."),
            (whole(2 * (a + b)), "That is the way around, not the area."),
            (whole(a * b), "Is it a rectangle?"),
        ],
        worked: "Draw it and write the lengths beside the sides.".to_owned(),
    }
}
