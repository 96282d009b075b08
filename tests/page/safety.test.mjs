import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, checkboxOf, newReader, openPage, rowOf, unique } from './browser.mjs';

test('markup in a title is shown as text', async () => {
    const page = await openPage(await newReader());
    await page.evaluate(() => {
        window.harmed = false;
    });
    for (const attack of [
        '<img src=x onerror="window.harmed=true">',
        '<script>window.harmed=true</script>',
        '"><svg onload=window.harmed=true>',
    ]) {
        const title = unique(attack);
        await add(page, title);
        assert.ok((await rowOf(page, title).textContent()).includes(title));
    }
    assert.equal(await page.locator('.title img, .title script, .title svg').count(), 0);
    assert.equal(await page.evaluate(() => window.harmed), false);
});

test('a URL in a title is a safe link; its checkbox still toggles', async () => {
    const page = await openPage(await newReader());
    const word = unique('x').split(' ')[1];
    const address = `https://en.wikipedia.org/wiki/Mercury_(planet)?${word}`;
    await add(page, `Read ${address}.`);
    const link = rowOf(page, address).getByRole('link');
    assert.equal(await link.getAttribute('href'), address);
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
    assert.equal(await link.getAttribute('target'), '_blank');
    await checkboxOf(page, address).check();
});

test('URLs that could run code are not linked', async () => {
    const page = await openPage(await newReader());
    for (const address of ['javascript:alert(1)', 'data:text/html,hi', 'https://user:pass@example.org/']) {
        const title = unique(`Read ${address}`);
        await add(page, title);
        assert.equal(await rowOf(page, title).getByRole('link').count(), 0);
    }
});

test('the page has a strict content security policy, and the browser enforces it', async () => {
    const context = await newReader();
    // Not openPage(): this test checks the browser's console message about the violation.
    const page = await context.newPage();
    const policy = (await page.goto('./')).headers()['content-security-policy'];
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    const ran = await page.evaluate(() => {
        const script = document.createElement('p');
        try {
            script.innerHTML = '<b>never</b>';
            return true;
        } catch {
            return false;
        }
    });
    assert.equal(ran, false, 'markup from strings is refused');
});

test('the page is revalidated each time, its assets are cached', async () => {
    const page = await openPage(await newReader());
    const response = await page.reload();
    assert.equal(response.headers()['cache-control'], 'no-cache');
    const source = await page.locator('script[src]').getAttribute('src');
    const asset = await page.request.get(new URL(source, page.url()).href);
    assert.match(asset.headers()['cache-control'], /immutable/);
    assert.equal((await page.request.get(new URL('assets/absent.js', page.url()).href)).status(), 404);
});
