//! The list of the targets.

/// What a target does with an input.
pub type Target = fn(&[u8]);

/// Every target under the name of its file in `fuzz_targets`, its folder in `seeds`, and its function.
pub const TARGETS: [(&str, Target); 14] = [
    ("base64url", crate::base64url),
    ("claims", crate::claims),
    ("compact", crate::compact),
    ("header", crate::header),
    ("json_object", crate::json_object),
    ("key_import", crate::key_import),
    ("mint_round_trip", crate::mint_round_trip),
    ("oauth_readers", crate::oauth_readers),
    ("p256_mint", crate::p256_mint),
    ("secure_element", crate::secure_element),
    ("tampered_es256", crate::tampered_es256),
    ("tampered_hmac", crate::tampered_hmac),
    ("verify_never_accepts", crate::verify_never_accepts),
    ("whole_verify", crate::whole_verify),
];
