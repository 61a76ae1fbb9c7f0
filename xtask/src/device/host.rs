//! The host's side of an image: the keys, the time, and what is expected of its answer.

use jwt_core::{Es256SigningKey, Minter, NumericDate, RegisteredClaims, SigningKey as _, danger};

use super::board::Board;
use super::build::Build;
use super::image::{Image, Job};
use super::oauth::{self, Measured};
use super::qemu::{self, Output};
use super::vectors::{self, hex};
use crate::fresh;
use crate::interop::{Claimed, Judges};
use crate::sh::Result;

/// What the images call themselves, and what they call.
const ISSUER: &str = "device-0001";
const AUDIENCE: &str = "https://llm.example/v1";

/// Gives images keys that were never used before, and has their tokens judged.
pub(super) struct Host {
    judges: Judges,
    now: NumericDate,
    /// What the last ES256 signature of a token was over.
    signing_input: String,
    /// Tokens that every judge accepted.
    pub(super) tokens: u64,
    /// Assertions and proofs of OAuth clients that were verified.
    pub(super) clients: u64,
    /// Vectors that had their results in an image.
    pub(super) vectors: u64,
}

impl Host {
    pub(super) fn new() -> Result<Self> {
        let judges = Judges::new("device")?;
        Ok(Self {
            judges,
            now: fresh::now()?,
            signing_input: String::new(),
            tokens: 0,
            clients: 0,
            vectors: 0,
        })
    }

    pub(super) fn judges(&self) -> String {
        self.judges.names()
    }

    /// Runs an image and checks its answer; `None` where its end is all.
    pub(super) fn run(
        &mut self,
        board: &Board,
        build: &Build,
        image: &Image,
    ) -> Result<Option<Output>> {
        let key = fresh::new_key()?;
        let secret = danger::secret_bytes(&key);
        let time = self.time();
        let path = build.path(image);
        let run = |lines: &[&str]| qemu::run(board, &path, &[("input", &joined(lines))], 0);
        let output = match image.job {
            Job::Link => {
                run(&[])?;
                return Ok(None);
            }
            Job::Nothing => run(&[&hex(secret.as_slice()), &time])?,
            Job::Sign => {
                let output = run(&[&hex(secret.as_slice()), &self.signing_input])?;
                // The key was never used before, so this is its signature and no other.
                let signature = hex(&key.sign(self.signing_input.as_bytes())?);
                if !output.text("signature")?.eq_ignore_ascii_case(&signature) {
                    return Err(format!("{} made another signature", image.name).into());
                }
                output
            }
            Job::Hs256 => {
                let output = run(&[&hex(secret.as_slice()), &time])?;
                self.judge("HS256", secret.as_slice(), &output)?;
                output
            }
            Job::Es256 => {
                let output = run(&[&hex(secret.as_slice()), &time])?;
                self.judge("ES256", &key.verifying_key().to_sec1(), &output)?;
                self.signing_input = signing_input(&output)?.to_owned();
                output
            }
            Job::External => {
                // What is to be signed, the image says when it has got any signature.
                let draft = run(&[&hex(&any_signature()), &time])?;
                let signature = key.sign(signing_input(&draft)?.as_bytes())?;
                let output = run(&[&hex(&signature), &time])?;
                self.judge("ES256", &key.verifying_key().to_sec1(), &output)?;
                output
            }
            Job::Simulator => {
                let output = run(&[&hex(secret.as_slice()), &time])?;
                let point = unhex(output.text("point")?).ok_or("the point is not hexadecimal")?;
                self.judge("ES256", &point, &output)?;
                output
            }
            Job::OAuth | Job::OAuthExternal => {
                let signature = matches!(image.job, Job::OAuthExternal).then(any_signature);
                let token = oauth::access_token(self.now)?;
                let signer =
                    signature.map_or_else(|| hex(secret.as_slice()), |signature| hex(&signature));
                let point = hex(&key.verifying_key().to_sec1());
                let answer = oauth::token_answer(&token, "DPoP", oauth::SCOPE);
                let output = run(&[&signer, &point, &time, &answer])?;
                let measured = Measured { key: &key, signature, token, now: self.now };
                self.clients = self.clients.saturating_add(measured.check(&output)?);
                output
            }
            Job::Verify => {
                let point = hex(&key.verifying_key().to_sec1());
                let output = run(&[&point, &time, &self.token(&key)?])?;
                let subject = output.text("subject")?;
                if subject != SUBJECT {
                    return Err(format!("{} read the subject {subject:?}", image.name).into());
                }
                output
            }
            Job::Vectors | Job::CombVectors => {
                let is_comb = matches!(image.job, Job::CombVectors);
                let vectors = if is_comb { vectors::of_the_comb()? } else { vectors::lines()? };
                let input = joined(&[&hex(secret.as_slice()), &time]);
                let files = [("input", input.as_str()), ("vectors", vectors.lines.as_str())];
                let output = qemu::run(board, &path, &files, 0)?;
                let checked: Vec<_> = output.all("checked").collect();
                let all = format!("{:08X}", vectors.count());
                if checked.is_empty()
                    || checked.iter().any(|checked| !checked.eq_ignore_ascii_case(&all))
                {
                    return Err(format!("{checked:?} of {all} vectors checked").into());
                }
                let times = u64::try_from(checked.len())?;
                self.vectors = self.vectors.saturating_add(vectors.count().saturating_mul(times));
                println!(
                    "{}: {} on {times} implementations, {}",
                    board.core,
                    vectors.sources.join(", "),
                    image.title,
                );
                output
            }
        };
        Ok(Some(output))
    }

    fn time(&self) -> String {
        hex(&self.now.seconds().to_be_bytes())
    }

    /// A server's token for the device.
    fn token(&self, key: &Es256SigningKey) -> Result<String> {
        let claims = RegisteredClaims {
            issuer: Some(ISSUER),
            subject: Some(SUBJECT),
            audience: Some(AUDIENCE.into()),
            expiration_time: Some(self.now.saturating_add(300)),
            issued_at: Some(self.now),
            ..Default::default()
        };
        Ok(Minter::new().kid("server").mint(&mut [0; 512], key, &claims)?.as_str().to_owned())
    }

    fn judge(&mut self, alg: &'static str, key: &[u8], output: &Output) -> Result {
        for token in output.all("token") {
            let now = self.now.seconds();
            let claimed = Claimed { alg, key, issuer: ISSUER, audience: AUDIENCE, now };
            self.judges.accept(token, &claimed)?;
            self.tokens = self.tokens.saturating_add(1);
        }
        output.text("token").map(|_| ())
    }
}

const SUBJECT: &str = "sensor-42";

/// What can be a signature, and is none of anything.
fn any_signature() -> [u8; 64] {
    std::array::from_fn(|at| u8::try_from(at).unwrap_or_default() | 1)
}

fn joined(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [*line, "\n"]).collect()
}

fn signing_input(output: &Output) -> Result<&str> {
    Ok(output.text("token")?.rsplit_once('.').ok_or("the token has no signature")?.0)
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at.checked_add(2)?)?, 16).ok();
    (0..digits.len()).step_by(2).map(pair).collect()
}
