//! An executor for futures that wait for nothing but themselves.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub(crate) fn block_on<R>(future: impl Future<Output = R>) -> R {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
    }
}
