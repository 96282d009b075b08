// The headers of a NATS message.
#include "bus/connection/header_block.hpp"

#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "text/ascii.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const bus::header_block block(bytes);
    const auto all = block.all();
    for (const auto& [name, value] : all) {
        require(!name.empty() && name.find(':') == std::string::npos, "a name is a name");
        require(value.find("\r\n") == std::string::npos, "a value is of one line");
        const auto first = std::ranges::find_if(all, [&](const auto& h) { return text::iequals(h.first, name); });
        require(block.find(name) == first->second, "find() gives the first of all()");
    }
}

}  // namespace tidings::fuzz
