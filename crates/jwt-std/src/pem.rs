//! What can be told of PEM (RFC 7468) by its labels, before what is inside is read: an encrypted
//! key and several keys are each named as what they are.

use jwt_core::KeyError;

use crate::{Error, material};

/// Characters of a label that is shown.
const SHOWN: usize = 40;

/// Refuses text that is not one block with the label of a plain key.
pub(crate) fn check(pem: &[u8]) -> Result<(), Error> {
    // RFC 7468 section 3 is ASCII.
    let text = std::str::from_utf8(pem).map_err(|_| KeyError::InvalidPem)?;
    if !begins_with_a_key(text) {
        return Err(KeyError::InvalidPem.into());
    }
    let blocks = text.split("-----BEGIN ").skip(1);
    let mut labels = blocks.filter_map(|block| block.split("-----").next());
    // openssl writes the name of the curve in a block of its own before a SEC1 key.
    let label = match labels.next() {
        Some("EC PARAMETERS") => labels.next(),
        label => label,
    };
    if labels.next().is_some() {
        return Err(Error::SeveralPemBlocks);
    }
    let in_label = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ';
    // RFC 1421 section 4.6.1.1: the older form of an encrypted key keeps its label.
    let encrypted = text.contains("\nProc-Type: 4,ENCRYPTED");
    match label {
        Some(label) if label.len() > SHOWN || !label.bytes().all(in_label) => Ok(()),
        Some(label) if encrypted => Err(Error::OtherPem { label: format!("ENCRYPTED {label}") }),
        Some("EC PRIVATE KEY" | "PRIVATE KEY" | "PUBLIC KEY") | None => Ok(()),
        Some("RSA PRIVATE KEY" | "RSA PUBLIC KEY") => Ok(()),
        Some("CERTIFICATE") if is_certificate(pem) => Ok(()),
        Some(label) => Err(Error::OtherPem { label: label.to_owned() }),
    }
}

/// Whether nothing stands before the block, but the parameters of a curve and white space: as in the core,
/// what else is in a file of unknown origin is not guessed at.
fn begins_with_a_key(text: &str) -> bool {
    let begins = |text: &str| text.starts_with("-----BEGIN ");
    match text.strip_prefix("-----BEGIN EC PARAMETERS-----") {
        None => begins(text),
        Some(rest) => rest
            .split_once("-----END EC PARAMETERS-----")
            .is_some_and(|(_, key)| begins(key.trim_ascii_start())),
    }
}

/// Whether there is a certificate behind its label, and a key in it, of whatever kind.
fn is_certificate(pem: &[u8]) -> bool {
    !matches!(material::from_pem(pem), Err(KeyError::InvalidDer | KeyError::InvalidPem))
}

/// A label that says one kind of key where the other is inside is no PEM of a key.
pub(crate) const fn mislabelled(error: KeyError) -> KeyError {
    match error {
        KeyError::PublicKey | KeyError::PrivateKey => KeyError::InvalidPem,
        error => error,
    }
}
