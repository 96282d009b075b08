// What an answer means for the run. Pure.
#pragma once

#include <string_view>

namespace tidings::todo_cron {

enum class verdict {
    done,          // the goal is reached
    already_done,  // an earlier run of the same hour has done it
    retry,         // the same request may succeed later
    refuse,        // the same request will never succeed: the configuration is wrong
};

// `status` 0 means no response (network, deadline).
// The random page: done is a redirect.
verdict judge_page(unsigned status);

// Creating the to-do. The article is random, so a rerun has another body under the same Idempotency-Key; todo-be
// refuses that with 422 and a problem (RFC 9457) that names the Idempotency-Key: proof that this hour's to-do exists.
// 409: the first request with this key is still in progress.
verdict judge_creation(unsigned status, bool replayed, std::string_view body);

std::string_view to_string(verdict v);  // as metric labels have it

}  // namespace tidings::todo_cron
