// The body of a request about endpoints: JSON by anybody who has the token.
#include <algorithm>

#include "api/json_object.hpp"
#include "fuzz/fuzz.hpp"
#include "registry/endpoint_document.hpp"
#include "text/utf8.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto document = broadcaster::read_object(bytes);
    if (!document) {
        require(text::is_utf8(document.error()), "what is wrong can be told in JSON");
        return require(document.error().size() < 200, "what is wrong is told in short");
    }
    broadcaster::violations wrong;
    broadcaster::read_document(*document, {}, wrong);
    require(std::ranges::all_of(wrong, [](const auto& v) { return text::is_utf8(v.pointer) && !v.detail.empty(); }),
            "a violation has a place and a reason");
}

}  // namespace tidings::fuzz
