//! `cargo xtask interop`: PyJWT and jose verify what `jwt` mints, and `jwt` what they mint; servers that others wrote
//! issue tokens to `jwt` and let its tokens through.
//!
//! The cases of pairs are written once and put to both sides of each pair: what one mints the other has to
//! accept with equal claims, and what one refuses the other has to refuse, except where a row of
//! `refusals` says by which RFC they may differ. Everything is made fresh in `target/interop/work`.

mod algorithms;
mod containers;
mod exchanges;
mod judges;
mod jwt;
mod keys;
pub(crate) mod oauth;
mod peer;
mod refusals;

pub(crate) use judges::{Claimed, Judges};
pub(crate) use peer::{beside_jose, python_with_pyjwt};

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::count::Count;
use crate::sh::{Result, in_ci, root};
use crate::tools::built;
use jwt::Jwt;
use keys::Key;
use peer::Peer;

/// The time for all: `jwt` and jose are told it, PyJWT finds it in place of the clock.
const NOW: i64 = 1_700_000_000;

/// What a verifier insists on. No issuer: any. No audience: none is used.
#[derive(Clone, Default)]
struct Expect {
    /// The accepted algorithms; none: that of the key.
    algs: Vec<&'static str>,
    iss: Option<String>,
    aud: Option<String>,
    typ: Option<String>,
    /// A token without `exp` will do.
    forever: bool,
    /// The time, where it is not [`NOW`].
    at: Option<i64>,
}

impl Expect {
    fn now(&self) -> i64 {
        self.at.unwrap_or(NOW)
    }

    fn allowed(&self, key: &Key) -> Vec<&'static str> {
        if self.algs.is_empty() { vec![key.alg] } else { self.algs.clone() }
    }
}

/// Header and claims of an accepted token, as JSON text.
struct Opened {
    header: String,
    claims: String,
}

/// Why a token was refused. Stage and exit code are known of `jwt` only.
struct Refusal {
    stage: String,
    code: Option<i32>,
    why: String,
}

type Verdict = std::result::Result<Opened, Refusal>;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "refused, stage {:?}, exit {code}: {}", self.stage, self.why),
            None => write!(f, "refused: {}", self.why),
        }
    }
}

/// One side of an exchange: `jwt`, or a peer.
trait Side {
    fn name(&self) -> &'static str;
    fn mint(&mut self, key: &Key, header: &Value, claims: &Value) -> Result<String>;
    fn verify(&mut self, key: &Key, token: &str, expect: &Expect) -> Result<Verdict>;
}

/// The cases of one pair, counted.
#[derive(Default)]
struct Tally {
    passed: u64,
    failures: Vec<String>,
    /// Algorithms that the peer lacks, so that nothing is shown of them.
    lacking: Vec<&'static str>,
    /// Rows of `refusals` that the peer accepts, and may.
    differences: BTreeSet<&'static str>,
}

impl Tally {
    fn case(&mut self, name: impl fmt::Display, outcome: Result) {
        match outcome {
            Ok(()) => self.passed = self.passed.saturating_add(1),
            Err(error) => self.failures.push(format!("{name}: {error}")),
        }
    }
}

/// How a peer is installed and started.
type Start = fn(&Path) -> Result<Peer>;

/// With these peers; with all where none is named.
pub(crate) fn run(names: &[String]) -> Result<Count> {
    let folder = root().join("target/interop");
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut skipped = Count::default();
    let jwt = Jwt::build()?;
    let starts: [(&str, Start); 2] = [("PyJWT", Peer::pyjwt), ("jose", Peer::jose)];
    let mut pairs = Vec::new();
    for (name, start) in starts.into_iter().filter(|(name, _)| wanted(name)) {
        if let Some(peer) = had(name, start(&folder), &mut skipped)? {
            pairs.push((jwt.working_in(folder.join("work").join(name))?, peer));
        }
    }
    let mut parts = Vec::new();
    let jwt_demo = built("jwt-demo", "jwt-demo")?;
    for part in oauth::PARTS.into_iter().filter(|part| wanted(part.name)) {
        if let Some(what) = had(part.name, (part.install)(&folder), &mut skipped)? {
            let jwt = jwt.working_in(folder.join("work").join(part.name))?;
            parts.push((oauth::Ours { jwt, jwt_demo: jwt_demo.clone() }, part, what));
        }
    }
    if pairs.is_empty() && parts.is_empty() && skipped.skipped.is_none() {
        return Err(format!("no such peer: {}", names.join(" ")).into());
    }
    // Each waits for its own processes, so they run side by side.
    let tallies: Vec<_> = std::thread::scope(|scope| {
        let pairs = pairs.iter_mut().map(|(jwt, peer)| {
            scope.spawn(move || {
                let tally =
                    cases(jwt, peer).map_err(|error| format!("{}: {error}", peer.name()))?;
                Ok::<_, String>((peer.title(), tally))
            })
        });
        let parts = parts.iter().map(|(ours, part, what)| {
            scope.spawn(move || {
                let mut tally = Tally::default();
                let title = (part.cases)(ours, what, &mut tally);
                let title = title.map_err(|error| format!("{}: {error}", part.name))?;
                Ok::<_, String>((title, tally))
            })
        });
        let threads: Vec<_> = pairs.chain(parts).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let (mut count, mut failed) = (skipped, 0_usize);
    for tally in tallies {
        let (title, tally) = tally.map_err(|_| "the cases of a peer panicked")??;
        count.passed = count.passed.saturating_add(tally.passed);
        failed = failed.saturating_add(tally.failures.len());
        report(&title, &tally);
    }
    if failed == 0 { Ok(count) } else { Err(format!("{failed} cases failed").into()) }
}

/// What could be had. What could not is an error in CI, and is said elsewhere.
fn had<T>(name: &str, what: Result<T>, count: &mut Count) -> Result<Option<T>> {
    match what {
        Ok(what) => Ok(Some(what)),
        Err(error) if in_ci() => Err(format!("{name}: {error}").into()),
        Err(error) => {
            let skipped = format!("interoperability with {name}: {error}");
            println!("SKIPPED {skipped}");
            *count = std::mem::take(count).and(Count { passed: 0, skipped: Some(skipped) });
            Ok(None)
        }
    }
}

fn cases(jwt: &mut Jwt, peer: &mut Peer) -> Result<Tally> {
    let mut tally = Tally { lacking: algorithms::lacking(peer)?, ..Tally::default() };
    let keys = keys::make(jwt, peer, &mut tally)?;
    exchanges::run(jwt, peer, &keys, &mut tally);
    refusals::run(jwt, peer, &keys, &mut tally)?;
    Ok(tally)
}

fn report(title: &str, Tally { passed, failures, lacking, differences }: &Tally) {
    for failure in failures {
        println!("{title} FAILED {failure}");
    }
    let total = passed.saturating_add(u64::try_from(failures.len()).unwrap_or(u64::MAX));
    println!("{title}: {passed} / {total}");
    for lacks in lacking {
        println!("{title}: has no {lacks}, so nothing is shown of it with this peer");
    }
    if !differences.is_empty() {
        println!("{title}: accepts {} kinds of token that we refuse, as it may", differences.len());
    }
}
