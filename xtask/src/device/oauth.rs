//! What OAuth clients on emulated devices are told and send: access tokens, client assertions and proofs. What they
//! send is verified by jwt-oauth.

use std::collections::{BTreeMap, BTreeSet};

use jwt_core::{
    Es256SigningKey, Es256VerifyingKey, Minter, NumericDate, Policy, RegisteredClaims,
    SigningKey as _, UnverifiedToken, base64url,
};
use jwt_oauth::{ClientAssertion, ExpectProof, TargetUri};

use super::qemu::Output;
use crate::fresh;
use crate::sh::Result;

/// What the images call themselves and the authorization server.
pub(super) const CLIENT: &str = "device-0001";
pub(super) const ISSUER: &str = "https://as.example";
pub(super) const TOKEN_ENDPOINT: &str = "https://as.example/token";

/// An access token in the form of RFC 9068, which the API reads and nobody else.
pub(super) fn access_token(now: NumericDate) -> Result<String> {
    let claims = RegisteredClaims {
        issuer: Some(ISSUER),
        subject: Some(CLIENT),
        audience: Some("https://llm.example/v1".into()),
        issued_at: Some(now),
        expiration_time: Some(now.saturating_add(300)),
        jwt_id: Some("Zmlyc3QgdG9rZW4gb2YgaXQ"),
        ..Default::default()
    };
    let minter = Minter::new().typ("at+jwt").kid("server");
    Ok(minter.mint(&mut [0; 1024], &fresh::new_key()?, &claims)?.as_str().to_owned())
}

/// What a token endpoint answers (RFC 6749 section 5.1).
pub(super) fn token_answer(token: &str, token_type: &str, scope: &str) -> String {
    format!(
        r#"{{"access_token":"{token}","token_type":"{token_type}","expires_in":300,"scope":"{scope}"}}"#
    )
}

/// Verifies a client assertion. Returns its "jti".
pub(super) fn assertion(text: &str, key: &Es256VerifyingKey, now: NumericDate) -> Result<String> {
    let policy =
        Policy::new(CLIENT, ISSUER).subject(CLIENT).typ(ClientAssertion::TYPE).require(&["jti"]);
    let mut scratch = [0; 1024];
    let token = UnverifiedToken::parse(text)?.verify(key, &mut scratch)?;
    let claims = token.validate(&policy, now)?.claims();
    Ok(claims.jwt_id().ok_or("no jti")?.chars().collect())
}

/// Verifies the one proof of a request. Returns its "jti".
pub(super) fn proof(
    fields: Vec<&str>,
    expected: ExpectProof<'_>,
    nonce: Option<&str>,
    now: NumericDate,
) -> Result<String> {
    let nonces: Vec<_> = nonce.into_iter().collect();
    let expected = if nonces.is_empty() { expected } else { expected.nonces(&nonces) };
    let mut scratch = [0; 1024];
    Ok(expected.verify(fields, now, &mut scratch)?.jti().chars().collect())
}

/// What the images `oauth_client` and `oauth_client_comb` use.
pub(super) const SCOPE: &str = "llm:chat";
const API: &str = "https://llm.example/v1/chat/completions";
/// What both servers give them.
const NONCE: &str = "4f9a1c77d03be528";

/// One of these images, and what it was told.
pub(super) struct Measured<'m> {
    pub(super) key: &'m Es256SigningKey,
    /// In place of the key's signatures.
    pub(super) signature: Option<[u8; 64]>,
    pub(super) token: String,
    pub(super) now: NumericDate,
}

impl Measured<'_> {
    /// Verifies what it sent: an assertion, and three proofs. Returns how many that were.
    pub(super) fn check(&self, output: &Output) -> Result<u64> {
        let public = self.key.verifying_key();
        let form: BTreeMap<_, _> =
            form_urlencoded::parse(output.text("body")?.as_bytes()).collect();
        if form.get("scope").is_none_or(|scope| scope != SCOPE) {
            return Err("another scope was asked for".into());
        }
        let text = form.get("client_assertion").ok_or("no assertion")?;
        let mut jtis = vec![assertion(&self.signed(text)?, &public, self.now)?];

        let authorization = format!("DPoP {}", self.token);
        if !output.all("authorization").eq([authorization.as_str(); 2]) {
            return Err("another token was sent".into());
        }
        let proofs: Vec<_> =
            output.all("proof").map(|text| self.signed(text)).collect::<Result<_>>()?;
        let (endpoint, api) = (TargetUri::parse(TOKEN_ENDPOINT)?, TargetUri::parse(API)?);
        let jkt = public.thumbprint();
        let at_server = ExpectProof::at_authorization_server("POST", endpoint).key(jkt);
        let at_api = ExpectProof::at_resource("POST", api, &self.token, jkt);
        let expected = [(at_server, None), (at_api, None), (at_api, Some(NONCE))];
        if proofs.len() != expected.len() {
            return Err(format!("{} proofs", proofs.len()).into());
        }
        for (text, (expected, nonce)) in proofs.iter().zip(expected) {
            jtis.push(proof(vec![text], expected, nonce, self.now)?);
        }
        let distinct: BTreeSet<_> = jtis.iter().collect();
        if distinct.len() != jtis.len() {
            return Err("a jti was used twice".into());
        }
        Ok(u64::try_from(jtis.len())?)
    }

    /// The token with its own signature where it has the one that was told.
    fn signed(&self, token: &str) -> Result<String> {
        let Some(told) = self.signature else { return Ok(token.to_owned()) };
        let encode = |signature: &[u8; 64]| -> Result<String> {
            Ok(base64url::encode(signature, &mut [0; 86])?.to_owned())
        };
        let (input, signature) = token.rsplit_once('.').ok_or("no signature")?;
        if signature != encode(&told)? {
            return Err("another signature than the signer's".into());
        }
        Ok(format!("{input}.{}", encode(&self.key.sign(input.as_bytes())?)?))
    }
}
