//! Target URIs: what is one, and which are the same (RFC 3986 section 6.2).
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)] // a test may panic

use jwt_oauth::{NotATargetUri, TargetUri};
use proptest::prelude::*;

fn uri(text: &str) -> TargetUri<'_> {
    TargetUri::parse(text).unwrap_or_else(|_| unreachable!("{text}"))
}

#[test]
fn the_same_resource_has_many_spellings() {
    for (a, b) in [
        ("https://a.example", "https://a.example/"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("https://a.example:/x", "https://a.example/x"),
        ("https://a.example:0443/x", "https://a.example/x"),
        ("http://a.example:80/x", "http://a.example/x"),
        ("HTTPS://A.Example/x", "https://a.example/x"),
        ("https://a.exampl%65/x", "https://a.example/x"),
        ("https://a.exampl%45/x", "https://a.example/x"),
        ("https://a.example/%7Euser", "https://a.example/~user"),
        ("https://a.example/a%2fb", "https://a.example/a%2Fb"),
        ("https://a.example/./x", "https://a.example/x"),
        ("https://a.example/a/../x", "https://a.example/x"),
        ("https://a.example/../../x", "https://a.example/x"),
        ("https://a.example/a/%2e%2E/x", "https://a.example/x"),
        ("https://a.example/a/b/..", "https://a.example/a/"),
        ("https://a.example/a/.", "https://a.example/a/"),
        ("https://a.example/..", "https://a.example"),
        ("https://a.example/a//../b", "https://a.example/a/b"),
        ("https://a.example/x?y=/../z#w", "https://a.example/x"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("https://[FE80::1]/x", "https://[fe80::1]/x"),
    ] {
        assert_eq!(uri(a), uri(b));
        assert_eq!(uri(b), uri(a));
    }
}

#[test]
fn another_resource_is_another_one() {
    for (a, b) in [
        ("https://a.example/x", "http://a.example/x"),
        ("https://a.example/x", "https://a.example:8443/x"),
        ("http://a.example:443/x", "https://a.example/x"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://a.example/x", "https://a.example.evil/x"),
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/x", "https://a.example/x/"),
        ("https://a.example/x", "https://a.example/x/y"),
        ("https://a.example/a/b", "https://a.example/b"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/a%3Fb", "https://a.example/a"),
        ("https://a.example//x", "https://a.example/x"),
        ("https://a.example/%41%25", "https://a.example/A"),
        ("https://a.example/...", "https://a.example/"),
    ] {
        assert_ne!(uri(a), uri(b));
    }
}

#[test]
fn what_is_no_http_uri_is_refused() {
    for text in [
        "",
        "/token",
        "https:",
        "https://",
        "https:///x",
        "https://?x",
        "https://:443/x",
        "ftp://a.example/x",
        "https//a.example",
        " https://a.example/x",
        "https://a.example/x ",
        "https://a.example/x y",
        "https://a.example/x\r\nHost: b",
        "https://user@a.example/x",
        "https://user:pass@a.example/x",
        "https://a.example:x/",
        "https://a.example:+1/",
        "https://a.example:65536/",
        "https://a.example:80:80/",
        "https://[::1/x",
        "https://[]/x",
        "https://[::1]x/",
        "https://[::g]/",
        "https://a.example/%",
        "https://a.example/%4",
        "https://a.example/%zz",
        "https://a.example/%+1",
        "https://a.example/\u{fc}",
        "https://a.example/\\x",
        "https://a.example/\"",
    ] {
        assert_eq!(TargetUri::parse(text), Err(NotATargetUri), "{text:?}");
    }
}

/// RFC 3986 section 5.2.4 word by word, with an output buffer.
fn remove_dot_segments(path: &str) -> String {
    let (mut input, mut output) = (path.to_owned(), String::new());
    while !input.is_empty() {
        if input.starts_with("/./") {
            input = input[2..].to_owned();
        } else if input == "/." {
            "/".clone_into(&mut input);
        } else if input.starts_with("/../") || input == "/.." {
            input = if input == "/.." { "/".to_owned() } else { input[3..].to_owned() };
            output.truncate(output.rfind('/').unwrap_or(0));
        } else {
            let end = input[1..].find('/').map_or(input.len(), |at| at + 1);
            output.push_str(&input[..end]);
            input = input[end..].to_owned();
        }
    }
    output
}

proptest! {
    #[test]
    fn dot_segments_are_removed_as_the_rfc_does(
        segments in prop::collection::vec(prop::sample::select(vec!["a", "b", ".", "..", "", "..."]), 0..9),
        others in prop::collection::vec(prop::sample::select(vec!["a", "b", ".", "..", "", "..."]), 0..9),
    ) {
        let [a, b] = [segments, others].map(|it| format!("/{}", it.join("/")));
        let [full_a, full_b] = [&a, &b].map(|path| format!("https://h{path}"));
        let same = remove_dot_segments(&a) == remove_dot_segments(&b);
        prop_assert_eq!(uri(&full_a) == uri(&full_b), same, "{} {}", a, b);
        let normal = format!("https://h{}", remove_dot_segments(&a));
        prop_assert_eq!(uri(&full_a), uri(&normal));
    }

    #[test]
    fn any_text_is_a_uri_or_none_and_equal_to_itself(text in "[ -~]{0,6}(https?://)?[!-~]{0,20}") {
        if let Ok(uri) = TargetUri::parse(&text) {
            prop_assert_eq!(uri, TargetUri::parse(uri.as_str()).unwrap());
        }
    }
}
