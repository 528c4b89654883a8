//! `-F`, where mosquitto's manual and its own tests use it. Every letter over every kind of message is compared elsewhere.

use super::super::difference::Difference as D;
use super::super::row::{Message, Property, Row, message, subscribe};

const HOT: &[Message] = &[message("{t}/a", "hot")];
const ALL: &[Message] = &[message("{t}/a", "message").properties(&[
    Property::PayloadFormat(1),
    Property::ContentType("plain/text"),
    Property::ResponseTopic("/dev/null"),
    Property::CorrelationData(b"2357289375902345"),
    Property::User("name1", "value1"),
    Property::User("name2", "value2"),
])];
/// 2.718 and 0.707 of 8 and 4 bytes.
const DOUBLE: &[Message] = &[message("{t}/a", "").bytes(&[0x58, 0x39, 0xB4, 0xC8, 0x76, 0xBE, 0x05, 0x40])];
const FLOAT: &[Message] = &[message("{t}/a", "").bytes(&[0xF4, 0xFD, 0x34, 0x3F])];

pub const ROWS: &[Row] = &[
    subscribe("mosquitto_sub {at} -F '@Y-@m-@dT@H:@M:@S@z : %t : %x' -t '{t}/#' -C 1").live(HOT).digits(),
    subscribe("mosquitto_sub {at} -F '%r : %q : %m : %l' -q 2 -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '\\e[92m%t \\e[96m%p\\e[0m' -q 2 -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%I %t %p' -t '{t}/#' -C 1").live(HOT).digits(),
    subscribe("mosquitto_sub {at} -F '%U %p' -t '{t}/#' -C 1").live(HOT).digits(),
    subscribe("mosquitto_sub {at} -F %t:%p -N -t '{t}/#' -C 2").live(&[message("{t}/a", "1"), message("{t}/b", "2")]),
    subscribe("mosquitto_sub {at} -v -F '%p' -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%t\\t%p' -t '{t}/#' -C 1 | cut -f 2").live(HOT),
    subscribe("mosquitto_sub {at} -F '%@s.@N : %r : %q : %m : %l' -q 2 -t '{t}/#' -C 1").live(HOT).digits().differs(
        D::ManualsTime,
        0,
        "0000000000.000000000 : 0 : 1 : 1 : 3\n",
        &["subscribe {t}/# 2"],
    ),
    subscribe("mosquitto_sub {at} -F '%% @@ \\\\ text' -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%.2:x|%X|%.1x|%18x|%-18x|' -t '{t}/#' -C 1").live(HOT).recorded(
        0,
        "68:6f:74|686F74|6 8 6 f 7 4|            686f74|686f74            |\n",
        &["subscribe {t}/# 1"],
    ),
    subscribe("mosquitto_sub {at} -F '%x|%X|%18x|%-18x|%08X' -t '{t}/#' -C 1").live(HOT).differs(
        D::Width,
        0,
        "686f74|686F74|            686f74|686f74            |00686F74\n",
        &["subscribe {t}/# 1"],
    ),
    subscribe("mosquitto_sub {at} -F '%20t|%-20t|%.5t|%20.10t|%-.4t|' -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%02l|%2l|%-2l|%03m|' -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%8p|%-8p|' -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%2p|' -t '{t}/#' -C 1").live(HOT).differs(D::Width, 0, "hot|\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F '%C|%D|%F|%P|%R|' -t '{t}/#' -C 1").live(ALL),
    subscribe("mosquitto_sub {at} -F '%A|%C|%D|%E|%F|%P|%R|%S|%2C|' -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%S %p' -D subscribe subscription-identifier 56 -t '{t}/#' -C 1").live(HOT),
    subscribe("mosquitto_sub {at} -F '%.3d' -t '{t}/#' -C 1").live(DOUBLE).recorded(0, "2.718\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F '%.3f' -t '{t}/#' -C 1").live(FLOAT).recorded(0, "0.707\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F %j -t '{t}/#' -C 1").live(HOT).digits().differs(D::JsonFields, 0, "{\"tst\":\"0000-00-00T00:00:00.000000+0000\",\"topic\":\"{t}/a\",\"qos\":1,\"retain\":false,\"payloadlen\":3,\"mid\":1,\"payload\":\"hot\"}\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F '%j' -V 311 -q 1 -t '{t}/#' -C 1").live(HOT).digits().differs(D::JsonFields, 0, "{\"tst\":\"0000-00-00T00:00:00.000000+0000\",\"topic\":\"{t}/a\",\"qos\":1,\"retain\":false,\"payloadlen\":3,\"mid\":1,\"payload\":\"hot\"}\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F %j -t '{t}/#' -C 1").live(ALL).digits().differs(D::JsonFields, 0, "{\"tst\":\"0000-00-00T00:00:00.000000+0000\",\"topic\":\"{t}/a\",\"qos\":1,\"retain\":false,\"payloadlen\":7,\"mid\":1,\"properties\":{\"payload-format-indicator\":1,\"content-type\":\"plain/text\",\"response-topic\":\"/dev/null\",\"correlation-data\":\"2357289375902345\",\"user-properties\":[{\"name1\":\"value1\"},{\"name2\":\"value2\"}]},\"payload\":\"message\"}\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F %J -t '{t}/#' -C 1")
        .live(&[message("{t}/a", "{\"on\":true,\"list\":[null,\"x\"]}")]).digits().differs(D::JsonFields, 0, "{\"tst\":\"0000-00-00T00:00:00.000000+0000\",\"topic\":\"{t}/a\",\"qos\":1,\"retain\":false,\"payloadlen\":26,\"mid\":1,\"payload\":{\"on\":true,\"list\":[null,\"x\"]}}\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F %j --pretty -t '{t}/#' -C 1").live(HOT).digits().differs(D::JsonFields, 0, "{\n  \"tst\": \"0000-00-00T00:00:00.000000+0000\",\n  \"topic\": \"{t}/a\",\n  \"qos\": 1,\n  \"retain\": false,\n  \"payloadlen\": 3,\n  \"mid\": 1,\n  \"payload\": \"hot\"\n}\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F %J --pretty -t '{t}/#' -C 1").live(&[message("{t}/a", "{\"on\":true}")]).digits().differs(D::JsonFields, 0, "{\n  \"tst\": \"0000-00-00T00:00:00.000000+0000\",\n  \"topic\": \"{t}/a\",\n  \"qos\": 1,\n  \"retain\": false,\n  \"payloadlen\": 11,\n  \"mid\": 1,\n  \"payload\": {\n    \"on\": true\n  }\n}\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F %j -t '{t}/#' -C 1 | grep -o '\"payload\":.*'").live(&[message("{t}/a", "").bytes(b"\xff\x00")]).differs(
        D::ValidJson,
        0,
        "\"payload\":\"/wA=\",\"encoding\":\"base64\"}\n",
        &["subscribe {t}/# 1"],
    ),
    subscribe("mosquitto_sub {at} -F %J -t '{t}/#' -C 1 | grep -o '\"payload\":.*'")
        .live(&[message("{t}/a", "[9007199254740993,1.10]")])
        .differs(D::ExactNumbers, 0, "\"payload\":[9007199254740993,1.10]}\n", &["subscribe {t}/# 1"]),
    subscribe("mosquitto_sub {at} -F %J -t '{t}/#' -C 1 | grep -o '\"payload\":.*'").live(HOT).differs(
        D::NoJson,
        0,
        "\"payload\":\"hot\",\"encoding\":\"utf8\"}\n",
        &["subscribe {t}/# 1"],
    ),
];
