#include "bus/connection/no_responders.hpp"

#include <utility>

namespace tidings::bus {

no_responders::no_responders(std::string inbox) : inbox_(std::move(inbox)), prefix_(inbox_.rfind('.') + 1) {}

std::string no_responders::probe_after(std::string_view reply) const {
    return inbox_ + "-" + std::string(reply.substr(prefix_));
}

std::optional<std::string> no_responders::on_probe(std::string_view subject) {
    const bool unanswered = std::exchange(statuses_, 0) > 0;
    if (!unanswered || subject.size() <= inbox_.size() + 1) return std::nullopt;
    return inbox_.substr(0, prefix_) + std::string(subject.substr(inbox_.size() + 1));
}

}  // namespace tidings::bus
