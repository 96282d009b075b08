#include "text/base64.hpp"

#include "support/catch.hpp"

using namespace tidings::text;

namespace {

std::string encode(std::string_view text) {
    std::string out;
    append_base64(out, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return out;
}

}  // namespace

TEST_CASE("base64 gives the examples of RFC 4648") {
    const std::pair<std::string, std::string> examples[] = {{"", ""},
                                                            {"f", "Zg=="},
                                                            {"fo", "Zm8="},
                                                            {"foo", "Zm9v"},
                                                            {"foob", "Zm9vYg=="},
                                                            {"fooba", "Zm9vYmE="},
                                                            {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : examples) {
        CHECK(encode(plain) == encoded);
        CHECK(decode_base64(encoded) == plain);
    }
}

TEST_CASE("base64 appends to its output") {
    std::string out = "v1,";
    append_base64(out, {});
    CHECK(out == "v1,");
}

TEST_CASE("invalid base64 is rejected") {
    const auto text =
        GENERATE("Z", "Zg=", "Zg", "Zg===", "====", "Zm 9v", "Zm9v\n", " Zm9v", "Zm9-", "Z=9v", "Zm9v====");
    INFO(text);
    CHECK_FALSE(decode_base64(text));
}

TEST_CASE("a huge base64 text is rejected unless expected") {
    const std::string text(1024 * 1024, 'A');
    CHECK_FALSE(decode_base64(text));
    CHECK(decode_base64(text, text.size()).has_value());
}

TEST_CASE("base64 of URLs has one form for each text") {
    const std::pair<std::string, std::string> examples[] = {
        {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xFB\xFF\xBF", "-_-_"}};
    for (const auto& [plain, encoded] : examples)
        CHECK(decode_base64url(encoded) == plain);
    const auto refused = GENERATE("Z", "Zg=", "Zg==", "Zh", "Zm9", "Zm9vZ", "+/+/", "Zm 9v", "Zm9v\n", "Zm9v.");
    INFO(refused);
    CHECK_FALSE(decode_base64url(refused));
    CHECK_FALSE(decode_base64url("Zm9vZm9v", 7));
}
