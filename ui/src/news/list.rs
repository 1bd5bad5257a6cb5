//! The list of news, newest first.
//!
//! It shows a first sentence; the text is the post's own screen.

use feltbog_views::{Command, NewsRow, Reply};
use yew::{Html, component, html};

use crate::answer::use_answer;
use crate::around::{Around, use_around};
use crate::calendar;
use crate::icon::Glyph;
use crate::parts::{Heading, Tone, age, badge, empty, problem_note};
use crate::route::Route;
use crate::words::Words;

/// The screen.
#[component]
pub fn NewsScreen() -> Html {
    let around = use_around();
    let words = &around.words;
    let answer = use_answer(Command::News {});
    html! {
        <div class="scroll">
            <header class="pane-head">
                <Heading text={words.say("tab-news")} />
                if let Some(Reply::News(news)) = answer.as_deref() { {age(&around, news.pulled.as_ref())} }
            </header>
            {
                match answer.as_deref() {
                    Some(Reply::News(news)) if news.rows.is_empty() => html! {
                        {empty(words.say("news-empty"), words.say("news-empty-hint"), Glyph::News)}
                    },
                    Some(Reply::News(news)) => html! {
                        <ul class="rows">
                            { for news.rows.iter().map(|row| html! { <li key={row.id.to_string()}>{news_row(&around, row)}</li> }) }
                        </ul>
                    },
                    Some(Reply::Problem { problem }) => problem_note(&around.words, problem),
                    _ => Html::default(),
                }
            }
        </div>
    }
}

fn news_row(around: &Around, row: &NewsRow) -> Html {
    let words = &around.words;
    let here = around.route == Route::Post(row.id);
    html! {
        <a class={yew::classes!("row", "news", row.unread.then_some("unread"))} href={Route::Post(row.id).href()}
            aria-current={here.then_some("true")} data-test="news-row" data-id={row.id.to_string()}>
            <span class="row-title">
                if row.unread { <span class="news-dot" /><span class="unseen">{format!("{} ", words.say("news-unread"))}</span> }
                {&row.title}
            </span>
            <span class="row-line">{&row.excerpt}</span>
            <span class="row-line quiet">{format!("{} · {}", calendar::moment(words, &row.published, around.now()), row.by)}</span>
            {post_badges(words, row)}
        </a>
    }
}

/// What kind of post it is, in words.
pub fn post_badges(words: &Words, row: &NewsRow) -> Html {
    html! {
        <span class="badges">
            if row.urgent { {badge(words.say("news-urgent"), Tone::Alarm, Some(Glyph::Warning))} }
            if row.acknowledge { {badge(words.say("news-acknowledge"), Tone::Care, None)} }
        </span>
    }
}
