//! `jwt mint`: a token from claims and flags.

use std::ffi::OsStr;

use jwt_std::jwt_core::error::WriteError;
use jwt_std::jwt_core::json::{Object, from_fn};
use jwt_std::jwt_core::{Audience, MintError};
use jwt_std::{
    Backend, Error, Minter, NumericDate, RegisteredClaims, mint_members, now, random_jwt_id,
};

use crate::args::{Mint, Moment};
use crate::exit::{Failure, Result, usage};
use crate::{input, output};

pub(crate) fn run(args: &Mint) -> Result {
    input::one_stdin([
        args.source.key.as_deref().map(|path| path.as_os_str()),
        args.source.secret_file.as_deref().map(|path| path.as_os_str()),
        args.claims.as_deref().map(OsStr::new),
    ])?;
    let now = args.now.map_or_else(now, NumericDate::from_seconds);

    let header = args.header.as_deref().unwrap_or("{}");
    let header = parse(header.as_bytes(), "--header")?;
    let claims = input::json(args.claims.as_deref().unwrap_or("{}"))?;
    let claims = parse(&claims, "--claims")?;

    let jti = match &args.jti {
        Some(None) => Some(random_jwt_id()?),
        Some(Some(given)) => Some(given.clone()),
        None => None,
    };
    let audiences: Vec<&str> = args.aud.iter().map(String::as_str).collect();
    let registered = RegisteredClaims {
        issuer: args.iss.as_deref(),
        subject: args.sub.as_deref(),
        audience: match audiences.as_slice() {
            [] => None,
            [one] => Some(Audience::One(one)),
            many => Some(Audience::Many(many)),
        },
        expiration_time: args.exp.map(|moment| date(moment, now, "--exp")).transpose()?,
        not_before: args.nbf.map(|moment| date(moment, now, "--nbf")).transpose()?,
        issued_at: (!args.no_iat && claims.find("iat").is_none()).then_some(now),
        jwt_id: jti.as_deref(),
    };

    warn(claims);
    let key = input::private_key(&args.source, args.kid.as_deref(), args.alg)?;
    // In pure Rust, ECDSA is deterministic: the same claims are the same token. RSA does not sign there.
    let key = match key.signing_key_with(Backend::RustCrypto) {
        Err(Error::NoRsaSigning) => key.signing_key(),
        key => key,
    }?;
    let own = from_fn(|members| {
        for (name, value) in header.members() {
            members.value(&name.to_string(), value);
        }
    });
    let mut minter = Minter::new();
    if let Some(typ) = &args.typ {
        minter = minter.typ(typ);
    }
    if let Some(kid) = &args.kid {
        minter = minter.kid(kid);
    }
    let token = mint_members(&minter.header(own), &key, &(registered, claims)).map_err(refused)?;
    output::line(&token)
}

fn parse<'a>(json: &'a [u8], argument: &str) -> Result<Object<'a>> {
    Object::parse(json).map_err(|error| usage(format!("{argument}: {error}")))
}

fn date(moment: Moment, now: NumericDate, argument: &str) -> Result<NumericDate> {
    let seconds = match moment {
        Moment::In(seconds) => now.seconds().saturating_add(seconds),
        Moment::At(seconds) => seconds,
    };
    NumericDate::new(seconds).ok_or_else(|| usage(format!("{argument}: beyond the year 9999")))
}

/// Claims go out as they are written, since a token may be made to be refused. That it will be is said.
fn warn(claims: Object<'_>) {
    for (name, value) in claims.members() {
        let fits = match name.to_string().as_str() {
            "iss" | "sub" | "jti" => value.as_text().is_some(),
            "exp" | "nbf" | "iat" => value.as_number().is_some(),
            "aud" => match value.as_array() {
                Some(many) => {
                    many.elements().next().is_some()
                        && many.elements().all(|one| one.as_text().is_some())
                }
                None => value.as_text().is_some(),
            },
            _ => true,
        };
        if !fits {
            output::diagnose(&format!("warning: {name} has the wrong type; verifiers refuse it"));
        }
    }
}

/// Says which arguments disagree, where the core only knows that a name came twice.
fn refused(error: Error) -> Failure {
    match error {
        Error::Mint(MintError::Claims(WriteError::DuplicateMember)) => {
            usage("a claim is in --claims and in an option of its own")
        }
        Error::Mint(MintError::Header(WriteError::DuplicateMember)) => {
            usage("--header has alg, or a member that is an option of its own")
        }
        error => error.into(),
    }
}
