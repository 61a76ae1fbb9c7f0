//! One passing and one failing vector for every rule of every profile, and a count so that none is
//! forgotten.
//!
//! A vector is minted with a key in memory and verified with jwt-core; its header and payload are compared
//! as text. Rules that are data are also broken one by one in claims by hand, because the types make most
//! of them impossible to break.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

#[path = "support/block_on.rs"]
mod block_on;
#[path = "profiles/table.rs"]
mod table;
#[path = "profiles/vectors.rs"]
mod vectors;

use std::collections::{BTreeMap, BTreeSet};

use block_on::block_on;
use jwt_core::error::WriteError;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{
    Audience, Es256, Es256VerifyingKey, MintError, NumericDate, RegisteredClaims, UnverifiedToken,
    base64url,
};
use jwt_device::profile::{
    self, AccessTokenHash, AppStoreConnect, AppleApns, AudienceForm, ClearBlade, Coinbase,
    DpopProof, KeyId, Lifetime, MqttPassword, NrfCloud, NrfDevice, Profile, ProfileError,
    ProviderToken as _, PublicPoint, Reuse, Rule, RuleViolation, Subject, VapidAuthorization,
    WebPush,
};
use jwt_device::{DigestSigner, SignerErrorKind, SoftwareSigner};
use table::{NOW, Row, es256, es256_key, parts, public_point};
use vectors::{APPLE_KID, table};

#[test]
fn mints_what_is_legal_and_refuses_the_rest_by_the_name_of_the_rule() {
    for Row { api, sentence, vector, expected } in table().0 {
        let expected = expected.map_err(|rule| RuleViolation { api, rule });
        assert_eq!(vector, expected, "{api}: {sentence}");
    }
}

/// The variant of a rule, and the claim where the data names several.
fn name(rule: &Rule) -> String {
    match rule {
        Rule::Missing { claim } => format!("Missing {claim}"),
        Rule::Forbidden { claim } => format!("Forbidden {claim}"),
        Rule::Fixed { claim, .. } => format!("Fixed {claim}"),
        Rule::Empty { member } => format!("Empty {member}"),
        other => variant(other),
    }
}

fn variant(rule: &Rule) -> String {
    let debug = format!("{rule:?}");
    debug.split([' ', '(']).next().unwrap().to_owned()
}

/// The names of the rules that a profile has as data.
fn rules_of(profile: &Profile) -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    let mut rule = |name: String| rules.insert(name);
    match profile.key_id {
        KeyId::Optional => {}
        KeyId::Required => _ = rule("KeyIdMissing".into()),
        KeyId::OfLength(_) => {
            rule("KeyIdMissing".into());
            rule("KeyIdLength".into());
            rule("KeyIdCharacters".into());
        }
        KeyId::SameAsSubject => {
            rule("KeyIdMissing".into());
            rule("KeyIdNotSubject".into());
        }
        _ => panic!("count the new kind of kid rule"),
    }
    for claim in profile.required {
        rule(format!("Missing {claim}"));
    }
    for claim in profile.forbidden {
        rule(format!("Forbidden {claim}"));
    }
    for (claim, _) in profile.fixed {
        rule(format!("Fixed {claim}"));
    }
    if profile.audience == AudienceForm::Single {
        rule("AudienceNotSingle".into());
    }
    if profile.subject == Subject::IsIssuer {
        rule("IssuerNotSubject".into());
    }
    if profile.lifetime.is_some() {
        rule("LifetimeTooShort".into());
        rule("LifetimeTooLong".into());
    }
    match profile.reuse {
        Reuse::UntilExpiry => {}
        Reuse::Once => _ = rule("SingleUse".into()),
        Reuse::ByAge { .. } => {
            rule("RenewedTooSoon".into());
            rule("TooOld".into());
        }
        _ => panic!("count the new kind of reuse"),
    }
    rules
}

/// The rules that are code: the API, and the name of the rule.
const OWN_RULES: &[(&str, &str)] = &[
    ("App Store Connect", "Empty scope"),
    ("App Store Connect", "EndsBeforePlan"),
    ("App Store Connect, with scope", "Missing scope"),
    ("App Store Connect, with scope", "Empty scope"),
    ("App Store Server API", "Empty bid"),
    ("nRF Cloud", "NotHardwareAndUuid"),
    ("Web Push", "NotAnOrigin"),
    ("Web Push", "NotAContact"),
    ("Coinbase CDP", "Empty nonce"),
    ("Coinbase CDP", "NotAMethod"),
    ("Coinbase CDP", "NotAHost"),
    ("Coinbase CDP", "NotAPath"),
    ("Coinbase CDP", "TooLong"),
    ("DPoP proof", "NotAMethod"),
    ("DPoP proof", "NotATargetUri"),
    ("DPoP proof", "Empty nonce"),
    ("DoorDash", "Empty kid"),
    ("Zoom Video SDK", "Empty app_key"),
    ("Zoom Video SDK", "Empty tpc"),
    ("Zoom Video SDK", "TooLong"),
    ("Zhipu GLM", "Empty api_key"),
    ("Zhipu GLM", "SecretInClaim"),
];

#[test]
fn every_rule_of_every_profile_has_a_failing_vector_and_every_profile_a_passing_one() {
    let table = table();
    let mut broken: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut minted = BTreeSet::new();
    for row in &table.0 {
        match &row.expected {
            Err(rule) => _ = broken.entry(row.api).or_default().insert(name(rule)),
            Ok((header, _)) if !header.is_empty() => _ = minted.insert(row.api),
            Ok(_) => {}
        }
    }
    let mut rules = 0;
    for profile in profile::ALL {
        let api = profile.name;
        assert!(minted.contains(api), "{api} has no passing vector");
        let own = OWN_RULES.iter().filter(|(of, _)| *of == api).map(|(_, rule)| (*rule).to_owned());
        for rule in rules_of(profile).into_iter().chain(own) {
            rules += 1;
            assert!(broken[api].contains(&rule), "{api} has no failing vector for {rule}");
        }
    }
    assert_eq!((profile::ALL.len(), rules), (20, 159), "profiles and their rules");
}

#[test]
fn every_rule_that_has_a_name_has_a_failing_vector() {
    let source = include_str!("../src/profile/rule.rs");
    let body = source.split_once("pub enum Rule {").unwrap().1.split_once("\n}").unwrap().0;
    let named: BTreeSet<_> = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase))
        .map(|line| line.split([' ', '(', ',']).next().unwrap().to_owned())
        .collect();
    let broken: BTreeSet<_> =
        table().0.iter().filter_map(|row| row.expected.as_ref().err().map(variant)).collect();
    assert_eq!(named, broken);
    assert_eq!(named.len(), 26);
}

#[test]
fn says_the_api_and_the_rule_in_plain_words() {
    let mut seen = BTreeSet::new();
    for row in table().0 {
        let Err(violation) = row.vector else { continue };
        let text = violation.to_string();
        let (api, rule) = text.split_once(": ").unwrap();
        assert_eq!(api, row.api);
        assert!(!rule.ends_with('.') && rule.starts_with(char::is_lowercase), "{text}");
        assert_eq!(ProfileError::<SignerErrorKind>::Rule(violation).to_string(), text);
        seen.insert(text);
    }
    for text in [
        "Apple APNs: kid has 9 characters, not 10",
        "Apple APNs: kid is required, and the signer's key has no name",
        "Apple APNs: exp is not allowed",
        "Apple APNs: the last token was minted 1199 s ago, less than 1200 s",
        "Apple APNs: the token is 3601 s old, more than 3600 s",
        "App Store Connect: aud is not appstoreconnect-v1",
        "App Store Connect: exp is after 1201 s, more than 1200 s",
        "ClearBlade IoT Core: aud is not a single string",
        "Coinbase CDP: each request needs a token of its own",
        "Zoom Video SDK: tpc has 201 characters, more than 200",
    ] {
        assert!(seen.contains(text), "{text} is not among {seen:#?}");
    }
}

#[test]
fn tells_a_token_source_when_to_mint_again() {
    let plan = |profile: Profile| {
        (profile.lifetime(), profile.min_interval(), profile.max_interval(), profile.single_use())
    };
    assert_eq!(plan(AppleApns::PROFILE), (None, Some(1200), Some(3600), false));
    assert_eq!(plan(AppStoreConnect::PROFILE), (Some(900), None, None, false));
    assert_eq!(plan(<NrfCloud<'_>>::PROFILE), (Some(600), None, None, false));
    assert_eq!(plan(Coinbase::PROFILE), (Some(120), None, None, true));
    assert_eq!(plan(DpopProof::PROFILE), (None, None, None, true));
    for profile in profile::ALL {
        if let Some(Lifetime { usual, min, max }) = profile.lifetime {
            assert!(1 <= min && min <= usual && usual <= max, "{}", profile.name);
        }
    }
}

#[test]
fn renews_between_twenty_and_sixty_minutes_and_after_a_clock_was_set_back() {
    let apns = AppleApns::PROFILE;
    let after = |seconds| NOW.saturating_add(seconds);
    assert_eq!(apns.check_renewal(NOW, after(1200)), Ok(()));
    assert_eq!(apns.check_reuse(NOW, after(3600)), Ok(()));
    assert!(apns.check_renewal(NOW, NOW).is_err());
    assert_eq!(apns.check_renewal(after(1), NOW), Ok(()));
    assert_eq!(ClearBlade::PROFILE.check_renewal(NOW, NOW), Ok(()));
    assert_eq!(ClearBlade::PROFILE.check_reuse(NOW, after(u64::MAX)), Ok(()));
}

#[test]
fn refuses_an_audience_that_names_nobody() {
    let nobody: [&[&str]; 3] = [&[], &[""], &["a", ""]];
    for audience in nobody {
        let rule = Rule::Empty { member: "aud" };
        let password = MqttPassword::<Es256>::new(NOW, 60).audience(audience);
        assert_eq!(es256(&password, None).unwrap_err().rule, rule, "{audience:?}");
        let claims = RegisteredClaims {
            audience: Some(Audience::Many(audience)),
            expiration_time: Some(NOW.saturating_add(60)),
            issued_at: Some(NOW),
            ..Default::default()
        };
        let profile = <MqttPassword<'_, Es256>>::PROFILE;
        assert_eq!(profile.check(None, &claims, NOW).unwrap_err().rule, rule, "{audience:?}");
    }
}

#[test]
fn asks_no_signer_for_a_token_that_breaks_a_rule() {
    let mut signer = DigestSigner::new(
        |_: &[u8; 32]| -> Result<[u8; 64], SignerErrorKind> { panic!("signed") },
        Some("too short"),
    );
    let token = AppleApns { team_id: "DEF123GHIJ", issued_at: NOW };
    let mut buf = [0; 256];
    let refused = profile::mint(&token, &mut signer, &mut buf);
    assert!(matches!(refused, Err(ProfileError::Rule(_))));
    assert_eq!(buf, [0; 256]);
}

#[test]
fn refuses_milliseconds_that_were_taken_for_seconds() {
    let now = NumericDate::from_seconds(1_780_000_000_000);
    let token = ClearBlade { project_id: "p", issued_at: now, lifetime: 600 };
    let rule = Rule::LifetimeTooShort { seconds: 0, min: 1 };
    assert_eq!(es256(&token, None).unwrap_err().rule, rule);
}

#[test]
fn lets_own_claims_replace_none_that_was_checked() {
    let own = from_fn(|object| {
        object.integer("exp", 4_000_000_000);
    });
    let token = NrfCloud { device: NrfDevice::Id("dev-1"), issued_at: NOW, lifetime: 600, own };
    let key = es256_key();
    let mut buf = [0; 256];
    let error = profile::mint(&token, &mut SoftwareSigner::new(&key, None), &mut buf).unwrap_err();
    assert_eq!(error, ProfileError::Mint(MintError::Claims(WriteError::DuplicateMember)));
}

#[test]
fn passes_on_the_errors_of_the_signer_and_the_size_of_the_buffer() {
    let token = AppleApns { team_id: "DEF123GHIJ", issued_at: NOW };
    let failing = |_: &[u8; 32]| Err(SignerErrorKind::Busy);
    let mut signer = DigestSigner::new(failing, APPLE_KID);
    let mut buf = [0; 256];
    let busy = profile::mint(&token, &mut signer, &mut buf);
    assert_eq!(busy.unwrap_err(), ProfileError::Signer(SignerErrorKind::Busy));

    let mut signer = DigestSigner::new(|_: &[u8; 32]| Ok::<_, SignerErrorKind>([0; 64]), APPLE_KID);
    let zeros = profile::mint(&token, &mut signer, &mut buf);
    assert_eq!(zeros.unwrap_err(), ProfileError::Mint(MintError::InvalidSignature));

    let key = es256_key();
    let mut signer = SoftwareSigner::new(&key, APPLE_KID);
    let Err(ProfileError::Mint(MintError::BufferTooSmall { needed })) =
        profile::mint(&token, &mut signer, &mut [0; 8])
    else {
        panic!("a token in 8 bytes");
    };
    assert_eq!(
        profile::mint(&token, &mut signer, &mut vec![0; needed]).unwrap().as_str().len(),
        needed
    );
}

#[test]
fn mints_the_same_token_at_once_in_two_phases_and_with_a_signer_that_waits() {
    let token = DpopProof {
        public_key: &public_point(),
        jwt_id: "b1",
        method: "GET",
        uri: "https://api.example/v1",
        issued_at: NOW,
        access_token: None,
        nonce: None,
    };
    let key = es256_key();
    let mut signer = SoftwareSigner::new(&key, Some("k"));
    let mut buf = [0; 1024];
    let at_once = profile::mint(&token, &mut signer, &mut buf).unwrap().to_string();
    let draft = profile::draft(&token, Some("k"), &mut buf).unwrap();
    assert_eq!(draft.sign(&key).unwrap().as_str(), at_once);
    let waited = block_on(profile::mint_async(&token, &mut signer, &mut buf));
    assert_eq!(waited.unwrap().as_str(), at_once);
    let refused = profile::draft(&DpopProof { jwt_id: "", ..token }, None, &mut [0; 8]).map(|_| ());
    assert!(matches!(refused, Err(ProfileError::Rule(_))));
    assert!(!format!("{:?}", AccessTokenHash::of("secret")).contains("secret"));
}

#[test]
fn agrees_with_the_example_of_rfc_8292_section_2_4() {
    let k =
        "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
    let t = concat!(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJl",
        "eHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC",
        "9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA",
    );
    let mut point = [0; 65];
    base64url::decode(k.as_bytes(), &mut point).unwrap();
    let key = Es256VerifyingKey::from_sec1(&point).unwrap();
    let _ = UnverifiedToken::parse(t).unwrap().verify(&key, &mut [0; 512]).unwrap();
    let mine = WebPush {
        origin: "https://push.example.net",
        contact: Some("mailto:push@example.com"),
        issued_at: NumericDate::from_seconds(1_453_523_768 - 3600),
        lifetime: 3600,
    };
    let members = |text: &str| {
        let text = text.trim_matches(['{', '}']).to_owned();
        text.split(',').map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (theirs, mine) = (parts(t), es256(&mine, None).unwrap());
    assert_eq!(members(&theirs.0), members(&mine.0));
    assert_eq!(members(&theirs.1), members(&mine.1));

    let public_key = PublicPoint::from_sec1(&point).unwrap();
    let key = es256_key();
    let mut buf = [0; 512];
    let token = WebPush { origin: "https://a", contact: None, issued_at: NOW, lifetime: 1 };
    let token = profile::mint(&token, &mut SoftwareSigner::new(&key, None), &mut buf).unwrap();
    let authorization = VapidAuthorization { token, public_key };
    assert_eq!(authorization.to_string(), format!("vapid t={token}, k={k}"));
    assert!(!format!("{authorization:?}").contains(token.as_str()));
}

#[test]
fn writes_a_public_point_as_the_key_writes_itself() {
    struct Text([u8; 256]);
    let jwk = |members: &dyn WriteMembers| {
        let mut text = Text([0; 256]);
        jwt_core::json::write_object(&mut text.0, members).unwrap().to_owned()
    };
    let key = es256_key().verifying_key();
    let point = public_point();
    assert_eq!(jwk(&point), jwk(&key));
    assert_eq!(point.as_sec1(), &key.to_sec1());
    let xy: &[u8; 64] = point.as_sec1()[1..].try_into().unwrap();
    assert_eq!(PublicPoint::from_coordinates(xy), Some(point));
    assert_eq!(PublicPoint::from_coordinates(&[0; 64]), None);
    assert_eq!(PublicPoint::from_sec1(&[0x02; 65]), None);
    #[cfg(feature = "es256")]
    assert_eq!(PublicPoint::from(&key), point);
}
