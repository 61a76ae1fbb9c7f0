//! JWK Sets: written to be published, and fetched from a server on loopback.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)] // a test may panic

mod common;

use common::Place;

/// Two keys, in files, without a kid.
fn keys(place: &Place) -> [String; 2] {
    ["a", "b"].map(|name| {
        let file = name.to_owned();
        place.ok(&["keygen", "--alg", "ES256", "--out", &file]);
        file
    })
}

#[test]
fn a_set_of_public_keys_is_written_and_verifies_what_each_has_minted() {
    let place = Place::new();
    let [a, b] = keys(&place);
    let set = place.ok(&["key", "set", &a, &b]);
    assert!(set.starts_with(r#"{"keys":[{"kty":"EC""#) && !set.contains(r#""d":"#), "{set}");
    let set = place.file("set", set.into_bytes());
    for key in [&a, &b] {
        let kid = place.ok(&["key", "thumbprint", key]);
        let mint = ["mint", "--key", key, "--kid", kid.trim_end(), "--iss", "me", "--exp", "60"];
        let token = place.ok(&mint);
        place.ok(&["verify", "--key", &set, "--iss", "me", token.trim_end()]);
    }
    // The same key twice, and a key without a public part.
    assert_eq!(place.jwt(&["key", "set", &a, &a]).code, 2);
    place.ok(&["keygen", "--alg", "HS256", "--out", "secret"]);
    let ran = place.jwt(&["key", "set", "secret"]);
    assert!(ran.code != 0 && ran.out.is_empty(), "{ran:?}");
}

#[cfg(feature = "remote-jwks")]
mod fetched {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// Answers with these documents, by their paths.
    fn serve(documents: impl FnOnce(&str) -> Vec<(&'static str, String)>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let documents = documents(&origin);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let mut lines = Vec::new();
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).unwrap();
                    if line.trim_end().is_empty() {
                        break;
                    }
                    lines.push(line);
                }
                let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or("");
                let found = documents.iter().find(|(at, _)| *at == path);
                let (status, body) = found.map_or((404, ""), |(_, body)| (200, body.as_str()));
                let head = format!(
                    "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
                stream.get_mut().write_all(head.as_bytes()).unwrap();
            }
        });
        origin
    }

    #[test]
    fn a_token_is_verified_with_keys_from_a_url_or_of_an_issuer() {
        let place = Place::new();
        let [a, b] = keys(&place);
        let set = place.ok(&["key", "set", &a]);
        let origin = serve(|origin| {
            let metadata = format!(r#"{{"issuer":"{origin}","jwks_uri":"{origin}/jwks"}}"#);
            vec![("/jwks", set), ("/.well-known/openid-configuration", metadata)]
        });
        let kid = place.ok(&["key", "thumbprint", &a]);
        let mint = |key: &str| {
            let kid = kid.trim_end();
            place.ok(&["mint", "--key", key, "--kid", kid, "--iss", &origin, "--exp", "60"])
        };
        let (good, bad) = (mint(&a), mint(&b));
        let url = format!("{origin}/jwks");
        let verify = |source: &[&str], token: &str| {
            place.jwt(&[&["verify", "--iss", &origin], source, &[token.trim_end()]].concat())
        };
        for source in [&["--jwks-url", &url][..], &["--discover"]] {
            assert_eq!(verify(source, &good).code, 0, "{source:?}: {:?}", verify(source, &good));
            assert_eq!(verify(source, &bad).code, 4);
        }
        for (source, code, sentence) in [
            (&["--jwks-url", &format!("{origin}/none")][..], 1, "status 404"),
            (&["--jwks-url", "http://issuer.example/jwks"], 2, "not allowed here"),
            (&["--jwks-url", &url, "--alg", "HS256"], 2, "public"),
            (&["--jwks-url", &url, "--alg", "EdDSA"], 1, "no JWK Set with usable keys"),
            (&["--jwks-url", &url, "--key", &a], 2, "cannot be used with"),
        ] {
            let ran = verify(source, &good);
            assert_eq!(ran.code, code, "{source:?}: {ran:?}");
            assert!(ran.err.contains(sentence), "{source:?}: {ran:?}");
        }
        assert_eq!(place.jwt(&["verify", "--discover", good.trim_end()]).code, 2);
    }
}
