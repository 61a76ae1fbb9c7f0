//! `cargo xtask tables`: writes the tables of p256-mint, whose points p256 computes.

use std::fmt::Write as _;
use std::path::PathBuf;

use p256::elliptic_curve::Group as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{ProjectivePoint, Scalar};

use crate::sh::{Result, root};

/// A table: its name, the teeth of the comb, and the parts.
type Shape = (&'static str, u32, u32);

const SHAPES: [Shape; 4] =
    [("table_512", 4, 1), ("table_1k", 4, 2), ("table_2k", 5, 2), ("table_4k", 5, 4)];

pub(crate) fn run(arguments: &[String]) -> Result {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask tables".into());
    }
    for shape in SHAPES {
        std::fs::write(path(shape), render(shape)?)?;
    }
    println!("{} tables written", SHAPES.len());
    Ok(())
}

fn path((name, ..): Shape) -> PathBuf {
    root().join(format!("crates/p256-mint/src/table/{name}.rs"))
}

#[expect(clippy::arithmetic_side_effects, reason = "small numbers, and points of a curve")]
fn render((_, teeth, parts): Shape) -> Result<String> {
    // As few columns as hold 256 bits, and as many for each part.
    let spacing = 256_u32.div_ceil(teeth).div_ceil(parts);
    let distance = spacing * parts;
    let points = 1_u32 << (teeth - 1);
    let several = if parts == 1 { "" } else { "s" };
    let (last, others) = (distance * (teeth - 1), teeth - 1);
    let mut text = format!(
        "//! Written by `cargo xtask tables`. Teeth {distance} places apart, and {parts} part{several} of {points} points.

use super::Part;

/// Teeth of the comb.
pub(crate) const TEETH: usize = {teeth};
/// Columns that a part serves.
pub(crate) const SPACING: usize = {spacing};

/// Point i of part q is (2^{last} + Σ ±2^({distance}t))·2^({spacing}q)·G, for t below {others}: plus where bit t of i is set.
#[rustfmt::skip]
pub(crate) static PARTS: [Part<{points}>; {parts}] = [
"
    );
    for part in 0..parts {
        let scalar = |point: u32| {
            let term = |tooth: u32| {
                if point >> tooth & 1 == 1 {
                    power(distance * tooth)
                } else {
                    -power(distance * tooth)
                }
            };
            (0..others).map(term).fold(power(last), |sum, term| sum + term) * power(spacing * part)
        };
        let points: Vec<_> = (0..points).map(|point| coordinates(&scalar(point))).collect();
        text.push_str("    [\n");
        for coordinate in [0, 1] {
            text.push_str("        [\n");
            for point in &points {
                let words = point
                    .get(coordinate)
                    .map(|bytes| in_montgomery_form(bytes))
                    .ok_or("no coordinate")?;
                writeln!(text, "            [{words}],")?;
            }
            text.push_str("        ],\n");
        }
        text.push_str("    ],\n");
    }
    text.push_str("];\n");
    Ok(text)
}

/// 2^`exponent` modulo n.
fn power(exponent: u32) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power.double())
}

/// x and y, big endian.
#[expect(clippy::arithmetic_side_effects, reason = "a point of a curve")]
fn coordinates(scalar: &Scalar) -> [Vec<u8>; 2] {
    let point = (ProjectivePoint::generator() * *scalar).to_affine().to_sec1_point(false);
    let (x, y) =
        point.as_bytes().get(1..).unwrap_or_default().split_at_checked(32).unwrap_or_default();
    [x.to_vec(), y.to_vec()]
}

/// The words of a number times 2^256 modulo p, least significant first.
#[expect(clippy::arithmetic_side_effects, reason = "big integers")]
fn in_montgomery_form(number: &[u8]) -> String {
    let bit = |bit: u32| num_bigint::BigUint::from(1_u32) << bit;
    let p = bit(256) - bit(224) + bit(192) + bit(96) - bit(0);
    let words = (num_bigint::BigUint::from_bytes_be(number) * bit(256) % p).to_u32_digits();
    let word = |at: usize| {
        let word = words.get(at).copied().unwrap_or(0);
        format!("0x{:04x}_{:04x}", word >> 16, word & 0xffff)
    };
    (0..8).map(word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_as_they_are_written() -> Result {
        for shape in SHAPES {
            assert_eq!(std::fs::read_to_string(path(shape))?, render(shape)?, "{}", shape.0);
        }
        Ok(())
    }
}
