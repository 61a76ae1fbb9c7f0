//! Requests to valgrind's memcheck: which bytes are defined. Memcheck follows that through every instruction, and
//! tells where a branch or an address depends on what is not.
//!
//! Valgrind knows a request by instructions that do nothing on a processor (`valgrind/valgrind.h`, x86-64).

const RUNNING_ON_VALGRIND: usize = 0x1001;
const MAKE_MEM_UNDEFINED: usize = 0x4d43_0001;
const MAKE_MEM_DEFINED: usize = 0x4d43_0002;
const SET_VBITS: usize = 0x4d43_0009;

/// Whether this process runs under valgrind.
pub(crate) fn is_there() -> bool {
    request(RUNNING_ON_VALGRIND, [0; 3]) != 0
}

/// Marks bytes as secret.
pub(crate) fn conceal(bytes: &mut [u8]) {
    request(MAKE_MEM_UNDEFINED, [bytes.as_mut_ptr().expose_provenance(), bytes.len(), 0]);
}

/// Marks of letters in lower case as secret which they are: five bits. That they are letters stays known, so a reader
/// that looks for the end of a text finds it where it is.
pub(crate) fn conceal_letters(letters: &mut [u8]) {
    for letter in letters {
        let bits = 0x1f_u8;
        let place = std::ptr::from_mut(letter).expose_provenance();
        request(SET_VBITS, [place, (&raw const bits).expose_provenance(), 1]);
    }
}

/// A value that is public from here on.
pub(crate) fn publish<T>(value: T) -> T {
    request(MAKE_MEM_DEFINED, [(&raw const value).expose_provenance(), size_of::<T>(), 0]);
    std::hint::black_box(value)
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)] // the only way to ask valgrind; four rotations by 128 places together, and an exchange with itself
fn request(code: usize, [a, b, c]: [usize; 3]) -> usize {
    let arguments = [code, a, b, c, 0, 0];
    let mut answer = 0_usize;
    // SAFETY: On a processor nothing changes but the flags. Valgrind changes `answer`, and what it knows of the bytes.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") answer,
            options(nostack)
        );
    }
    answer
}

#[cfg(not(target_arch = "x86_64"))]
fn request(_: usize, _: [usize; 3]) -> usize {
    0
}
