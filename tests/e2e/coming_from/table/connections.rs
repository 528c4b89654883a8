//! Where the clients connect to, as whom, and what they keep.

use super::super::difference::Difference as D;
use super::super::row::{Place, Row, message, publish, subscribe};

pub const ROWS: &[Row] = &[
    publish("mosquitto_pub -p {port} -t {t} -m hot -q 1"),
    publish("mosquitto_pub -h localhost -p {port} -t {t} -m hot"),
    publish("mosquitto_pub {at} -A 127.0.0.1 -t {t} -m hot"),
    publish("mosquitto_pub --unix {socket} -t {t} -m hot").place(Place::Unix),
    subscribe("mosquitto_sub --unix {socket} -t {t} -C 1").place(Place::Unix).live(&[message("{t}", "hot")]),
    publish("mosquitto_pub -L mqtt://127.0.0.1:{port}/{t}/a/b -m hot"),
    publish("mosquitto_pub --url mqtt://localhost:{port}/{t} -m message -V mqttv5"),
    publish("mosquitto_pub -L mqtt://ann:c4n4ry@127.0.0.1:{port}/{t} -m hot").place(Place::Guarded),
    publish("mosquitto_pub -L mqtt://ann:%634n4ry@127.0.0.1:{port}/{t} -m hot").place(Place::Guarded).differs(
        D::Urls,
        0,
        "",
        &["publish {t} 1: hot"],
    ),
    publish("mosquitto_pub -L mqtt://127.0.0.1:{port} -t {t} -m hot").differs(D::Urls, 0, "", &["publish {t} 1: hot"]),
    subscribe("mosquitto_sub -L mqtt://127.0.0.1:{port}/{t} -C 1").live(&[message("{t}", "hot")]),
    subscribe("mosquitto_sub -t {t}/b -L mqtt://127.0.0.1:{port}/{t}/a -C 2 -v")
        .live(&[message("{t}/a", "one"), message("{t}/b", "two")]),
    publish("mosquitto_pub {at} --ws -t {t} -m hot").place(Place::WebSocket).recorded(0, "", &["publish {t} 1: hot"]),
    publish("mosquitto_pub -L ws://127.0.0.1:{port}/mqtt -t {t} -m hot").place(Place::WebSocket).recorded(
        0,
        "",
        &["publish {t} 1: hot"],
    ),
    subscribe("mosquitto_sub {at} --ws -t {t} -C 1 -v")
        .place(Place::WebSocket)
        .before(&[message("{t}", "hot").retain()])
        .recorded(0, "{t} hot\n", &["publish {t} 1 retain: hot"]),
    publish("mosquitto_pub {at} -u ann -P c4n4ry -t {t} -m hot").place(Place::Guarded),
    publish("mosquitto_pub {at} --username ann --pw c4n4ry -t {t} -m hot -V mqttv311").place(Place::Guarded),
    publish("mosquitto_pub {at} -u ann -P wrong -t {t} -m hot").place(Place::Guarded),
    publish("mosquitto_pub {at} -u ann -P wrong -t {t} -m hot -V 311").place(Place::Guarded),
    subscribe("mosquitto_sub {at} -t {t}").place(Place::Guarded),
    subscribe("mosquitto_sub {at} -u ann -t {t} -V 311").place(Place::Guarded),
    publish("mosquitto_pub {at} -t {t} -m hot").place(Place::Nobody),
    subscribe("mosquitto_sub {at} -t {t}").place(Place::Nobody),
    publish("mosquitto_pub -h no-such-host.invalid -p {port} -t {t} -m hot"),
    publish("mosquitto_pub {at} -k 5 -t {t} -m hot"),
    publish("mosquitto_pub {at} -k 0 -t {t} -m hot").differs(
        D::KeepAlive,
        0,
        "",
        &["connect 5 keep-alive=0 clean", "publish {t} 1: hot"],
    ),
    publish("mosquitto_pub {at} -M 1 -t {t} -l -q 1").stdin(b"a\nb\nc\n"),
    publish("mosquitto_pub {at} --nodelay --quiet -t {t} -m hot"),
    publish("mosquitto_pub {at} --no-tls -t {t} -m hot").recorded(0, "", &["publish {t} 1: hot"]),
    publish("mosquitto_pub -o options -q 2")
        .files(&[(
            "options",
            "# where and what\n-h 127.0.0.1\n-p {port}\n-V mqttv5\n-q 1\n-t {t}/pub/qos1/test\n-m a message of several words\n",
        )])
        .recorded(0, "", &["publish {t}/pub/qos1/test 2: a message of several words"]),
    subscribe("mosquitto_sub -o options {at} -C 1")
        .files(&[("options", "-t {t}/a\n-v\n")])
        .before(&[message("{t}/a", "hot").retain()])
        .recorded(0, "{t}/a hot\n", &["subscribe {t}/a 1"]),
    publish("mosquitto_pub -o nowhere {at} -t {t} -m hot").recorded(1, "", &[]).because(D::OptionsFile).says(&["nowhere"]),
    publish("mosquitto_pub {at} -m hot -t {t}/typed").files(&[(".config/mosquitto_pub", "-r\n-i {t}-file\n")]).differs(
        D::NoDefaultFile,
        0,
        "",
        &["publish {t}/typed 1: hot"],
    ),
];

pub const SESSIONS: &[Row] = &[
    publish("mosquitto_pub {at} -i {t}-device -t {t} -m hot"),
    publish("mosquitto_pub {at} -I {t}- -t {t} -m hot"),
    publish("mosquitto_pub {at} --id-prefix {t} -t {t} -m hot"),
    publish("mosquitto_pub {at} -c -i {t} -V 311 -t {t} -m hot"),
    subscribe("mosquitto_sub {at} -c -i {t} -t {t} -E"),
    subscribe("mosquitto_sub {at} -c -i {t} -x 60 -t {t} -E"),
    subscribe("mosquitto_sub {at} -c -i {t} -x -1 -t {t} -E"),
    subscribe("mosquitto_sub {at} -c -i {t} -x ∞ -t {t} -E"),
    subscribe(
        "mosquitto_sub {at} -c -i {t} -q 1 -t {t} -E && mosquitto_pub {at} -t {t} -m waited -q 1 && mosquitto_sub {at} -c -i {t} -q 1 -t {t} -C 1",
    ),
    subscribe("mosquitto_sub {at} -t {t} -E --will-topic {t}/gone").differs(
        D::Defaults,
        0,
        "",
        &["connect 5 keep-alive=60 clean will={t}/gone 1: ", "subscribe {t} 1"],
    ),
    subscribe("mosquitto_sub {at} -t {t} -E --will-topic {t}/gone --will-payload 'bye bye' --will-qos 1 --will-retain"),
    publish("mosquitto_pub {at} -t {t} -m x --will-topic {t}/gone --will-payload '' --will-qos 2"),
    subscribe("mosquitto_sub {at} -t {t} -E -D connect user-property name value -D connect receive-maximum 7"),
    subscribe("mosquitto_sub {at} -t {t} -E -D disconnect reason-string 'that is all' -D disconnect user-property a b"),
];
