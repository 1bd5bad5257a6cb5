//! A post's Markdown as nodes of the page: headings, paragraphs, lists, strong and emphasis.
//!
//! It makes no link, no picture and no HTML of what an editor wrote: their words are shown, nothing is loaded or run.
//! Its own, since a whole Markdown parser would weigh a sixth of the page for these five things.

use yew::{Html, html};

#[derive(Debug, PartialEq)]
enum Block<'a> {
    /// Level two or three: the page's own title is the first.
    Heading {
        level: u8,
        words: &'a str,
    },
    Paragraph(Vec<&'a str>),
    Bullets(Vec<Vec<&'a str>>),
    Steps(Vec<Vec<&'a str>>),
}

/// The nodes of `text`.
pub fn nodes(text: &str) -> Html {
    html! { <>{ for blocks(text).iter().map(block_node) }</> }
}

fn block_node(block: &Block<'_>) -> Html {
    let items = |items: &[Vec<&str>]| {
        items
            .iter()
            .map(|lines| html! { <li>{words_of(lines)}</li> })
            .collect::<Html>()
    };
    match block {
        Block::Heading { level: 2, words } => html! { <h2>{inline(words)}</h2> },
        Block::Heading { words, .. } => html! { <h3>{inline(words)}</h3> },
        Block::Paragraph(lines) => html! { <p>{words_of(lines)}</p> },
        Block::Bullets(list) => html! { <ul>{items(list)}</ul> },
        Block::Steps(list) => html! { <ol>{items(list)}</ol> },
    }
}

fn words_of(lines: &[&str]) -> Html {
    inline(&lines.join(" "))
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    // True when the next line of plain words belongs to the block before it.
    let mut goes_on = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            goes_on = false;
            continue;
        }
        add_line(&mut blocks, line, goes_on);
        goes_on = !matches!(blocks.last(), Some(Block::Heading { .. }));
    }
    blocks
}

fn add_line<'a>(blocks: &mut Vec<Block<'a>>, line: &'a str, goes_on: bool) {
    if let Some((level, words)) = heading(line) {
        blocks.push(Block::Heading { level, words });
    } else if let Some(words) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        match blocks.last_mut() {
            Some(Block::Bullets(items)) => items.push(vec![words]),
            _ => blocks.push(Block::Bullets(vec![vec![words]])),
        }
    } else if let Some(words) = step(line) {
        match blocks.last_mut() {
            Some(Block::Steps(items)) => items.push(vec![words]),
            _ => blocks.push(Block::Steps(vec![vec![words]])),
        }
    } else {
        match blocks.last_mut() {
            Some(Block::Paragraph(lines)) if goes_on => lines.push(line),
            Some(Block::Bullets(items) | Block::Steps(items)) if goes_on => {
                items.last_mut().into_iter().for_each(|item| item.push(line))
            }
            _ => blocks.push(Block::Paragraph(vec![line])),
        }
    }
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let words = line.trim_start_matches('#');
    let marks = line.len() - words.len();
    let level = if marks <= 2 { 2 } else { 3 };
    ((1..=6).contains(&marks) && words.starts_with(' ')).then(|| (level, words.trim()))
}

/// `1. Ring på` as `Ring på`.
fn step(line: &str) -> Option<&str> {
    let words = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if words.len() == line.len() {
        None
    } else {
        words.strip_prefix(". ")
    }
}

/// Splits at the first complete `**strong**` or `*emphasis*`; what is not closed stays as it was written.
fn inline(text: &str) -> Html {
    let Some((before, mark, inside, after)) = first_mark(text) else {
        return html! { {text.to_owned()} };
    };
    let marked = if mark == "**" {
        html! { <strong>{inline(inside)}</strong> }
    } else {
        html! { <em>{inside.to_owned()}</em> }
    };
    html! { <>{before.to_owned()}{marked}{inline(after)}</> }
}

fn first_mark(text: &str) -> Option<(&str, &'static str, &str, &str)> {
    let start = text.find('*')?;
    let mark = if text[start..].starts_with("**") { "**" } else { "*" };
    let rest = &text[start + mark.len()..];
    let end = rest.find(mark).filter(|end| *end > 0 && !rest.starts_with(' '))?;
    Some((&text[..start], mark, &rest[..end], &rest[end + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks, first_mark};

    #[test]
    fn a_post_is_read_as_its_editor_meant_it() {
        let text = "Gå aldrig\nfra en dør.\n\n## Trin\n1. Ring på.\n2. Vent\n   lidt.\n\n- Skriv.\n- Bliv.";
        assert_eq!(
            blocks(text),
            [
                Block::Paragraph(vec!["Gå aldrig", "fra en dør."]),
                Block::Heading {
                    level: 2,
                    words: "Trin"
                },
                Block::Steps(vec![vec!["Ring på."], vec!["Vent", "lidt."]]),
                Block::Bullets(vec![vec!["Skriv."], vec!["Bliv."]]),
            ]
        );
    }

    #[test]
    fn a_date_or_a_hash_in_a_sentence_is_no_list_and_no_heading() {
        assert_eq!(
            blocks("1.december er en tirsdag"),
            [Block::Paragraph(vec!["1.december er en tirsdag"])]
        );
        assert_eq!(blocks("#feltbog"), [Block::Paragraph(vec!["#feltbog"])]);
    }

    #[test]
    fn strong_and_emphasis_need_both_their_marks() {
        assert_eq!(first_mark("a **b** c"), Some(("a ", "**", "b", " c")));
        assert_eq!(first_mark("a *b* c"), Some(("a ", "*", "b", " c")));
        assert_eq!(first_mark("2 * 3"), None);
    }
}
