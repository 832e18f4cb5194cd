//! Reports for the help desk.

use hadir_core::wire::{BatteryState, HelpNumber, HelpReport, Permission, PhoneState};

use super::*;

fn report(pending: u64) -> HelpReport {
    let phone = PhoneState {
        model: "Contoh A1".into(),
        os: "Android 9".into(),
        location: Permission::Limited,
        location_on: Some(false),
        background: Permission::NotAsked,
        notifications: Permission::Denied,
        exact_alarms: Permission::Unknown,
        battery: BatteryState::SaverOn,
    };
    let (last_sync_ms, clock_off_ms) = (Some(5), Some(-90_000));
    HelpReport { v: 1, phone, app: "uji/1".into(), last_sync_ms, pending, parked: 1, clock_off_ms }
}

pub(super) fn the_newest_report_of_a_phone_is_found_by_its_code_until_its_time_is_over(
    new: &dyn Fn() -> Box<dyn Store>,
) {
    let store = new();
    let help = |n: u8, bits: u32, until_ms: i64| StoredHelp {
        install: install_id(n),
        code: HelpNumber::of_bits(bits),
        report: report(u64::from(bits)),
        received_ms: 3,
        until_ms,
    };
    let code = HelpNumber::of_bits;
    store
        .update(|tx| {
            tx.put_installation(&installation(1, "1"))?;
            tx.put_installation(&installation(2, "2"))?;
            assert_eq!((tx.help_of(&install_id(1))?, tx.help_by_code(code(7))?), (None, None));
            tx.put_help(&help(1, 7, 100))?;
            tx.put_help(&help(2, 8, 200))?;
            assert_eq!(tx.help_by_code(code(7))?, Some(help(1, 7, 100)));
            assert_eq!(tx.help_of(&install_id(2))?, Some(help(2, 8, 200)));
            // A new one takes the place of the old, under its own code.
            tx.put_help(&help(1, 9, 150))?;
            assert_eq!((tx.help_by_code(code(7))?, tx.help_by_code(code(9))?), (None, Some(help(1, 9, 150))));
            // A code whose time was over and that was not dropped yet goes to whoever drew it anew.
            tx.put_help(&help(2, 9, 300))?;
            assert_eq!((tx.help_of(&install_id(1))?, tx.help_by_code(code(9))?), (None, Some(help(2, 9, 300))));
            tx.put_help(&help(1, 7, 299))?;
            tx.drop_help(299)?;
            assert_eq!((tx.help_of(&install_id(1))?, tx.help_of(&install_id(2))?), (None, Some(help(2, 9, 300))));
            tx.drop_help(300)?;
            assert_eq!(tx.help_by_code(code(9))?, None);
            Ok(())
        })
        .unwrap();
}
