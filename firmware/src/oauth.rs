//! An OAuth client from boot to a request to an API, and to the next one with the token in memory: the same servers
//! and buffers for all images.

use jwt_core::NumericDate;
use jwt_oauth::{
    Answer, ApiRequest, Authenticator, Client, CountedIds, PublicPoint, Step, Verdict,
};

use crate::call::{ISSUER, KEY_ID, now, twice};
use crate::host::{self, Input};
use crate::opaque::{hide, see};

/// The authorization server.
const SERVER: &str = "https://as.example";
const TOKEN_ENDPOINT: &str = "https://as.example/token";
const SCOPE: &str = "llm:chat";
/// What both servers give for proofs.
pub(crate) const NONCE: &str = "4f9a1c77d03be528";
/// The API.
pub(crate) const API: ApiRequest<'_> =
    ApiRequest { method: "POST", uri: "https://llm.example/v1/chat/completions" };

/// What names requests.
pub(crate) fn ids() -> CountedIds {
    CountedIds::new([7; 32], 0)
}

/// Takes the name of what is sent, and what it is.
type Out = fn(&str, &str) -> Option<()>;

/// What the host tells an OAuth client, behind its key.
pub(crate) struct Told<'i> {
    /// The public half of the key.
    pub(crate) point: PublicPoint,
    pub(crate) now: NumericDate,
    /// What the token endpoint answers.
    pub(crate) answer: &'i [u8],
}

impl<'i> Told<'i> {
    pub(crate) fn read(input: &mut Input<'i>) -> Option<Self> {
        Some(Self {
            point: PublicPoint::from_sec1(&input.bytes()?)?,
            now: now(input)?,
            answer: input.line()?.as_bytes(),
        })
    }

    /// The client, whose tokens are bound to the point.
    pub(crate) fn client(&self) -> Client<'_> {
        Client {
            dpop: Some(&self.point),
            key_id: Some(KEY_ID),
            scope: Some(SCOPE),
            ..Client::new(ISSUER, SERVER, TOKEN_ENDPOINT)
        }
    }
}

/// Fetches a token and sends a request with it, and sends one more; the token is bound to the point in the input.
/// Prints what was sent and what it cost.
pub fn report<K>(
    input: &mut Input<'_>,
    load: impl Fn() -> Option<K>,
    sign: impl Fn(&K, &[u8]) -> Option<[u8; 64]>,
) -> Option<()> {
    let told = Told::read(input)?;
    let Told { now, answer, .. } = told;
    let (mut token, mut work) = ([0; 1024], [0; 1536]);
    let client = told.client();

    let unseen: Out = |name, text| Some(see((name, text)));
    let (in_token, in_work) = (token.as_mut_slice(), work.as_mut_slice());
    let ((), costs) = twice(
        || Some(Session::new(load()?, Authenticator::new(client, in_token, in_work))),
        |session| session.request(now, answer, &sign, unseen),
    )?;

    // The same again, to be looked at.
    let mut session = Session::new(load()?, Authenticator::new(client, &mut token, &mut work));
    for _ in 0..2 {
        session.request(now, answer, &sign, |name, text| host::print(&[name, text]))?;
    }
    costs.print()
}

/// A client that has started.
struct Session<'s, K> {
    key: K,
    auth: Authenticator<'s>,
    ids: CountedIds,
}

impl<'s, K> Session<'s, K> {
    fn new(key: K, auth: Authenticator<'s>) -> Self {
        Self { key, auth, ids: ids() }
    }

    /// Until the API has answered.
    fn request(
        &mut self,
        now: NumericDate,
        answer: &[u8],
        sign: &impl Fn(&K, &[u8]) -> Option<[u8; 64]>,
        out: Out,
    ) -> Option<()> {
        // A client shows all header fields, and does not know which they will be.
        let nonce = hide(("DPoP-Nonce", NONCE.as_bytes()));
        loop {
            match self.auth.step(&API, now, self.ids.draw()).ok()? {
                Step::Sign { signing_input, .. } => {
                    let signature = sign(&self.key, signing_input)?;
                    self.auth.signed(&signature).ok()?;
                }
                Step::Sleep(_) => return None,
                Step::Send(call) => {
                    out("body", call.body)?;
                    out("proof", call.dpop?)?;
                    let answer = Answer::new(200, answer).header(nonce.0, nonce.1);
                    let Verdict::Again = self.auth.answer(now, &answer).ok()? else { return None };
                }
                Step::Use(authorization) => {
                    out("authorization", authorization.write_value_into(&mut [0; 1024]).ok()?)?;
                    out("proof", authorization.dpop()?)?;
                    let answer = Answer::new(200, b"").header(nonce.0, nonce.1);
                    let Verdict::Done = self.auth.answer(now, &answer).ok()? else { return None };
                    return Some(());
                }
            }
        }
    }
}
