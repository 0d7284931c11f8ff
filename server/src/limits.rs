//! What one account, one address and one connection may ask of the server. Operators may set each; only load tests raise them.

use clap::Args;

/// The limits. [`Limits::default`] has the same values as a command line that names none.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Limits {
    /// The most sockets that one account may have open at once.
    #[arg(long, env = "LEFTFOLD_SOCKETS_MAX", default_value_t = Self::default().sockets_max, value_name = "NUMBER")]
    pub sockets_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sockets_max: 30 }
    }
}
