//! A post's Markdown as nodes of the page: headings, paragraphs, lists, emphasis.
//!
//! It makes no link, no picture and no HTML of what an editor wrote: their words are shown, nothing is loaded or run.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag};
use yew::virtual_dom::{VList, VTag};
use yew::{Html, html};

/// The nodes of `text`.
pub fn nodes(text: &str) -> Html {
    // The elements begun and not ended, each with what is in it so far; the first is the whole.
    let mut open: Vec<(&'static str, Vec<Html>)> = vec![("div", Vec::new())];
    for event in Parser::new(text) {
        match event {
            Event::Start(tag) => open.push((element(&tag), Vec::new())),
            Event::End(_) => {
                if let Some((name, children)) = open.pop() {
                    put(&mut open, wrap(name, children));
                }
            }
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                put(&mut open, html! { {words.to_string()} });
            }
            Event::SoftBreak => put(&mut open, html! { {" "} }),
            Event::HardBreak => put(&mut open, html! { <br /> }),
            Event::Rule => put(&mut open, html! { <hr /> }),
            // Extensions that are not turned on.
            _ => {}
        }
    }
    let whole = open.into_iter().next().map(|(_, children)| children).unwrap_or_default();
    VList::with_children(whole, None).into()
}

fn put(open: &mut [(&'static str, Vec<Html>)], node: Html) {
    if let Some((_, children)) = open.last_mut() {
        children.push(node);
    }
}

fn wrap(name: &'static str, children: Vec<Html>) -> Html {
    let mut tag = VTag::new(name);
    tag.add_children(children);
    tag.into()
}

/// The page's own title is the first level, so a post's headings begin at the second.
fn element(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Paragraph => "p",
        Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. } => "h2",
        Tag::Heading { .. } => "h3",
        Tag::BlockQuote(_) => "blockquote",
        Tag::List(None) => "ul",
        Tag::List(Some(_)) => "ol",
        Tag::Item => "li",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        Tag::CodeBlock(_) | Tag::HtmlBlock => "p",
        _ => "span",
    }
}
