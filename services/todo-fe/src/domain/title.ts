/** The server's rule: 1 to 140 code points after trimming, without control characters. */
export const MAX_TITLE_LENGTH = 140;

export type CheckedTitle = { ok: true; title: string } | { ok: false; message: string };

// Unicode's White_Space, as the server trims: String.trim() knows a slightly different set.
const SPACE_AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu;
// Control characters (C0, DEL, C1), and lone surrogates, which have no UTF-8 form.
const NOT_TEXT = /[\p{Cc}\p{Cs}]/u;

function trimmed(text: string): string {
    return text.replace(SPACE_AROUND, '');
}

/** Length in Unicode code points, as the server counts: an emoji outside the BMP is one, not two. */
export function titleLength(text: string): number {
    return [...trimmed(text)].length;
}

export function checkTitle(text: string): CheckedTitle {
    const title = trimmed(text);
    const length = titleLength(title);
    if (length === 0) {
        return { ok: false, message: 'Write what there is to do.' };
    }
    if (NOT_TEXT.test(title)) {
        return { ok: false, message: 'The title contains a character that cannot be stored.' };
    }
    if (length > MAX_TITLE_LENGTH) {
        return { ok: false, message: `A title has at most ${MAX_TITLE_LENGTH} characters; this one has ${length}.` };
    }
    return { ok: true, title };
}
