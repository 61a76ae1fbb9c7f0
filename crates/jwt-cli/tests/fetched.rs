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

    #[cfg(feature = "token")]
    #[test]
    fn an_access_token_is_got_and_printed_alone_or_as_header_fields() {
        let place = Place::new();
        let [key, _] = keys(&place);
        let serve_type = |kind: &str| {
            let answer = format!(r#"{{"access_token":"abc.def","token_type":"{kind}"}}"#);
            serve(|origin| {
                let metadata = format!(
                    r#"{{"issuer":"{origin}","jwks_uri":"{origin}/jwks","token_endpoint":"{origin}/token"}}"#
                );
                vec![("/token", answer), ("/.well-known/oauth-authorization-server", metadata)]
            })
        };
        let (bearer, bound) = (serve_type("Bearer"), serve_type("DPoP"));
        let token = |issuer: &str, more: &[&str]| {
            let most = ["token", "--issuer", issuer, "--client-id", "app", "--key", &key];
            place.jwt(&[&most, more].concat())
        };
        assert_eq!(token(&bearer, &[]).out, "abc.def\n");
        let fields = ["--fields", "GET", "https://api.example/v1?a=b"];
        assert_eq!(token(&bearer, &fields).out, "Authorization: Bearer abc.def\n");
        let ran = token(&bound, &[&["--dpop"], &fields[..]].concat());
        let (first, second) = ran.out.split_once('\n').unwrap();
        assert_eq!(first, "Authorization: DPoP abc.def");
        let proof = second.trim_end().strip_prefix("DPoP: ").unwrap();
        let shown = place.ok(&["decode", proof]);
        for part in [r#"htu: "https://api.example/v1""#, r#"htm: "GET""#, "ath: ", r#""dpop+jwt""#]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let endpoint = format!("{bearer}/token");
        let none = format!("{bearer}/none");
        for (issuer, more, code, sentence) in [
            (&*bearer, &["--dpop"][..], 4, "not bound"),
            (&bound, &[], 4, "token_type"),
            (&bearer, &["--token-endpoint", &none], 4, "answers 404"),
            (
                "https://as.example",
                &["--token-endpoint", "http://as.example/"],
                2,
                "not allowed here",
            ),
            (&bearer, &["--nonce", "x"], 2, "--dpop"),
            (&bearer, &["--fields", "GET"], 2, "2 values"),
        ] {
            let ran = token(issuer, more);
            assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{more:?}: {ran:?}");
            assert!(ran.err.contains(sentence), "{more:?}: {ran:?}");
        }
        assert_eq!(token("https://as.example", &["--token-endpoint", &endpoint]).out, "abc.def\n");
    }
}
