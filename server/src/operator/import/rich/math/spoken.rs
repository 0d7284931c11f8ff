//! What a formula is called where it cannot be seen as one: in a field's or a choice's accessible name.

use super::super::markup::{Token, tokens, unescaped};

/// An element of MathML, or a text in one.
enum Node {
    Element(String, Vec<Node>),
    Text(String),
}

/// A formula on one line: `7/12`, `x^2`, `√(a + b)`. The MathML is well-formed.
pub(super) fn spoken(mathml: &str) -> String {
    let mut open: Vec<(String, Vec<Node>)> = vec![(String::new(), Vec::new())];
    for token in tokens(mathml) {
        match token {
            Token::Text(text) => add(&mut open, Node::Text(unescaped(text))),
            Token::Tag(tag) if tag.closes => {
                if let Some((name, children)) = open.pop() {
                    add(&mut open, Node::Element(name, children));
                }
            }
            Token::Tag(tag) => open.push((tag.name.to_owned(), Vec::new())),
        }
    }
    let said = open.pop().map(|(_, nodes)| row(&nodes)).unwrap_or_default();
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add(open: &mut [(String, Vec<Node>)], node: Node) {
    if let Some((_, children)) = open.last_mut() {
        children.push(node);
    }
}

fn row(nodes: &[Node]) -> String {
    nodes.iter().map(say).collect()
}

fn say(node: &Node) -> String {
    let (name, children) = match node {
        Node::Text(text) => return text.clone(),
        Node::Element(name, children) => (name.as_str(), children.as_slice()),
    };
    match (name, children) {
        ("mfrac", [over, under]) => format!("{}/{}", grouped(over), grouped(under)),
        ("msup" | "mover", [base, above]) => format!("{}^{}", grouped(base), grouped(above)),
        ("msub" | "munder", [base, below]) => format!("{}_{}", grouped(base), grouped(below)),
        ("msubsup" | "munderover", [base, below, above]) => format!("{}_{}^{}", grouped(base), grouped(below), grouped(above)),
        ("msqrt", inside) => format!("√({})", row(inside)),
        ("mroot", [inside, root]) => format!("{}√({})", grouped(root), say(inside)),
        ("mo", inside) => operator(&row(inside)),
        ("mspace", _) => " ".to_owned(),
        ("mtr", cells) => format!("{}; ", cells.iter().map(say).collect::<Vec<_>>().join(", ")),
        ("mphantom", _) => String::new(),
        (_, inside) => row(inside),
    }
}

/// In brackets, if it is more than one number or name.
fn grouped(node: &Node) -> String {
    let said = say(node);
    let said = said.trim();
    if said.chars().all(char::is_alphanumeric) { said.to_owned() } else { format!("({said})") }
}

/// Signs between two things have room around them.
fn operator(sign: &str) -> String {
    match sign.trim() {
        "" | "\u{2061}" | "\u{2062}" | "\u{2063}" | "\u{2064}" => String::new(),
        sign @ ("(" | ")" | "[" | "]" | "{" | "}" | "|" | "," | "." | "°" | "%" | "!" | "′") => sign.to_owned(),
        sign => format!(" {sign} "),
    }
}
