//! Who a policy speaks of: groups, quotas, exemptions, rotation.

use super::sheet::Sheet;
use crate::policy::{
    Employment, Exemption, Fault, Group, GroupPlace, Marks, Named, Quota, Rotation, Selector, Side, Source,
};

const SIDES: [(&str, Side); 2] = [("home", Side::Home), ("office", Side::Office)];

/// `[[groups]]`.
pub(super) fn groups(root: &Sheet<'_>) -> Vec<Group> {
    let read = root.tables("groups");
    let groups = read.iter().map(|sheet| {
        let id = sheet.text("id", "\"pelaksana\"");
        let title = sheet.text("title", "\"Pelaksana\"");
        let who = selector(sheet);
        let quota = sheet.table("quota").map(|quota| {
            quota.need("caps", "\"home\"");
            quota.need("percent", "50");
            let percent = quota.opt_int("percent").unwrap_or(0);
            let read = Quota {
                caps: quota.name("caps", Named::Side, &SIDES).unwrap_or(Side::Home),
                percent: u8::try_from(percent).unwrap_or(u8::MAX),
            };
            quota.unknown_keys();
            read
        });
        let fixed = sheet.name("works", Named::Side, &SIDES);
        let place = match (quota, fixed) {
            (Some(_), Some(_)) => {
                sheet.fault("works", Fault::Either { first: "quota", second: "works" });
                GroupPlace::Office
            }
            (Some(quota), None) => GroupPlace::Turns(quota),
            (None, Some(Side::Home)) => GroupPlace::Home,
            (None, Some(Side::Office)) => GroupPlace::Office,
            (None, None) => {
                if !sheet.has("quota") && !sheet.has("works") {
                    sheet.need("quota", "{ caps = \"home\", percent = 50 }");
                }
                GroupPlace::Office
            }
        };
        Group { id, title, who, place, marks: sheet.marks() }
    });
    groups.collect()
}

/// `[[exemptions]]`.
pub(super) fn exemptions(root: &Sheet<'_>) -> Vec<Exemption> {
    let read = root.tables("exemptions");
    let exemptions = read.iter().map(|sheet| {
        let title = sheet.text("title", "\"Layanan kesehatan\"");
        let who = selector(sheet);
        Exemption { title, who, source: sheet.marks().source }
    });
    exemptions.collect()
}

/// `[rotation]`. Without it turns go round daily and people of no group stay at the office.
pub(super) fn rotation(root: &Sheet<'_>) -> Rotation {
    let Some(sheet) = root.table("rotation") else {
        return Rotation { working_days: 1, others: Side::Office, marks: Marks::all(Source::Ours) };
    };
    Rotation {
        working_days: sheet.opt_int("working_days").unwrap_or(1),
        others: sheet.name("others", Named::Side, &SIDES).unwrap_or(Side::Office),
        marks: sheet.marks(),
    }
}

fn selector(sheet: &Sheet<'_>) -> Selector {
    let employment = [("asn", Employment::Asn), ("non_asn", Employment::NonAsn)];
    Selector {
        employment: sheet.names("employment", Named::Employment, &employment).unwrap_or_default(),
        ranks: sheet.list("ranks"),
        units: sheet.list("units"),
        services: sheet.list("services"),
        positions: sheet.list("positions"),
        structural: sheet.opt_bool("structural"),
    }
}
