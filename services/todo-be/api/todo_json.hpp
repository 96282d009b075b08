// A to-do as JSON, the same in responses and in events. Built by appending: no document tree on the hot path.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "domain/todo.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t member_count = 16;
// Which members are shown, by their place in the JSON.
using shown_members = std::bitset<member_count>;
inline shown_members all_members() { return shown_members().set(); }

// "id,title": at least one, in any order. Nothing when there is an unknown one.
std::optional<shown_members> parse_members(std::string_view names);
std::string names_of(const shown_members& shown);

class todo_json {
  public:
    // `prefix`: where the to-dos are, such as "/project/api/todos/"; the URL of one is this and its id.
    explicit todo_json(std::string prefix);

    void append(std::string& out, const todo& t, const shown_members& shown = all_members()) const;
    std::string text(const todo& t) const;
    std::string url(const ids::uuid& id, user_id owner = default_user) const;
    // That of all of them: "/project/api/todos", of a list "/project/api/lists/1/todos".
    std::string list_url(user_id owner = default_user) const;

  private:
    void append_prefix(std::string& out, user_id owner) const;

    std::string prefix_;
    std::string lists_;  // "/project/api/lists/"
};

// Only the fields that clients set: equal fields give equal bytes, regardless of how the client wrote them. Fields that
// came later are there only when they are not their default, so that a request of before keeps its bytes.
std::string canonical_json(const todo_fields& f);

}  // namespace tidings::todo_be
