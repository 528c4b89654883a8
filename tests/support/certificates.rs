//! Certificates for TLS cases, made anew in each run: an authority, a good server and client, and each way in which one can be bad.
//! And the servers that show them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pkcs8::der::asn1::OctetString;
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoOwned, PrivateKeyInfoRef};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig, SupportedCipherSuite, SupportedProtocolVersion};

use super::temp::TempDir;
use super::{STEP, Verdict, ensure};

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
    /// As `good`, but its time has not come.
    pub early: Identity,
    /// For `elsewhere.example` alone.
    pub wrong_name: Identity,
    /// Has a Common Name and no Subject Alternative Name.
    pub nameless: Identity,
    /// As `good`, but nobody else vouches for it.
    pub self_signed: Identity,
    /// For localhost, and of version 1 of X.509.
    pub version_1: Identity,
    /// A client's.
    pub client: Identity,
    /// A client's whose time has passed.
    pub expired_client: Identity,
    /// A client's of the other authority.
    pub stranger: Identity,
    /// A client's with an RSA key.
    pub rsa_client: Identity,
    directory: TempDir,
}

const HERE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

impl Certificates {
    /// Makes them all.
    pub fn new() -> Verdict<Self> {
        let directory = TempDir::new()?;
        let (ca, other) = (authority("mqx test authority")?, authority("mqx other authority")?);
        let past = |params: &mut CertificateParams| {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        };
        let expired = server(&directory, "expired", &ca, &HERE, past)?;
        let early = server(&directory, "early", &ca, &HERE, |params| params.not_before = date_time_ymd(2999, 1, 1))?;
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
        let rsa = samples.join("rsa-throw-away.key");
        let client = |name: &str, ca: &Authority, key: KeyPair, change: fn(&mut CertificateParams)| {
            signed(&directory, name, ca, &[], &key, |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
                change(params);
            })
        };
        let rsa_client = client("rsa-client", &ca, KeyPair::from_pem(&std::fs::read_to_string(&rsa)?)?, |_| {})?;
        let version_1 = Identity { certificate: samples.join("version-1.pem"), key: rsa };
        Ok(Self {
            early,
            nameless: server(&directory, "nameless", &ca, &[], |_| {})?,
            self_signed: self_signed(&directory)?,
            version_1,
            client: client("client", &ca, KeyPair::generate()?, |_| {})?,
            expired_client: client("expired-client", &ca, KeyPair::generate()?, past)?,
            stranger: client("stranger", &other, KeyPair::generate()?, |_| {})?,
            rsa_client,
            ca: directory.write("ca.pem", ca.pem())?,
            other_ca: directory.write("other-ca.pem", other.pem())?,
            good: server(&directory, "good", &ca, &HERE, |_| {})?,
            expired,
            wrong_name: server(&directory, "wrong-name", &ca, &["elsewhere.example"], |_| {})?,
            directory,
        })
    }

    /// A server's by an authority of its own, with names of one's choice: the authority for `--cafile`, and the server.
    pub fn named(&self, authority_name: &str, common_name: &str, hosts: &[&str]) -> Verdict<(PathBuf, Identity)> {
        let ca = authority(authority_name)?;
        let identity = server(&self.directory, "named", &ca, hosts, |params| {
            params.distinguished_name.push(DnType::CommonName, common_name);
        })?;
        Ok((self.directory.write("named-ca.pem", ca.pem())?, identity))
    }

    /// Where the files are.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file beside the others, or in a folder there.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Verdict<PathBuf> {
        if let Some((folder, _)) = name.rsplit_once('/') {
            std::fs::create_dir_all(self.directory().join(folder))?;
        }
        self.directory.write(name, content)
    }
}

impl Identity {
    /// Its key in another form: what PKCS#8 wraps, PKCS#1 or SEC1.
    pub fn unwrapped_key(&self, label: &str) -> Verdict<String> {
        let der = PrivateKeyDer::from_pem_file(&self.key)?;
        let key = PrivateKeyInfoRef::from_der(der.secret_der()).map_err(|error| error.to_string())?;
        Ok(pem(label, key.private_key.as_bytes()))
    }

    /// Its key encrypted, in PKCS#8.
    pub fn encrypted_key(&self, passphrase: &str) -> Verdict<String> {
        let der = PrivateKeyDer::from_pem_file(&self.key)?;
        let text = |error: pkcs8::pkcs5::Error| error.to_string();
        let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(1_000, b"saltsalt", [7; 16]).map_err(text)?;
        let encrypted_data = OctetString::new(parameters.encrypt(passphrase, der.secret_der()).map_err(text)?)?;
        let key = EncryptedPrivateKeyInfoOwned { encryption_algorithm: parameters.into(), encrypted_data };
        Ok(pem("ENCRYPTED PRIVATE KEY", &key.to_der()?))
    }
}

/// Bytes as PEM.
pub fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Verdict<Authority> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

fn server(
    directory: &TempDir,
    name: &str,
    issuer: &Authority,
    hosts: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> Verdict<Identity> {
    signed(directory, name, issuer, hosts, &KeyPair::generate()?, |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        change(params);
    })
}

fn signed(
    directory: &TempDir,
    name: &str,
    issuer: &Authority,
    hosts: &[&str],
    key: &KeyPair,
    change: impl FnOnce(&mut CertificateParams),
) -> Verdict<Identity> {
    let mut params = CertificateParams::new(hosts.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, name);
    change(&mut params);
    let certificate = params.signed_by(key, issuer)?;
    Ok(Identity {
        certificate: directory.write(&format!("{name}.pem"), certificate.pem())?,
        key: directory.write(&format!("{name}.key"), key.serialize_pem())?,
    })
}

/// As `openssl req -x509` makes it.
fn self_signed(directory: &TempDir) -> Verdict<Identity> {
    let mut params = CertificateParams::new(HERE.map(str::to_owned))?;
    params.distinguished_name.push(DnType::CommonName, "a lonely server");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate()?;
    Ok(Identity {
        certificate: directory.write("self-signed.pem", params.self_signed(&key)?.pem())?,
        key: directory.write("self-signed.key", key.serialize_pem())?,
    })
}

/// What a server of TLS is like.
#[derive(Clone, Debug)]
pub struct Server<'a> {
    /// What it shows.
    pub identity: &'a Identity,
    /// Which versions it speaks.
    pub versions: &'a [&'static SupportedProtocolVersion],
    /// Which ciphers; all if there are none.
    pub ciphers: &'a [SupportedCipherSuite],
    /// The authority of the clients that it asks for a certificate.
    pub clients: Option<&'a Path>,
    /// Whether a client without a certificate may go on.
    pub lenient: bool,
    /// Which protocols it selects from (ALPN).
    pub alpn: &'a [&'a str],
    /// The only name that it answers to.
    pub name: Option<&'a str>,
}

/// What a client asked a server for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Server Name Indication.
    pub name: Option<String>,
    /// ALPN.
    pub alpn: Vec<String>,
}

impl<'a> Server<'a> {
    /// One that speaks all it can and asks for nothing.
    pub fn new(identity: &'a Identity) -> Self {
        let versions = rustls::ALL_VERSIONS;
        Self { identity, versions, ciphers: &[], clients: None, lenient: false, alpn: &[], name: None }
    }

    /// For rustls, and what each client asks for.
    pub fn config(&self) -> Verdict<(ServerConfig, Hellos)> {
        let mut provider = ring::default_provider();
        if !self.ciphers.is_empty() {
            provider.cipher_suites = self.ciphers.to_vec();
        }
        let provider = Arc::new(provider);
        let certificates = CertificateDer::pem_file_iter(&self.identity.certificate)?.collect::<Result<Vec<_>, _>>()?;
        let key = provider.key_provider.load_private_key(PrivateKeyDer::from_pem_file(&self.identity.key)?)?;
        let (hellos, heard) = channel();
        let name = self.name.map(str::to_owned);
        let shown = Arc::new(Shown { key: CertifiedKey::new(certificates, key).into(), name, hellos: Mutex::new(hellos) });
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(self.versions)?;
        let mut config = match self.clients {
            None => builder.with_no_client_auth(),
            Some(ca) => builder.with_client_cert_verifier(self.client_verifier(ca, provider)?),
        }
        .with_cert_resolver(shown);
        config.alpn_protocols = self.alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        Ok((config, Hellos(heard)))
    }

    fn client_verifier(
        &self,
        ca: &Path,
        provider: Arc<CryptoProvider>,
    ) -> Verdict<Arc<dyn rustls::server::danger::ClientCertVerifier>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca)?)?;
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        Ok(if self.lenient { builder.allow_unauthenticated() } else { builder }.build()?)
    }
}

/// What clients asked for, in order.
#[derive(Debug)]
pub struct Hellos(Receiver<Asked>);

impl Hellos {
    /// The next client's wishes must be these.
    pub fn expect(&self, name: Option<&str>, alpn: &[&str]) -> Verdict {
        let asked = self.0.recv_timeout(STEP)?;
        let wanted = Asked { name: name.map(str::to_owned), alpn: alpn.iter().map(ToString::to_string).collect() };
        ensure(asked == wanted, format_args!("expected a client that asks for {wanted:?}\n     came {asked:?}"))
    }
}

/// Shows its certificate, of whatever kind it is, and tells what it was asked for.
#[derive(Debug)]
struct Shown {
    key: Arc<CertifiedKey>,
    name: Option<String>,
    hellos: Mutex<Sender<Asked>>,
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().map(str::to_owned);
        let known = self.name.is_none() || name == self.name;
        let alpn = hello.alpn().into_iter().flatten().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        // Nobody may be interested.
        let _ = self.hellos.lock().unwrap().send(Asked { name, alpn });
        known.then(|| Arc::clone(&self.key))
    }
}
