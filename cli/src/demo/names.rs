//! Made-up people: common Indonesian names and well-formed staff numbers that belong to nobody.

use super::rng::Rng;

const FIRST: [&str; 40] = [
    "Andi",
    "Nurhayati",
    "Baso",
    "Sitti",
    "Rahmat",
    "Hasnah",
    "Ilham",
    "Marlina",
    "Syamsul",
    "Rosmini",
    "Arifin",
    "Darmawati",
    "Yusuf",
    "Fitriani",
    "Amiruddin",
    "Herlina",
    "Burhan",
    "Kartini",
    "Muliadi",
    "Suriani",
    "Ridwan",
    "Aminah",
    "Hamzah",
    "Wahyuni",
    "Saleh",
    "Rahmawati",
    "Idris",
    "Nuraeni",
    "Jumadi",
    "Hasmiati",
    "Anwar",
    "Lestari",
    "Taufik",
    "Megawati",
    "Bahtiar",
    "Ramlah",
    "Yohanis",
    "Debora",
    "Markus",
    "Yuliana",
];
const LAST: [&str; 24] = [
    "Saputra",
    "Wijaya",
    "Tandi",
    "Palimbong",
    "Hasan",
    "Rauf",
    "Lande",
    "Mappa",
    "Syarif",
    "Patintingan",
    "Kadir",
    "Rante",
    "Sampe",
    "Halim",
    "Nur",
    "Latif",
    "Pasomba",
    "Yunus",
    "Bakri",
    "Toding",
    "Karim",
    "Allo",
    "Basri",
    "Manda",
];

/// Makes a name that no other number up to 960 gets.
#[must_use]
pub fn name(number: usize) -> String {
    let first = FIRST[number % FIRST.len()];
    // 40 and 24 share factors: walk the second list once per turn of the first.
    let last = LAST[(number / FIRST.len() + number * 7) % LAST.len()];
    format!("{first} {last}")
}

/// Makes a NIP of the right form: birth date, month of appointment, sex, serial. The serials are from 901 on.
#[must_use]
pub fn nip(rng: &mut Rng, number: usize) -> String {
    let birth_year = rng.between(1968, 1996);
    let appointed = rng.between(birth_year + 22, birth_year + 28);
    format!(
        "{birth_year:04}{:02}{:02}{appointed:04}{:02}{}{:03}",
        rng.between(1, 13),
        rng.between(1, 29),
        rng.between(1, 13),
        1 + number % 2,
        901 + number % 99
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn forty_people_have_forty_names() {
        let names: HashSet<_> = (0..40).map(name).collect();
        assert_eq!(names.len(), 40);
    }

    #[test]
    fn a_nip_has_eighteen_digits() {
        let mut rng = Rng::new(1);
        for number in 0..500 {
            let nip = nip(&mut rng, number);
            assert!(nip.len() == 18 && nip.bytes().all(|c| c.is_ascii_digit()), "{nip}");
        }
    }
}
