//! There is no policy without the two decisions.
use jwt_core::Policy;

fn main() {
    let _ = Policy::new();
}
