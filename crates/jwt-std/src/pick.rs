//! Which algorithms a key is for: by its own words, by its kind, or by the caller's. Never by a token's.

use jwt_core::error::KeyForm;
use jwt_core::{Algorithm, Jwk, KeyError};

use crate::Error;
use crate::material::{self, algorithms, form_for};

/// The one algorithm of a key that cannot say any, as in PEM. The caller's has to fit it.
pub(crate) fn one(form: KeyForm, said: Option<Algorithm>) -> Result<Algorithm, Error> {
    match (said, algorithms(form)) {
        (Some(said), fitting) if fitting.contains(&said) => Ok(said),
        (Some(said), [_, ..]) => {
            Err(KeyError::WrongForm { found: form, needed: form_for(said) }.into())
        }
        (None, [only]) => Ok(*only),
        // RFC 8037 section 3.1: "EdDSA" is the name that everybody knows.
        (None, [usual, ..]) if form == KeyForm::Ed25519 => Ok(*usual),
        (None, [_, ..]) => Err(needed(form)),
        (_, []) => Err(KeyError::WrongForm { found: form, needed: KeyForm::P256 }.into()),
    }
}

/// The algorithms of a key that cannot say any, as in PEM: those of `allowed` that fit it.
pub(crate) fn any(form: KeyForm, allowed: &[Algorithm]) -> Result<Vec<Algorithm>, Error> {
    if allowed.is_empty() {
        return Ok(vec![one(form, None)?]);
    }
    let fitting = algorithms(form).iter().copied().filter(|alg| allowed.contains(alg));
    let fitting: Vec<_> = fitting.collect();
    if fitting.is_empty() { Err(Error::AlgorithmNotAllowed) } else { Ok(fitting) }
}

/// The algorithms of a JWK: the one it says, or those of `allowed` that fit it.
pub(crate) fn of_jwk(jwk: &Jwk<'_>, allowed: &[Algorithm]) -> Result<Vec<Algorithm>, Error> {
    let form = jwk.form();
    let possible = algorithms(form);
    let Some(first) = possible.first().copied() else {
        // The core says what is wrong with it.
        jwk.check_use(KeyForm::P256, Algorithm::Es256, "verify")?;
        return Err(KeyError::WrongForm { found: form, needed: KeyForm::P256 }.into());
    };
    if jwk.object().find("alg").is_some() {
        let said = possible.iter().find(|alg| jwk.alg().is_some_and(|said| said == alg.name()));
        // What it says may be no algorithm of this kind of key at all; the core then says so.
        let asked = possible.iter().find(|alg| allowed.contains(alg));
        return Ok(vec![said.or(asked).copied().unwrap_or(first)]);
    }
    if possible.len() == 1 {
        return Ok(vec![first]);
    }
    any(if form == KeyForm::Edwards { KeyForm::Ed25519 } else { form }, allowed)
}

/// As [`of_jwk`], where one algorithm is needed.
pub(crate) fn one_of_jwk(jwk: &Jwk<'_>, said: &[Algorithm]) -> Result<Algorithm, Error> {
    match of_jwk(jwk, said)?.as_slice() {
        [algorithm] => Ok(*algorithm),
        _ => Err(needed(jwk.form())),
    }
}

/// The form that a JWK has by `kty` and `crv`: of the kty "OKP", the core tells no curves apart.
pub(crate) const fn stated_form(algorithm: Algorithm) -> KeyForm {
    match material::form_for(algorithm) {
        KeyForm::Ed25519 => KeyForm::Edwards,
        form => form,
    }
}

const fn needed(form: KeyForm) -> Error {
    match form {
        KeyForm::Rsa => Error::RsaAlgorithmNeeded,
        _ => Error::AlgorithmNeeded,
    }
}
