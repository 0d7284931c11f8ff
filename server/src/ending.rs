//! The word that the server shuts down, for all who wait for other things.

use tokio::sync::watch;

/// The word that the server ends, for all who wait for other things.
#[derive(Debug, Clone)]
pub struct Ending(watch::Receiver<bool>);

impl Ending {
    /// What says it, and what hears it.
    pub fn channel() -> (watch::Sender<bool>, Self) {
        let (says, hears) = watch::channel(false);
        (says, Self(hears))
    }

    /// Waits until it ends.
    pub async fn come(&mut self) {
        // Whoever could say so is gone: then it ends as well.
        _ = self.0.wait_for(|ending| *ending).await;
    }
}
