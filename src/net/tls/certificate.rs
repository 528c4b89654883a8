//! What is said in a certificate, as far as errors and pins need it. Called by `verify` and `identity`.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::{FromDer as _, X509Version};
use x509_parser::x509::X509Name;

use crate::net::failure::Signature;
use crate::text::escape;

/// Characters of a name that are shown. Whoever made the certificate chose them.
const SHOWN: usize = 120;

fn parse(der: &[u8]) -> Option<X509Certificate<'_>> {
    X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate)
}

/// The Subject Public Key Info, in DER.
pub(super) fn public_key(der: &[u8]) -> Option<Vec<u8>> {
    parse(der).map(|certificate| certificate.tbs_certificate.subject_pki.raw.to_vec())
}

/// Whether it is of version 1, which has no extensions and so no names of hosts.
pub(super) fn is_version_1(der: &[u8]) -> bool {
    parse(der).is_some_and(|certificate| certificate.version() == X509Version::V1)
}

/// The Common Name of its subject.
pub(super) fn common_name(der: &[u8]) -> Option<String> {
    let certificate = parse(der)?;
    let name = certificate.subject().iter_common_name().next()?.as_str().ok().map(shown);
    name.filter(|name| !name.is_empty())
}

/// Who signed a server's certificate: followed up through what the server sends, to the one that it does not.
pub(super) fn signature<'a>(end_entity: &'a [u8], others: impl Iterator<Item = &'a [u8]>) -> Option<Signature> {
    let first = parse(end_entity)?;
    let others: Vec<X509Certificate<'_>> = others.filter_map(parse).collect();
    let mut top = &first;
    // A chain has no more links than certificates.
    for _ in 0..others.len() {
        let above = others.iter().find(|other| other.subject() == top.issuer() && other.subject() != top.subject());
        let Some(above) = above else { break };
        top = above;
    }
    Some(Signature { subject: name(first.subject()), issuer: name(top.issuer()), by_itself: first.subject() == first.issuer() })
}

/// `CN=broker, O=Example`, without what could harm a terminal.
fn name(name: &X509Name<'_>) -> String {
    let text = shown(&name.to_string());
    if text.is_empty() { "nobody named".to_owned() } else { text }
}

fn shown(text: &str) -> String {
    escape(text.as_bytes()).chars().take(SHOWN).collect()
}
