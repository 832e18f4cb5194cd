//! Words about data use.

use super::{Lang, month, time::DayClock};
use crate::engine::{DataUse, MonthUse};

/// A number of bytes in the unit that matters, in thousands as data plans count: `850 B`, `12 kB`, `1,2 MB`.
#[must_use]
pub fn bytes(bytes: u64, lang: Lang) -> String {
    let tenths = |tenths: u64, unit: &str| {
        let comma = lang.pick(",", ".");
        format!("{}{comma}{} {unit}", tenths / 10, tenths % 10)
    };
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => tenths(bytes / 100_000, "MB"),
        _ => tenths(bytes / 100_000_000, "GB"),
    }
}

/// What went over the network, and what of it is counted.
#[must_use]
pub fn lines(data: &DataUse, lang: Lang) -> Vec<String> {
    let mut lines = vec![of_month(&data.this_month, lang)];
    lines.extend(data.last_month.as_ref().map(|month| of_month(month, lang)));
    lines.extend(data.since_ms.map(|since_ms| {
        let clock = DayClock { zone: data.zone, date: chrono::NaiveDate::MIN, lang };
        format!("{} {}", lang.pick("Dihitung sejak", "Counted since"), clock.minute(since_ms))
    }));
    lines.push(
        lang.pick(
            "Yang dihitung hanya kiriman dan alamatnya. Pengamanan sambungan (TLS) tidak ikut dihitung, jadi kuota yang terpakai lebih besar dari ini.",
            "Counted are bodies, addresses and headers. What secures the connection (TLS) is not, so a data plan is charged more than this.",
        )
        .to_owned(),
    );
    lines
}

fn of_month(used: &MonthUse, lang: Lang) -> String {
    let (title, sent, received) =
        (month::title(used.month, lang), bytes(used.sent_bytes, lang), bytes(used.received_bytes, lang));
    match lang {
        Lang::Id => format!("{title}: dikirim {sent}, diterima {received}, {} kali terhubung", used.requests),
        Lang::En => format!("{title}: {sent} sent, {received} received, {} connections", used.requests),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_as_data_plans_count_them() {
        let told = [999, 12_345, 1_250_000, 3_000_000_000].map(|count| bytes(count, Lang::Id));
        assert_eq!(told, ["999 B", "12 kB", "1,2 MB", "3,0 GB"]);
        assert_eq!(bytes(1_250_000, Lang::En), "1.2 MB");
    }
}
