// A message of the source stream. `incarnation` tells streams of one name apart: one that was made anew counts from 1.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace tidings::broadcaster {

struct retry_id {
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;
    auto operator<=>(const retry_id&) const = default;
};

inline std::uint64_t hash_of(retry_id id) { return id.sequence * 0x9e3779b97f4a7c15U ^ id.incarnation; }

// The incarnation of replays: no stream has it. Their sequence is that of the dead letter.
inline constexpr std::uint32_t replay_incarnation = 0;

// Of a stream, by when it was created (as JetStream writes it).
constexpr std::uint32_t incarnation_of(std::string_view created) {
    std::uint32_t h = 0x811c9dc5;
    for (const char c : created)
        h = (h ^ static_cast<unsigned char>(c)) * 0x01000193;
    return h == replay_incarnation ? 1 : h;
}

}  // namespace tidings::broadcaster
