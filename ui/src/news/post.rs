//! One post.
//!
//! Opening it marks it read: that is the desk's doing, not the page's.

use feltbog_ids::DocId;
use feltbog_views::{Command, PostView, Reply};
use yew::{Html, Properties, component, html};

use super::list::post_badges;
use super::markdown::nodes;
use crate::answer::use_answer;
use crate::around::{Around, use_around};
use crate::calendar;
use crate::case::{back_link, closed};
use crate::parts::Heading;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct PostProps {
    /// Which post.
    pub id: DocId,
}

/// The screen.
#[component]
pub fn PostScreen(props: &PostProps) -> Html {
    let around = use_around();
    let answer = use_answer(Command::Post { id: props.id });
    html! {
        <div class="scroll">
            {back_link(&around)}
            {
                match answer.as_deref() {
                    Some(Reply::Post(post)) => one_post(&around, post),
                    Some(Reply::Problem { problem }) => closed(&around, problem),
                    _ => Html::default(),
                }
            }
        </div>
    }
}

fn one_post(around: &Around, post: &PostView) -> Html {
    let words = &around.words;
    let row = &post.row;
    let published = calendar::moment(words, &row.published, around.now());
    html! {
        <article class="post">
            <header class="case-head">
                {post_badges(words, row)}
                <Heading text={row.title.clone()} />
                <p class="quiet">{words.say_with("news-by", &[("who", row.by.clone().into()), ("when", published.into())])}</p>
                if !row.audience.is_empty() {
                    <p class="quiet">{words.say_with("news-for", &[("units", row.audience.join(", ").into())])}</p>
                }
                if let Some(until) = &post.until {
                    <p class="quiet">{words.say_with("news-until", &[("day", calendar::long_day(words, until).into())])}</p>
                }
            </header>
            <div class="post-body" lang="da" data-test="post-body">{nodes(&post.body)}</div>
        </article>
    }
}
