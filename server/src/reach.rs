//! How browsers reach the server: by which name, encrypted or not, through a proxy or not.

use std::net::{IpAddr, SocketAddr};

/// How the server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The connection to the browser is encrypted, by this server or by a proxy before it.
    pub https: bool,
    /// The only origin whose pages may speak to the server; without one, the origin that the request itself was sent to.
    pub origin: Option<String>,
    /// A proxy stands between: connections are its own, and it says whose requests they carry.
    pub behind_proxy: bool,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Reach {
    /// Whether a request to this host may be meant for this server. Where no origin says how it is called, it is reached from this machine only, and
    /// by names that nobody else can give it: a page from elsewhere whose name was made to point here is kept out.
    pub fn knows_host(&self, host: Option<&str>) -> bool {
        let (None, Some(host)) = (&self.origin, host) else { return true };
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        let is_own = |address: IpAddr| address.is_loopback() || address == self.address.ip();
        name.parse().map_or_else(|_| name.eq_ignore_ascii_case("localhost"), is_own)
    }
}
