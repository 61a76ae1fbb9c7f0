//! Which client asks: by an assertion (RFC 7523 section 3, updated by RFC 10070), or, where it is public, by its
//! name only.

use jwt_core::{ClaimsSet, UnverifiedToken, danger};
use jwt_oauth::ClientAssertion;
use jwt_std::{Claims, Error, ExpectAudience, Leeway, NumericDate, Policy, verify};
use rusqlite::Transaction;

use super::answer::{Denied, Verdict, refused};
use super::client::{AuthMethod, Client};
use super::parameters::Parameters;
use super::settings::Settings;
use super::used;

/// "client_assertion_type" (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds that an assertion is good for at most: so long its "jti" is remembered.
const MAX_LIFETIME: u64 = 300;

/// Bytes of a "jti" at most.
const MAX_JTI_LEN: usize = 256;

const LEEWAY: Leeway = Leeway::from_seconds(5);

/// The client that sent these parameters. Its assertion is used up, whatever comes of the request.
pub(super) fn authenticate(
    settings: &Settings,
    transaction: &Transaction<'_>,
    parameters: &Parameters,
    now: NumericDate,
) -> Verdict<Client> {
    if parameters.optional("client_secret").is_some() {
        return Err(invalid("no client has a secret here"));
    }
    let claimed = parameters.optional("client_id");
    let kind = parameters.optional("client_assertion_type");
    let Some(assertion) = parameters.optional("client_assertion") else {
        if kind.is_some() {
            return Err(refused("invalid_request", "client_assertion is missing"));
        }
        let id = claimed.ok_or(invalid("no client authenticates"))?;
        let client = find(transaction, id)?;
        return match client.token_endpoint_auth_method {
            AuthMethod::None => Ok(client),
            AuthMethod::PrivateKeyJwt => Err(invalid("the client has to authenticate")),
        };
    };
    if kind != Some(JWT_BEARER) {
        return Err(refused("invalid_request", "client_assertion_type is not that of a JWT"));
    }
    let peeked = Peeked::of(assertion).ok_or(invalid("the assertion is no JWT with a sub"))?;
    if claimed.is_some_and(|claimed| claimed != peeked.subject) {
        return Err(invalid("client_id is not that of the assertion"));
    }
    let client = find(transaction, &peeked.subject)?;
    let claims = check(settings, &client, assertion, peeked.is_typed, now)?;
    use_up(transaction, &client, &claims, now)?;
    Ok(client)
}

fn find(transaction: &Transaction<'_>, id: &str) -> Verdict<Client> {
    Client::find(transaction, id)?.ok_or(invalid("the client is not known"))
}

/// What an unverified assertion says of itself: good for nothing but to choose by what it is verified.
struct Peeked {
    subject: String,
    is_typed: bool,
}

impl Peeked {
    fn of(assertion: &str) -> Option<Self> {
        let token = UnverifiedToken::parse(assertion).ok()?;
        let mut scratch = vec![0; token.scratch_len()];
        let unverified = danger::peek(token, &mut scratch).ok()?;
        let (claims, _) = unverified.claims().ok()?;
        let typ = unverified.header().typ().map(|typ| typ.to_string());
        Some(Self {
            subject: claims.subject()?.to_string(),
            is_typed: typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")),
        })
    }
}

/// The checks of RFC 7523 section 3. The type is that of RFC 10070, or the one that clients sent before it: none.
fn check(
    settings: &Settings,
    client: &Client,
    assertion: &str,
    is_typed: bool,
    now: NumericDate,
) -> Verdict<Claims> {
    let keys = client.keys().ok_or(invalid("the client has no keys"))?;
    let endpoint = settings.token_endpoint();
    let audiences = [settings.issuer.as_str(), endpoint.as_str()];
    let audiences = if settings.legacy_audience { &audiences[..] } else { &audiences[..1] };
    let policy = Policy::new(client.client_id.as_str(), ExpectAudience::AnyOf(audiences))
        .subject(&client.client_id)
        .require(&["jti"])
        .leeway(LEEWAY)
        .check(is_for_nobody_else);
    let policy = if is_typed { policy.typ(ClientAssertion::TYPE) } else { policy };
    let claims: Claims = verify(assertion, &keys, &policy, now)
        .and_then(|token| token.claims())
        .map_err(|error| {
            tracing::info!(client_id = client.client_id, kind = ?error.kind(), "assertion refused");
            match error {
                Error::Claims { .. } => invalid("a claim of the assertion is refused"),
                _ => invalid("no key of the client verifies the assertion"),
            }
        })?;
    // Its policy required it.
    let expires = claims.expiration_time.unwrap_or(now);
    if expires.seconds_since(now) > MAX_LIFETIME.saturating_add(LEEWAY.seconds()) {
        return Err(invalid("the assertion is good for too long"));
    }
    Ok(claims)
}

/// Whoever else an assertion is for could pass it on.
fn is_for_nobody_else(claims: &ClaimsSet<'_>) -> Result<(), &'static str> {
    match claims.audience().map(|audience| audience.iter().count()) {
        Some(1) => Ok(()),
        _ => Err("aud names others too"),
    }
}

/// "jti" once, of each client.
fn use_up(
    transaction: &Transaction<'_>,
    client: &Client,
    claims: &Claims,
    now: NumericDate,
) -> Verdict<()> {
    let jti = claims.jwt_id.as_deref().unwrap_or_default();
    if jti.is_empty() || jti.len() > MAX_JTI_LEN {
        return Err(invalid("jti is empty or too long"));
    }
    // As JSON, no two pairs are one text.
    let id = serde_json::to_string(&("assertion", &client.client_id, jti))?;
    let forget = claims.expiration_time.unwrap_or(now).saturating_add(LEEWAY.seconds());
    if used::take(transaction, &super::secret::hash(&id), forget, now)? {
        Ok(())
    } else {
        Err(invalid("the assertion was used before"))
    }
}

const fn invalid(why: &'static str) -> Denied {
    refused("invalid_client", why)
}
