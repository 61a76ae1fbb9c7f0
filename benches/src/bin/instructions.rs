//! Runs one operation so many times, for a tool that counts instructions: two runs of different length
//! differ by the operation alone. Without arguments: lists the operations and how many times each runs.

use std::process::ExitCode;

use jwt_benches::operations;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, times] = arguments.as_slice() else {
        for (name, times, _) in operations::ALL {
            println!("{name}\t{times}");
        }
        return ExitCode::SUCCESS;
    };
    let operation = operations::ALL.iter().find(|operation| operation.0 == name);
    let op = operation.and_then(|(_, _, make)| make());
    let (Some(mut op), Ok(times)) = (op, times.parse::<u32>()) else {
        eprintln!("usage: instructions [OPERATION TIMES]");
        return ExitCode::from(2);
    };
    for _ in 0..times {
        op();
    }
    ExitCode::SUCCESS
}
