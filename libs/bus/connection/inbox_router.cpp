#include "bus/connection/inbox_router.hpp"

#include <algorithm>
#include <charconv>

#include "bus/connection/status_message.hpp"
#include "bus/jetstream/ack_subject.hpp"

namespace tidings::bus {

std::string inbox_router::open(connection::inbox_handler on_message) {
    const auto token = ++last_token_;
    inboxes_.emplace(token, std::make_shared<connection::inbox_handler>(std::move(on_message)));
    return prefix_ + std::to_string(token);
}

void inbox_router::close(std::string_view subject) {
    std::uint64_t token = 0;
    if (token_of(subject, token)) inboxes_.erase(token);
}

void inbox_router::claim(std::string_view reply_prefix, std::function<void(message)> on_message) {
    claims_.insert_or_assign(std::string(consumer_key(reply_prefix)),
                             std::make_shared<claim_handler>(std::move(on_message)));
}

void inbox_router::release(std::string_view reply_prefix) {
    if (const auto found = claims_.find(consumer_key(reply_prefix)); found != claims_.end()) claims_.erase(found);
}

void inbox_router::clear() {
    // Handlers may own what reaches back here: let them go only when the tables are empty.
    const auto inboxes = std::move(inboxes_);
    const auto claims = std::move(claims_);
    inboxes_.clear();
    claims_.clear();
}

std::string inbox_router::note_after(std::string_view reply) const {
    return prefix_ + "0-" + std::string(reply.substr(prefix_.size()));
}

void inbox_router::dispatch(message m) {
    std::uint64_t token = 0;
    if (!token_of(m.subject(), token)) return dispatch_pulled(std::move(m));
    if (token == 0) return note_came(m.subject());
    dispatch_answer(token, m);
}

void inbox_router::note_came(std::string_view subject) {
    const bool met_nobody = std::exchange(unanswered_, 0) > 0;
    const auto asker = subject.substr(std::min(prefix_.size() + 2, subject.size()));
    if (!met_nobody || asker.empty()) return;
    dispatch(make_status(prefix_ + std::string(asker), "503"));
}

bool inbox_router::token_of(std::string_view subject, std::uint64_t& token) const {
    if (!subject.starts_with(prefix_)) return false;
    subject.remove_prefix(prefix_.size());
    return std::from_chars(subject.data(), subject.data() + subject.size(), token).ec == std::errc();
}

void inbox_router::dispatch_answer(std::uint64_t token, message& m) {
    const auto found = inboxes_.find(token);
    if (found == inboxes_.end()) return;
    const auto handler = found->second;
    if (!(*handler)(m)) inboxes_.erase(token);
}

void inbox_router::dispatch_pulled(message m) {
    const auto found = claims_.find(consumer_key(m.reply()));
    if (found == claims_.end()) return;
    const auto handler = found->second;
    (*handler)(std::move(m));
}

}  // namespace tidings::bus
