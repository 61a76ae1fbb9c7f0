//! Instructions and stack of a call, counted exactly.
//!
//! QEMU with `-icount shift=0` lets every instruction take one nanosecond of virtual time, so a timer
//! counts instructions. They are instructions, not cycles. The stack is painted below the call and
//! looked at after it.

use core::hint::black_box;

/// What a call cost.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Of the board's timer; the host knows how many instructions pass in one.
    pub ticks: u32,
    /// Bytes below the frame that called.
    pub stack: u32,
}

/// Calls `run` and counts.
#[inline(never)]
pub fn measure<R>(run: impl FnOnce() -> R) -> (R, Cost) {
    let top = stack::paint();
    let start = timer::start();
    let result = black_box(call(run));
    let ticks = timer::since(start);
    (result, Cost { ticks, stack: stack::used(top) })
}

/// Calls `run` and counts ticks alone, which takes no time itself.
#[inline(never)]
pub fn ticks<R>(run: impl FnOnce() -> R) -> (R, u32) {
    let start = timer::start();
    let result = black_box(call(run));
    (result, timer::since(start))
}

/// Out of line: what is inlined into this has its frame below the painter's caller, and is counted.
#[inline(never)]
fn call<R>(run: impl FnOnce() -> R) -> R {
    run()
}

mod stack {
    use core::ptr::{read_volatile, write_volatile};

    const PAINT: u32 = 0x5aa5_c33c;
    /// Below this many bytes under the painter's frame nobody else is alive.
    const MARGIN: usize = 128;

    unsafe extern "C" {
        /// Where the runtime crates say that the heap would begin.
        #[link_name = "__sheap"]
        static END_OF_STATICS: u32;
    }

    fn bottom() -> usize {
        (&raw const END_OF_STATICS).addr().next_multiple_of(4)
    }

    /// Paints all free stack; returns the address that stands for the caller's frame.
    #[inline(never)]
    pub(super) fn paint() -> usize {
        let here = 0_u32;
        let top = (&raw const here).addr();
        let mut address = bottom();
        while address < top - MARGIN {
            // SAFETY: between the statics and the frames in use lies memory that nobody owns.
            unsafe { write_volatile(address as *mut u32, PAINT) };
            address += 4;
        }
        top
    }

    /// The bytes from `top` to the lowest word that is not as painted.
    #[inline(never)]
    pub(super) fn used(top: usize) -> u32 {
        let mut address = bottom();
        // SAFETY: as in `paint`.
        while address < top && unsafe { read_volatile(address as *const u32) } == PAINT {
            address += 4;
        }
        (top - address) as u32
    }
}

#[cfg(target_arch = "arm")]
mod timer {
    use cortex_m::peripheral::SYST;
    use cortex_m::peripheral::syst::SystClkSource;

    /// SysTick counts down, 24 bits wide.
    pub(super) fn start() -> u32 {
        // SAFETY: one thread, no interrupts, and nobody else uses SysTick.
        let mut timer = unsafe { cortex_m::Peripherals::steal() }.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(0x00ff_ffff);
        timer.clear_current();
        timer.enable_counter();
        // The counter is loaded at the tick after it is cleared.
        while SYST::get_current() == 0 {}
        SYST::get_current()
    }

    pub(super) fn since(start: u32) -> u32 {
        start.wrapping_sub(SYST::get_current()) & 0x00ff_ffff
    }
}

#[cfg(target_arch = "riscv32")]
mod timer {
    use riscv::register::mcycle;

    pub(super) fn start() -> u32 {
        mcycle::read() as u32
    }

    pub(super) fn since(start: u32) -> u32 {
        (mcycle::read() as u32).wrapping_sub(start)
    }
}
