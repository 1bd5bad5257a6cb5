//! Makes a document's projection.
//!
//! A pure function of one document. It does not know who reads.

use feltbog_ids::{DocId, EnrolmentId, Instant, PersonId, UnitId};

use crate::{
    Book, CaseFacts, Kind, LooseFacts, NoteFacts, PartFacts, PersonFacts, PostFacts, Projection, Scalar, Standing,
    TaskFacts, UnitFacts, VisitFacts, reach::audience_of_map,
};

/// Characters of an excerpt.
const EXCERPT: usize = 160;

impl Book {
    /// What this document looks like from outside.
    pub fn project(&self) -> Projection {
        match self.birth().kind {
            Kind::Unit => Projection::Unit(self.unit_facts()),
            Kind::Person => Projection::Person(self.person_facts()),
            Kind::Case => Projection::Case(self.case_facts()),
            Kind::Part => Projection::Part(PartFacts {
                title: self.words("title"),
            }),
            Kind::Visit => Projection::Visit(self.visit_facts()),
            Kind::Note => Projection::Note(self.note_facts()),
            Kind::Post => Projection::Post(self.post_facts()),
            Kind::Loose => Projection::Loose(self.loose_facts()),
        }
    }

    /// All words of the document for the full-text index: texts, fields and facts.
    pub fn full_text(&self) -> String {
        let mut words = vec![self.project().search_words(), self.text()];
        for key in self.keys("fields") {
            if let Some(Scalar::Text(text)) = self.within("fields", &key) {
                words.push(text);
            }
        }
        words.join("\n")
    }

    fn unit_facts(&self) -> UnitFacts {
        UnitFacts {
            name: self.words("name"),
            within: self.id_at("within").map(UnitId::from),
        }
    }

    fn person_facts(&self) -> PersonFacts {
        let enrolments = self.keys_ever("enrolments");
        PersonFacts {
            name: self.words("name"),
            title: self.words("title"),
            enrolments: enrolments.iter().filter_map(|key| key.parse().ok()).collect(),
            invented: self.flag("invented"),
            units: self
                .words("units")
                .split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect(),
        }
    }

    fn case_facts(&self) -> CaseFacts {
        CaseFacts {
            number: self.words("number"),
            title: self.words("title"),
            case_type: self.words("type"),
            subject: self.words("subject"),
            cpr: self.words("cpr"),
            address: self.words("address"),
            unit: self.id_at("unit").map(UnitId::from),
            people: self.people(),
            standing: self.standing(),
            step: self.words("step"),
            opened: self.instant("opened"),
            due: self.instant("due"),
            closed: self.instant("closed"),
            protected: self.flag("protected"),
            invented: self.flag("invented"),
            changed: self.changed(),
            lat: self.number("lat"),
            lon: self.number("lon"),
        }
    }

    fn visit_facts(&self) -> VisitFacts {
        let task = |key: String| match self.within("tasks", &key) {
            Some(Scalar::Text(title)) => Some(TaskFacts {
                title,
                done: self.within("ticks", &key).is_some(),
            }),
            _ => None,
        };
        VisitFacts {
            start: self.instant("start").unwrap_or_default(),
            minutes: self
                .count("minutes")
                .and_then(|minutes| u32::try_from(minutes).ok())
                .unwrap_or(0),
            title: self.words("title"),
            people: self.people(),
            tasks: self.keys("tasks").into_iter().filter_map(task).collect(),
            state: self.words("state"),
        }
    }

    fn note_facts(&self) -> NoteFacts {
        let history = self.history();
        let mut authors: Vec<EnrolmentId> = Vec::new();
        for change in &self.standing_history() {
            if !authors.contains(&change.by) {
                authors.push(change.by);
            }
        }
        NoteFacts {
            visit: self.id_at("visit"),
            excerpt: excerpt(&self.standing_text()),
            finished_by: self.id_at("finished_by").map(PersonId::from),
            finished_at: self.instant("finished_at"),
            authors,
            started: history.iter().map(|change| change.at).min().unwrap_or_default(),
            changed: self.changed(),
        }
    }

    fn post_facts(&self) -> PostFacts {
        PostFacts {
            title: self.words("title"),
            excerpt: excerpt(&self.text()),
            by: self.words("by"),
            published: self.instant("published").unwrap_or_default(),
            until: self.instant("until"),
            urgent: self.flag("urgent"),
            acknowledge: self.flag("acknowledge"),
            audience: audience_of_map(self).units.into_iter().collect(),
        }
    }

    fn loose_facts(&self) -> LooseFacts {
        LooseFacts {
            case: self.id_at("case"),
            author: self.id_at("author").map(PersonId::from),
            written: self.instant("written").unwrap_or_default(),
            received: self.instant("received").unwrap_or_default(),
            excerpt: excerpt(&self.words("words")),
            finished: self.flag("finished"),
            settled: self.instant("settled"),
        }
    }

    /// The text that counts: at the finishing heads once a note is finished, else as it stands.
    pub fn standing_text(&self) -> String {
        match self.finished_heads() {
            Some(heads) => self.text_at(&heads).unwrap_or_else(|_| self.text()),
            None => self.text(),
        }
    }

    fn standing(&self) -> Standing {
        match self.words("state").as_str() {
            "closed" => Standing::Closed,
            "paused" => Standing::Paused,
            _ => Standing::Open,
        }
    }

    fn changed(&self) -> Instant {
        self.history().iter().map(|change| change.at).max().unwrap_or_default()
    }

    fn people(&self) -> Vec<PersonId> {
        let id = |key: &String| key.parse::<DocId>().ok().map(PersonId::from);
        self.keys("people").iter().filter_map(id).collect()
    }

    fn number(&self, key: &str) -> Option<f64> {
        match self.root(key) {
            Some(Scalar::Number(number)) => Some(number),
            _ => None,
        }
    }
}

/// The first words, cut between words where that is possible.
fn excerpt(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= EXCERPT {
        return flat;
    }
    let cut: String = flat.chars().take(EXCERPT - 1).collect();
    let end = cut.rfind(' ').filter(|end| *end > EXCERPT / 2).unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}
