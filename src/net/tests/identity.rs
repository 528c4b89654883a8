//! The files of TLS: every form of key, and every way in which a file can be wrong.

use std::path::PathBuf;

use base64::Engine as _;
use pkcs8::der::{Decode as _, Encode as _, asn1::OctetString};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoOwned, PrivateKeyInfoRef};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256};

use super::tls::TempFile;
use crate::net::{Identity, Passphrase, TlsConfigError, TlsConnector, TlsOptions, Trust};
use crate::text::Secret;

const RSA: &str = include_str!("../../../tests/samples/rsa-throw-away.key");
const CANARY: &str = "c4n4ry-passphrase";

fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

fn certificate(key: &KeyPair) -> TempFile {
    let certificate = CertificateParams::new(vec!["client".to_owned()]).unwrap().self_signed(key).unwrap();
    TempFile::new(certificate.pem().as_bytes())
}

/// What PKCS#8 wraps: PKCS#1 or SEC1.
fn inner(key: &KeyPair) -> Vec<u8> {
    let der = key.serialize_der();
    PrivateKeyInfoRef::from_der(&der).unwrap().private_key.as_bytes().to_vec()
}

fn encrypted(key: &KeyPair) -> Vec<u8> {
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(1_000, b"saltsalt", [7; 16]).unwrap();
    let encrypted_data = OctetString::new(parameters.encrypt(CANARY, &key.serialize_der()).unwrap()).unwrap();
    EncryptedPrivateKeyInfoOwned { encryption_algorithm: parameters.into(), encrypted_data }.to_der().unwrap()
}

fn passphrase(text: &'static str) -> Option<Passphrase> {
    Some(Passphrase::new(move || Ok(Secret::new(text))))
}

fn load(certificate: &TempFile, key: &TempFile, passphrase: Option<Passphrase>) -> Result<(), TlsConfigError> {
    let identity = Identity { certificate: certificate.0.clone(), key: key.0.clone(), passphrase };
    let options = TlsOptions { trust: Trust::Nothing, identity: Some(identity), ..TlsOptions::default() };
    assert!(!format!("{options:?}").contains(CANARY));
    TlsConnector::new(&options).map(drop)
}

#[test]
fn every_form_of_key_is_taken() {
    let rsa = KeyPair::from_pem(RSA).unwrap();
    let p256 = KeyPair::generate().unwrap();
    for (name, key, text) in [
        ("PKCS#8 RSA", &rsa, RSA.to_owned()),
        ("PKCS#1", &rsa, pem("RSA PRIVATE KEY", &inner(&rsa))),
        ("encrypted RSA", &rsa, pem("ENCRYPTED PRIVATE KEY", &encrypted(&rsa))),
        ("PKCS#8 ECDSA", &p256, p256.serialize_pem()),
        ("SEC1", &p256, pem("EC PRIVATE KEY", &inner(&p256))),
        ("SEC1 with its curve before it", &p256, pem("EC PARAMETERS", &[6, 0]) + &pem("EC PRIVATE KEY", &inner(&p256))),
        ("encrypted ECDSA", &p256, pem("ENCRYPTED PRIVATE KEY", &encrypted(&p256))),
    ] {
        load(&certificate(key), &TempFile::new(text.as_bytes()), passphrase(CANARY))
            .map_err(|error| format!("{name}: {error}"))
            .unwrap();
    }
    for algorithm in [&PKCS_ECDSA_P384_SHA384, &PKCS_ED25519] {
        let key = KeyPair::generate_for(algorithm).unwrap();
        load(&certificate(&key), &TempFile::new(key.serialize_pem().as_bytes()), None).unwrap();
    }
    assert_eq!(rsa.algorithm(), &PKCS_RSA_SHA256);
}

#[test]
fn one_file_may_have_both_and_the_own_certificate_need_not_be_first() {
    let (key, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let text = |path: &TempFile| std::fs::read_to_string(&path.0).unwrap();
    let both = TempFile::new((key.serialize_pem() + &text(&certificate(&other)) + &text(&certificate(&key))).as_bytes());
    load(&both, &both, None).unwrap();
}

#[test]
fn a_key_of_another_certificate_is_found_before_any_connection() {
    let (certificate, key) = (certificate(&KeyPair::generate().unwrap()), KeyPair::generate().unwrap());
    let key = TempFile::new(key.serialize_pem().as_bytes());
    let error = load(&certificate, &key, None).unwrap_err();
    let (certificate, key) = (certificate.0.display(), key.0.display());
    assert_eq!(error.to_string(), format!("the key in {key} does not belong to the certificate in {certificate}"));
    assert!(error.is_usage());
}

#[test]
fn what_is_wrong_with_a_key_is_named_and_the_passphrase_is_not() {
    let key = KeyPair::generate().unwrap();
    let certificate = certificate(&key);
    let locked = pem("ENCRYPTED PRIVATE KEY", &encrypted(&key));
    let old =
        pem("RSA PRIVATE KEY", &[1, 2]).replacen("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", 1);
    // PBES1: pbeWithMD5AndDES-CBC (RFC 8018, A.3).
    let pbes1 = [
        0x30, 0x1f, 0x30, 0x1b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x03, 0x30, 0x0e, 0x04, 0x08, 1, 2,
        3, 4, 5, 6, 7, 8, 0x02, 0x02, 0x08, 0x00, 0x04, 0x00,
    ];
    let pkcs12 = [0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00];
    for (content, passphrase, says, hint) in [
        (locked.as_bytes(), passphrase("wrong"), "the passphrase is not that of the key in ", "--keypass-file"),
        (locked.as_bytes(), None, "is encrypted, and there is no passphrase", "MQX_KEYPASS"),
        (old.as_bytes(), None, "is encrypted in the old way of OpenSSL", "openssl pkcs8 -topk8 -in "),
        (
            pem("ENCRYPTED PRIVATE KEY", &pbes1).as_bytes(),
            passphrase("x"),
            "encrypted in a way that is not supported",
            "-v2 aes-256",
        ),
        (&pkcs12, None, "is a PKCS#12 file, not PEM", "openssl pkcs12 -in "),
        (&key.serialize_der(), None, "is in DER, not in PEM", "openssl pkey -inform der -in "),
        (b"", None, "there is no key in ", ""),
        (b"hello", None, ": it is not PEM", ""),
        (std::fs::read(&certificate.0).unwrap().as_slice(), None, ", but a certificate", "--cert FILE takes a certificate"),
        (pem("PUBLIC KEY", &[1]).as_bytes(), None, ", but a public key", ""),
        (pem("OPENSSH PRIVATE KEY", &[1]).as_bytes(), None, ", but a key of OpenSSH", "ssh-keygen"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA", None, "a key in ", ""),
        (pem("PRIVATE KEY", &[0x30, 0]).as_bytes(), None, "of a kind that is not supported", ""),
    ] {
        let file = TempFile::new(content);
        let error = load(&certificate, &file, passphrase).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(says) && text.contains(file.0.to_str().unwrap()), "{text}");
        assert!(error.hint().unwrap_or_default().contains(hint) && error.is_usage(), "{text}: {:?}", error.hint());
        assert!(!format!("{text} {error:?}").contains(CANARY));
    }
    let unread = Some(Passphrase::new(|| Err("cannot read it".to_owned())));
    let error = load(&certificate, &TempFile::new(locked.as_bytes()), unread).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.is_usage()), ("the passphrase of the key: cannot read it", false));
}

fn trusted(trust: Trust) -> Result<(), TlsConfigError> {
    TlsConnector::new(&TlsOptions { trust, ..TlsOptions::default() }).map(drop)
}

#[test]
fn a_file_that_cannot_be_trusted_is_found_before_any_connection() {
    let error = |path: PathBuf| trusted(Trust::File(path)).unwrap_err();
    let missing = error("/nonexistent/ca.pem".into());
    assert_eq!(missing.to_string(), "cannot read the certificates in /nonexistent/ca.pem: no such file or directory");
    assert!(!missing.is_usage());
    let folder = error(std::env::temp_dir());
    assert!(folder.to_string().ends_with(" is a folder, not a file with a certificate") && folder.is_usage(), "{folder}");
    assert_eq!(folder.hint().unwrap(), "--capath DIR takes a folder");

    let key = KeyPair::generate().unwrap();
    let good = std::fs::read_to_string(&certificate(&key).0).unwrap();
    let der = CertificateParams::default().self_signed(&key).unwrap().der().to_vec();
    let half = good.replace("-----END CERTIFICATE-----", "");
    let rubbish = pem("CERTIFICATE", &[0, 0, 0]);
    for (content, says, hint) in [
        (der.as_slice(), "is in DER, not in PEM", "openssl x509 -inform der -in "),
        (&[0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00], "is a PKCS#12 file, not PEM", "-cacerts -nokeys -out ca.pem"),
        (b"", "there is no certificate in ", ""),
        (b"no PEM\n", ": it is not PEM", ""),
        (key.serialize_pem().as_bytes(), ", but a key", "--key FILE takes a key"),
        (half.as_bytes(), "a certificate in ", ""),
        (rubbish.as_bytes(), " is damaged", ""),
    ] {
        let file = TempFile::new(content);
        let error = error(file.0.clone());
        let text = error.to_string();
        assert!(text.contains(says) && text.contains(file.0.to_str().unwrap()) && error.is_usage(), "{text}");
        assert!(error.hint().unwrap_or_default().contains(hint), "{text}: {:?}", error.hint());
    }
    // One that is rubbish spoils no other.
    let file = TempFile::new((good + &rubbish).as_bytes());
    trusted(Trust::File(file.0.clone())).unwrap();
}

#[test]
fn authorities_that_come_with_the_program_need_no_file() {
    trusted(Trust::Bundled).unwrap();
    trusted(Trust::Nothing).unwrap();
}
