#include "reading/stream_look.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::broadcaster;

namespace {

std::string fault(const std::string& retention, std::uint64_t last) {
    bus::stream_info i;
    i.retention = retention;
    i.last_seq = last;
    return why_missing(fault_of(i), "S");
}

}  // namespace

TEST_CASE("a stream may be delivered from if it keeps what was delivered") {
    CHECK(fault("limits", 0).empty());
    CHECK(fault("interest", 0) == "stream S needs limits retention: make a stream that sources it");
    CHECK(fault("workqueue", 0) == fault("interest", 0));
}

TEST_CASE("a stream may be delivered from up to sequences of 62 bits") {
    CHECK(fault("limits", (1ULL << 62) - 1).empty());
    CHECK(fault("limits", 1ULL << 62) == "stream S counts beyond 2^62: make a stream that sources it");
    CHECK(fault("limits", UINT64_MAX) == fault("limits", 1ULL << 62));
}
