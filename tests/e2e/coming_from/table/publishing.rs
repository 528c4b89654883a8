//! What `mosquitto_pub` publishes: messages, lines, files, and their properties.

use super::super::difference::Difference as D;
use super::super::row::{Fault, Place, Row, publish};

pub const MESSAGES: &[Row] = &[
    publish("mosquitto_pub {at} -t {t}/temperature -m 32 -q 1"),
    publish("mosquitto_pub {at} -t {t} -m hot").differs(
        D::Defaults,
        0,
        "",
        &["connect 5 keep-alive=60 clean", "publish {t} 1: hot"],
    ),
    publish("mosquitto_pub {at} -t {t} -m hot -q 0"),
    publish("mosquitto_pub {at} -t {t} -m hot -q 2"),
    publish("mosquitto_pub {at} -t {t} -m hot -V 311 -q 1"),
    publish("mosquitto_pub {at} -r -t {t}/switches/kitchen_lights/status -m \"on\""),
    publish("mosquitto_pub {at} -t {t}/switches/kitchen_lights/status -n -r"),
    publish("mosquitto_pub {at} -t {t} -m ''"),
    publish("mosquitto_pub {at} -t {t} -n"),
    publish("mosquitto_pub {at} -t {t}/zigbee2mqtt/power-microwave/set -m '{\"state\":\"ON\"}'"),
    publish("mosquitto_pub {at} -d -t {t}/lamp -m 'with spaces and an é'").differs(
        D::DebugOnStderr,
        0,
        "",
        &["publish {t}/lamp 1: with spaces and an é"],
    ),
    publish("mosquitto_pub {at} -m '-5' -t '{t}/百科/温度 / out'"),
    publish("mosquitto_pub {at} -t {t} -m '-t'"),
    publish("mosquitto_pub {at} -t {t} -f ./data").files(&[("data", "two\nlines, a NUL \0 and no end")]),
    publish("mosquitto_pub {at} -t {t} -f empty").files(&[("empty", "")]),
    publish("mosquitto_pub {at} -t {t} -s < ./data").files(&[("data", "all of it\n\n")]),
    publish("mosquitto_pub {at} -t {t} -s").stdin(b"bytes \xff\x00\r\n"),
    publish("mosquitto_pub {at} -t {t} -s").stdin(b""),
    publish("mosquitto_pub {at} -t {t}/cc128 -l").stdin(b"one\ntwo\n\nfour, not ended"),
    publish("mosquitto_pub {at} -t {t} -l -q 2 < data").files(&[("data", "carriage\r\nreturn\r\n")]),
    publish("mosquitto_pub {at} -t {t} -l").stdin(b""),
    publish("mosquitto_pub {at} -t {t} -l").stdin(b"a\0b\nc\n").differs(
        D::NulInLine,
        0,
        "",
        &["publish {t} 1: a\\0b", "publish {t} 1: c"],
    ),
    publish("printf '%s\\n' red green blue | mosquitto_pub {at} -t {t}/colours -l -q 1"),
    publish("echo -n 21.5 | mosquitto_pub {at} -t {t}/temperature -s -r"),
    publish("echo 21.5 | mosquitto_pub {at} -t {t}/temperature --stdin-line --retain"),
    publish("for n in 1 2 3; do mosquitto_pub {at} -t {t}/$n -m \"value $n\"; done"),
    publish("seq 3 | while read n; do mosquitto_pub {at} -t \"{t}/sensor$n\" -m \"$n\" -q 1; done"),
    publish("mosquitto_pub {at} -t {t} -m ping --repeat 3"),
    publish("mosquitto_pub {at} -t {t} -m ping --repeat 3 --repeat-delay 0.01 -q 2"),
    publish("mosquitto_pub {at} -t {t} -n --repeat 2"),
    publish("mosquitto_pub {at} -t {t} -f data --repeat 2").files(&[("data", "again\n")]),
    publish("mosquitto_pub {at} -t {t} -l --repeat 2").stdin(b"a\n").differs(D::NothingForRepeat, 2, "", &[]).says(&["--repeat"]),
    publish("mosquitto_pub {at} -t {t}/one -t {t}/two -m x").differs(
        D::SeveralTopics,
        0,
        "",
        &["publish {t}/one 1: x", "publish {t}/two 1: x"],
    ),
    publish("mosquitto_pub {at} -t {t} -m first -m second").differs(D::LastHolds, 0, "", &["publish {t} 1: second"]),
    publish(
        "mosquitto_pub --host 127.0.0.1 --port {port} --topic {t} --message hot --qos 2 --retain --id {t} --keepalive 30 --quiet",
    ),
    publish("mosquitto_pub {at} --topic {t} --null-message --disable-clean-session -i {t} --protocol-version mqttv5"),
    publish("mosquitto_pub {at} --topic {t} --stdin-file --nodelay").stdin(b"whole"),
    publish("mosquitto_pub {at} --topic {t} --file data --debug").files(&[("data", "x")]).differs(
        D::DebugOnStderr,
        0,
        "",
        &["publish {t} 1: x"],
    ),
    publish("mosquitto_pub {at} -t {t} -m hot -q 1").fault(Fault::Cut).differs(
        D::LostConnection,
        0,
        "",
        &["publish {t} 1: hot", "publish {t} 1 dup: hot"],
    ),
    publish("mosquitto_pub {at} -u ann -P c4n4ry -t {t}/denied -m x -q 1")
        .place(Place::Guarded)
        .differs(D::RejectedMessage, 5, "", &["publish {t}/denied 1: x"])
        .says(&["0x87"]),
    publish("mosquitto_pub {at} -t {t} -f nowhere"),
];

pub const PROPERTIES: &[Row] = &[
    publish("mosquitto_pub {at} -V 5 -t {t} -m '{\"key\":\"value\"}' -D publish content-type application/json"),
    publish(
        "mosquitto_pub {at} -t {t} -m x -D publish user-property b 1=2 -D publish user-property a '' -D publish user-property b 3",
    ),
    publish("mosquitto_pub {at} -t {t} -m x -D publish message-expiry-interval 59 -D PUBLISH Payload-Format-Indicator 1"),
    publish("mosquitto_pub {at} -t {t} -m x -D publish response-topic {t}/answers -D publish correlation-data some-data"),
    publish("mosquitto_pub {at} -t {t} -m x -D publish topic-alias 4"),
    publish("mosquitto_pub {at} -t {t} -l -q 1 -D publish topic-alias 4").stdin(b"one\ntwo\n"),
    publish("mosquitto_pub {at} -t {t} -l --property publish content-type text/plain").stdin(b"one\ntwo\n"),
    publish(
        "mosquitto_pub {at} -t {t} -V mqttv5 -m '{\"key\":\"value\"}' -D connect maximum-packet-size 0191 -D connect receive-maximum 1000 \
         -D connect request-problem-information 0 -D connect request-response-information 1 -D connect session-expiry-interval 39 \
         -D connect topic-alias-maximum 123 -D connect user-property connect up -D publish content-type application/json \
         -D publish correlation-data some-data -D publish message-expiry-interval 59 -D publish payload-format-indicator 1 \
         -D publish response-topic /dev/null -D publish user-property publish up -D disconnect session-expiry-interval 40 \
         -D disconnect user-property disconnect up",
    ),
    publish(
        "mosquitto_pub {at} -t {t} -m x --will-topic {t}/gone --will-payload '{\"key\":\"value\"}' --will-qos 1 -D will content-type application/json \
         -D will correlation-data some-data -D will message-expiry-interval 59 -D will payload-format-indicator 1 \
         -D will response-topic /dev/null -D will user-property will up -D will will-delay-interval 100",
    ),
    publish("mosquitto_pub {at} -t {t} -m x -x 300"),
    publish("mosquitto_pub {at} -t {t} -m x -D publish content-type a -D publish content-type b").differs(
        D::LastHolds,
        0,
        "",
        &["publish {t} 1 content-type=b: x"],
    ),
    publish("mosquitto_pub {at} -t {t} -m x -D publish message-expiry-interval soon").differs(D::WholeNumbers, 2, "", &[]),
    publish("mosquitto_pub {at} -t {t} -m x -D publish subscription-identifier 5"),
    publish("mosquitto_pub {at} -t {t} -m x -D publish nonsense 5"),
    publish("mosquitto_pub {at} -t {t} -m x -D auth authentication-method 1"),
    publish("mosquitto_pub {at} -t {t} -m x -D puback reason-string 1"),
    publish("mosquitto_pub {at} -t {t} -m x -D publish content-type"),
    publish("mosquitto_pub {at} -t {t} -m x -D publish user-property name"),
    publish("mosquitto_pub {at} -t {t} -m x -D"),
];
