//! Makes what a browser can load of a compiled program: the part of `wasm-bindgen` that Trunk and `bin/bench` ask for.

use std::{env, error::Error, path::PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// What is asked for.
#[derive(Default)]
struct Asked {
    input: Option<PathBuf>,
    folder: Option<PathBuf>,
    name: Option<String>,
    target: String,
    untyped: bool,
    keeps_debug: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut asked = Asked { target: "web".to_owned(), ..Asked::default() };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let (option, given) = word.split_once('=').map_or((word.as_str(), None), |(option, value)| (option, Some(value.to_owned())));
        let mut value = || given.clone().or_else(|| words.next()).ok_or(format!("{option} wants a value"));
        match option {
            "--version" => {
                println!("wasm-bindgen {}", env!("CARGO_PKG_VERSION"));
                return Ok(());
            }
            "--target" => asked.target = value()?,
            "--out-dir" => asked.folder = Some(value()?.into()),
            "--out-name" => asked.name = Some(value()?),
            "--no-typescript" => asked.untyped = true,
            "--keep-debug" => asked.keeps_debug = true,
            option if option.starts_with('-') => return Err(format!("{option} is not known here: see bin/bindgen").into()),
            _ => asked.input = Some(word.into()),
        }
    }
    make(asked)
}

fn make(asked: Asked) -> Result<(), Box<dyn Error>> {
    let mut bindgen = Bindgen::new();
    match asked.target.as_str() {
        "web" => bindgen.web(true)?,
        "no-modules" => bindgen.no_modules(true)?,
        "nodejs" => bindgen.nodejs(true)?,
        other => return Err(format!("the target {other} is not known here: see bin/bindgen").into()),
    };
    bindgen.input_path(asked.input.ok_or("the compiled program is not named")?).typescript(!asked.untyped).keep_debug(asked.keeps_debug);
    if let Some(name) = asked.name {
        bindgen.out_name(&name);
    }
    Ok(bindgen.generate(asked.folder.ok_or("--out-dir is not given")?)?)
}
