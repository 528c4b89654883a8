//! Real processes: a shell and what it is told.

use std::time::Instant;

use super::super::samples::received;
use super::*;

async fn run(command: &str, payload: &[u8]) -> Result<Vec<u8>, ProcessError> {
    Program::new(command, true).unwrap().run(&received("a/b", payload), true).await
}

fn words(command: &str) -> Result<Vec<String>, ProgramError> {
    Program::new(command, false).map(|program| std::iter::once(program.name).chain(program.arguments).collect())
}

#[test]
fn a_command_is_split_as_a_shell_would_and_nothing_in_it_is_run() {
    assert_eq!(words(r#"say 'it is' "so \"hot\"" a\ b $HOME *"#).unwrap(), ["say", "it is", "so \"hot\"", "a b", "$HOME", "*"]);
    for (command, why) in [("", ProgramError::Empty), ("  ", ProgramError::Empty), ("''", ProgramError::Empty)] {
        assert_eq!(words(command), Err(why));
        if command != "''" {
            assert_eq!(Program::new(command, true).unwrap_err(), why);
        }
    }
    for command in ["say 'it", "say \"it", "say it\\"] {
        assert_eq!(words(command), Err(ProgramError::Quote), "{command}");
    }
}

#[test]
fn what_only_a_shell_would_read_is_found() {
    let found = |command: &str, shell| Program::new(command, shell).unwrap().meant_for_a_shell().map(ToOwned::to_owned);
    assert_eq!(found("cat | sort", false).as_deref(), Some("|"));
    assert_eq!(found("say $MQX_TOPIC", false).as_deref(), Some("$MQX_TOPIC"));
    assert_eq!(found("cat | sort", true), None);
    assert_eq!(found("say 'a | b' $HOME", false), None);
}

#[tokio::test]
async fn the_payload_goes_in_and_the_output_comes_back() {
    assert_eq!(run("cat; printf %s \"$MQX_TOPIC\"", b"hot\0\xff").await.unwrap(), b"hot\0\xffa/b");
    // More than a pipe holds, both ways at once.
    let large = vec![b'x'; 1 << 20];
    assert_eq!(run("cat", &large).await.unwrap(), large);
    assert_eq!(Program::new("echo '$MQX_TOPIC'", false).unwrap().run(&received("a", b""), true).await.unwrap(), b"$MQX_TOPIC\n");
}

#[tokio::test]
async fn a_process_need_not_read_its_input() {
    let large = vec![b'x'; 1 << 20];
    assert_eq!(run("exec <&-; echo done", &large).await.unwrap(), b"done\n");
    assert_eq!(run("true", &large).await.unwrap(), b"");
}

#[tokio::test]
async fn what_went_wrong_is_told_with_what_was_written() {
    let failed = run("echo out; exit 3", b"").await.unwrap_err();
    assert_eq!((failed.to_string().as_str(), &*failed.output), ("exit status 3", &b"out\n"[..]));
    assert_eq!(run("kill -9 $$", b"").await.unwrap_err().to_string(), "ended by signal 9");
    let missing = Program::new("/nowhere/at-all x", false).unwrap().run(&received("a", b""), true).await.unwrap_err();
    assert_eq!(missing.to_string(), "cannot start /nowhere/at-all: no such file or directory");
    let endless = run("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done | dd bs=65536 2>&-", b"");
    assert_eq!(endless.await.unwrap_err().to_string(), "it wrote more than 64 MiB");
}

#[tokio::test]
async fn properties_that_no_environment_holds_are_told() {
    let mut large = received("a", b"");
    let pair = ("name".into(), "v".repeat(60_000).into());
    let user_properties = vec![pair; 200];
    large.message.properties = Some(Box::new(crate::mqtt::Properties { user_properties, ..Default::default() }));
    let failed = Program::new("true", false).unwrap().run(&large, true).await.unwrap_err();
    assert!(matches!(failed.why, Failure::TooLarge), "{failed}");
}

#[tokio::test]
async fn a_process_that_another_outlives_has_ended() {
    let begun = Instant::now();
    let left = String::from_utf8(run("sleep 60 & echo $!", b"").await.unwrap()).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(30));
    let left = rustix::process::Pid::from_raw(left.trim().parse().unwrap()).unwrap();
    rustix::process::kill_process(left, rustix::process::Signal::KILL).unwrap();
}

/// The end of the pipe shows that nobody of them is left to write to it.
#[tokio::test]
async fn a_process_that_is_given_up_is_killed_with_those_that_it_started() {
    let (mut reader, writer) = tokio::net::UnixStream::pair().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 60 & sleep 60"]).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(std::os::fd::OwnedFd::from(writer.into_std().unwrap()));
    let running = Running::start(&mut command).unwrap();
    drop(command);
    drop(running);
    let begun = Instant::now();
    assert_eq!(reader.read(&mut [0]).await.unwrap(), 0);
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn lines_stay_and_commands_to_a_terminal_do_not() {
    assert_eq!(escaped(b"a\tb\n\x1b[2J\r\nx"), b"a\tb\n\\x1b[2J\\r\nx");
    assert_eq!(escaped(b""), b"");
    assert_eq!(escaped("ä\n\n".as_bytes()), "ä\n\n".as_bytes());
}
