//! The server's certificate and key, read from PEM files, and read again when they were renewed.

use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};
use tokio_rustls::TlsAcceptor;

/// The certificate and key that are in use, and where they come from.
#[derive(Debug)]
pub struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<ServerConfig>>,
}

impl Certificates {
    /// Reads certificate chain and key.
    ///
    /// # Errors
    /// When a file cannot be read or they do not fit, in a sentence for the operator.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, String> {
        let current = RwLock::new(Arc::new(config(certificate, key)?));
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// Reads them again, for the connections to come.
    ///
    /// # Errors
    /// When they cannot be used, in a sentence for the operator: the earlier ones stay in use.
    pub fn read_again(&self) -> Result<(), String> {
        let renewed = config(&self.certificate, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(renewed);
        Ok(())
    }

    /// An acceptor that makes handshakes with the certificate in use now.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn config(certificate: &Path, key: &Path) -> Result<ServerConfig, String> {
    let unreadable = |path: &Path, fault: String| format!("{} cannot be used: {fault}. Give PEM files.", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|fault| unreadable(certificate, fault.to_string()))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|fault| unreadable(key, fault.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|fault| unreadable(certificate, fault.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
