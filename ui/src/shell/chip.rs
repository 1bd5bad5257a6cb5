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

/// How long the first fetch still takes, once that can be said.
pub fn time_left(around: &Around, chip: &ChipView) -> Option<String> {
    let ChipState::FirstSync { left, .. } = chip.state else {
        return None;
    };
    let (unit, amount) = match left? {
        ..60 => ("soon", 0),
        // To the nearest, and in hours once half of one more or less says little.
        seconds @ ..5_400 => ("minutes", (seconds + 30) / 60),
        seconds => ("hours", seconds.saturating_add(1_800) / 3_600),
    };
    let amount = [("unit", unit.into()), ("amount", amount.into())];
    Some(around.words.say_with("chip-time-left", &amount))
}

/// The chip.
pub fn chip(around: &Around) -> Html {
    let Some(chip) = around.status.chip.as_ref() else {
        return Html::default();
    };
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
    let second = if matches!(chip.state, ChipState::AllDone { .. }) {
        age()
    } else {
        Some(plain.text)
    };
    let text = around.words.say_with("chip-handling", &[("n", chip.handling.into())]);
    Line {
        text,
        short: None,
        second,
        glyph: Glyph::Warning,
        state: plain.state,
    }
}

fn plain_line(around: &Around, chip: &ChipView) -> Line {
    let words = &around.words;
    let n = |key: &str, n: u32| words.say_with(key, &[("n", n.into())]);
    let line = |state, glyph, text| Line {
        state,
        glyph,
        text,
        short: None,
        second: None,
    };
    match &chip.state {
        ChipState::AllDone { at } => {
            let when = calendar::moment(words, at, around.now());
            let time = calendar::clock(words, at);
            let short = words.say_with("chip-all-done-short", &[("time", time.into())]);
            let text = words.say_with("chip-all-done", &[("when", when.into())]);
            Line {
                short: Some(short),
                ..line("all_done", Glyph::Done, text)
            }
        }
        ChipState::Sending { items: 0 } => line("sending", Glyph::Turning, words.say("chip-fetching")),
        ChipState::Sending { items } => line("sending", Glyph::Turning, n("chip-sending", *items)),
        ChipState::FirstSync { done, total, .. } => Line {
            second: time_left(around, chip),
            ..line("first_sync", Glyph::Received, first_sync(around, *done, *total))
        },
        ChipState::Waiting { items } => line("waiting", Glyph::Waiting, n("chip-waiting", *items)),
        ChipState::Fetching => line("fetching", Glyph::Turning, words.say("chip-fetching-rest")),
        ChipState::Offline { kept } => Line {
            second: age(around, chip),
            ..line("offline", Glyph::Offline, n("chip-offline", *kept))
        },
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

#[cfg(test)]
mod tests {
    use feltbog_views::{ChipState, Language, Shape};

    use super::{chip, chip_line, time_left};
    use crate::samples::{around, at, markup};

    fn says(language: Language, shape: Shape, state: ChipState, handling: u32) -> String {
        let around = around(language, shape, state, handling);
        around
            .status
            .chip
            .as_ref()
            .map(|chip| chip_line(&around, chip))
            .unwrap_or_default()
    }

    #[test]
    fn the_chip_says_the_agreed_sentences() {
        let says = |state| says(Language::Da, Shape::Tablet, state, 0);
        assert_eq!(
            says(ChipState::AllDone { at: at(14, 2) }),
            "Alt er sendt og hentet kl. 14.02"
        );
        assert_eq!(says(ChipState::Sending { items: 3 }), "Sender 3 …");
        assert_eq!(says(ChipState::Waiting { items: 3 }), "3 venter på at blive sendt");
        assert_eq!(says(ChipState::Offline { kept: 3 }), "Uden net · 3 gemt på tabletten");
        assert_eq!(says(ChipState::Offline { kept: 0 }), "Uden net");
        assert_eq!(says(ChipState::SignIn { items: 3 }), "Log ind for at sende 3");
        assert_eq!(
            says(ChipState::FirstSync {
                done: 1200,
                total: 5296,
                left: None
            }),
            "Henter 1.200 af 5.296 …"
        );
    }

    #[test]
    fn the_noun_is_that_of_the_device() {
        let state = ChipState::Offline { kept: 1 };
        assert_eq!(
            says(Language::Da, Shape::Phone, state.clone(), 0),
            "Uden net · 1 gemt på telefonen"
        );
        assert_eq!(
            says(Language::Da, Shape::Computer, state.clone(), 0),
            "Uden net · 1 gemt på computeren"
        );
        assert_eq!(
            says(Language::En, Shape::Phone, state, 0),
            "No network · 1 kept on the phone"
        );
    }

    #[tokio::test]
    async fn the_chip_never_says_all_is_sent_while_something_needs_the_person() {
        let around = around(Language::Da, Shape::Tablet, ChipState::AllDone { at: at(14, 2) }, 2);
        let markup = markup(chip(&around)).await;
        assert!(
            markup.contains("2 kræver din handling") && markup.contains("Senest hentet kl. 13.40"),
            "{markup}"
        );
        assert!(!markup.contains("Alt er sendt"), "{markup}");
    }

    #[test]
    fn the_time_that_is_left_is_said_in_whole_minutes_or_hours() {
        let says = |language, left| {
            let state = ChipState::FirstSync {
                done: 1200,
                total: 5296,
                left,
            };
            let around = around(language, Shape::Tablet, state, 0);
            around.status.chip.as_ref().and_then(|chip| time_left(&around, chip))
        };
        let danish = |seconds| says(Language::Da, Some(seconds)).unwrap_or_default();
        assert_eq!(danish(0), "Under 1 minut tilbage");
        assert_eq!(danish(59), "Under 1 minut tilbage");
        assert_eq!(danish(60), "Ca. 1 minut tilbage");
        assert_eq!(danish(190), "Ca. 3 minutter tilbage");
        assert_eq!(danish(5_399), "Ca. 90 minutter tilbage");
        assert_eq!(danish(5_400), "Ca. 2 timer tilbage");
        assert_eq!(danish(u32::MAX), "Ca. 1193046 timer tilbage");
        let english = |seconds| says(Language::En, Some(seconds)).unwrap_or_default();
        assert_eq!(english(12), "Less than a minute left");
        assert_eq!(english(80), "About 1 minute left");
        assert_eq!(english(190), "About 3 minutes left");
        assert_eq!(english(10_000), "About 3 hours left");
        assert_eq!(says(Language::Da, None), None);
    }

    #[tokio::test]
    async fn the_first_fetch_says_how_far_it_is_and_how_long_it_takes() {
        let state = ChipState::FirstSync {
            done: 1200,
            total: 5296,
            left: Some(190),
        };
        let markup = markup(chip(&around(Language::Da, Shape::Phone, state, 0))).await;
        assert!(
            markup.contains("Henter 1.200 af 5.296 …") && markup.contains("Ca. 3 minutter tilbage"),
            "{markup}"
        );
    }

    #[tokio::test]
    async fn without_a_network_the_chip_says_how_old_the_plan_is() {
        let around = around(Language::Da, Shape::Tablet, ChipState::Offline { kept: 3 }, 0);
        let markup = markup(chip(&around)).await;
        assert!(
            markup.contains("data-state=\"offline\"") && markup.contains("Senest hentet kl. 13.40"),
            "{markup}"
        );
    }
}
