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

}  // namespace tidings::http
