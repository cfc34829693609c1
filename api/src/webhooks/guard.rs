//! Where messages may go: public addresses over TLS, and the networks the operator names.
//!
//! Whoever registers an address must not reach through the service what only the service can reach:
//! its own machine, its database's network, a cloud's metadata. Names are looked up at each delivery
//! and only what passed is connected to, so that a name cannot point elsewhere in between.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// Longest address, in bytes.
pub const MAX_URL: usize = 500;
/// From connecting to the end of the answer.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is no address of a web server")]
    Malformed,
    #[error("it must begin with https://")]
    Plain,
    #[error("it must not hold a name and password")]
    Credentials,
    #[error("it leads into a network that is not public")]
    Private,
}

/// Networks that are not public and may be reached all the same.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl std::str::FromStr for Networks {
    type Err = String;

    /// `10.20.0.0/16,fd00::/8`
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.parse()
                    .map_err(|_| format!("{part} is not a network such as 10.20.0.0/16"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Networks {
    fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    fn may_reach(&self, address: IpAddr) -> bool {
        is_public(address) || self.has(address)
    }
}

/// Whether an address belongs to somebody on the public internet, by IANA's special-purpose registries
/// (RFC 6890 and what updates it).
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..=127).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..=19).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // 2000::/3 is all that is given out; within it tunnels, benchmarks, ORCHID and documentation are
    // nobody's. 64:ff9b::/96 and its like lie outside.
    (0x2000..=0x3fff).contains(&first)
        && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        && first != 0x2002
        && !(first == 0x3fff && second < 0x1000)
}

/// Checks an address at the door.
///
/// # Errors
/// When it could never be delivered to. Names are looked up at delivery.
pub fn parse(text: &str, networks: &Networks) -> Result<Url, Refused> {
    let url = Url::parse(text.trim()).map_err(|_| Refused::Malformed)?;
    if text.len() > MAX_URL || url.fragment().is_some() {
        return Err(Refused::Malformed);
    }
    if !(url.username().is_empty() && url.password().is_none()) {
        return Err(Refused::Credentials);
    }
    check(&url, networks)?;
    Ok(url)
}

/// Scheme and a literal address; a client connects to the latter without asking a resolver.
fn check(url: &Url, networks: &Networks) -> Result<(), Refused> {
    let literal = match url.host().ok_or(Refused::Malformed)? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(name) => {
            let local = name == "localhost" || name.ends_with(".localhost");
            local.then_some(IpAddr::V4(Ipv4Addr::LOCALHOST))
        }
    };
    match url.scheme() {
        "https" => {}
        // Without TLS only to a machine the operator has named, by its address.
        "http" if literal.is_some_and(|address| networks.has(address)) => {}
        "http" => return Err(Refused::Plain),
        _ => return Err(Refused::Malformed),
    }
    if literal.is_some_and(|address| !networks.may_reach(address)) {
        return Err(Refused::Private);
    }
    Ok(())
}

/// Looks names up and gives the addresses that may be reached; none of them when one may not.
struct Guarded(Networks);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found
                .iter()
                .any(|address| !networks.may_reach(address.ip()))
            {
                return Err(Refused::Private.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Sends messages to addresses that strangers chose.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    pub networks: Networks,
}

impl Client {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(networks: Networks) -> Result<Self, reqwest::Error> {
        // One provider a process; a second install is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(concat!("Wufei/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(Guarded(networks.clone())))
            .build()?;
        Ok(Self { http, networks })
    }

    /// A POST to an address that passes now.
    ///
    /// # Errors
    /// When it does not.
    pub fn post(&self, url: &str) -> Result<reqwest::RequestBuilder, Refused> {
        let url = parse(url, &self.networks)?;
        Ok(self.http.post(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "100::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "8.8.8.8",
            "100.128.0.1",
            "172.32.0.1",
            "2400:3200::1",
            "2606:4700::1111",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn an_address_is_https_and_leads_nowhere_private() {
        let nowhere = Networks::default();
        assert!(parse("https://hooks.example.org/a?b=c", &nowhere).is_ok());
        for (url, why) in [
            ("http://hooks.example.org/", Refused::Plain),
            ("ftp://hooks.example.org/", Refused::Malformed),
            ("https://a:b@hooks.example.org/", Refused::Credentials),
            ("https://127.0.0.1/", Refused::Private),
            ("https://127.1/", Refused::Private),
            ("https://2130706433/", Refused::Private),
            ("https://0x7f.1/", Refused::Private),
            ("https://[::ffff:10.0.0.1]/", Refused::Private),
            ("https://localhost/", Refused::Private),
            ("https://169.254.169.254/latest", Refused::Private),
            ("hooks.example.org", Refused::Malformed),
            ("https://hooks.example.org/#x", Refused::Malformed),
        ] {
            assert_eq!(parse(url, &nowhere).unwrap_err(), why, "{url}");
        }
        let named: Networks = "127.0.0.0/8, 10.20.0.0/16".parse().unwrap();
        assert!(parse("http://127.0.0.1:9000/", &named).is_ok());
        assert!(parse("https://10.20.1.1/", &named).is_ok());
        assert_eq!(
            parse("https://10.21.1.1/", &named).unwrap_err(),
            Refused::Private
        );
        assert_eq!(
            parse("http://hooks.example.org/", &named).unwrap_err(),
            Refused::Plain
        );
        assert!("10.0.0.0".parse::<Networks>().is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_connected_to() {
        let name = || "localhost".parse::<Name>().unwrap();
        let strict = Guarded(Networks::default());
        assert!(strict.resolve(name()).await.is_err());
        let named = Guarded("127.0.0.0/8,::1/128".parse().unwrap());
        assert!(named.resolve(name()).await.is_ok());
    }
}
