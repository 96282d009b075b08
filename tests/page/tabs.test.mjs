import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    add,
    checkboxOf,
    deleteButtonOf,
    eventually,
    givenTodo,
    newReader,
    openPage,
    rowOf,
    todosTitled,
    unique,
} from './browser.mjs';

test('a change in one tab shows in the other when it gets the focus', async () => {
    const context = await newReader();
    const first = await openPage(context);
    const second = await openPage(context);
    const title = unique('Two tabs');
    await add(first, title);
    await second.evaluate(() => window.dispatchEvent(new Event('focus')));
    await rowOf(second, title).waitFor();
    await checkboxOf(second, title).check();
    await eventually(async () => (await todosTitled(title))[0].done, 'done on the server');
    await first.evaluate(() => window.dispatchEvent(new Event('focus')));
    await checkboxOf(first, title).and(first.locator(':checked')).waitFor();
});

test('an open page checks for changes by itself', async () => {
    const context = await newReader();
    const first = await openPage(context);
    const second = await context.newPage();
    await second.clock.install();
    await second.goto('./');
    await second.locator('.list-panel[aria-busy=false]').waitFor();
    const title = unique('Found by itself');
    await add(first, title);
    assert.equal(await rowOf(second, title).count(), 0);
    await second.clock.runFor(16_000);
    await rowOf(second, title).waitFor();
    await deleteButtonOf(first, title).click();
    await eventually(async () => (await todosTitled(title)).length === 0, 'deleted on the server');
    await second.clock.runFor(16_000);
    await rowOf(second, title).waitFor({ state: 'detached' });
});

test('both tabs toggle the same to-do without an error', async () => {
    const title = unique('Contested');
    await givenTodo(title);
    const context = await newReader();
    const first = await openPage(context);
    const second = await openPage(context);
    await rowOf(second, title).waitFor();
    await checkboxOf(first, title).check();
    await eventually(async () => (await todosTitled(title))[0].done, 'done on the server');
    // The second tab has a stale version.
    await checkboxOf(second, title).click();
    await second
        .getByRole('status')
        .filter({ hasText: `Done: ${title}` })
        .waitFor({ state: 'attached' });
    assert.ok(await checkboxOf(second, title).isChecked());
    assert.equal(await second.locator('.notice').count(), 0);
});
