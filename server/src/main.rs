//! The program: reads the command line, does what it says, and ends with one clear sentence if it cannot.

use clap::Parser as _;
use domain::ids::CourseId;
use server::{
    Running, ServerConfig, Stop,
    auth::{
        password::{self, rules},
        token::{hash_of, new_token},
    },
    chance,
    config::{AccountOrder, CommandLine, NoteOrder, Order, Serve, Source, TokenOrder},
    engine::{Holder, Operation},
    http::assets::has_app,
    operator::{
        backup::back_up,
        check, demo,
        events::{Which, show},
        folder::store_in,
        import::{self, Decoded, Import, gift::Known},
        operate::operate,
        restore::restore,
        statistics,
    },
    process,
};
use std::{
    env, fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};
use tracing::Level;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

fn main() -> ExitCode {
    process::close_new_files_to_others();
    let CommandLine { data, order } = CommandLine::parse();
    let done = match order {
        Order::Serve(how) => serve(data, how),
        Order::Import { source } => import(&data, source).map(|told| say(&told)),
        Order::Demo { students, months } => {
            let size = demo::Size { students: students.map(usize::from), months: months.map(u32::from) };
            demo::make(&data, size, |month| eprintln!("month {month} is over")).map(|told| say(&told))
        }
        Order::Check { file } => check(&file.unwrap_or_else(|| store_in(&data))),
        Order::Events(which) => events(&data, &which),
        Order::Backup { file } => back_up(&data, &file).map(|told| say(&told)),
        Order::Restore { file, despite_faults } => restore(&data, &file, despite_faults).map(|told| say(&told)),
        Order::Statistics { file, json, encoding } => statistics::of_file(&file, encoding.as_deref(), json).map(|told| say(&told)),
        Order::Reactor { retry } => operate(&data, Operation::Reactor { retry }).map(|told| say(&told)),
        Order::Note { order: NoteOrder::Remove { hash } } => operate(&data, Operation::RemoveNote { note: hash }).map(|told| say(&told)),
        Order::Token { order } => token(&data, order).map(|told| say(&told)),
        Order::Trail { lines } => operate(&data, Operation::Trail { limit: lines }).map(|told| say(&told)),
        Order::Account { order } => account(&data, order).map(|told| say(&told)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop(sentence)) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a line. Whoever reads may have gone, as `head` does; the work goes on.
fn say(text: &str) {
    _ = writeln!(io::stdout(), "{text}");
}

fn serve(data: PathBuf, how: Serve) -> Result<(), Stop> {
    let wanted = ["LEFTFOLD_LOG", "RUST_LOG"].into_iter().find_map(|name| env::var(name).ok()?.parse::<Targets>().ok());
    let wanted = wanted.unwrap_or_else(|| Targets::new().with_default(Level::WARN).with_target("server", Level::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines).with(wanted).init();
    process::raise_open_files();
    let config = ServerConfig {
        data,
        listen: how.listen,
        tls: how.tls_cert.zip(how.tls_key),
        behind_proxy: how.behind_proxy,
        origin: how.origin,
        new: how.new,
        minimum_build: how.minimum_build,
        limits: how.limits,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|fault| Stop::because(format!("Not started: {fault}. Nothing was changed.")))?;
    runtime.block_on(async {
        // From here on it is no reason to end.
        let hang_ups = hang_ups();
        let running = server::start(config).await?;
        say(&format!("Leftfold listens on {}", running.url));
        if !has_app() {
            eprintln!("It has no pages to show: this program was made without the app. bin/run, or bin/release, makes both.");
        }
        tokio::select! {
            () = end_asked() => {}
            () = reload_when_asked(&running, hang_ups) => {}
        }
        say("Leftfold ends; everything confirmed is on disk.");
        running.shutdown().await;
        Ok(())
    })
}

/// Waits for Ctrl-C or SIGTERM.
async fn end_asked() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            },
            Err(_) => _ = interrupted.await,
        }
    }
    #[cfg(not(unix))]
    {
        _ = interrupted.await;
    }
}

#[cfg(unix)]
type HangUps = io::Result<tokio::signal::unix::Signal>;

#[cfg(unix)]
fn hang_ups() -> HangUps {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())
}

/// Reads certificate and key again at each SIGHUP, and goes on.
#[cfg(unix)]
async fn reload_when_asked(running: &Running, hang_ups: HangUps) {
    if let Ok(mut hang_ups) = hang_ups {
        while hang_ups.recv().await.is_some() {
            match running.reload() {
                Ok(told) => tracing::info!("{told}"),
                Err(Stop(sentence)) => tracing::error!("{sentence}"),
            }
        }
    }
    std::future::pending().await
}

#[cfg(not(unix))]
type HangUps = ();

#[cfg(not(unix))]
fn hang_ups() {}

#[cfg(not(unix))]
async fn reload_when_asked(_: &Running, (): HangUps) {
    std::future::pending().await
}

/// Says what is wrong with a store, to whoever reads; how far it is, to whoever watches.
fn check(store: &Path) -> Result<(), Stop> {
    let watched = io::stderr().is_terminal();
    let mut progress = |done: u64, total: u64| {
        if watched {
            eprint!("\rchecked {done} of {total} events");
        }
    };
    let report = check::check(store, &mut progress);
    if watched {
        eprint!("\r\x1b[K");
    }
    let report = report.map_err(|fault| Stop::because(format!("Not checked: {fault} ({}).", store.display())))?;
    say(&report.to_string());
    if report.is_sound() {
        return Ok(());
    }
    Err(Stop::because(
        "This store is not sound. Nothing was changed. Keep a copy of the data folder as it is, and look for the last backup that is: \
         leftfold check FILE, then leftfold restore FILE.",
    ))
}

/// Prints events, and says beside them what is only worth knowing.
fn events(data: &Path, which: &Which) -> Result<(), Stop> {
    let mut to = io::BufWriter::new(io::stdout().lock());
    let told = show(&store_in(data), which, &mut to);
    // Whoever reads may have gone.
    _ = to.flush();
    told?.iter().for_each(|told| eprintln!("{told}"));
    Ok(())
}

fn account(data: &Path, order: AccountOrder) -> Result<String, Stop> {
    match order {
        AccountOrder::Add { login, name, role, class } => {
            let no = |fault| Stop::because(format!("No account added: {fault}."));
            let (password, role) = (read_password().map_err(no)?, role.into());
            if !demo::is_in(data) {
                rules::judge(&password, role, [login.as_str(), name.as_str()]).map_err(no)?;
            }
            let password_hash = password::hash(&password).map_err(no)?;
            operate(data, Operation::AddAccount { account: chance::account(), login, name, role, password_hash, class })
        }
        AccountOrder::Password { login } => {
            let no = |fault| Stop::because(format!("No password set: {fault}. Nothing was changed."));
            let holder = operate(data, Operation::WhoHas { login: login.clone() })?;
            let Holder { role, name } = serde_json::from_str(&holder).map_err(|fault| no(format!("the server says {holder} ({fault})")))?;
            let password = read_password().map_err(no)?;
            if !demo::is_in(data) {
                rules::judge(&password, role, [login.as_str(), name.as_str()]).map_err(no)?;
            }
            let password_hash = password::hash(&password).map_err(no)?;
            operate(data, Operation::SetPassword { login, password_hash })
        }
        AccountOrder::Rename { login, name } => operate(data, Operation::RenamePerson { login, name }),
        AccountOrder::Dismiss { login, class } => operate(data, Operation::DismissTeacher { login, class }),
        AccountOrder::Close { login } => operate(data, Operation::CloseAccount { login }),
    }
}

fn token(data: &Path, order: TokenOrder) -> Result<String, Stop> {
    match order {
        TokenOrder::Add { name, feed } => {
            let token = new_token();
            let told = operate(data, Operation::AddToken { name, feeds: feed, token_hash: hash_of(&token) })?;
            Ok(format!("{told}\n{token}\nKeep it safe: it is shown this once."))
        }
        TokenOrder::List => operate(data, Operation::ListTokens),
        TokenOrder::Remove { name } => operate(data, Operation::RemoveToken { name }),
    }
}

/// From the environment or the standard input, never from the command line, where everybody on the machine could read it.
fn read_password() -> Result<String, String> {
    if let Ok(given) = env::var("LEFTFOLD_PASSWORD") {
        return Ok(given);
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(|fault| format!("no password could be read ({fault})"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn import(data: &Path, source: Source) -> Result<String, Stop> {
    let Source::Gift { file, course, class, encoding } = source;
    let bytes =
        fs::read(&file).map_err(|fault| Stop::because(format!("Nothing imported: {} cannot be read ({fault}).", file.display())))?;
    let failed = |fault: String| Stop::because(format!("Nothing imported: {fault}"));
    let Decoded { text, told } = import::decoded(&bytes, encoding.as_deref()).map_err(failed)?;
    told.iter().for_each(|told| say(told));
    let course = course.trim();
    let id = CourseId::derived(&["gift", course]);
    let known = operate(data, Operation::KnownQuestions { course: id })?;
    let known: Vec<Known> =
        serde_json::from_str(&known).map_err(|fault| failed(format!("what the course had before is not known ({fault}).")))?;
    let Import { edition, report } = import::gift::read_again(&text, course, id, &known);
    for line in &report {
        say(&line.to_string());
    }
    let nothing = || Stop::because(format!("Nothing imported: no question of {} can be. The report above says why.", file.display()));
    let edition = Box::new(edition.ok_or_else(nothing)?.into());
    let told = operate(data, Operation::PublishCourse { edition, class })?;
    Ok(format!("{course}: {told}\n{}", import::summary(&report)))
}
