//! `jwt key inspect`, `jwt key convert` and `jwt key thumbprint`.

use jwt_std::jwt_core::KeyError;
use jwt_std::jwt_core::error::KeyForm;
use jwt_std::{Algorithm, Container, Description, Error, PublicKey, jwk_set};
use std::fmt::Write as _;

use crate::args::{Alg, Convert, ConvertFormat, Inspect, Set};
use crate::exit::{Code, Failure, Result, usage};
use crate::{input, output};

pub(crate) fn inspect(args: &Inspect) -> Result {
    let path = args.file.display().to_string();
    let file = input::key_file(&args.file)?;
    let keys = file.describe().map_err(|error| Failure::from(error).about(&path))?;
    let mut text = String::new();
    let container = match file.container() {
        Container::Jwk => String::from("JWK"),
        Container::JwkSet => format!("JWK Set of {}", keys.len()),
        Container::Pem => String::from("PEM"),
        Container::Der => String::from("DER"),
    };
    field(&mut text, "container", &container);
    for (i, key) in keys.iter().enumerate() {
        if file.container() == Container::JwkSet {
            text.push('\n');
            field(&mut text, "number", &i.saturating_add(1).to_string());
        }
        match key {
            Ok(key) => describe(&mut text, key),
            Err(error) => field(&mut text, "malformed", &error.to_string()),
        }
    }
    output::write(text.as_bytes())
}

fn describe(text: &mut String, key: &Description) {
    field(text, "key", &key.form.to_string());
    let visibility = match (key.form, key.private) {
        (KeyForm::Symmetric, _) => "secret",
        (_, true) => "private",
        (_, false) => "public",
    };
    field(text, "part", visibility);
    for (name, value) in &key.members {
        field(text, name, value);
    }
    match &key.thumbprint {
        Some(thumbprint) => field(text, "thumbprint", thumbprint),
        None if key.form == KeyForm::Symmetric => {
            field(text, "thumbprint", "not shown: it is a hash of the secret");
        }
        None => {}
    }
}

fn field(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "{name:<11} {}", output::printable(value));
}

pub(crate) fn convert(args: &Convert) -> Result {
    let path = args.file.display().to_string();
    let file = input::key_file(&args.file)?;
    if args.public && file.is_symmetric() {
        return Err(usage("a symmetric key has no public part").about(&path));
    }
    // PEM and DER have no place for an algorithm, so there it does not matter which.
    let alg = args.alg.map(Alg::algorithm);
    let to_jwk = args.to == ConvertFormat::Jwk;
    let unsaid = if to_jwk { None } else { Some(Algorithm::Rs256) };
    let convert = || -> std::result::Result<Vec<u8>, Error> {
        if !args.public {
            let key = match file.private_key(None, alg) {
                Err(Error::RsaAlgorithmNeeded) if !to_jwk => file.private_key(None, unsaid),
                key => key,
            };
            match key {
                Ok(key) => {
                    return Ok(match args.to {
                        ConvertFormat::Jwk => lines(&key.to_jwk()),
                        ConvertFormat::Pem => key.to_pem()?.as_bytes().to_vec(),
                        ConvertFormat::Der => key.to_der()?.to_vec(),
                    });
                }
                // A public key has only a public part to convert.
                Err(Error::Key(KeyError::PublicKey)) => {}
                Err(error) => return Err(error),
            }
        }
        let key = match file.public_key(alg) {
            Err(Error::RsaAlgorithmNeeded) if !to_jwk => file.public_key(unsaid)?,
            key => key?,
        };
        Ok(match args.to {
            ConvertFormat::Jwk => lines(&key.to_jwk()),
            ConvertFormat::Pem => key.to_pem()?.into_bytes(),
            ConvertFormat::Der => key.to_der()?,
        })
    };
    let bytes = convert().map_err(|error| input::about(error, &args.file))?;
    output::write(&zeroize::Zeroizing::new(bytes))
}

pub(crate) fn thumbprint(args: &Inspect) -> Result {
    let path = args.file.display().to_string();
    let file = input::key_file(&args.file)?;
    let keys = file.describe().map_err(|error| Failure::from(error).about(&path))?;
    let [key] = keys.as_slice() else {
        return Err(usage("a JWK Set has several keys; see jwt key inspect").about(&path));
    };
    match key.as_ref().map(|key| (key.form, key.thumbprint.as_deref())) {
        Ok((_, Some(thumbprint))) => output::line(thumbprint),
        Ok((KeyForm::Symmetric, None)) => {
            Err(usage("the thumbprint of a symmetric key is a hash of the secret").about(&path))
        }
        Ok((form, None)) => {
            Err(Failure::new(Code::Refused, format!("this is {form}")).about(&path))
        }
        Err(error) => Err(Failure::from(Error::Key(*error)).about(&path)),
    }
}

pub(crate) fn set(args: &Set) -> Result {
    input::one_stdin(args.files.iter().map(|path| Some(path.as_os_str())))?;
    let mut keys: Vec<PublicKey> = Vec::new();
    for path in &args.files {
        let file = input::key_file(path)?;
        let key = file.public_key(args.alg.map(Alg::algorithm)).and_then(|key| match key.kid() {
            Some(_) => Ok(key),
            None => key.thumbprint().map(|kid| key.with_kid(Some(kid))),
        });
        let key = key.map_err(|error| input::about(error, path))?;
        // Of two keys with one name nobody could tell which is meant.
        if keys.iter().any(|other| other.kid() == key.kid()) {
            return Err(usage("another key has the same kid").about(&path.display().to_string()));
        }
        keys.push(key);
    }
    output::line(&jwk_set(&keys))
}

fn lines(text: &str) -> Vec<u8> {
    [text.as_bytes(), b"\n"].concat()
}
