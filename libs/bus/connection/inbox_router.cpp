#include "bus/connection/inbox_router.hpp"

#include <charconv>

#include "bus/connection/consumer_key.hpp"

namespace tidings::bus {

std::string inbox_router::open(inbox_handler on_message) {
    const auto token = ++last_token_;
    inboxes_.emplace(token, std::make_shared<inbox_handler>(std::move(on_message)));
    return prefix_ + std::to_string(token);
}

void inbox_router::close(std::string_view inbox) {
    std::uint64_t token = 0;
    if (token_of(inbox, token)) inboxes_.erase(token);
}

void inbox_router::bind(std::string consumer, consumer_handler on_message) {
    consumers_.insert_or_assign(std::move(consumer), std::make_shared<consumer_handler>(std::move(on_message)));
}

void inbox_router::unbind(std::string_view consumer) {
    if (const auto bound = consumers_.find(consumer); bound != consumers_.end()) consumers_.erase(bound);
}

void inbox_router::clear() {
    // Handlers may own objects that call back into this one: the tables are empty before any handler is destroyed.
    const auto inboxes = std::exchange(inboxes_, {});
    const auto consumers = std::exchange(consumers_, {});
}

void inbox_router::dispatch(message m) {
    std::uint64_t token = 0;
    token_of(m.subject(), token) ? dispatch_reply(token, m) : dispatch_delivery(std::move(m));
}

bool inbox_router::token_of(std::string_view subject, std::uint64_t& token) const {
    if (!subject.starts_with(prefix_)) return false;
    subject.remove_prefix(prefix_.size());
    return std::from_chars(subject.data(), subject.data() + subject.size(), token).ec == std::errc();
}

void inbox_router::dispatch_reply(std::uint64_t token, message& m) {
    const auto entry = inboxes_.find(token);
    if (entry == inboxes_.end()) return;
    const auto handler = entry->second;
    if (!(*handler)(m)) inboxes_.erase(token);
}

void inbox_router::dispatch_delivery(message m) {
    const auto entry = consumers_.find(consumer_key(m.reply()));
    if (entry == consumers_.end()) return;
    const auto handler = entry->second;
    (*handler)(std::move(m));
}

}  // namespace tidings::bus
