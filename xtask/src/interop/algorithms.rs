//! The algorithms, and which peer lacks which: a peer that loses one is a failure, not a shorter list.

use super::peer::Peer;
use crate::sh::Result;

/// What kind of key an algorithm needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A secret of at least so many bytes.
    Secret(usize),
    /// A key on the curve that OpenSSL calls so.
    Curve(&'static str),
    Ed25519,
    Rsa,
}

/// An algorithm that `jwt` has.
#[derive(Clone, Copy)]
pub(super) struct Alg {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// A key that does not say its algorithm is for this one, so nobody has to.
    pub(super) implied: bool,
}

const fn alg(name: &'static str, kind: Kind, implied: bool) -> Alg {
    Alg { name, kind, implied }
}

pub(super) const ALL: [Alg; 15] = [
    alg("HS256", Kind::Secret(32), false),
    alg("HS384", Kind::Secret(48), false),
    alg("HS512", Kind::Secret(64), false),
    alg("ES256", Kind::Curve("prime256v1"), true),
    alg("ES384", Kind::Curve("secp384r1"), true),
    alg("ES512", Kind::Curve("secp521r1"), true),
    alg("ES256K", Kind::Curve("secp256k1"), true),
    alg("EdDSA", Kind::Ed25519, true),
    alg("Ed25519", Kind::Ed25519, false),
    alg("RS256", Kind::Rsa, false),
    alg("RS384", Kind::Rsa, false),
    alg("RS512", Kind::Rsa, false),
    alg("PS256", Kind::Rsa, false),
    alg("PS384", Kind::Rsa, false),
    alg("PS512", Kind::Rsa, false),
];

/// What the pinned peers are known to lack.
const LACKING: [(&str, &[&str]); 2] = [("PyJWT", &["Ed25519"]), ("jose", &["ES256K"])];

impl Alg {
    pub(super) fn is_asymmetric(self) -> bool {
        !matches!(self.kind, Kind::Secret(_))
    }

    /// Whether no algorithm before this one has keys of its kind, each curve being one.
    pub(super) fn first_of_its_kind(self) -> bool {
        let like = |other: &&Self| other.is_asymmetric() && other.kind == self.kind;
        ALL.iter().find(like).is_none_or(|first| first.name == self.name)
    }
}

/// Those that a peer has.
pub(super) fn of(peer: &Peer) -> impl Iterator<Item = Alg> {
    ALL.into_iter().filter(|alg| peer.has(alg.name))
}

/// Those that it lacks, which have to be those that are known.
pub(super) fn lacking(peer: &Peer) -> Result<Vec<&'static str>> {
    let lacking: Vec<_> = ALL.iter().map(|alg| alg.name).filter(|name| !peer.has(name)).collect();
    let known = LACKING.iter().find(|known| peer.title().starts_with(known.0));
    if lacking == known.map_or(&[][..], |known| known.1) {
        return Ok(lacking);
    }
    Err(format!("{} has no {}: not what is known of it", peer.title(), lacking.join(", ")).into())
}
