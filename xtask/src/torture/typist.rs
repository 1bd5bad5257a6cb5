//! One person at one device: draws the next command that writes, sends it, and remembers what the device answered.
//! It neither starts nor kills a device; when no answer comes it stops and says so.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::chance::Chance;
use super::ledger::{Said, What, field_words};
use crate::demo::door::Door;

/// Ideographs are signs: one character, so that no difference of texts can mistake a part of one for a part of another.
const FIRST_SIGN: u32 = 0x4e00;

/// How many of them there are.
const SIGNS: u32 = 0x5200;

/// A note is left alone after so many signs.
const LONGEST_NOTE: usize = 12;

/// The fields of the town's cases that a person may set.
const FIELDS: [&str; 2] = ["mobilitet", "hjaelpemidler"];

/// Somebody who types.
pub struct Typist {
    who: usize,
    chance: Chance,
    cases: Vec<String>,
    signs: u32,
    page: Option<Page>,
    unanswered: Option<Deed>,
}

/// The note that is open on the screen.
struct Page {
    note: String,
    case: String,
    heads: Value,
    text: String,
    signs: usize,
}

/// A command that writes, and what it is to bring about.
struct Deed {
    command: Value,
    said: Said,
}

impl Typist {
    /// The one who is `who` of two, on a device that shows these cases.
    pub fn new(who: usize, chance: Chance, cases: Vec<String>) -> Self {
        Self {
            who,
            chance,
            cases,
            signs: 0,
            page: None,
            unanswered: None,
        }
    }

    /// Writes up to so many commands, until told to stop or until the device answers no more. `busy` is set while one
    /// is not answered.
    pub fn writes(&mut self, door: &Door, most: usize, stop: &AtomicBool, busy: &AtomicBool) -> Result<Vec<Said>> {
        let mut all = Vec::new();
        while all.len() < most && !stop.load(Ordering::SeqCst) {
            let Some(deed) = self.next(door)? else {
                break;
            };
            busy.store(true, Ordering::SeqCst);
            let reply = door.sends(&deed.command);
            busy.store(false, Ordering::SeqCst);
            if let Ok(reply) = reply {
                all.extend(self.hears(deed.said, &reply));
            } else {
                all.push(deed.said.clone());
                self.page = None;
                self.unanswered = Some(deed);
                break;
            }
        }
        Ok(all)
    }

    /// Whether the last command was not answered.
    pub fn waits_for_an_answer(&self) -> bool {
        self.unanswered.is_some()
    }

    /// Half the time, does what a page does after a crash: sends the unanswered command again, with the same id.
    pub fn asks_again(&mut self, door: &Door) -> Result<Option<Said>> {
        let Some(deed) = self.unanswered.take().filter(|_| self.chance.percent(50)) else {
            return Ok(None);
        };
        let reply = door.sends(&deed.command)?;
        Ok(self.hears(deed.said, &reply))
    }

    /// What a reply says was done. A problem says that nothing was.
    fn hears(&mut self, said: Said, reply: &Value) -> Option<Said> {
        let note = &reply["note"];
        let done = match said.what {
            What::Words(_) => reply["is"] == "draft",
            What::Field(..) => reply["is"] == "field",
            What::Finish => note["state"]["state"] == "finished",
        };
        match said.what {
            What::Words(_) if done => self.turns_to(&said, note),
            What::Words(_) | What::Finish => self.page = None,
            What::Field(..) => {}
        }
        done.then_some(Said { answered: true, ..said })
    }

    fn turns_to(&mut self, said: &Said, note: &Value) {
        let signs = self.page.take().map_or(0, |page| page.signs) + 1;
        let text = note["text"].as_str().unwrap_or_default().to_owned();
        let draft = note["state"]["state"] == "draft";
        self.page = (draft && signs < LONGEST_NOTE).then(|| Page {
            note: said.doc.clone(),
            case: said.case.clone(),
            heads: note["heads"].clone(),
            text,
            signs,
        });
    }

    /// None when the device died while it was only looked at: that leaves no command open.
    fn next(&mut self, door: &Door) -> Result<Option<Deed>> {
        if self.chance.percent(15) {
            return self.sets_a_field(door);
        }
        match self.page.take() {
            Some(page) if self.chance.percent(12) => Ok(Some(self.finishes(&page))),
            Some(page) => self.goes_on(page),
            None if self.chance.percent(25) => self.joins_in(door),
            None => self.begins(),
        }
    }

    fn begins(&mut self) -> Result<Option<Deed>> {
        let page = Page {
            note: self.chance.id(),
            case: self.chance.one(&self.cases).clone(),
            heads: json!([]),
            text: String::new(),
            signs: 0,
        };
        self.goes_on(page)
    }

    /// Types in the newest draft of a case, whoever began it; in a new note where there is none.
    fn joins_in(&mut self, door: &Door) -> Result<Option<Deed>> {
        let case = self.chance.one(&self.cases).clone();
        let Ok(shown) = door.asks(&json!({"do": "case", "id": case})) else {
            return Ok(None);
        };
        let notes = shown["notes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_open = |note: &&Value| note["state"]["state"] == "draft" && note["may_write"] == true;
        let Some(note) = notes.iter().find(is_open) else {
            return self.begins();
        };
        let word = |key: &str| note[key].as_str().map(str::to_owned);
        let page = Page {
            note: word("id").context("a note has an id")?,
            case,
            heads: note["heads"].clone(),
            text: word("text").context("a note has a text")?,
            signs: LONGEST_NOTE / 2,
        };
        self.goes_on(page)
    }

    fn goes_on(&mut self, page: Page) -> Result<Option<Deed>> {
        let sign = self.sign()?;
        let command = json!({
            "do": "keep_draft", "id": self.chance.id(), "note": page.note, "case": page.case, "visit": null,
            "heads": page.heads, "before": page.text, "after": format!("{} Set {sign} her.", page.text),
        });
        let said = self.said(&page.note, &page.case, What::Words(sign));
        self.page = Some(page);
        Ok(Some(Deed { command, said }))
    }

    fn finishes(&mut self, page: &Page) -> Deed {
        let command = json!({"do": "finish_note", "id": self.chance.id(), "note": page.note, "heads": page.heads});
        Deed {
            command,
            said: self.said(&page.note, &page.case, What::Finish),
        }
    }

    fn sets_a_field(&mut self, door: &Door) -> Result<Option<Deed>> {
        let (case, key) = (self.chance.one(&self.cases).clone(), *self.chance.one(&FIELDS));
        let Ok(shown) = door.asks(&json!({"do": "case", "id": case})) else {
            return Ok(None);
        };
        let sign = self.sign()?;
        let command = json!({
            "do": "set_field", "id": self.chance.id(), "case": case, "key": key, "heads": shown["heads"],
            "value": {"type": "text", "value": field_words(sign)},
        });
        let said = self.said(&case, &case, What::Field(key, sign));
        Ok(Some(Deed { command, said }))
    }

    fn said(&self, doc: &str, case: &str, what: What) -> Said {
        Said {
            by: self.who,
            doc: doc.to_owned(),
            case: case.to_owned(),
            what,
            answered: false,
        }
    }

    /// One that was not used before: the two take turns.
    fn sign(&mut self) -> Result<char> {
        let number = 2 * self.signs + u32::try_from(self.who)?;
        self.signs += 1;
        let sign = (number < SIGNS).then(|| char::from_u32(FIRST_SIGN + number));
        sign.flatten().context("all signs are used up: ask for fewer rounds")
    }
}
