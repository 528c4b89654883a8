//! Certificates for TLS cases, made anew in each run: an authority, a good server, and each way in which one can be bad.

use std::path::PathBuf;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use super::Verdict;
use super::temp::TempDir;

/// A certificate and its key, PEM files both.
#[derive(Clone, Debug)]
pub struct Identity {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// An authority and what it signed.
#[derive(Debug)]
pub struct Certificates {
    /// For `--cafile`.
    pub ca: PathBuf,
    /// An authority that signed none of these.
    pub other_ca: PathBuf,
    /// For localhost, 127.0.0.1 and ::1.
    pub good: Identity,
    /// As `good`, but its time has passed.
    pub expired: Identity,
    /// For `elsewhere.example` alone.
    pub wrong_name: Identity,
    directory: TempDir,
}

const HERE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

impl Certificates {
    /// Makes them all.
    pub fn new() -> Verdict<Self> {
        let directory = TempDir::new()?;
        let (ca, other) = (authority("mqx test authority")?, authority("mqx other authority")?);
        let expired = server(&directory, "expired", &ca, &HERE, |params| {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        })?;
        Ok(Self {
            ca: directory.write("ca.pem", ca.pem())?,
            other_ca: directory.write("other-ca.pem", other.pem())?,
            good: server(&directory, "good", &ca, &HERE, |_| {})?,
            expired,
            wrong_name: server(&directory, "wrong-name", &ca, &["elsewhere.example"], |_| {})?,
            directory,
        })
    }

    /// Where the files are.
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }
}

fn authority(name: &str) -> Verdict<CertifiedIssuer<'static, KeyPair>> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

fn server(
    directory: &TempDir,
    name: &str,
    issuer: &CertifiedIssuer<'_, KeyPair>,
    hosts: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> Verdict<Identity> {
    let mut params = CertificateParams::new(hosts.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut params);
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, issuer)?;
    Ok(Identity {
        certificate: directory.write(&format!("{name}.pem"), certificate.pem())?,
        key: directory.write(&format!("{name}.key"), key.serialize_pem())?,
    })
}
