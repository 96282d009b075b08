import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
    add,
    api,
    checkboxOf,
    eventually,
    givenTodo,
    intercept,
    newReader,
    openPage,
    problem,
    removeAfterwards,
    rowOf,
    titleField,
    unique,
    violations,
} from './browser.mjs';

async function givenVariety() {
    const word = unique('Variety').split(' ')[1];
    const titles = [`Read https://en.wikipedia.org/wiki/Tiding_(${word})`, `Water the plants ${word}`];
    for (const title of titles) await givenTodo(title);
    const done = await givenTodo(`Read https://example.org/done/${word}`);
    await api('PATCH', `todos/${done.id}`, { done: true });
    return titles[0];
}

for (const colorScheme of ['light', 'dark']) {
    test(`axe-core finds nothing in the ${colorScheme} scheme, with errors on the screen as well`, async () => {
        const title = await givenVariety();
        const page = await openPage(await newReader({ colorScheme }));
        await rowOf(page, title).waitFor();
        assert.deepEqual(await violations(page), []);
        const restore = await intercept(page, 'PATCH', (route) => route.fulfill(problem(500, 'Broken.')));
        await checkboxOf(page, title).click();
        await page.locator('.notice').waitFor();
        await restore();
        await intercept(page, 'GET', (route) => route.fulfill(problem(503, 'Away.')));
        await page.evaluate(() => window.dispatchEvent(new Event('online')));
        await page.locator('.trouble', { hasText: 'may be out of date' }).waitFor();
        await titleField(page).fill('x'.repeat(150));
        await titleField(page).press('Enter');
        await page.locator('#new-title-error:not(:empty)').waitFor();
        assert.deepEqual(await violations(page), []);
    });
}

test('everything works with the keyboard alone', async () => {
    const older = unique('Older');
    await givenTodo(older);
    const page = await openPage(await newReader());
    await rowOf(page, older).waitFor();
    const title = unique('By keyboard');
    removeAfterwards(title);
    const focused = () =>
        page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id);

    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'new-title');
    await page.keyboard.type(title);
    await page.keyboard.press('Enter');
    await rowOf(page, title).waitFor();

    // Add button, three filters, then the box of the first row.
    for (let i = 0; i < 5; i += 1) await page.keyboard.press('Tab');
    assert.match(await focused(), /^done-/);
    await page.keyboard.press('Space');
    assert.ok(await checkboxOf(page, title).isChecked());
    await page.keyboard.press('Tab');
    assert.equal(await focused(), `Delete: ${title}`);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid', 'the focus is visible');
    await page.keyboard.press('Enter');
    await rowOf(page, title).waitFor({ state: 'detached' });
    await eventually(async () => (await focused())?.startsWith('Delete: '), 'the focus is on the next row');
    assert.equal(await focused(), `Delete: ${older}`);
});

test('changes and errors are announced to screen readers', async () => {
    const page = await openPage(await newReader());
    const title = unique('Said aloud');
    await add(page, title);
    await page
        .getByRole('status')
        .filter({ hasText: `Added: ${title}` })
        .waitFor({ state: 'attached' });
    await checkboxOf(page, title).check();
    await page
        .getByRole('status')
        .filter({ hasText: `Done: ${title}` })
        .waitFor({ state: 'attached' });
    await intercept(page, 'DELETE', (route) => route.abort());
    await page.getByRole('button', { name: `Delete: ${title}` }).click();
    await page.getByRole('alert').filter({ hasText: 'could not be deleted' }).waitFor();
});

for (const width of [320, 400, 768]) {
    test(`nothing is cut off or scrolls sideways at ${width} px`, async () => {
        const long = unique('Pneumonoultramicroscopicsilicovolcanoconiosis'.repeat(2));
        await givenTodo(long);
        await givenVariety();
        const page = await openPage(await newReader({ viewport: { width, height: 700 } }));
        await rowOf(page, long).waitFor();
        const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok((await overflow()) <= 0);
        await intercept(page, 'DELETE', (route) => route.abort());
        await page.getByRole('button', { name: `Delete: ${long}` }).click();
        await page.locator('.notice').waitFor();
        assert.ok((await overflow()) <= 0);
    });
}

test('nothing moves with prefers-reduced-motion', async () => {
    const title = await givenVariety();
    const page = await openPage(await newReader({ reducedMotion: 'reduce' }));
    await rowOf(page, title).waitFor();
    await checkboxOf(page, title).check();
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});

test('a screenshot of the page is saved as .run/page.png', async () => {
    const title = await givenVariety();
    const page = await openPage(await newReader({ viewport: { width: 900, height: 720 }, deviceScaleFactor: 2 }));
    await rowOf(page, title).waitFor();
    const run = new URL('../../.run/', import.meta.url);
    await mkdir(run, { recursive: true });
    const picture = await page.screenshot({
        path: fileURLToPath(new URL('page.png', run)),
        animations: 'disabled',
    });
    assert.ok(picture.length > 10_000);
});
