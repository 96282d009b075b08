#include "http/client/address_policy.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace tidings::http {

namespace {

template <std::size_t Size>
struct prefix {
    std::array<std::uint8_t, Size> bytes;
    unsigned length;  // in bits
};

// IANA's registry of special-purpose IPv4 addresses and what lies above unicast. tests/manifests/policy reads these
// tables: the network policies must except the same.
constexpr prefix<4> closed_v4[] = {
    {{0, 0, 0, 0}, 8},         // this network
    {{10, 0, 0, 0}, 8},        // RFC 1918
    {{100, 64, 0, 0}, 10},     // carrier-grade NAT
    {{127, 0, 0, 0}, 8},       // loopback
    {{168, 63, 129, 16}, 32},  // Azure's host agent: in no registry, but reached from inside only
    {{169, 254, 0, 0}, 16},    // link-local, cloud metadata
    {{172, 16, 0, 0}, 12},     // RFC 1918
    {{192, 0, 0, 0}, 24},      // IETF protocols
    {{192, 0, 2, 0}, 24},      // documentation
    {{192, 31, 196, 0}, 24},   // AS112: anycast, so that it may be answered by a neighbour
    {{192, 52, 193, 0}, 24},   // AMT relays: the same
    {{192, 88, 99, 0}, 24},    // 6to4 relays: the same
    {{192, 168, 0, 0}, 16},    // RFC 1918
    {{192, 175, 48, 0}, 24},   // AS112
    {{198, 18, 0, 0}, 15},     // benchmarking
    {{198, 51, 100, 0}, 24},   // documentation
    {{203, 0, 113, 0}, 24},    // documentation
    {{224, 0, 0, 0}, 3},       // multicast, reserved, broadcast
};

// The only part of IPv6 that IANA has given to the open Internet. Outside it: loopback, every form that carries an IPv4
// address (mapped, translated, compatible, NAT64), unique local, link-local, multicast, and what has no meaning yet.
constexpr prefix<16> open_v6{{0x20}, 3};

constexpr prefix<16> closed_v6[] = {
    {{0x20, 0x01, 0x00}, 23},                    // IETF protocols, Teredo, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},              // documentation
    {{0x20, 0x02}, 16},                          // 6to4
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48},  // AS112
    {{0x3f, 0xff}, 20},                          // documentation
};

template <std::size_t Size>
bool inside(const std::array<std::uint8_t, Size>& bytes, const prefix<Size>& p) {
    const auto whole = p.length / 8;
    if (!std::equal(bytes.begin(), bytes.begin() + whole, p.bytes.begin())) return false;
    const auto rest = p.length % 8;
    return rest == 0 || (bytes[whole] >> (8 - rest)) == (p.bytes[whole] >> (8 - rest));
}

template <std::size_t Size>
bool inside_any(const std::array<std::uint8_t, Size>& bytes, std::span<const prefix<Size>> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& p) { return inside(bytes, p); });
}

}  // namespace

bool is_public_address(const boost::asio::ip::address& a) {
    if (a.is_v4()) return !inside_any<4>(a.to_v4().to_bytes(), closed_v4);
    const auto bytes = a.to_v6().to_bytes();
    return inside(bytes, open_v6) && !inside_any<16>(bytes, closed_v6);
}

}  // namespace tidings::http
