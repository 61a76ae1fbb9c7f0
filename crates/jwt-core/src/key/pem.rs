//! Keys in PEM (RFC 7468), decoded into a buffer of the caller.
//!
//! The text has to begin with its first boundary: what comes before it in a file of unknown origin
//! is not guessed at. The one exception is the `EC PARAMETERS` block that openssl writes before a
//! SEC1 key.

use zeroize::Zeroize as _;

use crate::alg::{Es256SigningKey, Es256VerifyingKey};
use crate::error::{KeyError, KeyForm};

const PARAMETERS_BEGIN: &[u8] = b"-----BEGIN EC PARAMETERS-----";
const PARAMETERS_END: &[u8] = b"-----END EC PARAMETERS-----";

/// The label of a PEM block, and what is in it.
pub(super) enum Block<'b> {
    Private(&'b [u8]),
    Public(&'b [u8]),
}

impl Es256SigningKey {
    /// Takes in a private key in PEM, labelled `EC PRIVATE KEY` (SEC1) or `PRIVATE KEY` (PKCS#8).
    /// `buf` takes the DER, about three quarters of the text, and is wiped.
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    pub fn from_pem(pem: &[u8], buf: &mut [u8]) -> Result<Self, KeyError> {
        let key = match decode(pem, buf) {
            Ok(Block::Private(der)) => Self::from_der(der),
            Ok(Block::Public(der)) => {
                Es256VerifyingKey::from_spki_der(der).and(Err(KeyError::PublicKey))
            }
            Err(error) => Err(error),
        };
        buf.zeroize();
        key
    }
}

impl Es256VerifyingKey {
    /// Takes in a public key in PEM, labelled `PUBLIC KEY` (SPKI). `buf` takes the DER, about three
    /// quarters of the text, and is wiped: what is handed in may be a private key.
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    pub fn from_pem(pem: &[u8], buf: &mut [u8]) -> Result<Self, KeyError> {
        let key = match decode(pem, buf) {
            Ok(Block::Public(der)) => Self::from_spki_der(der),
            Ok(Block::Private(der)) => {
                Es256SigningKey::from_der(der).and(Err(KeyError::PrivateKey))
            }
            Err(error) => Err(error),
        };
        // Whatever the label said, and even where decoding stopped halfway.
        buf.zeroize();
        key
    }
}

fn decode<'b>(pem: &[u8], buf: &'b mut [u8]) -> Result<Block<'b>, KeyError> {
    let mut pem = pem.trim_ascii();
    if pem.starts_with(PARAMETERS_BEGIN) {
        let end = pem
            .windows(PARAMETERS_END.len())
            .position(|window| window == PARAMETERS_END)
            .ok_or(KeyError::InvalidPem)?;
        let after = end.saturating_add(PARAMETERS_END.len());
        pem = pem.get(after..).unwrap_or_default().trim_ascii_start();
    }
    if !pem.starts_with(b"-----BEGIN ") {
        return Err(KeyError::InvalidPem);
    }
    match pem_rfc7468::decode_label(pem).map_err(|_| KeyError::InvalidPem)? {
        "EC PRIVATE KEY" | "PRIVATE KEY" => Ok(Block::Private(body(pem, buf)?)),
        "PUBLIC KEY" => Ok(Block::Public(body(pem, buf)?)),
        "RSA PRIVATE KEY" | "RSA PUBLIC KEY" => {
            Err(KeyError::WrongForm { found: KeyForm::Rsa, needed: KeyForm::P256 })
        }
        _ => Err(KeyError::UnsupportedPem),
    }
}

fn body<'b>(pem: &[u8], buf: &'b mut [u8]) -> Result<&'b [u8], KeyError> {
    let mut decoder =
        pem_rfc7468::Decoder::new_detect_wrap(pem).map_err(|_| KeyError::InvalidPem)?;
    let needed = decoder.remaining_len();
    let out = buf.get_mut(..needed).ok_or(KeyError::BufferTooSmall { needed })?;
    decoder.decode(out).map_err(|_| KeyError::InvalidPem)
}
