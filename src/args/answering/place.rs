//! What fills in an answer that is a template: what the request has, and what `pub --template` knows.

use std::time::SystemTime;

use jiff::tz::TimeZone;

use crate::args::ArgsError;
use crate::mqtt::Received;
use crate::output::field::Field;
use crate::payload::Template;
use crate::payload::generate::{Generator, Turn, Variable};
use crate::payload::template::{RenderError, TemplateError};

/// A place in an answer.
#[derive(Clone, Debug)]
pub enum Place {
    /// Something of the request.
    Field(Field),
    /// Something made anew.
    Generator(Generator),
}

/// Reads an answer; `variable` looks the environment up.
pub(super) fn template(text: &[u8], variable: Variable) -> Result<Template<Place>, ArgsError> {
    let find = |name: &str, argument: Option<&str>| {
        let field = Field::parse(name, argument).map(|field| field.map(Place::Field).map_err(|why| why.to_string()));
        let generator = || Generator::parse(name, argument, Some(variable));
        field.or_else(|| generator().map(|made| made.map(Place::Generator).map_err(|why| why.to_string())))
    };
    Template::read(text, find).map_err(|why| {
        let error = ArgsError::usage(format!("--with: {why}"));
        match why {
            TemplateError::Unknown(_) => error.with_hint(format!(
                "there are {{topic}}, {{payload}} and whatever else sub -F has of a request, and {}",
                Generator::NAMES
            )),
            _ => error,
        }
    })
}

/// Fills answers in, one after the other.
#[derive(Debug)]
pub struct Filling {
    turn: Turn,
    zone: TimeZone,
}

impl Filling {
    /// The answer to a request.
    ///
    /// # Errors
    /// It is larger than any message.
    pub fn fill(&mut self, template: &Template<Place>, request: &Received) -> Result<Vec<u8>, RenderError> {
        let Self { turn, zone } = self;
        turn.next(SystemTime::now());
        let mut out = Vec::new();
        template.fill(&mut out, |place, out| match place {
            Place::Field(field) => field.render(request, zone, out),
            Place::Generator(generator) => generator.render(turn, out),
        })?;
        Ok(out)
    }
}

impl Default for Filling {
    /// Begins with number 1.
    fn default() -> Self {
        Self { turn: Turn::new(None), zone: TimeZone::system() }
    }
}
