//! The road between a device and the server, and everything that can befall a letter on it.
//!
//! Letters are packed and unpacked as on the wire. It retries nothing, and forgets nothing that was only delayed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use feltbog_client::{Remote, RemoteError};
use feltbog_ids::{ChangeHash, DocId, Position, WorkspaceId};
use feltbog_protocol::{
    Answer, BodiesReply, BodiesRequest, EnrolReply, EnrolRequest, FeedPage, FeedRequest, Found, MAX_MESSAGE, PushItem,
    PushReply, PushRequest, Reason, RepairReply, RepairRequest, ServerProblem, SignInReply, SignInRequest, pack,
    unpack,
};
use feltbog_server::{PostOffice, Session};

use crate::{Server, Tally};

/// What befalls one letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The request never arrives.
    LostRequest,
    /// The request is done and its answer never arrives.
    LostReply,
    /// The request arrives twice.
    Doubled,
    /// The request arrives long after its sender gave up.
    Delayed,
    /// The answer breaks off after so many percent of its bytes.
    Cut(usize),
}

/// A push under way that its sender gave up.
struct Late {
    session: String,
    at: WorkspaceId,
    request: PushRequest,
}

/// A document, a hand in it, and a number of that hand.
type Numbered = (DocId, Vec<u8>, u64);

/// The road's state.
#[derive(Default)]
struct State {
    cut: bool,
    /// Open for so many letters more, then cut.
    cut_after: Option<u32>,
    fates: Vec<Fate>,
    /// The server is one from before repairs were answered.
    knows_no_repairs: bool,
    late: Vec<Late>,
    /// What each hand of this device has written under each number; kept where nobody forges.
    numbers: Option<HashMap<Numbered, ChangeHash>>,
}

/// One device's road.
#[derive(Clone, Default)]
pub struct Road(Arc<Mutex<State>>);

impl Road {
    /// From now on every number of a hand is watched.
    pub fn watches_numbers(&self) {
        self.state().numbers.get_or_insert_default();
    }

    fn numbered(&self, name: Numbered, hash: ChangeHash) -> Option<ChangeHash> {
        Some(*self.state().numbers.as_mut()?.entry(name).or_insert(hash))
    }

    /// I9: two changes of one hand under one number would be taken for each other.
    fn numbers_are_given_once(&self, item: &PushItem) {
        let Ok(header) = feltbog_casebook::chunk::change_header(&item.change) else {
            return;
        };
        let name = (item.doc, header.actor, header.seq);
        let Some(known) = self.numbered(name, header.hash) else {
            return;
        };
        assert_eq!(
            known, header.hash,
            "I9: a hand gave number {} twice in {}",
            header.seq, item.doc
        );
    }

    /// Cuts it.
    pub fn cut(&self) {
        self.state().cut = true;
    }

    /// Lets one more request through, and its answer not.
    pub fn cut_after_next_request(&self) {
        let mut state = self.state();
        state.fates.insert(0, Fate::LostReply);
        state.cut_after = Some(1);
    }

    /// Opens it, and nothing befalls the next letters.
    pub fn open(&self) {
        let mut state = self.state();
        (state.cut, state.cut_after) = (false, None);
        state.fates.clear();
    }

    /// What befalls the next letters, one after the other.
    pub fn befalls(&self, fates: impl IntoIterator<Item = Fate>) {
        self.state().fates = fates.into_iter().collect();
    }

    /// The server at its end is one from before repairs were answered, from now on.
    pub fn leads_to_an_old_server(&self) {
        self.state().knows_no_repairs = true;
    }

    /// So much time goes by that nothing is under way any more.
    pub fn forgets_late(&self) {
        self.state().late.clear();
    }

    /// Pushes that are late.
    pub fn late(&self) -> usize {
        self.state().late.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fate of the next letter; an error when there is no road.
    fn next(&self) -> Result<Option<Fate>, RemoteError> {
        let mut state = self.state();
        match state.cut_after {
            Some(0) => (state.cut, state.cut_after) = (true, None),
            Some(more) => state.cut_after = Some(more - 1),
            None => {}
        }
        if state.cut {
            return Err(RemoteError::Unreachable);
        }
        Ok(if state.fates.is_empty() {
            None
        } else {
            Some(state.fates.remove(0))
        })
    }
}

/// The server at the end of a road.
pub struct SimRemote {
    road: Road,
    server: Arc<Server>,
    tally: Tally,
}

impl SimRemote {
    /// Puts the server at the end of the road.
    pub fn new(road: Road, server: Arc<Server>, tally: Tally) -> Self {
        Self { road, server, tally }
    }

    /// A late push arrives after all. Nobody waits for its answer.
    pub fn delivers_late(&self) {
        let late = self.road.state().late.pop();
        if let Some(late) = late {
            self.tally.count("fault: delivered late");
            self.asks(&late.session, |office, session| {
                office.push(session, late.at, &late.request, self.server.now())
            })
            .map(|reply| self.count(&late.request, &reply))
            .ok();
        }
    }

    /// Sends a push past the road, as a program other than the app would.
    pub fn forges(&self, session: &str, at: WorkspaceId, request: &PushRequest) -> Result<PushReply, ServerProblem> {
        let reply = self.asks(session, |office, session| {
            office.push(session, at, request, self.server.now())
        })?;
        self.count(request, &reply);
        Ok(reply)
    }

    /// Tells what happens: see [`Tally::tells`].
    pub fn tells(&self, what: impl FnOnce() -> String) {
        self.tally.tells(what);
    }

    fn asks<T>(
        &self,
        token: &str,
        ask: impl FnOnce(&PostOffice, &Session) -> Result<T, ServerProblem>,
    ) -> Result<T, ServerProblem> {
        let office = self.server.office();
        let session = office.session(token, self.server.now())?;
        ask(&office, &session)
    }

    /// Carries a letter there and its answer back. A sender who stops waiting does so at one of the two `halt`s: before
    /// the server has heard of it, or after it has done it.
    async fn carries<T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>>(
        &self,
        token: &str,
        ask: impl Fn(&PostOffice, &Session) -> Result<T, ServerProblem> + Send,
        delay: impl FnOnce() -> Option<Late> + Send,
    ) -> Result<T, RemoteError> {
        halt().await;
        let fate = self.road.next()?;
        self.tally.count(fate.map_or("letter: whole", Fate::name));
        match fate {
            Some(Fate::LostRequest) => return Err(RemoteError::Unreachable),
            Some(Fate::Delayed) => {
                self.road.state().late.extend(delay());
                return Err(RemoteError::Unreachable);
            }
            Some(Fate::Doubled) => {
                self.asks(token, &ask)?;
            }
            _ => {}
        }
        let packed = pack(&self.asks(token, &ask)?);
        halt().await;
        let arrived = match fate {
            Some(Fate::LostReply) => return Err(RemoteError::Unreachable),
            Some(Fate::Cut(percent)) => &packed[..packed.len() * percent.min(99) / 100],
            _ => &packed[..],
        };
        unpack(arrived, MAX_MESSAGE).map_err(|_| RemoteError::NotOurs)
    }

    fn count(&self, request: &PushRequest, reply: &PushReply) {
        for (item, answer) in request.items.iter().zip(&reply.answers) {
            self.tally.count(word_of(answer));
            self.road.numbers_are_given_once(item);
            self.tally.tells(|| {
                let header = feltbog_casebook::chunk::change_header(&item.change);
                let hash = header.map(|header| (header.hash, header.deps, header.actor));
                format!("  {} {} {hash:?} on {:?}", item.kind, item.doc, item.made_on)
            });
        }
    }
}

impl Remote for SimRemote {
    async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, RemoteError> {
        Ok(self.server.office().enrol(request, "tablet", self.server.now())?)
    }

    async fn sign_in(&self, request: &SignInRequest) -> Result<SignInReply, RemoteError> {
        Ok(self.server.office().sign_in(request, "tablet", self.server.now())?)
    }

    async fn push(&self, session: &str, at: WorkspaceId, request: &PushRequest) -> Result<PushReply, RemoteError> {
        let late = || {
            Some(Late {
                session: session.to_owned(),
                at,
                request: request.clone(),
            })
        };
        let ask = |office: &PostOffice, from: &Session| {
            let reply = office.push(from, at, request, self.server.now())?;
            self.count(request, &reply);
            Ok(reply)
        };
        self.carries(session, ask, late).await
    }

    async fn feed(&self, session: &str, at: WorkspaceId, request: &FeedRequest) -> Result<FeedPage, RemoteError> {
        let ask = |office: &PostOffice, from: &Session| office.feed(from, at, request, self.server.now());
        let page = self.carries(session, ask, || None).await?;
        self.tally.add("page: documents that left", page.left.len() as u64);
        self.tally.add("page: scopes lost", page.lost.len() as u64);
        Ok(page)
    }

    async fn bodies(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &BodiesRequest,
    ) -> Result<BodiesReply, RemoteError> {
        let ask = |office: &PostOffice, from: &Session| office.bodies(from, at, request, self.server.now());
        let reply = self.carries(session, ask, || None).await?;
        self.tally.add(
            "bodies: whole",
            reply.bodies.iter().filter(|body| body.whole).count() as u64,
        );
        self.tally.add(
            "bodies: in part",
            reply.bodies.iter().filter(|body| !body.whole).count() as u64,
        );
        Ok(reply)
    }

    async fn repair(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &RepairRequest,
    ) -> Result<RepairReply, RemoteError> {
        if self.road.state().knows_no_repairs {
            self.road.next()?;
            return Err(RemoteError::NoSuchDoor);
        }
        self.tally.add("repair: bytes asked", pack(request).len() as u64);
        let ask = |office: &PostOffice, from: &Session| office.repair(from, at, request, self.server.now());
        let carried = self.carries(session, ask, || None).await;
        if matches!(carried, Err(RemoteError::Server(ServerProblem::NoRight))) {
            self.tally.count("repair: no right any more");
        }
        let reply = carried?;
        self.tally.count(match reply.found {
            Found::All => "repair: all found",
            Found::Part => "repair: part found",
            Found::Moved => "repair: moved meanwhile",
        });
        Ok(reply)
    }

    async fn bell(&self, _: &str, _: WorkspaceId, _: Position) -> Result<Position, RemoteError> {
        std::future::pending().await
    }
}

impl Fate {
    const fn name(self) -> &'static str {
        match self {
            Self::LostRequest => "fault: request lost",
            Self::LostReply => "fault: reply lost",
            Self::Doubled => "fault: doubled",
            Self::Delayed => "fault: delayed",
            Self::Cut(_) => "fault: answer cut",
        }
    }
}

/// The name an answer is counted under.
pub const fn word_of(answer: &Answer) -> &'static str {
    match answer {
        Answer::Stored(_) => "answer: stored",
        Answer::Known(_) => "answer: known",
        Answer::Needs(_) => "answer: needs",
        Answer::Later => "answer: later",
        Answer::NeedsParent(_) => "answer: needs parent",
        Answer::Refused(Reason::NoRight) => "answer: refused, no right",
        Answer::Refused(Reason::MayNotCreate) => "answer: refused, may not create",
        Answer::Refused(Reason::TooLarge) => "answer: refused, too large",
        Answer::Refused(Reason::Author) => "answer: refused, author",
        Answer::Refused(Reason::Unreadable) => "answer: refused, unreadable",
        Answer::Refused(Reason::Rule) => "answer: refused, rule",
        Answer::Refused(Reason::MayNotWrite) => "answer: refused, may not write",
    }
}

/// One wait, at which whoever waits may be dropped.
async fn halt() {
    let mut halted = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut halted, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
