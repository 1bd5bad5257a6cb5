//! Coming in: enrolment of a device with a one-time token, and sign-in.
//!
//! A token is used up only by the right password. It keeps no count of tries itself; the door does.

use feltbog_casebook::{Edit, Kind};
use feltbog_ids::{DocId, EnrolmentId, Instant};
use feltbog_protocol::{EnrolReply, EnrolRequest, ServerProblem, SignInReply, SignInRequest};

use super::{PostOffice, Trouble};
use crate::{
    Batch,
    password::{draw_token, fits},
    store::{Account, NewSession},
};

impl PostOffice {
    /// Enrols a device and begins its first session. `address` is where the request came from.
    pub fn enrol(&self, request: &EnrolRequest, address: &str, now: Instant) -> Result<EnrolReply, ServerProblem> {
        let account = self.admit(&request.user, &request.password, address, now)?;
        let enrolled = self.store.batch(now, |batch| {
            let person = account.person;
            let label = batch
                .use_token(&request.token, person)?
                .ok_or(ServerProblem::BadToken)?;
            let enrolment = EnrolmentId::from(self.dice.uuid());
            batch.enrol(enrolment, person, &label)?;
            let named = [Edit::within("enrolments", &enrolment.to_string(), label)];
            let birth = batch.birth(Kind::Person, DocId::from(person), None);
            batch.put(&batch.server_hand(&self.dice), &birth, &named)?;
            let session = self.begin(batch, enrolment)?;
            let workspace = batch.workspace();
            let time_zone = workspace.time_zone.clone();
            Ok(EnrolReply {
                workspace: workspace.id,
                person,
                enrolment,
                session,
                time_zone,
                server_time: now,
            })
        });
        self.written.notify_one();
        enrolled.map_err(Trouble::into_problem)
    }

    /// Begins a new session of an enrolled device.
    pub fn sign_in(&self, request: &SignInRequest, address: &str, now: Instant) -> Result<SignInReply, ServerProblem> {
        let account = self.admit(&request.user, &request.password, address, now)?;
        let begun = self.store.batch(now, |batch| {
            let enrolled = batch.enrolled(request.enrolment)?;
            let own = enrolled.filter(|enrolled| enrolled.person == Some(account.person));
            if own.ok_or(ServerProblem::WrongPassword)?.revoked {
                return Err(Trouble::Told(ServerProblem::AccountClosed));
            }
            let session = self.begin(batch, request.enrolment)?;
            Ok(SignInReply {
                session,
                server_time: now,
            })
        });
        begun.map_err(Trouble::into_problem)
    }

    /// The account, if name and password are right and it is open. Only who knows the password learns that it is closed.
    fn admit(&self, user: &str, password: &str, address: &str, now: Instant) -> Result<Account, ServerProblem> {
        self.door.knock(user, address, now)?;
        let account = self.store.view(now, |view| Ok::<_, Trouble>(view.account(user)?));
        let account = account.map_err(Trouble::into_problem)?;
        let right = fits(password, account.as_ref().map(|account| account.password.as_str()));
        let account = account.filter(|_| right).ok_or(ServerProblem::WrongPassword)?;
        self.door.welcome(user);
        if account.closed {
            Err(ServerProblem::AccountClosed)
        } else {
            Ok(account)
        }
    }

    fn begin(&self, batch: &Batch<'_>, enrolment: EnrolmentId) -> Result<String, Trouble> {
        let token = draw_token(&self.dice);
        batch.begin_session(&NewSession {
            token: token.clone(),
            enrolment,
            expires: batch.now + self.session,
        })?;
        Ok(token)
    }
}
