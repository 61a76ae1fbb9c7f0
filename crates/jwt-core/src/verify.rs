//! The way in: a token is split and decoded, a key is found, and the signature verified.
//!
//! ```text
//! UnverifiedToken --verify(keys)--> VerifiedToken --validate(policy, now)--> ValidToken
//! ```
//!
//! Each step consumes the one before. Nothing of the claims can be read before the last. The scratch
//! buffer holds the decoded header, behind it first the decoded signature and then the decoded
//! payload:
//!
//! ```text
//! | header JSON | signature, then payload JSON |
//! ```

use core::fmt;

use crate::alg::VerifyingKey;
use crate::base64url;
use crate::claims::ClaimsSet;
use crate::compact::{self, Segments};
use crate::error::{ClaimErrors, Segment, VerifyError};
use crate::header::JoseHeader;
use crate::key::{KeyHint, KeyStore};

/// Keys that [`UnverifiedToken::verify_trying`] tries at most.
pub const MAX_CANDIDATES: usize = 16;

/// A token of which nothing is known but its form: three segments of strict base64url.
#[must_use = "nothing is verified yet"]
#[derive(Clone, Copy)]
pub struct UnverifiedToken<'t> {
    segments: Segments<'t>,
}

impl<'t> UnverifiedToken<'t> {
    /// Checks the form of a token: its length, its two dots, and the alphabet, length and unused
    /// bits of each segment (RFC 7515 section 5.2, steps 1, 2 and 7). No white space is skipped.
    ///
    /// # Errors
    /// A [`VerifyError`] of the stage [`crate::Stage::Structure`].
    pub fn parse(token: &'t (impl AsRef<[u8]> + ?Sized)) -> Result<Self, VerifyError> {
        #[cfg(target_pointer_width = "64")]
        if let Some(segments) = compact::split_good(token.as_ref())
            && base64url::check(segments.header).is_ok()
            && base64url::check(segments.payload).is_ok()
            && base64url::check(segments.signature).is_ok()
        {
            return Ok(Self { segments });
        }
        Self::parse_each(token.as_ref())
    }

    /// As [`UnverifiedToken::parse`], with the reason for a refusal.
    #[cfg_attr(target_pointer_width = "64", cold)]
    fn parse_each(token: &'t [u8]) -> Result<Self, VerifyError> {
        let segments = compact::split(token)?;
        for (segment, text) in [
            (Segment::Header, segments.header),
            (Segment::Payload, segments.payload),
            (Segment::Signature, segments.signature),
        ] {
            base64url::check(text)
                .map_err(|error| VerifyError::InvalidBase64url { segment, error })?;
        }
        Ok(Self { segments })
    }

    /// Size of the scratch buffer in bytes that the other methods need; less than the token's.
    #[must_use]
    pub fn scratch_len(&self) -> usize {
        let decoded = |text: &[u8]| base64url::decoded_len(text.len()).unwrap_or(0);
        let Segments { header, payload, signature, .. } = &self.segments;
        decoded(header).saturating_add(decoded(payload).max(decoded(signature)))
    }

    /// Verifies the signature with the key that `keys` holds for this header.
    ///
    /// # Errors
    /// Every [`VerifyError`] of the stages after [`crate::Stage::Structure`], and
    /// [`VerifyError::BufferTooSmall`].
    pub fn verify<'s, S: KeyStore + ?Sized>(
        self,
        keys: &S,
        scratch: &'s mut [u8],
    ) -> Result<VerifiedToken<'s>, VerifyError> {
        self.verify_payload(keys, scratch)?.try_into()
    }

    /// Verifies the signature with each of `candidates` whose algorithm is the one of the header,
    /// in their order, until one fits: for keys that nothing tells apart, such as a secret that
    /// is being replaced where tokens carry no `kid`.
    ///
    /// # Errors
    /// Those of [`UnverifiedToken::verify`]; [`VerifyError::TooManyCandidates`] where there are
    /// more than [`MAX_CANDIDATES`].
    pub fn verify_trying<'s, K: VerifyingKey>(
        self,
        candidates: impl IntoIterator<Item = K>,
        scratch: &'s mut [u8],
    ) -> Result<VerifiedToken<'s>, VerifyError> {
        let (header, rest) = self.open(scratch)?;
        let mut verdict = Err(VerifyError::KeyNotFound);
        for (i, key) in candidates.into_iter().enumerate() {
            if i >= MAX_CANDIDATES {
                return Err(VerifyError::TooManyCandidates { limit: MAX_CANDIDATES });
            }
            if verdict.is_err() && header.alg() == key.algorithm().name() {
                verdict = self.check(&header, &key, rest);
            }
        }
        verdict?;
        self.close(header, rest)?.try_into()
    }

    /// As [`UnverifiedToken::verify`], for a payload of any bytes (RFC 7515): a JWS, not a JWT.
    ///
    /// # Errors
    /// Those of [`UnverifiedToken::verify`] but [`VerifyError::PayloadNotAnObject`].
    pub fn verify_payload<'s, S: KeyStore + ?Sized>(
        self,
        keys: &S,
        scratch: &'s mut [u8],
    ) -> Result<VerifiedPayload<'s>, VerifyError> {
        let (header, rest) = self.open(scratch)?;
        let key = keys.find(&KeyHint::new(&header))?;
        self.check(&header, &key, rest)?;
        self.close(header, rest)
    }

    /// Decodes and reads the header; returns what is left of `scratch` behind it.
    pub(crate) fn open<'s>(
        &self,
        scratch: &'s mut [u8],
    ) -> Result<(JoseHeader<'s>, &'s mut [u8]), VerifyError> {
        let needed = self.scratch_len();
        if scratch.len() < needed {
            return Err(VerifyError::BufferTooSmall { needed });
        }
        let len = base64url::decoded_len(self.segments.header.len()).unwrap_or(0);
        let (header, rest) =
            scratch.split_at_mut_checked(len).ok_or(VerifyError::BufferTooSmall { needed })?;
        let header = decode(Segment::Header, self.segments.header, header)?;
        Ok((JoseHeader::parse(header).map_err(VerifyError::Header)?, rest))
    }

    /// Verifies the signature with one key. The algorithm is the key's; the header has to agree.
    fn check<K: VerifyingKey>(
        &self,
        header: &JoseHeader<'_>,
        key: &K,
        scratch: &mut [u8],
    ) -> Result<(), VerifyError> {
        let expected = key.algorithm();
        if header.alg() != expected.name() {
            return Err(VerifyError::AlgorithmMismatch { expected });
        }
        // The exact length first, before any arithmetic.
        let length = base64url::decoded_len(self.segments.signature.len());
        if length != Some(key.signature_len()) {
            return Err(VerifyError::InvalidSignature);
        }
        let signature = decode(Segment::Signature, self.segments.signature, scratch)?;
        key.verify(self.segments.signing_input, signature)
            .map_err(|_| VerifyError::InvalidSignature)
    }

    /// Decodes the payload.
    pub(crate) fn close<'s>(
        &self,
        header: JoseHeader<'s>,
        scratch: &'s mut [u8],
    ) -> Result<VerifiedPayload<'s>, VerifyError> {
        let payload = decode(Segment::Payload, self.segments.payload, scratch)?;
        Ok(VerifiedPayload { header, payload })
    }
}

impl fmt::Debug for UnverifiedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken")
            .field("signing_input_len", &self.segments.signing_input.len())
            .finish_non_exhaustive()
    }
}

/// The payload of a JWS whose signature is good.
#[derive(Clone, Copy)]
pub struct VerifiedPayload<'s> {
    header: JoseHeader<'s>,
    payload: &'s [u8],
}

impl<'s> VerifiedPayload<'s> {
    /// The header. What `typ` and `cty` mean here is for the caller to say.
    #[must_use]
    pub const fn header(&self) -> JoseHeader<'s> {
        self.header
    }

    /// The payload.
    #[must_use]
    pub const fn payload(&self) -> &'s [u8] {
        self.payload
    }
}

impl fmt::Debug for VerifiedPayload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPayload").field("len", &self.payload.len()).finish_non_exhaustive()
    }
}

/// A token whose signature is good and whose payload is a claims set. It may be expired, or meant
/// for somebody else: the claims can be read after [`VerifiedToken::validate`].
#[must_use = "the claims are not validated yet"]
pub struct VerifiedToken<'s> {
    pub(crate) header: JoseHeader<'s>,
    pub(crate) claims: ClaimsSet<'s>,
    /// Registered claims of the wrong type.
    pub(crate) errors: ClaimErrors,
}

impl<'s> TryFrom<VerifiedPayload<'s>> for VerifiedToken<'s> {
    type Error = VerifyError;

    /// RFC 7519 section 7.2, step 10: "Verify that the resulting octet sequence is a UTF-8-encoded
    /// representation of a completely valid JSON object conforming to RFC 7159".
    fn try_from(verified: VerifiedPayload<'s>) -> Result<Self, VerifyError> {
        let VerifiedPayload { header, payload } = verified;
        let (claims, errors) =
            ClaimsSet::parse(payload).map_err(VerifyError::PayloadNotAnObject)?;
        Ok(Self { header, claims, errors })
    }
}

impl fmt::Debug for VerifiedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken").finish_non_exhaustive()
    }
}

fn decode<'b>(segment: Segment, text: &[u8], buf: &'b mut [u8]) -> Result<&'b [u8], VerifyError> {
    base64url::decode(text, buf).map_err(|error| VerifyError::InvalidBase64url { segment, error })
}
