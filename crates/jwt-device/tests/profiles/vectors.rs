//! The vectors of each provider: what is legal there, and what is not.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::from_fn;
use jwt_core::{Audience, Es256, Hs256, JwsAlgorithm as _, NumericDate, RegisteredClaims};
use jwt_device::profile::{
    self, AccessTokenHash, AppStoreConnect, AppStoreConnectScoped, AppStoreServer, AppleApns,
    ClearBlade, ClientAssertion, Coinbase, DoorDash, DpopProof, LegacyClientAssertion, Lifetime,
    LiveKit, MqttPassword, NrfCloud, NrfDevice, OktaClientAssertion, Profile, ProfileError,
    ProviderToken, Rule, SignInWithApple, TimeUnit, TwilioAccessToken, WebPush, ZhipuGlm, ZoomRole,
    ZoomVideoSdk,
};

use jwt_device::Renewal;
use jwt_device::source::{Plan, Recipe as _, for_provider};

use crate::table::{NOW, Table, es256, hs256, public_point};

const UUID: &str = "57246542-96fe-1a63-e053-0824d011072a";
pub(crate) const APPLE_KID: Option<&str> = Some("2X9R4HXF34");

fn apple_apns(table: &mut Table) {
    let api = "Apple APNs";
    let token = AppleApns { team_id: "DEF123GHIJ", issued_at: NOW };
    table.data(&token, APPLE_KID);
    table.passes(
        api,
        "has neither exp nor aud",
        es256(&token, APPLE_KID),
        r#"{"alg":"ES256","kid":"2X9R4HXF34"}"#,
        r#"{"iss":"DEF123GHIJ","iat":1780000000}"#,
    );
    let length = |found| Rule::KeyIdLength { found, expected: 10 };
    table.refuses(api, "kid of 11", es256(&token, Some("2X9R4HXF345")), length(11));
    table.refuses(api, "kid of 9", es256(&token, Some("2X9R4HXF3")), length(9));
    for kid in ["2X9R4HXF3 ", "2X9R4HXF3\u{e4}", "2X9R4\r\nF34"] {
        table.refuses(api, kid, es256(&token, Some(kid)), Rule::KeyIdCharacters);
    }
    table.refuses(
        api,
        "5 characters in 10 bytes",
        es256(&token, Some("\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}")),
        length(5),
    );
    table.refuses(api, "signer without a name", es256(&token, None), Rule::KeyIdMissing);
    let token = AppleApns { team_id: "", ..token };
    let empty = Rule::Empty { member: "iss" };
    table.refuses(api, "empty team", es256(&token, APPLE_KID), empty);
}

fn app_store(table: &mut Table) {
    const HEADER: &str = r#"{"alg":"ES256","typ":"JWT","kid":"2X9R4HXF34"}"#;
    let api = "App Store Connect";
    let token = AppStoreConnect { issuer_id: UUID, issued_at: NOW, lifetime: 1200, scope: &[] };
    table.data(&token, APPLE_KID);
    table.passes(
        api,
        "twenty minutes without scope",
        es256(&token, APPLE_KID),
        HEADER,
        r#"{"iss":"57246542-96fe-1a63-e053-0824d011072a","aud":"appstoreconnect-v1","exp":1780001200,"iat":1780000000}"#,
    );
    let scope: &[&str] = &["GET /v1/apps?filter[platform]=IOS"];
    table.passes(
        api,
        "with scope",
        es256(&AppStoreConnect { scope, ..token }, APPLE_KID),
        HEADER,
        r#"{"iss":"57246542-96fe-1a63-e053-0824d011072a","aud":"appstoreconnect-v1","exp":1780001200,"iat":1780000000,"scope":["GET /v1/apps?filter[platform]=IOS"]}"#,
    );
    let long = es256(&AppStoreConnect { lifetime: 1201, ..token }, APPLE_KID);
    table.refuses(api, "1201 s", long, Rule::LifetimeTooLong { seconds: 1201, max: 1200 });
    let none = es256(&AppStoreConnect { lifetime: 0, ..token }, APPLE_KID);
    table.refuses(api, "0 s", none, Rule::LifetimeTooShort { seconds: 0, min: 1 });
    table.refuses(api, "no kid", es256(&token, None), Rule::KeyIdMissing);
    let gap = es256(&AppStoreConnect { scope: &["GET /v1/apps", ""], ..token }, APPLE_KID);
    table.refuses(api, "empty request in scope", gap, Rule::Empty { member: "scope" });
    let plan = Plan::new(NOW, &Renewal::of(&AppStoreConnect::PROFILE), 0);
    let planned = |lifetime| {
        let mut recipe = for_provider(|_| AppStoreConnect { lifetime, ..token });
        match recipe.draft(plan.window(), APPLE_KID, &mut [0; 1024]) {
            Ok(_) => Ok(Default::default()),
            Err(ProfileError::Rule(violation)) => Err(violation),
            Err(error) => panic!("{error:?}"),
        }
    };
    let rule = Rule::EndsBeforePlan { seconds: 899, planned: 900 };
    table.refuses(api, "exp before the plan's", planned(899), rule);
    table.passes(api, "exp at the plan's", planned(900), "", "");
    table.passes(api, "exp after the plan's", planned(901), "", "");

    let api = "App Store Connect, with scope";
    let token = AppStoreConnectScoped {
        issuer_id: UUID,
        issued_at: NOW,
        lifetime: 15_777_000,
        scope: &["GET /v1/apps"],
    };
    table.data(&token, APPLE_KID);
    table.passes(
        api,
        "six months",
        es256(&token, APPLE_KID),
        HEADER,
        r#"{"iss":"57246542-96fe-1a63-e053-0824d011072a","aud":"appstoreconnect-v1","exp":1795777000,"iat":1780000000,"scope":["GET /v1/apps"]}"#,
    );
    let gap = es256(&AppStoreConnectScoped { scope: &[""], ..token }, APPLE_KID);
    table.refuses(api, "empty request in scope", gap, Rule::Empty { member: "scope" });
    let unscoped = es256(&AppStoreConnectScoped { scope: &[], ..token }, APPLE_KID);
    table.refuses(api, "empty scope", unscoped, Rule::Missing { claim: "scope" });
    let long = es256(&AppStoreConnectScoped { lifetime: 15_777_001, ..token }, APPLE_KID);
    let rule = Rule::LifetimeTooLong { seconds: 15_777_001, max: 15_777_000 };
    table.refuses(api, "more than six months", long, rule);

    let api = "App Store Server API";
    let token = AppStoreServer {
        issuer_id: UUID,
        bundle_id: "com.example.app",
        issued_at: NOW,
        lifetime: 3600,
    };
    table.data(&token, APPLE_KID);
    table.passes(
        api,
        "an hour",
        es256(&token, APPLE_KID),
        HEADER,
        r#"{"iss":"57246542-96fe-1a63-e053-0824d011072a","aud":"appstoreconnect-v1","exp":1780003600,"iat":1780000000,"bid":"com.example.app"}"#,
    );
    let empty = es256(&AppStoreServer { bundle_id: "", ..token }, APPLE_KID);
    table.refuses(api, "empty bundle", empty, Rule::Empty { member: "bid" });
    let long = es256(&AppStoreServer { lifetime: 3601, ..token }, APPLE_KID);
    table.refuses(api, "3601 s", long, Rule::LifetimeTooLong { seconds: 3601, max: 3600 });
}

fn sign_in_with_apple(table: &mut Table) {
    let api = "Sign in with Apple";
    let token = SignInWithApple {
        team_id: "DEF123GHIJ",
        client_id: "com.example.app",
        issued_at: NOW,
        lifetime: 15_777_000,
    };
    table.data(&token, APPLE_KID);
    table.passes(
        api,
        "six months",
        es256(&token, APPLE_KID),
        r#"{"alg":"ES256","kid":"2X9R4HXF34"}"#,
        r#"{"iss":"DEF123GHIJ","sub":"com.example.app","aud":"https://appleid.apple.com","exp":1795777000,"iat":1780000000}"#,
    );
    let long = es256(&SignInWithApple { lifetime: 15_777_001, ..token }, APPLE_KID);
    let rule = Rule::LifetimeTooLong { seconds: 15_777_001, max: 15_777_000 };
    table.refuses(api, "more than six months", long, rule);
    table.refuses(api, "no kid", es256(&token, None), Rule::KeyIdMissing);
}

fn nrf_cloud(table: &mut Table) {
    let api = "nRF Cloud";
    let name = "nrf9160.50363154-3931-44f0-8022-121b6401627d";
    let token = NrfCloud { device: NrfDevice::Id("dev-1"), issued_at: NOW, lifetime: 600, own: () };
    table.data(&token, None);
    table.passes(
        api,
        "a device by its ID",
        es256(&token, None),
        r#"{"alg":"ES256"}"#,
        r#"{"sub":"dev-1","exp":1780000600}"#,
    );
    let hardware = NrfCloud { device: NrfDevice::HardwareAndUuid(name), ..token };
    table.data(&hardware, Some("k"));
    table.passes(
        api,
        "a device by hardware and UUID",
        es256(&hardware, Some("k")),
        r#"{"alg":"ES256","kid":"k"}"#,
        r#"{"iss":"nrf9160.50363154-3931-44f0-8022-121b6401627d","exp":1780000600}"#,
    );
    let own = NrfCloud {
        device: NrfDevice::Id("dev-1"),
        issued_at: NOW,
        lifetime: 604_800,
        own: from_fn(|object| {
            object.integer("rssi", -71);
        }),
    };
    table.passes(
        api,
        "seven days, and claims of its own",
        es256(&own, None),
        r#"{"alg":"ES256"}"#,
        r#"{"sub":"dev-1","exp":1780604800,"rssi":-71}"#,
    );
    let long = es256(&NrfCloud { lifetime: 604_801, ..token }, None);
    table.refuses(api, "8 days", long, Rule::LifetimeTooLong { seconds: 604_801, max: 604_800 });
    for name in [
        "nrf9160",
        "nrf9160.",
        ".50363154-3931-44f0-8022-121b6401627d",
        "50363154-3931-44f0-8022-121b6401627d",
        "nrf9160.50363154-3931-44f0-8022-121b6401627",
        "nrf9160.50363154-3931-44f0-8022-121b6401627d-",
        "nrf9160.5036315g-3931-44f0-8022-121b6401627d",
        "nrf9160.50363154393144f08022121b6401627d",
        "\n .50363154-3931-44f0-8022-121b6401627d",
    ] {
        let token = NrfCloud { device: NrfDevice::HardwareAndUuid(name), ..token };
        let rule = Rule::NotHardwareAndUuid { claim: "iss" };
        table.refuses(api, name, es256(&token, None), rule);
    }
}

fn clearblade(table: &mut Table) {
    let api = "ClearBlade IoT Core";
    let token = ClearBlade { project_id: "my-project", issued_at: NOW, lifetime: 86_400 };
    table.data(&token, None);
    table.passes(
        api,
        "a day, and aud as one string",
        es256(&token, None),
        r#"{"alg":"ES256","typ":"JWT"}"#,
        r#"{"aud":"my-project","exp":1780086400,"iat":1780000000}"#,
    );
    let long = es256(&ClearBlade { lifetime: 86_401, ..token }, None);
    let rule = Rule::LifetimeTooLong { seconds: 86_401, max: 86_400 };
    table.refuses(api, "more than a day", long, rule);
    let empty = es256(&ClearBlade { project_id: "", ..token }, None);
    table.refuses(api, "empty project", empty, Rule::Empty { member: "aud" });
}

fn web_push(table: &mut Table) {
    const HEADER: &str = r#"{"alg":"ES256","typ":"JWT"}"#;
    let api = "Web Push";
    let token = WebPush {
        origin: "https://push.example.net",
        contact: Some("mailto:push@example.com"),
        issued_at: NOW,
        lifetime: 86_400,
    };
    table.data(&token, None);
    table.passes(
        api,
        "the shape of RFC 8292 section 2.4",
        es256(&token, None),
        HEADER,
        r#"{"sub":"mailto:push@example.com","aud":"https://push.example.net","exp":1780086400}"#,
    );
    let other = WebPush {
        origin: "https://[2001:db8::1]:8443",
        contact: Some("https://example.com/contact"),
        ..token
    };
    table.passes(
        api,
        "an origin with a port, a contact by https",
        es256(&other, None),
        HEADER,
        r#"{"sub":"https://example.com/contact","aud":"https://[2001:db8::1]:8443","exp":1780086400}"#,
    );
    table.passes(
        api,
        "without a contact",
        es256(&WebPush { contact: None, ..token }, None),
        HEADER,
        r#"{"aud":"https://push.example.net","exp":1780086400}"#,
    );
    for origin in [
        "https://a",
        "https://a:1",
        "https://127.0.0.1:65535",
        "https://[::1]",
        "https://x-1.xn--bcher-kva.example:8443",
        "https://[::ffff:127.0.0.1]",
    ] {
        profile::check(&WebPush { origin, ..token }, None).unwrap();
    }
    for origin in [
        "push.example.net",
        "http://push.example.net",
        "https://",
        "https://push.example.net/",
        "https://push.example.net/send/abc",
        "https://push.example.net?x",
        "https://user@push.example.net",
        "https://push.example.net:",
        "https://push.example.net:port",
        "https://push.example.net:123456",
        "https://push example.net",
        "https://push.example.net#x",
        "https://push.example.net\\x",
        "https://push.example.net]",
        "https://push.example.net\u{7f}",
        "https://[::1]x",
        "https://2001:db8::1",
        "https://[::1",
        "https://[]",
        "https://:443",
        "https://push.example.net:65536",
        "https://push.example.net:0",
        "https://push.example.net:080",
        "https://PUSH.example.net",
        "https://push..example.net",
        "https://.",
        "https://.example.net",
        "https://push.example.net.",
        "https://ex\u{e4}mple.net",
        "https://a,b\"<>",
        "https://a%0d%0a",
        "https://\u{202e}x",
        "https://\u{85}x",
        "https://[zz:\"<>]",
    ] {
        let rule = Rule::NotAnOrigin { claim: "aud" };
        table.refuses(api, origin, es256(&WebPush { origin, ..token }, None), rule);
    }
    for contact in [
        "push@example.com",
        "mailto:",
        "http://example.com",
        "https:",
        "https://",
        "https:// ",
        "https://\u{0}",
        "mailto:\r\nBcc: x",
        "mailto: a@b",
        "mailto:<a@b>",
        "mailto:\u{e4}@b",
    ] {
        let rule = Rule::NotAContact { claim: "sub" };
        table.refuses(
            api,
            contact,
            es256(&WebPush { contact: Some(contact), ..token }, None),
            rule,
        );
    }
    let long = es256(&WebPush { lifetime: 86_401, ..token }, None);
    let rule = Rule::LifetimeTooLong { seconds: 86_401, max: 86_400 };
    table.refuses(api, "more than a day", long, rule);
}

fn coinbase(table: &mut Table) {
    let api = "Coinbase CDP";
    let name = "organizations/o/apiKeys/k";
    let token = Coinbase {
        key_name: name,
        issuer: Coinbase::ISSUER,
        audience: None,
        nonce: "f00d",
        method: "GET",
        host: "api.coinbase.com",
        path: "/api/v3/brokerage/accounts",
        issued_at: NOW,
        lifetime: 120,
    };
    table.data(&token, Some(name));
    table.passes(
        api,
        "bound to its request",
        es256(&token, Some(name)),
        r#"{"alg":"ES256","kid":"organizations/o/apiKeys/k","nonce":"f00d"}"#,
        r#"{"iss":"cdp","sub":"organizations/o/apiKeys/k","exp":1780000120,"nbf":1780000000,"uri":"GET api.coinbase.com/api/v3/brokerage/accounts"}"#,
    );
    let audience = Some(Audience::Many(&["cdp_service"]));
    table.passes(
        api,
        "with an audience",
        es256(&Coinbase { audience, ..token }, Some(name)),
        r#"{"alg":"ES256","kid":"organizations/o/apiKeys/k","nonce":"f00d"}"#,
        r#"{"iss":"cdp","sub":"organizations/o/apiKeys/k","aud":["cdp_service"],"exp":1780000120,"nbf":1780000000,"uri":"GET api.coinbase.com/api/v3/brokerage/accounts"}"#,
    );
    table.refuses(api, "kid of another key", es256(&token, Some("x")), Rule::KeyIdNotSubject);
    let mut refuse = |sentence: &str, token: Coinbase<'_>, rule| {
        table.refuses(api, sentence, es256(&token, Some(name)), rule);
    };
    let rule = Rule::LifetimeTooLong { seconds: 121, max: 120 };
    refuse("121 s", Coinbase { lifetime: 121, ..token }, rule);
    refuse("no nonce", Coinbase { nonce: "", ..token }, Rule::Empty { member: "nonce" });
    for method in ["", "get", "GET ", "G/T"] {
        refuse(method, Coinbase { method, ..token }, Rule::NotAMethod { claim: "uri" });
    }
    for host in ["", "https://api.coinbase.com", "api.coinbase.com/", "a b", "API.coinbase.com"] {
        refuse(host, Coinbase { host, ..token }, Rule::NotAHost { claim: "uri" });
    }
    for path in [
        "",
        "api",
        "/api?limit=1",
        "/api#x",
        "/a b",
        "/a\n",
        "/a\"b",
        "/a<b>",
        "/a\\b",
        "/a{b}",
        "/a|^`",
        "/a%zz",
        "/a%2",
        "/a%",
    ] {
        refuse(path, Coinbase { path, ..token }, Rule::NotAPath { claim: "uri" });
    }
    let path = format!("/{}", "p".repeat(profile::MAX_URI_LEN - "GET api.coinbase.com/".len()));
    let longest = Coinbase { path: &path, ..token };
    let (_, payload) = es256(&longest, Some(name)).unwrap();
    assert!(payload.ends_with(&format!(r#""uri":"GET api.coinbase.com{path}"}}"#)));
    let path = format!("{path}p");
    let rule = Rule::TooLong { member: "uri", found: 257, max: 256 };
    refuse("long path", Coinbase { path: &path, ..token }, rule);
}

fn assertions(table: &mut Table) {
    let api = "client assertion";
    let token = ClientAssertion {
        client_id: "s6BhdRkqt3",
        server_issuer: "https://as.example",
        jwt_id: "b1",
        issued_at: NOW,
        lifetime: 60,
    };
    table.data(&token, None);
    table.passes(
        api,
        "the claims of RFC 7523 section 3, to the issuer alone",
        es256(&token, Some("k")),
        r#"{"alg":"ES256","typ":"client-authentication+jwt","kid":"k"}"#,
        r#"{"iss":"s6BhdRkqt3","sub":"s6BhdRkqt3","aud":"https://as.example","exp":1780000060,"iat":1780000000,"jti":"b1"}"#,
    );
    let empty = es256(&ClientAssertion { jwt_id: "", ..token }, None);
    table.refuses(api, "empty jti", empty, Rule::Empty { member: "jti" });

    let api = "client assertion, legacy audience";
    let token = LegacyClientAssertion {
        client_id: "s6BhdRkqt3",
        token_endpoint: "https://as.example/token",
        jwt_id: "b1",
        issued_at: NOW,
        lifetime: 60,
    };
    table.data(&token, None);
    table.passes(
        api,
        "the claims of RFC 7523 section 3, to the token endpoint",
        es256(&token, Some("k")),
        r#"{"alg":"ES256","typ":"JWT","kid":"k"}"#,
        r#"{"iss":"s6BhdRkqt3","sub":"s6BhdRkqt3","aud":"https://as.example/token","exp":1780000060,"iat":1780000000,"jti":"b1"}"#,
    );
    let empty = es256(&LegacyClientAssertion { client_id: "", ..token }, None);
    table.refuses(api, "empty client", empty, Rule::Empty { member: "iss" });

    let api = "Okta";
    let token = OktaClientAssertion {
        client_id: "0oar95zt9zIpYuz6A0h7",
        token_url: "https://example.okta.com/oauth2/v1/token",
        jwt_id: None,
        issued_at: NOW,
        lifetime: 3600,
    };
    table.data(&token, Some("k"));
    table.passes(
        api,
        "an hour, without jti",
        es256(&token, Some("k")),
        r#"{"alg":"ES256","kid":"k"}"#,
        r#"{"iss":"0oar95zt9zIpYuz6A0h7","sub":"0oar95zt9zIpYuz6A0h7","aud":"https://example.okta.com/oauth2/v1/token","exp":1780003600}"#,
    );
    table.passes(
        api,
        "with jti",
        es256(&OktaClientAssertion { jwt_id: Some("b1"), ..token }, Some("k")),
        r#"{"alg":"ES256","kid":"k"}"#,
        r#"{"iss":"0oar95zt9zIpYuz6A0h7","sub":"0oar95zt9zIpYuz6A0h7","aud":"https://example.okta.com/oauth2/v1/token","exp":1780003600,"jti":"b1"}"#,
    );
    table.refuses(api, "no kid", es256(&token, None), Rule::KeyIdMissing);
    let long = es256(&OktaClientAssertion { lifetime: 3601, ..token }, Some("k"));
    table.refuses(api, "3601 s", long, Rule::LifetimeTooLong { seconds: 3601, max: 3600 });
}

fn dpop(table: &mut Table) {
    const HEADER: &str = concat!(
        r#"{"alg":"ES256","typ":"dpop+jwt","jwk":{"crv":"P-256","kty":"EC","#,
        r#""x":"OtOGGpViE5JRa7WT7wVYPtLlhm9ctiYKMBcjf9ibkK8","#,
        r#""y":"0JYcfjcHWmeRo5xh9WKVsCttJlZ7YV5gqkHuHI6DOI0"}}"#
    );
    let api = "DPoP proof";
    let public_key = &public_point();
    let token = DpopProof {
        public_key,
        jwt_id: "-BwC3ESc6acc2lTc",
        method: "POST",
        uri: "https://server.example.com/token",
        issued_at: NOW,
        access_token: None,
        nonce: None,
    };
    table.data(&token, None);
    table.passes(
        api,
        "the shape of RFC 9449 section 4.2",
        es256(&token, None),
        HEADER,
        r#"{"iat":1780000000,"jti":"-BwC3ESc6acc2lTc","htm":"POST","htu":"https://server.example.com/token"}"#,
    );
    let access_token = AccessTokenHash::of("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    let resource = DpopProof {
        method: "GET",
        uri: "http://127.0.0.1:8080/resource",
        access_token: Some(access_token),
        nonce: Some("eyJ7S_zG.eyJH0-Z.HX4w-7v"),
        ..token
    };
    // The hash is the one of RFC 9449 section 7.1.
    table.passes(
        api,
        "with access token and nonce",
        es256(&resource, None),
        HEADER,
        r#"{"iat":1780000000,"jti":"-BwC3ESc6acc2lTc","htm":"GET","htu":"http://127.0.0.1:8080/resource","ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo","nonce":"eyJ7S_zG.eyJH0-Z.HX4w-7v"}"#,
    );
    profile::check(&DpopProof { method: "M-SEARCH", ..token }, None).unwrap();
    for method in ["", "post", "PO ST"] {
        let rule = Rule::NotAMethod { claim: "htm" };
        table.refuses(api, method, es256(&DpopProof { method, ..token }, None), rule);
    }
    profile::check(&DpopProof { uri: "https://[::1]:8443", ..token }, None).unwrap();
    for uri in [
        "",
        "/token",
        "https://",
        "https:///token",
        "https://a/b?c=d",
        "https://a?c=d",
        "https://a/b#c",
        "https://a/b c",
        "https://a/b\r\nc",
        "https://a/\u{fc}",
        "https://user@a/b",
        "https://a:port/b",
        "ftp://a/b",
    ] {
        let rule = Rule::NotATargetUri { claim: "htu" };
        table.refuses(api, uri, es256(&DpopProof { uri, ..token }, None), rule);
    }
    let empty = es256(&DpopProof { jwt_id: "", ..token }, None);
    table.refuses(api, "empty jti", empty, Rule::Empty { member: "jti" });
    let empty = es256(&DpopProof { nonce: Some(""), ..token }, None);
    table.refuses(api, "empty nonce", empty, Rule::Empty { member: "nonce" });
}

fn mqtt(table: &mut Table) {
    let api = "MQTT broker";
    let publish = from_fn(|acl| {
        acl.array("pub", |topics| {
            topics.string("dev-1/up");
        });
    });
    let acl = from_fn(|object| {
        object.object("acl", &publish);
    });
    let token = MqttPassword::<Es256>::new(NOW, 3600)
        .issuer("fleet")
        .subject("dev-1")
        .audience("rabbitmq")
        .jwt_id("b1")
        .claims(acl);
    table.data(&token, None);
    table.passes(
        api,
        "ES256, with an access control list",
        es256(&token, Some("k")),
        r#"{"alg":"ES256","kid":"k"}"#,
        r#"{"iss":"fleet","sub":"dev-1","aud":"rabbitmq","exp":1780003600,"iat":1780000000,"jti":"b1","acl":{"pub":["dev-1/up"]}}"#,
    );
    let token = MqttPassword::<Hs256>::new(NOW, 1);
    table.data(&token, None);
    table.passes(
        api,
        "HS256, bare",
        hs256(&token, None),
        r#"{"alg":"HS256"}"#,
        r#"{"exp":1780000001,"iat":1780000000}"#,
    );
    let none = hs256(&MqttPassword::<Hs256>::new(NOW, 0), None);
    table.refuses(api, "0 s", none, Rule::LifetimeTooShort { seconds: 0, min: 1 });
    let empty = hs256(&MqttPassword::<Hs256>::new(NOW, 1).audience(""), None);
    table.refuses(api, "empty aud", empty, Rule::Empty { member: "aud" });
}

fn door_dash(table: &mut Table) {
    let api = "DoorDash";
    let token = DoorDash {
        developer_id: "582e4f20-0f48-4bc2-99c2-e094675e2919",
        key_id: "585698aa-2aa6-4bb4-8b3f-dd9d3f47dc28",
        issued_at: NOW,
        lifetime: 1800,
    };
    table.data(&token, None);
    table.passes(
        api,
        "half an hour, and kid in the payload",
        hs256(&token, None),
        r#"{"alg":"HS256","typ":"JWT","dd-ver":"DD-JWT-V1"}"#,
        r#"{"iss":"582e4f20-0f48-4bc2-99c2-e094675e2919","aud":"doordash","exp":1780001800,"iat":1780000000,"kid":"585698aa-2aa6-4bb4-8b3f-dd9d3f47dc28"}"#,
    );
    let long = hs256(&DoorDash { lifetime: 1801, ..token }, None);
    table.refuses(api, "1801 s", long, Rule::LifetimeTooLong { seconds: 1801, max: 1800 });
    let empty = hs256(&DoorDash { key_id: "", ..token }, None);
    table.refuses(api, "empty key ID", empty, Rule::Empty { member: "kid" });
}

fn zoom(table: &mut Table) {
    let api = "Zoom Video SDK";
    let token = ZoomVideoSdk {
        app_key: "key",
        topic: "standup",
        role: ZoomRole::Host,
        issued_at: NOW,
        lifetime: 1800,
        own: (),
    };
    table.data(&token, None);
    table.passes(
        api,
        "half an hour, and role_type a number",
        hs256(&token, None),
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#"{"exp":1780001800,"iat":1780000000,"app_key":"key","tpc":"standup","role_type":1,"version":1}"#,
    );
    let topic = "\u{fc}".repeat(200);
    let own = ZoomVideoSdk {
        app_key: "key",
        topic: &topic,
        role: ZoomRole::Participant,
        issued_at: NOW,
        lifetime: 172_800,
        own: from_fn(|object| {
            object.string("user_key", "dev-1");
        }),
    };
    let payload = format!(
        r#"{{"exp":1780172800,"iat":1780000000,"app_key":"key","tpc":"{topic}","role_type":0,"version":1,"user_key":"dev-1"}}"#
    );
    table.passes(
        api,
        "two days, and the longest topic",
        hs256(&own, None),
        r#"{"alg":"HS256","typ":"JWT"}"#,
        &payload,
    );
    let mut refuse = |sentence: &str, token: ZoomVideoSdk<'_>, rule| {
        table.refuses(api, sentence, hs256(&token, None), rule);
    };
    let rule = Rule::LifetimeTooShort { seconds: 1799, min: 1800 };
    refuse("1799 s", ZoomVideoSdk { lifetime: 1799, ..token }, rule);
    let rule = Rule::LifetimeTooLong { seconds: 172_801, max: 172_800 };
    refuse("more than two days", ZoomVideoSdk { lifetime: 172_801, ..token }, rule);
    refuse("no key", ZoomVideoSdk { app_key: "", ..token }, Rule::Empty { member: "app_key" });
    refuse("no topic", ZoomVideoSdk { topic: "", ..token }, Rule::Empty { member: "tpc" });
    let topic = "t".repeat(201);
    let rule = Rule::TooLong { member: "tpc", found: 201, max: 200 };
    refuse("long topic", ZoomVideoSdk { topic: &topic, ..token }, rule);
}

fn twilio(table: &mut Table) {
    let api = "Twilio";
    let token = TwilioAccessToken {
        key_sid: "SK1",
        account_sid: "AC1",
        jwt_id: "SK1-1780000000",
        issued_at: NOW,
        lifetime: 86_400,
        grants: from_fn(|grants| {
            grants.string("identity", "dev-1").object("chat", &());
        }),
    };
    table.data(&token, None);
    table.passes(
        api,
        "a day, and grants in an object",
        hs256(&token, None),
        r#"{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}"#,
        r#"{"iss":"SK1","sub":"AC1","exp":1780086400,"jti":"SK1-1780000000","grants":{"identity":"dev-1","chat":{}}}"#,
    );
    let long = hs256(&TwilioAccessToken { lifetime: 86_401, ..token }, None);
    let rule = Rule::LifetimeTooLong { seconds: 86_401, max: 86_400 };
    table.refuses(api, "more than a day", long, rule);
    let empty = hs256(&TwilioAccessToken { account_sid: "", ..token }, None);
    table.refuses(api, "empty account", empty, Rule::Empty { member: "sub" });
}

fn zhipu(table: &mut Table) {
    let api = "Zhipu GLM";
    let token = ZhipuGlm { api_key_id: "a1b2", issued_at: NOW, lifetime: 300 };
    table.data(&token, None);
    table.passes(
        api,
        "milliseconds",
        hs256(&token, None),
        r#"{"alg":"HS256","sign_type":"SIGN"}"#,
        r#"{"exp":1780000300000,"api_key":"a1b2","timestamp":1780000000000}"#,
    );
    let late = ZhipuGlm { issued_at: NumericDate::from_seconds(253_402_300_798), ..token };
    table.passes(
        api,
        "milliseconds at the end of the year 9999",
        hs256(&ZhipuGlm { lifetime: 1, ..late }, None),
        r#"{"alg":"HS256","sign_type":"SIGN"}"#,
        r#"{"exp":253402300799000,"api_key":"a1b2","timestamp":253402300798000}"#,
    );
    let empty = hs256(&ZhipuGlm { api_key_id: "", ..token }, None);
    table.refuses(api, "no key", empty, Rule::Empty { member: "api_key" });
    let whole = hs256(&ZhipuGlm { api_key_id: "a1b2.c3d4", ..token }, None);
    table.refuses(api, "the whole key", whole, Rule::SecretInClaim { claim: "api_key" });
}

fn live_kit(table: &mut Table) {
    let api = "LiveKit";
    let video = from_fn(|video| {
        video.string("room", "r").bool("roomJoin", true);
    });
    let token = LiveKit {
        api_key: "APIMmxiL8rquKztZEoZJV9Fb",
        identity: "dev-1",
        issued_at: NOW,
        lifetime: 600,
        grants: from_fn(|object| {
            object.object("video", &video);
        }),
    };
    table.data(&token, None);
    table.passes(
        api,
        "grants beside the registered claims",
        hs256(&token, None),
        r#"{"alg":"HS256"}"#,
        r#"{"iss":"APIMmxiL8rquKztZEoZJV9Fb","sub":"dev-1","exp":1780000600,"video":{"room":"r","roomJoin":true}}"#,
    );
    let empty = hs256(&LiveKit { identity: "", ..token }, None);
    table.refuses(api, "nobody", empty, Rule::Empty { member: "sub" });
}

/// A provider that is none of this crate's.
struct Acme {
    on_monday: bool,
}

impl ProviderToken for Acme {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile::new("Acme", Es256::ALGORITHM);

    fn issued_at(&self) -> NumericDate {
        NOW
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims::default()
    }

    fn check_own(&self) -> Result<(), Rule> {
        if self.on_monday { Err(Rule::Other("not on Mondays")) } else { Ok(()) }
    }
}

/// Another: milliseconds everywhere, and an "aud" that is optional but fixed.
struct Clockwork;

impl ProviderToken for Clockwork {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        fixed: &[(RegisteredClaim::Audience, "clockwork")],
        lifetime: Some(Lifetime::at_most(60, 60)),
        time_unit: TimeUnit::Milliseconds,
        ..Profile::new("Clockwork", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        NOW
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            subject: Some("dev-1"),
            expiration_time: Some(NOW.saturating_add(60)),
            not_before: Some(NOW.saturating_sub(1)),
            issued_at: Some(NOW),
            ..Default::default()
        }
    }
}

fn acme(table: &mut Table) {
    table.passes(
        "Clockwork",
        "every date in milliseconds",
        es256(&Clockwork, None),
        r#"{"alg":"ES256"}"#,
        r#"{"sub":"dev-1","exp":1780000060000,"nbf":1779999999000,"iat":1780000000000}"#,
    );
    let claims = RegisteredClaims {
        audience: Some("clockwork".into()),
        issued_at: Some(NOW.saturating_sub(1)),
        ..Clockwork.registered()
    };
    let from_iat = Clockwork::PROFILE.check(None, &claims, NOW).map(|()| Default::default());
    let rule = Rule::LifetimeTooLong { seconds: 61, max: 60 };
    table.refuses("Clockwork", "the lifetime counts from iat", from_iat, rule);
    let tuesday = es256(&Acme { on_monday: false }, None);
    table.passes("Acme", "no rule at all", tuesday, r#"{"alg":"ES256"}"#, "{}");
    let monday = es256(&Acme { on_monday: true }, None);
    table.refuses("Acme", "a rule of its own", monday, Rule::Other("not on Mondays"));
}

/// The vectors of every provider.
pub(crate) fn table() -> Table {
    let mut table = Table::default();
    for provider in [
        apple_apns,
        app_store,
        sign_in_with_apple,
        nrf_cloud,
        clearblade,
        web_push,
        coinbase,
        assertions,
        dpop,
        mqtt,
        door_dash,
        zoom,
        twilio,
        zhipu,
        live_kit,
        acme,
    ] {
        provider(&mut table);
    }
    table
}
