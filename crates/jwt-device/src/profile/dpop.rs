//! The rules of a DPoP proof (RFC 9449), which jwt-oauth has: the same as a profile.
//!
//! | rule | |
//! | --- | --- |
//! | header | "typ" `dpop+jwt`; "jwk", the public key |
//! | claims | "jti", "htm", "htu", "iat"; "ath" with an access token; "nonce" where the server gave one; no "exp" |
//! | reuse | one token a request |

use jwt_core::error::RegisteredClaim;
use jwt_core::json::WriteMembers;
use jwt_core::{Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims};
use jwt_oauth::dpop::{MAX_JTI_LEN, PROOF_TYPE};
use jwt_oauth::{DpopProof, ProofError};

use super::{Profile, ProviderToken, Reuse, Rule};

impl ProviderToken for DpopProof<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        typ: Some(PROOF_TYPE),
        required: &[RegisteredClaim::IssuedAt, RegisteredClaim::JwtId],
        reuse: Reuse::Once,
        ..Profile::new("DPoP proof", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        self.registered()
    }

    fn claims(&self) -> impl WriteMembers {
        self.binding()
    }

    fn header(&self) -> impl WriteMembers + Copy {
        self.header()
    }

    fn check_own(&self) -> Result<(), Rule> {
        self.check().map_err(|error| match error {
            ProofError::Method => Rule::NotAMethod { claim: "htm" },
            ProofError::Uri => Rule::NotATargetUri { claim: "htu" },
            ProofError::Nonce if self.nonce == Some("") => Rule::Empty { member: "nonce" },
            ProofError::JwtId => {
                Rule::TooLong { member: "jti", found: self.jwt_id.len(), max: MAX_JTI_LEN }
            }
            _ => Rule::Other("nonce is none"),
        })
    }
}
