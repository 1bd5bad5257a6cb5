//! *Din vagt sluttede kl. 23.00*: why the day and the list of cases are empty.
//!
//! It does not know when another shift begins; the app says when this one no longer matters.

use feltbog_views::ShiftEndedView;
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::icon::{Glyph, icon};

/// What became of the shift's cases, and of what was written and is not sent; nothing where no shift has ended.
pub fn shift_ended(around: &Around) -> Html {
    let Some(ShiftEndedView { at, waiting }) = &around.status.shift_ended else {
        return Html::default();
    };
    let words = &around.words;
    let when = calendar::moment(words, at, around.now());
    html! {
        <div class="held" role="status" data-test="shift-ended">
            {icon(Glyph::Clock)}
            <p>
                {words.say_with("shift-ended", &[("when", when.into())])}
                if *waiting > 0 { {" "}{words.say("shift-ended-waiting")} }
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use feltbog_views::ShiftEndedView;

    use super::shift_ended;
    use crate::samples::{at, calm, markup};

    #[tokio::test]
    async fn the_end_of_a_shift_says_what_became_of_its_cases_and_of_what_was_written() {
        let mut around = calm();
        assert_eq!(markup(shift_ended(&around)).await, "");
        for waiting in [0, 2] {
            around.status.shift_ended = Some(ShiftEndedView { at: at(23, 0), waiting });
            let markup = markup(shift_ended(&around)).await;
            assert!(
                markup.contains("Din vagt sluttede kl. 23.00. Sager fra vagten er taget af tabletten."),
                "{markup}"
            );
            let kept = markup.contains("Det, du har skrevet, er gemt og bliver sendt.");
            assert_eq!(kept, waiting > 0, "{markup}");
        }
    }
}
