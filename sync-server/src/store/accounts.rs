//! Accounts, one-time tokens and sessions as rows. Tokens of both kinds are kept hashed only.
//!
//! It checks no password and draws no token.

use feltbog_ids::{EnrolmentId, Instant, PersonId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::Batch;
use crate::StoreError;

/// An account as the database has it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Whose it is.
    pub person: PersonId,
    /// Argon2id, as a PHC string.
    pub password: String,
    /// Whether it is closed.
    pub closed: bool,
}

/// An account to be opened.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// User name; letter case does not count.
    pub user: String,
    /// Whose it is.
    pub person: PersonId,
    /// Argon2id, as a PHC string.
    pub password: String,
}

/// A one-time token to be kept.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The token itself; its hash is kept.
    pub token: String,
    /// Who may use it.
    pub person: PersonId,
    /// The device's name.
    pub label: String,
    /// Until when.
    pub expires: Instant,
}

/// A session to be kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The token itself; its hash is kept.
    pub token: String,
    /// Whose it is.
    pub enrolment: EnrolmentId,
    /// Until when.
    pub expires: Instant,
}

/// A session as the database has it, with what decides whether it still counts.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Whose it is.
    pub enrolment: EnrolmentId,
    /// Who that is.
    pub person: PersonId,
    /// Until when.
    pub expires: Instant,
    /// Ended before its time.
    pub ended: bool,
    /// The device is revoked or the account closed.
    pub shut: bool,
}

impl Batch<'_> {
    /// The account of a user name.
    pub fn account(&self, user: &str) -> Result<Option<Account>, StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("select person, password, closed from account where workspace = ?1 and user = ?2")?;
        let read = |row: &Row<'_>| {
            Ok(Account {
                person: PersonId::from_bytes(row.get(0)?),
                password: row.get(1)?,
                closed: row.get::<_, Option<i64>>(2)?.is_some(),
            })
        };
        let key = params![self.workspace.id.as_bytes(), folded(user)];
        Ok(statement.query_row(key, read).optional()?)
    }

    /// Closes an account: its sessions end with it.
    pub fn close_account(&self, user: &str) -> Result<(), StoreError> {
        let account = self.account(user)?.ok_or(StoreError::NoSuch("account"))?;
        self.set_account("closed = ?3", user, &self.now.0)?;
        self.end_sessions(account.person)
    }

    /// Opens a closed account again.
    pub fn reopen_account(&self, user: &str) -> Result<(), StoreError> {
        self.set_account("closed = ?3", user, &None::<i64>)
    }

    /// Sets another password, given as a PHC string, and ends the sessions of the old one.
    pub fn set_password(&self, user: &str, password: &str) -> Result<(), StoreError> {
        let account = self.account(user)?.ok_or(StoreError::NoSuch("account"))?;
        self.set_account("password = ?3", user, &password)?;
        self.end_sessions(account.person)
    }

    /// Ends every session of a person.
    pub fn end_sessions(&self, person: PersonId) -> Result<(), StoreError> {
        self.sql.execute(
            "update session set ended = ?3 where workspace = ?1 and ended is null and enrolment in
                 (select enrolment from enrolment where workspace = ?1 and person = ?2)",
            params![self.workspace.id.as_bytes(), person.as_bytes(), self.now.0],
        )?;
        Ok(())
    }

    /// Uses a one-time token up: the device's name it was printed for, or none when it is unknown, used, too old or
    /// somebody else's.
    pub fn use_token(&self, token: &str, person: PersonId) -> Result<Option<String>, StoreError> {
        let label = self
            .sql
            .query_row(
                "update token set used = ?4
                 where workspace = ?1 and hash = ?2 and person = ?3 and used is null and expires > ?4
                 returning label",
                params![
                    self.workspace.id.as_bytes(),
                    hashed(token),
                    person.as_bytes(),
                    self.now.0
                ],
                |row| row.get(0),
            )
            .optional()?;
        Ok(label)
    }

    /// Begins a session.
    pub fn begin_session(&self, new: &NewSession) -> Result<(), StoreError> {
        self.sql.execute(
            "insert into session (workspace, hash, enrolment, begun, expires) values (?1, ?2, ?3, ?4, ?5)",
            params![
                self.workspace.id.as_bytes(),
                hashed(&new.token),
                new.enrolment.as_bytes(),
                self.now.0,
                new.expires.0
            ],
        )?;
        Ok(())
    }

    /// The session of a token, if it was ever begun.
    pub fn session(&self, token: &str) -> Result<Option<SessionRow>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "select s.enrolment, e.person, s.expires, s.ended, e.revoked, a.closed, a.person
             from session s
             join enrolment e on e.workspace = s.workspace and e.enrolment = s.enrolment
             left join account a on a.workspace = e.workspace and a.person = e.person
             where s.workspace = ?1 and s.hash = ?2 and e.person is not null",
        )?;
        let key = params![self.workspace.id.as_bytes(), hashed(token)];
        Ok(statement.query_row(key, session_from_row).optional()?)
    }

    fn set_account(&self, what: &str, user: &str, value: &dyn rusqlite::ToSql) -> Result<(), StoreError> {
        let text = format!("update account set {what} where workspace = ?1 and user = ?2");
        let changed = self
            .sql
            .execute(&text, params![self.workspace.id.as_bytes(), folded(user), value])?;
        if changed == 0 {
            Err(StoreError::NoSuch("account"))
        } else {
            Ok(())
        }
    }
}

/// Opens an account, unless this person has it already.
pub(super) fn open(sql: &Connection, workspace: WorkspaceId, new: &NewAccount) -> Result<(), StoreError> {
    let key = params![workspace.as_bytes(), folded(&new.user)];
    let holder = sql
        .query_row(
            "select person from account where workspace = ?1 and user = ?2",
            key,
            |row| row.get(0),
        )
        .optional()?;
    match holder.map(PersonId::from_bytes) {
        Some(person) if person == new.person => return Ok(()),
        Some(_) => return Err(StoreError::Taken("user name")),
        None => {}
    }
    sql.execute(
        "insert into account (workspace, user, person, password) values (?1, ?2, ?3, ?4)",
        params![
            workspace.as_bytes(),
            folded(&new.user),
            new.person.as_bytes(),
            new.password
        ],
    )?;
    Ok(())
}

/// Keeps a one-time token.
pub(super) fn keep_token(sql: &Connection, workspace: WorkspaceId, new: &NewToken) -> Result<(), StoreError> {
    sql.execute(
        "insert into token (workspace, hash, person, label, expires) values (?1, ?2, ?3, ?4, ?5)",
        params![
            workspace.as_bytes(),
            hashed(&new.token),
            new.person.as_bytes(),
            new.label,
            new.expires.0
        ],
    )?;
    Ok(())
}

/// Looking a token up by its hash tells nothing through time: who guesses tokens cannot steer their hashes.
fn hashed(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn folded(user: &str) -> String {
    user.trim().to_lowercase()
}

fn session_from_row(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    let revoked = row.get::<_, Option<i64>>(4)?.is_some();
    let closed = row.get::<_, Option<i64>>(5)?.is_some();
    let gone = row.get::<_, Option<[u8; 16]>>(6)?.is_none();
    Ok(SessionRow {
        enrolment: EnrolmentId::from_bytes(row.get(0)?),
        person: PersonId::from_bytes(row.get(1)?),
        expires: Instant(row.get(2)?),
        ended: row.get::<_, Option<i64>>(3)?.is_some(),
        shut: revoked || closed || gone,
    })
}
