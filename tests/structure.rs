//! The shape of the sources: floors, who may name which crate, what stands in no file, and the README's exit table.
//! The checker's own tests, `teeth`, break each rule once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests stand outside the test functions")]

#[path = "letters.rs"]
mod letters;
#[path = "structure/options.rs"]
mod options;
#[path = "structure/rules.rs"]
mod rules;

#[path = "structure/tokens.rs"]
mod tokens;

use std::fs;
use std::path::Path;

use rules::{Source, check};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read_sources(directory: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(root().join("src")).unwrap();
            let below = below.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/");
            sources.push(Source { path: below, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

#[test]
fn sources_keep_the_rules() {
    let mut sources = Vec::new();
    read_sources(&root().join("src"), &mut sources);
    assert!(sources.len() > 5, "the sources were not found");
    let found = check(&sources);
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

/// The rows below `| code | meaning |`.
fn exit_table(markdown: &str) -> Vec<(String, String)> {
    let cells =
        |line: &str| -> Vec<String> { line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    let mut lines = markdown.lines().skip_while(|line| cells(line) != ["code", "meaning"]);
    lines.by_ref().take(2).for_each(drop);
    lines
        .take_while(|line| line.trim_start().starts_with('|'))
        .filter_map(|line| <[String; 2]>::try_from(cells(line)).ok())
        .map(|[code, meaning]| (code, meaning))
        .collect()
}

#[test]
fn readme_has_the_exit_table() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let expected: Vec<(String, String)> =
        mqx::exit::TABLE.iter().map(|(code, meaning)| (code.to_string(), meaning.to_string())).collect();
    assert!(expected.len() >= 10, "the table has lost its rows");
    assert_eq!(exit_table(&readme), expected);
}

#[path = "structure/teeth.rs"]
mod teeth;
