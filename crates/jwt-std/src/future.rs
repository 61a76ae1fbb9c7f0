//! The future of a trait that can be an object.

use std::pin::Pin;

/// A future on the heap. What returns one can stand behind `dyn`, so that a server has no type parameter for
/// where its keys come from and where its used identifiers go.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
