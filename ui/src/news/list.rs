//! The list of news, newest first.
//!
//! It shows a first sentence; the text is the post's own screen.

use feltbog_views::{Command, NewsRow, Reply};
use yew::{Html, Properties, component, html};

use crate::answer::use_answer;
use crate::around::use_around;
use crate::calendar;
use crate::icon::Glyph;
use crate::parts::{Age, Badge, Empty, Heading, ProblemNote, Tone};
use crate::route::Route;
use crate::words::Words;

/// The screen.
#[component]
pub fn NewsScreen() -> Html {
    let words = use_around().words;
    let answer = use_answer(Command::News {});
    html! {
        <div class="scroll">
            <header class="pane-head">
                <Heading text={words.say("tab-news")} />
                if let Some(Reply::News(news)) = answer.as_deref() { <Age pulled={news.pulled} /> }
            </header>
            {
                match answer.as_deref() {
                    Some(Reply::News(news)) if news.rows.is_empty() => html! {
                        <Empty title={words.say("news-empty")} hint={words.say("news-empty-hint")} glyph={Glyph::News} />
                    },
                    Some(Reply::News(news)) => html! {
                        <ul class="rows">
                            { for news.rows.iter().map(|row| html! { <li key={row.id.to_string()}><Row row={row.clone()} /></li> }) }
                        </ul>
                    },
                    Some(Reply::Problem { problem }) => html! { <ProblemNote problem={problem.clone()} /> },
                    _ => Html::default(),
                }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    row: NewsRow,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let row = &props.row;
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
            if row.urgent { <Badge text={words.say("news-urgent")} tone={Tone::Alarm} glyph={Glyph::Warning} /> }
            if row.acknowledge { <Badge text={words.say("news-acknowledge")} tone={Tone::Care} /> }
        </span>
    }
}
