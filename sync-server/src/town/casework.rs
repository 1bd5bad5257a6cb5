//! The cases of an organisation file and what belongs to them: visits, parts, notes; and its news.
//!
//! It overwrites nothing, and a visit of a past day is never made.

use feltbog_casebook::{Edit, Kind, Scalar};
use feltbog_ids::DocId;

use super::{
    lay::{Town, TownError, bytes},
    paper::{CasePaper, FieldPaper, NotePaper, PartPaper, PostPaper, VisitPaper},
};

/// Lays everything but units and people, cases before what belongs to them.
pub(super) fn lay(town: &mut Town<'_>, days: u8) -> Result<(), TownError> {
    let paper = town.paper;
    town.ensure_different(paper.cases.iter().map(|case| &case.key))?;
    town.ensure_different(paper.visits.iter().map(|visit| &visit.key))?;
    paper.cases.iter().try_for_each(|case| lay_case(town, case))?;
    paper.parts.iter().try_for_each(|part| lay_part(town, part))?;
    paper.posts.iter().try_for_each(|post| lay_post(town, post))?;
    paper.notes.iter().try_for_each(|note| lay_note(town, note))?;
    for day in 0..days {
        paper.visits.iter().try_for_each(|visit| lay_visit(town, visit, day))?;
    }
    Ok(())
}

fn lay_case(town: &mut Town<'_>, case: &CasePaper) -> Result<(), TownError> {
    let mut edits = vec![
        Edit::root("type", case.kind.as_str()),
        Edit::root("number", case.number.as_str()),
        Edit::root("title", case.title.as_str()),
        Edit::root("subject", case.subject.as_str()),
        Edit::root("address", case.address.as_str()),
        Edit::root("unit", bytes(town.unit_id(&case.unit)?.into())),
        Edit::root("state", case.state.as_str()),
        Edit::root("step", case.step.as_str()),
        Edit::root("protected", case.protected),
        Edit::root("invented", town.paper.invented),
    ];
    if let Some(cpr) = &case.cpr {
        edits.push(Edit::root("cpr", digits(town, cpr)?));
    }
    for (key, words) in [("opened", &case.opened), ("due", &case.due), ("closed", &case.closed)] {
        if let Some(words) = words {
            edits.push(Edit::root(key, town.time(words)?));
        }
    }
    if let Some((lat, lon)) = case.position {
        edits.extend([
            Edit::root("lat", Scalar::Number(lat)),
            Edit::root("lon", Scalar::Number(lon)),
        ]);
    }
    for user in &case.people {
        edits.push(Edit::within("people", &town.person_id(user)?.to_string(), true));
    }
    for key in &case.shared {
        edits.push(Edit::within("units", &town.unit_id(key)?.to_string(), true));
    }
    edits.extend(
        case.fields
            .iter()
            .map(|(key, value)| Edit::within("fields", key, scalar(value))),
    );
    let id = town.id(Kind::Case, &case.key);
    town.make(&town.batch.birth(Kind::Case, id, None), &edits)
}

/// The ten digits of a CPR number. One with 80 added to its month belongs to nobody and needs the workspace's leave.
fn digits(town: &Town<'_>, cpr: &str) -> Result<String, TownError> {
    let digits: String = cpr.chars().filter(|letter| *letter != '-').collect();
    if digits.len() != 10 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(town.fault(cpr, format!("{cpr:?} is no CPR number; write it as DDMMYY-SSSS")));
    }
    let invented = digits[2..4].parse::<u8>().is_ok_and(|month| month > 80);
    if invented && !town.batch.workspace().invented_people {
        let message = format!(
            "{cpr} is the number of an invented person (month + 80), and this workspace takes real people only; \
             set invented_people = true and run `feltbog-server migrate`"
        );
        return Err(town.fault(cpr, message));
    }
    if town.paper.invented && !invented {
        let message = format!("{cpr} could be a real person's number; an invented one has 80 added to its month");
        return Err(town.fault(cpr, message));
    }
    Ok(digits)
}

fn scalar(value: &FieldPaper) -> Scalar {
    match value {
        FieldPaper::Flag(flag) => Scalar::Flag(*flag),
        FieldPaper::Number(number) => Scalar::Number(*number),
        FieldPaper::Text(text) => Scalar::from(text.as_str()),
    }
}

/// A visit's id comes from its template and the local date, so that each day has it once.
fn lay_visit(town: &mut Town<'_>, visit: &VisitPaper, day: u8) -> Result<(), TownError> {
    let case = town.case_id(&visit.case)?;
    let fault = || {
        town.fault(
            &visit.at,
            format!("{:?} is no time of day; write one such as \"07:15\"", visit.at),
        )
    };
    let date = town.today.in_days(day.into()).ok_or_else(fault)?;
    let start = town.today.at(date, &visit.at).ok_or_else(fault)?;
    let mut edits = vec![
        Edit::root("start", start),
        Edit::root("minutes", Scalar::Int(visit.minutes)),
        Edit::root("title", visit.title.as_str()),
        Edit::root("state", visit.state.as_str()),
    ];
    for user in &visit.people {
        edits.push(Edit::within("people", &town.person_id(user)?.to_string(), true));
    }
    let tasks = visit.tasks.iter().enumerate();
    edits.extend(tasks.map(|(nth, task)| Edit::within("tasks", &format!("{:02}", nth + 1), task.as_str())));
    let id = town.id(Kind::Visit, &format!("{}:{date}", visit.key));
    let before = town.laid.documents;
    town.make(&town.batch.birth(Kind::Visit, id, Some(case)), &edits)?;
    town.laid.visits += town.laid.documents - before;
    town.laid.documents = before;
    Ok(())
}

fn lay_part(town: &mut Town<'_>, part: &PartPaper) -> Result<(), TownError> {
    let case = town.case_id(&part.case)?;
    let mut edits = vec![Edit::root("title", part.title.as_str()), typed(&part.text)];
    let audience = town.audience(&part.audience)?;
    edits.extend(audience.iter().map(|key| Edit::within("audience", key, true)));
    let id = town.id(Kind::Part, &part.key);
    town.make(&town.batch.birth(Kind::Part, id, Some(case)), &edits)
}

fn lay_post(town: &mut Town<'_>, post: &PostPaper) -> Result<(), TownError> {
    let mut edits = vec![
        Edit::root("title", post.title.as_str()),
        Edit::root("by", post.by.as_str()),
        Edit::root("published", town.time(&post.published)?),
        Edit::root("urgent", post.urgent),
        Edit::root("acknowledge", post.acknowledge),
        typed(&post.text),
    ];
    if let Some(until) = &post.until {
        edits.push(Edit::root("until", town.time(until)?));
    }
    let audience = town.audience(&post.audience)?;
    edits.extend(audience.iter().map(|key| Edit::within("audience", key, true)));
    let id = town.id(Kind::Post, &post.key);
    town.make(&town.batch.birth(Kind::Post, id, None), &edits)
}

fn lay_note(town: &mut Town<'_>, note: &NotePaper) -> Result<(), TownError> {
    if !town.paper.invented {
        let message = "nobody writes notes in a real person's name; leave [[note]] out, or set invented = true";
        return Err(town.fault(&note.key, message.to_owned()));
    }
    let (case, by): (DocId, _) = (town.case_id(&note.case)?, town.person_id(&note.by)?);
    let mut edits = vec![typed(&note.text)];
    if let Some(words) = &note.finished {
        edits.push(Edit::Finish {
            by,
            at: town.time(words)?,
        });
    }
    let id = town.id(Kind::Note, &note.key);
    town.make_written(&note.by, &town.batch.birth(Kind::Note, id, Some(case)), &edits)
}

fn typed(text: &str) -> Edit {
    Edit::Type {
        before: String::new(),
        after: text.trim().to_owned(),
    }
}
