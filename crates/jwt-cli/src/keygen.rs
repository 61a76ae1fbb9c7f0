//! `jwt keygen`: a new key, in files that only their owner can read.

use std::io::Write as _;
use std::path::Path;

use jwt_std::{Error, PrivateKey};
use zeroize::Zeroizing;

use crate::args::{Keygen, KeygenFormat};
use crate::exit::{Code, Failure, Result, usage};
use crate::{input, output};

pub(crate) fn run(args: &Keygen) -> Result {
    let pem = args.format == KeygenFormat::Pem;
    if pem && (args.kid.is_some() || args.kid_thumbprint) {
        return Err(usage("PEM has no place for a kid; use --format jwk"));
    }
    let algorithm = args.alg.algorithm();
    let symmetric = input::is_hmac(algorithm);
    if symmetric && args.public_out.is_some() {
        return Err(usage("a symmetric key has no public part"));
    }
    if symmetric && pem {
        return Err(usage("PEM holds no symmetric key; use --format jwk"));
    }

    let key = match args.rsa_bits {
        None => PrivateKey::generate(algorithm)?,
        Some(bits) => PrivateKey::generate_rsa(algorithm, bits).map_err(|error| match error {
            Error::AlgorithmNotSupported { .. } => usage("--rsa-bits is for RS256 to PS512"),
            Error::Key(_) => usage("--rsa-bits is 2048, 3072, 4096 or 8192"),
            error => error.into(),
        })?,
    };
    let kid = if args.kid_thumbprint {
        Some(key.thumbprint().map_err(jwt_std::Error::from)?)
    } else {
        args.kid.clone()
    };
    let key = key.with_kid(kid);

    let private = if pem { key.to_pem()? } else { line(&key.to_jwk()) };
    if let Some(path) = &args.out {
        create(path, private.as_bytes(), 0o600)?;
    }
    if let (Some(path), Some(public)) = (&args.public_out, key.public()) {
        let text = if pem { public.to_pem()? } else { public.to_jwk() + "\n" };
        create(path, text.as_bytes(), 0o644).inspect_err(|_| {
            // Both files or none: the private one is ours, made a moment ago.
            if let Some(private) = &args.out {
                let _ = std::fs::remove_file(private);
            }
        })?;
    }
    if args.out.is_none() { output::write(private.as_bytes()) } else { Ok(()) }
}

fn line(text: &str) -> Zeroizing<String> {
    let mut line = Zeroizing::new(String::with_capacity(text.len().saturating_add(1)));
    line.push_str(text);
    line.push('\n');
    line
}

/// Makes a new file; one that is there already is left alone.
fn create(path: &Path, data: &[u8], mode: u32) -> Result {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options
        .open(path)
        .and_then(|mut file| file.write_all(data).and_then(|()| file.sync_all()))
        .map_err(|error| Failure::new(Code::Io, format!("{}: {error}", path.display())))
}
