//! OAuth without a panic path: a client with DPoP against canned answers, token requests in both encodings, and
//! every reader of what comes from the network. The image links only if that is so; it runs too, and fails where
//! one of its calls does. No curve is linked.
#![no_std]
#![no_main]

use jwt_core::NumericDate;
use jwt_core::error::KeyError;
use jwt_core::key::{Jwk, Thumbprint};
use jwt_core::{Algorithm, InvalidSignature, VerifyingKey};
use jwt_firmware::image;
use jwt_firmware::opaque::{hide, see};
use jwt_oauth::field::{RetryAfter, dpop_nonce};
use jwt_oauth::request::token_type;
use jwt_oauth::{
    Answer, ApiRequest, Authenticator, Challenges, Client, CountedIds, Encoding, ErrorResponse,
    ExpectProof, Grant, PublicPoint, Step, TargetUri, TokenExchange, TokenRequest, TokenResponse,
    TokenType, Verdict,
};

image!(no_panic run);

const PROOF: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
const TOKEN: &[u8] = br#"{"access_token":"t","token_type":"DPoP","expires_in":300}"#;
const NONCE: &[u8] = br#"{"error":"use_dpop_nonce"}"#;

fn run() -> Option<()> {
    client()?;
    requests()?;
    readers()?;
    proof()
}

fn now() -> NumericDate {
    NumericDate::from_seconds(hide(1_562_262_618))
}

/// Both servers ask for a nonce, and the token server fails once.
fn client() -> Option<()> {
    let point = PublicPoint::from_coordinates(hide(&[0x11; 64]))?;
    let client = Client {
        dpop: Some(&point),
        key_id: Some(hide("k")),
        scope: Some(hide("a b")),
        ..Client::new(
            hide("device-0001"),
            hide("https://as.example"),
            hide("https://as.example/token"),
        )
    };
    let (mut token, mut work) = ([0; 64], [0; 1536]);
    let mut auth = Authenticator::new(client, &mut token, &mut work);
    let mut ids = CountedIds::new(hide([7; 32]), hide(1));
    let api = ApiRequest { method: hide("GET"), uri: hide("https://api.example/v1?x") };
    let mut now = now();
    let server: [(u16, &[u8]); 3] = [(503, b""), (400, NONCE), (200, TOKEN)];
    let mut server = hide(server).into_iter();
    let mut statuses = hide([401, 200]).into_iter();
    loop {
        match auth.step(&api, now, ids.draw()).ok()? {
            Step::Sign { signing_input, .. } => {
                see(signing_input);
                auth.signed(hide(&[0x11; 64])).ok()?;
            }
            Step::Sleep(seconds) => now = now.saturating_add(seconds.into()),
            Step::Send(call) => {
                see((call.uri, call.content_type, call.body, call.dpop));
                let (status, body) = server.next()?;
                let answer = Answer::new(status, body)
                    .header(hide("DPoP-Nonce"), hide(b"n"))
                    .header(hide("Retry-After"), hide(b"2"))
                    .header(hide("Date"), hide(b"Thu, 04 Jul 2019 17:50:18 GMT"));
                see(auth.answer(now, &answer).ok()?);
            }
            Step::Use(with) => {
                see((with.write_value_into(&mut [0; 64]).ok()?, with.dpop()));
                let challenge = hide(br#"DPoP error="use_dpop_nonce""#);
                let answer = Answer::new(statuses.next()?, b"")
                    .header(hide("WWW-Authenticate"), challenge)
                    .header(hide("DPoP-Nonce"), hide(b"m"));
                if auth.answer(now, &answer).ok()? == Verdict::Done {
                    return Some(());
                }
            }
        }
    }
}

fn requests() -> Option<()> {
    let exchange = TokenExchange {
        subject_token: hide("a.b.c"),
        subject_token_type: token_type::JWT,
        actor: Some((hide("d"), token_type::ID_TOKEN)),
        requested_token_type: Some(token_type::ACCESS_TOKEN),
    };
    let code = Grant::AuthorizationCode {
        code: hide("c"),
        redirect_uri: Some(hide("https://c.example/")),
        code_verifier: hide("v"),
    };
    for grant in hide([Grant::TokenExchange(exchange), Grant::RefreshToken(hide("r")), code]) {
        let request = TokenRequest {
            resource: hide(&["https://a.example", "b"]),
            others: hide(&[("x", "y")]),
            ..TokenRequest::new(grant)
        };
        for encoding in hide([Encoding::Form, Encoding::Json]) {
            see(request.write(encoding, &mut [0; 1024]).ok()?);
        }
    }
    Some(())
}

fn readers() -> Option<()> {
    see(dpop_nonce(hide(b"n")).ok()?);
    see(RetryAfter::parse(hide(b"120"), now()).ok()?.seconds(now()));
    let challenges = Challenges::parse(hide(br#"Basic a==, DPoP algs="ES256", error=x"#)).ok()?;
    for challenge in challenges.iter() {
        see((challenge.scheme(), challenge.token68(), challenge.params().count()));
        see(challenge.param(hide("algs")).map(|value| value.unescape(&mut [0; 16]).is_ok()));
    }
    let response = TokenResponse::parse(hide(TOKEN), TokenType::Dpop).ok()?;
    see((response.access_token(), response.expires_in(), response.scope()));
    let error = ErrorResponse::parse(hide(NONCE)).ok()?;
    see((error.code(), error.description(), error.uri()));
    Some(())
}

/// A server that verifies with hardware.
struct Elsewhere;

impl VerifyingKey for Elsewhere {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        see((signing_input, signature));
        hide(Ok(()))
    }
}

fn proof() -> Option<()> {
    let bound = Thumbprint::parse(hide("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")).ok()?;
    let uri = TargetUri::parse(hide("https://resource.example.org/a/../protectedresource")).ok()?;
    let token = hide("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    let mut scratch = [0; 512];
    let key = |jwk: &Jwk<'_>| {
        see(jwk.form());
        hide(Ok::<_, KeyError>(Elsewhere))
    };
    let proof = ExpectProof::at_resource(hide("GET"), uri, token, bound)
        .verify_with([hide(PROOF)], now(), &mut scratch, key)
        .ok()?;
    see((proof.replay_id(), proof.forget_after(), proof.jkt()));
    Some(())
}
