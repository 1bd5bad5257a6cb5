//! The shifts of an organisation file: one for each of the days it is laid for.
//!
//! One that an operator called off stays so: it is planned under the same id and found.

use feltbog_ids::ShiftId;

use super::{
    lay::{Town, TownError},
    paper::ShiftPaper,
};
use crate::store::Shift;

/// Plans every shift of the file for today and the days after, `days` in all.
pub(super) fn plan(town: &Town<'_>, days: u8) -> Result<(), TownError> {
    town.ensure_different(town.paper.shifts.iter().map(|shift| &shift.key))?;
    for shift in &town.paper.shifts {
        (0..i64::from(days)).try_for_each(|day| plan_one(town, shift, day))?;
    }
    Ok(())
}

fn plan_one(town: &Town<'_>, paper: &ShiftPaper, day: i64) -> Result<(), TownError> {
    let (role, unit) = town.role(&paper.role)?;
    let at = |time: &str, day: i64| {
        let date = town.today.in_days(day);
        let at = date.and_then(|date| town.today.at(date, time));
        at.ok_or_else(|| town.fault(time, format!("{time:?} is no time of day; write one such as \"15:00\"")))
    };
    let (begins, ends) = (at(&paper.from, day)?, at(&paper.to, day)?);
    let date = town.today.in_days(day).map(|date| date.to_string());
    let key = format!("{}:{}", paper.key, date.unwrap_or_default());
    let shift = Shift {
        id: ShiftId::from(town.named("shift", &key).uuid()),
        person: town.person_id(&paper.person)?,
        unit,
        role,
        begins,
        ends: if begins < ends { ends } else { at(&paper.to, day + 1)? },
    };
    Ok(town.batch.plan_shift(&shift)?)
}
