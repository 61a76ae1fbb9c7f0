//! The way out: claims become JSON, base64url, a JWS Signing Input, and with a signature a token.
//!
//! Everything happens in one buffer of the caller, in two phases, so that any signer fits between
//! them: software, a secure element, a remote key service, an interrupt.
//!
//! ```text
//! | header64 | . | payload64 … | . | sig64 (43, 64 or 86) | free |
//! ```

use core::fmt;
use core::marker::PhantomData;

use crate::alg::{
    Es256, JwsAlgorithm, RESERVED_FOR_RSA, SigningKey, es256_signature_from_der, is_plausible,
};
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::compact::{MAX_HEADER_LEN, MAX_TOKEN_LEN};
use crate::error::MintError;
use crate::header::is_forbidden;
use crate::json::{JsonWriter, ObjectWriter, WriteMembers};

/// Mints tokens with one kind of header.
///
/// The header holds `alg` and what is asked for here, in the order `alg`, `typ`, `cty`, `kid`, own
/// members. A minter is a value without a key; make it once.
///
/// ```
/// use jwt_core::{HmacKey, Hs256, Minter, NumericDate, RegisteredClaims};
///
/// let key = HmacKey::<Hs256>::new(&[0x42; 32])?;
/// let claims = RegisteredClaims {
///     issuer: Some("device-0001"),
///     expiration_time: Some(NumericDate::from_seconds(1_700_000_300)),
///     ..Default::default()
/// };
/// let mut buf = [0; 256];
/// let token = Minter::new().kid("k1").mint(&mut buf, &key, &claims)?;
/// assert!(token.as_str().starts_with("eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Minter<'h, H = ()> {
    typ: Option<&'h str>,
    cty: Option<&'h str>,
    kid: Option<&'h str>,
    members: H,
}

impl<'h> Minter<'h> {
    /// A header with `alg` alone.
    #[must_use]
    pub const fn new() -> Self {
        Self { typ: None, cty: None, kid: None, members: () }
    }
}

impl<'h, H: WriteMembers> Minter<'h, H> {
    /// Sets "typ" (Type), RFC 7515 section 4.1.9: `JWT`, `at+jwt` and the like.
    #[must_use]
    pub fn typ(self, typ: &'h str) -> Self {
        Self { typ: Some(typ), ..self }
    }

    /// Sets "cty" (Content Type), RFC 7515 section 4.1.10.
    #[must_use]
    pub fn cty(self, cty: &'h str) -> Self {
        Self { cty: Some(cty), ..self }
    }

    /// Sets "kid" (Key ID), RFC 7515 section 4.1.4.
    #[must_use]
    pub fn kid(self, kid: &'h str) -> Self {
        Self { kid: Some(kid), ..self }
    }

    /// Sets own header members. They go unread by this library and are signed with the rest.
    #[must_use]
    pub fn header<M: WriteMembers>(self, members: M) -> Minter<'h, M> {
        let Self { typ, cty, kid, .. } = self;
        Minter { typ, cty, kid, members }
    }

    /// Mints a token with a key that is at hand.
    ///
    /// # Errors
    /// Those of [`Minter::draft`], and [`MintError::SigningFailed`].
    pub fn mint<'b, K: SigningKey>(
        &self,
        buf: &'b mut [u8],
        key: &K,
        claims: &(impl WriteMembers + ?Sized),
    ) -> Result<CompactJws<'b>, MintError> {
        let signing_input =
            self.write(K::Algorithm::ALGORITHM, key.signature_len(), buf, claims)?;
        Draft::<K::Algorithm>::new(buf, signing_input).sign(key)
    }

    /// As [`Minter::mint`], for a payload of any bytes (RFC 7515): a JWS, not a JWT.
    ///
    /// # Errors
    /// Those of [`Minter::mint`] but [`MintError::Claims`].
    pub fn mint_payload<'b, K: SigningKey>(
        &self,
        buf: &'b mut [u8],
        key: &K,
        payload: &[u8],
    ) -> Result<CompactJws<'b>, MintError> {
        let signing_input =
            self.write_payload(K::Algorithm::ALGORITHM, key.signature_len(), buf, payload)?;
        Draft::<K::Algorithm>::new(buf, signing_input).sign(key)
    }

    /// Mints a token into a `heapless::String`.
    ///
    /// # Errors
    /// Those of [`Minter::mint`].
    #[cfg(feature = "heapless-09")]
    pub fn mint_to_string<const N: usize>(
        &self,
        key: &impl SigningKey,
        claims: &(impl WriteMembers + ?Sized),
    ) -> Result<heapless::String<N>, MintError> {
        let mut bytes = heapless::Vec::<u8, N>::new();
        // Fills exactly to the capacity, so it cannot fail.
        bytes.resize(N, 0).map_err(|_| MintError::BufferTooSmall { needed: N })?;
        let len = self.mint(&mut bytes, key, claims)?.as_str().len();
        bytes.truncate(len);
        heapless::String::from_utf8(bytes).map_err(|_| MintError::SigningFailed)
    }

    /// The first phase: everything but the signature.
    ///
    /// For RSA, where the length of a signature is the key's, there is room for a modulus of 4096 bits.
    ///
    /// # Errors
    /// [`MintError::BufferTooSmall`] with the exact size of the whole token, signature included;
    /// [`MintError::TooLong`]; [`MintError::Header`] and [`MintError::Claims`].
    pub fn draft<'b, A: JwsAlgorithm>(
        &self,
        buf: &'b mut [u8],
        claims: &(impl WriteMembers + ?Sized),
    ) -> Result<Draft<'b, A>, MintError> {
        let signing_input = self.write(A::ALGORITHM, reserved::<A>(), buf, claims)?;
        Ok(Draft::new(buf, signing_input))
    }

    /// As [`Minter::draft`], for a payload of any bytes (RFC 7515): a JWS, not a JWT.
    ///
    /// # Errors
    /// Those of [`Minter::draft`] but [`MintError::Claims`].
    pub fn draft_payload<'b, A: JwsAlgorithm>(
        &self,
        buf: &'b mut [u8],
        payload: &[u8],
    ) -> Result<Draft<'b, A>, MintError> {
        let signing_input = self.write_payload(A::ALGORITHM, reserved::<A>(), buf, payload)?;
        Ok(Draft::new(buf, signing_input))
    }

    /// The first phase for a key whose algorithm is known at run time. `signature_len` is the length of
    /// its signatures in bytes.
    ///
    /// # Errors
    /// Those of [`Minter::draft`].
    pub fn draft_any<'b>(
        &self,
        algorithm: Algorithm,
        signature_len: usize,
        buf: &'b mut [u8],
        claims: &(impl WriteMembers + ?Sized),
    ) -> Result<AnyDraft<'b>, MintError> {
        let signing_input = self.write(algorithm, signature_len, buf, claims)?;
        Ok(AnyDraft { algorithm, parts: Parts { buf, signing_input } })
    }

    /// Writes the signing input and makes sure of room for the signature; returns its length.
    fn write(
        &self,
        algorithm: Algorithm,
        signature_len: usize,
        buf: &mut [u8],
        claims: &(impl WriteMembers + ?Sized),
    ) -> Result<usize, MintError> {
        let header = self.write_header(algorithm, buf)?;
        let mut json = JsonWriter::new(free(buf, header));
        json.object(claims);
        let (free, payload) = json.finish().map_err(MintError::Claims)?;
        assemble(header, free, payload, signature_len)
    }

    fn write_payload(
        &self,
        algorithm: Algorithm,
        signature_len: usize,
        buf: &mut [u8],
        payload: &[u8],
    ) -> Result<usize, MintError> {
        let header = self.write_header(algorithm, buf)?;
        let free = free(buf, header);
        if let Some(to) = free.get_mut(..payload.len()) {
            to.iter_mut().zip(payload).for_each(|(to, from)| *to = *from);
        }
        assemble(header, free, payload.len(), signature_len)
    }

    /// Writes the header and its dot; returns the length of the encoded header. Of what did not
    /// fit, the length is all there is.
    fn write_header(&self, algorithm: Algorithm, buf: &mut [u8]) -> Result<usize, MintError> {
        let mut json = JsonWriter::forbidding(buf, is_forbidden);
        json.object(&Header { alg: algorithm.name(), minter: self });
        let (buf, len) = json.finish().map_err(MintError::Header)?;
        encode_header(buf, len)
    }
}

/// Bytes that a draft leaves room for, where no key is there to tell.
fn reserved<A: JwsAlgorithm>() -> usize {
    A::ALGORITHM.signature_len().unwrap_or(RESERVED_FOR_RSA)
}

/// The members of a header.
struct Header<'m, 'h, H> {
    alg: &'static str,
    minter: &'m Minter<'h, H>,
}

impl<H: WriteMembers> WriteMembers for Header<'_, '_, H> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        object.string("alg", self.alg);
        let Minter { typ, cty, kid, members } = self.minter;
        object.optional("typ", *typ).optional("cty", *cty).optional("kid", *kid);
        members.write_members(object);
    }
}

/// A token that lacks only its signature, in the caller's buffer.
///
/// ```
/// use jwt_core::{Es256, MintError, Minter, RegisteredClaims};
///
/// # fn secure_element_sign(_: &[u8]) -> [u8; 64] { [0; 64] }
/// let mut buf = [0; 256];
/// let draft = Minter::new().draft::<Es256>(&mut buf, &RegisteredClaims::default())?;
/// let signature = secure_element_sign(draft.signing_input());
/// // This one failed and left zeros. They never leave as a token:
/// assert_eq!(draft.finish(&signature).unwrap_err(), MintError::InvalidSignature);
/// # Ok::<(), jwt_core::MintError>(())
/// ```
#[must_use = "a draft is no token before it has its signature"]
pub struct Draft<'b, A> {
    parts: Parts<'b>,
    algorithm: PhantomData<A>,
}

impl<'b, A: JwsAlgorithm> Draft<'b, A> {
    const fn new(buf: &'b mut [u8], signing_input: usize) -> Self {
        Self { parts: Parts { buf, signing_input }, algorithm: PhantomData }
    }

    /// The JWS Signing Input (RFC 7515 section 5.1), which is what is signed. ASCII.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.parts.signing_input()
    }

    /// SHA-256 of the signing input, for signers that take a digest.
    #[cfg(feature = "sha256")]
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.signing_input())
    }

    /// The second phase: the signature as it stands in a token, for ES256 r and s of 32 bytes each.
    ///
    /// # Errors
    /// [`MintError::InvalidSignature`] where the length is wrong or r or s is not in 1..n;
    /// [`MintError::BufferTooSmall`] where an RSA modulus is longer than there is room for.
    pub fn finish(self, signature: &[u8]) -> Result<CompactJws<'b>, MintError> {
        if A::is_plausible(signature) {
            self.parts.append(signature)
        } else {
            Err(MintError::InvalidSignature)
        }
    }

    /// The second phase with a key that is at hand.
    ///
    /// # Errors
    /// [`MintError::SigningFailed`] and those of [`Draft::finish`].
    pub fn sign(self, key: &impl SigningKey<Algorithm = A>) -> Result<CompactJws<'b>, MintError> {
        let signature = key.sign(self.signing_input()).map_err(|_| MintError::SigningFailed)?;
        self.finish(signature.as_ref())
    }
}

/// A [`Draft`] whose algorithm is known at run time: that of the key it is for.
#[must_use = "a draft is no token before it has its signature"]
pub struct AnyDraft<'b> {
    parts: Parts<'b>,
    algorithm: Algorithm,
}

impl<'b> AnyDraft<'b> {
    /// The draft whose signing input is the first `signing_input` bytes of `buf`: for state machines, which
    /// cannot hold a draft from one call to the next.
    ///
    /// It is for what [`Minter`] wrote there, and says nothing of it: whatever else it is, the signature that is
    /// then put behind it will not make a token of it that anybody accepts.
    pub const fn resume(algorithm: Algorithm, buf: &'b mut [u8], signing_input: usize) -> Self {
        Self { algorithm, parts: Parts { buf, signing_input } }
    }

    /// The JWS Signing Input (RFC 7515 section 5.1), which is what is signed. ASCII.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.parts.signing_input()
    }

    /// The second phase: the signature as it stands in a token.
    ///
    /// # Errors
    /// Those of [`Draft::finish`].
    pub fn finish(self, signature: &[u8]) -> Result<CompactJws<'b>, MintError> {
        if is_plausible(self.algorithm, signature) {
            self.parts.append(signature)
        } else {
            Err(MintError::InvalidSignature)
        }
    }
}

/// The buffer of a draft, and how much of it is the signing input.
struct Parts<'b> {
    buf: &'b mut [u8],
    signing_input: usize,
}

impl<'b> Parts<'b> {
    fn signing_input(&self) -> &[u8] {
        self.buf.get(..self.signing_input).unwrap_or_default()
    }

    fn append(self, signature: &[u8]) -> Result<CompactJws<'b>, MintError> {
        // `assemble` has made sure that all this fits, but for a longer RSA modulus.
        let needed = self
            .signing_input
            .saturating_add(1)
            .saturating_add(base64url::encoded_len(signature.len()));
        let (input, rest) = self
            .buf
            .split_at_mut_checked(self.signing_input.saturating_add(1))
            .ok_or(MintError::BufferTooSmall { needed })?;
        if let Some(dot) = input.last_mut() {
            *dot = b'.';
        }
        let signature = base64url::encode_ascii(signature, rest)
            .map_err(|_| MintError::BufferTooSmall { needed })?;
        let len = input.len().saturating_add(signature.len());
        let buf: &'b [u8] = self.buf;
        let token = buf.get(..len).and_then(|token| core::str::from_utf8(token).ok());
        Ok(CompactJws { token: token.ok_or(MintError::InvalidSignature)? })
    }
}

impl<'b> Draft<'b, Es256> {
    /// The second phase with a signature in DER (RFC 3279 section 2.2.3), as many key services
    /// and secure elements return it.
    ///
    /// # Errors
    /// [`MintError::InvalidSignature`] where it is not strict DER or r or s is not in 1..n.
    pub fn finish_der(self, signature: &[u8]) -> Result<CompactJws<'b>, MintError> {
        self.finish(&es256_signature_from_der(signature).ok_or(MintError::InvalidSignature)?)
    }
}

impl<A: JwsAlgorithm> fmt::Debug for Draft<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("algorithm", &A::ALGORITHM)
            .field("signing_input_len", &self.parts.signing_input)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AnyDraft<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyDraft")
            .field("algorithm", &self.algorithm)
            .field("signing_input_len", &self.parts.signing_input)
            .finish_non_exhaustive()
    }
}

/// A token: a JWS in Compact Serialization (RFC 7515 section 7.1).
///
/// `Display` writes it, because sending it is what it is for; `Debug` does not, because logs are
/// not where a bearer token belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CompactJws<'b> {
    token: &'b str,
}

impl<'b> CompactJws<'b> {
    /// The token.
    #[must_use]
    pub const fn as_str(&self) -> &'b str {
        self.token
    }
}

impl AsRef<str> for CompactJws<'_> {
    fn as_ref(&self) -> &str {
        self.token
    }
}

impl AsRef<[u8]> for CompactJws<'_> {
    fn as_ref(&self) -> &[u8] {
        self.token.as_bytes()
    }
}

impl fmt::Display for CompactJws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token)
    }
}

impl fmt::Debug for CompactJws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJws").field("len", &self.token.len()).finish_non_exhaustive()
    }
}

/// Length of a token in characters, from the lengths of its parts in bytes: a buffer can be sized
/// by it at compile time.
///
/// ```
/// const LEN: usize = jwt_core::token_len(r#"{"alg":"ES256"}"#.len(), 120, 64);
/// let buf = [0u8; LEN];
/// # assert_eq!(buf.len(), 20 + 1 + 160 + 1 + 86);
/// ```
#[must_use]
pub const fn token_len(header: usize, payload: usize, signature: usize) -> usize {
    base64url::encoded_len(header)
        .saturating_add(1)
        .saturating_add(base64url::encoded_len(payload))
        .saturating_add(1)
        .saturating_add(base64url::encoded_len(signature))
}

/// SHA-256 of a signing input, for signers that take a digest.
#[cfg(feature = "sha256")]
#[must_use]
pub fn sha256(signing_input: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(signing_input).into()
}

/// Encodes the header of `len` bytes where it stands.
fn encode_header(buf: &mut [u8], len: usize) -> Result<usize, MintError> {
    let encoded = base64url::encoded_len(len);
    if encoded > MAX_HEADER_LEN {
        return Err(MintError::TooLong);
    }
    // Where it does not fit, `assemble` tells the size of the whole.
    let _ = base64url::encode_in_place(buf, len);
    if let Some(dot) = buf.get_mut(encoded) {
        *dot = b'.';
    }
    Ok(encoded)
}

/// What is free behind an encoded header and its dot.
fn free(buf: &mut [u8], header: usize) -> &mut [u8] {
    buf.get_mut(header.saturating_add(1)..).unwrap_or_default()
}

/// Encodes the payload of `payload` bytes where it stands, at the front of what is free behind the header,
/// and makes sure of room for the rest. Returns the length of the signing input.
fn assemble(
    header: usize,
    free: &mut [u8],
    payload: usize,
    signature: usize,
) -> Result<usize, MintError> {
    let before = header.saturating_add(1);
    let encoded = base64url::encoded_len(payload);
    let behind = encoded.saturating_add(1).saturating_add(base64url::encoded_len(signature));
    let needed = before.saturating_add(behind);
    if needed > MAX_TOKEN_LEN {
        return Err(MintError::TooLong);
    }
    if free.len() < behind || base64url::encode_in_place(free, payload).is_err() {
        return Err(MintError::BufferTooSmall { needed });
    }
    Ok(before.saturating_add(encoded))
}
