import type { Todo } from '../src/domain/todo.ts';

export function sampleTodo(id: string, members: Partial<Todo> = {}): Todo {
    const todo = { id, title: `Title ${id}`, done: false, due: null, labels: [], version: 1, createdAt: '' };
    return { ...todo, ...members };
}

export function ids(todos: readonly Todo[]): string {
    return todos.map(({ id }) => id).join('');
}
