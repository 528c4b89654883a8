//! `mosquitto_rr`: a request and its answer.

use super::super::difference::Difference as D;
use super::super::row::{Fault, Property, Row, message, request};

pub const ROWS: &[Row] = &[
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -m message").answer("answer"),
    request("mosquitto_rr {at} -q 1 -t {t}/request -e {t}/answer -V mqttv311 -m ''").answer("answer"),
    request("mosquitto_rr {at} -v -t {t}/request -e {t}/response -n -q 2").answer("answer"),
    request("mosquitto_rr {at} -N -t {t}/request -e {t}/response -f data")
        .files(&[("data", "a\nfile\n")])
        .answer("answer")
        .differs(
            D::RequestInput,
            0,
            "answer",
            &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: a\\nfile\\n"],
        ),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -s").stdin(b"from stdin").answer("answer").differs(
        D::RequestInput,
        0,
        "answer\n",
        &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: from stdin"],
    ),
    request("mosquitto_rr {at} -F '%t %p' --topic {t}/request -e {t}/response --message x").answer("answer"),
    request("mosquitto_rr {at} -F %j --pretty -t {t}/request -e {t}/answer -m x -V 311").answer("answer").digits().differs(D::JsonFields, 0, "{\n  \"tst\": \"0000-00-00T00:00:00.000000+0000\",\n  \"topic\": \"{t}/answer\",\n  \"qos\": 1,\n  \"retain\": false,\n  \"payloadlen\": 6,\n  \"mid\": 1,\n  \"payload\": \"answer\"\n}\n", &["subscribe {t}/answer 1", "publish {t}/request 1: x"]),
    request("mosquitto_rr {at} --verbose -t {t}/request -e {t}/response --null-message").answer("answer"),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response --file data").files(&[("data", "x")]).answer("answer").differs(
        D::RequestInput,
        0,
        "answer\n",
        &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: x"],
    ),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response --stdin-file").stdin(b"y").answer("answer").differs(
        D::RequestInput,
        0,
        "answer\n",
        &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: y"],
    ),
    request(
        "mosquitto_rr {at} -t {t}/request -e {t}/response -m x -D publish correlation-data mine -D publish user-property a b",
    )
    .answer("answer"),
    request("mosquitto_rr -L mqtt://127.0.0.1:{port}/{t}/request -e {t}/response -m x").answer("answer"),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -m x -W 1"),
    request("mosquitto_rr {at} -R -t {t}/request -e {t}/response -m x")
        .before(&[message("{t}/response", "stale").retain()])
        .answer("fresh")
        .differs(
            D::Matching,
            0,
            "fresh\n",
            &[
                "subscribe {t}/response 1 no-local handling=never",
                "publish {t}/request 1 correlation-data=… response-topic={t}/response: x",
            ],
        ),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -m x")
        .before(&[message("{t}/response", "stale").retain()])
        .answer("fresh")
        .differs(
            D::Matching,
            0,
            "fresh\n",
            &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: x"],
        ),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -m x -W 2")
        .live(&[message("{t}/response", "of another").properties(&[Property::CorrelationData(b"another")])])
        .answer("mine")
        .differs(
            D::Matching,
            0,
            "mine\n",
            &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: x"],
        ),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -m x -W 5").fault(Fault::Refused).differs(
        D::RejectedFilter,
        5,
        "",
        &["subscribe {t}/response 1 no-local handling=never"],
    ),
    request("mosquitto_rr {at} --latency -t {t}/request -e {t}/response -m x")
        .answer("answer")
        .recorded(
            0,
            "answer\n",
            &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: x"],
        )
        .because(D::Latency),
    request("mosquitto_rr {at} --retain-handling never -t {t}/request -e {t}/response -m x").answer("answer").recorded(
        0,
        "answer\n",
        &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: x"],
    ),
    request("mosquitto_rr {at} --retain-as-published -t {t}/request -e {t}/response -m x").answer("answer").recorded(
        0,
        "answer\n",
        &["subscribe {t}/response 1 no-local handling=never", "publish {t}/request 1 correlation-data=… response-topic={t}/response: x"],
    ),
    request("mosquitto_rr {at} -t {t}/request -e '{t}/+' -m x"),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -m x -f data"),
    request("mosquitto_rr {at} -t {t}/request -e {t}/response -l"),
];
