import { parseProblem } from '../domain/problem.ts';
import { retryAfter } from '../domain/retry_after.ts';
import { ApiFailure } from './failure.ts';

export interface Exchange {
    readonly url: URL;
    readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
    /** Abandons the exchange (another list was asked for); rejects with the signal's reason, not with ApiFailure. */
    readonly signal?: AbortSignal;
}

export const DEADLINE_MS = 10_000;

/**
 * One request and its whole answer within DEADLINE_MS. Resolves with the parsed JSON of a 2xx answer (null for 204);
 * rejects with ApiFailure for everything else.
 */
export async function exchange(send: typeof fetch, request: Exchange): Promise<unknown> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
    try {
        const response = await send(request.url, {
            method: request.method ?? 'GET',
            headers: { Accept: 'application/json, application/problem+json', ...request.headers },
            body: request.body === undefined ? null : JSON.stringify(request.body),
            cache: 'no-cache',
            signal,
        });
        return await readAnswer(response);
    } catch (error) {
        if (error instanceof ApiFailure || request.signal?.aborted) throw error;
        throw noAnswer(deadline.aborted);
    }
}

async function readAnswer(response: Response): Promise<unknown> {
    const body = await response.text();
    if (!response.ok) {
        const problem = parseProblem(response.status, body);
        const wait = retryAfter(response.headers.get('Retry-After'), Date.now());
        throw new ApiFailure(problem.status, problem.message, problem.fields, wait);
    }
    if (response.status === 204) return null;
    try {
        return JSON.parse(body);
    } catch {
        throw new ApiFailure(response.status, 'The server gave an answer that this page does not understand.');
    }
}

function noAnswer(late: boolean): ApiFailure {
    return new ApiFailure(0, late ? 'The server took too long to answer.' : 'The server cannot be reached.');
}
