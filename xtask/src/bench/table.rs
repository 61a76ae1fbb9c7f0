//! The ratios as README.md shows them, and as they are printed.

use super::measured::{Figure, Measured, OURS};
use crate::drawn::Block;
use crate::sh::Result;

const BLOCK: Block = Block {
    begin: "<!-- bench:begin -->",
    end: "<!-- bench:end -->",
    source: "benches/measured.toml; `cargo xtask bench` writes both",
};

/// The jobs that README.md shows; all others are printed only.
const SHOWN: [&str; 6] = [
    "HS256 mint",
    "HS256 verify",
    "ES256 mint",
    "ES256 verify",
    "HS256 mint 8 KB",
    "HS256 verify 8 KB",
];

/// Prints all of it: one row a job and contender.
pub(super) fn print(measured: &Measured) {
    for job in measured.jobs() {
        println!("\n{job:<30} {:>12} {:>15} {:>12}", "time / ours", "quartiles", "allocations");
        for figure in measured.figures.iter().filter(|figure| figure.job == job) {
            let Figure { contender, ratio, quartiles: [low, high], .. } = figure;
            let heap = figure.allocations.map(|count| count.to_string()).unwrap_or_default();
            println!("  {contender:<28} {ratio:>12.2} {low:>7.2}–{high:<7.2} {heap:>12}");
        }
    }
    println!("\n{}", sentence(measured));
}

/// Writes the table into README.md.
pub(super) fn write(measured: &Measured) -> Result {
    BLOCK.write(&render(measured))
}

/// README.md shows these figures and no others.
pub(super) fn check(measured: &Measured) -> Result {
    BLOCK.check(&render(measured))
}

fn render(measured: &Measured) -> String {
    let mut table =
        format!("| time over jwt-core's | {} | allocations, mint / verify |\n", SHOWN.join(" | "));
    table.push_str("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for contender in measured.contenders() {
        let cells = SHOWN.map(|job| cell(measured.get(job, contender)));
        let heap =
            ["HS256 mint", "HS256 verify"].map(|job| allocations(measured.get(job, contender)));
        table.push_str(&format!(
            "| {contender} | {} | {} |\n",
            cells.join(" | "),
            heap.join(" / ")
        ));
    }
    table.push_str(&format!("\n{}\n", sentence(measured)));
    table
}

/// The median and, where that shows, how far the quartiles are from each other.
fn cell(figure: Option<&Figure>) -> String {
    let Some(Figure { ratio, quartiles: [low, high], contender, .. }) = figure else {
        return String::new();
    };
    if contender == OURS {
        return String::from("1");
    }
    let spread = (high - low) / 2.0;
    if spread < 0.005 { format!("{ratio:.2}") } else { format!("{ratio:.2} ±{spread:.2}") }
}

fn allocations(figure: Option<&Figure>) -> String {
    figure.and_then(|figure| figure.allocations).map_or_else(String::new, |count| count.to_string())
}

/// What the figures are.
fn sentence(measured: &Measured) -> String {
    let compiler: Vec<_> = measured.compiler.split(' ').take(2).collect();
    format!(
        "Medians of interleaved rounds in one run, and half the distance of the quartiles; less is faster.\n\
         {}, {}; time of one thread on its processor.\n\
         Claims of 127 bytes, or of 8 KB with four hundred groups. To verify means the signature, `exp` by the\n\
         system clock, `iss` and `aud`, and all claims read. A floor is the bare signature or MAC; the limit is\n\
         a prototype that trusts its input. Allocations are those of Rust code, for HS256 and 127 bytes. From\n\
         1 to 8 KB a byte of claims costs {:.2} times as much to mint, and {:.2} times to verify, as below.",
        compiler.join(" "),
        measured.processor,
        growth(measured, "HS256 mint"),
        growth(measured, "HS256 verify"),
    )
}

/// The cost of a byte between 1 and 8 KB of claims over that below 1 KB: 1 where it is linear.
fn growth(measured: &Measured, job: &str) -> f64 {
    let cost = |size: &str| {
        let figure = measured.get(&format!("{job}{size}"), OURS);
        figure.map_or(0.0, |figure| figure.cost)
    };
    let (small, middle, large) = (cost(""), cost(" 1 KB"), cost(" 8 KB"));
    ((large - middle) / (8192.0 - 1024.0)) / ((middle - small) / (1024.0 - 127.0))
}
