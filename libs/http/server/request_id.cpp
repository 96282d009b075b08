#include "http/server/request_id.hpp"

#include <cstdint>
#include <random>

#include "text/hex.hpp"

namespace tidings::http {

std::string new_request_id() {
    thread_local std::mt19937_64 generator{(std::uint64_t{std::random_device{}()} << 32U) | std::random_device{}()};
    std::string id(16, '0');
    auto value = generator();
    for (char& c : id) {
        c = text::hex_digits[value & 15U];
        value >>= 4U;
    }
    return id;
}

void complete(request& r) {
    if (r.context.request_id.empty()) r.context.request_id = new_request_id();
    const auto given = trace_context::parse(r.header("traceparent"));
    r.context.trace = given ? given->child() : trace_context::start();
}

}  // namespace tidings::http
