//! The server's address as a person types it: https, or plain http on this machine alone.
//!
//! It does not ask whether anybody is there.

use std::fmt;

use reqwest::Url;

/// An address that may be used, without a slash at its end.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

/// The word is not an address that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write an address such as https://feltbog.example.dk; http is for this machine alone")]
pub struct BadAddress;

impl Address {
    /// Reads an address. One with a user, a query or a fragment is refused: it was not meant as a server's.
    pub fn parse(word: &str) -> Result<Self, BadAddress> {
        let url = Url::parse(word.trim()).map_err(|_| BadAddress)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        let safe = match url.scheme() {
            "https" => url.host_str().is_some(),
            "http" => url.host_str().is_some_and(is_loopback),
            _ => false,
        };
        if plain && safe && url.fragment().is_none() {
            Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
        } else {
            Err(BadAddress)
        }
    }

    /// The address of one of the server's doors.
    pub fn door(&self, path: &str) -> String {
        format!("{}/{path}", self.0)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_loopback(host: &str) -> bool {
    let number = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || number.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for good in [
            "https://feltbog.example",
            "http://127.0.0.1:8080/",
            "http://localhost:1",
            "http://[::1]:80/",
        ] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "feltbog.example",
            "http://feltbog.example",
            "http://127.0.0.1.evil.example",
            "ftp://127.0.0.1",
            "https://user@feltbog.example",
            "https://feltbog.example/?q=1",
            "file:///etc/passwd",
            "http://0.0.0.0:1",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn doors_are_beside_each_other_with_or_without_a_slash() {
        let door = |word| Address::parse(word).expect("a good address").door("v1/enrol");
        assert_eq!(door("http://127.0.0.1:8080"), "http://127.0.0.1:8080/v1/enrol");
        assert_eq!(door("https://a.example/feltbog/"), "https://a.example/feltbog/v1/enrol");
    }
}
