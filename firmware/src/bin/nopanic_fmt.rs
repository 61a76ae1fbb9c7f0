//! What goes into logs and sockets as text, without a panic path: errors, dates, tokens and the headers that
//! carry them. The image links only if that is so, which in the profile `s` it is not: a check in `core` stays,
//! though it never fails.
#![no_std]
#![no_main]

use core::fmt::{self, Write as _};

use embedded_hal::i2c::ErrorKind;
use jwt_core::error::{ClaimError, KeyForm};
use jwt_core::{
    Algorithm, Es256, KeyError, MintError, Minter, NumericDate, RegisteredClaims, VerifyError,
};
use jwt_device::atecc608::command::Opcode;
use jwt_device::atecc608::response::Status;
use jwt_device::atecc608::{Atecc608Error, ChipError};
use jwt_device::identity::{Jti, PublicPoint};
use jwt_device::profile::{Rule, RuleViolation, VapidAuthorization};
use jwt_device::{Bearer, ClockError, SetError, SourceError};
use jwt_firmware::image;
use jwt_firmware::opaque::{hide, see};

image!(no_panic run);

fn run() -> Option<()> {
    let mut out = Counted(0);
    errors(&mut out).ok()?;
    values(&mut out).ok()?;
    see(out.0);
    Some(())
}

/// Where text goes.
struct Counted(usize);

impl fmt::Write for Counted {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.wrapping_add(hide(text).len());
        Ok(())
    }
}

fn errors(out: &mut Counted) -> fmt::Result {
    write!(out, "{}", hide(MintError::BufferTooSmall { needed: 3 }))?;
    write!(out, "{}", hide(VerifyError::AlgorithmMismatch { expected: Algorithm::Es256 }))?;
    write!(out, "{}", hide(KeyError::WrongForm { found: KeyForm::Rsa, needed: KeyForm::P256 }))?;
    write!(out, "{}", hide(ClaimError::Expired { seconds: 1 }))?;
    write!(out, "{} {}", hide(ClockError::NotSynchronised), hide(SetError::OutOfRange))?;
    write!(out, "{}", hide(RuleViolation { api: "any", rule: Rule::KeyIdMissing }))?;
    let refused = ChipError::Refused { opcode: Opcode::Sign, status: Status(0x0f) };
    let error: Atecc608Error<ErrorKind> = hide(Atecc608Error::Chip(refused));
    write!(out, "{error} {error:?}")?;
    let error: SourceError<Atecc608Error<ErrorKind>> = hide(SourceError::Signer(error));
    write!(out, "{error}")
}

fn values(out: &mut Counted) -> fmt::Result {
    let now = NumericDate::from_seconds(hide(1_780_000_000));
    write!(out, "{now} {}", Jti::from_bytes(hide(&[1; 16])))?;
    let mut buf = [0; 256];
    let claims = RegisteredClaims { expiration_time: Some(now), ..Default::default() };
    let draft = Minter::new().draft::<Es256>(&mut buf, &claims).map_err(|_| fmt::Error)?;
    let token = draft.finish(hide(&[0x42; 64])).map_err(|_| fmt::Error)?;
    write!(out, "{token} {token:?} {} {:?}", Bearer(token), Bearer(token))?;
    let public_key = PublicPoint::from_coordinates(hide(&[0x42; 64])).ok_or(fmt::Error)?;
    write!(out, "{}", VapidAuthorization { token, public_key })
}
