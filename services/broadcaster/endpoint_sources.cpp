#include "endpoint_sources.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "bus/jetstream/subject_cover.hpp"
#include "endpoints/read_endpoints.hpp"

namespace tidings::broadcaster {

endpoint_policy api_policy(const settings& s) {
    return {.usable_url = usable_url,
            .stream_problem = bus::stream_name_problem,
            .subject_problem = bus::subject_problem,
            .default_stream = s.stream,
            .is_operator = false,
            .allow_private_addresses = s.allow_private_addresses};
}

std::string digest_of_names(std::span<const endpoint_ptr> endpoints) {
    std::set<std::string_view> names;
    for (const auto& e : endpoints)
        names.insert(e->name);
    std::uint64_t h = 0xcbf29ce484222325;  // FNV-1a
    const auto add = [&h](unsigned char byte) { h = (h ^ byte) * 0x100000001b3; };
    for (const auto name : names) {
        std::ranges::for_each(name, add);
        add('\n');
    }
    return std::to_string(h);
}

std::vector<endpoint_ptr> file_endpoints(const settings& s) {
    std::vector<endpoint_ptr> all;
    for (auto e : s.endpoints) {
        if (e.source_stream.empty()) e.source_stream = s.stream;
        all.push_back(std::make_shared<const endpoint>(std::move(e)));
    }
    return all;
}

}  // namespace tidings::broadcaster
