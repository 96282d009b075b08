// RFC 3339, and the ids beside it.
#include "ids/timestamp.hpp"

#include "fuzz/fuzz.hpp"
#include "ids/uuid.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    if (const auto t = ids::parse_timestamp(bytes)) {
        const auto text = ids::format(*t);
        require(text.size() == 27, "one form for all");
        require(ids::parse_timestamp(text) == t, "instants survive the way out and in");
    }
    if (const auto id = ids::uuid::parse(bytes)) {
        require(id->str().size() == 36 && ids::uuid::parse(id->str()) == id, "ids survive the way out and in");
    }
}

}  // namespace tidings::fuzz
