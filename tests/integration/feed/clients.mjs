// Follows the change feed at URL with other people's clients: `eventsource` and `ws`, and ws with compression.
// Prints one line of JSON for each event: {"by": client, "id": place in the log, "event": the CloudEvent's id}.
// The EventSource and the WebSockets come back by themselves, from where they were, until the process is ended.
import { EventSource } from 'eventsource';
import { WebSocket } from 'ws';

const url = process.env.URL;
const types = ['created', 'updated', 'completed', 'reopened', 'deleted', 'restored'];

function show(by, id, event) {
    console.log(JSON.stringify({ by, id, event: event.id, title: event.data.todo.title }));
}

const source = new EventSource(`${url}/api/events?after=0`);
for (const type of types)
    source.addEventListener(`io.tidings.todo.${type}.v1`, (e) =>
        show('eventsource', e.lastEventId, JSON.parse(e.data)),
    );

function open(by, after, options) {
    let position = after;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/ws?after=${position}`, options);
    socket.on('message', (data) => {
        const { id, data: event } = JSON.parse(data.toString());
        position = id;
        if (event) show(by, id, event);
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
        console.log(JSON.stringify({ by, closed: code, reason: reason.toString(), extensions: socket.extensions }));
        setTimeout(() => open(by, position, options), 200);
    });
}

open('ws', '0', { perMessageDeflate: false });
open('ws, compressed', '0', { perMessageDeflate: { threshold: 0 } });
