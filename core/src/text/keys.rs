//! Words about key files.

use super::Lang;
use crate::trust::keyfile::KeyFileError;

/// Why a text is not the key that is needed.
#[must_use]
pub fn key_file_error(error: &KeyFileError, lang: Lang) -> String {
    match (error, lang) {
        (_, Lang::En) => error.to_string(),
        (KeyFileError::NotAKey, Lang::Id) => {
            "ini bukan kunci: seharusnya JWK dengan kty \"OKP\", crv, dan x (RFC 8037)".to_owned()
        }
        (KeyFileError::OtherCurve { found, expected, role }, Lang::Id) => {
            format!("kunci ini pada kurva {found}; kunci untuk {role} harus {}", expected.as_str())
        }
        (KeyFileError::OtherRole { found, expected }, Lang::Id) => {
            format!("kunci ini untuk {found}, bukan untuk {expected}")
        }
        (KeyFileError::NoSecret, Lang::Id) => "ini kunci publik; yang diperlukan di sini kunci rahasianya".to_owned(),
        (KeyFileError::Secret, Lang::Id) => {
            "ini kunci rahasia: biarkan di tempatnya, serahkan kunci publiknya saja".to_owned()
        }
        (KeyFileError::Halves, Lang::Id) => {
            "bagian rahasia dan bagian publik dalam berkas ini tidak sepasang".to_owned()
        }
    }
}
