//! The chip: one sentence, always there, always true, and the way to *Sendt og hentet*.
//!
//! Which sentence is true is the desk's to say. Offline is grey, not red.

use feltbog_views::{ChipState, ChipView};
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::icon::{Glyph, icon};
use crate::route::Route;

/// What the chip says and how it looks.
struct Line {
    state: &'static str,
    glyph: Glyph,
    text: String,
    /// The form for a narrow screen, where it differs.
    short: Option<String>,
    second: Option<String>,
}

/// The chip's first line alone, for the page about it.
pub fn chip_line(around: &Around, chip: &ChipView) -> String {
    line_of(around, chip).text
}

/// The chip.
pub fn chip(around: &Around) -> Html {
    let Some(chip) = around.status.chip.as_ref() else { return Html::default() };
    let line = line_of(around, chip);
    let look = if chip.handling > 0 { "handling" } else { line.state };
    html! {
        <div class="chip-place" role="status" aria-live="polite">
            <a class={yew::classes!("chip", look)} href={Route::Sync.href()} data-test="chip" data-state={line.state}
                data-handling={chip.handling.to_string()}>
                {icon(line.glyph)}
                <span class="chip-lines">
                    <span class={yew::classes!("chip-first", line.short.is_some().then_some("wide"))}>{line.text}</span>
                    if let Some(short) = line.short { <span class="chip-first narrow">{short}</span> }
                    if let Some(second) = line.second { <span class="chip-second">{second}</span> }
                </span>
            </a>
        </div>
    }
}

fn line_of(around: &Around, chip: &ChipView) -> Line {
    let plain = plain_line(around, chip);
    if chip.handling == 0 {
        return plain;
    }
    let age = || age(around, chip);
    let second = if matches!(chip.state, ChipState::AllDone { .. }) { age() } else { Some(plain.text) };
    let text = around.words.say_with("chip-handling", &[("n", chip.handling.into())]);
    Line { text, short: None, second, glyph: Glyph::Warning, state: plain.state }
}

fn plain_line(around: &Around, chip: &ChipView) -> Line {
    let words = &around.words;
    let n = |key: &str, n: u32| words.say_with(key, &[("n", n.into()), ("shape", around.shape().into())]);
    let line = |state, glyph, text| Line { state, glyph, text, short: None, second: None };
    match &chip.state {
        ChipState::AllDone { at } => {
            let when = calendar::moment(words, at, around.now());
            let time = calendar::clock(words, at);
            let short = words.say_with("chip-all-done-short", &[("time", time.into())]);
            let text = words.say_with("chip-all-done", &[("when", when.into())]);
            Line { short: Some(short), ..line("all_done", Glyph::Done, text) }
        }
        ChipState::Sending { items: 0 } => line("sending", Glyph::Turning, words.say("chip-fetching")),
        ChipState::Sending { items } => line("sending", Glyph::Turning, n("chip-sending", *items)),
        ChipState::FirstSync { done, total } => {
            line("first_sync", Glyph::Received, first_sync(around, *done, *total))
        }
        ChipState::Waiting { items } => line("waiting", Glyph::Waiting, n("chip-waiting", *items)),
        ChipState::Fetching => line("fetching", Glyph::Turning, words.say("chip-fetching-rest")),
        ChipState::Offline { kept } => {
            Line { second: age(around, chip), ..line("offline", Glyph::Offline, n("chip-offline", *kept)) }
        }
        ChipState::SignIn { items } => line("sign_in", Glyph::SignIn, n("chip-sign-in", *items)),
        ChipState::Closed { items } => line("closed", Glyph::Warning, n("chip-closed", *items)),
    }
}

fn first_sync(around: &Around, done: u32, total: u32) -> String {
    let words = &around.words;
    let done = calendar::count(words, done);
    if total == 0 {
        return words.say_with("chip-first-sync-open", &[("done", done.into())]);
    }
    let total = calendar::count(words, total);
    words.say_with("chip-first-sync", &[("done", done.into()), ("total", total.into())])
}

fn age(around: &Around, chip: &ChipView) -> Option<String> {
    let when = calendar::moment(&around.words, chip.pulled.as_ref()?, around.now());
    Some(around.words.say_with("age", &[("when", when.into())]))
}
