#include "bus/jetstream/base64.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

TEST_CASE("base64 is decoded, and nothing else") {
    CHECK(decode_base64("") == "");
    CHECK(decode_base64("aA==") == "h");
    CHECK(decode_base64("aGk=") == "hi");
    CHECK(decode_base64("aGkh") == "hi!");
    CHECK(decode_base64("//79") == "\xff\xfe\xfd");
    CHECK_FALSE(decode_base64("aGk"));
    CHECK_FALSE(decode_base64("aG k"));
}

}  // namespace tidings::bus
