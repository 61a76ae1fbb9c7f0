//! Every error of the crate: one type a door, `Copy`, with facts as fields and no secrets.
//!
//! Nothing here holds text of a token or a key, so an error can be logged as it is.

mod claims;
mod key;

use core::fmt;

use crate::algorithm::Algorithm;
pub use crate::base64url::Base64Error;
pub use claims::{ClaimError, ClaimErrors, RegisteredClaim};
pub use key::{KeyError, KeyForm};

/// A buffer of the caller is too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferTooSmall {
    /// Size in bytes that suffices.
    pub needed: usize,
}

impl fmt::Display for BufferTooSmall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "buffer too small: {} bytes needed", self.needed)
    }
}

/// Text is no JSON object in the sense of [`crate::json`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// Where: bytes from the beginning of the text.
    pub offset: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)
    }
}

/// What is wrong with JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// Not UTF-8 (RFC 8259 section 8.1).
    NotUtf8,
    /// The text does not begin with an object.
    NotAnObject,
    /// The text ends too early.
    UnexpectedEnd,
    /// A byte that cannot stand there.
    UnexpectedByte,
    /// Something other than white space follows the object.
    TrailingData,
    /// A control character inside a string (RFC 8259 section 7).
    ControlCharacter,
    /// An unknown escape, or `\u` without four hexadecimal digits (RFC 8259 section 7).
    InvalidEscape,
    /// Half of a surrogate pair: it stands for no character (RFC 8259 section 8.2).
    LoneSurrogate,
    /// A number that is not in the grammar of RFC 8259 section 6.
    InvalidNumber,
    /// A number of more than [`crate::json::MAX_NUMBER_LEN`] characters.
    NumberTooLong,
    /// More than [`crate::json::MAX_DEPTH`] open containers.
    TooDeep,
    /// An object of more than [`crate::json::MAX_MEMBERS`] members.
    TooManyMembers,
    /// A member name for the second time, compared after unescaping (RFC 7515 section 4,
    /// RFC 7519 section 4).
    DuplicateMember,
}

impl fmt::Display for JsonErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "not UTF-8",
            Self::NotAnObject => "not a JSON object",
            Self::UnexpectedEnd => "unexpected end of JSON text",
            Self::UnexpectedByte => "unexpected character in JSON text",
            Self::TrailingData => "trailing data after the JSON object",
            Self::ControlCharacter => "unescaped control character in a JSON string",
            Self::InvalidEscape => "invalid escape in a JSON string",
            Self::LoneSurrogate => "half of a surrogate pair in a JSON string",
            Self::InvalidNumber => "invalid JSON number",
            Self::NumberTooLong => "JSON number too long",
            Self::TooDeep => "JSON nested too deeply",
            Self::TooManyMembers => "too many members in a JSON object",
            Self::DuplicateMember => "duplicate member name in a JSON object",
        })
    }
}

/// Why members could not be written as a JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// The buffer is too small.
    BufferTooSmall {
        /// Size in bytes that suffices.
        needed: usize,
    },
    /// A member name for the second time.
    DuplicateMember,
    /// A header member that this library never writes because it never accepts it: `crit`, `b64`.
    ForbiddenMember,
    /// An infinity or NaN, which JSON cannot hold.
    NonFiniteNumber,
    /// An empty `aud` array: no verifier of this library would accept it.
    EmptyAudience,
    /// A serde type that does not serialize as a struct or a map.
    NotAnObject,
    /// A serde type that cannot be written without an allocator, or refused to be serialized.
    Serialize,
    /// More than [`crate::json::MAX_DEPTH`] open containers.
    TooDeep,
    /// More than [`crate::json::MAX_MEMBERS`] members.
    TooManyMembers,
}

impl From<BufferTooSmall> for WriteError {
    fn from(BufferTooSmall { needed }: BufferTooSmall) -> Self {
        Self::BufferTooSmall { needed }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BufferTooSmall { needed } => BufferTooSmall { needed: *needed }.fmt(f),
            Self::DuplicateMember => f.write_str("a member was written twice"),
            Self::ForbiddenMember => f.write_str("header members crit and b64 are not supported"),
            Self::NonFiniteNumber => f.write_str("JSON has no infinity and no NaN"),
            Self::EmptyAudience => f.write_str("an empty aud array is accepted nowhere"),
            Self::NotAnObject => f.write_str("the serialized type is no object"),
            Self::Serialize => f.write_str("the type cannot be serialized as JSON members"),
            Self::TooDeep => f.write_str("JSON nested too deeply"),
            Self::TooManyMembers => f.write_str("more members than a verifier accepts"),
        }
    }
}

/// Why no token was minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MintError {
    /// The buffer is too small for the whole token, signature included.
    BufferTooSmall {
        /// Size in bytes that suffices, exactly.
        needed: usize,
    },
    /// The token would be longer than [`crate::MAX_TOKEN_LEN`] or its header longer than
    /// [`crate::MAX_HEADER_LEN`], so this library would not verify it.
    TooLong,
    /// The header cannot be written.
    Header(WriteError),
    /// The claims cannot be written.
    Claims(WriteError),
    /// The signer failed.
    SigningFailed,
    /// The signature has the wrong length, is not DER where DER was announced, or holds an r or
    /// s outside 1..n: what a failed hardware signature looks like.
    InvalidSignature,
}

impl fmt::Display for MintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BufferTooSmall { needed } => BufferTooSmall { needed: *needed }.fmt(f),
            Self::TooLong => f.write_str("the token would be longer than a verifier accepts"),
            Self::Header(error) => write!(f, "header: {error}"),
            Self::Claims(error) => write!(f, "claims: {error}"),
            Self::SigningFailed => f.write_str("signing failed"),
            Self::InvalidSignature => f.write_str("the signer returned no valid signature"),
        }
    }
}

/// How far a token got before it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stage {
    /// Splitting and decoding the three segments.
    Structure,
    /// Reading the JOSE header.
    Header,
    /// Finding a key whose algorithm is the one of the header.
    Key,
    /// Verifying the signature.
    Signature,
    /// Reading and validating the claims.
    Claims,
}

impl Stage {
    /// The name of the stage, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Header => "header",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One of the three segments of a JWS Compact Serialization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// The first: the JOSE header.
    Header,
    /// The second: the payload, which for a JWT holds the claims.
    Payload,
    /// The third: the signature.
    Signature,
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why a JOSE header was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderError {
    /// The header is no strict JSON object.
    Json(JsonError),
    /// There is no `alg` (RFC 7515 section 4.1.1: "This Header Parameter MUST be present").
    MissingAlgorithm,
    /// `alg`, `kid`, `typ` or `cty` is no string.
    WrongType {
        /// The name of the member.
        member: &'static str,
    },
    /// There is a `crit` (RFC 7515 section 4.1.11). Nothing critical is understood here, so
    /// each is refused.
    Critical,
    /// There is a `b64` (RFC 7797), which RFC 7797 section 7 bars from JWTs.
    UnencodedPayload,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::MissingAlgorithm => f.write_str("no alg"),
            Self::WrongType { member } => write!(f, "{member} is not a string"),
            Self::Critical => f.write_str("crit is not supported"),
            Self::UnencodedPayload => f.write_str("b64 is not supported"),
        }
    }
}

/// Why a token was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The token has more than [`crate::MAX_TOKEN_LEN`] characters.
    TokenTooLong {
        /// Characters allowed.
        limit: usize,
    },
    /// The header has more than [`crate::MAX_HEADER_LEN`] characters.
    HeaderTooLong {
        /// Characters allowed.
        limit: usize,
    },
    /// The token has not exactly three segments between two dots.
    NotThreeSegments,
    /// A segment is not strict base64url.
    InvalidBase64url {
        /// The segment.
        segment: Segment,
        /// What is wrong with it.
        error: Base64Error,
    },
    /// The scratch buffer is too small.
    BufferTooSmall {
        /// Size in bytes that suffices, exactly.
        needed: usize,
    },
    /// The JOSE header is refused.
    Header(HeaderError),
    /// The `alg` of the header is not the algorithm of the key.
    AlgorithmMismatch {
        /// The algorithm of the key.
        expected: Algorithm,
    },
    /// No key for this `kid` and `alg`.
    KeyNotFound,
    /// More than one key fits. [`crate::UnverifiedToken::verify_trying`] tries several.
    AmbiguousKey,
    /// The key for this `kid` cannot be used.
    UnusableKey(KeyError),
    /// More than [`crate::MAX_CANDIDATES`] keys to try.
    TooManyCandidates {
        /// Keys allowed.
        limit: usize,
    },
    /// The signature is not the one of this key over this token. There is no telling why.
    InvalidSignature,
    /// The signature is good, but the payload is no strict JSON object, so this is no JWT
    /// (RFC 7519 section 7.2).
    PayloadNotAnObject(JsonError),
}

impl VerifyError {
    /// How far the token got.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match self {
            Self::TokenTooLong { .. }
            | Self::HeaderTooLong { .. }
            | Self::NotThreeSegments
            | Self::InvalidBase64url { .. }
            | Self::BufferTooSmall { .. } => Stage::Structure,
            Self::Header(_) => Stage::Header,
            Self::AlgorithmMismatch { .. }
            | Self::KeyNotFound
            | Self::AmbiguousKey
            | Self::UnusableKey(_)
            | Self::TooManyCandidates { .. } => Stage::Key,
            Self::InvalidSignature => Stage::Signature,
            Self::PayloadNotAnObject(_) => Stage::Claims,
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TokenTooLong { limit } => {
                write!(f, "the token has more than {limit} characters")
            }
            Self::HeaderTooLong { limit } => {
                write!(f, "the header has more than {limit} characters")
            }
            Self::NotThreeSegments => f.write_str("not three segments between two dots"),
            Self::InvalidBase64url { segment, error } => write!(f, "{segment} segment: {error}"),
            Self::BufferTooSmall { needed } => BufferTooSmall { needed: *needed }.fmt(f),
            Self::Header(error) => write!(f, "header: {error}"),
            Self::AlgorithmMismatch { expected } => {
                write!(f, "the alg of the header is not {expected}, the algorithm of the key")
            }
            Self::KeyNotFound => f.write_str("no key for the kid and alg of the header"),
            Self::AmbiguousKey => f.write_str("more than one key fits the header"),
            Self::UnusableKey(error) => write!(f, "the key cannot be used: {error}"),
            Self::TooManyCandidates { limit } => write!(f, "more than {limit} keys to try"),
            Self::InvalidSignature => f.write_str("invalid signature"),
            Self::PayloadNotAnObject(error) => write!(f, "the payload is no claims set: {error}"),
        }
    }
}

impl core::error::Error for BufferTooSmall {}
impl core::error::Error for JsonError {}
impl core::error::Error for WriteError {}
impl core::error::Error for MintError {}
impl core::error::Error for HeaderError {}
impl core::error::Error for VerifyError {}
