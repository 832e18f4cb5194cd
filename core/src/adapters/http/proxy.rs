//! The HTTP proxy of the network that a phone is in, where it has one.
//!
//! The core reads no environment and asks no platform: the shell says which proxy holds, when the network changes. The proxy
//! sees a `CONNECT` and bytes of TLS.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use reqwest::Url;

/// Says why a text names no proxy. It does not repeat the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadProxy {
    /// It is no address.
    #[error("a proxy is written as http://host:port, or http://name:password@host:port")]
    NotAnAddress,
    /// A kind of proxy that is not spoken.
    #[error("only http:// proxies are spoken; what goes through them is TLS in any case")]
    Scheme,
}

/// Which proxy holds now; clones share it, so that a shell can change it while a transport lives. `Debug` shows no password.
#[derive(Clone, Default)]
pub struct ProxySetting(Arc<Mutex<Option<Url>>>);

impl ProxySetting {
    /// A setting that begins with a proxy, or with none.
    ///
    /// # Errors
    /// [`BadProxy`].
    pub fn new(proxy: Option<&str>) -> Result<Self, BadProxy> {
        let setting = Self::default();
        setting.set(proxy)?;
        Ok(setting)
    }

    /// Sets the proxy that holds from the next connection on, as `http://host:port`; `None` or an empty text: none does.
    ///
    /// # Errors
    /// [`BadProxy`]; the setting stays as it was then.
    pub fn set(&self, proxy: Option<&str>) -> Result<(), BadProxy> {
        let proxy = proxy.map(str::trim).filter(|text| !text.is_empty()).map(parse).transpose()?;
        *self.lock() = proxy;
        Ok(())
    }

    /// The proxy for an address; none for this machine itself.
    pub(super) fn of(&self, url: &Url) -> Option<Url> {
        if super::is_loopback(url) { None } else { self.lock().clone() }
    }

    // Whoever panicked while holding this left a whole value.
    fn lock(&self) -> MutexGuard<'_, Option<Url>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ProxySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.lock() {
            None => f.write_str("ProxySetting(none)"),
            Some(url) => write!(f, "ProxySetting({}:{})", url.host_str().unwrap_or(""), url.port().unwrap_or(80)),
        }
    }
}

fn parse(text: &str) -> Result<Url, BadProxy> {
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    let url = url.map_err(|_| BadProxy::NotAnAddress)?;
    if url.scheme() != "http" {
        return Err(BadProxy::Scheme);
    }
    let bare = url.host_str().is_some() && url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if bare { Ok(url) } else { Err(BadProxy::NotAnAddress) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_host_and_port_with_or_without_its_scheme() {
        for good in ["http://proxy.kota.go.id:3128", "proxy:8080", "10.0.0.1:3128", "http://a:b@[fd00::1]:3128/"] {
            assert!(ProxySetting::new(Some(good)).is_ok(), "{good}");
        }
        for bad in ["http://", "http://proxy:3128/path", "http://proxy:99999", "http://proxy?x"] {
            assert_eq!(ProxySetting::new(Some(bad)).err(), Some(BadProxy::NotAnAddress), "{bad}");
        }
        for other in ["https://proxy:3128", "socks5://proxy:1080"] {
            assert_eq!(ProxySetting::new(Some(other)).err(), Some(BadProxy::Scheme), "{other}");
        }
    }

    #[test]
    fn this_machine_is_spoken_to_without_it_and_a_change_reaches_every_clone() {
        let setting = ProxySetting::new(Some("http://name:secret@proxy:3128")).unwrap();
        let of = |setting: &ProxySetting, url: &str| setting.of(&Url::parse(url).unwrap()).is_some();
        assert!(of(&setting, "https://hadir.example/") && !of(&setting, "http://127.0.0.1:1/"));
        let shared = setting.clone();
        assert!(shared.set(Some("nonsense://x")).is_err() && of(&setting, "https://hadir.example/"), "it stays");
        shared.set(Some(" ")).unwrap();
        assert!(!of(&setting, "https://hadir.example/"));
    }

    #[test]
    fn its_debug_form_has_no_password() {
        let shown = format!("{:?}", ProxySetting::new(Some("http://name:secret@proxy:3128")).unwrap());
        assert_eq!(shown, "ProxySetting(proxy:3128)");
    }
}
