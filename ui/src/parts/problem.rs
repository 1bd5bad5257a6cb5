//! What stood in the way, in a sentence that says what to do.
//!
//! It decides nothing about what was in the way: the desk has said so.

use feltbog_views::Problem;
use yew::{Html, html};

use crate::calendar;
use crate::icon::{Glyph, icon};
use crate::words::Words;

/// The sentence for a problem.
pub fn problem_words(words: &Words, problem: &Problem) -> String {
    match problem {
        Problem::WrongPin { left } => words.say_with("problem-wrong-pin", &[("left", (*left).into())]),
        Problem::PinWait { seconds } => words.say_with("problem-pin-wait", &wait(*seconds)),
        Problem::WeakPin => words.say("problem-weak-pin"),
        Problem::Locked => words.say("problem-locked"),
        Problem::NotEnrolled => words.say("problem-not-enrolled"),
        Problem::BadAddress => words.say("problem-bad-address"),
        Problem::ServerUnreachable => words.say("problem-server-unreachable"),
        Problem::NotOurServer => words.say("problem-not-our-server"),
        Problem::BadToken => words.say("problem-bad-token"),
        Problem::WrongPassword => words.say("problem-wrong-password"),
        Problem::AccountClosed => words.say("problem-account-closed"),
        Problem::SessionEnded => words.say("problem-session-ended"),
        Problem::TooManyTries { seconds } => words.say_with("problem-too-many-tries", &wait(*seconds)),
        Problem::TooLarge { limit } => {
            let kilobytes = u32::try_from(limit / 1024).unwrap_or(u32::MAX);
            words.say_with(
                "problem-too-large",
                &[("limit", calendar::count(words, kilobytes).into())],
            )
        }
        Problem::NotHere => words.say("problem-not-here"),
        Problem::NoRight => words.say("problem-no-right"),
        Problem::NoteFinished => words.say("problem-note-finished"),
        Problem::EmptyNote => words.say("problem-empty-note"),
        Problem::BadValue => words.say("problem-bad-value"),
        Problem::DiskFull => words.say("problem-disk-full"),
        Problem::Unreadable => words.say("problem-unreadable"),
        Problem::Damaged => words.say("problem-damaged"),
        Problem::NewerFile => words.say("problem-newer-file"),
        Problem::Unexpected => words.say("problem-unexpected"),
    }
}

/// Under two minutes in seconds, else in whole minutes rounded up.
fn wait(seconds: u32) -> [(&'static str, fluent_bundle::FluentValue<'static>); 2] {
    let (unit, amount) = if seconds < 120 {
        ("seconds", seconds)
    } else {
        ("minutes", seconds.div_ceil(60))
    };
    [("unit", unit.into()), ("amount", amount.into())]
}

/// The sentence in a frame, read aloud at once.
pub fn problem_note(words: &Words, problem: &Problem) -> Html {
    html! {
        <p class="problem" role="alert" data-test="problem">
            {icon(Glyph::Warning)}
            <span>{problem_words(words, problem)}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use feltbog_views::{Language, Problem};

    use super::problem_words;
    use crate::words::Words;

    #[test]
    fn problems_say_what_to_do() {
        let da = Words::of(Language::Da);
        let says = |problem| problem_words(&da, &problem);
        assert_eq!(
            says(Problem::WrongPin { left: 3 }),
            "Forkert pinkode. Du har 3 forsøg tilbage."
        );
        assert_eq!(
            says(Problem::PinWait { seconds: 30 }),
            "For mange forkerte pinkoder. Vent 30 sekunder."
        );
        assert_eq!(
            says(Problem::TooManyTries { seconds: 150 }),
            "For mange forsøg. Vent 3 minutter."
        );
        assert_eq!(
            says(Problem::NoRight),
            "Du har ikke adgang til denne borger. Ring til din leder."
        );
        assert_eq!(
            says(Problem::Damaged),
            "Feltbog kan ikke læse sine filer på tabletten. Intet er slettet. Ring til din systemadministrator, og slet ikke appen."
        );
        assert_eq!(
            says(Problem::ServerUnreachable),
            "Vi kunne ikke sende. Det, du har skrevet, er gemt."
        );
        assert_eq!(
            says(Problem::TooLarge { limit: 65_536 }),
            "Teksten er for lang. Der er plads til 64 KB. Del den i flere notater."
        );
    }
}
