// A dead letter, of an earlier version or a stranger, as the list shows it and a replay reads it: its subject, its time
// and its headers in a line each ("name: value"), an empty line, and the body.
#include <boost/json/parse.hpp>

#include "api/letter_text.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    bus::stored_message m;
    m.sequence = 1;
    m.subject = next_part(bytes);
    m.time = next_part(bytes);
    for (auto line = next_part(bytes); !line.empty(); line = next_part(bytes)) {
        const auto name = next_part(line, ':');
        m.h.emplace_back(name, line);
    }
    m.payload = bytes;
    std::string text;
    broadcaster::append_letter(text, m);
    boost::json::parse_options deep;
    deep.max_depth = 600;
    boost::system::error_code failure;
    const auto v = boost::json::parse(text, failure, {}, deep);
    require(!failure && v.is_object(), "a letter is a JSON object, whatever is in it");
    const auto& o = v.get_object();
    require(o.contains("event") != o.contains("event_base64"), "it has its event in one form");
    require(!o.contains("event_base64") || !broadcaster::is_json(m.payload), "as JSON when it is some");
}

}  // namespace tidings::fuzz
