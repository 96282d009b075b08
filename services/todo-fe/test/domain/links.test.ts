import { expect, test } from 'vitest';
import { linkSegments } from '../../src/domain/links.ts';

const linked = (title: string) => linkSegments(title).flatMap(({ href }) => (href === undefined ? [] : [href]));

test.each([
    ['Read https://example.org/a', ['https://example.org/a']],
    ['Read https://en.wikipedia.org/wiki/Mercury_(planet).', ['https://en.wikipedia.org/wiki/Mercury_(planet)']],
    ['(see https://example.org/b).', ['https://example.org/b']],
    ['HTTP://EXAMPLE.ORG/c, then https://example.org/d!', ['http://example.org/c', 'https://example.org/d']],
    ['https://example.org/?q="quoted"', ['https://example.org/?q=']],
    ['https://example.org/ä', ['https://example.org/%C3%A4']],
])('%j has links', (title, hrefs) => {
    expect(linked(title)).toEqual(hrefs);
});

test.each([
    'no address',
    'javascript:alert(1)',
    'data:text/html,<script>',
    'ftp://example.org/',
    'https://',
    'https://user:password@example.org/',
    'https://[not-an-address/',
])('%j has none', (title) => {
    expect(linked(title)).toEqual([]);
});

test.each(['Read https://example.org/a.', 'https://a.example https://b.example', '<b>https://x.example</b>', '...'])(
    'the pieces of %j make it up again',
    (title) => {
        expect(
            linkSegments(title)
                .map(({ text }) => text)
                .join(''),
        ).toBe(title);
    },
);
