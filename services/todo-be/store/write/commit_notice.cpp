#include "store/write/commit_notice.hpp"

#include <utility>

namespace tidings::todo_be {

namespace {

bool is_create(const queued_write& w) {
    return std::holds_alternative<queued_create>(w.request) || std::holds_alternative<queued_create_once>(w.request);
}

outbox_event take_event(committed_write& c) {
    auto& e = c.logged.event;
    return {.seq = c.logged.seq,
            .id = e.id,
            .todo_id = e.todo_id,
            .type = std::string(e.type),
            .payload = std::move(e.payload)};
}

}  // namespace

std::optional<commit_notice> take_notice(std::span<queued_write* const> tried) {
    commit_notice notice;
    bool committed = false;
    bool replayed = false;  // the first answer may be from a commit unknown to this replica
    for (auto* w : tried) {
        if (auto* one = std::get_if<committed_write>(&w->outcome)) {
            committed = true;
            if (is_create(*w)) {
                notice.created.push_back(take_event(*one));
            } else {
                notice.others = true;
            }
        } else if (const auto* set = std::get_if<committed_set>(&w->outcome)) {
            committed = committed || set->events > 0;
            notice.others = notice.others || set->events > 0;
        } else if (std::holds_alternative<first_answer>(w->outcome)) {
            replayed = true;
        }
    }
    if (!committed && !replayed) return std::nullopt;
    if (committed) notice.rows = tried.size();
    return notice;
}

}  // namespace tidings::todo_be
