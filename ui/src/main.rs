//! Starts the page in the webview or the browser. Everything it shows lives in the library.

fn main() {
    yew::Renderer::<feltbog_ui::Page>::new().render();
}
