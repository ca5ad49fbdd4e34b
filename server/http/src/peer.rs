//! Who is at the other end: the address that limits count by.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use poem::{Addr, Request};

/// The address of the caller: of the connection, or what a trusted proxy says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// The caller of a request.
    ///
    /// `X-Forwarded-For` is believed only from the networks named as trusted, read from the right: the first address
    /// that is no trusted proxy is the caller. Anybody else could claim any address there.
    pub fn of(request: &Request, trusted: &[IpNet]) -> Self {
        let direct = match &**request.remote_addr() {
            Addr::SocketAddr(address) => address.ip().to_canonical(),
            _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        };
        let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
        if !is_trusted(&direct) {
            return Self(direct);
        }
        let mut nearest = direct;
        for value in request.headers().get_all("x-forwarded-for").iter().rev() {
            for hop in value.to_str().unwrap_or_default().rsplit(',') {
                match hop.trim().parse::<IpAddr>() {
                    Ok(ip) => nearest = ip.to_canonical(),
                    Err(_) => return Self(nearest),
                }
                if !is_trusted(&nearest) {
                    return Self(nearest);
                }
            }
        }
        Self(nearest)
    }

    /// What limits count by: the IPv4 address, or the /64 network that one IPv6 subscriber has to itself.
    pub const fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
        }
    }
}

#[cfg(test)]
mod tests {
    use poem::web::RemoteAddr;

    use super::*;

    fn peer(direct: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut head = poem::http::Request::new(()).into_parts().0;
        for value in forwarded {
            head.headers
                .append("x-forwarded-for", value.parse().unwrap());
        }
        let remote = RemoteAddr(Addr::SocketAddr(format!("{direct}:1").parse().unwrap()));
        let parts = poem::RequestParts::from((
            head,
            poem::web::LocalAddr::default(),
            remote,
            poem::http::uri::Scheme::HTTP,
        ));
        let request = Request::from_parts(parts, poem::Body::empty());
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        Peer::of(&request, &trusted).0.to_string()
    }

    #[test]
    fn a_caller_cannot_claim_an_address() {
        assert_eq!(peer("203.0.113.9", &["10.0.0.1"], &[]), "203.0.113.9");
        assert_eq!(
            peer("203.0.113.9", &["10.0.0.1"], &["10.0.0.0/8"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn a_trusted_proxy_names_the_caller() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(peer("10.0.0.2", &["203.0.113.9"], &trusted), "203.0.113.9");
        // What the caller wrote in front of it does not count.
        assert_eq!(
            peer("10.0.0.2", &["1.1.1.1, 203.0.113.9, 10.0.0.3"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(
            peer("10.0.0.2", &["1.1.1.1", "203.0.113.9"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(peer("10.0.0.2", &["nonsense"], &trusted), "10.0.0.2");
        assert_eq!(peer("10.0.0.2", &[], &trusted), "10.0.0.2");
    }

    #[test]
    fn one_subscriber_of_ipv6_counts_as_one() {
        let network = |ip: &str| Peer(ip.parse().unwrap()).network().to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
    }
}
