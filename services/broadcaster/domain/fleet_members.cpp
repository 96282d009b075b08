#include "domain/fleet_members.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "text/ascii.hpp"

namespace tidings::broadcaster {

namespace json = boost::json;

std::string replica_name(std::string_view uuid, std::string_view host) {
    auto where = std::string(host.substr(0, 63));
    std::erase_if(where, [](char c) { return !text::is_letter_or_digit(c) && c != '.' && c != '-'; });
    return std::string(uuid) + (where.empty() ? "" : "@" + where);
}

std::string fleet_news::to_json() const {
    return json::serialize(json::object{{"replica", replica},
                                        {"leaving", leaving},
                                        {"asks", asks},
                                        {"released", released},
                                        {"scope", scope},
                                        {"files", files}});
}

std::optional<fleet_news> fleet_news::parse(std::string_view text) {
    boost::system::error_code failure;
    const auto value = json::parse(text, failure);
    if (failure || !value.is_object()) return std::nullopt;
    const auto& o = value.get_object();
    const auto* replica = o.if_contains("replica");
    const auto flag = [&](std::string_view key) {
        const auto* v = o.if_contains(key);
        return v != nullptr && v->is_bool() && v->get_bool();
    };
    const auto text_of = [&](std::string_view key) {
        const auto* v = o.if_contains(key);
        return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
    };
    if (replica == nullptr || !replica->is_string() || replica->get_string().empty()) return std::nullopt;
    return fleet_news{std::string(replica->get_string()),
                      flag("leaving"),
                      flag("asks"),
                      flag("released"),
                      text_of("scope"),
                      text_of("files")};
}

bool fleet_members::heard(const fleet_news& n, time_point now) {
    if (n.replica == self_) return false;
    if (n.leaving) return others_.erase(n.replica) > 0;
    return others_.insert_or_assign(n.replica, member{now, n.files}).second;
}

bool fleet_members::forget_silent(time_point now) {
    return std::erase_if(others_, [&](const auto& m) { return now - m.second.heard > silent_after; }) > 0;
}

std::string fleet_members::files_of(std::string_view replica) const {
    const auto m = others_.find(replica);
    return m == others_.end() ? std::string() : m->second.files;
}

std::vector<std::string> fleet_members::all() const {
    std::vector<std::string> names{self_};
    for (const auto& [name, member] : others_)
        names.push_back(name);
    std::ranges::sort(names);
    return names;
}

}  // namespace tidings::broadcaster
