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
    rowOf,
    titleField,
    todosTitled,
    unique,
} from './browser.mjs';

test('an added to-do is on top, stays after a reload, and the field is ready for the next', async () => {
    const page = await openPage(await newReader());
    const title = unique('Water the plants');
    await add(page, title);
    assert.equal(await titleField(page).inputValue(), '');
    assert.ok(await titleField(page).evaluate((field) => field === document.activeElement));
    assert.match(await page.locator('li.todo').first().textContent(), new RegExp(title));
    await page.reload();
    await rowOf(page, title).waitFor();
    assert.equal((await todosTitled(title)).length, 1);
});

test('a title is trimmed and counted in code points', async () => {
    const page = await openPage(await newReader());
    const title = unique('🌱');
    const longest = title + '🌱'.repeat(140 - [...title].length);
    await add(page, `   ${longest}  `);
    const removed = (await todosTitled(longest))[0];
    assert.equal([...removed.title].length, 140);
    await api('DELETE', `todos/${removed.id}`);
});

test('a toggled to-do is done on the server and after a reload, and can be reopened', async () => {
    const title = unique('Post the letter');
    const { id } = await givenTodo(title);
    const page = await openPage(await newReader());
    await checkboxOf(page, title).check();
    await eventually(async () => (await api('GET', `todos/${id}`)).done, 'done on the server');
    await page.reload();
    await rowOf(page, title).waitFor();
    assert.ok(await checkboxOf(page, title).isChecked());
    await checkboxOf(page, title).uncheck();
    await eventually(async () => !(await api('GET', `todos/${id}`)).done, 'open again on the server');
});

test('fast toggling ends in the last state', async () => {
    const title = unique('Feed the cat');
    const { id } = await givenTodo(title);
    const page = await openPage(await newReader());
    for (let i = 0; i < 5; i += 1) await checkboxOf(page, title).click();
    await eventually(async () => (await api('GET', `todos/${id}`)).done, 'done on the server');
    assert.ok(await checkboxOf(page, title).isChecked());
    assert.equal(await page.locator('.notice').count(), 0);
});

test('a deleted to-do disappears from the page and the server, also after a reload', async () => {
    const title = unique('Old news');
    await givenTodo(title);
    const page = await openPage(await newReader());
    await deleteButtonOf(page, title).click();
    await rowOf(page, title).waitFor({ state: 'detached' });
    await eventually(async () => (await todosTitled(title)).length === 0, 'deleted on the server');
    await page.reload();
    await page.locator('.list-panel[aria-busy=false]').waitFor();
    assert.equal(await rowOf(page, title).count(), 0);
});

test('filters show open or done ones, have an address, and a finished one leaves "Open"', async () => {
    const title = unique('Sort the shelf');
    await givenTodo(title);
    const page = await openPage(await newReader(), './#open');
    // Not check(): it would look for the checkbox again, which has disappeared.
    await checkboxOf(page, title).click();
    await rowOf(page, title).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Done', exact: true }).click();
    await rowOf(page, title).waitFor();
    assert.match(page.url(), /#done$/);
    await page.goBack();
    await page.getByRole('link', { name: 'Open', exact: true }).and(page.locator('[aria-current]')).waitFor();
});

test('"Load more" brings older to-dos and puts the focus on the first of them', async () => {
    const title = unique('Oldest');
    await givenTodo(title);
    const filler = unique('Filler');
    for (let i = 0; i < 55; i += 1) await givenTodo(`${filler} ${i}`);
    const page = await openPage(await newReader());
    await rowOf(page, `${filler} 54`).waitFor();
    assert.equal(await rowOf(page, title).count(), 0);
    await page.getByRole('button', { name: 'Load more' }).click();
    await rowOf(page, title).waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('li.todo') !== null);
    const place = await page.evaluate(() =>
        [...document.querySelectorAll('li.todo')].indexOf(document.activeElement.closest('li.todo')),
    );
    assert.equal(place, 50);
});

test('a change that is confirmed after "Done" was read is shown there', async () => {
    const title = unique('Return the books');
    const { id } = await givenTodo(title);
    const page = await openPage(await newReader());
    await rowOf(page, title).waitFor();
    let confirm;
    const held = new Promise((resolve) => {
        confirm = resolve;
    });
    await intercept(page, 'PATCH', async (route) => {
        await held;
        await route.continue();
    });
    await checkboxOf(page, title).check();
    const listed = page.waitForResponse((response) => response.url().includes('done=true'));
    await page.getByRole('link', { name: 'Done', exact: true }).click();
    assert.ok(!(await (await listed).text()).includes(id), 'the list was read before the change');
    await rowOf(page, title).waitFor();
    confirm();
    await eventually(async () => (await api('GET', `todos/${id}`)).done, 'done on the server');
    await page.waitForFunction(() => !document.querySelector('.notice'));
    assert.ok(await checkboxOf(page, title).isChecked());
});
