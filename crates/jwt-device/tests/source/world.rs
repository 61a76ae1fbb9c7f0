//! A world in which a token source lives, every part of which a test decides about.

use std::cell::Cell;
use std::future::poll_fn;
use std::task::Poll;

use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Es256, Minter, NumericDate, RegisteredClaims, UnverifiedToken, danger};
use jwt_device::source::with_claims;
use jwt_device::{
    AsyncJwsSigner, Clock, ClockError, JwsSigner, Renewal, SignerErrorKind, SignerKey, TokenSource,
    Window,
};

pub(crate) const START: i64 = 1_780_000_000;

pub(crate) fn date(seconds: i64) -> NumericDate {
    NumericDate::from_seconds(seconds)
}

/// Everything that a test decides about.
pub(crate) struct World {
    pub(crate) now: Cell<i64>,
    pub(crate) clock_error: Cell<Option<ClockError>>,
    pub(crate) signer_error: Cell<Option<SignerErrorKind>>,
    /// Added to `now` while signing: the signer is slow, or the clock is set meanwhile.
    pub(crate) latency: Cell<i64>,
    pub(crate) attempts: Cell<u32>,
    pub(crate) signature: Cell<[u8; 64]>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            now: Cell::new(START),
            clock_error: Cell::new(None),
            signer_error: Cell::new(None),
            latency: Cell::new(0),
            attempts: Cell::new(0),
            signature: Cell::new([1; 64]),
        }
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.now.set(self.now.get() + seconds);
    }

    pub(crate) fn sign_now(&self) -> Result<[u8; 64], SignerErrorKind> {
        self.attempts.set(self.attempts.get() + 1);
        self.pass(self.latency.get());
        match self.signer_error.get() {
            Some(error) => Err(error),
            None => Ok(self.signature.get()),
        }
    }

    pub(crate) fn source<'b>(
        &self,
        buf: &'b mut [u8],
        renewal: Renewal,
    ) -> Source<'_, 'b, impl Recipe> {
        TokenSource::new(buf, self, self, numbered(), renewal)
    }
}

pub(crate) type Source<'w, 'b, R> = TokenSource<'b, &'w World, &'w World, R>;

pub(crate) trait Recipe: jwt_device::source::Recipe<Es256> {}

impl<R: jwt_device::source::Recipe<Es256>> Recipe for R {}

impl Clock for &World {
    fn now(&mut self) -> Result<NumericDate, ClockError> {
        self.clock_error.get().map_or(Ok(date(self.now.get())), Err)
    }
}

impl SignerKey for &World {
    type Algorithm = Es256;
    type Error = SignerErrorKind;

    fn key_id(&self) -> Option<&str> {
        Some("k1")
    }
}

impl JwsSigner for &World {
    fn sign(&mut self, _: &[u8]) -> Result<[u8; 64], SignerErrorKind> {
        self.sign_now()
    }
}

impl AsyncJwsSigner for &World {
    async fn sign(&mut self, _: &[u8]) -> Result<[u8; 64], SignerErrorKind> {
        once_pending().await;
        self.sign_now()
    }
}

async fn once_pending() {
    let mut first = true;
    poll_fn(|_| if core::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await;
}

/// Tokens with "iat", "exp" and a number of their own.
fn numbered() -> impl Recipe {
    let mut number = 0;
    with_claims(Minter::new(), move |window: Window| {
        number += 1;
        claims(window, number)
    })
}

fn claims(window: Window, number: i64) -> impl WriteMembers {
    let registered = RegisteredClaims {
        issued_at: Some(window.issued_at),
        expiration_time: Some(window.expiration_time),
        ..Default::default()
    };
    (
        registered,
        from_fn(move |object| {
            object.integer("n", number);
        }),
    )
}
/// "iat", "exp" and the number of a token.
pub(crate) fn read(token: &str) -> (i64, i64, i64) {
    let mut scratch = [0; 512];
    let peeked = danger::peek(UnverifiedToken::parse(token).unwrap(), &mut scratch).unwrap();
    assert_eq!(peeked.header().kid().unwrap(), "k1");
    let (claims, errors) = peeked.claims().unwrap();
    assert!(errors.is_empty());
    let number = claims.claim("n").unwrap().as_number().unwrap().as_i64().unwrap();
    let (iat, exp) = (claims.issued_at().unwrap(), claims.expiration_time().unwrap());
    (iat.seconds(), exp.seconds(), number)
}
