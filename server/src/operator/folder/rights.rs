//! Who may read the data folder: its owner. Names and password hashes are in it.

use std::{io, path::Path};

/// The names of files that the program makes in it, or how they begin.
const OWN: [&str; 3] = ["leftfold.sqlite", "lock", "handover.json"];
/// What an empty disk has.
const EMPTY_DISK: &str = "lost+found";

/// Closes the folder and its files to others. Says so if they were open.
///
/// # Errors
/// When it cannot be closed, or holds other things than a school and had better not be.
#[cfg(unix)]
pub(super) fn close_to_others(folder: &Path) -> io::Result<Option<String>> {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt as _,
    };
    let mode_of = |path: &Path| fs::metadata(path).map(|about| about.permissions().mode());
    let mode = mode_of(folder)?;
    let names: Vec<_> = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<_, _>>()?;
    let is_own = |name: &std::ffi::OsString| name.to_str().is_some_and(|name| OWN.iter().any(|own| name.starts_with(own)));
    let mut open = Vec::new();
    if mode & 0o077 != 0 {
        let is_ours = names.iter().any(is_own) || names.iter().all(|name| name == EMPTY_DISK);
        if mode & 0o1000 != 0 || !is_ours {
            return Err(io::Error::other(
                "others may read it, and it holds other things than a school; name a folder of the school's own, or take the rights of others \
                 away with chmod 700",
            ));
        }
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        open.push(folder.display().to_string());
    }
    for name in names.iter().filter(|name| is_own(name)) {
        let file = folder.join(name);
        let mode = match mode_of(&file) {
            Ok(mode) => mode,
            // A server that runs here has taken it away meanwhile.
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => continue,
            Err(fault) => return Err(fault),
        };
        if mode & 0o077 != 0 {
            fs::set_permissions(&file, Permissions::from_mode(0o600))?;
            open.push(file.display().to_string());
        }
    }
    let told =
        format!("Others on this machine could read {}. Names and password hashes are in there: it is closed to them now.", open.join(", "));
    Ok((!open.is_empty()).then_some(told))
}

/// Other systems have other rights.
#[cfg(not(unix))]
pub(super) fn close_to_others(_: &Path) -> io::Result<Option<String>> {
    Ok(None)
}
