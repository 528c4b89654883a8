//! Generated text is checked in and compared byte for byte. `MQX_UPDATE_GOLDEN=1` writes the files instead of comparing.

use std::fs;
use std::path::Path;

use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::{Verdict, ensure};

/// Arguments and the file, from the root of the repository, that stdout must equal.
const GOLDEN: &[(&[&str], &str)] = &[
    (&["completions", "bash"], "completions/mqx.bash"),
    (&["completions", "zsh"], "completions/_mqx"),
    (&["completions", "fish"], "completions/mqx.fish"),
    (&["completions", "powershell"], "completions/_mqx.ps1"),
    (&["completions", "elvish"], "completions/mqx.elv"),
    (&["--help"], "tests/golden/help.txt"),
    (&["pub", "--help"], "tests/golden/pub.txt"),
    (&["sub", "--help"], "tests/golden/sub.txt"),
    (&["rr", "--help"], "tests/golden/rr.txt"),
    (&["reply", "--help"], "tests/golden/reply.txt"),
    (&["retained", "--help"], "tests/golden/retained.txt"),
    (&["sim-temp", "--help"], "tests/golden/sim-temp.txt"),
    (&["broker", "--help"], "tests/golden/broker.txt"),
    (&["broker", "passwd", "--help"], "tests/golden/broker-passwd.txt"),
    (&["profile", "--help"], "tests/golden/profile.txt"),
    (&["man"], "tests/golden/mqx.1"),
];

pub fn cases(list: &mut Vec<Case>) {
    // Without the feature the texts lack `broker` and `--embedded`; the checked-in ones have them.
    if cfg!(feature = "broker") {
        list.extend(GOLDEN.iter().map(|(args, file)| case(format!("golden::{file}"), || compare(args, file))));
    }
    list.push(case("golden::the_comparison_has_teeth", teeth));
}

fn compare(args: &[&str], file: &str) -> Verdict {
    let outcome = Mqx::new(args)?.run()?;
    outcome.expect_code(0)?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let variable = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if variable("MQX_UPDATE_GOLDEN") {
        ensure(!variable("CI"), "MQX_UPDATE_GOLDEN is set in CI: nothing would be compared")?;
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, &outcome.stdout)?;
        println!("wrote {file}");
        return Ok(());
    }
    let golden = fs::read(&path).map_err(|error| format!("{file}: {error} (MQX_UPDATE_GOLDEN=1 writes it)"))?;
    match first_difference(&outcome.stdout, &golden) {
        None => Ok(()),
        Some(difference) => {
            Err(format!("`mqx {}` is not {file}: {difference}\nMQX_UPDATE_GOLDEN=1 rewrites it", args.join(" ")).into())
        }
    }
}

/// The first line that differs, in words; `None` when every byte is the same.
fn first_difference(actual: &[u8], golden: &[u8]) -> Option<String> {
    if actual == golden {
        return None;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        bytes.split_inclusive(|&byte| byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    };
    let (actual, golden) = (lines(actual), lines(golden));
    let at = actual.iter().zip(&golden).take_while(|(one, other)| one == other).count();
    Some(format!("line {}\n  in the file {:?}\n  printed     {:?}", at + 1, golden.get(at), actual.get(at)))
}

fn teeth() -> Verdict {
    ensure(first_difference(b"a\nb\n", b"a\nb\n").is_none(), "equal")?;
    let difference = first_difference(b"a\nb\n", b"a\nb").unwrap_or_default();
    ensure(difference.starts_with("line 2"), format_args!("a missing newline is a difference: {difference:?}"))?;
    ensure(first_difference(b"a\n", b"").is_some_and(|it| it.starts_with("line 1")), "an empty file")
}
