/** A piece of a title: plain text, or an http(s) address to link. `text` is always shown as text. */
export interface Segment {
    readonly text: string;
    readonly href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"']+/giu;
const CLOSERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Splits a title so that joining every `text` gives the title back unchanged. */
export function linkSegments(title: string): Segment[] {
    const segments: Segment[] = [];
    let end = 0;
    for (const match of title.matchAll(ADDRESS)) {
        const text = withoutTrailingPunctuation(match[0]);
        const href = safeAddress(text);
        if (href === null) continue;
        if (match.index > end) segments.push({ text: title.slice(end, match.index) });
        segments.push({ text, href });
        end = match.index + text.length;
    }
    if (end < title.length) segments.push({ text: title.slice(end) });
    return segments;
}

/** The normalised address when it is http or https without credentials, else null. */
function safeAddress(text: string): string | null {
    if (!URL.canParse(text)) return null;
    const url = new URL(text);
    if (url.username !== '' || url.password !== '') return null;
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}

/** "(see https://a.example/b)." ends before ")."; "https://…/Foo_(bar)" keeps its own bracket. */
function withoutTrailingPunctuation(text: string): string {
    let kept = text;
    for (;;) {
        const last = kept.at(-1) ?? '';
        const opener = CLOSERS[last];
        const unbalanced = opener !== undefined && count(kept, last) > count(kept, opener);
        if (!/[.,;:!?]/.test(last) && !unbalanced) return kept;
        kept = kept.slice(0, -1);
    }
}

function count(text: string, character: string): number {
    return text.split(character).length - 1;
}
