//! Ten thousand `Authorization` fields that went wrong: each has an answer of RFC 6750, and none harms the gateway.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)]

#[path = "common/gateway.rs"]
mod common;
#[path = "../../jwt-std/tests/numbers/mod.rs"]
mod numbers;

use std::collections::BTreeMap;

use common::{Connection, Holder, Issuer, MODELS};
use numbers::Numbers;

impl Numbers {
    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A byte that HTTP lets through to whoever reads a field (RFC 9110 section 5.5).
    fn byte(&mut self) -> u8 {
        match self.below(8) {
            0 => b'\t',
            1 => self.one_of(b" .,;=\"\\%"),
            2 => u8::try_from(0x80 + self.below(0x80)).unwrap(),
            _ => u8::try_from(0x21 + self.below(0x5e)).unwrap(),
        }
    }

    /// Two places, the first before the second.
    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let (a, b) = (self.below(len + 1), self.below(len + 1));
        a.min(b)..a.max(b)
    }
}

/// What a fuzzer would do to a good field: one to four changes of bytes, of parts, and of their number.
fn mutated(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut field = seeds[numbers.below(seeds.len())].clone();
    let mut fields = Vec::new();
    for _ in 0..=numbers.below(4) {
        let len = field.len();
        match numbers.below(12) {
            0 if len > 0 => field[numbers.below(len)] = numbers.byte(),
            1 => field.insert(numbers.below(len + 1), numbers.byte()),
            2 => drop(field.drain(numbers.range(len))),
            3 => field.truncate(numbers.below(len + 1)),
            // A piece of it once more, elsewhere.
            4 => {
                let piece = field[numbers.range(len)].to_vec();
                let at = numbers.below(len + 1);
                field.splice(at..at, piece);
            }
            // A piece of another.
            5 => {
                let other = &seeds[numbers.below(seeds.len())];
                let piece = other[numbers.range(other.len())].to_vec();
                field.splice(numbers.range(len), piece);
            }
            // Its parts in another order, fewer or more of them.
            6 => {
                let mut parts: Vec<_> = field.split(|byte| *byte == b'.').collect();
                let (a, b) = (numbers.below(parts.len()), numbers.below(parts.len()));
                match numbers.below(3) {
                    0 => parts.swap(a, b),
                    1 => drop(parts.remove(a)),
                    _ => parts.insert(b, parts[a]),
                }
                field = parts.join(&b'.');
            }
            7 => {
                let scheme =
                    numbers.one_of(&["Basic", "DPoP", "Digest", "Bearer,", "", "bearer\t"]);
                let rest = field.iter().position(|byte| *byte == b' ').unwrap_or(0);
                field.splice(..rest, scheme.bytes());
            }
            8 => field.extend(std::iter::repeat_n(numbers.byte(), numbers.below(6000))),
            9 => field = (0..numbers.below(300)).map(|_| numbers.byte()).collect(),
            10 => field
                .extend(numbers.one_of(&[", Bearer a", "==", "=a", " realm=\"x\"", "."]).bytes()),
            _ => fields.push(seeds[numbers.below(seeds.len())].clone()),
        }
    }
    fields.push(field);
    fields
}

/// Whether it is still a good field: schemes have no case, and blanks around a field are none of it.
fn is_good(fields: &[Vec<u8>], token: &str) -> bool {
    let [field] = fields else { return false };
    let field = field.trim_ascii();
    let Some((scheme, rest)) = field.split_at_checked(6) else { return false };
    let rest = rest.strip_prefix(b" ").map(|rest| rest.trim_ascii_start());
    scheme.eq_ignore_ascii_case(b"Bearer") && rest == Some(token.as_bytes())
}

#[tokio::test]
async fn ten_thousand_malformed_fields_have_answers_with_a_challenge() {
    let issuer = Issuer::start();
    let origin = issuer.gateway().await;
    let mut client = Connection::to(&origin).await;
    let good = issuer.token();
    let bound = issuer.mint(&issuer.with("cnf", Holder::new(1).confirmation()));
    let seeds =
        [format!("Bearer {good}"), format!("DPoP {bound}"), format!("Bearer {}", issuer.forged())];
    let seeds = seeds.map(String::into_bytes);
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut seen = BTreeMap::new();
    let mut sent = 0;
    while sent < 10_000 {
        let fields = mutated(&mut numbers, &seeds);
        if is_good(&fields, &good) {
            continue;
        }
        sent += 1;
        let named: Vec<_> = fields.iter().map(|it| ("Authorization", it.as_slice())).collect();
        let answer = client.send("GET", MODELS, &named, "").await;
        let shown = || named.iter().map(|it| it.1.escape_ascii().to_string()).collect::<Vec<_>>();
        let Some(answer) = answer else { panic!("no answer to {:?}", shown()) };
        assert!(matches!(answer.status, 400 | 401), "{} to {:?}", answer.status, shown());
        let [bearer, dpop] = answer.challenges()[..] else { panic!("{:?}", shown()) };
        assert!(bearer.starts_with("Bearer realm=") && dpop.starts_with("DPoP realm="));
        assert_eq!(answer.body, "");
        *seen.entry((answer.status, bearer.to_owned(), dpop.to_owned())).or_insert(0) += 1;
    }
    // All that there is to be heard, whatever was sent: nothing of it comes back.
    assert!(seen.len() <= 12, "{seen:#?}");
    assert!(seen.keys().any(|it| it.0 == 400) && seen.keys().any(|it| it.0 == 401));
    assert_eq!(client.bearer(&good).await.status, 200);
}

/// What is no field at all (RFC 9110 section 5.5) does not get as far as the token.
#[tokio::test]
async fn bytes_that_http_forbids_end_the_connection_and_not_the_gateway() {
    let issuer = Issuer::start();
    let origin = issuer.gateway().await;
    let good = issuer.token();
    for byte in (0..0x20_u8).chain([0x7f]).filter(|byte| !matches!(byte, b'\t' | b'\r' | b'\n')) {
        let field = [format!("Bearer {good}").as_bytes(), &[byte]].concat();
        let mut client = Connection::to(&origin).await;
        let answer = client.send("GET", MODELS, &[("Authorization", &field)], "").await;
        assert!(answer.is_none_or(|answer| answer.status == 400), "{byte:#x}");
    }
    let mut client = Connection::to(&origin).await;
    assert_eq!(client.bearer(&good).await.status, 200);
}
