import { render } from 'preact';
import { todosApi } from './api/todos.ts';
import { App } from './components/app.tsx';
import { filterFromHash } from './domain/todo.ts';
import { startClock } from './state/clock.ts';
import { newPage } from './state/page.ts';
import { keepFresh } from './state/refresh_schedule.ts';
import './style/base.css';
import './style/form.css';
import './style/list.css';
import './style/notices.css';

// The page may live under a prefix (/project/): the API is beside it, wherever that is.
const api = todosApi(new URL('api/', document.baseURI), {
    fetch: window.fetch.bind(window),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    newKey: newIdempotencyKey,
});
const page = newPage(api, filterFromHash(location.hash));

window.addEventListener('hashchange', () => void page.show(filterFromHash(location.hash)));
void page.load();
keepFresh(() => void page.refresh());
startClock();

const root = document.getElementById('page');
if (root) render(<App page={page} />, root);

// crypto.randomUUID exists in secure contexts only; a page served over plain HTTP has random values all the same.
function newIdempotencyKey(): string {
    if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
