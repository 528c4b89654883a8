//! What cannot be meant: what mosquitto's own tests refuse, and what it lets through.

use super::super::difference::Difference as D;
use super::super::row::{Place, Row, publish, request, subscribe};

pub const PUB: &[Row] = &[
    publish("mosquitto_pub {at} -t {t} -m a -f b"),
    publish("mosquitto_pub {at} -t {t} -m a -n"),
    publish("mosquitto_pub {at} -t {t} -s -l"),
    publish("mosquitto_pub {at} -m a"),
    publish("mosquitto_pub {at} -t '{t}/+' -m a"),
    publish("mosquitto_pub {at} -t '{t}/#' -m a"),
    publish("mosquitto_pub {at} -t {t} -m a -q 3"),
    publish("mosquitto_pub {at} -t {t} -m a -q -1"),
    publish("mosquitto_pub {at} -t {t} -m a -q abc").differs(D::WholeNumbers, 2, "", &[]).says(&["abc"]),
    publish("mosquitto_pub {at}x -t {t} -m a").differs(D::WholeNumbers, 2, "", &[]),
    publish("mosquitto_pub {at} -t {t} -m a -k 65536"),
    publish("mosquitto_pub {at} -t {t} -m a -k -1"),
    publish("mosquitto_pub {at} -t {t} -m a -M 0"),
    publish("mosquitto_pub -h 127.0.0.1 -p 65536 -t {t} -m a"),
    publish("mosquitto_pub -h 127.0.0.1 -p -1 -t {t} -m a"),
    publish("mosquitto_pub -L invalid://127.0.0.1/{t} -m a"),
    publish("mosquitto_pub -L mqtt://127.0.0.1:{port} -m a"),
    publish("mosquitto_pub {at} -t {t} -m a -i id -I prefix"),
    publish("mosquitto_pub {at} -t {t} -m a -V 0"),
    publish("mosquitto_pub {at} -t {t} -m a -x A"),
    publish("mosquitto_pub {at} -t {t} -m a -x 4294967296"),
    publish("mosquitto_pub {at} -t {t} -m a --will-payload payload"),
    publish("mosquitto_pub {at} -t {t} -m a --will-topic '+'"),
    publish("mosquitto_pub {at} -t {t} -m a --will-topic a --will-qos 3"),
    publish("mosquitto_pub {at} -t {t} -m a --repeat 0"),
    publish("mosquitto_pub {at} -t {t} -m a --repeat 2 --repeat-delay -1"),
    publish("mosquitto_pub {at} -t {t} -m a --unknown"),
    publish("mosquitto_pub {at} -t {t} -m a -W 1").recorded(0, "", &["publish {t} 1: a"]),
    publish("mosquitto_pub {at} -t {t} -m"),
    publish("mosquitto_pub -h"),
    publish("mosquitto_pub --help > /dev/null").differs(D::Help, 0, "", &[]),
    publish("mosquitto_pub {at} -t {t} -m a -c -V 311"),
    publish("mosquitto_pub {at} -t {t} -m a -P secret -V 311"),
];

pub const SUB: &[Row] = &[
    subscribe("mosquitto_sub {at}"),
    subscribe("mosquitto_sub {at} -t '++'"),
    subscribe("mosquitto_sub {at} -t {t} -T '++'"),
    subscribe("mosquitto_sub {at} -t {t} -U '++'"),
    subscribe("mosquitto_sub {at} -t '{t}/#/a'"),
    subscribe("mosquitto_sub {at} -t {t} -C 0"),
    subscribe("mosquitto_sub {at} -t {t} -W 0").place(Place::Silent).differs(D::Fractions, 27, "", &[]),
    subscribe("mosquitto_sub {at} -t {t} -q 3"),
    subscribe("mosquitto_sub {at} -t {t} -F '%'"),
    subscribe("mosquitto_sub {at} -t {t} -F '%0'"),
    subscribe("mosquitto_sub {at} -t {t} -F '%.1'"),
    subscribe("mosquitto_sub {at} -t {t} -F '%Z'"),
    subscribe("mosquitto_sub {at} -t {t} -F '@'"),
    subscribe("mosquitto_sub {at} -t {t} -F '\\'"),
    subscribe("mosquitto_sub {at} -t {t} -F '\\Z'"),
    subscribe("mosquitto_sub {at} -t {t} --retain-handling invalid").recorded(2, "", &[]).says(&["invalid"]),
    subscribe("mosquitto_sub {at} -t {t} -R --retained-only"),
    subscribe("mosquitto_sub {at} -t {t} --random-filter 0"),
    subscribe("mosquitto_sub {at} -t {t} --random-filter 101").recorded(2, "", &[]).because(D::WholeNumbers),
    subscribe("mosquitto_sub {at} -t {t} -V 5 -D connect receive-maximum 65536"),
    subscribe("mosquitto_sub {at} -t {t} -V 5 -D connect session-expiry-interval 4294967296"),
    subscribe("mosquitto_sub {at} -t {t} -V 5 -D connect request-problem-information 256"),
    subscribe("mosquitto_sub {at} -t {t} -V 5 -D subscribe subscription-identifier -1"),
    subscribe("mosquitto_sub {at} -t {t} -V 5 -D subscribe topic-alias 1"),
    subscribe("mosquitto_sub {at} -t {t} -m a"),
    subscribe("mosquitto_sub {at} -t {t} -r"),
    subscribe("mosquitto_sub {at} -t {t} --repeat 2"),
    subscribe("mosquitto_sub {at} -t {t} --latency"),
    subscribe("mosquitto_sub {at} -c -t {t} -V 311"),
    subscribe("mosquitto_sub --help > /dev/null").differs(D::Help, 0, "", &[]),
    request("mosquitto_rr {at} -t {t} -e {t}/e -m a --repeat 2"),
    request("mosquitto_rr {at} -t {t} -e {t}/e -m a -r"),
];

/// What waits, or will not come: `mqx` says so, and names it.
pub const REFUSED: &[Row] = &[
    subscribe("mosquitto_sub {at} -t {t} -w").recorded(2, "", &[]).because(D::RefusedByName).says(&["-w"]),
    subscribe("mosquitto_sub {at} -t {t} --watch").recorded(2, "", &[]).because(D::RefusedByName).says(&["-w"]),
    subscribe("mosquitto_sub {at} -t '{t}/#' --remove-retained --retained-only")
        .recorded(2, "", &[])
        .because(D::RefusedByName)
        .says(&["--remove-retained", "mqx retained clear"]),
    subscribe("mosquitto_sub {at} -t '{t}/#' -T {t}/bbc1 --remove-retained")
        .recorded(2, "", &[])
        .because(D::RefusedByName)
        .says(&["--remove-retained"]),
    publish("mosquitto_pub {at} -t {t} -m a -S").recorded(2, "", &[]).because(D::RefusedByName).says(&["-S", "SRV"]),
    publish("mosquitto_pub {at} --proxy socks5h://127.0.0.1:1 -t {t} -m a")
        .differs(D::RefusedByName, 2, "", &[])
        .says(&["--proxy"]),
    publish("mosquitto_pub {at} --psk 00ff --psk-identity me -t {t} -m a").differs(D::RefusedByName, 2, "", &[]).says(&["PSK"]),
    publish("mosquitto_pub {at} --tls-engine pkcs11 --cafile nowhere -t {t} -m a")
        .recorded(2, "", &[])
        .because(D::RefusedByName)
        .says(&["engine"]),
    publish("mosquitto_pub {at} --tls-engine-kpass-sha1 00 -t {t} -m a")
        .recorded(2, "", &[])
        .because(D::RefusedByName)
        .says(&["engine"]),
    publish("mosquitto_pub --version > /dev/null").differs(D::Help, 2, "", &[]).says(&["unexpected argument '--version'"]),
    publish("mosquitto_pub {at} -V 31 -t {t} -m a").differs(D::RefusedByName, 2, "", &[]).says(&["MQTT 3.1"]),
];
