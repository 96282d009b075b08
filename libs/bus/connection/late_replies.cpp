#include "bus/connection/late_replies.hpp"

#include <utility>

namespace tidings::bus {

namespace {

constexpr std::size_t most_open = 64;

}  // namespace

void late_replies::answered(std::string_view subject, runtime::time_point sent) {
    times_.answered(answer_times::kind_of(subject), sent, runtime::now());
}

void late_replies::missed(pending_request& request, std::string_view subject, runtime::time_point sent) {
    request.leave_open([this, kind = std::string(answer_times::kind_of(subject)), sent] {
        times_.answered_late(kind, sent, runtime::now());
    });
    open_.push_back(request.inbox());
    if (open_.size() <= most_open) return;
    inboxes_.close(open_.front());
    open_.pop_front();
}

void late_replies::clear() {
    for (const auto& inbox : std::exchange(open_, {}))
        inboxes_.close(inbox);
    times_.forget();
}

}  // namespace tidings::bus
