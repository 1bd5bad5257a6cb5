//! A year of a large town: thousands of cases of one unit with their visits and notes, all of them one worker's to see.
//!
//! It is as large as is asked for, in the same proportions, and the same every time. All of it is invented.

use feltbog_casebook::{Edit, Kind, Scalar};
use feltbog_ids::{DocId, Instant, PersonId, Span};
use feltbog_server::StoreError;

use crate::{Chance, World};

/// Documents written in one transaction.
const AT_ONCE: usize = 200;

/// Visits of the day on the worker's own list, however large the town is.
const TODAY: usize = 9;

/// Colleagues whose visits are seen as well.
const COLLEAGUES: usize = 14;

/// Of a hundred documents so many are cases; each case has some two visits and three notes.
const CASES: usize = 16;

/// As above.
const VISITS: usize = 34;

/// A word that stands in three notes of any town.
pub const RARE: &str = "kolibri";

/// A word that stands in most notes.
pub const COMMON: &str = "borgeren";

const FIRST_NAMES: [&str; 12] = [
    "Inger", "Aage", "Ellen", "Knud", "Bodil", "Svend", "Åse", "Egon", "Karla", "Nora", "Villads", "Mogens",
];

const LAST_NAMES: [&str; 12] = [
    "Rødhals",
    "Nattergal-Sørensen",
    "Gærdesmutte",
    "Tårnfalk",
    "Bogfinke",
    "Isfugl",
    "Musvit",
    "Stillits",
    "Sivsanger",
    "Gråspurv",
    "Vipstjert",
    "Munk-Hejre",
];

const STREETS: [&str; 4] = ["Prøvevej", "Øvestræde", "Eksempelgade", "Aagade"];

const TYPES: [&str; 3] = ["helhedspleje", "tilsyn_i_byrum", "dagsnotater"];

const WORDS: [&str; 48] = [
    "borgeren",
    "har",
    "det",
    "godt",
    "i",
    "dag",
    "og",
    "er",
    "glad",
    "for",
    "besøget",
    "vi",
    "gik",
    "en",
    "tur",
    "ud",
    "til",
    "køkkenet",
    "hvor",
    "der",
    "blev",
    "drukket",
    "kaffe",
    "støttestrømper",
    "på",
    "såret",
    "ser",
    "pænt",
    "forbindingen",
    "skiftet",
    "ringer",
    "datteren",
    "i",
    "morgen",
    "aftalt",
    "ny",
    "tid",
    "lift",
    "sejl",
    "størrelse",
    "vægt",
    "ønsker",
    "bad",
    "fredag",
    "træt",
    "sov",
    "dårligt",
    "hoste",
];

/// What was made.
pub struct City {
    /// Cases of the worker's unit.
    pub cases: Vec<DocId>,
    /// Notes on them.
    pub notes: Vec<DocId>,
}

/// One document to be written.
struct Page {
    kind: Kind,
    id: DocId,
    parent: Option<DocId>,
    edits: Vec<Edit>,
}

impl City {
    /// Adds so many documents to a world's town, for Anna of Team Kløver to see.
    pub fn grows(world: &World, documents: usize) -> Self {
        let mut chance = Chance::of(documents as u64);
        let colleagues: Vec<PersonId> = (0..COLLEAGUES).map(|_| PersonId::from(id(&mut chance))).collect();
        let cases: Vec<DocId> = (0..documents * CASES / 100).map(|_| id(&mut chance)).collect();
        let mut notes = Vec::new();
        let mut pages = Vec::new();
        for number in 0..documents {
            if number % AT_ONCE == 0 {
                write(world, &pages, age(number, documents));
                pages.clear();
            }
            let page = match number {
                _ if number < cases.len() => case(world, &mut chance, cases[number], number),
                _ if number < documents * (CASES + VISITS) / 100 => {
                    let today = number - cases.len() < TODAY;
                    visit(world, &mut chance, &cases, (&colleagues, today))
                }
                _ => {
                    let note = note(world, &mut chance, &cases, documents - number);
                    notes.push(note.id);
                    note
                }
            };
            pages.push(page);
        }
        write(world, &pages, Span::days(0));
        Self { cases, notes }
    }

    /// So many notes get a few words more.
    pub fn changes(&self, world: &World, notes: usize, round: usize) {
        let mut chance = Chance::of(round as u64);
        let pages: Vec<_> = (0..notes)
            .map(|at| {
                let case = self.cases[(round * notes + at) % self.cases.len()];
                let value = sentence(&mut chance, 6);
                Page {
                    kind: Kind::Case,
                    id: case,
                    parent: None,
                    edits: vec![Edit::within("fields", "mobilitet", value)],
                }
            })
            .collect();
        write(world, &pages, Span::days(0));
    }
}

/// The first documents are a year old.
fn age(number: usize, documents: usize) -> Span {
    let days = 365 - 365 * number / documents.max(1);
    Span::days(i64::try_from(days).unwrap_or(0))
}

fn write(world: &World, pages: &[Page], age: Span) {
    let (server, now) = (&world.server, Instant(world.server.now().0 - age.0));
    let written = server.store().batch::<_, StoreError>(now, |batch| {
        let hand = batch.server_hand(&server.dice);
        for page in pages {
            batch.put(&hand, &batch.birth(page.kind, page.id, page.parent), &page.edits)?;
        }
        Ok(())
    });
    written.expect("the server's own hand may write");
}

fn case(world: &World, chance: &mut Chance, id: DocId, number: usize) -> Page {
    let subject = format!("{} {}", chance.one(&FIRST_NAMES), chance.one(&LAST_NAMES));
    let address = format!("{} {}, 0000 Feltby", chance.one(&STREETS), 1 + chance.below(200));
    let state = *chance.one(&["open", "open", "open", "paused", "closed"]);
    let due = world.server.now() + Span::days(i64::try_from(chance.below(120)).unwrap_or(0) - 20);
    let mut edits = vec![
        Edit::root("number", format!("2026-{number:06}")),
        Edit::root("title", sentence(chance, 3)),
        Edit::root("type", *chance.one(&TYPES)),
        Edit::root("subject", subject),
        Edit::root("address", address),
        Edit::root("state", state),
        Edit::root("unit", Scalar::Bytes(world.town.kloever.as_bytes().to_vec())),
        Edit::within("fields", "mobilitet", sentence(chance, 12)),
        Edit::within("fields", "hjaelpemidler", sentence(chance, 8)),
    ];
    if chance.percent(70) {
        edits.push(Edit::root("due", due));
    }
    if chance.percent(5) {
        edits.push(Edit::within("people", &world.town.anna.person.to_string(), true));
    }
    Page {
        kind: Kind::Case,
        id,
        parent: None,
        edits,
    }
}

/// A visit of the worker's today, or of anybody's on a day of the year.
fn visit(world: &World, chance: &mut Chance, cases: &[DocId], (colleagues, today): (&[PersonId], bool)) -> Page {
    let mine = today || chance.percent(7);
    let person = if mine {
        world.town.anna.person
    } else {
        *chance.one(colleagues)
    };
    let hours = i64::try_from(chance.below(9)).unwrap_or(0) - 5;
    let day = if today { 0 } else { chance.below(365) };
    let start = world.server.now() + Span::seconds(hours * 3_600 - i64::try_from(day).unwrap_or(0) * 86_400);
    let mut edits = vec![
        Edit::root("start", start),
        Edit::root("minutes", Scalar::Int(30)),
        Edit::root(
            "title",
            *chance.one(&["Morgenpleje", "Bad", "Sårpleje", "Frokost", "Tilsyn"]),
        ),
        Edit::root("state", if today { "planned" } else { "done" }),
        Edit::within("people", &person.to_string(), true),
    ];
    for (key, task) in ["a", "b"].iter().zip(["Støttestrømper", "Sengetøj"]) {
        edits.push(Edit::within("tasks", key, task));
    }
    Page {
        kind: Kind::Visit,
        id: id(chance),
        parent: Some(*chance.one(cases)),
        edits,
    }
}

/// One note in twenty is long; three in five are finished. The last three hold the rare word.
fn note(world: &World, chance: &mut Chance, cases: &[DocId], before_the_end: usize) -> Page {
    let long = if chance.percent(5) { 900 } else { 15 };
    let words = long + chance.below(60);
    let mut text = sentence(chance, words);
    if before_the_end <= 3 {
        text.push(' ');
        text.push_str(RARE);
    }
    let typed = Edit::Type {
        before: String::new(),
        after: text,
    };
    let mut edits = vec![typed];
    if chance.percent(60) {
        edits.push(Edit::Finish {
            by: world.town.anna.person,
            at: world.server.now(),
        });
    }
    Page {
        kind: Kind::Note,
        id: id(chance),
        parent: Some(*chance.one(cases)),
        edits,
    }
}

fn sentence(chance: &mut Chance, words: usize) -> String {
    let words: Vec<_> = (0..words).map(|_| *chance.one(&WORDS)).collect();
    words.join(" ")
}

fn id(chance: &mut Chance) -> DocId {
    DocId::from_bytes(chance.bytes())
}
