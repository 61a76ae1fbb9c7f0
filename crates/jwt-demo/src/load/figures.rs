//! What was measured, as a table.

use std::fmt;
use std::time::Duration;

use super::{Contender, RATES};

/// All that was measured. The first contender is what the others are compared with.
pub(super) struct Figures {
    pub(super) contenders: Vec<Contender>,
    pub(super) rates: [f64; RATES.len()],
}

/// Parts of all requests that had their answer within the time that is shown.
const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)];

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.contenders.first() else { return Ok(()) };
        writeln!(f, "requests a second at most; as a part of those without authentication")?;
        for contender in &self.contenders {
            let rate = median(&contender.throughput);
            let ratio = rate / median(&first.throughput);
            writeln!(f, "  {:<18} {rate:>8.0} {ratio:>6.2}", contender.name)?;
        }
        for (index, rate) in self.rates.iter().enumerate() {
            writeln!(
                f,
                "\nmilliseconds to the answer at {rate:.0} requests a second; how many times those without"
            )?;
            write!(f, "  {:<18}", "")?;
            QUANTILES.iter().try_for_each(|(name, _)| write!(f, " {name:>8}       "))?;
            writeln!(f)?;
            for contender in &self.contenders {
                write!(f, "  {:<18}", contender.name)?;
                for (_, part) in QUANTILES {
                    let of = |it: &Contender| it.latencies.get(index).map(|it| quantile(it, part));
                    let (time, base) = (of(contender).unwrap_or(0.0), of(first).unwrap_or(0.0));
                    write!(f, " {time:>8.3} {:>6.2}", time / base)?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// The one in the middle, or 0 of none.
pub(super) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Milliseconds within which this part of all was answered.
fn quantile(latencies: &[Duration], part: f64) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort();
    let beyond = sorted.iter().rev().zip(1_u32..).find(|(_, beyond)| {
        let len = u32::try_from(sorted.len()).unwrap_or(u32::MAX);
        f64::from(*beyond) >= f64::from(len) * (1.0 - part)
    });
    beyond.map_or(0.0, |(latency, _)| latency.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_numbers() {
        let latencies: Vec<_> = (1..=1000).rev().map(Duration::from_millis).collect();
        for (part, expected) in [(0.5, 501.0), (0.99, 991.0), (0.999, 1000.0)] {
            let found = quantile(&latencies, part);
            assert!((found - expected).abs() <= 1.0, "{part} {found}");
        }
        assert_eq!(quantile(&[], 0.5), 0.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    }
}
