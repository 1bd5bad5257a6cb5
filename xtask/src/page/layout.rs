//! Puts what is not compiled beside the compiled page: index.html, boot.js, one style sheet, the assets.
//! It changes none of their words, and refuses an index.html that the content security policy would leave blank.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

/// Lays out the files of `ui` in `page`.
pub fn lay_out(ui: &Path, page: &Path) -> Result<()> {
    let index = read(&ui.join("index.html"))?;
    if let Some(inline) = inline_code(&index) {
        bail!("ui/index.html has {inline}, which the content security policy forbids: move it to a file of its own");
    }
    write(&page.join("index.html"), &index)?;
    write(&page.join("boot.js"), &read(&ui.join("boot.js"))?)?;
    write(&page.join("app.css"), &one_style_sheet(&ui.join("style"))?)?;
    copy_folder(&ui.join("assets"), &page.join("assets"))
}

/// The style sheets one after the other by name, so that a number in front of a name settles who has the last word.
fn one_style_sheet(folder: &Path) -> Result<String> {
    let mut sheets: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            sheets.push(path);
        }
    }
    sheets.sort();
    let mut all = String::new();
    for sheet in sheets {
        all.push_str(&read(&sheet)?);
        all.push('\n');
    }
    Ok(all)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        return Ok(());
    }
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let copy = to.join(entry.path().strip_prefix(from)?);
        let copied = if entry.file_type().is_dir() {
            fs::create_dir_all(&copy)
        } else {
            fs::copy(entry.path(), &copy).map(|_| ())
        };
        copied.with_context(|| format!("cannot copy {}", entry.path().display()))?;
    }
    Ok(())
}

/// The first piece of code or style written into the page itself, if there is one.
fn inline_code(html: &str) -> Option<&'static str> {
    let tag_of_script = |tag: &str| tag.starts_with("script") && !tag.contains(" src=");
    let tags = || html.split('<').map(|after| after.split('>').next().unwrap_or_default());
    if tags().any(tag_of_script) {
        return Some("a script without src");
    }
    if tags().any(|tag| tag.starts_with("style") || tag.contains(" style=")) {
        return Some("a style of its own");
    }
    tags()
        .any(|tag| tag.split_whitespace().any(is_handler))
        .then_some("an event handler in a tag")
}

fn is_handler(word: &str) -> bool {
    let Some((name, _)) = word.split_once('=') else {
        return false;
    };
    name.len() > 2 && name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{inline_code, lay_out};
    use std::fs;

    const INDEX: &str = r#"<link rel="stylesheet" href="app.css"><script type="module" src="boot.js"></script>"#;

    #[test]
    fn a_page_without_code_of_its_own_is_laid_out_with_one_style_sheet() -> anyhow::Result<()> {
        let ui = tempfile::tempdir()?;
        let page = tempfile::tempdir()?;
        fs::create_dir_all(ui.path().join("style"))?;
        fs::create_dir_all(ui.path().join("assets/icons"))?;
        fs::write(ui.path().join("index.html"), INDEX)?;
        fs::write(ui.path().join("boot.js"), "import init from './feltbog-ui.js';")?;
        fs::write(ui.path().join("style/20-case.css"), ".case {}")?;
        fs::write(ui.path().join("style/10-tokens.css"), ":root {}")?;
        fs::write(ui.path().join("assets/icons/bell.svg"), "<svg/>")?;
        lay_out(ui.path(), page.path())?;
        assert_eq!(fs::read_to_string(page.path().join("app.css"))?, ":root {}\n.case {}\n");
        assert_eq!(fs::read_to_string(page.path().join("assets/icons/bell.svg"))?, "<svg/>");
        Ok(())
    }

    #[test]
    fn code_in_the_page_is_refused_before_a_browser_leaves_it_blank() {
        assert_eq!(inline_code(INDEX), None);
        assert_eq!(
            inline_code("<script type=\"module\">start()</script>"),
            Some("a script without src")
        );
        assert_eq!(inline_code("<p style=\"color: red\">"), Some("a style of its own"));
        assert_eq!(
            inline_code("<body onload=\"start()\">"),
            Some("an event handler in a tag")
        );
    }
}
