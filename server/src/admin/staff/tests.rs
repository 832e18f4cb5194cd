use super::*;

const HEADER: &str = "scheme,number,name,unit,unit_name,rank,can_wfh\n";

fn faults(csv: &str) -> Vec<(u64, RowFault)> {
    match parse(csv.as_bytes()) {
        Err(StaffErrors::Rows(rows)) => rows.into_iter().map(|row| (row.line, row.fault)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_schemes_number_is_checked_and_every_bad_row_is_named() {
    let csv = format!(
        "{HEADER}nip,198503302003121002,A,dinas,,,\nnip,198513302003121002,B,dinas,,,\nnip,198503302003131002,C,dinas,,,\n\
         nip,198503302003123002,D,dinas,,,\nnip,19850330200312100,E,dinas,,,\nnippppk,199001012022211005,F,dinas,,,\n\
         local,H-017,G,dinas,,,\nlocal,7371010101900001,H,dinas,,,\nnik,1,I,dinas,,,\nnip,198503302003121002,J,dinas,,,\n"
    );
    assert_eq!(
        faults(&csv),
        [
            (3, RowFault::BirthDate),
            (4, RowFault::Appointment),
            (5, RowFault::Sex),
            (6, RowFault::Length { found: 17 }),
            (9, RowFault::LooksLikeNik),
            (10, RowFault::Scheme("nik".into())),
            (11, RowFault::Repeated { line: 2 }),
        ]
    );
}

#[test]
fn numbers_that_a_spreadsheet_damaged_are_recognised() {
    let csv = format!(
        "{HEADER}nip,1.98503E+17,A,dinas,,,\nnip,\"1,98503E+17\",B,dinas,,,\nnip,198503302003121000,C,dinas,,,\n"
    );
    assert_eq!(faults(&csv), [(2, RowFault::Scientific), (3, RowFault::Scientific), (4, RowFault::Rounded)]);
    assert!(RowFault::Rounded.message(hadir_core::text::Lang::Id).contains("Excel"));
}

#[test]
fn a_number_grouped_with_spaces_or_marked_as_text_is_the_same_number() {
    let list =
        parse(format!("{HEADER}nip,19850330 200312 1 002,A,dinas,,,\nNIP,'198503302003121003,B,dinas,,,\n").as_bytes())
            .unwrap();
    let ids: Vec<&str> = list.rows.iter().map(|row| row.person.id.as_str()).collect();
    assert_eq!(ids, ["nip:198503302003121002", "nip:198503302003121003"]);
}

#[test]
fn files_as_offices_have_them_are_read() {
    let semicolons = "scheme;number;name;unit;can_wfh\r\nlocal;7;Ren\u{e9} \"R\";dinas;tidak\r\n";
    let windows: Vec<u8> = semicolons.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(semicolons.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let bom = format!("\u{feff}{semicolons}");
    for (bytes, encoding) in
        [(windows, Encoding::Windows1252), (utf16, Encoding::Utf16), (bom.into_bytes(), Encoding::Utf8)]
    {
        let list = parse(&bytes).unwrap();
        assert_eq!((list.encoding, list.separator), (encoding, ';'));
        assert_eq!(list.rows[0].person.name, "Ren\u{e9} \"R\"");
        assert!(!list.rows[0].person.can_wfh);
    }
}

#[test]
fn a_table_without_its_columns_or_people_is_refused() {
    assert!(matches!(parse(b"nama,nip\nA,1\n"), Err(StaffErrors::NoColumn { column: "scheme", .. })));
    assert_eq!(parse(HEADER.as_bytes()), Err(StaffErrors::Empty));
    assert!(matches!(parse(b""), Err(StaffErrors::NoColumn { .. })));
    let stray = format!("{HEADER}local,1,Siti, S.Pd,dinas,,,,\n");
    assert!(matches!(faults(&stray)[0].1, RowFault::Unit(_) | RowFault::Fields { .. }));
}
