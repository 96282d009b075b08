// Debian's chromium on the page of a running stack ($PAGE_URL, as `./dev up` prints it).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, afterEach } from 'node:test';

// The tests are outside the page's folder, its packages inside.
const packages = createRequire(new URL('../../services/todo-fe/package.json', import.meta.url));
const { chromium } = packages('playwright-core');

const FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];
const { PAGE_URL, CHROMIUM = '/usr/bin/chromium' } = process.env;
assert.ok(PAGE_URL, 'PAGE_URL is not set: start the stack with ./dev up and take it from .run/env');

const axe = await readFile(packages.resolve('axe-core/axe.min.js'), 'utf8');
const pageUrl = new URL(PAGE_URL.endsWith('/') ? PAGE_URL : `${PAGE_URL}/`);
const apiUrl = new URL('api/', pageUrl);

// Playwright gives each launch a new user data directory.
const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
const cleanups = [];
afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
after(() => browser.close());

/** A title that no other test or run uses. */
export function unique(words) {
    return `${words} ${randomUUID().slice(0, 8)}`;
}

/** A reader with a profile of their own; what the page complains about in the console fails the test. */
export async function newReader(options = {}) {
    const context = await browser.newContext({ ...options, baseURL: pageUrl.href });
    cleanups.push(() => context.close());
    return context;
}

export async function openPage(context, path = './') {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
        // Failed requests are reported by the browser itself; some tests cause them on purpose.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
            complaints.push(message.text());
        }
    });
    cleanups.push(() => assert.deepEqual(complaints, []));
    await page.goto(path);
    return page;
}

/** A to-do made through the API, not the page; removed after the test. */
export async function givenTodo(title) {
    const created = await api('POST', 'todos', { title });
    removeAfterwards(title);
    return created;
}

/** Removes every to-do with this title after the test. */
export function removeAfterwards(title) {
    cleanups.push(async () => {
        for (const todo of await todosTitled(title)) await api('DELETE', `todos/${todo.id}`);
    });
}

/** What the server has under this title, among the newest. */
export async function todosTitled(title) {
    const { items } = await api('GET', 'todos?limit=100');
    return items.filter((todo) => todo.title === title);
}

export async function api(method, path, body, headers = {}) {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const response = await fetch(new URL(path, apiUrl), {
        method,
        headers: body === undefined ? headers : { 'Content-Type': type, ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok || response.status === 404, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
}

export function rowOf(page, title) {
    return page.getByRole('listitem').filter({ hasText: title });
}

export function checkboxOf(page, title) {
    return rowOf(page, title).getByRole('checkbox');
}

export function deleteButtonOf(page, title) {
    return rowOf(page, title).getByRole('button', { name: `Delete: ${title}` });
}

export function titleField(page) {
    return page.getByRole('textbox', { name: 'New to-do' });
}

/** Adds through the form and waits for the row. */
export async function add(page, title) {
    removeAfterwards(title);
    await titleField(page).fill(title);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await rowOf(page, title).waitFor();
}

/** Waits until `condition` resolves to true; polls, because the condition lies on the server. */
export async function eventually(condition, what, limit = 10_000) {
    const end = Date.now() + limit;
    while (!(await condition())) {
        assert.ok(Date.now() < end, `not within ${limit} ms: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** Answers requests to the to-do API with `answer(route)` when the method is `method`. Returns how to end it. */
export async function intercept(page, method, answer) {
    const pattern = /\/api\/todos(\/|\?|$)/;
    const handler = (route) => (route.request().method() === method ? answer(route) : route.fallback());
    await page.route(pattern, handler);
    return () => page.unroute(pattern, handler);
}

export function problem(status, detail, errors = []) {
    return {
        status,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: 'about:blank', title: 'Problem', status, detail, errors }),
    };
}

/** What axe-core finds against WCAG 2.2 A and AA and its best practices. */
export async function violations(page) {
    // Measured once everything has faded in: half-transparent text has a different contrast.
    await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'));
    await page.evaluate(axe);
    const { violations: found } = await page.evaluate(() => window.axe.run());
    return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
