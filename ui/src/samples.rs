//! Views of the demo town for this crate's tests, and a way to see what they draw without a browser.
//!
//! It is compiled for tests alone.

use feltbog_ids::{DocId, Instant};
use feltbog_views::{
    ChipState, ChipView, Gate, ItemState, Language, PersonView, Shape, StatusView, TaskRow, Theme, VisitRow,
    VisitState, When,
};
use yew::{Callback, ContextProvider, Html, LocalServerRenderer, Properties, component, html};

use crate::around::Around;
use crate::keeper::Keepers;
use crate::route::Route;
use crate::words::Words;

/// A document id.
pub fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}

/// A time on Tuesday 24 November 2026.
pub fn at(hour: i8, minute: i8) -> When {
    When {
        at: Instant(0),
        year: 2026,
        month: 11,
        day: 24,
        weekday: 2,
        week: 48,
        hour,
        minute,
    }
}

/// Maja's screen, with that chip.
pub fn around(language: Language, shape: Shape, state: ChipState, handling: u32) -> Around {
    let person = PersonView {
        name: "Maja Timian".into(),
        title: "SSH".into(),
        units: vec!["Team Kløver".into()],
        invented: true,
    };
    let status = StatusView {
        gate: Gate::Open,
        chip: Some(ChipView {
            state,
            handling,
            pulled: Some(at(13, 40)),
        }),
        person: Some(person),
        language,
        theme: Theme::Auto,
        shape,
        now: at(14, 5),
        user: Some("maja".into()),
        unread_news: 0,
        loose: 0,
        problem: None,
        shift_ended: None,
    };
    Around {
        words: Words::of(language).on(shape),
        status,
        route: Route::Today,
        pulse: 0,
        unheard: false,
        keepers: Keepers::default(),
        tell: Callback::noop(),
    }
}

/// Maja's screen with everything sent.
pub fn calm() -> Around {
    around(Language::Da, Shape::Tablet, ChipState::AllDone { at: at(14, 2) }, 0)
}

/// The visit at Ellen Gærdesmutte, whose address is protected.
pub fn visit() -> VisitRow {
    VisitRow {
        id: doc(1),
        case: doc(2),
        case_type: "helhedspleje".into(),
        start: at(9, 40),
        minutes: 25,
        title: "Sårpleje".into(),
        subject: "Ellen Gærdesmutte".into(),
        address: String::new(),
        tasks: vec![TaskRow {
            title: "Sår renses".into(),
            done: true,
        }],
        state: VisitState::Partly,
        with: vec!["Yusuf Løvstikke".into()],
        protected: true,
        invented: true,
        item: ItemState::Kept,
        notes: 2,
    }
}

#[derive(Properties, PartialEq)]
struct HolderProps {
    shown: Html,
}

#[component]
fn Holder(props: &HolderProps) -> Html {
    props.shown.clone()
}

/// The markup of what is drawn.
pub async fn markup(shown: Html) -> String {
    LocalServerRenderer::<Holder>::with_props(HolderProps { shown })
        .hydratable(false)
        .render()
        .await
}

/// The markup of what is drawn inside the page, for what asks the page what is around it.
pub async fn inside(around: Around, shown: Html) -> String {
    markup(html! { <ContextProvider<Around> context={around}>{shown}</ContextProvider<Around>> }).await
}
