//! TLS. The server's certificate is for localhost and 127.0.0.1.

use super::super::difference::Difference as D;
use super::super::row::{Place, Row, message, publish, subscribe};

pub const ROWS: &[Row] = &[
    publish("mosquitto_pub {at} --cafile {ca} -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub -h localhost -p {port} --cafile {ca} -t {t} -m hot -q 2 -r").place(Place::Tls),
    subscribe("mosquitto_sub {at} --cafile {ca} -t {t} -C 1 -v").place(Place::Tls).before(&[message("{t}", "hot").retain()]),
    publish("mosquitto_pub {at} --cafile {ca} --tls-version tlsv1.2 -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub {at} --cafile {ca} --tls-version tlsv1.3 -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub {at} --cafile {ca} --tls-alpn mqtt -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub {at} --cafile {ca} --keyform pem -t {t} -m hot").place(Place::Tls).recorded(
        0,
        "",
        &["publish {t} 1: hot"],
    ),
    publish(
        "mosquitto_pub {at} --cafile {ca} --tls-version tlsv1.2 --ciphers TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 -t {t} -m hot",
    )
    .place(Place::Tls)
    .differs(D::Ciphers, 0, "", &["publish {t} 1: hot"]),
    publish("mosquitto_pub {at} --cafile {ca} --tls-version tlsv1.2 --ciphers ECDHE-ECDSA-AES128-GCM-SHA256 -t {t} -m hot")
        .place(Place::Tls)
        .differs(D::Ciphers, 2, "", &[])
        .says(&["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]),
    publish("mosquitto_pub {at} --cafile {other} -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub {at} --tls-use-os-certs -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub {at} --cafile {other} --insecure -t {t} -m hot").place(Place::Tls).differs(
        D::Insecure,
        0,
        "",
        &["publish {t} 1: hot"],
    ),
    publish("mosquitto_pub {at} --insecure -t {t} -m hot").differs(D::TlsMeant, 3, "", &[]),
    publish("mosquitto_pub {at} --capath certificates -t {t} -m hot")
        .place(Place::Tls)
        .files(&[("certificates/unused", "")])
        .recorded(2, "", &[]),
    publish("mosquitto_pub {at} --cafile nowhere.pem -t {t} -m hot")
        .place(Place::Tls)
        .recorded(1, "", &[])
        .says(&["nowhere.pem"]),
    publish("mosquitto_pub {at} --cafile {ca} --cert only.pem -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub {at} --cafile {ca} --key only.pem -t {t} -m hot").place(Place::Tls),
    publish("mosquitto_pub {at} --cafile {ca} --tls-keylog keys -t {t} -m hot && test -s keys").place(Place::Tls).recorded(
        0,
        "",
        &["publish {t} 1: hot"],
    ),
    publish("mosquitto_pub {at} --cafile {ca} --no-tls -t {t} -m hot").recorded(2, "", &[]),
    publish("mosquitto_pub {at} -t {t} -m hot").place(Place::Tls).recorded(3, "", &[]).says(&["--tls"]),
];
