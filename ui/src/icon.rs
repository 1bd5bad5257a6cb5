//! The icons, drawn in the page itself: no font, no download, the colour of the text around them.
//!
//! An icon never stands for a word alone: it is hidden from readers and a word stands beside it or names its button.

use yew::{Html, html};

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A day in a calendar.
    Today,
    /// A folder.
    Cases,
    /// A sheet with lines.
    News,
    /// Three lines.
    More,
    /// A tick in a circle.
    Done,
    /// A tick.
    Tick,
    /// Two arrows around.
    Turning,
    /// An arrow up, out of a tray.
    Waiting,
    /// A cloud struck through.
    Offline,
    /// A triangle with a mark.
    Warning,
    /// A padlock.
    Lock,
    /// A person at a door.
    SignIn,
    /// A shield.
    Protected,
    /// Two people.
    Together,
    /// A place on a map.
    Place,
    /// An arrow back.
    Back,
    /// A magnifying glass.
    Search,
    /// A pen.
    Write,
    /// A device.
    Device,
    /// An arrow into a tray.
    Received,
    /// A ring, not ticked.
    Open,
    /// An arrow to the right.
    Onward,
    /// Rub out one digit.
    Erase,
    /// A clock.
    Clock,
}

impl Glyph {
    /// Strokes on a 24 by 24 grid.
    fn path(self) -> &'static str {
        match self {
            Self::Today => "M4 6.5h16v13.5H4zM4 10.5h16M8 3.5v4M16 3.5v4M8.5 15l2.5 2.3 4.5-4.3",
            Self::Cases => "M3.5 19V5.5h6l2 2.5h9V19zM3.5 12h17",
            Self::News => {
                "M5 4h11v16H6.5A1.5 1.5 0 0 1 5 18.5zM16 8.500h3.500v10a1.500 1.500 0 0 1-3.500 0M8 8h5M8 12h5M8 16h5"
            }
            Self::More => "M4 7h16M4 12h16M4 17h16",
            Self::Done => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM8 12.300l2.800 2.700L16 9.500",
            Self::Tick => "M5 12.500l4.500 4.500L19 7.500",
            Self::Turning => "M19.500 9A8 8 0 0 0 5 8M4.500 15A8 8 0 0 0 19 16M5 4v4h4M19 20v-4h-4",
            Self::Waiting => "M12 15V4M8 8l4-4 4 4M4 14v6h16v-6",
            Self::Received => "M12 4v11M8 11l4 4 4-4M4 14v6h16v-6",
            Self::Offline => {
                "M7.500 18.500H17a4 4 0 0 0 2.700-7M16.200 8.300A5.500 5.500 0 0 0 9 6.600M6.800 9.500A4.500 4.500 0 0 0 7.500 18.500M4 4l16 16"
            }
            Self::Warning => "M12 4.500 21 19.500H3zM12 10v4.500M12 17v.200",
            Self::Lock => "M5.500 11h13v9h-13zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11M12 14.500v2",
            Self::SignIn => "M13 4h6.500v16H13M4 12h10M10.500 8.500 14 12l-3.500 3.500",
            Self::Protected => {
                "M12 3.500 19.500 6v5.500c0 4.500-3 7.500-7.500 9-4.500-1.500-7.500-4.500-7.500-9V6zM9 12l2.200 2.200L15.200 10"
            }
            Self::Together => {
                "M12 8.500a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM3.500 19.500c0-3.500 2.500-5.500 5.500-5.500s5.500 2 5.500 5.500M15 5.800a3 3 0 0 1 0 5.500M17 14.500c2 .700 3.500 2.500 3.500 5"
            }
            Self::Place => {
                "M12 21c4.500-4.700 6.500-8 6.500-11a6.500 6.500 0 0 0-13 0c0 3 2 6.300 6.500 11zM14.500 10a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z"
            }
            Self::Back => "M11 5.500 4.500 12l6.500 6.500M4.500 12H20",
            Self::Search => "M17 10.500a6.500 6.500 0 1 1-13 0 6.500 6.500 0 0 1 13 0zM15.300 15.300 20.500 20.500",
            Self::Write => "M4 20l1-4.500L16.500 4 20 7.500 8.500 19zM14 6.500 17.500 10",
            Self::Device => "M6 3.500h12v17H6zM11 17.500h2",
            Self::Open => "M20.500 12a8.500 8.500 0 1 1-17 0 8.500 8.500 0 0 1 17 0z",
            Self::Onward => "M9 5.500 15.500 12 9 18.500",
            Self::Erase => "M9 5.500h11.500v13H9L3 12zM12 9.500l5 5M17 9.500l-5 5",
            Self::Clock => "M20.500 12a8.500 8.500 0 1 1-17 0 8.500 8.500 0 0 1 17 0zM12 7v5.300l3.500 2",
        }
    }
}

/// Draws it at the size of the text around it.
pub fn icon(glyph: Glyph) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d={glyph.path()} fill="none" stroke="currentColor" stroke-width="1.9"
                stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}
