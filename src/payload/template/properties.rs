//! The properties of a message as templates. Called by `args` and `commands/publish`.

use bytes::Bytes;
use bytestring::ByteString;

use super::{RenderError, Template, TemplateError};
use crate::mqtt::topic::check_length;
use crate::mqtt::{Properties, TopicError};
use crate::payload::generate::{Turn, Variable};

/// Properties of which the texts are templates: Content Type, Response Topic, Correlation Data, and the values of User Properties.
#[derive(Clone, Debug)]
pub struct PropertyTemplates {
    /// What is no template.
    fixed: Properties,
    content_type: Option<Template>,
    response_topic: Option<Template>,
    correlation_data: Option<Template>,
    user_properties: Vec<(ByteString, Template)>,
}

/// What is wrong with which property.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct PropertyError<E: std::fmt::Display> {
    /// Which, in words.
    pub what: &'static str,
    /// Why.
    pub why: E,
}

const CONTENT_TYPE: &str = "content type";
const RESPONSE_TOPIC: &str = "response topic";
const CORRELATION_DATA: &str = "correlation data";
const USER_PROPERTY: &str = "user property";

impl PropertyTemplates {
    /// Reads the texts. Correlation Data is one of them unless it is `binary`.
    ///
    /// # Errors
    /// A text that is no template.
    pub fn parse(
        mut properties: Properties,
        binary: bool,
        variable: Option<Variable>,
    ) -> Result<Self, PropertyError<TemplateError>> {
        let read = |what, text: &[u8]| Template::parse(text, variable).map_err(|why| PropertyError { what, why });
        let maybe = |what, text: Option<ByteString>| text.map(|text| read(what, text.as_bytes())).transpose();
        let content_type = maybe(CONTENT_TYPE, properties.content_type.take())?;
        let response_topic = maybe(RESPONSE_TOPIC, properties.response_topic.take())?;
        let text = if binary { None } else { properties.correlation_data.take() };
        let correlation_data = text.map(|text| read(CORRELATION_DATA, &text)).transpose()?;
        let user_properties = std::mem::take(&mut properties.user_properties).into_iter();
        let user_properties =
            user_properties.map(|(name, value)| Ok((name, read(USER_PROPERTY, value.as_bytes())?))).collect::<Result<_, _>>()?;
        Ok(Self { fixed: properties, content_type, response_topic, correlation_data, user_properties })
    }

    /// The properties of the message that `turn` is at.
    ///
    /// # Errors
    /// A value that MQTT cannot carry there.
    pub fn render(&self, turn: &mut Turn) -> Result<Properties, PropertyError<RenderError>> {
        let wrong = |what| move |why| PropertyError { what, why };
        let mut properties = self.fixed.clone();
        if let Some(template) = &self.content_type {
            properties.content_type = Some(template.string(turn).map_err(wrong(CONTENT_TYPE))?);
        }
        if let Some(template) = &self.response_topic {
            let topic = template.topic(turn).map_err(wrong(RESPONSE_TOPIC))?;
            properties.response_topic = Some(topic.as_str().into());
        }
        if let Some(template) = &self.correlation_data {
            properties.correlation_data = Some(binary(template, turn).map_err(wrong(CORRELATION_DATA))?);
        }
        for (name, template) in &self.user_properties {
            let value = template.string(turn).map_err(wrong(USER_PROPERTY))?;
            properties.user_properties.push((name.clone(), value));
        }
        Ok(properties)
    }
}

fn binary(template: &Template, turn: &mut Turn) -> Result<Bytes, RenderError> {
    let bytes = template.render(turn)?;
    check_length(&bytes).map_err(|why: TopicError| RenderError::Text(why))?;
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn turn() -> Turn {
        let mut turn = Turn::new(Some(7));
        turn.next(UNIX_EPOCH);
        turn
    }

    fn all(text: &str) -> Properties {
        Properties {
            payload_format: Some(true),
            expiry: Some(60),
            content_type: Some(text.into()),
            response_topic: Some(text.into()),
            correlation_data: Some(text.to_owned().into()),
            user_properties: vec![("{n}".into(), text.into()), ("b".into(), "".into())],
            ..Properties::default()
        }
    }

    #[test]
    fn texts_are_templates_and_the_rest_stays() {
        let templates = PropertyTemplates::parse(all("a/{counter}"), false, None).unwrap();
        assert_eq!(templates.render(&mut turn()), Ok(all("a/1")));
        let templates = PropertyTemplates::parse(all("a/{counter}"), true, None).unwrap();
        let expected = Properties { correlation_data: Some(Bytes::from_static(b"a/{counter}")), ..all("a/1") };
        assert_eq!(templates.render(&mut turn()), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let none = Properties::default;
        for (properties, what) in [
            (Properties { content_type: Some("{x}".into()), ..none() }, CONTENT_TYPE),
            (Properties { response_topic: Some("{x}".into()), ..none() }, RESPONSE_TOPIC),
            (Properties { correlation_data: Some(Bytes::from_static(b"{x}")), ..none() }, CORRELATION_DATA),
            (Properties { user_properties: vec![("a".into(), "{x}".into())], ..none() }, USER_PROPERTY),
        ] {
            let error = PropertyTemplates::parse(properties, false, None).unwrap_err();
            assert_eq!(error.to_string(), format!("{what}: there is no {{x}}; {{{{ is a single {{"));
        }
        let long = "{hex:65536}";
        for (properties, what) in [
            (Properties { content_type: Some(long.into()), ..none() }, CONTENT_TYPE),
            (Properties { response_topic: Some(long.into()), ..none() }, RESPONSE_TOPIC),
            (Properties { correlation_data: Some(Bytes::from_static(long.as_bytes())), ..none() }, CORRELATION_DATA),
            (Properties { user_properties: vec![("a".into(), long.into())], ..none() }, USER_PROPERTY),
        ] {
            let templates = PropertyTemplates::parse(properties, false, None).unwrap();
            let error = templates.render(&mut turn()).unwrap_err();
            assert_eq!(error.to_string(), format!("{what}: it has 65536 bytes, the limit is 65535"));
        }
    }
}
