//! Role assignments and the tree of units as rows, and the rights they come to.
//!
//! Beginning and ending an assignment each take a place in the log. What a right opens is said in `rights`.

use std::{collections::BTreeSet, sync::Arc};

use feltbog_casebook::{Role, UnitFacts};
use feltbog_ids::{DocId, Instant, PersonId, Position, UnitId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::log::{next_position, number, position};
use super::scopes::{Place, places_of};
use crate::{
    StoreError,
    rights::{Grant, LATE, Rights, ScopeName, Tree},
};

/// When something was written, as far as it says itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    /// The place in the log its author had read to; none where that says nothing here.
    pub(crate) on: Option<Position>,
    /// Its author's clock; none where it carries no time.
    pub(crate) at: Option<Instant>,
}

/// Everything ever granted to a person, and the tree it is read in.
pub(crate) struct Standing {
    person: PersonId,
    clock: Instant,
    grants: Vec<Grant>,
    tree: Arc<Tree>,
}

impl Standing {
    /// Reads a person's grants.
    pub(crate) fn read(
        sql: &Connection,
        workspace: WorkspaceId,
        person: PersonId,
        now: Instant,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            person,
            clock: now,
            grants: grants_of(sql, workspace, person)?,
            tree: Arc::new(tree(sql, workspace)?),
        })
    }

    /// What is held now. A role whose time is over counts no more, also before its end is written in the log.
    pub(crate) fn now(&self) -> Rights {
        self.choose(|grant| grant.stands(self.clock))
    }

    /// When a scope that is held now will be held no more, by the clock: the latest end of the roles that open it; none
    /// where a lasting one does.
    pub(crate) fn end_of(&self, scope: &ScopeName) -> Option<Instant> {
        let opens = |grant: &&Grant| {
            let alone = Rights::new(self.person, [(*grant).clone()], Arc::clone(&self.tree));
            alone.roles_in(scope).is_some()
        };
        let standing = self.grants.iter().filter(|grant| grant.stands(self.clock));
        if standing.clone().all(|grant| grant.until.is_none()) {
            return None;
        }
        let ends: Option<Vec<Instant>> = standing.filter(opens).map(|grant| grant.until).collect();
        ends?.into_iter().max()
    }

    /// What was held at a place in the log.
    pub(crate) fn at(&self, position: Position) -> Rights {
        self.choose(|grant| grant.stood_at(position))
    }

    /// Whether what was written there and then was written under this role, which ended no longer ago than late work is
    /// taken.
    fn covers(&self, grant: &Grant, on: Position, written: Written) -> bool {
        grant.stood_at(on) && grant.is_fresh(self.clock) && grant.covers_what_was_written(written.at)
    }

    /// The roles with which this person may write in a document: as it stands, or as it stood when this was written.
    /// None where there is no right, or no document.
    pub(crate) fn roles_for(
        &self,
        sql: &Connection,
        workspace: WorkspaceId,
        doc: DocId,
        written: Written,
    ) -> Result<Option<BTreeSet<Role>>, StoreError> {
        let places = places_of(sql, workspace, doc)?;
        let live = places.iter().filter(|place| place.left.is_none());
        let mut roles = roles_over(&self.now(), live.map(|place| &place.name));
        if let Some(on) = written.on {
            let there = places.iter().filter(|place| was_there(place, on, self.clock));
            let lately = self.choose(|grant| self.covers(grant, on, written));
            let late = roles_over(&lately, there.map(|place| &place.name));
            roles = match (roles, late) {
                (Some(mut roles), Some(late)) => {
                    roles.extend(late);
                    Some(roles)
                }
                (roles, late) => roles.or(late),
            };
        }
        Ok(roles)
    }

    /// What is held now and what was held when this was written together: for documents that are only being made.
    pub(crate) fn now_or_when(&self, written: Written) -> Rights {
        self.choose(|grant| grant.stands(self.clock) || written.on.is_some_and(|on| self.covers(grant, on, written)))
    }

    /// Whether this person ever held a document, whatever became of their rights and of its places since.
    pub(crate) fn ever_held(&self, sql: &Connection, workspace: WorkspaceId, doc: DocId) -> Result<bool, StoreError> {
        let places = places_of(sql, workspace, doc)?;
        Ok(self.grants.iter().any(|grant| {
            let alone = Rights::new(self.person, [grant.clone()], Arc::clone(&self.tree));
            places
                .iter()
                .any(|place| alone.roles_in(&place.name).is_some() && were_together(grant, place))
        }))
    }

    /// The unit of the role given last, of those that carry cases before all others.
    pub(crate) fn latest_unit(&self) -> Option<UnitId> {
        let carries = |grant: &&Grant| {
            let carrying = [Role::Worker, Role::Planner, Role::Leader, Role::Authority];
            carrying.contains(&grant.role)
        };
        let latest = self.grants.iter().rev().find(carries);
        latest.or(self.grants.last()).map(|grant| grant.unit)
    }

    fn choose(&self, wanted: impl Fn(&Grant) -> bool) -> Rights {
        let grants = self.grants.iter().filter(|grant| wanted(grant)).cloned();
        Rights::new(self.person, grants, Arc::clone(&self.tree))
    }
}

fn was_there(place: &Place, then: Position, now: Instant) -> bool {
    place.first_entered <= then && place.left.is_none_or(|(left, at)| then < left && now - at <= LATE)
}

/// Whether a grant stood at a moment when the document was in that place.
fn were_together(grant: &Grant, place: &Place) -> bool {
    let before_its_end = grant.to.is_none_or(|(end, _)| place.first_entered < end);
    before_its_end && place.left.is_none_or(|(left, _)| grant.from < left)
}

fn roles_over<'a>(rights: &Rights, scopes: impl Iterator<Item = &'a ScopeName>) -> Option<BTreeSet<Role>> {
    let mut held: Option<BTreeSet<Role>> = None;
    for roles in scopes.filter_map(|scope| rights.roles_in(scope)) {
        held.get_or_insert_default().extend(roles);
    }
    held
}

/// A role to be given.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// To whom.
    pub person: PersonId,
    /// Where; the subtree counts.
    pub unit: UnitId,
    /// What.
    pub role: Role,
    /// Limited to these case types; none for all.
    pub case_types: Option<BTreeSet<String>>,
}

/// Gives a role up to a time by the clock, or for good, unless one stands already that lasts as long.
pub(super) fn begin(
    sql: &Connection,
    workspace: WorkspaceId,
    (new, until): (&NewGrant, Option<Instant>),
    now: Instant,
) -> Result<(), StoreError> {
    let standing = grants_of(sql, workspace, new.person)?;
    let lasts = |grant: &Grant| {
        grant
            .until
            .is_none_or(|there| until.is_some_and(|until| until <= there))
    };
    let same = |grant: &Grant| {
        let key = (grant.unit, grant.role, &grant.case_types) == (new.unit, new.role, &new.case_types);
        grant.stands(now) && key && lasts(grant)
    };
    if !standing.iter().any(same) {
        assign(sql, workspace, (new, until), now)?;
    }
    Ok(())
}

/// Gives a role beside whatever stands, and answers where it began in the log.
pub(super) fn assign(
    sql: &Connection,
    workspace: WorkspaceId,
    (new, until): (&NewGrant, Option<Instant>),
    now: Instant,
) -> Result<Position, StoreError> {
    let at = next_position(sql, workspace)?;
    let types = new
        .case_types
        .as_ref()
        .map(|types| types.iter().cloned().collect::<Vec<_>>().join(" "));
    sql.execute(
        "insert into assignment (workspace, person, unit, role, case_types, from_position, from_at, until)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            workspace.as_bytes(),
            new.person.as_bytes(),
            new.unit.as_bytes(),
            new.role.word(),
            types,
            number(at),
            now.0,
            until.map(|until| until.0)
        ],
    )?;
    Ok(at)
}

/// Ends a role in a unit, however it is limited.
pub(super) fn end(
    sql: &Connection,
    workspace: WorkspaceId,
    (person, unit, role): (PersonId, UnitId, Role),
    now: Instant,
) -> Result<(), StoreError> {
    let at = next_position(sql, workspace)?;
    let ended = sql.execute(
        "update assignment set to_position = ?5, to_at = ?6
         where workspace = ?1 and person = ?2 and unit = ?3 and role = ?4 and to_position is null",
        params![
            workspace.as_bytes(),
            person.as_bytes(),
            unit.as_bytes(),
            role.word(),
            number(at),
            now.0
        ],
    )?;
    if ended == 0 {
        Err(StoreError::NoSuch("role"))
    } else {
        Ok(())
    }
}

/// Everything ever granted to a person.
pub(crate) fn grants_of(sql: &Connection, workspace: WorkspaceId, person: PersonId) -> Result<Vec<Grant>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select unit, role, case_types, from_position, to_position, to_at, until from assignment
         where workspace = ?1 and person = ?2 order by from_position",
    )?;
    let rows = statement.query_map([workspace.as_bytes(), person.as_bytes()], grant_from_row)?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// People whose rights changed after a position.
pub(crate) fn changed_after(
    sql: &Connection,
    workspace: WorkspaceId,
    after: Position,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select person from assignment where workspace = ?1 and from_position > ?2
         union select person from assignment where workspace = ?1 and to_position > ?2",
    )?;
    let read = |row: &Row<'_>| Ok(PersonId::from_bytes(row.get(0)?));
    let rows = statement.query_map(params![workspace.as_bytes(), number(after)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The tree as it stands.
pub(crate) fn tree(sql: &Connection, workspace: WorkspaceId) -> Result<Tree, StoreError> {
    let mut statement = sql.prepare_cached("select unit, within from unit where workspace = ?1")?;
    let read = |row: &Row<'_>| {
        let within = row.get::<_, Option<[u8; 16]>>(1)?.map(UnitId::from_bytes);
        Ok((UnitId::from_bytes(row.get(0)?), within))
    };
    let rows = statement.query_map([workspace.as_bytes()], read)?;
    Ok(Tree::new(rows.collect::<Result<Vec<_>, _>>()?))
}

/// Notes where a unit stands, once.
pub(super) fn plant(
    sql: &Connection,
    workspace: WorkspaceId,
    unit: UnitId,
    facts: &UnitFacts,
) -> Result<(), StoreError> {
    let key = [workspace.as_bytes(), unit.as_bytes()];
    let mut read = sql.prepare_cached("select within from unit where workspace = ?1 and unit = ?2")?;
    let standing: Option<Option<[u8; 16]>> = read.query_row(key, |row| row.get(0)).optional()?;
    let wanted = facts.within.map(|above| *above.as_bytes());
    match standing {
        Some(Some(_)) if standing != Some(wanted) => return Err(StoreError::UnitMoves),
        Some(within) if within == wanted => return Ok(()),
        _ => {}
    }
    let mut write = sql.prepare_cached(
        "insert into unit (workspace, unit, within) values (?1, ?2, ?3)
         on conflict (workspace, unit) do update set within = excluded.within",
    )?;
    write.execute(params![workspace.as_bytes(), unit.as_bytes(), wanted])?;
    Ok(())
}

/// A role this version does not know opens nothing.
fn grant_from_row(row: &Row<'_>) -> rusqlite::Result<Option<Grant>> {
    let Some(role) = Role::parse(&row.get::<_, String>(1)?) else {
        return Ok(None);
    };
    let ended = row.get::<_, Option<i64>>(4)?.is_some();
    let types = row.get::<_, Option<String>>(2)?;
    Ok(Some(Grant {
        unit: UnitId::from_bytes(row.get(0)?),
        role,
        case_types: types.map(|types| types.split(' ').map(str::to_owned).collect()),
        from: position(row, 3)?,
        until: row.get::<_, Option<i64>>(6)?.map(Instant),
        to: if ended {
            Some((position(row, 4)?, Instant(row.get(5)?)))
        } else {
            None
        },
    }))
}
