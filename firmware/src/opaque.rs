//! What the compiler knows nothing of, so that it can leave nothing out: for images that show what is not
//! in them. What goes in is [`hide`]d, what comes out is [`see`]n.

pub use core::hint::black_box as hide;

/// Uses a value in a way that nobody knows.
pub fn see<T>(value: T) {
    hide(value);
}
