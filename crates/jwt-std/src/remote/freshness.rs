//! How long an answer is fresh (RFC 9111 section 4.2.1), as its headers say.

use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName};

/// Seconds, `None` where nothing is said. What is said and cannot be read is no time at all.
pub(super) fn lifetime(headers: &HeaderMap) -> Option<u64> {
    let directives = headers.get_all(CACHE_CONTROL).iter();
    let directives = directives.map(|field| field.to_str().unwrap_or("no-store"));
    let directives = directives.flat_map(|field| field.split(',')).map(str::trim);
    let mut said: Option<u64> = None;
    for directive in directives {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let seconds = match name.to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => 0,
            "max-age" => value.trim_matches('"').parse().unwrap_or(0),
            _ => continue,
        };
        // Said twice, the shorter one counts.
        said = Some(said.map_or(seconds, |before| before.min(seconds)));
    }
    let said = said.or_else(|| expires(headers))?;
    let age = text(headers, AGE).and_then(|age| age.parse().ok()).unwrap_or(0);
    Some(said.saturating_sub(age))
}

fn expires(headers: &HeaderMap) -> Option<u64> {
    let expires = text(headers, EXPIRES)?;
    let date = |text| httpdate::parse_http_date(text).ok();
    // By the server's clock, whatever this one says.
    let between = date(expires).zip(text(headers, DATE).and_then(date));
    let between = between.and_then(|(expires, now)| expires.duration_since(now).ok());
    Some(between.map_or(0, |between| between.as_secs()))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn of(fields: &[(HeaderName, &'static str)]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, HeaderValue::from_static(value));
        }
        lifetime(&headers)
    }

    #[test]
    fn headers_say_how_long() {
        let control = |value| of(&[(CACHE_CONTROL, value)]);
        assert_eq!(control("max-age=300"), Some(300));
        assert_eq!(control("public, Max-Age=\"300\", must-revalidate"), Some(300));
        assert_eq!(control("max-age=300, max-age=5"), Some(5));
        assert_eq!(control("max-age=300, no-store"), Some(0));
        assert_eq!(control("no-cache"), Some(0));
        assert_eq!(control("max-age=-1"), Some(0));
        assert_eq!(control("max-age=99999999999999999999"), Some(0));
        assert_eq!(control("public"), None);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(CACHE_CONTROL, "max-age=300"), (AGE, "100")]), Some(200));
        assert_eq!(of(&[(CACHE_CONTROL, "max-age=300"), (AGE, "400")]), Some(0));
        let date = (DATE, "Fri, 24 Jul 2026 08:49:37 GMT");
        let expires = (EXPIRES, "Fri, 24 Jul 2026 08:50:37 GMT");
        assert_eq!(of(&[date.clone(), expires.clone()]), Some(60));
        assert_eq!(of(&[(CACHE_CONTROL, "max-age=5"), date.clone(), expires.clone()]), Some(5));
        assert_eq!(of(&[(EXPIRES, "0"), date]), Some(0));
        assert_eq!(of(&[expires]), Some(0));
    }
}
