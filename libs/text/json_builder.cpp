#include "text/json_builder.hpp"

namespace tidings::text {

std::size_t count_members(const boost::json::value& v) {
    std::size_t count = 0;
    if (v.is_array())
        for (const auto& element : v.get_array())
            count += count_members(element);
    if (v.is_object()) {
        count = v.get_object().size();
        for (const auto& member : v.get_object())
            count += count_members(member.value());
    }
    return count;
}

}  // namespace tidings::text
