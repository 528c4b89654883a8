//! The completions that are checked in are those that the program prints.

#![cfg(feature = "broker")]

use std::path::Path;
use std::process::Command;

#[test]
fn completions_are_current() {
    for (shell, file) in
        [("bash", "mqx.bash"), ("zsh", "_mqx"), ("fish", "mqx.fish"), ("powershell", "_mqx.ps1"), ("elvish", "mqx.elv")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_mqx")).args(["completions", shell]).env_clear().output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(file);
        let checked_in = std::fs::read(&path).unwrap_or_default();
        assert!(output.stdout == checked_in, "mqx completions {shell} > completions/{file}");
    }
}
