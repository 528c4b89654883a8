//! A record that says all that one can, as `output/json` writes it and `Record` reads it.

use bytes::Bytes;

use crate::mqtt::Properties;

/// The line, without its end.
pub(crate) const LINE: &str = concat!(
    r#"{"ts":"1970-01-01T00:00:00.000000Z","topic":"t","qos":2,"retain":true,"dup":true,"size":2,"payload":"/wA=","#,
    r#""encoding":"base64","mid":7,"subscription_ids":[1,268435455],"expiry":60,"content_type":"text/\"plain\"","#,
    r#""response_topic":"r","correlation_data":"AQI=","payload_format":1,"#,
    r#""user_properties":[["b","1"],["a","2"],["b",""]]}"#,
);

/// Its properties; Subscription Identifiers are the delivery's and not among them.
pub(crate) fn properties() -> Properties {
    Properties {
        payload_format: Some(true),
        expiry: Some(60),
        content_type: Some("text/\"plain\"".into()),
        response_topic: Some("r".into()),
        correlation_data: Some(Bytes::from_static(b"\x01\x02")),
        user_properties: vec![("b".into(), "1".into()), ("a".into(), "2".into()), ("b".into(), String::new().into())],
        subscription_ids: Vec::new(),
    }
}
