import type { FieldProblem } from '../domain/problem.ts';

/** Why a request did not succeed; `status` is 0 when no answer came. The message is a sentence for the reader. */
export class ApiFailure extends Error {
    constructor(
        readonly status: number,
        message: string,
        readonly fields: readonly FieldProblem[] = [],
        /** Milliseconds that the server asked to wait, when it did. */
        readonly retryAfter: number | null = null,
    ) {
        super(message);
        this.name = 'ApiFailure';
    }
}

/** The sentence to show for anything thrown. */
export function messageOf(error: unknown): string {
    return error instanceof ApiFailure ? error.message : 'Something unexpected went wrong on this page.';
}

export function isStatus(error: unknown, status: number): boolean {
    return error instanceof ApiFailure && error.status === status;
}
