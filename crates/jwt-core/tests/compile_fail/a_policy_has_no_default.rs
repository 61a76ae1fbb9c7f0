//! Nor by default.
use jwt_core::Policy;

fn main() {
    let _: Policy<'_> = Default::default();
}
