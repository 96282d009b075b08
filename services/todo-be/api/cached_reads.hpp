// Reads that are answered from memory where what is there is as new as the database's own answer would be: before an
// answer is believed, everything is heard of that was acknowledged when the request came, by whichever replica.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "api/answer_cache.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

// One read: what is known of it, and where it is kept.
struct looked_up {
    kept_read read;  // null: ask the database
    user_id owner;
    std::string what;
    std::optional<std::uint64_t> generation;  // nothing: not to be kept
};

class cached_reads {
  public:
    // True when every change has been heard of that was acknowledged before the call; false: not known.
    using catch_up = std::function<runtime::task<bool>()>;

    // Called for each read that may be kept: whether it was answered from memory.
    using report = std::function<void(bool)>;

    // `memory` must outlive it.
    cached_reads(
        answer_cache& memory, catch_up caught_up, report on_read = [](bool) {})
        : memory_(memory), caught_up_(std::move(caught_up)), on_read_(std::move(on_read)) {}

    // `what` names the question among all of that owner.
    runtime::task<looked_up> find(user_id owner, std::string what);
    // What the database has answered since `l` was returned.
    void keep(looked_up& l, kept_read read);

  private:
    answer_cache& memory_;
    catch_up caught_up_;
    report on_read_;
};

}  // namespace tidings::todo_be
