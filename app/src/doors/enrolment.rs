//! The door for joining a class by a code: the server makes the codes and opens classes to them, so neither is given as a command.

use super::NotDone;
use crate::sync;
use domain::ids::ClassId;

/// Joins the class that is open to this code; says which. The events that tell of it come by themselves.
///
/// # Errors
/// [`NotDone::DoesNotFit`] when no class is open to it.
#[cfg(feature = "learn")]
pub async fn join(code: &str) -> Result<ClassId, NotDone> {
    sync::join(code).await
}

/// Has the server make a code to join a class with. The event that names it comes by itself.
///
/// # Errors
/// [`NotDone::Forbidden`] when it is no class of this teacher's.
#[cfg(feature = "teach")]
pub async fn open(class: ClassId) -> Result<(), NotDone> {
    sync::open_enrolment(class).await
}
