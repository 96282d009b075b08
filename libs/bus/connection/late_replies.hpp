// The inboxes of requests that nobody waits for any more, for learning how long their answers take.
#pragma once

#include <deque>
#include <string>

#include "bus/connection/answer_times.hpp"
#include "bus/connection/pending_request.hpp"

namespace tidings::bus {

class late_replies {
  public:
    explicit late_replies(inbox_router& inboxes) : inboxes_(inboxes) {}

    // The deadline of a request to `subject`, `wanted` or more.
    std::chrono::milliseconds deadline(std::string_view subject, std::chrono::milliseconds wanted) const {
        return times_.allowed(answer_times::kind_of(subject), wanted);
    }
    // A request that was sent at `sent` has its answer, or has passed its deadline.
    void answered(std::string_view subject, runtime::time_point sent);
    void missed(pending_request& request, std::string_view subject, runtime::time_point sent);
    // The link is lost: no answer comes.
    void clear();

  private:
    inbox_router& inboxes_;
    answer_times times_;
    std::deque<std::string> open_;
};

}  // namespace tidings::bus
