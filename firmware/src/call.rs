//! The API call that every image mints a token for: the same claims, header and buffer for all of them.

use jwt_core::{Minter, NumericDate, Policy, RegisteredClaims, UnverifiedToken, VerifyingKey};

use crate::host::{self, Input};
use crate::measure::{Cost, measure};

/// Who calls.
pub const ISSUER: &str = "device-0001";
/// Who is called about.
pub const SUBJECT: &str = "sensor-42";
/// What is called.
pub const AUDIENCE: &str = "https://llm.example/v1";
/// The name of the token.
pub const JWT_ID: &str = "4f9a1c77d03be528";
/// The name of the key.
pub const KEY_ID: &str = "dev-0001";
/// Seconds that the token lives.
pub const LIFETIME: u32 = 300;
/// Characters that the token takes at most.
pub const BUFFER: usize = 352;

/// 127 bytes of claims.
pub fn claims(now: NumericDate) -> RegisteredClaims<'static> {
    RegisteredClaims {
        issuer: Some(ISSUER),
        subject: Some(SUBJECT),
        audience: Some(AUDIENCE.into()),
        expiration_time: Some(now.saturating_add(LIFETIME.into())),
        issued_at: Some(now),
        jwt_id: Some(JWT_ID),
        ..Default::default()
    }
}

/// The header.
pub fn minter() -> Minter<'static> {
    Minter::new().kid(KEY_ID)
}

/// The time that the host tells.
pub fn now(input: &mut Input<'_>) -> Option<NumericDate> {
    NumericDate::new(i64::try_from(input.number()?).ok()?)
}

/// Mints twice: once as after boot, which loads the key as well, and once more. Prints the token and both
/// costs. `mint` leaves a token in the buffer and returns its length.
pub fn report<K>(
    load: impl FnOnce() -> Option<K>,
    mint: impl Fn(&mut K, &mut [u8]) -> Option<usize>,
) -> Option<()> {
    let mut buf = [0; BUFFER];
    let (len, costs) = twice(load, |key| mint(key, &mut buf))?;
    let token = core::str::from_utf8(buf.get(..len)?).ok()?;
    host::print(&["token", token])?;
    costs.print()
}

/// As [`report`], for a bare signature.
pub fn report_signature<K>(
    load: impl FnOnce() -> Option<K>,
    sign: impl Fn(&mut K) -> Option<[u8; 64]>,
) -> Option<()> {
    let (signature, costs) = twice(load, sign)?;
    host::bytes("signature", &signature)?;
    costs.print()
}

/// What a call cost, as after boot and once more.
pub(crate) struct Costs {
    cold: Cost,
    warm: Cost,
}

impl Costs {
    pub(crate) fn print(self) -> Option<()> {
        print("cold", self.cold)?;
        print("warm", self.warm)
    }
}

#[inline]
pub(crate) fn twice<K, R>(
    load: impl FnOnce() -> Option<K>,
    mut run: impl FnMut(&mut K) -> Option<R>,
) -> Option<(R, Costs)> {
    let (key, cold) = measure(|| {
        let mut key = load()?;
        run(&mut key).map(|_| key)
    });
    let mut key = key?;
    let (result, warm) = measure(|| run(&mut key));
    Some((result?, Costs { cold, warm }))
}

/// Verifies the token in the input with the point in the input. Prints the subject and what it cost.
pub fn verify<K: VerifyingKey>(
    input: &mut Input<'_>,
    load: impl FnOnce(&[u8; 65]) -> Option<K>,
) -> Option<()> {
    let point = input.bytes::<65>()?;
    let now = now(input)?;
    let token = input.line()?;
    let (key, load) = measure(|| load(&point));
    let key = key?;
    let mut scratch = [0; BUFFER];
    let policy = Policy::new(ISSUER, AUDIENCE);
    let (valid, cost) = measure(|| {
        let token = UnverifiedToken::parse(token).ok()?.verify(&key, &mut scratch).ok()?;
        let token = token.validate(&policy, now).ok()?;
        token.claims().subject()?.as_str()
    });
    host::print(&["subject", valid?])?;
    print("load", load)?;
    print("warm", cost)
}

/// Prints what a call cost.
pub fn print(name: &str, Cost { ticks, stack }: Cost) -> Option<()> {
    host::figure(name, ticks)?;
    host::figure("stack", stack)
}
