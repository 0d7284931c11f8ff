//! Rich text: nothing that runs, loads or leads astray gets through, and formulas become MathML.

use domain::content::Html;
use server::operator::import::rich::{self, Format, Setting};

/// What attackers have tried on sanitisers.
pub const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' alt='\"><script>alert(1)</script>'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text y=20>x</text></a></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript&colon;alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"/api/accounts\" onclick=alert(1)>x</a>",
    "<a href=\"https://x.example/\" target=_blank style=\"position:fixed;inset:0\" class=button id=sync>x</a>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<embed src=x.swf>",
    "<link rel=stylesheet href=//x.example/x.css>",
    "<style>@import url(//x.example/x.css);</style>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<base href=//x.example/>",
    "<meta http-equiv=refresh content=\"0;url=//x.example\">",
    "<form action=//x.example><input name=password><button formaction=javascript:alert(1)>x</button></form>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<p title='</p><script>alert(1)</script>'>x</p>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<xmp><p title=\"</xmp><script>alert(1)</script>\">",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "\"><script>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<table background=javascript:alert(1)><td background=x>x</td></table>",
    "$<script>alert(1)</script>$",
    "$x</math><script>alert(1)</script>$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "\\(\\href{javascript:alert(1)}{x}\\)",
    "$$\\color{red\\\" onmouseover=\\\"alert(1)}{x}$$",
    "$\\textcolor{#ff0000}{x}$",
    "[x](javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "![x](https://x.example/pixel.png)",
    "![x](javascript:alert(1) \"t\")",
    "<javascript:alert(1)>",
    "`<script>alert(1)</script>`",
    "\u{e000}0\u{e000}<script>alert(1)</script>\u{e000}",
];

const FORMATS: [Format; 4] = [Format::Plain, Format::Moodle, Format::Markdown, Format::Html];

/// Fails unless every tag is one that we mean to let through, with attributes that we mean to let through.
#[track_caller]
pub fn assert_harmless(source: &str, Html(html): &Html) {
    const ELEMENTS: &str = " a abbr address article aside b bdi bdo blockquote br caption center cite code dd del details dfn div dl dt em \
        figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li mark ol p pre q rp rt ruby s samp section small span strike strong \
        sub summary sup table tbody td tfoot th thead tr tt u ul var wbr \
        math mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext \
        mtr munder munderover none ";
    const ATTRIBUTES: &str = " aria-label href rel lang dir start colspan rowspan scope accent accentunder depth display displaystyle height largeop \
        linethickness lspace mathvariant maxsize minsize movablelimits rspace scriptlevel stretchy symmetric voffset width ";
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('/').unwrap_or(rest);
        let name_end = rest.find([' ', '>']).unwrap_or_else(|| panic!("{source}: an open tag in {html}"));
        assert!(ELEMENTS.contains(&format!(" {} ", &rest[..name_end])), "{source}: <{}> in {html}", &rest[..name_end]);
        rest = &rest[name_end..];
        while let Some(attribute) = rest.strip_prefix(' ') {
            let (name, after) = attribute.split_once("=\"").unwrap_or_else(|| panic!("{source}: a bare attribute in {html}"));
            let (value, after) = after.split_once('"').unwrap_or_else(|| panic!("{source}: an open attribute in {html}"));
            assert!(ATTRIBUTES.contains(&format!(" {name} ")), "{source}: {name} in {html}");
            if name == "href" {
                assert!(["http://", "https://", "mailto:"].iter().any(|scheme| value.starts_with(scheme)), "{source}: {value} in {html}");
                assert!(
                    after.starts_with(" rel=\"noopener noreferrer nofollow\"") || html.contains("rel=\"noopener noreferrer nofollow\"")
                );
            }
            rest = after;
        }
        rest = rest.strip_prefix('>').unwrap_or_else(|| panic!("{source}: a tag that does not end in {html}"));
    }
}

#[test]
fn nothing_harmful_gets_through_in_any_format_or_place() {
    for payload in PAYLOADS {
        for format in FORMATS {
            for place in [Setting::Block, Setting::Inline] {
                let html = rich::read(payload, format, place).html;
                assert_harmless(payload, &html);
                // What a browser would make of it is what we checked: reading it again changes nothing.
                if !html.0.contains("<math") && !html.0.contains('$') && !html.0.contains("\\(") {
                    assert_eq!(rich::read(&html.0, Format::Html, place).html, html, "{payload} as {format:?}, {place:?}");
                }
            }
        }
    }
}

#[test]
fn payloads_within_questions_are_harmless_too() {
    for payload in PAYLOADS {
        let payload: String = payload
            .chars()
            .flat_map(|c| {
                if "~=#{}:\\".contains(c) {
                    vec!['\\', c]
                } else if c == '\n' {
                    vec!['\\', 'n']
                } else {
                    vec![c]
                }
            })
            .collect();
        for format in ["", "[html]", "[markdown]", "[plain]", "[moodle]"] {
            let text = format!("{format}Say {payload} so {{=x{payload}#{payload} ~y####{payload}}} now");
            let (question, key, _) = super::one(&text);
            let stored = serde_json::to_value((&question, &key)).expect("content serialises");
            each_string(&stored, &mut |html| assert_harmless(&text, &Html(html.to_owned())));
        }
    }
}

fn each_string(value: &serde_json::Value, check: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => check(text),
        serde_json::Value::Array(all) => all.iter().for_each(|value| each_string(value, check)),
        serde_json::Value::Object(all) => all.values().for_each(|value| each_string(value, check)),
        _ => {}
    }
}

#[test]
fn what_is_harmless_stays() {
    for (format, source, html) in [
        (Format::Html, "<p>a <b>b</b> <sub>2</sub></p>", "<p>a <b>b</b> <sub>2</sub></p>"),
        (Format::Html, "<ol start=3><li lang=nl>a</ol>", "<ol start=\"3\"><li lang=\"nl\">a</li></ol>"),
        (
            Format::Html,
            "<a href='https://x.example/?a&b'>x</a>",
            "<a href=\"https://x.example/?a&amp;b\" rel=\"noopener noreferrer nofollow\">x</a>",
        ),
        (Format::Markdown, "a **b** `c`", "<p>a <strong>b</strong> <code>c</code></p>"),
        (Format::Markdown, "a <u>b</u>", "<p>a <u>b</u></p>"),
        (Format::Plain, "a\nb\n\nc & <d>", "<p>a<br>b</p><p>c &amp; &lt;d&gt;</p>"),
        (Format::Moodle, "if 3<x and x<b>y</b>", "<p>if 3&lt;x and x<b>y</b></p>"),
        (Format::Moodle, "<p>a\nb</p>", "<p>a\nb</p>"),
        (Format::Html, "<img src=x alt='A &lt;cat>'>", "[A &lt;cat&gt;]"),
    ] {
        assert_eq!(rich::read(source, format, Setting::Block).html.0, html, "{source}");
    }
}

#[test]
fn a_line_has_no_blocks() {
    for (source, html) in [
        ("<p>a</p><p>b</p>", "a<br>b"),
        ("<p>a<br></p>", "a"),
        ("<ul><li>a</li>\n<li><b>b</b></li></ul>", "a<br><b>b</b>"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        (" a <i>b</i> ", "a <i>b</i>"),
    ] {
        assert_eq!(rich::html_inline(source).0, html, "{source}");
    }
    assert_eq!(rich::markdown_inline("a *b*").0, "a <em>b</em>");
    assert_eq!(rich::plain_inline("a\nb").0, "a<br>b");
}

#[test]
fn formulas_become_mathml_in_every_format() {
    for format in FORMATS {
        for source in ["so $x^2$.", "so \\(x^2\\).", "so $$x^2$$.", "so \\[x^2\\]."] {
            let read = rich::read(source, format, Setting::Inline);
            let display = if source.contains("$$") || source.contains("\\[") { "block" } else { "inline" };
            assert_eq!(
                read.html.0,
                format!("so <math aria-label=\"x^2\" display=\"{display}\"><msup><mi>x</mi><mn>2</mn></msup></math>."),
                "{source} as {format:?}"
            );
            assert!(read.remarks.is_empty());
        }
        assert!(rich::read("$a < b$", format, Setting::Block).html.0.contains("<mo>&lt;</mo>"), "{format:?}");
    }
}

/// The text's own space stands before the link of a chain and beside a gap: a sign at the edge of its formula brings none.
#[test]
fn a_sign_at_the_edge_of_a_formula_has_no_room_outside() {
    let (tight, open) = ("<mo lspace=\"0em\">=</mo>", "<mo>=</mo>");
    let signs = |latex: &str| {
        let html = rich::plain(&format!(r"\({latex}\)")).0;
        let begins: Vec<usize> = html.match_indices("<mo").map(|(at, _)| at).collect();
        begins.iter().map(|at| html[*at..].split_inclusive("</mo>").next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        signs(r"2 + 3 \times 4 = 2 + 12 = 14")[2..],
        [tight, "<mo>+</mo>", tight],
        "a chain is several formulas with spaces between"
    );
    assert_eq!(signs("x=14"), [open]);
    assert_eq!(signs("=14"), [tight]);
    assert_eq!(signs("4=")[..], ["<mo rspace=\"0em\">=</mo>"]);
    assert_eq!(signs("="), ["<mo lspace=\"0em\" rspace=\"0em\">=</mo>"]);
    assert_eq!(signs(r"\sqrt{4}=").last().map(String::as_str), Some("<mo rspace=\"0em\">=</mo>"));
    let brackets = rich::plain(r"\((1)\)").0;
    assert!(brackets.contains("<mo") && !brackets.contains("space"), "brackets have no room anyway: {brackets}");
}

#[test]
fn school_maths_is_read() {
    for latex in [
        r"\frac{1}{2}",
        r"1\frac{3}{4}",
        r"\sqrt{2}",
        r"\sqrt[3]{x}",
        r"x_1^2",
        r"\left(\frac{a}{b}\right)^n",
        r"2 \times 3 \div 4 \cdot 5",
        r"\pi r^2",
        r"30^\circ",
        r"a \le b \ne c \approx d",
        r"\begin{cases} x & x > 0 \\ -x & x \le 0 \end{cases}",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        r"\sum_{i=1}^{n} i",
        r"\int_0^1 x\,dx",
        r"\text{area} = l \times w",
        r"\overline{AB}",
        r"\vec{v}",
        r"\sin x",
        r"\log_2 8",
        r"50\%",
        r"\mathbb{R}",
        r"\binom{n}{k}",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
    ] {
        let read = rich::read(&format!("${latex}$"), Format::Plain, Setting::Inline);
        assert!(read.html.0.starts_with("<math") && read.remarks.is_empty(), "{latex}: {read:?}");
        assert_harmless(latex, &read.html);
    }
}

#[test]
fn prices_are_not_formulas() {
    for text in ["costs $5 and $6", "is $5-$6 more", "$ 5 $", "US$5 or A$7", "just $", "$$", "$$$$", "5$", "\\(", "\\(\\)"] {
        for format in [Format::Plain, Format::Moodle, Format::Html] {
            assert_eq!(rich::words(&rich::read(text, format, Setting::Inline).html), text, "{format:?}");
        }
        assert!(!rich::markdown(text).0.contains("<math"), "{text}");
    }
    assert_eq!(rich::markdown(r"\$5\$").0, "<p>$5$</p>");
    assert_eq!(rich::markdown("`$x$` and `\\(x\\)`").0, "<p><code>$x$</code> and <code>\\(x\\)</code></p>");
    assert_eq!(rich::html("<code>$x$</code>").0, "<code>$x$</code>");
}

#[test]
fn a_formula_that_cannot_be_read_stays_as_it_was_written() {
    for latex in [r"\frac{1}", r"\nosuchcommand", r"\def\a{\a\a}\a", r"\newcommand{\a}{\a\a}\a", r"\left( x"] {
        for format in FORMATS {
            let read = rich::read(&format!("${latex}$"), format, Setting::Inline);
            assert_eq!(read.html.0, format!("<code>{latex}</code>"), "{format:?}");
            assert_eq!(read.remarks.len(), 1, "{latex}: {:?}", read.remarks);
        }
    }
    let deep = format!("${}x{}$", "{".repeat(900), "}".repeat(900));
    assert!(rich::plain(&deep).0.contains("<code>"));
    assert!(rich::plain(&format!("${}$", "\\sqrt".repeat(390))).0.contains("<code>"));
}

#[test]
fn tangled_html_is_read_in_good_time() {
    for piece in
        ["<b>", "<div>", "<b><p>", "<a><b><i>", "<table><tr><td>", "<ul><li>", "$", "\\(", "> ", "<svg>", "[", "*a", "<b lang=a><p>", "&"]
    {
        let text = piece.repeat(20_000 / piece.len());
        for format in FORMATS {
            let html = rich::read(&text, format, Setting::Block).html;
            assert!(html.0.len() < 4_000_000, "{piece}: {}", html.0.len());
        }
    }
    for piece in [
        r"\frac",
        r"\hat",
        r"\mathbf",
        r"\overline",
        r"\binom",
        r"\not",
        r"\sqrt[2]",
        "^",
        "_",
        "'",
        r"\left(",
        r"\\",
        "%",
        "&",
        r"\mathop",
    ] {
        let latex = piece.repeat(1_990 / piece.len());
        assert_harmless(piece, &rich::plain(&format!(r"\({latex} \)")));
    }
    let text: String = (0..1_000).map(|n| format!("<b lang=l{n}><p>")).collect();
    assert!(rich::html(&text).0.len() < 1_000_000);
}

#[test]
fn a_formula_has_a_name_for_those_who_do_not_see_it() {
    let table = [
        (r"\frac{7}{12}", "7/12"),
        (r"\frac{a+b}{2}", "(a + b)/2"),
        ("x^2", "x^2"),
        ("x_{10}", "x_10"),
        (r"\sqrt{16} = 4", "√(16) = 4"),
        (r"3 \times 4", "3 × 4"),
        ("a < b", "a &lt; b"),
    ];
    for (latex, name) in table {
        let html = rich::markdown(&format!("${latex}$")).0;
        assert!(html.contains(&format!("<math aria-label=\"{name}\"")), "{latex}: {html}");
    }
}
