//! What `mosquitto_sub` subscribes to, what it prints without `-F`, and when it ends.

use super::super::difference::Difference as D;
use super::super::row::{Fault, Message, Place, Property, Row, message, subscribe};

const ONE: &[Message] = &[message("{t}", "hot")];
const SEVERAL: &[Message] =
    &[message("{t}/a", "one"), message("{t}/b", "two"), message("{t}/a/c", "three"), message("{t}/end", "END")];
const KEPT: &[Message] = &[message("{t}/a", "old").retain(), message("{t}/b", "older").retain()];

pub const FILTERS: &[Row] = &[
    subscribe("mosquitto_sub {at} -t {t} -q 1 -C 1").live(ONE),
    subscribe("mosquitto_sub {at} -t {t} -C 1").live(ONE).differs(
        D::Defaults,
        0,
        "hot\n",
        &["connect 5 keep-alive=60 clean", "subscribe {t} 1"],
    ),
    subscribe("mosquitto_sub {at} -t '{t}/#' -C 4").live(SEVERAL),
    subscribe("mosquitto_sub {at} -t {t}/+ -C 3 -v").live(SEVERAL),
    subscribe("mosquitto_sub {at} -t {t}/machines/+/temperature/+ -C 1 -v")
        .live(&[message("{t}/machines/a/humidity/b", "no"), message("{t}/machines/a/temperature/b", "32")]),
    subscribe("mosquitto_sub {at} -t {t}/a -t {t}/b -q 2 -C 2 -v").live(SEVERAL),
    subscribe("mosquitto_sub {at} --topic {t}/a --topic '{t}/+/c' --qos 0 -C 2 --verbose").live(SEVERAL),
    subscribe("mosquitto_sub {at} -t {t}/a -t {t}/b -q 2 -q 0 -E").differs(
        D::SeveralQos,
        0,
        "",
        &["subscribe {t}/a 2", "subscribe {t}/b 0"],
    ),
    subscribe("mosquitto_sub {at} -v -t '$SYS/broker/version' -C 1"),
    subscribe("mosquitto_sub {at} -v -t \\$SYS/broker/version -C 1 -V mqttv311"),
    subscribe("mosquitto_sub {at} -t '$share/group/{t}/#' -C 4").live(SEVERAL),
    subscribe("mosquitto_sub {at} -v -t '{t}/#' -T '{t}/a/#' -C 2").live(SEVERAL),
    subscribe("mosquitto_sub {at} -v -t '{t}/#' --filter-out {t}/a --filter-out {t}/b -C 2").live(SEVERAL),
    subscribe("mosquitto_sub {at} -v -t '{t}/#' -U '{t}/#' -t {t}/end -C 1").live(SEVERAL).differs(
        D::UnsubscribeFirst,
        0,
        "{t}/end END\n",
        &["unsubscribe {t}/#", "subscribe {t}/end 1"],
    ),
    subscribe("mosquitto_sub {at} -t {t} --unsubscribe {t}/other -C 1").live(ONE).differs(
        D::UnsubscribeFirst,
        0,
        "hot\n",
        &["unsubscribe {t}/other", "subscribe {t} 1"],
    ),
    subscribe("mosquitto_sub {at} -c -i {t} -U {t} -E -W 1").recorded(0, "", &["unsubscribe {t}"]),
    subscribe("mosquitto_sub {at} -t {t} -E -D subscribe subscription-identifier 56 -D subscribe user-property a b"),
    subscribe("mosquitto_sub {at} -t {t} -U {t}/old -C 1 -D unsubscribe user-property a b").live(ONE).differs(
        D::UnsubscribeFirst,
        0,
        "hot\n",
        &["unsubscribe {t}/old user-property=a:b", "subscribe {t} 1"],
    ),
    subscribe("mosquitto_sub {at} -v -t '{t}/#' -C 2").before(KEPT),
    subscribe("mosquitto_sub {at} -v -R -t '{t}/#' -C 4").before(KEPT).live(SEVERAL),
    subscribe("mosquitto_sub {at} -v --retain-as-published -t '{t}/#' -F '%r %t' -C 1").live(&[message("{t}/a", "x").retain()]),
    subscribe("mosquitto_sub {at} -t '{t}/#' --retain-handling never -C 4").before(KEPT).live(SEVERAL).recorded(
        0,
        "one\ntwo\nthree\nEND\n",
        &["subscribe {t}/# 1 handling=never"],
    ),
    subscribe("mosquitto_sub {at} -t '{t}/#' --retain-handling always -C 2").before(KEPT).recorded(
        0,
        "old\nolder\n",
        &["subscribe {t}/# 1"],
    ),
    subscribe("mosquitto_sub {at} -t '{t}/#' --retain-handling new -C 2").before(KEPT).recorded(
        0,
        "old\nolder\n",
        &["subscribe {t}/# 1 handling=new"],
    ),
    subscribe("mosquitto_sub {at} -t {t} -C 1")
        .fault(Fault::Refused)
        .differs(D::RejectedFilter, 5, "", &["subscribe {t} 1"])
        .says(&["0x87"]),
    subscribe("mosquitto_sub {at} -t {t}/a -t {t}/end -C 1")
        .fault(Fault::FirstRefused)
        .live(SEVERAL)
        .differs(D::RejectedFilter, 5, "one\n", &["subscribe {t}/a 1", "subscribe {t}/end 1"])
        .says(&["0x87"]),
    subscribe("mosquitto_sub {at} -V 311 -t {t} -E").fault(Fault::Refused).differs(
        D::RejectedFilter,
        5,
        "",
        &["subscribe {t} 1"],
    ),
];

pub const OUTPUT: &[Row] = &[
    subscribe("mosquitto_sub {at} -t {t} -C 1").live(&[message("{t}", "").bytes(b"\xff\x00 \x1b[2J\r\n\n")]),
    subscribe("mosquitto_sub {at} -t {t} -C 1 -N").live(ONE),
    subscribe("mosquitto_sub {at} -t '{t}/#' -N -v -C 2").live(SEVERAL),
    subscribe("mosquitto_sub {at} -t '{t}/#' -v -C 1").live(&[message("{t}/a topic with spaces", "and a payload")]),
    subscribe("mosquitto_sub {at} -t '{t}/#' -C 2").live(&[message("{t}/a", ""), message("{t}/b", "x")]).differs(
        D::EmptyMessage,
        0,
        "\nx\n",
        &["subscribe {t}/# 1"],
    ),
    subscribe("mosquitto_sub {at} -t {t} -v -C 1").live(&[message("{t}", "")]).differs(
        D::EmptyMessage,
        0,
        "{t} \n",
        &["subscribe {t} 1"],
    ),
    subscribe("mosquitto_sub {at} -t {t} -N -C 1").live(&[message("{t}", "")]),
    subscribe("mosquitto_sub {at} -t {t} -C 1 -d")
        .live(ONE)
        .differs(D::DebugOnStderr, 0, "hot\n", &["subscribe {t} 1"])
        .says(&["SUBSCRIBE", "PUBLISH"]),
    subscribe("mosquitto_sub {at} -t '{t}/#' -v").live(SEVERAL).until("END"),
    subscribe("mosquitto_sub {at} -t '{t}/#'").live(SEVERAL).until("END"),
    subscribe("mosquitto_sub {at} -t '{t}/#' -v | head -n 2")
        .live(SEVERAL)
        .recorded(0, "{t}/a one\n{t}/b two\n", &["subscribe {t}/# 1"])
        .because(D::ReaderGone),
    subscribe("mosquitto_sub {at} -t '{t}/#' -v -C 4 | grep two").live(SEVERAL),
    subscribe("mosquitto_sub {at} -t '{t}/#' -C 4 > out; cat out").live(SEVERAL),
    subscribe("mosquitto_sub {at} -t '{t}/#' -v -C 4 | while read topic payload; do echo \"$payload ($topic)\"; done")
        .live(SEVERAL),
    subscribe("value=$(mosquitto_sub {at} -t {t}/a -C 1 -W 10); echo \"it is $value\"").before(KEPT),
    subscribe("mosquitto_sub {at} -t {t} --random-filter 100 -C 12").live(&TWELVE).differs(
        D::RandomFilter,
        0,
        "tick\ntick\ntick\ntick\ntick\ntick\ntick\ntick\ntick\ntick\ntick\ntick\n",
        &["subscribe {t} 1"],
    ),
    subscribe("mosquitto_sub {at} -t {t} --message-rate -W 1").recorded(27, "", &["subscribe {t} 1"]),
    subscribe("mosquitto_sub {at} -t {t} -q 2 -C 3").live(&[
        message("{t}", "zero").qos(0),
        message("{t}", "one"),
        message("{t}", "two").qos(2),
    ]),
];

const TWELVE: [Message; 12] = [message("{t}", "tick"); 12];

pub const ENDS: &[Row] = &[
    subscribe("mosquitto_sub {at} -t {t} -C 1 -W 10").live(ONE),
    subscribe("mosquitto_sub {at} -t {t} -W 1"),
    subscribe("mosquitto_sub {at} -t {t} -W 1 -C 2").live(ONE),
    subscribe("mosquitto_sub {at} -t {t} -W 0.3").differs(D::Fractions, 27, "", &["subscribe {t} 1"]),
    subscribe("mosquitto_sub {at} -t {t} -W 1").place(Place::Silent).differs(D::Deadline, 27, "", &[]),
    subscribe("timeout 1 mosquitto_sub {at} -t {t}; test $? -eq 124"),
    subscribe("mosquitto_sub {at} -t {t} -E"),
    subscribe("mosquitto_sub {at} -t {t} -q 1 -E -W 5 -v").before(&[message("{t}", "not waited for")]),
    subscribe("mosquitto_sub {at} -v -t '{t}/#' --retained-only").before(KEPT).live(&[message("{t}/c", "new")]),
    subscribe("mosquitto_sub {at} -v -t '{t}/#' --retained-only")
        .before(KEPT)
        .recorded(0, "{t}/a old\n{t}/b older\n", &["subscribe {t}/# 1"])
        .because(D::RetainedEnds),
    subscribe("mosquitto_sub {at} -v -t '{t}/#' --retained-only")
        .recorded(0, "", &["subscribe {t}/# 1"])
        .because(D::RetainedEnds),
    subscribe("mosquitto_sub {at} -F '%E %p' -t {t} -C 1 -V 5")
        .before(&[message("{t}", "x").retain().properties(&[Property::Expiry(3600)])])
        .digits(),
];
