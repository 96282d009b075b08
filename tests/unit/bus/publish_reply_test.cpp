#include "bus/jetstream/publish_reply.hpp"
#include "bus/connection/errc.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

TEST_CASE("publish replies are parsed") {
    struct row {
        std::string json;
        boost::system::error_code failure;
        std::uint64_t sequence;
        bool duplicate;
    };
    const auto r = GENERATE(values<row>({
        {R"({"stream":"T", "seq":17})", {}, 17, false},
        {R"({"stream":"T","seq":18})", {}, 18, false},
        {R"({"stream":"T", "seq":19,"duplicate": true})", {}, 19, true},
        {R"({"stream":"T","domain":"d","seq":20,"duplicate":false})", {}, 20, false},
        {R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 4"}})",
         make_error_code(errc::wrong_sequence), 0, false},
        {R"({"error":{"code":400,"err_code":10054,"description":"message size exceeds maximum allowed"}})",
         make_error_code(errc::too_large), 0, false},
        {R"({"error":{"code":503,"err_code":10077,"description":"insufficient"}})", make_error_code(errc::refused), 0,
         false},
        {R"({"error":{"description":""}})", make_error_code(errc::refused), 0, false},
        {R"({"error":{"code":400.5,"err_code":1e300}})", make_error_code(errc::refused), 0, false},
        {R"({"stream":"T"})", make_error_code(errc::refused), 0, false},
        {R"({"stream":"T","seq":"x"})", make_error_code(errc::refused), 0, false},
        {"not json", make_error_code(errc::refused), 0, false},
        {"", make_error_code(errc::refused), 0, false},
    }));
    CAPTURE(r.json);
    std::string detail;
    const auto ack = parse_publish_reply(r.json, detail);
    CHECK(ack.failure == r.failure);
    CHECK(ack.sequence == r.sequence);
    CHECK(ack.duplicate == r.duplicate);
    CHECK(detail.empty() == !r.failure);
}

}  // namespace tidings::bus
