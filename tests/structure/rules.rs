//! The rules, over tokens.

use std::collections::BTreeSet;

use super::tokens::{Token, tokens};

/// The floor of each top-level module; a file uses lower floors only, and on its own floor only its own folder.
pub const FLOORS: &[(&str, u8)] = &[
    ("main", 8),
    ("app", 7),
    ("commands", 6),
    ("error", 5),
    ("args", 4),
    ("flow", 3),
    ("client", 2),
    ("broker", 2),
    ("capture", 2),
    ("net", 1),
    ("wire", 1),
    ("payload", 1),
    ("output", 1),
    ("pace", 1),
    ("sim", 1),
    ("measure", 1),
    ("ui", 1),
    ("exit", 1),
    ("mqtt", 0),
    ("text", 0),
    ("draw", 0),
];

/// Crates that only some modules may name.
const OWNED: &[(&str, &[&str])] = &[
    ("rumqttc", &["wire"]),
    ("clap", &["app", "args", "commands"]),
    ("clap_complete", &["app", "args", "commands"]),
    ("clap_mangen", &["app", "args", "commands"]),
    ("indicatif", &["ui"]),
    ("argon2", &["broker"]),
    ("mqtt5", &["broker"]),
    ("tokio_tungstenite", &["net", "broker"]),
    ("httparse", &["net"]),
    ("x509_parser", &["net"]),
    ("pkcs8", &["net"]),
    ("webpki_roots", &["net"]),
    ("rpassword", &["ui"]),
    ("toml", &["args"]),
    ("etcetera", &["args"]),
];

const MACROS: &[&str] = &["println", "eprintln", "print", "eprint", "dbg", "todo", "unimplemented"];

/// One file: its path below `src/` with `/`, and its text.
#[derive(Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
}

/// Every violation, as `path:line: what`.
pub fn check(sources: &[Source]) -> Vec<String> {
    let parsed: Vec<_> = sources.iter().map(|source| (source, tokens(&source.text))).collect();
    let test_files: BTreeSet<String> =
        parsed.iter().flat_map(|(source, tokens)| test_modules(&module_of(&source.path), tokens)).collect();
    let mut found = Vec::new();
    for (source, tokens) in &parsed {
        let module = module_of(&source.path);
        let mut file = File { path: &source.path, module: &module, tokens, found: &mut found };
        if !source.text.starts_with("//!") {
            file.complain(1, "does not begin with `//!`");
        }
        file.check_owned();
        file.check_paths();
        let is_test =
            test_files.iter().any(|test| *test == module.join("::") || module.join("::").starts_with(&format!("{test}::")));
        file.check_calls(is_test);
    }
    found
}

/// The module path of a file: `client/session.rs` and `client/session/mod.rs` are `client::session`, `lib.rs` is the root.
fn module_of(path: &str) -> Vec<String> {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    if stem == "lib" { Vec::new() } else { stem.split('/').map(str::to_owned).collect() }
}

/// Modules in files of their own that are compiled for tests only.
fn test_modules(module: &[String], tokens: &[Token]) -> Vec<String> {
    let mut found = Vec::new();
    for (start, end) in test_regions(tokens) {
        for three in tokens[start..end].windows(3) {
            if three[0].is("mod") && three[2].is(";") {
                let path: Vec<&str> = module.iter().map(String::as_str).chain([three[1].text.as_str()]).collect();
                found.push(path.join("::"));
            }
        }
    }
    found
}

/// Ranges of tokens below `#[cfg(test)]` or `#[test]`: to the item's end.
fn test_regions(tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut regions = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = |words: &[&str]| words.iter().enumerate().all(|(i, word)| tokens.get(at + i).is_some_and(|t| t.is(word)));
        if starts(&["#", "[", "cfg", "(", "test", ")", "]"]) || starts(&["#", "[", "test", "]"]) {
            let end = item_end(tokens, at);
            regions.push((at, end));
            at = end;
        } else {
            at += 1;
        }
    }
    regions
}

/// Behind the item that begins, with its attributes, at `at`: its `;` or the brace that closes it.
fn item_end(tokens: &[Token], at: usize) -> usize {
    let (mut depth, mut position) = (0_usize, at);
    while let Some(token) = tokens.get(position) {
        position += 1;
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.is("}") {
                    break;
                }
            }
            ";" if depth == 0 => break,
            _ => {}
        }
    }
    position
}

struct File<'a> {
    path: &'a str,
    module: &'a [String],
    tokens: &'a [Token],
    found: &'a mut Vec<String>,
}

impl File<'_> {
    fn complain(&mut self, line: usize, what: &str) {
        let complaint = format!("{}:{line}: {what}", self.path);
        if !self.found.contains(&complaint) {
            self.found.push(complaint);
        }
    }

    /// The top-level module; empty for lib.rs.
    fn top(&self) -> String {
        self.module.first().cloned().unwrap_or_default()
    }

    fn check_owned(&mut self) {
        for token in self.tokens {
            for (name, owners) in OWNED {
                if token.is(name) && !owners.contains(&self.top().as_str()) {
                    self.complain(token.line, &format!("names {name}; only {} may", owners.join(", ")));
                }
            }
        }
    }

    fn check_calls(&mut self, is_test: bool) {
        let regions = test_regions(self.tokens);
        for (at, window) in self.tokens.windows(3).enumerate() {
            let in_test = is_test || regions.iter().any(|(start, end)| (*start..*end).contains(&at));
            let [a, b, c] = window else { continue };
            if !in_test && a.is(".") && (b.is("unwrap") || b.is("expect")) && c.is("(") {
                self.complain(b.line, &format!("calls {}", b.text));
            }
            if !in_test && MACROS.contains(&a.text.as_str()) && b.is("!") {
                self.complain(a.line, &format!("uses {}!", a.text));
            }
            if a.is("process") && b.is("::") && c.is("exit") && self.top() != "main" {
                self.complain(a.line, "names process::exit; only main may");
            }
        }
    }

    fn check_paths(&mut self) {
        let mut inline: Vec<(String, usize)> = Vec::new();
        let mut depth = 0_usize;
        for at in 0..self.tokens.len() {
            let token = &self.tokens[at];
            match token.text.as_str() {
                "{" => {
                    depth += 1;
                    if at >= 2 && self.tokens[at - 2].is("mod") {
                        inline.push((self.tokens[at - 1].text.clone(), depth));
                    }
                }
                "}" => {
                    inline.retain(|(_, opened)| *opened < depth);
                    depth = depth.saturating_sub(1);
                }
                "crate" | "mqx" | "super" | "std" if self.begins_path(at) => {
                    let mut position = at;
                    let mut paths = Vec::new();
                    tree(self.tokens, &mut position, &[], &mut paths);
                    let here: Vec<String> =
                        self.module.iter().cloned().chain(inline.iter().map(|(name, _)| name.clone())).collect();
                    for path in paths {
                        self.check_path(token.line, &here, &path);
                    }
                }
                _ => {}
            }
        }
    }

    fn begins_path(&self, at: usize) -> bool {
        let follows = |offset: usize, text| self.tokens.get(at + offset).is_some_and(|token| token.is(text));
        let inside = at > 0 && self.tokens[at - 1].is("::");
        follows(1, "::") && !inside
    }

    fn check_path(&mut self, line: usize, here: &[String], path: &[String]) {
        let Some((root, rest)) = path.split_first() else { return };
        if root == "std" {
            if rest.starts_with(&["process".into(), "exit".into()]) && self.top() != "main" {
                self.complain(line, "names process::exit; only main may");
            }
            return;
        }
        let mut target: Vec<String> = Vec::new();
        let mut rest = rest;
        if root == "super" {
            target = here[..here.len().saturating_sub(1)].to_vec();
            while let [first, more @ ..] = rest
                && first == "super"
            {
                target.pop();
                rest = more;
            }
        }
        target.extend(rest.iter().cloned());
        let written = path.join("::");
        let own = self.top();
        let Some(used) = target.first() else {
            return self.complain(line, &format!("`{written}` reaches the root itself"));
        };
        // A file's own folder, main's and lib's roots apart.
        if *used == own {
            return;
        }
        match (floor(&own), floor(used)) {
            (None, _) => self.complain(line, &format!("`{written}`: this file has no floor, it may only declare modules")),
            (_, None) => self.complain(line, &format!("`{written}`: `{used}` has no floor")),
            (Some(above), Some(below)) if below >= above => {
                self.complain(line, &format!("`{written}`: {own} (floor {above}) uses {used} (floor {below})"));
            }
            _ => {}
        }
    }
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// Reads a path or the tree of a `use` from `position`; adds each whole path, leaves `position` behind it.
fn tree(tokens: &[Token], position: &mut usize, prefix: &[String], paths: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    while let Some(token) = tokens.get(*position) {
        if token.is("{") {
            *position += 1;
            while tokens.get(*position).is_some_and(|token| !token.is("}")) {
                let before = *position;
                tree(tokens, position, &path, paths);
                // `as name` and commas.
                while tokens.get(*position).is_some_and(|token| !token.is("}") && !token.is(",")) {
                    *position += 1;
                }
                if tokens.get(*position).is_some_and(|token| token.is(",")) || *position == before {
                    *position += 1;
                }
            }
            *position += 1;
            return;
        }
        if !token.is_word() && !token.is("*") {
            break;
        }
        // `{self}` names the module in front of the braces.
        if !token.is("self") {
            path.push(token.text.clone());
        }
        *position += 1;
        if !tokens.get(*position).is_some_and(|token| token.is("::")) {
            break;
        }
        *position += 1;
    }
    paths.push(path);
}
