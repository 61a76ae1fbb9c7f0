//! What must not pass, put to both sides. `jwt` has to refuse each row of the table at the stage
//! and with the exit code that the row names. The peer has to refuse it too, unless the row says
//! by which RFC it may see things differently.

mod table;

use serde_json::json;

use super::exchanges::registered;
use super::jwt::Jwt;
use super::keys::{Key, encode};
use super::peer::Peer;
use super::{Expect, Side, Tally, Verdict, algorithms};
use crate::sh::Result;
use table::Change::{self, Claims, Forged, Header, Stranger, Token};
use table::{HS256, KEY, Row, different, refused};

pub(super) fn run(jwt: &mut Jwt, peer: &mut Peer, keys: &[Key], tally: &mut Tally) -> Result {
    for alg in algorithms::of(peer).collect::<Vec<_>>() {
        let alg = alg.name;
        let mut of_alg = keys.iter().filter(|key| key.alg == alg);
        let (Some(key), Some(stranger)) = (of_alg.next(), of_alg.next()) else {
            return Err(format!("two keys for {alg} are needed").into());
        };
        // What a row says about claims and form has to do with no algorithm: two show the differences.
        let different = if matches!(alg, "HS256" | "ES256") { different() } else { Vec::new() };
        for row in refused().iter().chain(&different) {
            if let Forged(header, payload) = &row.change {
                // A forged token is made once: by nobody's library.
                if alg == "HS256" {
                    let token = forge(peer, &key.secret()?, header, payload)?;
                    let name = format!("refused: {}", row.name);
                    let outcome = both(jwt, peer, key, &token, &good(), row, tally);
                    tally.case(name, outcome);
                }
                continue;
            }
            for jwt_mints in [true, false] {
                let from: &mut dyn Side = if jwt_mints { jwt } else { peer };
                let name = format!("refused: {}, {alg} of {}", row.name, from.name());
                let outcome = change(from, key, stranger, &row.change)
                    .and_then(|(token, expect)| both(jwt, peer, key, &token, &expect, row, tally));
                tally.case(name, outcome);
            }
        }
    }
    let outcome = weak_secret(jwt, peer, tally);
    tally.case("refused: a secret of 31 bytes", outcome);
    siblings(jwt, peer, keys, tally);
    confusion(jwt, peer, keys, tally)
}

/// RFC 7518 section 3.2: "A key of the same size as the hash output (for instance, 256 bits for
/// "HS256") or larger MUST be used with this algorithm." Peers leave that to their callers.
fn weak_secret(jwt: &mut Jwt, peer: &mut Peer, tally: &mut Tally) -> Result {
    let secret = encode(&[0x42; 31])?;
    let jwk = json!({"kty": "oct", "alg": "HS256", "k": secret}).to_string();
    let file = jwt.write("weak.jwk", &jwk)?;
    let verifier = vec![String::from("--key"), file];
    let key = Key { alg: "HS256", public: jwk, verifier, ..Key::default() };
    let token = forge(peer, &secret, HS256, "{@iss,@aud,@exp}")?;
    let lawful = "RFC 7518 3.2, of whoever chooses the key";
    let row = Row { name: "a weak secret", ours: KEY, lawful, change: Stranger };
    both(jwt, peer, &key, &token, &good(), &row, tally)
}

/// The public key as an HMAC secret (RFC 8725 section 2.1): everybody can compute that MAC.
fn confusion(jwt: &mut Jwt, peer: &mut Peer, keys: &[Key], tally: &mut Tally) -> Result {
    for key in keys.iter().filter(|key| !key.alg.starts_with("HS")) {
        for (what, secret) in [("", key.public.as_str()), (", trimmed", key.public.trim())] {
            let token = forge(peer, &encode(secret.as_bytes())?, HS256, "{@iss,@aud,@exp}")?;
            for algs in [vec![], vec!["ES256", "HS256"], vec!["HS256"]] {
                let row = Row { name: "", ours: KEY, lawful: "", change: Stranger };
                let expect = Expect { algs, ..good() };
                let outcome = both(jwt, peer, key, &token, &expect, &row, tally);
                let allowed = expect.allowed(key).join(" and ");
                let name = &key.name;
                let case =
                    format!("refused: public {}, {name} as secret{what}, {allowed}", key.alg);
                tally.case(case, outcome);
            }
        }
    }
    Ok(())
}

/// A token of the same key for another algorithm of its kind: RS256 and PS256, EdDSA and Ed25519.
fn siblings(jwt: &mut Jwt, peer: &mut Peer, keys: &[Key], tally: &mut Tally) {
    let shared = |key: &&Key| key.name == "PKCS#8 and SPKI PEM of openssl";
    let shared: Vec<_> = keys.iter().filter(shared).collect();
    for key in &shared {
        let kind =
            |key: &Key| algorithms::ALL.iter().find(|alg| alg.name == key.alg).map(|a| a.kind);
        for other in shared.iter().filter(|other| other.alg != key.alg && kind(other) == kind(key))
        {
            let sibling = Key { alg: other.alg, ..(*key).clone() };
            let signer = key.signer.iter().take(2).cloned();
            let told = ["--alg".to_owned(), other.alg.to_owned()];
            let sibling = Key { signer: signer.chain(told).collect(), ..sibling };
            let expect = Expect { algs: vec![key.alg], ..good() };
            let row = Row { name: "", ours: KEY, lawful: "", change: Stranger };
            for jwt_mints in [true, false] {
                let from: &mut dyn Side = if jwt_mints { jwt } else { peer };
                let name = format!("refused: {} of {} for {}", other.alg, from.name(), key.alg);
                let outcome = from
                    .mint(&sibling, &json!({}), &registered())
                    .and_then(|token| both(jwt, peer, key, &token, &expect, &row, tally));
                tally.case(name, outcome);
            }
        }
    }
}

/// What fits the good claims.
fn good() -> Expect {
    Expect {
        iss: Some("https://issuer.example".to_owned()),
        aud: Some("https://api.example/v1".to_owned()),
        ..Expect::default()
    }
}

/// A token that is wrong in one respect, and what is expected of it.
fn change(
    from: &mut dyn Side,
    key: &Key,
    stranger: &Key,
    change: &Change,
) -> Result<(String, Expect)> {
    let (mut header, mut claims, mut expect) = (json!({}), registered(), good());
    let mut signer = key;
    match change {
        Claims(changed) => {
            for (name, value) in changed.as_object().into_iter().flatten() {
                let Some(members) = claims.as_object_mut() else { continue };
                if value.is_null() {
                    members.remove(name);
                } else {
                    members.insert(name.clone(), value.clone());
                }
            }
        }
        Header(members) => header = members.clone(),
        Change::Expect(change) => change(&mut expect, key.alg),
        Stranger => signer = stranger,
        Token(_) | Forged(..) => {}
    }
    let mut token = from.mint(signer, &header, &claims)?;
    if let Token(change) = change {
        token = change(&token);
    }
    Ok((token, expect))
}

/// Puts a token to both sides.
fn both(
    jwt: &mut Jwt,
    peer: &mut Peer,
    key: &Key,
    token: &str,
    expect: &Expect,
    row: &Row,
    tally: &mut Tally,
) -> Result {
    let ours = jwt.verify(key, token, expect)?;
    let theirs = peer.verify(key, token, expect)?;
    let (stage, code) = row.ours;
    let ours_is_right =
        ours.as_ref().is_err_and(|refusal| refusal.stage == stage && refusal.code == Some(code));
    if theirs.is_ok() && !row.lawful.is_empty() {
        tally.differences.insert(row.name);
    }
    if ours_is_right && (theirs.is_err() || !row.lawful.is_empty()) {
        return Ok(());
    }
    let says = |verdict: &Verdict| match verdict {
        Ok(opened) => format!("accepted {}", opened.claims),
        Err(refusal) => refusal.to_string(),
    };
    let (name, ours, theirs) = (peer.name(), says(&ours), says(&theirs));
    Err(format!("must be refused, stage {stage:?}, exit {code}; jwt: {ours}; {name}: {theirs}")
        .into())
}

/// A token of any header and payload, with the right MAC.
fn forge(peer: &mut Peer, secret: &str, header: &str, payload: &str) -> Result<String> {
    let payload = payload
        .replace("@iss", r#""iss":"https://issuer.example""#)
        .replace("@aud", r#""aud":"https://api.example/v1""#)
        .replace("@exp", r#""exp":1700000300"#);
    let bytes =
        |text: &str| text.chars().map(u8::try_from).collect::<std::result::Result<Vec<_>, _>>();
    peer.forge(secret, &format!("{}.{}", encode(&bytes(header)?)?, encode(&bytes(&payload)?)?))
}
