/** What went wrong with one field of a request. */
export interface FieldProblem {
    readonly field: string;
    readonly detail: string;
}

/** An error answer (RFC 9457), reduced to what the page can say about it. */
export interface Problem {
    readonly status: number;
    readonly message: string;
    readonly fields: readonly FieldProblem[];
}

/** Reads a problem+json body; anything else (a proxy's HTML page, nothing) still gives a sentence for the status. */
export function parseProblem(status: number, body: string): Problem {
    const members = parseObject(body);
    const fields = fieldProblems(members.errors);
    const message = text(members.detail) ?? fields[0]?.detail ?? text(members.title) ?? sentenceFor(status);
    return { status, message: asSentence(message), fields };
}

function parseObject(body: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(body);
        return typeof value === 'object' && value !== null ? { ...value } : {};
    } catch {
        return {};
    }
}

function fieldProblems(errors: unknown): FieldProblem[] {
    if (!Array.isArray(errors)) return [];
    return errors.flatMap((error: unknown) => {
        const { field, detail } = (error ?? {}) as Record<string, unknown>;
        return typeof field === 'string' && typeof detail === 'string' ? [{ field, detail: asSentence(detail) }] : [];
    });
}

function text(value: unknown): string | undefined {
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function asSentence(message: string): string {
    const [first = '', ...rest] = [...message];
    const capitalised = first.toUpperCase() + rest.join('');
    return /[.!?]$/.test(capitalised) ? capitalised : `${capitalised}.`;
}

function sentenceFor(status: number): string {
    if (status === 404) return 'It no longer exists.';
    if (status === 412) return 'It was changed somewhere else in the meantime.';
    if (status === 429) return 'Too many requests; try again in a moment.';
    if (status === 502 || status === 503 || status === 504) return 'The service is not available right now.';
    return `The server answered with an error (${status}).`;
}
