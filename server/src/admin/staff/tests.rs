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

#[test]
fn lines_are_those_that_an_editor_shows_however_they_end() {
    for end in ["\n", "\r\n"] {
        let lines = ["scheme;number;name;unit", "local;1;A;dinas", "", "local;2;;dinas", "nip;1,98503E+17;B;dinas", ""];
        assert_eq!(faults(&lines.join(end)), [(4, RowFault::Missing("name")), (5, RowFault::Scientific)], "{end:?}");
    }
}

#[test]
fn a_column_that_nobody_would_read_is_no_column() {
    let misspelt = parse(b"scheme,number,name,unit,structrual\nlocal,1,A,dinas,ya\n").unwrap_err();
    assert!(matches!(&misspelt, StaffErrors::UnknownColumn { found, .. } if found == "structrual"), "{misspelt}");
    let twice = parse(b"scheme,number,name,unit,name\nlocal,1,A,dinas,B\n").unwrap_err();
    assert_eq!(twice, StaffErrors::ColumnTwice("name".into()));
    assert!(parse(b"scheme,number,name,unit,,\nlocal,1,A,dinas,,\n").is_ok(), "empty columns at the end are nothing");
}

#[test]
fn garbled_text_is_refused_and_not_imported_as_it_looks() {
    let mixed = [&b"scheme,number,name,unit\nlocal,1,Ren\xc3\xa9,dinas\nlocal,2,Ren\xe9,dinas\n"[..]].concat();
    assert_eq!(parse(&mixed).unwrap_err(), StaffErrors::Encoding { line: 3 });
    let head = "scheme,number,name,unit\n";
    assert_eq!(faults(&format!("{head}local,1,De\u{1b}[31mwi,dinas\n")), [(2, RowFault::Control("name"))]);
    assert_eq!(faults(&format!("{head}local,1,\"De\nwi\",dinas\n")), [(2, RowFault::Control("name"))]);
    let open = parse(format!("{head}local,1,A,dinas\nlocal,2,\"B,dinas\nlocal,3,C,dinas\n").as_bytes()).unwrap_err();
    assert_eq!(open, StaffErrors::OpenQuote { line: 3 });
    let utf16: Vec<u8> = head.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(parse(&utf16), Err(StaffErrors::NotATable(_))));
}
