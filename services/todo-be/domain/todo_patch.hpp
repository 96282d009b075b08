// Changes to a to-do, and what they amount to. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/todo.hpp"

namespace tidings::todo_be {

// The fields to set; the others stay. (JSON merge patch, RFC 7396, with `null` already turned into the field's
// default.)
struct todo_patch {
    std::optional<std::string> title;
    std::optional<bool> done;
    std::optional<std::optional<double>> order;
    std::optional<std::optional<due_date>> due;
    std::optional<todo_be::priority> priority;
    std::optional<std::vector<std::string>> labels;
    std::optional<std::string> notes;
    std::optional<std::optional<std::string>> due_time_zone;
    std::optional<std::optional<std::string>> recurrence;
    std::optional<std::optional<ids::uuid>> parent;
};

// Sets every field.
todo_patch replace_with(todo_fields fields);
// Without a due there is no recurrence: it goes with it, unless the patch sets it.
todo_fields apply(const todo_patch& patch, todo_fields to);

// What happened to a to-do: the last part of the event's type.
enum class change { created, updated, completed, reopened, deleted, restored };

// completed or reopened when `done` flipped, regardless of other changes; else updated; nothing when nothing changed.
std::optional<change> change_between(const todo_fields& before, const todo_fields& after);

// The next version of `before`. Time never runs backwards within one to-do, even when replicas' clocks differ.
todo next_version(const todo& before, todo_fields after, ids::timestamp now);

// The versions that If-Match allows; nothing given: any.
using expected_versions = std::optional<std::vector<std::int64_t>>;
bool allows(const expected_versions& expected, std::int64_t version);

// What must be true of the current version for a change to go ahead (RFC 9110, 13.1).
struct precondition {
    expected_versions match;                // If-Match
    std::optional<expected_versions> none;  // If-None-Match, when given: the versions that it names; nothing: any
};
bool allows(const precondition& p, std::int64_t version);

}  // namespace tidings::todo_be
