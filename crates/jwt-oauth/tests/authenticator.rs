//! The client as a state machine: what it asks for, in every turn that servers and clocks can take.
#![cfg(feature = "es256")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)] // a test may panic

#[path = "authenticator/world.rs"]
mod world;

use jwt_core::{MintError, Policy, UnverifiedToken};
use jwt_oauth::{
    AssertionAudience, AuthError, Authenticator, Client, ClientAssertion, Encoding, ErrorCode,
    ExpectProof, Flow, PublicPoint, Purpose, ResponseError, Step, TargetUri, Timing, Verdict,
};
use serde_json::{Value, json};

use world::{API, Event, Reply, START, World, date, decoded, form, key};

fn client() -> Client<'static> {
    Client::new("device-0001", "https://as.example", "https://as.example/token")
}

fn point() -> PublicPoint {
    PublicPoint::from(&key().verifying_key())
}

/// A client and its world.
macro_rules! authenticator {
    ($auth:ident, $world:ident, $client:expr) => {
        let (mut token, mut work) = ([0; 256], [0; 2048]);
        #[allow(unused_mut)] // reason: some only look
        let mut $auth = Authenticator::new($client, &mut token, &mut work);
        let mut $world = World::new();
    };
}

fn ok() -> Reply {
    Reply::new(200, "the API's own")
}

fn sends(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Send(..))).count()
}

fn sleeps(events: &[Event]) -> Vec<u32> {
    let sleep =
        |event: &Event| if let Event::Sleep(seconds) = event { Some(*seconds) } else { None };
    events.iter().filter_map(sleep).collect()
}

#[test]
fn a_bearer_token_is_fetched_used_and_kept() {
    authenticator!(auth, world, client());
    let (events, result) = world.call(&mut auth, &[Reply::token("t1", "Bearer", 300), ok()]);
    assert_eq!(result, Ok(()));
    let [Event::Send(body, None), Event::Use(authorization, None), Event::Done] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(authorization, "Bearer t1");
    let form = form(body);
    assert_eq!(form["grant_type"], "client_credentials");
    // A server of this library takes the assertion.
    let mut scratch = [0; 1024];
    let policy = Policy::new("device-0001", "https://as.example")
        .subject("device-0001")
        .typ(ClientAssertion::TYPE);
    UnverifiedToken::parse(form["client_assertion"])
        .unwrap()
        .verify(&key().verifying_key(), &mut scratch)
        .unwrap()
        .validate(&policy, date(START))
        .unwrap();
    // The same token until it is due: 30 s before its end.
    world.now = START + 269;
    let (events, _) = world.call(&mut auth, &[ok()]);
    assert_eq!(events, [Event::Use("Bearer t1".to_owned(), None), Event::Done]);
    world.now = START + 270;
    let (events, _) = world.call(&mut auth, &[Reply::token("t2", "Bearer", 300), ok()]);
    assert_eq!(events[1], Event::Use("Bearer t2".to_owned(), None));
}

#[test]
fn a_bound_token_goes_with_a_proof_for_each_request() {
    let point = point();
    authenticator!(auth, world, Client { dpop: Some(&point), ..client() });
    let (events, result) = world.call(&mut auth, &[Reply::token("t1", "DPoP", 300), ok()]);
    assert_eq!(result, Ok(()));
    let [Event::Send(_, Some(at_server)), Event::Use(authorization, Some(at_api)), Event::Done] =
        &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(authorization, "DPoP t1");
    let mut scratch = [0; 1024];
    let bound = key().verifying_key().thumbprint();
    let uri = |text| TargetUri::parse(text).unwrap();
    ExpectProof::at_authorization_server("POST", uri("https://as.example/token"))
        .key(bound)
        .verify([at_server], date(START), &mut scratch)
        .unwrap();
    let expect = ExpectProof::at_resource("GET", uri("https://api.example/v1"), "t1", bound);
    let first = expect.verify([at_api], date(START), &mut scratch).unwrap().replay_id();
    let (events, _) = world.call(&mut auth, &[ok()]);
    let Event::Use(_, Some(at_api)) = &events[0] else { panic!("{events:?}") };
    assert_ne!(expect.verify([at_api], date(START), &mut scratch).unwrap().replay_id(), first);
}

#[test]
fn both_servers_may_ask_for_a_nonce_once() {
    let point = point();
    authenticator!(auth, world, Client { dpop: Some(&point), ..client() });
    let nonce = |reply: Reply, nonce| reply.header("DPoP-Nonce", nonce);
    let replies = [
        nonce(Reply::error(400, "use_dpop_nonce"), "as-1"),
        nonce(Reply::token("t1", "DPoP", 300), "as-2"),
        nonce(Reply::challenge("use_dpop_nonce"), "api-1"),
        nonce(ok(), "api-2"),
    ];
    let (events, result) = world.call(&mut auth, &replies);
    assert_eq!(result, Ok(()));
    assert!(sleeps(&events).is_empty());
    let nonces: Vec<Value> = events
        .iter()
        .filter_map(|event| match event {
            Event::Send(_, Some(proof)) | Event::Use(_, Some(proof)) => {
                Some(decoded(proof).1["nonce"].clone())
            }
            _ => None,
        })
        .collect();
    assert_eq!(nonces, [Value::Null, json!("as-1"), Value::Null, json!("api-1")]);
    // The nonces of successful answers are taken too (RFC 9449 section 8.2).
    auth.forget_token();
    let (events, _) = world.call(&mut auth, &[Reply::token("t2", "DPoP", 300), ok()]);
    let [Event::Send(_, Some(a)), Event::Use(_, Some(b)), _] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((&decoded(a).1["nonce"], &decoded(b).1["nonce"]), (&json!("as-2"), &json!("api-2")));
}

#[test]
fn a_server_that_asks_for_nonces_without_end_is_waited_for_and_given_up() {
    let point = point();
    authenticator!(auth, world, Client { dpop: Some(&point), ..client() });
    let replies: Vec<_> = (0..20)
        .map(|i| Reply::error(400, "use_dpop_nonce").header("DPoP-Nonce", &format!("n{i}")))
        .collect();
    let (events, result) = world.call(&mut auth, &replies);
    assert_eq!(result, Err(AuthError::Exhausted { status: 400 }));
    assert_eq!((sends(&events), sleeps(&events).len()), (10, 4));
    // The same nonce again is no news: each is a failure.
    auth.reset();
    let replies = vec![Reply::error(400, "use_dpop_nonce").header("DPoP-Nonce", "n9"); 20];
    assert_eq!(sends(&world.call(&mut auth, &replies).0), 5);
}

#[test]
fn a_refused_token_is_replaced_once() {
    authenticator!(auth, world, client());
    let refused =
        || Reply::new(401, "").header("www-authenticate", "Bearer error=\"invalid_token\"");
    let replies =
        [Reply::token("t1", "Bearer", 300), refused(), Reply::token("t2", "Bearer", 300), ok()];
    let (events, result) = world.call(&mut auth, &replies);
    assert_eq!(result, Ok(()));
    assert_eq!(events[3], Event::Use("Bearer t2".to_owned(), None));
    // A new one that is refused as well is an error, and the next call waits before it asks.
    let replies = [refused(), Reply::token("t3", "Bearer", 300), refused()];
    let (_, result) = world.call(&mut auth, &replies);
    assert_eq!(result, Err(AuthError::ApiRefused(ErrorCode::InvalidToken)));
    assert!(!result.unwrap_err().is_final());
    let (events, result) = world.call(&mut auth, &[Reply::token("t4", "Bearer", 300), ok()]);
    assert_eq!((sleeps(&events).len(), result), (1, Ok(())));
    // 401 without a code counts as a refused token; 403 is the caller's.
    let (events, _) =
        world.call(&mut auth, &[Reply::new(401, ""), Reply::token("t5", "Bearer", 300), ok()]);
    assert_eq!(sends(&events), 1);
    let (events, result) = world.call(&mut auth, &[Reply::new(403, "")]);
    assert_eq!((events.len(), result), (2, Ok(())));
}

#[test]
fn a_clock_that_is_off_is_corrected_by_the_date_of_a_refusal_within_bounds() {
    // The server is 100 s ahead of START, which is 28 May 2026, 20:26:40.
    let refusal = |at: &str| Reply::error(401, "invalid_client").header("Date", at);
    authenticator!(auth, world, client());
    let replies =
        [refusal("Thu, 28 May 2026 20:28:20 GMT"), Reply::token("t", "Bearer", 300), ok()];
    let (events, result) = world.call(&mut auth, &replies);
    assert_eq!(result, Ok(()));
    let Event::Send(body, _) = &events[1] else { panic!("{events:?}") };
    assert_eq!(decoded(form(body)["client_assertion"]).1["iat"], START + 100);
    // The lifetime of the token is the device's own clock's: it is due 30 s before its end by that.
    world.now = START + 269;
    assert_eq!(world.call(&mut auth, &[ok()]).0.len(), 2);
    // Once, and no further than the bound; a second or two is no skew.
    for (date, error) in [
        ("Thu, 28 May 2026 20:33:20 GMT", ErrorCode::InvalidClient), // 101 s after that: learnt, and refused again
        ("Thu, 28 May 2026 23:26:40 GMT", ErrorCode::InvalidClient),
        ("Thu, 28 May 2026 20:26:42 GMT", ErrorCode::InvalidClient),
        ("nonsense", ErrorCode::InvalidClient),
    ] {
        authenticator!(auth, world, client());
        let (events, result) =
            world.call(&mut auth, &[refusal(date), refusal(date), refusal(date)]);
        assert_eq!(result, Err(AuthError::Refused(error)), "{date}");
        assert!(sends(&events) <= 2 && sleeps(&events).is_empty());
    }
    // A server whose clock is somewhere else each time is believed once.
    authenticator!(auth, world, client());
    let replies =
        [refusal("Thu, 28 May 2026 20:28:20 GMT"), refusal("Thu, 28 May 2026 20:30:00 GMT")];
    let (events, result) = world.call(&mut auth, &replies);
    let refused = Err(AuthError::Refused(ErrorCode::InvalidClient));
    assert_eq!((sends(&events), result), (2, refused));
    // A Date of a success moves nothing.
    authenticator!(auth, world, client());
    let token = Reply::token("t", "Bearer", 300).header("Date", "Thu, 28 May 2026 20:28:20 GMT");
    world.call(&mut auth, &[token, ok()]).1.unwrap();
    auth.forget_token();
    let (events, _) = world.call(&mut auth, &[Reply::token("t", "Bearer", 300), ok()]);
    let Event::Send(body, _) = &events[0] else { panic!("{events:?}") };
    assert_eq!(decoded(form(body)["client_assertion"]).1["iat"], START);
}

#[test]
fn a_clock_that_is_off_is_corrected_at_the_api_too() {
    let point = point();
    authenticator!(auth, world, Client { dpop: Some(&point), ..client() });
    let late =
        Reply::challenge("invalid_dpop_proof").header("Date", "Thu, 28 May 2026 20:28:20 GMT");
    let (events, result) =
        world.call(&mut auth, &[Reply::token("t", "DPoP", 300), late.clone(), ok()]);
    assert_eq!(result, Ok(()));
    let Event::Use(_, Some(proof)) = &events[2] else { panic!("{events:?}") };
    assert_eq!(decoded(proof).1["iat"], START + 100);
    let (_, result) = world.call(&mut auth, &[late]);
    assert_eq!(result, Err(AuthError::ApiRefused(ErrorCode::InvalidDpopProof)));
}

#[test]
fn failures_are_waited_for_longer_and_longer_and_then_given_up() {
    for reply in [
        Reply::new(0, ""),
        Reply::new(500, ""),
        Reply::new(503, "<html>"),
        Reply::new(429, ""),
        Reply::error(400, "temporarily_unavailable"),
        Reply::new(200, "<html>"),
        Reply::new(200, r#"{"access_token":"t","token_type":"Bearer","expires_in":0}"#),
    ] {
        authenticator!(auth, world, client());
        let (events, result) = world.call(&mut auth, &vec![reply.clone(); 9]);
        assert_eq!(result, Err(AuthError::Exhausted { status: reply.status }));
        let sleeps = sleeps(&events);
        assert_eq!((sends(&events), sleeps.len()), (5, 4));
        for (sleep, backoff) in sleeps.iter().zip([1, 2, 4, 8]) {
            assert!((backoff / 2).max(1) <= *sleep && *sleep <= backoff, "{sleeps:?}");
        }
        // It stays so, and nothing is sent, until it is told to begin anew.
        let error = AuthError::Exhausted { status: reply.status };
        assert!(error.is_final());
        assert_eq!(world.call(&mut auth, &[]).1, Err(error));
        auth.reset();
        let (events, result) = world.call(&mut auth, &[Reply::token("t", "Bearer", 300), ok()]);
        assert_eq!((events.len(), result), (3, Ok(())));
    }
}

#[test]
fn retry_after_is_heeded_in_both_forms() {
    for (value, date, seconds) in [
        ("120", None, 120),
        ("Thu, 28 May 2026 20:28:20 GMT", None, 100),
        // By the server's clock, which is 60 s ahead.
        ("Thu, 28 May 2026 20:28:20 GMT", Some("Thu, 28 May 2026 20:27:40 GMT"), 40),
        ("0", None, 1),
        ("soon", None, 1),
        ("99999999999", None, 86_400),
    ] {
        authenticator!(auth, world, client());
        let mut reply = Reply::new(503, "").header("Retry-After", value);
        if let Some(date) = date {
            reply = reply.header("Date", date);
        }
        let (events, _) = world.call(&mut auth, &[reply, Reply::token("t", "Bearer", 300), ok()]);
        assert_eq!(sleeps(&events), [seconds], "{value}");
    }
}

#[test]
fn a_token_is_used_while_it_lasts_though_its_renewal_fails() {
    authenticator!(auth, world, client());
    world.call(&mut auth, &[Reply::token("t1", "Bearer", 300), ok()]).1.unwrap();
    world.now = START + 280;
    let (events, result) = world.call(&mut auth, &[Reply::new(503, ""), ok()]);
    assert_eq!(result, Ok(()));
    assert_eq!(events[1..], [Event::Use("Bearer t1".to_owned(), None), Event::Done]);
    world.now = START + 300;
    let (events, _) = world.call(&mut auth, &[Reply::token("t2", "Bearer", 300), ok()]);
    assert!(events.contains(&Event::Use("Bearer t2".to_owned(), None)));
}

#[test]
fn a_token_that_is_over_before_it_came_is_a_failure() {
    authenticator!(auth, world, client());
    let replies =
        [Reply::token("t1", "Bearer", 2).takes(2), Reply::token("t2", "Bearer", 2).takes(1), ok()];
    let (events, result) = world.call(&mut auth, &replies);
    assert_eq!((sleeps(&events).len(), result), (1, Ok(())));
    assert!(events.contains(&Event::Use("Bearer t2".to_owned(), None)));
}

#[test]
fn a_proof_that_is_signed_when_its_token_is_over_is_not_used() {
    let point = point();
    authenticator!(auth, world, Client { dpop: Some(&point), ..client() });
    world.call(&mut auth, &[Reply::token("t1", "DPoP", 10), ok()]).1.unwrap();
    let Ok(Step::Sign { purpose: Purpose::Proof, .. }) =
        auth.step(&API, date(START + 4), world.random())
    else {
        panic!()
    };
    auth.signed(&[0x11; 64]).unwrap();
    let next = auth.step(&API, date(START + 10), world.random());
    assert!(matches!(next, Ok(Step::Sign { purpose: Purpose::Assertion, .. })), "{next:?}");
}

#[test]
fn a_clock_that_goes_back_invalidates_the_token() {
    authenticator!(auth, world, client());
    world.call(&mut auth, &[Reply::token("t1", "Bearer", 300), ok()]).1.unwrap();
    world.now = START - 1000;
    let (events, _) = world.call(&mut auth, &[Reply::token("t2", "Bearer", 300), ok()]);
    assert_eq!(events[1], Event::Use("Bearer t2".to_owned(), None));
}

#[test]
fn what_will_not_change_by_itself_is_told_at_once() {
    for (reply, error) in [
        (Reply::error(401, "invalid_client"), AuthError::Refused(ErrorCode::InvalidClient)),
        (Reply::error(400, "invalid_scope"), AuthError::Refused(ErrorCode::InvalidScope)),
        (
            Reply::error(400, "unauthorized_client"),
            AuthError::Refused(ErrorCode::UnauthorizedClient),
        ),
        (Reply::error(400, "what"), AuthError::Refused(ErrorCode::Other)),
        (Reply::new(404, "<html>"), AuthError::Status(404)),
        (Reply::new(302, ""), AuthError::Status(302)),
        (Reply::new(204, ""), AuthError::Status(204)),
        (Reply::token("t", "DPoP", 300), AuthError::Response(ResponseError::TokenType)),
        (Reply::token(&"t".repeat(257), "Bearer", 300), AuthError::TokenTooLong { needed: 257 }),
    ] {
        authenticator!(auth, world, client());
        let (events, result) = world.call(&mut auth, &[reply]);
        assert_eq!((events.len(), result), (1, Err(error)));
        assert!(error.is_final() && !error.to_string().is_empty());
    }
    // Who asked for a bound token takes no other.
    let point = point();
    authenticator!(auth, world, Client { dpop: Some(&point), ..client() });
    let (_, result) = world.call(&mut auth, &[Reply::token("t", "Bearer", 300)]);
    assert_eq!(result, Err(AuthError::Response(ResponseError::NotBound)));
}

#[test]
fn other_flows_and_encodings_are_a_matter_of_configuration() {
    let bearer = Client {
        flow: Flow::JwtBearer { subject: "device-0001:run" },
        encoding: Encoding::Json,
        others: &[("organization_id", "org-1")],
        ..client()
    };
    authenticator!(auth, world, bearer);
    let (events, _) = world.call(&mut auth, &[Reply::token("t", "Bearer", 300), ok()]);
    let Event::Send(body, _) = &events[0] else { panic!("{events:?}") };
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!(body["organization_id"], "org-1");
    let (header, claims) = decoded(body["assertion"].as_str().unwrap());
    assert_eq!(header["typ"], "JWT");
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("device-0001"), &json!("device-0001:run"))
    );

    let exchange =
        Client { flow: Flow::TokenExchange { subject: "s" }, key_id: Some("k"), ..client() };
    authenticator!(auth, world, exchange);
    let (events, _) = world.call(&mut auth, &[Reply::token("t", "Bearer", 300), ok()]);
    let Event::Send(body, _) = &events[0] else { panic!("{events:?}") };
    assert_eq!(form(body)["subject_token_type"], "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt");
    assert_eq!(decoded(form(body)["subject_token"]).0["kid"], "k");

    let legacy = Client { assertion_audience: AssertionAudience::LegacyTokenEndpoint, ..client() };
    authenticator!(auth, world, legacy);
    let (events, _) = world.call(&mut auth, &[Reply::token("t", "Bearer", 300), ok()]);
    let Event::Send(body, _) = &events[0] else { panic!("{events:?}") };
    let (header, claims) = decoded(form(body)["client_assertion"]);
    assert_eq!(
        (&header["typ"], &claims["aud"]),
        (&json!("JWT"), &json!("https://as.example/token"))
    );
}

#[test]
fn every_work_buffer_is_large_enough_or_says_what_is() {
    let point = point();
    let mut len = 0;
    let mut needs = 0;
    loop {
        let (mut token, mut work) = ([0; 16], vec![0; len]);
        let mut auth =
            Authenticator::new(Client { dpop: Some(&point), ..client() }, &mut token, &mut work);
        let replies = [Reply::token("t", "DPoP", 300), ok()];
        match World::new().call(&mut auth, &replies).1 {
            Ok(()) => break,
            Err(AuthError::WorkTooSmall { needed }) => {
                assert!(needed > len);
                needs += 1;
                len = if needs % 2 == 0 { needed } else { needed - 1 };
            }
            other => panic!("{len}: {other:?}"),
        }
    }
    assert!((900..1200).contains(&len), "{len}");
}

#[test]
fn what_cannot_be_a_signature_is_asked_for_again() {
    authenticator!(auth, world, client());
    let Ok(Step::Sign { signing_input, .. }) = auth.step(&API, date(START), world.random()) else {
        panic!()
    };
    let before = signing_input.to_vec();
    let refused = Err(AuthError::Mint(MintError::InvalidSignature));
    for signature in [&[0; 64][..], &[0x11; 63], &[0xff; 64], &[]] {
        assert_eq!(auth.signed(signature), refused);
    }
    let Ok(Step::Sign { signing_input, .. }) = auth.step(&API, date(START), world.random()) else {
        panic!()
    };
    assert_eq!(signing_input, before);
    // One that took too long is drafted anew.
    let late = date(START + 31);
    let Ok(Step::Sign { signing_input, .. }) = auth.step(&API, late, world.random()) else {
        panic!()
    };
    assert_ne!(signing_input, before);
    assert_eq!(auth.signed(&[0x11; 64]), Ok(()));
    assert_eq!(auth.signed(&[0x11; 64]), Err(AuthError::NotAsked));
    assert_eq!(auth.answer(date(START), &ok().answer()), Err(AuthError::NotAsked));
}

#[test]
fn a_request_whose_answer_is_never_told_has_failed() {
    authenticator!(auth, world, client());
    for _ in 0..2 {
        let Ok(Step::Sign { .. }) = auth.step(&API, date(world.now), world.random()) else {
            panic!()
        };
        auth.signed(&[0x11; 64]).unwrap();
        let Ok(Step::Send(_)) = auth.step(&API, date(world.now), world.random()) else { panic!() };
        let Ok(Step::Sleep(seconds)) = auth.step(&API, date(world.now), world.random()) else {
            panic!()
        };
        // Whoever does not sleep is told again.
        let Ok(Step::Sleep(again)) = auth.step(&API, date(world.now), world.random()) else {
            panic!()
        };
        assert_eq!(seconds, again);
        world.now += i64::from(seconds);
    }
}

#[test]
fn a_target_that_is_none_is_refused_before_anything_is_signed() {
    let point = point();
    authenticator!(auth, world, Client { dpop: Some(&point), ..client() });
    world.call(&mut auth, &[Reply::token("t", "DPoP", 300), ok()]).1.unwrap();
    for (method, uri) in [("GET", "/v1"), ("get", "https://api.example/v1")] {
        let api = jwt_oauth::ApiRequest { method, uri };
        let refused = auth.step(&api, date(world.now), world.random());
        assert!(matches!(refused, Err(AuthError::Proof(_))), "{refused:?}");
    }
    assert_eq!(world.call(&mut auth, &[ok()]).1, Ok(()));
}

#[test]
fn timing_is_the_caller_s() {
    let timing = Timing { max_attempts: 1, ..Timing::default() };
    authenticator!(auth, world, Client { timing, ..client() });
    let (events, result) = world.call(&mut auth, &[Reply::new(500, ""), ok()]);
    assert_eq!((events.len(), result), (1, Err(AuthError::Exhausted { status: 500 })));
    let timing = Timing { margin: 200, ..Timing::default() };
    authenticator!(auth, world, Client { timing, ..client() });
    world.call(&mut auth, &[Reply::token("t", "Bearer", 100), ok()]).1.unwrap();
    world.now = START + 49; // half of the lifetime at most
    assert_eq!(world.call(&mut auth, &[ok()]).1, Ok(()));
    // No "expires_in": five minutes.
    authenticator!(auth, world, client());
    let token = Reply::new(200, r#"{"access_token":"t","token_type":"Bearer"}"#);
    world.call(&mut auth, &[token, ok()]).1.unwrap();
    world.now = START + 269;
    assert_eq!(world.call(&mut auth, &[ok()]).0.len(), 2);
}

#[test]
fn debug_shows_no_token_and_no_nonce() {
    let point = point();
    authenticator!(
        auth,
        world,
        Client { dpop: Some(&point), others: &[("x", "SECRET")], ..client() }
    );
    let token = Reply::token("SECRET", "DPoP", 300).header("DPoP-Nonce", "SECRET");
    let shown = format!("{:?}", token.answer());
    world.call(&mut auth, &[token, ok()]).1.unwrap();
    let mut shown = format!("{shown}{auth:?}");
    loop {
        let step = auth.step(&API, date(world.now), world.random()).unwrap();
        if let Step::Use(used) = &step {
            shown += &format!("{used:?}");
            break;
        }
        auth.signed(&[0x11; 64]).unwrap();
    }
    assert!(!shown.contains("SECRET"), "{shown}");
    assert_eq!(auth.answer(date(world.now), &ok().answer()), Ok(Verdict::Done));
}
