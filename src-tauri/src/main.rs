//! `feltbog`: the window on a desktop. It only calls the library, which mobile platforms enter by themselves.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    feltbog_window::run();
}
