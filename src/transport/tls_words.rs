//! What a failed TLS handshake means, as a message and a hint.

use std::path::Path;

use chrono::{DateTime, Utc};
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

/// Why there is no trusted connection, and what to do about it.
pub(super) struct Words {
    pub message: String,
    pub hint: Option<String>,
}

/// The TLS error inside a ureq error, which wraps it in an I/O error if it came from a read.
pub(super) fn inside(error: &ureq::Error) -> Option<&Error> {
    match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

pub(super) fn words(error: &Error, host: &str, ca_file: Option<&Path>) -> Words {
    let said = |message: String, hint: &str| Words { message, hint: Some(hint.to_owned()) };
    match error {
        Error::InvalidCertificate(error) => certificate(error, host, ca_file),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )
        | Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity) => {
            said(
                format!("{host} offers only TLS versions that are no longer safe"),
                "the server must offer TLS 1.2 or 1.3",
            )
        }
        Error::AlertReceived(AlertDescription::HandshakeFailure) | Error::PeerIncompatible(_) => said(
            format!("{host} and this program have no TLS version and cipher in common"),
            "the server must offer TLS 1.2 or 1.3 with a current cipher",
        ),
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            said(format!("{host} does not serve this name"), "check the host in the address")
        }
        Error::AlertReceived(AlertDescription::CertificateRequired | AlertDescription::BadCertificate) => {
            said(
                format!("{host} asks for a client certificate, which this program does not have"),
                "ask the operator of the server for an address without client certificates",
            )
        }
        Error::InvalidMessage(_) => said(
            format!("{host} does not speak TLS on this port"),
            "check the scheme and port of the address: the server there speaks plain HTTP, or is not a web server",
        ),
        error => Words { message: format!("no trusted connection to {host}: {error}"), hint: None },
    }
}

fn certificate(error: &CertificateError, host: &str, ca_file: Option<&Path>) -> Words {
    use CertificateError as E;
    let said = |message: String, hint: String| Words { message, hint: Some(hint) };
    let the = format!("the certificate of {host}");
    match error {
        E::ExpiredContext { not_after, .. } => said(
            format!("{the} expired at {}", time(*not_after)),
            format!("the operator of the server must renew it; this machine's clock says {}", now()),
        ),
        E::Expired => said(format!("{the} has expired"), "the operator of the server must renew it".to_owned()),
        E::NotValidYetContext { not_before, .. } => said(
            format!("{the} is not valid before {}", time(*not_before)),
            format!("check the clock of this machine, which says {}", now()),
        ),
        E::NotValidYet => said(
            format!("{the} is not valid yet"),
            format!("check the clock of this machine, which says {}", now()),
        ),
        E::NotValidForNameContext { expected, presented } => said(
            format!("{the} is for {}, not for {}", listed(presented), name(expected)),
            "use a host of the certificate in the address, if that is the right server".to_owned(),
        ),
        E::NotValidForName => said(
            format!("{the} is for another host"),
            "check the host in the address".to_owned(),
        ),
        E::UnknownIssuer => {
            let hint = match ca_file {
                None => "if your network or server has its own certificate authority, set the file with its \
                         certificate: ca_file, or --ca-file"
                    .to_owned(),
                Some(file) => {
                    format!("{} must hold the certificate of the authority that signed it", file.display())
                }
            };
            said(format!("{the} is from an authority that is not trusted"), hint)
        }
        E::BadSignature => {
            let hint = match ca_file {
                None => "another authority may have the same name: set the file with the right certificate, ca_file \
                         or --ca-file"
                    .to_owned(),
                Some(file) => format!(
                    "{} may hold another or an older certificate of that authority: take the current one",
                    file.display()
                ),
            };
            said(format!("{the} is not signed by the authority that it names"), hint)
        }
        E::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(webpki::Error::CaUsedAsEndEntity) => said(
                format!("{the} is the certificate of an authority, which a server must not use"),
                "create a certificate for the server (basicConstraints CA:FALSE), sign it with the authority's key, \
                 and \
                 keep the authority's certificate as ca_file"
                    .to_owned(),
            ),
            Some(webpki::Error::UnsupportedCertVersion) => said(
                format!("{the} has an old version without host names"),
                "create a version 3 certificate with the host as subjectAltName".to_owned(),
            ),
            _ => Words { message: format!("{the} is not accepted: {other}"), hint: None },
        },
        E::Revoked => said(format!("{the} was revoked"), "ask the operator of the server".to_owned()),
        other => Words { message: format!("{the} is not accepted: {other}"), hint: None },
    }
}

fn time(at: UnixTime) -> String {
    let seconds = i64::try_from(at.as_secs()).unwrap_or(i64::MAX);
    DateTime::<Utc>::from_timestamp(seconds, 0).map_or_else(
        || format!("{seconds} s after 1970"),
        |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

fn now() -> String {
    time(UnixTime::now())
}

fn name(name: &ServerName<'_>) -> String {
    match name {
        ServerName::DnsName(name) => name.as_ref().to_owned(),
        ServerName::IpAddress(address) => std::net::IpAddr::from(*address).to_string(),
        other => format!("{other:?}"),
    }
}

/// The names in a certificate, of which there may be hundreds. rustls writes them `DnsName("a.example")`.
fn listed(names: &[String]) -> String {
    const MOST: usize = 5;
    let bare = |name: &String| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        inner.unwrap_or(name).trim_matches('"').to_owned()
    };
    match names.len() {
        0 => "no host at all".to_owned(),
        length if length <= MOST => names.iter().map(bare).collect::<Vec<_>>().join(", "),
        length => {
            let first: Vec<_> = names.iter().take(MOST).map(bare).collect();
            format!("{} and {} others", first.join(", "), length - MOST)
        }
    }
}
