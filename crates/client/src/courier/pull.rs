//! Down: pages of the feed until the last, then bodies in order of need, then the comparison.
//!
//! It keeps no cursor of its own; the replica stores it with the page it counts. How a scope is mended that lies otherwise
//! here is said in `repair`.

use std::collections::HashSet;

use feltbog_protocol::{BodiesRequest, FeedRequest};
use feltbog_replica::Agreement;

use super::{CourierError, Errand, repair::repair};
use crate::remote::{Remote, RemoteError};

/// Bodies asked for at once: few enough that today's route is there before the archive is on its way.
const AT_ONCE: usize = 100;

/// A scope that is unequal is mended; what stays so for so long is left for the next pull.
const TRIES: u32 = 3;

/// Fetches what changed, and says whether all is now equal to what the server holds.
pub async fn pull<R: Remote>(errand: &Errand<'_, R>) -> Result<Agreement, CourierError> {
    for _ in 0..TRIES {
        pages(errand).await?;
        bodies(errand).await?;
        let moment = errand.world.moment();
        match errand.with(|replica| replica.settle(&moment))? {
            Agreement::Repairing(scopes) => {
                for scope in scopes {
                    repair(errand, scope).await?;
                }
            }
            Agreement::Refetching(scopes) => {
                tracing::warn!(scopes, "a repair left a scope unequal: it is fetched anew")
            }
            agreement => return Ok(agreement),
        }
    }
    Ok(Agreement::NotYet)
}

async fn pages<R: Remote>(errand: &Errand<'_, R>) -> Result<(), CourierError> {
    let mut asked: Option<FeedRequest> = None;
    loop {
        let request = errand.with(|replica| replica.feed_request())?;
        if asked.as_ref() == Some(&request) {
            // A page that is not the last must lead on.
            return Err(RemoteError::NotOurs.into());
        }
        let (session, at) = errand.session()?;
        let page = errand.remote.feed(&session, at, &request).await?;
        if request.erased.is_some() {
            errand.with(|replica| replica.wiped_is_told())?;
        }
        let is_last = page.closing.is_some();
        let moment = errand.world.moment();
        let taken = errand.with(|replica| {
            // A shift that ended meanwhile asks for more than this page answers. What was told meanwhile asks for nothing.
            let now = FeedRequest {
                erased: request.erased,
                ..replica.feed_request()?
            };
            let answers = now == request;
            answers.then(|| replica.take_page(&page, &moment)).transpose()
        })?;
        let Some(changed) = taken else { continue };
        errand.tell(changed);
        // Where something left and is wiped already, the server hears of it at once.
        let is_to_be_told = request.erased.is_none() && errand.with(|replica| replica.feed_request())?.erased.is_some();
        if is_last && !is_to_be_told {
            return Ok(());
        }
        asked = Some(request);
    }
}

async fn bodies<R: Remote>(errand: &Errand<'_, R>) -> Result<(), CourierError> {
    let mut last = Vec::new();
    let mut came = HashSet::new();
    loop {
        let now = errand.world.now();
        let mut wants = errand.with(|replica| replica.wants(AT_ONCE, now))?;
        // One whose answer led nowhere would go to and fro between a part and the whole.
        wants.retain(|want| !came.contains(&(want.doc, want.have.clone())));
        if wants.is_empty() || wants == last {
            // What was asked for and did not come is asked for again at the next pull.
            return Ok(());
        }
        let (session, at) = errand.session()?;
        let request = BodiesRequest { wants };
        let reply = errand.remote.bodies(&session, at, &request).await?;
        let (changed, whole) = errand.with(|replica| {
            let (before, _) = replica.progress()?;
            let changed = replica.take_bodies(&request.wants, &reply)?;
            let (after, _) = replica.progress()?;
            Ok((changed, after.saturating_sub(before)))
        })?;
        errand.keeps_pace(whole, errand.world.now() - now);
        errand.tell(changed);
        let answered: HashSet<_> = reply.bodies.iter().map(|body| body.doc).collect();
        let asked = request.wants.iter().filter(|want| answered.contains(&want.doc));
        came.extend(asked.map(|want| (want.doc, want.have.clone())));
        last = request.wants;
    }
}
