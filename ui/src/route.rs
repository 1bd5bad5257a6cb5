//! Where the person is, as the part of the address after `#`, so that return is to the same place.
//!
//! It holds ids alone, no names and no words. It does not draw anything.

use std::fmt;
use std::str::FromStr;

use feltbog_ids::DocId;

/// A tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// *I dag*.
    #[default]
    Today,
    /// The list of cases.
    Cases,
    /// News.
    News,
    /// Settings and the rest.
    More,
}

/// A place in the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// The day's visits.
    #[default]
    Today,
    /// The list of cases.
    Cases,
    /// One case, beside the list it was opened from.
    Case(CasePlace),
    /// The list of news.
    News,
    /// One post.
    Post(DocId),
    /// Settings.
    More,
    /// *Sendt og hentet*.
    Sync,
    /// *Notater uden plads*.
    Loose,
}

/// Which case, and what of it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CasePlace {
    /// The list beside it: the day's visits or the cases.
    pub tab: Tab,
    /// The case.
    pub case: DocId,
    /// The visit it was opened from.
    pub visit: Option<DocId>,
    /// The note being written.
    pub note: Option<DocId>,
}

impl Route {
    /// The tab that is lit.
    pub fn tab(&self) -> Tab {
        match self {
            Self::Today => Tab::Today,
            Self::Cases => Tab::Cases,
            Self::Case(place) => place.tab,
            Self::News | Self::Post(_) => Tab::News,
            Self::More | Self::Sync | Self::Loose => Tab::More,
        }
    }

    /// Where Esc and the back arrow lead; none at a tab's first page.
    pub fn back(&self) -> Option<Self> {
        match self {
            Self::Case(place) if place.note.is_some() => Some(Self::Case(CasePlace { note: None, ..*place })),
            Self::Case(place) => Some(place.tab.first()),
            Self::Post(_) => Some(Self::News),
            Self::Sync | Self::Loose => Some(Self::More),
            Self::Today | Self::Cases | Self::News | Self::More => None,
        }
    }

    /// The address of this place, for a link.
    pub fn href(&self) -> String {
        format!("#{self}")
    }

    /// True when something is shown beside a list, or instead of it on a phone.
    pub fn has_detail(&self) -> bool {
        self.back().is_some()
    }
}

impl Tab {
    /// The first page of the tab.
    pub fn first(self) -> Route {
        match self {
            Self::Today => Route::Today,
            Self::Cases => Route::Cases,
            Self::News => Route::News,
            Self::More => Route::More,
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => f.write_str("/today"),
            Self::Cases => f.write_str("/cases"),
            Self::Case(place) => place.fmt(f),
            Self::News => f.write_str("/news"),
            Self::Post(id) => write!(f, "/news/{id}"),
            Self::More => f.write_str("/more"),
            Self::Sync => f.write_str("/sync"),
            Self::Loose => f.write_str("/loose"),
        }
    }
}

impl fmt::Display for CasePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tab.first(), self.case)?;
        if let Some(visit) = self.visit {
            write!(f, "/visit/{visit}")?;
        }
        if let Some(note) = self.note {
            write!(f, "/note/{note}")?;
        }
        Ok(())
    }
}

/// The address names no place of this app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchPlace;

impl FromStr for Route {
    type Err = NoSuchPlace;

    fn from_str(hash: &str) -> Result<Self, NoSuchPlace> {
        let steps: Vec<&str> = hash
            .trim_start_matches('#')
            .split('/')
            .filter(|step| !step.is_empty())
            .collect();
        match steps[..] {
            [] | ["today"] => Ok(Self::Today),
            ["cases"] => Ok(Self::Cases),
            ["news"] => Ok(Self::News),
            ["news", id] => Ok(Self::Post(document(id)?)),
            ["more"] => Ok(Self::More),
            ["sync"] => Ok(Self::Sync),
            ["loose"] => Ok(Self::Loose),
            ["today", case, ref rest @ ..] => case_place(Tab::Today, case, rest),
            ["cases", case, ref rest @ ..] => case_place(Tab::Cases, case, rest),
            _ => Err(NoSuchPlace),
        }
    }
}

fn case_place(tab: Tab, case: &str, rest: &[&str]) -> Result<Route, NoSuchPlace> {
    let (visit, note) = match *rest {
        [] => (None, None),
        ["visit", visit] => (Some(document(visit)?), None),
        ["note", note] => (None, Some(document(note)?)),
        ["visit", visit, "note", note] => (Some(document(visit)?), Some(document(note)?)),
        _ => return Err(NoSuchPlace),
    };
    Ok(Route::Case(CasePlace {
        tab,
        case: document(case)?,
        visit,
        note,
    }))
}

fn document(word: &str) -> Result<DocId, NoSuchPlace> {
    word.parse().map_err(|_| NoSuchPlace)
}

#[cfg(test)]
mod tests {
    use feltbog_ids::DocId;

    use super::{CasePlace, Route, Tab};

    fn doc(n: u8) -> DocId {
        DocId::from_bytes([n; 16])
    }

    #[test]
    fn every_place_is_found_again_by_its_address() {
        let case = CasePlace {
            tab: Tab::Today,
            case: doc(1),
            visit: None,
            note: None,
        };
        let places = [
            Route::Today,
            Route::Cases,
            Route::News,
            Route::More,
            Route::Sync,
            Route::Loose,
            Route::Post(doc(3)),
            Route::Case(case),
            Route::Case(CasePlace {
                tab: Tab::Cases,
                ..case
            }),
            Route::Case(CasePlace {
                visit: Some(doc(2)),
                ..case
            }),
            Route::Case(CasePlace {
                note: Some(doc(4)),
                ..case
            }),
            Route::Case(CasePlace {
                visit: Some(doc(2)),
                note: Some(doc(4)),
                ..case
            }),
        ];
        for place in places {
            assert_eq!(place.href().parse(), Ok(place));
        }
    }

    #[test]
    fn back_leads_from_the_note_to_the_case_and_from_the_case_to_its_list() {
        let case = CasePlace {
            tab: Tab::Cases,
            case: doc(1),
            visit: None,
            note: Some(doc(4)),
        };
        let opened = Route::Case(case).back();
        assert_eq!(opened, Some(Route::Case(CasePlace { note: None, ..case })));
        assert_eq!(opened.and_then(|place| place.back()), Some(Route::Cases));
        assert_eq!(Route::Cases.back(), None);
    }

    #[test]
    fn an_address_of_no_place_is_refused() {
        assert!("#/cases/not-an-id".parse::<Route>().is_err());
        assert!("#/nowhere".parse::<Route>().is_err());
    }
}
