//! The images: what each is for, and what the host does with it.

use super::board::{Board, Level};

/// What an image does, which says what the host gives it and expects of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    /// Nothing: what every image has is subtracted from the others.
    Nothing,
    /// Mints with a secret in memory.
    Hs256,
    /// Mints with a private key in memory.
    Es256,
    /// Mints with signatures that the host makes.
    External,
    /// Mints with a key that it tells the public half of.
    Simulator,
    /// Signs what the last token's signature is over, and makes no token.
    Sign,
    /// Fetches an access token and uses it, with a private key in memory.
    OAuth,
    /// The same with signatures that the host makes.
    OAuthExternal,
    /// Verifies a token of the host's.
    Verify,
    /// Checks vectors.
    Vectors,
    /// Checks those that need no verifier, and scalars at their edges.
    CombVectors,
    /// Links, which shows that it has no panic path; and does what it does without an error.
    Link,
}

impl Job {
    /// Whether it is in the table and in the chart.
    pub(super) const fn is_shown(self) -> bool {
        use Job::{Es256, External, Hs256, OAuth, OAuthExternal, Verify};
        matches!(self, Hs256 | Es256 | External | OAuth | OAuthExternal | Verify)
    }

    /// What the image calls its first measurement.
    pub(super) const fn first(self) -> &'static str {
        match self {
            Self::Verify => "load",
            _ => "cold",
        }
    }
}

/// An image of the firmware crate.
pub(super) struct Image {
    pub(super) name: &'static str,
    /// What the table calls it.
    pub(super) title: &'static str,
    /// The feature it needs, and that a board or a level may lack.
    pub(super) feature: Option<&'static str>,
    pub(super) job: Job,
}

const fn image(name: &'static str, title: &'static str, job: Job) -> Image {
    Image { name, title, feature: None, job }
}

impl Image {
    const fn with(mut self, feature: &'static str) -> Self {
        self.feature = Some(feature);
        self
    }

    pub(super) fn runs_on(&self, board: &Board, level: Level) -> bool {
        self.feature.is_none_or(|feature| board.has(feature) || level.features().contains(&feature))
    }
}

/// What is subtracted.
pub(super) const EMPTY: &str = "empty";

/// In the order of the table.
pub(super) const ALL: &[Image] = &[
    image(EMPTY, "nothing", Job::Nothing),
    image("hs256_mint", "HS256 mint", Job::Hs256),
    image("es256_mint", "ES256 mint, p256", Job::Es256),
    image("es256_mint_fast", "ES256 mint, assembly", Job::Es256).with("cortex-m4"),
    image("es256_mint_comb", "ES256 mint, p256-mint", Job::Es256),
    image("peer_micro_ecc", "ES256 mint, micro-ecc", Job::Es256).with("peer-c"),
    image("peer_p256_m", "ES256 mint, p256-m", Job::Es256).with("peer-c"),
    image("es256_mint_atecc608", "ES256 mint, ATECC608", Job::External),
    image("oauth_client", "OAuth client, external signer", Job::OAuthExternal),
    image("oauth_client_comb", "OAuth client, p256-mint", Job::OAuth),
    image(
        "oauth_client_reqwless",
        "OAuth client over reqwless, external signer",
        Job::OAuthExternal,
    )
    .with("reqwless"),
    image("es256_verify", "ES256 verify, p256", Job::Verify),
    image("es256_verify_fast", "ES256 verify, assembly", Job::Verify).with("cortex-m4"),
    image("es256_sign", "ES256 signature alone", Job::Sign),
    image("p256_sign", "p256's own signature alone", Job::Sign),
    image("es256_mint_sim", "simulated ATECC608", Job::Simulator).with("sim"),
    image("embassy", "simulated ATECC608, embassy", Job::Simulator).with("embassy"),
    image("vectors", "test vectors", Job::Vectors).with("cortex-m4"),
    image("vectors_comb", "test vectors, p256-mint", Job::CombVectors),
    image("nopanic_hs256", "no panic path, HS256", Job::Link),
    image("nopanic_es256", "no panic path, ES256 by an external signer", Job::Link),
    image(
        "nopanic_oauth",
        "no panic path, OAuth: a client, and the readers of a server",
        Job::Link,
    ),
    image("nopanic_comb", "no panic path, ES256 by p256-mint", Job::Link),
    image("nopanic_fmt", "no panic path, errors as text", Job::Link).with("o3"),
];

/// Built apart from the others, because it needs a heap.
pub(super) const PEER: Image = image("peer_jwt_compact", "ES256 mint, jwt-compact", Job::Es256);

/// Run by `cargo xtask ct`.
pub(super) const COMB_CT: Image = image("comb_ct", "many signatures by p256-mint", Job::Link);

/// Run by the demo, and against servers that are a script.
pub(super) const API_CALL: Image =
    image("api_call", "an API call by a secure element and a modem", Job::Link).with("sim");
