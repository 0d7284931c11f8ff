//! What the process asks of the system: as many open files as it may have, and no rights for others on the files that it makes.

/// Raises the number of files that may be open at once to the most that the system allows, since every connection is one. Says how many that
/// is; none if the system sets no limit, or tells of none.
#[cfg(unix)]
pub fn raise_open_files() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // Where it is refused, the server has room for fewer connections.
        _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
    open_files_max()
}

/// How many files may be open at once; none if the system sets no limit, or tells of none.
#[cfg(unix)]
pub fn open_files_max() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

/// How much memory is resident, in bytes; none if the system does not say.
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// From now on nobody but the owner has rights on what is made: names and password hashes are in it.
#[cfg(unix)]
pub fn close_new_files_to_others() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub fn raise_open_files() -> Option<u64> {
    None
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub fn open_files_max() -> Option<u64> {
    None
}

/// Other systems have no such rights.
#[cfg(not(unix))]
pub fn close_new_files_to_others() {}
