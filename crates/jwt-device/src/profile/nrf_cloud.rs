//! nRF Cloud by Nordic Semiconductor.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::WriteMembers;
use jwt_core::{Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{Lifetime, Profile, ProviderToken, Rule};

/// Who a device is for nRF Cloud. One or the other: the modem writes the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NrfDevice<'a> {
    /// "sub": the device ID.
    Id(&'a str),
    /// "iss": the name of the hardware, a dot and the UUID of the device, such as
    /// `nrf9160.50363154-3931-44f0-8022-121b6401627d`.
    HardwareAndUuid(&'a str),
}

/// A token of a device for nRF Cloud.
///
/// | rule | |
/// | --- | --- |
/// | header | "kid" optional |
/// | claims | "sub", or "iss" of hardware and UUID; "exp"; any others |
/// | lifetime | at most 604,800 s (7 days), *unconfirmed*: the limit of the nRF Connect SDK; 600 s is its default |
#[derive(Clone, Copy, Debug)]
pub struct NrfCloud<'a, M = ()> {
    /// "sub" or "iss".
    pub device: NrfDevice<'a>,
    /// Now. Not written.
    pub issued_at: NumericDate,
    /// Seconds from now to "exp".
    pub lifetime: u32,
    /// Claims of your own; `()` for none. An "iss" or "sub" does not belong here, beside the one of
    /// `device`: it is not seen.
    pub own: M,
}

impl<M: WriteMembers> ProviderToken for NrfCloud<'_, M> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        required: &[RegisteredClaim::ExpirationTime],
        lifetime: Some(Lifetime::at_most(7 * 24 * 60 * 60, 10 * 60)),
        ..Profile::new("nRF Cloud", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        let (issuer, subject) = match self.device {
            NrfDevice::Id(id) => (None, Some(id)),
            NrfDevice::HardwareAndUuid(name) => (Some(name), None),
        };
        RegisteredClaims {
            issuer,
            subject,
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        &self.own
    }

    fn check_own(&self) -> Result<(), Rule> {
        match self.device {
            NrfDevice::HardwareAndUuid(name) if !is_hardware_and_uuid(name) => {
                Err(Rule::NotHardwareAndUuid { claim: "iss" })
            }
            _ => Ok(()),
        }
    }
}

/// A UUID is known by its length, so no search is needed, and none that could panic is linked.
fn is_hardware_and_uuid(name: &str) -> bool {
    matches!(
        name.as_bytes().split_last_chunk::<37>(),
        Some((hardware @ [_, ..], [b'.', uuid @ ..]))
            if hardware.iter().all(u8::is_ascii_graphic) && is_uuid(uuid)
    )
}

/// The text form of RFC 9562 section 4: groups of 8, 4, 4, 4 and 12 hexadecimal digits.
fn is_uuid(text: &[u8; 36]) -> bool {
    text.iter().enumerate().all(|(i, byte)| match i {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}
