//! Guides: what to decide, and what to do in which order. There is no code in here but that of the examples.

pub mod access_token {
    #![doc = include_str!("../guide/access-token.md")]
    #![doc = "```rust"]
    #![doc = include_str!("../guide/reqwless.rs")]
    #![doc = "```"]
}

pub mod choosing_a_signer {
    #![doc = include_str!("../guide/choosing-a-signer.md")]
}

pub mod provisioning {
    #![doc = include_str!("../guide/provisioning.md")]
}
