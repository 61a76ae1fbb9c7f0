//! What comes in: key files, secrets, tokens and JSON; each from a file, an argument or stdin.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use jwt_std::{Algorithm, Error, KeyFile, KeySet, PrivateKey, VerifyingKey, read_secret};
use zeroize::Zeroizing;

use crate::args::{Alg, KeySource, VerifySource};
use crate::exit::{Failure, Result, usage};

/// Characters of a token on stdin that are read: far more than a token may have.
const TOKEN_LIMIT: u64 = 1 << 20;

/// Reads a key file, or stdin for `-`.
pub(crate) fn key_file(path: &Path) -> Result<KeyFile> {
    let file = if is_stdin(path.as_os_str()) {
        read_secret(std::io::stdin().lock()).and_then(KeyFile::parse)
    } else {
        KeyFile::open(path)
    };
    file.map_err(|error| Failure::from(error).about(&path.display().to_string()))
}

/// The key to mint with.
pub(crate) fn private_key(
    source: &KeySource,
    kid: Option<&str>,
    alg: Option<Alg>,
) -> Result<PrivateKey> {
    match (&source.key, &source.secret_file) {
        (Some(path), _) => key_of_file(path, kid, alg),
        (None, Some(path)) => {
            let algorithm = alg.ok_or_else(|| usage("--secret-file needs --alg"))?.algorithm();
            if !is_hmac(algorithm) {
                return Err(usage("--secret-file is for HS256, HS384 and HS512"));
            }
            PrivateKey::new(algorithm, secret(path)?).map_err(|error| about(error.into(), path))
        }
        (None, None) => Err(usage("a key is needed: --key or --secret-file")),
    }
}

/// The one private key of a file.
pub(crate) fn key_of_file(path: &Path, kid: Option<&str>, alg: Option<Alg>) -> Result<PrivateKey> {
    let key = key_file(path)?.private_key(kid, alg.map(Alg::algorithm));
    key.map_err(|error| about(error, path))
}

/// The keys to verify with, for the allowed algorithms.
pub(crate) fn verifying_keys(
    source: &VerifySource,
    issuer: Option<&str>,
    alg: &[Alg],
) -> Result<Arc<KeySet>> {
    let mut allowed: Vec<_> = alg.iter().map(|alg| alg.algorithm()).collect();
    // Said twice, it is one algorithm and one key.
    allowed.sort_unstable_by_key(|algorithm| algorithm.name());
    allowed.dedup();
    #[cfg(feature = "remote-jwks")]
    if source.jwks_url.is_some() || source.discover {
        return crate::remote::keys(source.jwks_url.as_deref(), issuer, allowed);
    }
    #[cfg(not(feature = "remote-jwks"))]
    let _ = issuer;
    let set = match (&source.key, &source.secret_file) {
        (Some(path), _) => {
            let file = key_file(path)?;
            let keys = match allowed.as_slice() {
                [] => file.all_verifying_keys(),
                allowed => file.verifying_keys(allowed),
            };
            keys.map_err(|error| about(error, path))
        }
        (None, Some(path)) => {
            if allowed.is_empty() {
                return Err(usage("--secret-file needs --alg"));
            }
            if !allowed.iter().all(|algorithm| is_hmac(*algorithm)) {
                return Err(usage("--secret-file is for HS256, HS384 and HS512"));
            }
            let secret = secret(path)?;
            let keys: std::result::Result<Vec<_>, _> = allowed
                .iter()
                .map(|algorithm| VerifyingKey::from_secret(*algorithm, &secret))
                .collect();
            Ok(KeySet::chosen(keys.map_err(|error| about(error.into(), path))?))
        }
        (None, None) => Err(usage("a key is needed: --key or --secret-file")),
    };
    set.map(Arc::new)
}

/// A token from an argument, or from stdin for `-`, where one line ending may follow it.
pub(crate) fn token(argument: &OsStr) -> Result<Vec<u8>> {
    if !is_stdin(argument) {
        return Ok(argument.as_encoded_bytes().to_vec());
    }
    let mut token = Vec::new();
    std::io::stdin().lock().take(TOKEN_LIMIT).read_to_end(&mut token).map_err(crate::exit::io)?;
    if token.last() == Some(&b'\n') {
        token.pop();
        if token.last() == Some(&b'\r') {
            token.pop();
        }
    }
    Ok(token)
}

/// JSON from an argument, from a file for `@FILE`, or from stdin for `-`.
pub(crate) fn json(argument: &str) -> Result<Vec<u8>> {
    let read = |source: &mut dyn Read| read_secret(source).map(|bytes| bytes.to_vec());
    if argument == "-" {
        return Ok(read(&mut std::io::stdin().lock())?);
    }
    match argument.strip_prefix('@') {
        Some(path) => {
            let failed = |error: Error| Failure::from(error).about(path);
            let mut file = std::fs::File::open(path).map_err(|error| failed(error.into()))?;
            read(&mut file).map_err(failed)
        }
        None => Ok(argument.as_bytes().to_vec()),
    }
}

/// Only one thing can be read from stdin.
pub(crate) fn one_stdin<'a>(arguments: impl IntoIterator<Item = Option<&'a OsStr>>) -> Result {
    let count = arguments.into_iter().flatten().filter(|argument| is_stdin(argument)).count();
    if count > 1 { Err(usage("only one of the arguments can be - (stdin)")) } else { Ok(()) }
}

fn secret(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let secret = if is_stdin(path.as_os_str()) {
        read_secret(std::io::stdin().lock())
    } else {
        std::fs::File::open(path).map_err(Error::from).and_then(read_secret)
    };
    secret.map_err(|error| about(error, path))
}

pub(crate) fn about(error: Error, path: &Path) -> Failure {
    let needed = matches!(error, Error::AlgorithmNeeded | Error::RsaAlgorithmNeeded);
    let hint = if needed { " with --alg" } else { "" };
    let failure = Failure::from(error);
    let failure = Failure { message: format!("{}{hint}", failure.message), ..failure };
    failure.about(&path.display().to_string())
}

fn is_stdin(argument: &OsStr) -> bool {
    argument == "-"
}

pub(crate) const fn is_hmac(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512)
}
