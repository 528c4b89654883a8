//! One file a subcommand: what it takes (`Args`) and what it does (`run`). Called by `app`.

#[cfg(feature = "broker")]
pub mod broker;
pub mod completions;
pub mod help;
pub mod man;
pub mod publish;
pub mod sim_temp;
pub mod subscribe;

use std::io::{self, Write as _};

use crate::error::Error;
use crate::exit::Status;

/// Writes generated text to stdout. A reader that went away has seen what it wanted.
fn print(text: &[u8]) -> Result<Status, Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::system("write to stdout", &error)),
        _ => Ok(Status::Done),
    }
}
