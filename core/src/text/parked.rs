//! Words about a parked record: what happened at the server, that it is kept here, and what the person can do.

use super::Lang;
use crate::wire::ProblemCode;

/// Why a record is parked, that it is kept, and what the person can do; `reason` is the problem code that the server gave. A code of
/// a newer server gets a general sentence.
#[must_use]
pub fn parked(reason: &str, lang: Lang) -> String {
    let code = ProblemCode::of(reason);
    let kept = lang.pick("Catatan tetap tersimpan di HP ini.", "It is kept on this phone.");
    format!("{} {kept} {}", happened(code, lang), advice(code, lang))
}

/// The problem code by itself, for whoever helps.
#[must_use]
pub fn code(reason: &str, lang: Lang) -> String {
    format!("{}: {reason}", lang.pick("Kode", "Code"))
}

/// The same of one among others, as the home screen needs the person for it.
pub(super) fn need(reason: &str, lang: Lang) -> String {
    format!(
        "{} {}",
        lang.pick("Satu catatan tertahan, perlu tindakan.", "A record is parked and needs action."),
        parked(reason, lang)
    )
}

const fn happened(code: ProblemCode, lang: Lang) -> &'static str {
    match code {
        ProblemCode::BadRecord => lang.pick(
            "Server tidak dapat membaca atau memeriksa catatan ini.",
            "The server could not read or check this record.",
        ),
        ProblemCode::TooLarge => {
            lang.pick("Catatan ini terlalu besar untuk server.", "This record is too large for the server.")
        }
        ProblemCode::UnsupportedVersion => {
            lang.pick("Server belum mengenal versi catatan ini.", "The server does not know this version of a record.")
        }
        ProblemCode::BadRequest
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed
        | ProblemCode::UnsupportedMedia => lang.pick(
            "Aplikasi ini dan server tidak saling mengerti.",
            "This app and the server do not understand each other.",
        ),
        ProblemCode::Unauthenticated => lang.pick(
            "Server tidak dapat memastikan bahwa catatan ini dari HP ini.",
            "The server could not make sure that this record is from this phone.",
        ),
        ProblemCode::NotEnrolled => {
            lang.pick("Server tidak mengenal pendaftaran HP ini.", "The server does not know this phone's enrolment.")
        }
        ProblemCode::InviteUnknown
        | ProblemCode::InviteUsed
        | ProblemCode::InviteExpired
        | ProblemCode::WrongAgency => lang.pick(
            "Server menolak catatan ini karena undangan pendaftarannya.",
            "The server refused this record because of the invite that this phone enrolled with.",
        ),
        ProblemCode::TooMany | ProblemCode::Unavailable => lang.pick(
            "Server berkali-kali terlalu sibuk untuk menerima catatan ini.",
            "The server was too busy for this record again and again.",
        ),
        ProblemCode::ClockBehind => lang.pick(
            "Jam server tertinggal, jadi server belum menerima catatan ini.",
            "The server's clock is behind, so it has not taken this record.",
        ),
        ProblemCode::Unknown => {
            lang.pick("Server belum dapat menerima catatan ini.", "The server could not take this record.")
        }
    }
}

const fn advice(code: ProblemCode, lang: Lang) -> &'static str {
    match code {
        ProblemCode::UnsupportedVersion
        | ProblemCode::BadRequest
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed
        | ProblemCode::UnsupportedMedia => lang.pick(
            "Perbarui aplikasi, lalu coba kirim lagi; bila tetap tertahan, beri tahu admin.",
            "Update the app and try sending it again; if it stays parked, tell the administrator.",
        ),
        ProblemCode::TooLarge | ProblemCode::Unauthenticated => lang.pick(
            "Beri tahu admin; setelah itu coba kirim lagi.",
            "Tell the administrator, and try sending it again after that.",
        ),
        ProblemCode::NotEnrolled
        | ProblemCode::InviteUnknown
        | ProblemCode::InviteUsed
        | ProblemCode::InviteExpired
        | ProblemCode::WrongAgency => lang.pick(
            "Hubungi Kasubag Kepegawaian; setelah itu coba kirim lagi.",
            "Ask the personnel officer, and try sending it again after that.",
        ),
        ProblemCode::TooMany | ProblemCode::Unavailable | ProblemCode::ClockBehind => lang.pick(
            "Coba kirim lagi nanti; bila tetap tertahan, beri tahu admin.",
            "Try sending it again later; if it stays parked, tell the administrator.",
        ),
        ProblemCode::BadRecord | ProblemCode::Unknown => lang.pick(
            "Coba kirim lagi; bila tetap tertahan, beri tahu admin.",
            "Try sending it again; if it stays parked, tell the administrator.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Need;

    #[test]
    fn every_code_is_told_in_words_with_what_to_do_and_without_the_code() {
        for lang in [Lang::Id, Lang::En] {
            for code in ProblemCode::ALL {
                let reason = code.as_str();
                let told = parked(reason, lang);
                assert!(!told.contains('_') && !told.contains(reason), "{told}");
                assert!(told.contains(lang.pick("tetap tersimpan di HP ini", "kept on this phone")), "{told}");
                assert!(told.contains(lang.pick("oba kirim lagi", "ry sending it again")), "{told}");
                let need = Need::Parked { epoch: 1, seq: 7, reason: reason.into() };
                assert!(crate::text::engine::need(&need, lang).ends_with(&told));
            }
        }
        assert_eq!(code("bad_record", Lang::Id), "Kode: bad_record");
    }

    #[test]
    fn a_code_of_a_newer_server_gets_a_general_sentence() {
        assert_eq!(parked("quota_of_the_year", Lang::En), parked("unknown", Lang::En));
        assert_ne!(parked("bad_record", Lang::En), parked("unknown", Lang::En));
    }
}
