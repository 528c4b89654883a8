//! Messages of which places are filled in.

use std::ffi::OsStr;
use std::str;

use crate::args::{ArgsError, shown, topic};
use crate::mqtt::{Properties, TopicError, TopicName};
use crate::payload::Template;
use crate::payload::generate::{Generator, Variable};
use crate::payload::template::TemplateError;
use crate::payload::template::properties::PropertyTemplates;

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
pub(super) struct TemplateFlags {
    /// Fill in {counter}, {time}, {random}, {random:FROM:TO}, {hex:N}, {bytes:N}, {uuid} and {env:NAME} in message, lines,
    /// topics and properties, anew for each message; {counter:START:STEP}, {time:unix_ms}, {time:%H:%M}; {{ is a {
    #[arg(long)]
    pub template: bool,

    /// With --template: draw the same {random}, {hex}, {bytes} and {uuid} as every run with this number
    #[arg(long, value_name = "N", requires = "template")]
    pub seed: Option<u64>,
}

/// What is filled in anew for each message, beside the payload.
#[derive(Clone, Debug)]
pub struct Templates {
    /// The topics that every message goes to, in order.
    pub topics: Vec<Template>,
    /// The properties, if there are any.
    pub properties: Option<PropertyTemplates>,
    /// What chance begins with.
    pub seed: Option<u64>,
    /// Looks the environment up, for a payload.
    pub variable: Variable,
}

impl Templates {
    /// Reads what was typed; of the properties, Correlation Data is no template if it is `binary`.
    ///
    /// # Errors
    /// Usage: what is no template, or a topic that can be none whatever is filled in.
    pub fn parse(
        topics: &[&OsStr],
        properties: Option<Properties>,
        binary: bool,
        seed: Option<u64>,
        variable: Variable,
    ) -> Result<Self, ArgsError> {
        let properties = properties.map(|properties| PropertyTemplates::parse(properties, binary, Some(variable))).transpose();
        Ok(Self {
            topics: topics.iter().map(|text| topic_template(text, variable)).collect::<Result<_, _>>()?,
            properties: properties.map_err(|error| no_template(error.what, &error.why))?,
            seed,
            variable,
        })
    }
}

/// A text that is no template; `what` it is.
pub(crate) fn no_template(what: &str, why: &TemplateError) -> ArgsError {
    let error = ArgsError::usage(format!("{what}: {why}"));
    if matches!(why, TemplateError::Unknown(_)) { error.with_hint(format!("there are {}", Generator::NAMES)) } else { error }
}

/// What stands beside the places is checked now.
fn topic_template(text: &OsStr, variable: Variable) -> Result<Template, ArgsError> {
    let template = Template::parse(text.as_encoded_bytes(), Some(variable))
        .map_err(|why| no_template(&format!("topic '{}'", shown(text.as_encoded_bytes())), &why))?;
    let literals = template.literals();
    topic("topic", text, |_| match TopicName::new(str::from_utf8(&literals).map_err(|_| TopicError::NotUtf8)?) {
        Err(TopicError::Empty) if !template.is_literal() => Ok(()),
        checked => checked.map(drop),
    })?;
    Ok(template)
}
