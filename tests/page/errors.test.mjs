import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    add,
    api,
    checkboxOf,
    deleteButtonOf,
    eventually,
    givenTodo,
    intercept,
    newReader,
    openPage,
    problem,
    removeAfterwards,
    rowOf,
    titleField,
    todosTitled,
    unique,
} from './browser.mjs';

const addButton = (page) => page.getByRole('button', { name: 'Add', exact: true });

test('an empty or too long title is rejected next to the field, before anything is sent', async () => {
    const page = await openPage(await newReader());
    let sent = 0;
    await intercept(page, 'POST', (route) => {
        sent += 1;
        return route.continue();
    });
    await titleField(page).fill('   ');
    await titleField(page).press('Enter');
    await page.getByText('Write what there is to do.').waitFor();
    assert.equal(await titleField(page).getAttribute('aria-invalid'), 'true');
    await titleField(page).fill('é'.repeat(141));
    await titleField(page).press('Enter');
    await page.getByText('A title has at most 140 characters; this one has 141.').waitFor();
    await titleField(page).fill('better');
    await page.locator('#new-title-error:empty').waitFor({ state: 'attached' });
    assert.equal(sent, 0);
});

test("the server's error about a title is shown next to the field, and the text stays", async () => {
    const page = await openPage(await newReader());
    const errors = [{ field: '/title', detail: 'must not be a riddle' }];
    await intercept(page, 'POST', (route) => route.fulfill(problem(422, 'The to-do is not valid.', errors)));
    await titleField(page).fill('A riddle');
    await addButton(page).click();
    await page.locator('#new-title-error', { hasText: 'Must not be a riddle.' }).waitFor();
    assert.equal(await titleField(page).inputValue(), 'A riddle');
});

test('adding is retried during a short outage, with the same idempotency key', async () => {
    const page = await openPage(await newReader());
    const keys = [];
    await intercept(page, 'POST', (route) => {
        keys.push(route.request().headers()['idempotency-key']);
        if (keys.length > 1) return route.continue();
        return route.fulfill({ ...problem(503, 'Away.'), headers: { 'Retry-After': '0' } });
    });
    const title = unique('Twice asked');
    await add(page, title);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
    assert.equal((await todosTitled(title)).length, 1);
});

test('adding without a network says so, keeps the text, and works afterwards', async () => {
    const page = await openPage(await newReader());
    const title = unique('No network');
    removeAfterwards(title);
    const reconnect = await intercept(page, 'POST', (route) => route.abort());
    await titleField(page).fill(title);
    await addButton(page).click();
    await page.getByText('The to-do was not added. The server cannot be reached.').waitFor();
    assert.equal(await titleField(page).inputValue(), title);
    await reconnect();
    await addButton(page).click();
    await rowOf(page, title).waitFor();
});

test('a rejected toggle is reverted with a notice, and "Try again" retries it', async () => {
    const title = unique('Refused toggle');
    const { id } = await givenTodo(title);
    const page = await openPage(await newReader());
    const restore = await intercept(page, 'PATCH', (route) =>
        route.fulfill(problem(503, 'The database is unavailable.')),
    );
    // Not check(): it would require the checkbox to stay checked.
    await checkboxOf(page, title).click();
    await page.getByText(`“${title}” could not be marked as done. The database is unavailable.`).waitFor();
    assert.equal(await checkboxOf(page, title).isChecked(), false);
    await restore();
    await page.getByRole('button', { name: 'Try again' }).click();
    await eventually(async () => (await api('GET', `todos/${id}`)).done, 'done on the server');
    await page.locator('.notice').waitFor({ state: 'detached' });
    assert.ok(await checkboxOf(page, title).isChecked());
});

test('a failed delete restores the row, and the notice can be dismissed', async () => {
    const title = unique('Refused delete');
    await givenTodo(title);
    const page = await openPage(await newReader());
    await intercept(page, 'DELETE', (route) => route.abort());
    await deleteButtonOf(page, title).click();
    const text = `“${title}” could not be deleted. The server cannot be reached.`;
    await page.getByText(text).waitFor();
    await rowOf(page, title).waitFor();
    await page.getByRole('button', { name: `Dismiss: ${text}` }).click();
    await page.locator('.notice').waitFor({ state: 'detached' });
    assert.equal((await todosTitled(title)).length, 1);
});

test('a list that cannot be loaded says why and offers a retry', async () => {
    const title = unique('Behind the wall');
    await givenTodo(title);
    const context = await newReader();
    const page = await openPage(context, './healthz');
    const restore = await intercept(page, 'GET', (route) => route.fulfill(problem(503, 'Starting up.')));
    await page.goto('./');
    await page.getByText('Your to-dos could not be loaded. Starting up.').waitFor();
    await restore();
    await page.getByRole('button', { name: 'Retry' }).click();
    await rowOf(page, title).waitFor();
    assert.equal(await page.locator('.trouble').textContent(), '');
});

test('a to-do changed elsewhere in the meantime is still marked as done', async () => {
    const title = unique('Changed twice');
    const { id } = await givenTodo(title);
    const page = await openPage(await newReader());
    await rowOf(page, title).waitFor();
    const changed = `${title} (changed)`;
    removeAfterwards(changed);
    await api('PATCH', `todos/${id}`, { title: changed });
    await checkboxOf(page, title).check();
    await rowOf(page, changed).waitFor();
    assert.ok((await api('GET', `todos/${id}`)).done);
    assert.equal(await page.locator('.notice').count(), 0);
});

test('a to-do deleted elsewhere in the meantime leaves the page with a notice', async () => {
    const title = unique('Gone already');
    const { id } = await givenTodo(title);
    const page = await openPage(await newReader());
    await rowOf(page, title).waitFor();
    await api('DELETE', `todos/${id}`);
    await checkboxOf(page, title).click();
    await page.getByText(`“${title}” was deleted somewhere else.`).waitFor();
    await rowOf(page, title).waitFor({ state: 'detached' });
});
