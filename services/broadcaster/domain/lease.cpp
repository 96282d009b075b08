#include "domain/lease.hpp"

#include <boost/json.hpp>

namespace tidings::broadcaster {

namespace json = boost::json;

std::string lease_record::to_json() const {
    return json::serialize(json::object{{"owner", owner}, {"resume", resume}});
}

std::optional<lease_record> lease_record::parse(std::string_view text) {
    boost::system::error_code failure;
    const auto value = json::parse(text, failure);
    if (failure || !value.is_object()) return std::nullopt;
    const auto* owner = value.as_object().if_contains("owner");
    const auto* resume = value.as_object().if_contains("resume");
    if (owner == nullptr || !owner->is_string() || resume == nullptr) return std::nullopt;
    const auto sequence = resume->to_number<std::uint64_t>(failure);
    if (failure) return std::nullopt;
    return lease_record{std::string(owner->as_string()), sequence};
}

void lease_watch::saw(std::uint64_t revision, const lease_record& r, time_point now) {
    if (revision != revision_ || unchanged_since_ == time_point{}) unchanged_since_ = now;
    revision_ = revision;
    record_ = r;
}

bool lease_watch::takeable(time_point now) const {
    return revision_ == 0 || record_.owner.empty() || now - unchanged_since_ >= lease_taken_after;
}

}  // namespace tidings::broadcaster
