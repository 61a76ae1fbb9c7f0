//! What every image shares: how it starts, hears from the host and answers it, and how it is measured.
//!
//! Nothing here formats with `core::fmt` or parses with `str::parse`, so that an image holds little that
//! is not the code it is about. What is here anyway is in the image `empty` too, which is subtracted.
#![no_std]

pub mod call;
pub mod chip;
#[cfg(feature = "peer-c")]
pub mod foreign;
pub mod host;
pub mod lines;
pub mod measure;
pub mod modem;
pub mod oauth;
pub mod opaque;
#[cfg(feature = "reqwless")]
pub mod over_reqwless;
#[cfg(feature = "sim")]
pub mod simulated;
pub mod vectors;

/// The entry point of an image that runs `$run`, which gets its input from the host and says whether it
/// succeeded. A panic ends the image as a failure does.
///
/// Where `no_panic` is said the image links only if it cannot panic: then the handler calls a function that
/// nobody defines. Such an image gets no input, since reading a file of the host's can panic.
#[macro_export]
macro_rules! image {
    (@ $main:expr, $on_panic:expr) => {
        #[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
        #[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
        fn main() -> ! {
            $main
        }

        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
            $on_panic
        }
    };
    ($run:path) => {
        $crate::image!(@ $crate::host::run($run), $crate::host::exit(false));
    };
    (no_panic $run:path) => {
        unsafe extern "C" {
            safe fn a_panic_path_has_survived() -> !;
        }

        $crate::image!(@ $crate::host::exit($run().is_some()), a_panic_path_has_survived());
    };
}
