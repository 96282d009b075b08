import { expect, test } from 'vitest';
import { checkTitle, titleLength } from '../../src/domain/title.ts';

test.each([
    ['milk', 'milk'],
    ['  milk \n', 'milk'],
    ['\u00a0\u3000milk\u0085', 'milk'],
    ['\ufeffmilk', '\ufeffmilk'],
    ['x'.repeat(140), 'x'.repeat(140)],
    ['🌱'.repeat(140), '🌱'.repeat(140)],
])('%j is a title', (text, title) => {
    expect(checkTitle(text)).toEqual({ ok: true, title });
});

test.each([
    ['', 'Write what there is to do.'],
    [' \t\n', 'Write what there is to do.'],
    ['x'.repeat(141), 'A title has at most 140 characters; this one has 141.'],
    ['🌱'.repeat(141), 'A title has at most 140 characters; this one has 141.'],
    ['half of an emoji \ud83c', 'The title contains a character that cannot be stored.'],
    ['a\tb', 'The title contains a character that cannot be stored.'],
    ['a\0b', 'The title contains a character that cannot be stored.'],
])('%j is not a title', (text, message) => {
    expect(checkTitle(text)).toEqual({ ok: false, message });
});

test('an emoji is one character, surrounding white space does not count', () => {
    expect(titleLength(' 🌱🌱 ')).toBe(2);
});
