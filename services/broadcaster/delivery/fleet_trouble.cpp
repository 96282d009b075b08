// What keeps endpoints from being delivered to, for people.
#include <boost/algorithm/string/join.hpp>
#include <iterator>
#include <set>

#include "delivery/fleet.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_told = 8;  // troubles, at once

}  // namespace

// What heals within a moment is not worth a warning.
void fleet::tell_trouble() {
    const auto why = trouble();
    if (why.empty()) {
        troubled_ = 0;
        if (outage_.ended()) log::info("endpoints are delivered to again");
    } else if (++troubled_ >= 5 && outage_.failed(runtime::now(), why)) {
        log::warn("endpoints are not delivered to", {{"reason", why}});
    }
}

std::string fleet::trouble() const {
    if (keepers_.empty())
        return "the bucket WEBHOOK_POSITIONS is not there yet" + (hindered_.empty() ? "" : ": " + hindered_);
    std::set<std::string> all;
    for (const auto& k : keepers_)
        all.insert(k->trouble());
    for (const auto& [stream, source] : sources_)
        if (auto t = source->trouble(); !t.empty()) all.insert(t.insert(0, ": ").insert(0, stream));
    all.insert(unknown_to_owners());
    all.erase(std::string());
    const auto more = all.size() > most_told ? all.size() - most_told : 0;
    all.erase(std::next(all.begin(), static_cast<std::ptrdiff_t>(all.size() - more)), all.end());
    return boost::algorithm::join(all, "; ") + (more > 0 ? "; and " + std::to_string(more) + " more" : std::string());
}

// While a new file is rolled out that passes by itself.
std::string fleet::unknown_to_owners() const {
    std::vector<std::string> names;
    for (const auto& [name, e] : endpoints_)
        if (may_be_unknown_to_owner(*e) && find(name) == nullptr) names.push_back(name);
    if (names.empty()) return {};
    const auto count = names.size();
    names.resize(std::min(count, most_told));
    return "replicas whose turn it is have a file with other endpoints, which may not name " +
           boost::algorithm::join(names, ", ") +
           (count > names.size() ? " and " + std::to_string(count - names.size()) + " more" : std::string());
}

std::string fleet::warning() const {
    for (const auto& [stream, source] : sources_)
        if (!source->warning().empty()) return source->warning();
    return {};
}

}  // namespace tidings::broadcaster
