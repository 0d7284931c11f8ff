//! Puts the built app into the server: every file with its compressed forms, its type and its fingerprint, as one table.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Where the service worker wants the list of everybody's files, of the teachers', and the build's name.
const PRECACHE_MARK: &str = "/*PRECACHE*/[]";
const ROOM_MARK: &str = "/*PRECACHE_ROOM*/[]";
const BUILD_MARK: &str = "/*BUILD*/\"\"";
/// And those that it keeps as soon as somebody wants them, in groups by how they begin: what teachers alone need, students do not load, and
/// nobody the typeface of formulas before there is a formula.
const LATER_MARK: &str = "/*LATER*/[]";
const LATER: [&str; 2] = ["/spreadsheet", "/fonts/noto-sans-math"];

/// The page of everybody, and the one of teachers.
const INDEX: &str = "/index.html";
const ROOM: &str = "/teach.html";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-env-changed=LEFTFOLD_DIST");
    println!("cargo:rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let dist = env::var("LEFTFOLD_DIST").map_or_else(|_| root.join("../dist"), |given| root.join("..").join(given));
    // A folder that is not there would have cargo run this again at every build. Where it cannot be made, that is all that happens.
    _ = fs::create_dir_all(&dist);
    println!("cargo:rerun-if-changed={}", dist.display());

    let mut files = BTreeMap::new();
    collect(&dist, &dist, &mut files)?;
    let build = build_id(&files);
    if let Some(worker) = files.remove("/sw.js") {
        let worker = complete_worker(&String::from_utf8(worker)?, &files, &build);
        files.insert("/sw.js".to_owned(), worker.into_bytes());
    }
    let scripts: Vec<String> = [INDEX, ROOM].iter().flat_map(|page| inline_scripts(&page_of(&files, page))).collect();
    let table = table(&files, &scripts)?;
    fs::write(out_dir()?.join("assets_table.rs"), table)?;
    Ok(())
}

fn out_dir() -> Result<PathBuf, env::VarError> {
    env::var("OUT_DIR").map(PathBuf::from)
}

/// Reads all files under a folder, by the path they are asked for.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Box<dyn Error>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Some(name) = path.strip_prefix(root)?.to_str().filter(|name| !name.starts_with('.')) {
            files.insert(format!("/{}", name.replace('\\', "/")), fs::read(&path)?);
        }
    }
    Ok(())
}

fn build_id(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut all = Sha256::new();
    for (path, bytes) in files {
        all.update(path.as_bytes());
        all.update(Sha256::digest(bytes));
    }
    hex(&all.finalize())
}

/// The first 16 hexadecimal digits.
fn hex(digest: &[u8]) -> String {
    digest[..8].iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

fn page_of(files: &BTreeMap<String, Vec<u8>>, page: &str) -> String {
    files.get(page).map_or(String::new(), |bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn complete_worker(worker: &str, files: &BTreeMap<String, Vec<u8>>, build: &str) -> String {
    let (index, room) = (page_of(files, INDEX), page_of(files, ROOM));
    // What only the teachers' page names, and that page itself.
    let is_rooms = |path: &str| path == ROOM || (room.contains(path) && !index.contains(path));
    let list = |wanted: &dyn Fn(&str) -> bool| {
        let names = files.keys().filter(|path| wanted(path)).map(|path| if path == INDEX { "/" } else { path });
        format!("[{}]", names.map(|path| format!("{path:?}")).collect::<Vec<_>>().join(","))
    };
    let is_later = |path: &str| LATER.iter().any(|beginning| path.starts_with(beginning));
    let worker = worker.replace(PRECACHE_MARK, &list(&|path| !is_rooms(path) && !is_later(path)));
    let worker = worker.replace(ROOM_MARK, &list(&|path| is_rooms(path) && !is_later(path)));
    let groups = LATER.map(|beginning| list(&|path| path.starts_with(beginning)));
    worker.replace(LATER_MARK, &format!("[{}]", groups.join(","))).replace(BUILD_MARK, &format!("{build:?}"))
}

/// The SHA-256 of each inline script, as a content security policy names it.
fn inline_scripts(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let Some(open) = rest[start..].find('>') else { break };
        let (tag, after) = rest[start..].split_at(open + 1);
        let Some(end) = after.find("</script>") else { break };
        let body = &after[..end];
        if !tag.contains(" src=") && !body.is_empty() {
            hashes.push(format!("sha256-{}", STANDARD.encode(Sha256::digest(body))));
        }
        rest = &after[end..];
    }
    hashes
}

fn table(files: &BTreeMap<String, Vec<u8>>, scripts: &[String]) -> Result<String, Box<dyn Error>> {
    let out = out_dir()?;
    let mut text = String::from("static FILES: &[File] = &[\n");
    for (index, (path, bytes)) in files.iter().enumerate() {
        let kind = kind(path);
        let stored = format!("asset{index}");
        fs::write(out.join(&stored), bytes)?;
        let include = |name: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))");
        let compressed = |suffix: &str, packed: Vec<u8>| -> Result<String, Box<dyn Error>> {
            if !is_compressible(kind) || packed.len() >= bytes.len() {
                return Ok("None".to_owned());
            }
            let name = format!("{stored}.{suffix}");
            fs::write(out.join(&name), packed)?;
            Ok(format!("Some({})", include(&name)))
        };
        let (brotli, gzip) = if is_compressible(kind) { (brotli(bytes)?, gzip(bytes)?) } else { (Vec::new(), Vec::new()) };
        writeln!(
            text,
            "File {{ path: {path:?}, kind: {kind:?}, etag: {:?}, hashed: {}, plain: {}, brotli: {}, gzip: {} }},",
            format!("\"{}\"", hex(&Sha256::digest(bytes))),
            is_hashed(path),
            include(&stored),
            compressed("br", brotli)?,
            compressed("gz", gzip)?,
        )?;
    }
    writeln!(text, "];\nstatic INLINE_SCRIPTS: &[&str] = &{scripts:?};")?;
    Ok(text)
}

/// Whether the name carries a fingerprint, as Trunk gives it: `…-0123456789abcdef.js`, `…-0123456789abcdef_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, _)) = name.split_once('.') else { return false };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let Some((_, print)) = stem.rsplit_once('-') else { return false };
    print.len() == 16 && print.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn is_compressible(kind: &str) -> bool {
    kind.starts_with("text/") || kind.starts_with("application/") || kind == "image/svg+xml"
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let quality = if env::var("PROFILE").is_ok_and(|profile| profile == "release") { 11 } else { 5 };
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}
