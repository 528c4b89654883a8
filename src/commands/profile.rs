//! `mqx profile`: lists, shows and edits profiles.

mod show;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use super::print;
use crate::args::layers::Shared;
use crate::args::profile::{self, Profiles};
use crate::error::Error;
use crate::exit::Status;
use crate::text::escape;
use crate::ui::Ui;

/// What a new file has: nothing that is in force.
const EXAMPLE: &str = "\
# Profiles of mqx: a table each, used only when named, as in `mqx sub --profile home`.
# Keys are the long names of options of the connection (mqx sub --help); lists are arrays.
# Flags and MQX_ variables come before what is here. A path begins at the folder of this file.
#
# [home]
# host = \"broker.example\"
# tls = true
# username = \"ann\"
# password = \"cmd:pass show broker.example\"  # or \"env:NAME\", \"file:PATH\", \"prompt\"
";

/// What `mqx profile` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
A profile is a table of a TOML file. Its keys are the long names of the options of the connection,
its secrets references: env:NAME, file:PATH, cmd:COMMAND or prompt; its paths begin at the file's
folder. A flag comes before a variable such as MQX_HOST, that before the profile that --profile or
MQX_PROFILE names, that before the default.

Examples:
  mqx profile edit
  mqx profile show home
  mqx sub --profile home '#'")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// Print the names of all profiles
    List,
    /// Print what the settings of a connection are, and where each comes from; secrets are starred
    Show {
        /// The profile [default: that of MQX_PROFILE, else none]
        name: Option<String>,
        /// Only the options of this command
        #[arg(long = "for", value_name = "COMMAND")]
        command: Option<String>,
        /// Print a JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Open the file of the profiles in $VISUAL or $EDITOR, then check it
    Edit,
    /// Print where the file of the profiles is
    Path,
}

/// Does one of these. `command` is the whole command line.
///
/// # Errors
/// A file that cannot be read, written or used, or a name that nothing has.
pub fn run(args: &Args, command: &clap::Command, ui: &Ui) -> Result<Status, Error> {
    match &args.action {
        Action::List => {
            let profiles = Profiles::open(&profile::path()?)?;
            let names = profiles.map_or_else(|| Ok(Vec::new()), |profiles| profiles.names())?;
            print(lines(&names).as_bytes())
        }
        Action::Path => {
            let mut path = profile::path()?.into_os_string().into_encoded_bytes();
            path.push(b'\n');
            print(&path)
        }
        Action::Edit => edit(&profile::path()?, ui),
        Action::Show { name, command: only, json } => {
            let rows = show::rows(name.clone(), only.as_deref(), command)?;
            print(if *json { show::json(&rows) } else { lines(&show::columns(&rows)) }.as_bytes())
        }
    }
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| escape(line.as_bytes()) + "\n").collect()
}

/// Opens the file, made first if there is none, and tells what is wrong with it afterwards.
fn edit(path: &Path, ui: &Ui) -> Result<Status, Error> {
    let shown = escape(path.as_os_str().as_encoded_bytes());
    create(path).map_err(|error| Error::system(format_args!("write {shown}"), &error))?;
    let (editor, mut command) = editor(path);
    let status = command.status().map_err(|error| Error::system(format_args!("run the editor {editor}"), &error))?;
    if !status.success() {
        return Err(Error::local(format!("the editor {editor} failed")).with_hint("VISUAL or EDITOR names another"));
    }
    let errors = Profiles::open(path)?.map_or_else(Vec::new, |profiles| profiles.check(&Shared::new()));
    for error in &errors {
        let Error { message, hint, .. } = error.clone().into();
        ui.error(&message, hint.as_deref());
    }
    Ok(if errors.is_empty() { Status::Done } else { Status::Local })
}

/// Makes the file, for its owner alone, unless it is there.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        file => file?.write_all(EXAMPLE.as_bytes()),
    }
}

/// The editor, for a person and to run. It may have arguments of its own, so on Unix a shell takes it apart.
fn editor(path: &Path) -> (String, Command) {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let editor = named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(|| if cfg!(unix) { "vi" } else { "notepad" }.into());
    let shown = escape(editor.as_encoded_bytes()).into_owned();
    let command = if cfg!(unix) {
        let mut line: OsString = editor;
        line.push(" \"$1\"");
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).arg("mqx").arg(path);
        command
    } else {
        let mut command = Command::new(editor);
        command.arg(path);
        command
    };
    (shown, command)
}
