//! What the server counts while it runs, and how that is written for Prometheus (text format 0.0.4).
//!
//! A label is a word of this program: no name, id or word of a person's is ever one. It counts nothing across a restart.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use feltbog_ids::Position;
use feltbog_protocol::{Answer, Found, Reason};

/// Routes that are told apart; any other path is counted as the last.
const ROUTES: [&str; 8] = ["enrol", "sign_in", "push", "feed", "bodies", "repair", "bell", "other"];

/// Kinds of answers: done, refused with a reason, not possible now.
const CLASSES: [&str; 3] = ["ok", "refused", "failed"];

/// What repairs found.
const FOUND: [&str; 3] = ["all", "part", "moved"];

/// A number that goes up.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: [[Count; CLASSES.len()]; ROUTES.len()],
    stored: Count,
    known: Count,
    needs: Count,
    later: Count,
    refused: [Count; Reason::ALL.len()],
    repairs: [Count; FOUND.len()],
    mended: Count,
    pub(crate) pages: Count,
    pub(crate) bodies: Count,
    bells_begun: Count,
    bells_ended: Count,
}

/// A bell that hangs, for as long as this lives.
pub(crate) struct Hanging(Arc<Metrics>);

impl Hanging {
    pub(crate) fn begin(metrics: &Arc<Metrics>) -> Self {
        metrics.bells_begun.add(1);
        Self(Arc::clone(metrics))
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        self.0.bells_ended.add(1);
    }
}

impl Metrics {
    /// A request to a path was answered with this HTTP status.
    pub(crate) fn requested(&self, path: &str, status: u16) {
        let word = path.rsplit('/').next().unwrap_or_default();
        let route = ROUTES.iter().position(|route| *route == word);
        let class = match status {
            500.. => 2,
            400.. => 1,
            _ => 0,
        };
        self.requests[route.unwrap_or(ROUTES.len() - 1)][class].add(1);
    }

    /// A change was answered.
    pub(crate) fn answered(&self, answer: &Answer) {
        match answer {
            Answer::Stored(_) => self.stored.add(1),
            Answer::Known(_) => self.known.add(1),
            Answer::Needs(_) | Answer::NeedsParent(_) => self.needs.add(1),
            Answer::Later => self.later.add(1),
            Answer::Refused(reason) => {
                let place = Reason::ALL.iter().position(|known| known == reason);
                self.refused[place.unwrap_or_default()].add(1);
            }
        }
    }

    /// A repair was answered; so many documents and strangers were named in it.
    pub(crate) fn repaired(&self, found: Found, differs: usize) {
        let place = match found {
            Found::All => 0,
            Found::Part => 1,
            Found::Moved => 2,
        };
        self.repairs[place].add(1);
        self.mended.add(differs);
    }

    /// All of it as text, with where the log stands and the bytes of the database.
    pub(crate) fn text(&self, position: Position, bytes: u64) -> String {
        let mut page = Page::default();
        page.family("requests_total", "counter", "Requests by route and kind of answer.");
        for (route, classes) in ROUTES.iter().zip(&self.requests) {
            for (class, count) in CLASSES.iter().zip(classes) {
                page.line(&[("route", route), ("answer", class)], count.read());
            }
        }
        page.family("changes_total", "counter", "Changes sent by devices, by answer.");
        for (answer, count) in [
            ("stored", &self.stored),
            ("known", &self.known),
            ("needs", &self.needs),
            ("later", &self.later),
        ] {
            page.line(&[("answer", answer)], count.read());
        }
        page.family("changes_refused_total", "counter", "Changes refused, by reason.");
        for (reason, count) in Reason::ALL.iter().zip(&self.refused) {
            page.line(&[("reason", reason.word())], count.read());
        }
        page.family("repairs_total", "counter", "Repairs asked for, by what was found.");
        for (found, count) in FOUND.iter().zip(&self.repairs) {
            page.line(&[("found", found)], count.read());
        }
        for (name, kind, help, value) in self.singles(position, bytes) {
            page.family(name, kind, help);
            page.line(&[], value);
        }
        page.text
    }

    /// What has one number: its name, kind, words of help and the number.
    fn singles(&self, position: Position, bytes: u64) -> [(&'static str, &'static str, &'static str, u64); 6] {
        [
            (
                "repaired_total",
                "counter",
                "Documents that differed in repairs.",
                self.mended.read(),
            ),
            (
                "feed_pages_total",
                "counter",
                "Pages of the feed sent.",
                self.pages.read(),
            ),
            (
                "bodies_total",
                "counter",
                "Bodies of documents sent.",
                self.bodies.read(),
            ),
            (
                "bells_open",
                "gauge",
                "Devices that wait for the bell.",
                self.bells_open(),
            ),
            ("log_position", "gauge", "Where the log stands.", position.0),
            (
                "database_bytes",
                "gauge",
                "Bytes of the database and its write-ahead log.",
                bytes,
            ),
        ]
    }

    fn bells_open(&self) -> u64 {
        // Read in this order, an end that comes between the two is not counted before its beginning.
        let ended = self.bells_ended.read();
        self.bells_begun.read().saturating_sub(ended)
    }
}

/// A page of text being written.
#[derive(Default)]
struct Page {
    text: String,
    name: &'static str,
}

impl Page {
    fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.name = name;
        self.write(&format!("# HELP feltbog_{name} {help}\n# TYPE feltbog_{name} {kind}\n"));
    }

    fn line(&mut self, labels: &[(&str, &str)], value: u64) {
        let labels: Vec<_> = labels.iter().map(|(key, word)| format!("{key}=\"{word}\"")).collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        self.write(&format!("feltbog_{}{labels} {value}\n", self.name));
    }

    fn write(&mut self, words: &str) {
        self.text.write_str(words).expect("writing to memory does not fail");
    }
}

#[cfg(test)]
mod tests {
    use feltbog_ids::Position;
    use feltbog_protocol::{Answer, Found, Reason};

    use super::Metrics;

    #[test]
    fn what_was_counted_stands_in_the_text_and_no_path_becomes_a_label() {
        let metrics = Metrics::default();
        metrics.requested("/v1/0b9c/push", 200);
        metrics.requested("/v1/0b9c/feed", 503);
        metrics.requested("/v1/0b9c/Asta", 404);
        metrics.answered(&Answer::Stored(Position(1)));
        metrics.answered(&Answer::Refused(Reason::Rule));
        metrics.repaired(Found::All, 3);
        let text = metrics.text(Position(7), 4096);
        for line in [
            "feltbog_requests_total{route=\"push\",answer=\"ok\"} 1",
            "feltbog_requests_total{route=\"feed\",answer=\"failed\"} 1",
            "feltbog_requests_total{route=\"other\",answer=\"refused\"} 1",
            "feltbog_changes_total{answer=\"stored\"} 1",
            "feltbog_changes_refused_total{reason=\"rule\"} 1",
            "feltbog_repairs_total{found=\"all\"} 1",
            "feltbog_repaired_total 3",
            "feltbog_log_position 7",
            "feltbog_database_bytes 4096",
            "# TYPE feltbog_bells_open gauge",
        ] {
            assert!(text.lines().any(|here| here == line), "{line}\n{text}");
        }
        assert!(!text.contains("Asta") && !text.contains("0b9c"));
    }
}
