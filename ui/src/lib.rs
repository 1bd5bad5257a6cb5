//! The page: draws views and sends commands. It knows no documents, no database and no server.
//!
//! In reading order: the page and what surrounds a screen, the gate before it, the screens, the parts they share, and
//! what is pure (drafts, carets, routes, calendar, stretches of a list).
//!
//! Hooks for tests, kept stable: every one is a `data-test` attribute.
//! `gate` (with `data-gate`), `language-da`, `language-en`, `pin-key-0` … `pin-key-9`, `pin-erase`, `pin-dots`, `problem`,
//! `input-NAME` for NAME in address, token, user, password, pin, pin-again, `enrol-submit`, `signin-submit`;
//! `chip` (with `data-state` as in `ChipState` and `data-handling`), `lock`, `tab-today`, `tab-cases`, `tab-news`, `tab-more`,
//! `age`, `back`; `visit` and `case` rows (with `data-id`), `search`, `filter-mine`, `filter-overdue`, `filter-type`,
//! `filter-show`, `sort`, `total`, `case-scroller`; `case-title`, `field-KEY`, `conflict-KEY`, `keep-mine`, `use-other`,
//! `write-note`, `note-text`, `note-finish`, `note-kept`, `note` items (with `data-id`, `data-state`, `data-item`),
//! `note-continue`; `news-row` (with `data-id`), `post-body`; `send-now`, `waiting`, `parked`, `parked-words`, `dismiss`,
//! `dismiss-sure`; `set-language-da`, `set-language-en`, `set-theme-auto`, `set-theme-light`, `set-theme-dark`.

mod around;
mod page;
mod shell;

mod gate;

mod case;
mod cases;
mod more;
mod news;
mod today;

mod answer;
mod desk;
mod draw;
mod icon;
mod keeper;
mod leftover;
mod parts;
mod words;

mod calendar;
mod caret;
mod draft;
mod route;
mod stretch;

#[cfg(test)]
mod samples;

pub use page::Page;
