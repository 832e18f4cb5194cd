//! Staff numbers by their schemes, and what spreadsheets do to them.

use chrono::NaiveDate;
use hadir_core::model::PersonId;

use super::RowFault;

/// Digits of a NIP and of a NI PPPK.
const DIGITS: usize = 18;
/// Digits that a spreadsheet keeps; it turns the rest into zeroes.
const KEPT_BY_SPREADSHEETS: usize = 15;
/// Digits of a citizen number (NIK), which is never asked for.
const NIK_DIGITS: usize = 16;

/// Reads a number under its scheme.
///
/// A NIP has a birth date YYYYMMDD, a month of appointment YYYYMM, a sex 1 or 2, and a serial of three digits. A NI PPPK has
/// after the birth date a year of appointment and a two-digit count of contracts instead of a month.
///
/// # Errors
/// A [`RowFault`] that names the part that is wrong.
pub(super) fn read(scheme: &str, number: &str) -> Result<PersonId, RowFault> {
    let scheme = scheme.trim().to_ascii_lowercase();
    // Spaces group the digits on paper; an apostrophe is how a spreadsheet marks text.
    let number: String = number.trim().trim_start_matches('\'').chars().filter(|c| !c.is_whitespace()).collect();
    match scheme.as_str() {
        "nip" => check_digits(&number).and_then(|()| check_nip(&number))?,
        "nippppk" => check_digits(&number).and_then(|()| check_pppk(&number))?,
        "local" if number.len() == NIK_DIGITS && is_digits(&number) => return Err(RowFault::LooksLikeNik),
        "local" => {}
        _ => return Err(RowFault::Scheme(scheme)),
    }
    format!("{scheme}:{number}").parse().map_err(|_| RowFault::LocalNumber)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}

fn check_digits(number: &str) -> Result<(), RowFault> {
    let scientific = number.bytes().any(|c| matches!(c, b'e' | b'E'))
        && number.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'e' | b'E' | b'+' | b'.' | b','));
    if scientific {
        Err(RowFault::Scientific)
    } else if !is_digits(number) {
        Err(RowFault::NotDigits)
    } else if number.len() != DIGITS {
        Err(RowFault::Length { found: number.len() })
    } else if number[KEPT_BY_SPREADSHEETS..].bytes().all(|c| c == b'0') {
        Err(RowFault::Rounded)
    } else {
        Ok(())
    }
}

fn check_nip(number: &str) -> Result<(), RowFault> {
    let born = check_birth(number)?;
    let (year, month) = (&number[8..12], &number[12..14]);
    let appointed = date(year, month, "01").ok_or(RowFault::Appointment)?;
    check_age(born, appointed)?;
    check_sex_and_serial(number)
}

fn check_pppk(number: &str) -> Result<(), RowFault> {
    let born = check_birth(number)?;
    let appointed = date(&number[8..12], "01", "01").ok_or(RowFault::Appointment)?;
    check_age(born, appointed)?;
    check_sex_and_serial(number)
}

fn check_birth(number: &str) -> Result<NaiveDate, RowFault> {
    date(&number[..4], &number[4..6], &number[6..8])
        .filter(|born| (1920..=2020).contains(&chrono::Datelike::year(born)))
        .ok_or(RowFault::BirthDate)
}

/// Nobody is appointed before 15 or after 70; such a number has two digits swapped.
fn check_age(born: NaiveDate, appointed: NaiveDate) -> Result<(), RowFault> {
    let years = chrono::Datelike::year(&appointed) - chrono::Datelike::year(&born);
    if (15..=70).contains(&years) { Ok(()) } else { Err(RowFault::Appointment) }
}

fn check_sex_and_serial(number: &str) -> Result<(), RowFault> {
    if !matches!(number.as_bytes()[14], b'1' | b'2') {
        Err(RowFault::Sex)
    } else if &number[15..] == "000" {
        Err(RowFault::Rounded)
    } else {
        Ok(())
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}
