#include "bus/connection/header_block.hpp"

#include <array>

#include "bus/connection/message.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

TEST_CASE("headers are read from the raw bytes") {
    const header_block block("NATS/1.0\r\nNats-Msg-Id: 7\r\nK:  v \r\nK: w\r\nEmpty:\r\nno colon\r\n: no name\r\n\r\n");
    CHECK(block.find("Nats-Msg-Id") == "7");
    CHECK(block.find("K") == "v");
    CHECK(block.find("k") == "v");
    CHECK(block.find("Nats-Msg").empty());
    CHECK(block.find("Empty").empty());
    CHECK(block.all() == headers{{"Nats-Msg-Id", "7"}, {"K", "v"}, {"K", "w"}, {"Empty", ""}});
}

TEST_CASE("several headers are found in one pass, as each would be") {
    const header_block block("NATS/1.0\r\nk: 1\r\nEmpty:\r\nK: 2\r\nEmpty: 3\r\nLast: 4\r\n\r\n");
    const std::array<std::string_view, 4> names{"K", "Empty", "Absent", "last"};
    std::array<std::string_view, 4> values{};
    block.find(names, values);
    for (std::size_t i = 0; i < names.size(); ++i)
        CHECK(values[i] == block.find(names[i]));
    CHECK(values == std::array<std::string_view, 4>{"1", "", "", "4"});
}

TEST_CASE("malformed bytes hold no headers, and truncated headers are read as far as they go") {
    CHECK(header_block("").all().empty());
    CHECK(header_block("HTTP/1.1 200\r\nK: v\r\n\r\n").find("K").empty());
    CHECK(header_block("NATS/1.0\r\nK: v").find("K") == "v");
    CHECK(header_block("NATS/1.0\r\nK").find("K").empty());
}

TEST_CASE("header names are case-insensitive") {
    const header_block block("NATS/1.0\r\nnats-msg-id: 7\r\nCe-Type: t\r\nCONTENT-TYPE: x/y\r\nK: 1\r\nk: 2\r\n\r\n");
    CHECK(block.find("Nats-Msg-Id") == "7");
    CHECK(block.find("ce-type") == "t");
    CHECK(block.find("Content-Type") == "x/y");
    CHECK(block.find("k") == "1");
    CHECK(block.find("Nats-Msg-I").empty());
}

TEST_CASE("malformed lines are left out of a message's headers") {
    using namespace std::string_literals;
    const auto bytes =
        "NATS/1.0\r\n: no name\r\nno colon\r\n\0X: 1\r\nA\x01: 1\r\nKept:  yes \r\nEmpty:\r\n\xff: odd\r\n\r\n"s;
    const std::vector<std::pair<std::string, std::string>> kept{{"Kept", "yes"}, {"Empty", ""}, {"\xff", "odd"}};
    CHECK(header_block(bytes).all() == kept);
}

}  // namespace tidings::bus
