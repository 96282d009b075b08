#include "text/decimal.hpp"

#include <cstdint>
#include <limits>

#include "support/catch.hpp"

using namespace tidings::text;

namespace {

template <class Number>
std::string appended(Number n) {
    std::string out = "=";
    append_number(out, n);
    return out;
}

}  // namespace

TEST_CASE("a number is appended in decimal digits") {
    CHECK(appended(0) == "=0");
    CHECK(appended(std::numeric_limits<std::int64_t>::min()) == "=-9223372036854775808");
    CHECK(appended(std::numeric_limits<std::uint64_t>::max()) == "=18446744073709551615");
    CHECK(appended(0.25) == "=0.25");
    CHECK(appended(-std::numeric_limits<double>::denorm_min()) == "=-5e-324");
    CHECK(appended(std::numeric_limits<double>::max()) == "=1.7976931348623157e+308");
}

TEST_CASE("a whole number is parsed") {
    CHECK(parse_number<unsigned>("0") == 0U);
    CHECK(parse_number<unsigned>("007") == 7U);
    CHECK(parse_number<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    CHECK(parse_number<std::int64_t>("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(parse_number<std::uint16_t>("65535") == 65535);
}

TEST_CASE("a number with a fraction is the nearest to its text, and reads back from what is appended") {
    for (const double number : {0.0, 0.1, 0.1 + 0.2, 123456.78901234567, 5e-324, 1.7976931348623157e308}) {
        std::string text;
        append_number(text, number);
        CHECK(parse_number<double>(text) == number);
    }
    CHECK(parse_number<double>("0.25") == 0.25);
    CHECK(parse_number<double>("1e3") == 1000);
    for (const auto* text : {"", " 1", "1 ", "+1", "1e", "0x1", "1,5", "1e999"})
        CHECK_FALSE(parse_number<double>(text));
}

TEST_CASE("any other text is not a number") {
    const auto text = GENERATE("", " ", "1 ", " 1", "+1", "-1", "1.0", "0x1", "1e3", "18446744073709551616", "a");
    INFO(text);
    CHECK_FALSE(parse_number<std::uint64_t>(text));
}

TEST_CASE("a number out of range is rejected") {
    CHECK_FALSE(parse_number<std::uint16_t>("65536"));
    CHECK_FALSE(parse_number<std::int64_t>("9223372036854775808"));
    CHECK_FALSE(parse_number<std::int64_t>("-9223372036854775809"));
    CHECK_FALSE(parse_number<std::int64_t>("-"));
}
