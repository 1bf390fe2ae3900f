//! A new certificate. The authority that signs it signs nothing else: its key is discarded at once.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use chrono::{DateTime, Datelike as _, Days, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use sha2::{Digest as _, Sha256};

/// First line of files with such an authority, so that no other file is overwritten.
const MARK: &str = "# Certificate authority of an Ongoing sandbox; created at each start";

/// Validity of a certificate in days: some systems reject longer ones.
const HOLDS: u64 = 397;

/// The authority that clients must trust.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    /// Its certificate, for a file.
    pub pem: String,
    /// SHA-256 of its certificate, as pairs of digits separated by colons.
    pub fingerprint: String,
}

/// Creates a certificate for these names and addresses of this machine.
pub(crate) fn certify(
    names: Vec<String>,
    now: DateTime<Utc>,
) -> Result<(ServerConfig, Authority), rcgen::Error> {
    let mut parameters = CertificateParams::new(Vec::new())?;
    // A name of its own: a client with the file of an earlier start is told that it does not know this one.
    let name = format!("Ongoing sandbox {}", now.format("%Y-%m-%d %H:%M:%S%.3f"));
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    hold(&mut parameters, now);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)?;

    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new(names)?;
    parameters.distinguished_name.push(DnType::CommonName, "Ongoing sandbox");
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    hold(&mut parameters, now);
    let certificate = parameters.signed_by(&key, &authority)?;

    let refused = |_| rcgen::Error::CouldNotParseKeyPair;
    let key = key.serialize_der().try_into().map_err(refused)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key)
        })
        .map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    let mut fingerprint = String::new();
    for byte in Sha256::digest(authority.der()) {
        let colon = if fingerprint.is_empty() { "" } else { ":" };
        let _ = write!(fingerprint, "{colon}{byte:02X}");
    }
    Ok((config, Authority { pem: authority.pem(), fingerprint }))
}

/// Valid from yesterday, since other clocks may be behind.
fn hold(parameters: &mut CertificateParams, now: DateTime<Utc>) {
    let day = |day: DateTime<Utc>| {
        let (month, day_of_month) = (day.month() as u8, day.day() as u8);
        rcgen::date_time_ymd(day.year(), month, day_of_month)
    };
    parameters.not_before = day(now - Days::new(1));
    parameters.not_after = day(now + Days::new(HOLDS - 1));
}

impl Authority {
    /// Writes the certificate to a file for clients. A file with other content is not changed.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        match fs::read(file) {
            Ok(there) if !there.is_empty() && !there.starts_with(MARK.as_bytes()) => {
                let text = "the file contains something other than a sandbox's certificate authority: use another file";
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::write(file, format!("{MARK}\n{}", self.pem))
    }
}
