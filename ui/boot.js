// Starts the compiled page. A file of its own, since the content security policy allows no script in the page.
import init from './feltbog-ui.js';

init({ module_or_path: './feltbog-ui_bg.wasm' });
