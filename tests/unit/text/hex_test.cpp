#include "text/hex.hpp"

#include <array>

#include "support/catch.hpp"

using namespace tidings::text;

TEST_CASE("hexadecimal digits are parsed in either case") {
    for (int i = 0; i < 16; ++i) {
        CHECK(hex_value("0123456789abcdef"[i]) == i);
        CHECK(hex_value("0123456789ABCDEF"[i]) == i);
    }
    for (const char c : std::string_view("/:@G`g \xFF"))
        CHECK_FALSE(hex_value(c));
}

TEST_CASE("a byte is parsed from the first two digits") {
    CHECK(parse_hex_byte("00") == 0);
    CHECK(parse_hex_byte("fF") == 255);
    CHECK(parse_hex_byte("7fz") == 127);
    for (const auto* text : {"", "7", "7g", "g7", " 7"})
        CHECK_FALSE(parse_hex_byte(text));
}

TEST_CASE("every byte survives a round trip") {
    for (int byte = 0; byte < 256; ++byte) {
        std::string out;
        append_hex(out, static_cast<std::uint8_t>(byte));
        CHECK(out.size() == 2);
        CHECK(parse_hex_byte(out) == byte);
    }
}

TEST_CASE("bytes are written as hexadecimal digits in lower case") {
    CHECK(hex(std::array<std::uint8_t, 3>{0x00, 0x9f, 0xA0}) == "009fa0");
    CHECK(hex(std::string("\xff")) == "ff");
    CHECK(hex(std::string()).empty());
}
