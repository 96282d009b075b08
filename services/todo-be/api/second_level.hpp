// Answers that replicas share through a cache outside of them. What it gives is verified; while it gives nothing, the
// database is asked.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/sealed_answers.hpp"
#include "redis/client.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

class second_level {
  public:
    // Of a question: hit, miss, late, unavailable, forged.
    using report = std::function<void(const char*)>;

    // `cache` must outlive it.
    second_level(redis::client& cache, report on_asked) : client_(cache), on_asked_(std::move(on_asked)) {}

    // `key`: of sealed_answers. Before, there is nothing there.
    void use(std::string_view key) { sealed_.emplace(key); }

    runtime::task<std::optional<kept_read>> find(answer_name n);
    void put(const answer_name& n, const kept_read& read);

    bool connected() const { return client_.connected(); }

  private:
    redis::client& client_;
    report on_asked_;
    std::optional<sealed_answers> sealed_;
};

}  // namespace tidings::todo_be
