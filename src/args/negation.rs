//! The option that undoes a switch: `--no-quiet` for `--quiet`, `--clean` for `--no-clean`. Added by `app` where one may have been typed.

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, Command};

/// What undoes the switch with this long name.
#[must_use]
pub fn opposite(long: &str) -> String {
    long.strip_prefix("no-").map_or_else(|| format!("no-{long}"), str::to_owned)
}

/// Gives each switch of a command, and of those below it, a hidden option that undoes it, unless that name is taken. Of the two, the
/// one typed last holds.
#[must_use]
pub fn with_negations(command: Command) -> Command {
    let names = |arg: &Arg| {
        let aliases = arg.get_all_aliases().unwrap_or_default();
        arg.get_long().into_iter().chain(aliases).map(str::to_owned).collect::<Vec<_>>()
    };
    let taken: BTreeSet<String> = command.get_arguments().flat_map(names).collect();
    let switches = command.get_arguments().filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue));
    let negations: Vec<Arg> = switches
        .filter_map(|switch| {
            let long = opposite(switch.get_long()?);
            if taken.contains(&long) {
                return None;
            }
            // Names are static in clap. This is done once, and only by a run in which such an option may have been typed.
            let long: &'static str = long.leak();
            Some(Arg::new(long).long(long).hide(true).action(ArgAction::SetTrue).overrides_with(switch.get_id()))
        })
        .collect();
    command.args(negations).mut_subcommands(with_negations)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> Command {
        let switch = |long: &'static str| Arg::new(long).long(long).action(ArgAction::SetTrue);
        let command = Command::new("x").no_binary_name(true).args_override_self(true);
        let command = command.args(["quiet", "no-clean", "tls", "no-tls", "raw"].map(switch)).arg(Arg::new("port").long("port"));
        with_negations(command.mut_arg("raw", |arg| arg.alias("no-quiet")))
    }

    #[test]
    fn each_switch_has_one_unless_the_name_is_taken() {
        let command = definition();
        let mut added: Vec<&str> = command.get_arguments().filter(|arg| arg.is_hide_set()).filter_map(Arg::get_long).collect();
        added.sort_unstable();
        assert_eq!(added, ["clean", "no-raw"]);
    }

    #[test]
    fn the_last_one_holds() {
        for (words, clean) in [
            (&[][..], false),
            (&["--no-clean"], true),
            (&["--no-clean", "--clean"], false),
            (&["--clean", "--no-clean"], true),
            (&["--no-clean", "--clean", "--no-clean"], true),
            (&["--clean", "--clean"], false),
        ] {
            assert_eq!(definition().get_matches_from(words).get_flag("no-clean"), clean, "{words:?}");
        }
    }
}
