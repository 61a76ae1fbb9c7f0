//! The subjects by their names.

use std::process::ExitCode;

use crate::{controls, keys, memcheck, signatures, timing};

/// A subject does its work with secrets that memcheck does not know, and is `None` where that failed.
pub(crate) type Subject = (&'static str, fn() -> Option<()>);

const SUBJECTS: [&[Subject]; 3] = [&signatures::ALL, &keys::ALL, &controls::ALL];

pub(crate) fn main(arguments: &[String]) -> ExitCode {
    let mut all = SUBJECTS.into_iter().flatten();
    let done = match arguments {
        [] => {
            all.for_each(|(name, _)| println!("{name}"));
            return ExitCode::SUCCESS;
        }
        [name] if name == "timing" => timing::run(),
        [name] if memcheck::is_there() => {
            all.find(|(known, _)| known == name).and_then(|(_, run)| run())
        }
        _ => {
            eprintln!("usage: jwt-ct [timing], or valgrind jwt-ct SUBJECT");
            return ExitCode::from(2);
        }
    };
    if done.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
