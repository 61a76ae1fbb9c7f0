//! Key material in JSON Web Keys (RFC 7518 section 6, RFC 8037 section 2).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::error::KeyForm;
use jwt_core::{Jwk, KeyError};
use zeroize::Zeroizing;

use super::rsa::Factors;
use super::{Curve, EcPrivate, EcPublic, Ed25519Private, Ed25519Public};
use super::{Private, Public, RsaPrivate, RsaPublic};

/// The public key of a JWK. Of a private one it is the public part, once the two are known to belong
/// together.
pub(crate) fn public(jwk: &Jwk<'_>) -> Result<Public, KeyError> {
    if jwk.object().find("d").is_some() {
        return private(jwk)?.public().ok_or(wrong_form(jwk));
    }
    stated_public(jwk)
}

/// The public part as it is stated.
fn stated_public(jwk: &Jwk<'_>) -> Result<Public, KeyError> {
    let form = jwk.form();
    if let Some(curve) = Curve::of_form(form) {
        let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
        // RFC 7518 section 6.2.1.2: "The length of this octet string MUST be the full size of a
        // coordinate for the curve".
        for (name, coordinate) in [("x", &x), ("y", &y)] {
            if coordinate.len() != curve.len() {
                return Err(KeyError::Member { name });
            }
        }
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        return Ok(Public::Ec(EcPublic::from_sec1(curve, &point)?));
    }
    match form {
        KeyForm::Edwards => {
            let crv = jwk.object().find("crv").and_then(|crv| crv.as_text());
            match crv {
                Some(crv) if crv == "Ed25519" => {
                    Ok(Public::Ed25519(Ed25519Public::new(&bytes(jwk, "x")?)?))
                }
                Some(_) => Err(wrong_form(jwk)),
                None => Err(KeyError::Member { name: "crv" }),
            }
        }
        KeyForm::Rsa => Ok(Public::Rsa(RsaPublic::new(&bytes(jwk, "n")?, &bytes(jwk, "e")?)?)),
        _ => Err(wrong_form(jwk)),
    }
}

/// The private key of a JWK, once it is known to belong to the public part.
pub(crate) fn private(jwk: &Jwk<'_>) -> Result<Private, KeyError> {
    let stated = stated_public(jwk)?;
    if jwk.object().find("d").is_none() {
        return Err(KeyError::PublicKey);
    }
    let d = bytes(jwk, "d")?;
    let private = match stated {
        Public::Ec(ref public) => Private::Ec(EcPrivate::new(public.curve(), d)?),
        Public::Ed25519(_) => Private::Ed25519(Ed25519Private::new(&d)?),
        Public::Rsa(ref public) => {
            // RFC 7518 section 6.3.2.7: keys of more than two primes. Nobody has them.
            if jwk.object().find("oth").is_some() {
                return Err(KeyError::Member { name: "oth" });
            }
            // RFC 7518 section 6.3.2: "if the producer includes any of the other private key
            // parameters, then all of the others MUST be present".
            let names = ["p", "q", "dp", "dq", "qi"];
            let any = names.into_iter().any(|name| jwk.object().find(name).is_some());
            let parts = |name| if any { bytes(jwk, name) } else { Ok(Zeroizing::default()) };
            let (p, q, qi) = (parts("p")?, parts("q")?, parts("qi")?);
            let (dp, dq) = (parts("dp")?, parts("dq")?);
            let factors = Factors { p: &p, q: &q, dp: &dp, dq: &dq, qi: &qi };
            let key = RsaPrivate::new(public.clone(), &d, any.then_some(factors))?;
            Private::Rsa(Box::new(key))
        }
    };
    if private.public() == Some(stated) { Ok(private) } else { Err(KeyError::KeyMismatch) }
}

/// The secret of a symmetric JWK.
pub(crate) fn secret(jwk: &Jwk<'_>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    bytes(jwk, "k")
}

/// The members of a public JWK but for `alg` and `kid`, without the braces.
pub(crate) fn public_members(key: &Public) -> String {
    let encode = Base64UrlUnpadded::encode_string;
    match key {
        Public::Ec(key) => {
            let (x, y) = key.coordinates();
            let (crv, x, y) = (key.curve().name(), encode(x), encode(y));
            format!(r#""kty":"EC","crv":"{crv}","x":"{x}","y":"{y}""#)
        }
        Public::Ed25519(key) => {
            format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, encode(key.bytes()))
        }
        Public::Rsa(key) => {
            format!(r#""kty":"RSA","n":"{}","e":"{}""#, encode(key.n()), encode(key.e()))
        }
    }
}

/// The members of a private JWK but for `alg` and `kid`, without the braces.
pub(crate) fn private_members(key: &Private) -> Zeroizing<String> {
    let public = key.public().map(|public| public_members(&public));
    let parts: Vec<(&str, &[u8])> = match key {
        Private::Hmac(secret) => vec![("k", secret.as_slice())],
        Private::Ec(key) => vec![("d", key.scalar())],
        Private::Ed25519(key) => vec![("d", key.seed())],
        Private::Rsa(key) => vec![
            ("d", key.d.as_slice()),
            ("p", &key.p),
            ("q", &key.q),
            ("dp", &key.dp),
            ("dq", &key.dq),
            ("qi", &key.qi),
        ],
    };
    let secret_len: usize = parts.iter().map(|(_, part)| part.len()).sum();
    // So large that nothing secret is left behind by growing.
    let room = secret_len.saturating_mul(2).saturating_add(4096);
    let mut text = Zeroizing::new(String::with_capacity(room));
    text.push_str(public.as_deref().unwrap_or(r#""kty":"oct""#));
    for (name, part) in parts {
        let part = Zeroizing::new(Base64UrlUnpadded::encode_string(part));
        for piece in [",\"", name, "\":\"", part.as_str(), "\""] {
            text.push_str(piece);
        }
    }
    text
}

/// The bytes that a member encodes in base64url.
fn bytes(jwk: &Jwk<'_>, name: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let text = jwk.object().find(name).and_then(|value| value.as_text()?.as_str());
    let bytes = Base64UrlUnpadded::decode_vec(text.ok_or(KeyError::Member { name })?);
    match bytes {
        Ok(bytes) if !bytes.is_empty() => Ok(Zeroizing::new(bytes)),
        _ => Err(KeyError::Member { name }),
    }
}

fn wrong_form(jwk: &Jwk<'_>) -> KeyError {
    let found = jwk.form();
    let needed = if found == KeyForm::Edwards { KeyForm::Ed25519 } else { KeyForm::P256 };
    KeyError::WrongForm { found, needed }
}
