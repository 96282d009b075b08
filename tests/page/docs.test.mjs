import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newReader, openPage, violations } from './browser.mjs';

for (const path of ['api/docs', 'api/webhooks/docs']) {
    for (const colorScheme of ['light', 'dark']) {
        test(`${path} is readable in the ${colorScheme} scheme: axe-core finds nothing`, async () => {
            const page = await openPage(await newReader({ colorScheme }), path);
            await page.evaluate(() => {
                for (const part of document.querySelectorAll('details')) part.open = true;
            });
            assert.deepEqual(await violations(page), []);
        });
    }

    test(`${path} works without JavaScript, asks no other host, and scrolls sideways on no screen`, async () => {
        const context = await newReader({ javaScriptEnabled: false, viewport: { width: 320, height: 700 } });
        const asked = [];
        context.on('request', (request) => asked.push(new URL(request.url())));
        const page = await openPage(context, path);
        await page.locator('summary').first().click();
        assert.ok(await page.locator('details[open]').first().isVisible());
        assert.equal(new Set(asked.map((url) => url.origin)).size, 1);
        assert.ok(asked.some((url) => url.pathname.endsWith('docs.css')));
        const body = await page.locator('main').boundingBox();
        assert.ok(body.width <= 320, 'the style sheet is in use, and nothing is wider than the screen');
    });
}
