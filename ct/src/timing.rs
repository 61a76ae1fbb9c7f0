//! The time of a comparison of MACs, in the manner of dudect (Reparaz, Balasch and Verbauwhede, 2017): two classes of
//! inputs in random order, and Welch's t-test on what they took.
//!
//! A time is of this machine and this run. So it is told, and decides nothing; a control shows what a leak looks like.

use std::hint::black_box;
use std::time::Instant;

use jwt_core::{HmacKey, Hs256, SigningKey as _, VerifyingKey as _};

use crate::controls::leaky_equality;

const MEASUREMENTS: usize = 400_000;
/// Comparisons in a measurement: the clock has ticks of some nanoseconds.
const REPEATED: usize = 8;

/// Of one class: how many, their mean, and the sum of squares around it (Welford, 1962).
#[derive(Default)]
struct Class {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Class {
    fn take(&mut self, time: f64) {
        self.count += 1.0;
        let distance = time - self.mean;
        self.mean += distance / self.count;
        self.squares += distance * (time - self.mean);
    }

    /// The variance of the mean.
    fn variance(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

/// |t| of the times of two inputs.
fn measure<I>(inputs: [I; 2], operation: impl Fn(&I)) -> f64 {
    let mut times = [Vec::new(), Vec::new()];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..MEASUREMENTS {
        // xorshift64 (Marsaglia, 2003)
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let class = usize::from(state >> 63 == 1);
        let (Some(input), Some(times)) = (inputs.get(class), times.get_mut(class)) else {
            continue;
        };
        let start = Instant::now();
        for _ in 0..REPEATED {
            operation(black_box(input));
        }
        times.push(u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX));
    }
    // The slowest twentieth is what else the machine did.
    let mut all = times.concat();
    all.sort_unstable();
    let limit = all.get(all.len() / 20 * 19).copied().unwrap_or(u32::MAX);
    let [a, b] = times.map(|times| {
        let mut class = Class::default();
        times.into_iter().filter(|time| *time <= limit).for_each(|time| class.take(time.into()));
        class
    });
    ((a.mean - b.mean) / (a.variance() + b.variance()).sqrt()).abs()
}

pub(crate) fn run() -> Option<()> {
    let key = HmacKey::<Hs256>::new(&[0x5a; 32]).ok()?;
    let input = b"eyJhbGciOiJIUzI1NiJ9.e30";
    let mac = key.sign(input).ok()?;
    let with = |place: usize| {
        let mut mac = mac;
        *mac.get_mut(place)? ^= 1;
        Some(mac)
    };
    let wrong = [with(0)?, with(31)?];
    let verify = |mac: &[u8; 32]| {
        let _ = black_box(key.verify(input, mac));
    };
    let leaky = |other: &[u8; 32]| {
        black_box(leaky_equality(&mac, other));
    };
    println!("wrong in the first byte or in the last, {MEASUREMENTS} measurements:");
    let report = |what: &str, t: f64| {
        println!(
            "  {what:<40} |t| = {t:>8.1}, {}",
            if t < 4.5 { "not told apart" } else { "told apart" }
        );
    };
    report("HS256 verify", measure(wrong, verify));
    report("HS256 verify, right or wrong", measure([mac, with(31)?], verify));
    report("control: a comparison that ends early", measure(wrong, leaky));
    println!("times decide nothing here; above 4.5 dudect takes two classes for different");
    Some(())
}
