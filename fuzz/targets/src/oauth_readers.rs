//! What an OAuth client reads from the network: no panic, and what was read is what a second way finds.

use jwt_core::NumericDate;
use jwt_core::key::Thumbprint;
use jwt_oauth::field::{RetryAfter, dpop_nonce};
use jwt_oauth::{
    Answer, Challenges, ErrorResponse, ExpectProof, TargetUri, TokenResponse, TokenType,
};
use serde_json::Value;

const NOW: NumericDate = NumericDate::from_seconds(1_562_262_618);

/// The input is the value of each field, a body, a URI and a proof.
pub fn oauth_readers(input: &[u8]) {
    challenges(input);
    if let Ok(nonce) = dpop_nonce(input) {
        assert!(nonce.bytes().all(|byte| byte.is_ascii_graphic()) && nonce.as_bytes() == input);
    }
    if let Ok(RetryAfter::Delay(seconds)) = RetryAfter::parse(input, NOW) {
        let text = std::str::from_utf8(input).unwrap();
        assert_eq!(
            text.parse::<u64>().map_or(u32::MAX, |it| it.try_into().unwrap_or(u32::MAX)),
            seconds
        );
    }
    let answer = ["WWW-Authenticate", "DPoP-Nonce", "Retry-After", "Date"];
    let _ = answer.iter().fold(Answer::new(401, input), |answer, name| answer.header(name, input));
    response(input);
    if let Ok(text) = std::str::from_utf8(input) {
        uri(text);
        proof(text);
    }
}

/// What was read, written anew with every value quoted, is read as the same.
fn challenges(input: &[u8]) {
    let Ok(challenges) = Challenges::parse(input) else { return };
    let all = |challenges: &Challenges<'_>| {
        let one = |challenge: jwt_oauth::challenge::Challenge<'_>| {
            let params =
                challenge.params().map(|(name, value)| (name.to_owned(), value.bytes().collect()));
            let params: Vec<(String, Vec<u8>)> = params.collect();
            (challenge.scheme().to_owned(), challenge.token68().map(str::to_owned), params)
        };
        challenges.iter().map(one).collect::<Vec<_>>()
    };
    let first = all(&challenges);
    assert!(!first.is_empty());
    let mut written = Vec::new();
    for (scheme, token68, params) in &first {
        if !written.is_empty() {
            written.extend(b", ");
        }
        written.extend(scheme.bytes());
        written.push(b' ');
        written.extend(token68.iter().flat_map(|text| text.bytes()));
        for (i, (name, value)) in params.iter().enumerate() {
            written.extend(if i > 0 { ",".bytes() } else { "".bytes() });
            written.extend(name.bytes().chain(*b"=\""));
            written.extend(value.iter().flat_map(|byte| [b'\\', *byte]));
            written.push(b'"');
        }
    }
    assert_eq!(all(&Challenges::parse(&written).unwrap()), first);
}

/// What serde_json finds there, and the type that was asked for.
fn response(input: &[u8]) {
    let theirs = serde_json::from_slice::<Value>(input);
    for asked in [TokenType::Bearer, TokenType::Dpop] {
        let Ok(response) = TokenResponse::parse(input, asked) else { continue };
        let theirs = theirs.as_ref().unwrap();
        assert!(response.access_token() == theirs["access_token"].as_str().unwrap());
        assert!(theirs["token_type"].as_str().unwrap().eq_ignore_ascii_case(asked.name()));
        assert_eq!(response.expires_in().map(u64::from), theirs["expires_in"].as_u64());
    }
    if let Ok(error) = ErrorResponse::parse(input) {
        let name = theirs.as_ref().unwrap()["error"].as_str().unwrap();
        assert!(error.code().name() == name || error.code().name() == "other");
    }
}

/// A URI is equal to itself, without its query, in upper case host and with its default port.
fn uri(text: &str) {
    let Ok(uri) = TargetUri::parse(text) else { return };
    assert_eq!(TargetUri::parse(uri.as_str()), Ok(uri));
    let with = format!("{}?a=/../b#c", uri.as_str());
    assert_eq!(TargetUri::parse(&with), Ok(uri));
    let dots = format!("{}/x/../.", uri.as_str());
    let slash = format!("{}/", uri.as_str());
    assert_eq!(TargetUri::parse(&dots), TargetUri::parse(&slash));
}

/// No input is a proof by a key that it cannot know.
fn proof(text: &str) {
    let uri = TargetUri::parse("https://resource.example.org/protectedresource").unwrap();
    let bound = Thumbprint::parse("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U").unwrap();
    let expect = ExpectProof::at_resource("GET", uri, "token", bound);
    assert!(expect.verify([text], NOW, &mut vec![0; text.len()]).is_err());
}
