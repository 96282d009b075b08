import { expect, test } from 'vitest';
import { parseProblem } from '../../src/domain/problem.ts';

test('the detail of a problem is its message', () => {
    const body = JSON.stringify({ title: 'Not Found', status: 404, detail: 'there is no to-do with this id' });
    expect(parseProblem(404, body)).toEqual({ status: 404, message: 'There is no to-do with this id.', fields: [] });
});

test('field errors are kept, malformed ones left out', () => {
    const errors = [{ field: '/title', detail: 'must not be empty' }, { field: 7 }, null, 'x'];
    const { message, fields } = parseProblem(422, JSON.stringify({ title: 'Unprocessable', errors }));
    expect(fields).toEqual([{ field: '/title', detail: 'Must not be empty.' }]);
    expect(message).toBe('Must not be empty.');
});

test.each([
    [503, '<html>Service Unavailable</html>', 'The service is not available right now.'],
    [429, '', 'Too many requests; try again in a moment.'],
    [412, '{}', 'It was changed somewhere else in the meantime.'],
    [404, 'null', 'It no longer exists.'],
    [500, '[]', 'The server answered with an error (500).'],
    [500, '{"detail":"  "}', 'The server answered with an error (500).'],
    [400, '{"title":"Bad Request"}', 'Bad Request.'],
])('%i with %j still gives a message', (status, body, message) => {
    expect(parseProblem(status, body).message).toBe(message);
});
