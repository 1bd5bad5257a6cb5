//! The one road from the page to the desk behind it, in the window and in the preview alike.
//!
//! It understands no command and keeps nothing: one question, one answer, and word of changes.

use feltbog_views::{Changed, Command, Reply};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventSource, Headers, MessageEvent, RequestInit, Response};
use yew::Callback;

/// The desk did not answer at all: the app behind the page has stopped, or is being started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unheard;

/// Asks the desk.
pub async fn ask(command: &Command) -> Result<Reply, Unheard> {
    let question = serde_json::to_string(command).map_err(|_| Unheard)?;
    let answer = match window_bridge() {
        Some(bridge) => through_window(&bridge, &question).await,
        None => through_preview(&question).await,
    };
    let answer = answer.map_err(|_| Unheard)?;
    serde_json::from_str(&answer).map_err(|_| Unheard)
}

/// Passes on every word of a change for as long as the page lives.
pub fn listen(heard: Callback<Changed>) -> Result<(), Unheard> {
    let listening = match window_bridge() {
        Some(bridge) => listen_in_window(&bridge, heard),
        None => listen_in_preview(heard),
    };
    listening.map_err(|_| Unheard)
}

fn window_bridge() -> Option<JsValue> {
    let bridge = Reflect::get(&js_sys::global(), &"__TAURI__".into()).ok()?;
    bridge.is_object().then_some(bridge)
}

async fn through_window(bridge: &JsValue, question: &str) -> Result<String, JsValue> {
    let core = Reflect::get(bridge, &"core".into())?;
    let invoke: Function = Reflect::get(&core, &"invoke".into())?.dyn_into()?;
    let arguments = Object::new();
    Reflect::set(&arguments, &"command".into(), &JSON::parse(question)?)?;
    let promise: Promise = invoke.call2(&core, &"command".into(), &arguments)?.dyn_into()?;
    let answer = JsFuture::from(promise).await?;
    Ok(JSON::stringify(&answer)?.into())
}

async fn through_preview(question: &str) -> Result<String, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&question.into());
    let response: Response = JsFuture::from(window.fetch_with_str_and_init("/command", &request))
        .await?
        .dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(JsValue::NULL)
}

fn listen_in_window(bridge: &JsValue, heard: Callback<Changed>) -> Result<(), JsValue> {
    let event = Reflect::get(bridge, &"event".into())?;
    let listen: Function = Reflect::get(&event, &"listen".into())?.dyn_into()?;
    let on_event = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let payload = Reflect::get(&event, &"payload".into()).and_then(|payload| JSON::stringify(&payload));
        heard.emit(payload.map_or_else(|_| something(), |json| read(&String::from(json))));
    });
    listen.call2(&event, &"changed".into(), &on_event.into_js_value())?;
    Ok(())
}

fn listen_in_preview(heard: Callback<Changed>) -> Result<(), JsValue> {
    let source = EventSource::new("/changes")?;
    let opened = heard.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        heard.emit(event.data().as_string().map_or_else(something, |json| read(&json)));
    });
    // Opened anew after a break: what was said in between was not heard.
    let on_open = Closure::<dyn Fn(Event)>::new(move |_| opened.emit(something()));
    source.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    source.set_onopen(Some(on_open.into_js_value().unchecked_ref()));
    // The browser would close the source once nothing points to it.
    Reflect::set(&js_sys::global(), &"feltbogChanges".into(), &source)?;
    Ok(())
}

fn read(json: &str) -> Changed {
    serde_json::from_str(json).unwrap_or_else(|_| something())
}

/// A change that could not be read is a change all the same: ask again for everything shown.
fn something() -> Changed {
    Changed {
        docs: Vec::new(),
        status: true,
    }
}
