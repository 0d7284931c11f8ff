//! Where a request comes from, as far as that can be believed: the connection's other end, or what the proxy there says.

use axum::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An address, or for IPv6 the network that is given to one household: whoever has one address of it has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(IpAddr);

impl Address {
    /// The address of this machine or network.
    pub fn of(ip: IpAddr) -> Self {
        Self(match ip.to_canonical() {
            IpAddr::V4(ip) => IpAddr::V4(ip),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }

    /// The client of a request that came over a connection from `peer`. Behind a proxy it is the one that the proxy names: the last in its list,
    /// since everything before that is only what the proxy was told. If both headers are there and disagree, one of them is not the proxy's, and
    /// neither is believed.
    pub fn asking(peer: Option<SocketAddr>, headers: &HeaderMap, behind_proxy: bool) -> Self {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        if !behind_proxy {
            return Self::of(peer);
        }
        let listed = last(headers, "x-forwarded-for").map(parsed);
        let named = last(headers, header::FORWARDED.as_str()).map(|last| parsed(pair(last, "for").unwrap_or_default()));
        let told = match (listed, named) {
            (Some(listed), Some(named)) => listed.filter(|_| listed == named),
            (one, other) => one.or(other).flatten(),
        };
        Self::of(told.unwrap_or(peer))
    }
}

/// The last element of a header that is a list, over all lines of it.
fn last<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(HeaderName::from_bytes(name.as_bytes()).ok()?);
    let line = lines.into_iter().next_back()?;
    Some(line.to_str().ok().and_then(|line| line.rsplit(',').next()).unwrap_or_default().trim())
}

/// What stands behind a name in one element of `Forwarded`.
fn pair<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// An address as proxies write it: perhaps in quotes, in brackets, with a port.
fn parsed(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(address, _)| address);
    bare.unwrap_or(text).parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(headers: &[(&'static str, &'static str)], behind_proxy: bool) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Address::asking(Some("10.0.0.9:4711".parse().unwrap()), &map, behind_proxy).0.to_string()
    }

    #[test]
    fn a_forwarded_address_is_believed_of_the_proxy_only_and_only_what_the_proxy_itself_saw() {
        const LISTED: &str = "x-forwarded-for";
        assert_eq!(asking(&[(LISTED, "192.0.2.1"), ("forwarded", "for=192.0.2.1")], false), "10.0.0.9", "nobody stands in between");
        for (headers, from) in [
            (&[][..], "10.0.0.9"),
            (&[(LISTED, "192.0.2.1")], "192.0.2.1"),
            (&[(LISTED, "203.0.113.7, 192.0.2.1")], "192.0.2.1"),
            (&[(LISTED, "203.0.113.7"), (LISTED, "192.0.2.1")], "192.0.2.1"),
            (&[(LISTED, "192.0.2.1:5000")], "192.0.2.1"),
            (&[(LISTED, "unknown")], "10.0.0.9"),
            (&[(LISTED, "203.0.113.7, ")], "10.0.0.9"),
            (&[("forwarded", "for=203.0.113.7, For=\"[2001:db8:1:2:3::4]:80\";proto=https")], "2001:db8:1:2::"),
            (&[(LISTED, "192.0.2.1"), ("forwarded", "for=192.0.2.1;proto=https")], "192.0.2.1"),
            (&[(LISTED, "192.0.2.1"), ("forwarded", "for=203.0.113.7")], "10.0.0.9"),
        ] {
            assert_eq!(asking(headers, true), from, "{headers:?}");
        }
    }

    #[test]
    fn a_household_is_one_address() {
        let of = |text: &str| Address::of(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
