//! *Afleveret til din leder*: notes that had no place, as their author sees them once the leader has the words.
//!
//! The words are not here any more, so that taking one off the list loses nothing.

use feltbog_ids::CommandId;
use feltbog_views::{Command, HandedRow, Reply};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, html};

use crate::around::{Around, Word};
use crate::calendar;
use crate::desk;
use crate::icon::{Glyph, icon};

/// The list.
pub fn handed(around: &Around, rows: &[HandedRow]) -> Html {
    let words = &around.words;
    html! {
        <section class="panel" aria-labelledby="handed-title" data-test="handed">
            <h2 id="handed-title">{words.say("handed-title")}</h2>
            <p class="quiet">{words.say("handed-why")}</p>
            { for rows.iter().map(|row| one(around, row)) }
        </section>
    }
}

fn one(around: &Around, row: &HandedRow) -> Html {
    let words = &around.words;
    let when = |when| calendar::moment(words, when, around.now());
    let line = words.say_with(
        "handed-line",
        &[
            ("written", when(&row.written).into()),
            ("handed", when(&row.handed).into()),
        ],
    );
    html! {
        <article key={row.id.to_string()} class="parked-row">
            <p>{icon(Glyph::Tick)}{" "}{line}</p>
            <button type="button" class="second-action" onclick={take_off(around, row.id)} data-test="handed-off">{words.say("dismiss")}</button>
        </article>
    }
}

fn take_off(around: &Around, id: CommandId) -> Callback<yew::MouseEvent> {
    let around = around.clone();
    Callback::from(move |_| {
        let around = around.clone();
        spawn_local(async move {
            match desk::ask(&Command::DismissParked { id }).await {
                Ok(Reply::Status(status)) => around.tell.emit(Word::Status(status)),
                Ok(_) => {}
                Err(desk::Unheard) => around.tell.emit(Word::Unheard),
            }
            around.tell.emit(Word::Changed);
        });
    })
}

#[cfg(test)]
mod tests {
    use feltbog_ids::CommandId;
    use feltbog_views::HandedRow;

    use super::handed;
    use crate::samples::{at, calm, markup};

    #[tokio::test(flavor = "current_thread")]
    async fn its_author_reads_when_the_leader_got_it_and_that_nothing_is_asked() {
        let row = HandedRow {
            id: CommandId::from_bytes([1; 16]),
            written: at(9, 40),
            handed: at(13, 5),
        };
        let drawn = markup(handed(&calm(), &[row])).await;
        assert!(drawn.contains("13.05") && drawn.contains("9.40"), "{drawn}");
        assert!(drawn.contains("Du skal ikke gøre noget."), "{drawn}");
    }
}
