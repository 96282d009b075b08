#include "stream_room.hpp"

#include <algorithm>

namespace tidings::broadcaster {

namespace {

constexpr std::int64_t share = 8;

}  // namespace

std::vector<std::int64_t> rooms_to_try(std::int64_t present, std::int64_t wanted) {
    if (present > wanted) return {wanted};
    const auto lowest = present < 0 ? std::min(least_room, wanted) : present + 1;
    std::vector<std::int64_t> rooms;
    for (auto room = wanted; room >= lowest; room /= 2)
        rooms.push_back(room);
    if (present < 0 && rooms.back() != lowest) rooms.push_back(lowest);
    return rooms;
}

runtime::task<bus::result<std::int64_t>> make_room(bus::jetstream& js, std::string stream, std::int64_t present,
                                                   std::int64_t wanted) {
    const auto rooms = rooms_to_try(present, wanted);
    for (const auto room : rooms) {
        // The only way to learn how much space the server has left is to request more.
        const bool narrows = present > room;
        const bool last_resort = present < 0 && room == rooms.back();
        if (!narrows && !last_resort) {
            const auto more = co_await js.limit_stream(stream, room * share);
            if (more.has_error() && more.error() == bus::errc::refused) continue;
            if (!more) co_return more.error();
        }
        const auto set = co_await js.limit_stream(stream, room);
        if (!set) co_return set.error();
        co_return room;
    }
    co_return present;
}

}  // namespace tidings::broadcaster
