// Reads that are answered from memory, or by a cache that replicas share, where what is there is as new as the
// database's own answer would be: before an answer is believed, everything is heard of that was acknowledged when the
// request came, by whichever replica.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "api/answer_cache.hpp"
#include "api/second_level.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

// One read: what is known of it, and where it is kept.
struct looked_up {
    kept_read read;  // null: ask the database
    user_id owner;
    std::string what;
    std::optional<std::uint64_t> generation;  // nothing: not to be kept
    std::string commit = {};                  // of the second level; empty: not to be kept there
};

struct cached_reads_hooks {
    // True when every change has been heard of that was acknowledged before the call; false: not known.
    std::function<runtime::task<bool>()> caught_up;
    // Called for each read that may be kept: what answered it, "memory", "cache" or "database".
    std::function<void(const char*)> on_read = [](const char*) {};
    // Needed with a second level. A text that is another one after each change of that owner's to-dos.
    std::function<runtime::task<std::string>(user_id)> state = {};
};

class cached_reads {
  public:
    // `memory` and `shared` must outlive it. `shared` null: there is no second level.
    cached_reads(answer_cache& memory, cached_reads_hooks hooks, second_level* shared = nullptr);

    // `what` names the question among all of that owner. May throw what `state` does.
    runtime::task<looked_up> find(user_id owner, std::string what);
    // What the database has answered since `l` was returned.
    void keep(looked_up& l, kept_read read);

  private:
    runtime::task<> find_shared(looked_up& l);

    answer_cache& memory_;
    cached_reads_hooks hooks_;
    second_level* shared_;
};

}  // namespace tidings::todo_be
