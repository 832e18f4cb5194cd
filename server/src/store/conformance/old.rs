//! Old stores.

use super::*;

pub(super) fn files_of_old_stores_grow_part_by_part_and_come_back_as_they_came(new: &dyn Fn() -> Box<dyn Store>) {
    let store = new();
    let key = |n: u8, name: &str| OldKey {
        install: install_id(n),
        store: B64([7; 16]),
        name: name.into(),
        hash: B64([n; 32]),
    };
    let piece = |key: &OldKey, have| OldPiece { key: key.clone(), size: 6, have, complete_ms: None, kept: None };
    let first = key(1, "recovery");
    store
        .update(|tx| {
            tx.put_installation(&installation(1, "1"))?;
            tx.put_installation(&installation(2, "2"))?;
            assert_eq!(tx.old_piece(&first)?, None);
            assert_eq!(tx.old_bytes(&first)?, Vec::<u8>::new());
            for (at, bytes) in [(0, &b"abc"[..]), (3, b"def")] {
                tx.put_old_piece(&piece(&first, at))?;
                tx.append_old(&first, at, bytes)?;
            }
            let whole = OldPiece { have: 6, complete_ms: Some(9), kept: Some("signed".into()), ..piece(&first, 6) };
            tx.put_old_piece(&whole)?;
            assert_eq!(tx.old_piece(&first)?, Some(whole.clone()));
            assert_eq!(tx.old_bytes(&first)?, b"abcdef");
            // Another installation, another name and another hash are other files.
            for other in [key(2, "recovery"), key(1, "1"), OldKey { hash: B64([9; 32]), ..first.clone() }] {
                assert_eq!(tx.old_piece(&other)?, None);
                tx.put_old_piece(&piece(&other, 0))?;
            }
            assert_eq!(tx.old_pieces()?.iter().filter(|piece| piece.key.install == install_id(1)).count(), 3);
            assert_eq!(tx.old_totals(Some(&install_id(1)))?, OldTotals { files: 3, bytes: 18, held: 6 });
            assert_eq!(tx.old_totals(None)?, OldTotals { files: 4, bytes: 24, held: 6 });
            assert_eq!(tx.old_totals(Some(&install_id(3)))?, OldTotals::default());
            tx.clear_old(&first)?;
            assert_eq!((tx.old_bytes(&first)?, tx.old_piece(&first)?), (Vec::new(), Some(whole)));
            let recovery = OldRecovery {
                install: install_id(1),
                store: B64([7; 16]),
                at_ms: 5,
                by: "operator".into(),
                stored: 1,
                repeated: 2,
                conflicts: 3,
                refused: 4,
                gaps: 5,
            };
            tx.add_old_recovery(&recovery)?;
            assert_eq!(tx.old_recoveries()?, [recovery]);
            Ok(())
        })
        .unwrap();
}
