//! Whose request it is. The address is used for counting and never logged or stored.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// The address a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientIp {
    /// A program on this machine that speaks to us directly: not counted.
    ThisMachine,
    Remote(IpAddr),
}

/// A peer on the loopback is our reverse proxy if it forwards for somebody, whom its last
/// `X-Forwarded-For` entry names; any other peer's header is a claim and not believed.
pub fn client_ip(peer: IpAddr, headers: &HeaderMap) -> ClientIp {
    if !peer.to_canonical().is_loopback() {
        return ClientIp::Remote(peer.to_canonical());
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| last.trim().parse::<IpAddr>().ok())
        .map_or(ClientIp::ThisMachine, |address| {
            ClientIp::Remote(address.to_canonical())
        })
}

/// The key of a subscriber: an IPv6 household holds a whole /64.
pub(super) fn subscriber(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientIp {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(match parts.extensions.get::<ConnectInfo<SocketAddr>>() {
            Some(ConnectInfo(peer)) => client_ip(peer.ip(), &parts.headers),
            None => Self::ThisMachine,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(forwarded: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        headers
    }

    #[test]
    fn only_the_proxy_on_this_machine_is_believed() {
        let local: IpAddr = "127.0.0.1".parse().unwrap();
        let far: IpAddr = "203.0.113.5".parse().unwrap();
        let claimed = headers("198.51.100.1, 203.0.113.9");
        assert_eq!(client_ip(local, &HeaderMap::new()), ClientIp::ThisMachine);
        assert_eq!(
            client_ip(local, &claimed),
            ClientIp::Remote("203.0.113.9".parse().unwrap())
        );
        assert_eq!(client_ip(far, &claimed), ClientIp::Remote(far));
    }

    #[test]
    fn a_household_with_many_ipv6_addresses_is_one_subscriber() {
        let one = subscriber("2001:db8:1:2::1".parse().unwrap());
        assert_eq!(one, subscriber("2001:db8:1:2:ffff::9".parse().unwrap()));
        assert_ne!(one, subscriber("2001:db8:1:3::1".parse().unwrap()));
    }
}
