//! The instructions of an image, as text.

use std::path::Path;

use crate::sh::{Result, ask, cmd};
use crate::tools::debian;

/// An instruction of Arm or RISC-V.
pub(super) struct Instruction {
    pub(super) address: u64,
    mnemonic: String,
    operands: String,
    /// The address that it goes to or calls, where it says one.
    pub(super) target: Option<u64>,
}

/// All instructions of an image, by their addresses.
pub(super) fn disassemble(image: &Path) -> Result<Vec<Instruction>> {
    debian("llvm-objdump", &["llvm"])?;
    let code = ask(cmd("llvm-objdump").args(["-d", "--no-show-raw-insn"]).arg(image));
    let code = code.ok_or("llvm-objdump failed")?;
    let mut code: Vec<_> = code.lines().filter_map(Instruction::read).collect();
    code.sort_by_key(|instruction| instruction.address);
    let pairs = code.windows(2).map(Instruction::of_pair).collect::<Vec<_>>();
    for (instruction, target) in code.iter_mut().skip(1).zip(pairs) {
        instruction.target = instruction.target.or(target);
    }
    Ok(code)
}

impl Instruction {
    /// Of a line such as `  2ade:  bne  0x2a82 <name+0xc8> @ imm = #-96`.
    fn read(line: &str) -> Option<Self> {
        let (address, instruction) = line.split_once(':')?;
        let address = u64::from_str_radix(address.trim(), 16).ok()?;
        let instruction = instruction.split(['<', '@']).next()?.trim();
        let (mnemonic, operands) = instruction.split_once([' ', '\t']).unwrap_or((instruction, ""));
        let mnemonic = mnemonic.trim_start_matches("c.").split('.').next().unwrap_or_default();
        let (mnemonic, operands) = (mnemonic.to_owned(), operands.trim().to_owned());
        let mut read = Self { address, mnemonic, operands, target: None };
        let goes = read.is_conditional()
            || matches!(read.mnemonic.as_str(), "b" | "bl" | "blx" | "j" | "jal" | "jr" | "jalr");
        let digits = read.operands.rsplit_once("0x").filter(|_| goes);
        read.target = digits.and_then(|(_, digits)| u64::from_str_radix(digits.trim(), 16).ok());
        Some(read)
    }

    /// Where the second of two goes, that RISC-V takes to go far: `auipc ra, 2` and `jalr -270(ra)`.
    fn of_pair(pair: &[Self]) -> Option<u64> {
        let [high, low] = pair else { return None };
        let (register, pages) =
            high.operands.split_once(", ").filter(|_| high.mnemonic == "auipc")?;
        let (offset, base) = low.operands.strip_suffix(')')?.split_once('(')?;
        if !matches!(low.mnemonic.as_str(), "jalr" | "jr") || base != register {
            return None;
        }
        // Addresses are of 32 bits, and a page is negative where its highest bit is set.
        let start =
            u32::try_from(high.address).ok()?.wrapping_add(pages.parse::<u32>().ok()? << 12);
        Some(start.wrapping_add_signed(offset.parse().ok()?).into())
    }

    /// Whether it branches on a condition, or by a table.
    pub(super) fn is_conditional(&self) -> bool {
        const CONDITIONS: [&str; 25] = [
            "eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt",
            "gt", "le", "ltu", "geu", "eqz", "nez", "lez", "gez", "ltz", "gtz", "gtu",
        ];
        matches!(self.mnemonic.as_str(), "cbz" | "cbnz" | "tbb" | "tbh" | "bleu")
            || self.mnemonic.strip_prefix('b').is_some_and(|it| CONDITIONS.contains(&it))
    }

    /// Whether it goes where a register or a word of memory says, and not back to the caller.
    pub(super) fn is_indirect(&self) -> bool {
        let words: Vec<_> =
            self.operands.split([',', ' ']).filter(|word| !word.is_empty()).collect();
        match (self.mnemonic.as_str(), words.as_slice()) {
            _ if self.target.is_some() => false,
            ("bx", [register]) => *register != "lr",
            ("blx", [target]) => !target.starts_with("0x"),
            ("jr", [register]) => *register != "ra",
            ("jalr", _) => true,
            ("mov" | "add" | "ldr", ["pc", ..]) => true,
            _ => false,
        }
    }

    /// How many instructions after it are for a condition only.
    pub(super) fn conditioned(&self) -> Option<usize> {
        let is_it = self.mnemonic.starts_with("it")
            && self.mnemonic.bytes().skip(1).all(|byte| matches!(byte, b't' | b'e'));
        is_it.then(|| self.mnemonic.len().saturating_sub(1))
    }

    /// Whether it works on registers alone, and in as many cycles whether its condition holds or not.
    pub(super) fn is_move(&self) -> bool {
        let name = self.mnemonic.as_str();
        ![
            "ldr", "str", "ldm", "stm", "push", "pop", "mul", "mla", "mls", "b", "umull", "umlal",
            "umaal", "smull", "smlal", "udiv", "sdiv", "tb",
        ]
        .iter()
        .any(|slow| name.starts_with(slow) && !name.starts_with("bic") && !name.starts_with("bf"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instruction(text: &str) -> Instruction {
        Instruction::read(&format!("  2ade:      \t{text}")).unwrap()
    }

    #[test]
    fn knows_what_branches_on_a_condition() {
        for text in [
            "bne 0x2",
            "beq.w 0x2",
            "bls.n 0x2",
            "cbnz r0, 0x2",
            "tbb [pc, r0]",
            "c.bnez a0, 0x2",
            "bleu a0, a1, 0x2",
        ] {
            assert!(instruction(text).is_conditional(), "{text}");
        }
        for text in [
            "b 0x2",
            "b.w 0x2",
            "bl 0x2",
            "blx r1",
            "bx lr",
            "bic r0, r1",
            "bfi r0, r1",
            "jal 0x2",
            "c.j 0x2",
            "bkpt #1",
        ] {
            assert!(!instruction(text).is_conditional(), "{text}");
        }
    }

    #[test]
    fn knows_what_goes_where_a_register_says() {
        for text in ["bx r1", "blx r1", "jr a0", "jalr a0", "mov pc, r0", "ldr.w pc, [r0]"] {
            assert!(instruction(text).is_indirect(), "{text}");
        }
        for text in ["bx lr", "jr ra", "ret", "mov r0, r1", "jal 0x2"] {
            assert!(!instruction(text).is_indirect(), "{text}");
        }
    }

    #[test]
    fn knows_what_is_for_a_condition_only() {
        assert_eq!(instruction("itte ne").conditioned(), Some(3));
        assert_eq!(instruction("it hi").conditioned(), Some(1));
        assert_eq!(instruction("add r0, r1").conditioned(), None);
        assert!(instruction("movhi r0, r1").is_move() && instruction("bichi r0, r1").is_move());
        assert!(!instruction("strne r0, [r1]").is_move() && !instruction("bxne lr").is_move());
    }

    #[test]
    fn knows_where_it_goes() {
        assert_eq!(instruction("bl 0xe4c <name> @ imm = #2632").target, Some(0xe4c));
        assert_eq!(instruction("bne a0, a1, 0x80000010 <x>").target, Some(0x8000_0010));
        assert_eq!(instruction("bic r0, r1, #0x10").target, None);
        let pair = [instruction("auipc ra, 1048575"), instruction("jalr -270(ra)")];
        assert_eq!(Instruction::of_pair(&pair), Some(0x2ade - 0x1000 - 270));
    }
}
