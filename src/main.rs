//! The program: runs a command line and ends as it says.

use std::process::ExitCode;

use mqx::app;
use mqx::exit::Status;

fn main() -> ExitCode {
    let status = app::run(std::env::args_os());
    // A shell that runs a loop stops at Ctrl-C only if it sees that the signal ended the program.
    #[cfg(unix)]
    if let Status::Signal(number) = status {
        let _ = signal_hook::low_level::emulate_default_handler(number);
    }
    ExitCode::from(status.code())
}
