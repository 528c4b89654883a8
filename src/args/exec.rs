//! A program that is run for each message.

use clap::ValueHint;

use super::ArgsError;
use crate::output::process::Program;

/// Options of the program.
#[derive(Clone, Debug, clap::Args)]
pub struct ExecArgs {
    /// Run CMD for each message: payload on its stdin, topic and properties in MQX_TOPIC, MQX_QOS, …
    #[arg(long, value_name = "CMD", value_hint = ValueHint::CommandString)]
    exec: Option<String>,

    /// Run up to N processes of --exec at once, 1 to 1000; they start in order, and may end in another [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    jobs: Option<u16>,

    /// Have sh read the command of --exec; without, it is split into words as by a shell, and nothing else in it has a meaning
    #[arg(long)]
    shell: bool,
}

impl ExecArgs {
    /// The program, if there is one, and how many of its processes run at once.
    ///
    /// # Errors
    /// Usage: a command that names no program, or its options without it.
    pub fn resolve(&self) -> Result<Option<(Program, usize)>, ArgsError> {
        let Some(command) = &self.exec else {
            // Told here: clap requires nothing that cannot be given beside what is.
            let alone = [(self.jobs.is_some(), "--jobs"), (self.shell, "--shell")].into_iter().find(|(given, _)| *given);
            return alone.map_or(Ok(None), |(_, name)| Err(ArgsError::usage(format!("{name} is of no use without --exec CMD"))));
        };
        let program = Program::new(command, self.shell).map_err(|why| ArgsError::usage(format!("--exec '{command}': {why}")))?;
        Ok(Some((program, self.jobs.unwrap_or(1).into())))
    }
}
