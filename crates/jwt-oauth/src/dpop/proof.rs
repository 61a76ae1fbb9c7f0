//! A proof to be sent.

use jwt_core::json::{ObjectWriter, WriteMembers, from_fn};
use jwt_core::{CompactJws, Draft, Es256, Minter, NumericDate, RegisteredClaims, SigningKey};

use super::{AccessTokenHash, MAX_JTI_LEN, PROOF_TYPE, ProofError, is_method};
use crate::field::is_nonce;
use crate::point::PublicPoint;
use crate::uri::TargetUri;

/// A DPoP proof for one HTTP request (RFC 9449 section 4.2), the value of its `DPoP` header.
///
/// ```
/// use jwt_core::{Es256SigningKey, NumericDate};
/// use jwt_oauth::{AccessTokenHash, DpopProof, PublicPoint};
///
/// let key = Es256SigningKey::from_bytes(&[0x42; 32])?;
/// # let public_key = PublicPoint::from_sec1(&key.verifying_key().to_sec1()).ok_or("")?;
/// let proof = DpopProof {
///     public_key: &public_key, // from your chip, or `PublicPoint::from(&key.verifying_key())`
///     jwt_id: "-BwC3ESc6acc2lTc",
///     method: "GET",
///     uri: "https://api.example/v1/models",
///     issued_at: NumericDate::from_seconds(1_780_000_000),
///     access_token: Some(AccessTokenHash::of("Kz~8mXK1EalYznwH-LC-1fBAo")),
///     nonce: None,
/// };
/// let mut buf = [0; 512];
/// println!("DPoP: {}", proof.mint(&mut buf, &key)?); // or `draft`, for a chip
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DpopProof<'a> {
    /// "jwk" in the header: the public half of the key that signs.
    pub public_key: &'a PublicPoint,
    /// "jti": text that this key never uses again: 96 random bits or a UUID (section 4.2).
    pub jwt_id: &'a str,
    /// "htm": the method of the request, `POST`.
    pub method: &'a str,
    /// "htu": the URI of the request without query and fragment; [`TargetUri::as_str`] leaves them out.
    pub uri: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// "ath": of the access token that goes with the request; `None` at the token endpoint.
    pub access_token: Option<AccessTokenHash>,
    /// "nonce": what the server's last `DPoP-Nonce` header said (section 8).
    pub nonce: Option<&'a str>,
}

impl DpopProof<'_> {
    /// Mints the proof with a key that is at hand.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn mint<'b>(
        &self,
        buf: &'b mut [u8],
        key: &impl SigningKey<Algorithm = Es256>,
    ) -> Result<CompactJws<'b>, ProofError> {
        Ok(self.draft(buf)?.sign(key)?)
    }

    /// Everything but the signature, for a signer that is elsewhere.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn draft<'b>(&self, buf: &'b mut [u8]) -> Result<Draft<'b, Es256>, ProofError> {
        self.check()?;
        Ok(Minter::new().typ(PROOF_TYPE).header(self.header()).draft(buf, self)?)
    }

    /// Checks what a server would refuse.
    ///
    /// # Errors
    /// [`ProofError`] but [`ProofError::Mint`].
    pub fn check(&self) -> Result<(), ProofError> {
        if !is_method(self.method) {
            return Err(ProofError::Method);
        }
        if TargetUri::parse(self.uri).map(|uri| uri.as_str().len()) != Ok(self.uri.len()) {
            return Err(ProofError::Uri);
        }
        if !(1..=MAX_JTI_LEN).contains(&self.jwt_id.len()) {
            return Err(ProofError::JwtId);
        }
        match self.nonce {
            Some(nonce) if !is_nonce(nonce.as_bytes()) => Err(ProofError::Nonce),
            _ => Ok(()),
        }
    }

    /// The registered claims (RFC 7519 section 4.1).
    #[must_use]
    pub fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issued_at: Some(self.issued_at),
            jwt_id: Some(self.jwt_id),
            ..Default::default()
        }
    }

    /// The claims that bind the proof to its request.
    pub fn binding(&self) -> impl WriteMembers {
        from_fn(|object| {
            object.string("htm", self.method).string("htu", self.uri);
            if let Some(hash) = &self.access_token {
                object.string("ath", hash.encode(&mut [0; 43]));
            }
            if let Some(nonce) = self.nonce {
                object.string("nonce", nonce);
            }
        })
    }

    /// The header member "jwk". It is public by its type.
    pub fn header(&self) -> impl WriteMembers + Copy {
        from_fn(|object| {
            object.object("jwk", self.public_key);
        })
    }
}

/// The claims.
impl WriteMembers for DpopProof<'_> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        self.registered().write_members(object);
        self.binding().write_members(object);
    }
}
