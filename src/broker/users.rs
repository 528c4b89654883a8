//! Who may log in: the users file, its password hashes, and the check of a CONNECT. The file is read, and hashes are made, by
//! `commands/broker`.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHashString, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params};
use mqtt5::broker::{AuthProvider, AuthResult};
use mqtt5::packet::connect::ConnectPacket;
use mqtt5::protocol::v5::reason_codes::ReasonCode;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::Semaphore;

use super::warn::Warner;
use crate::mqtt::topic::check_string;
use crate::payload::read_small;
use crate::text::{Secret, os_error};

/// Most memory, in KiB, and most passes of a hash: one line of a file must not cost gigabytes or seconds at each login.
const MOST_MEMORY: u32 = 256 << 10;
const MOST_PASSES: u32 = 16;
/// Passwords checked at once. A check takes 19 MiB and some tens of milliseconds of a processor.
const CHECKS: usize = 4;

/// Why a users file is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsersError {
    /// It cannot be read.
    #[error("cannot read it: {0}")]
    Unreadable(String),
    /// A line of it is none. What is on it is not told.
    #[error("line {line}: {why}")]
    Line {
        /// From 1.
        line: usize,
        /// Why.
        why: &'static str,
    },
    /// There is none in it.
    #[error("there is no user in it")]
    Empty,
}

/// Users and the hashes of their passwords.
#[derive(Clone)]
pub struct Users {
    hashes: HashMap<String, PasswordHashString>,
    /// Checked in place of a user who does not exist, so that it takes as long.
    nobody: PasswordHashString,
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Users({})", self.hashes.len())
    }
}

impl Users {
    /// Reads a file of lines `name:hash`. Empty lines, and those that begin with `#`, are skipped.
    ///
    /// # Errors
    /// When it cannot be read, or anything else is in it.
    pub fn read(path: &Path) -> Result<Self, UsersError> {
        let bytes = read_small(path).map_err(|error| UsersError::Unreadable(os_error::describe(&error)))?;
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self, UsersError> {
        let mut hashes = HashMap::new();
        let mut nobody = None;
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let wrong = |why| UsersError::Line { line: index + 1, why };
            let line = std::str::from_utf8(line).map_err(|_| wrong("it is not UTF-8"))?;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, hash) = line.split_once(':').ok_or_else(|| wrong("it is not NAME:HASH"))?;
            check_user_name(name).map_err(wrong)?;
            let hash = parse_hash(hash.trim_end()).map_err(wrong)?;
            nobody.get_or_insert_with(|| hash.clone());
            if hashes.insert(name.to_owned(), hash).is_some() {
                return Err(wrong("the user has a line already"));
            }
        }
        Ok(Self { hashes, nobody: nobody.ok_or(UsersError::Empty)? })
    }

    /// Whether this is the user's password. Takes as long when there is no such user.
    fn check(&self, name: &str, password: &[u8]) -> bool {
        let (hash, exists) = self.hashes.get(name).map_or((&self.nobody, false), |hash| (hash, true));
        let is_right = Argon2::default().verify_password(password, &hash.password_hash()).is_ok();
        is_right && exists
    }
}

fn parse_hash(text: &str) -> Result<PasswordHashString, &'static str> {
    const NONE: &str = "the hash is not one of argon2id; mqx broker passwd makes a line";
    let hash = PasswordHash::new(text).map_err(|_| NONE)?;
    if Algorithm::try_from(hash.algorithm) != Ok(Algorithm::Argon2id) || hash.hash.is_none() || hash.salt.is_none() {
        return Err(NONE);
    }
    let params = Params::try_from(&hash).map_err(|_| NONE)?;
    if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES {
        return Err("the hash is too costly to check: at most 256 MiB and 16 passes");
    }
    Ok(hash.serialize())
}

/// Whether a name can stand in a users file and in a CONNECT.
///
/// # Errors
/// Why it cannot.
pub fn check_user_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("the user name is empty");
    }
    if name.contains(':') {
        return Err("the user name has a colon");
    }
    if name.starts_with('#') {
        return Err("the user name begins with #, as a comment does");
    }
    if name.contains(char::is_control) {
        return Err("the user name has a control character");
    }
    if name.trim() != name {
        return Err("the user name begins or ends with a space");
    }
    check_string(name).map_err(|_| "the user name is longer than 65,535 bytes")
}

/// A line for a users file, without its end.
///
/// # Errors
/// In words, when the system has no random numbers.
pub fn user_line(name: &str, password: &Secret) -> Result<String, String> {
    let mut salt = [0; 16];
    SystemRandom::new().fill(&mut salt).map_err(|_| "the system gives no random numbers".to_owned())?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let hash = Argon2::default().hash_password(password.expose(), &salt).map_err(|error| error.to_string())?;
    Ok(format!("{name}:{hash}"))
}

/// Who may connect.
#[derive(Clone, Debug)]
pub enum Access {
    /// Anyone, whatever is said of user and password.
    Everyone,
    /// These users, and clients that name no user if `anonymous`.
    Users {
        /// Who they are.
        users: Users,
        /// Whether a client may name none.
        anonymous: bool,
    },
}

/// `Access` as mqtt5 asks for it.
pub(super) struct Gatekeeper {
    access: Arc<Access>,
    checks: Arc<Semaphore>,
    refused: Warner,
}

impl Gatekeeper {
    pub(super) fn new(access: Access, refused: Warner) -> Self {
        Self { access: Arc::new(access), checks: Arc::new(Semaphore::new(CHECKS)), refused }
    }

    async fn admits(&self, connect: &ConnectPacket) -> Option<AuthResult> {
        let Access::Users { anonymous, .. } = *self.access else { return Some(AuthResult::success()) };
        let (name, password) = match (&connect.username, &connect.password) {
            (None, None) => return anonymous.then(AuthResult::success),
            (Some(name), Some(password)) => (name.clone(), password.clone()),
            _ => return None,
        };
        let turn = Arc::clone(&self.checks).acquire_owned().await.ok()?;
        let access = Arc::clone(&self.access);
        let checked = tokio::task::spawn_blocking(move || {
            // Kept to the end of the check, which goes on when the client has gone.
            let _turn = turn;
            match &*access {
                Access::Users { users, .. } => users.check(&name, &password).then_some(name),
                Access::Everyone => None,
            }
        });
        checked.await.ok()?.map(AuthResult::success_with_user)
    }
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl AuthProvider for Gatekeeper {
    fn authenticate<'a>(
        &'a self,
        connect: &'a ConnectPacket,
        _client: SocketAddr,
    ) -> Answer<'a, mqtt5::error::Result<AuthResult>> {
        Box::pin(async move {
            let admitted = self.admits(connect).await;
            Ok(admitted.unwrap_or_else(|| {
                self.refused.warn();
                // 4 in 3.1.1.
                AuthResult::fail(ReasonCode::BadUsernameOrPassword)
            }))
        })
    }

    fn authorize_publish<'a>(&'a self, _client: &str, _user: Option<&'a str>, _topic: &'a str) -> Answer<'a, bool> {
        Box::pin(std::future::ready(true))
    }

    fn authorize_subscribe<'a>(&'a self, _client: &str, _user: Option<&'a str>, _filter: &'a str) -> Answer<'a, bool> {
        Box::pin(std::future::ready(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hash that takes no time.
    fn quick(password: &str) -> String {
        let argon = Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        argon.hash_password(password.as_bytes(), &SaltString::encode_b64(b"0123456789abcdef").unwrap()).unwrap().to_string()
    }

    #[test]
    fn a_file_has_users_comments_and_empty_lines() {
        let text = format!("# users\n\nann:{}\r\n  \nbob smith:{}\n", quick("hot"), quick(""));
        let users = Users::parse(text.as_bytes()).unwrap();
        for (name, password, right) in [
            ("ann", "hot", true),
            ("ann", "cold", false),
            ("ann", "", false),
            ("bob smith", "", true),
            ("bob", "", false),
            ("nobody", "hot", false),
            ("", "", false),
        ] {
            assert_eq!(users.check(name, password.as_bytes()), right, "{name} {password}");
        }
        assert_eq!(format!("{users:?}"), "Users(2)", "no hash is shown");
    }

    #[test]
    fn a_bad_line_is_named_by_its_number_alone() {
        let good = quick("hot");
        let scrypt = "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E";
        for (line, why) in [
            ("secret", "NAME:HASH"),
            ("ann:secret", "argon2id"),
            ("ann:", "argon2id"),
            ("ann:$argon2id$", "argon2id"),
            ("ann:$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg", "argon2id"),
            (&format!("ann:{}", good.replace("argon2id", "argon2i")), "argon2id"),
            (&format!("ann:{scrypt}"), "argon2id"),
            (&format!("ann:{}", good.replace("m=8,", "m=1048576,")), "costly"),
            (&format!("ann:{}", good.replace("t=1,", "t=1000,")), "costly"),
            (&format!(":{good}"), "empty"),
            (&format!("a\tb:{good}"), "control"),
            (&format!("first:{good}"), "already"),
        ] {
            let error = Users::parse(format!("# one\nfirst:{good}\n{line}\n").as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("line 3: ") && error.contains(why), "{line}: {error}");
            assert!(!error.contains("secret") && !error.contains("MDEy"), "{error}");
        }
        assert_eq!(Users::parse(b"\n\xff:x\n").unwrap_err().to_string(), "line 2: it is not UTF-8");
        assert_eq!(Users::parse(b"# nobody\n").unwrap_err(), UsersError::Empty);
    }

    #[test]
    fn a_line_that_was_made_is_one_that_is_read() {
        let line = user_line("ann", &Secret::new(&b"\xffh:ot"[..])).unwrap();
        assert!(line.starts_with("ann:$argon2id$v=19$m="), "{line}");
        assert_ne!(line, user_line("ann", &Secret::new(&b"\xffh:ot"[..])).unwrap(), "the salt is random");
        assert!(Users::parse(line.as_bytes()).unwrap().check("ann", b"\xffh:ot"));
    }

    #[test]
    fn names_that_cannot_stand_in_a_line() {
        for name in ["", "a:b", "#a", "a\nb", "a\0b", " a", "a ", &"a".repeat(65_536)] {
            assert!(check_user_name(name).is_err(), "{name:?}");
        }
        for name in ["a", "a b", "ä", "a#", "$a", &"a".repeat(65_535)] {
            assert_eq!(check_user_name(name), Ok(()), "{name:?}");
        }
    }
}
