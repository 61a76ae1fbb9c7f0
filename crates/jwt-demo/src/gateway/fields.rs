//! Which fields of a header pass from one side of the gateway to the other.

use axum::http::header::{
    AUTHORIZATION, CONNECTION, COOKIE, EXPECT, FORWARDED, HOST, HeaderName, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The subject of the token, for the backend. That of a caller never passes.
pub(super) const SUBJECT: HeaderName = HeaderName::from_static("x-subject");

/// Of one connection only, whatever `Connection` says (RFC 9110 section 7.6.1, RFC 9112), or for a proxy.
const HOP_BY_HOP: [HeaderName; 11] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    HeaderName::from_static("proxy-authentication-info"),
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    EXPECT,
];

/// What a caller tells the gateway and nobody behind it: its credentials, and who it would like to be.
const OF_CALLERS: [HeaderName; 10] = [
    AUTHORIZATION,
    HeaderName::from_static("dpop"),
    COOKIE,
    HOST,
    SUBJECT,
    FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// What a backend tells the gateway and nobody before it.
const OF_BACKENDS: [HeaderName; 2] = [SET_COOKIE, WWW_AUTHENTICATE];

/// Blanks would be trimmed, so that "alice " became another; `%` is what escapes begin with.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

/// What of a request's header goes on.
pub(super) fn of_request(headers: &HeaderMap) -> HeaderMap {
    let mut kept = end_to_end(headers, &OF_CALLERS);
    // Behind some servers `X_Subject` is `X-Subject`.
    let twins: Vec<_> = kept.keys().filter(|name| name.as_str().contains('_')).cloned().collect();
    for name in twins {
        kept.remove(name);
    }
    kept
}

/// What of an answer's header goes back.
pub(super) fn of_response(headers: &HeaderMap) -> HeaderMap {
    end_to_end(headers, &OF_BACKENDS)
}

/// A subject as the value of a field: escaped as in URLs where it has to be, so that no two become one.
pub(super) fn subject(subject: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(utf8_percent_encode(subject, ESCAPED).to_string()).ok()
}

/// Section 7.6.1: an intermediary MUST "remove any header or trailer field(s) from the message with the same name
/// as the connection-option".
fn end_to_end(headers: &HeaderMap, dropped: &[HeaderName]) -> HeaderMap {
    let options: Vec<_> = headers.get_all(CONNECTION).iter().flat_map(options).collect();
    let passes = |name: &HeaderName| {
        !HOP_BY_HOP.contains(name) && !dropped.contains(name) && !options.contains(name)
    };
    let kept = headers.iter().filter(|(name, _)| passes(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn options(field: &HeaderValue) -> impl Iterator<Item = HeaderName> {
    let options = field.as_bytes().split(|byte| *byte == b',');
    options.filter_map(|option| HeaderName::from_bytes(option.trim_ascii()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&str, &str)]) -> HeaderMap {
        let field = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in fields.iter().map(field) {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn what_connection_names_stays_and_so_does_what_is_of_a_caller() {
        let request = map(&[
            ("connection", "close, X-Secret"),
            ("connection", "x-other ,,"),
            ("x-secret", "1"),
            ("x-other", "2"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("proxy-authorization", "Basic eDp5"),
            ("authorization", "Bearer a.b.c"),
            ("dpop", "a.b.c"),
            ("cookie", "a=b"),
            ("x-subject", "mallory"),
            ("x_subject", "mallory"),
            ("x-forwarded-for", "10.0.0.1"),
            ("accept", "text/event-stream"),
            ("accept", "application/json"),
            ("content-length", "3"),
        ]);
        let kept = of_request(&request);
        let expected = map(&[
            ("accept", "text/event-stream"),
            ("accept", "application/json"),
            ("content-length", "3"),
        ]);
        assert_eq!(kept, expected);
    }

    #[test]
    fn no_two_subjects_become_one() {
        let subjects =
            ["alice", "alice ", " alice", "alice%20", "al\nice", "älice", "al\u{7f}ice", ""];
        let mut fields: Vec<_> = subjects.iter().map(|it| subject(it).unwrap()).collect();
        assert_eq!(fields[1], "alice%20");
        assert_eq!(fields[3], "alice%2520");
        assert!(fields.iter().all(|field| field.to_str().is_ok()));
        fields.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        fields.dedup();
        assert_eq!(fields.len(), subjects.len());
    }
}
