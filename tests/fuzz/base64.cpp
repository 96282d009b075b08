#include "text/base64.hpp"

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    std::string text;
    text::append_base64(text, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    require(text::decode_base64(text) == bytes, "bytes survive the way out and in");
    if (const auto decoded = text::decode_base64(bytes)) require(decoded->size() <= bytes.size(), "decoding shrinks");
}

}  // namespace tidings::fuzz
