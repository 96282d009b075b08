import type { TodosApi } from '../api/todos.ts';
import type { Filter } from '../domain/todo.ts';
import { listReader } from './list_reader.ts';
import { listWriter } from './list_writer.ts';
import { newNotices } from './notices.ts';
import { newTodoState } from './todo_state.ts';

/** Everything the components need. */
export function newPage(api: TodosApi, filter: Filter) {
    const state = newTodoState(filter);
    const notices = newNotices();
    return { state, notices, ...listReader(state, api, notices), ...listWriter(state, api, notices) };
}

export type Page = ReturnType<typeof newPage>;
