#include "delivery/reader_seats.hpp"

#include <algorithm>

namespace tidings::broadcaster {

reader_seats::seat reader_seats::take(const void* who, bool late, time_point now) {
    std::erase_if(waiting_, [&](const auto& a) { return a.who != who && now - a.last >= forgotten_after; });
    const auto at = std::ranges::find(waiting_, who, &asker::who);
    const auto goes_first = [&](const asker& a) { return !a.late || late; };
    const auto prompt = [](const asker& a) { return !a.late; };
    const auto before = std::count_if(waiting_.begin(), at, goes_first) +
                        (late ? std::count_if(at, waiting_.end(), prompt) - (at != waiting_.end() && !at->late) : 0);
    if (*taken_ + static_cast<std::size_t>(before) >= (late ? most / 2 : most)) {
        if (at == waiting_.end())
            waiting_.push_back({who, late, now});
        else
            *at = {who, late, now};
        return nullptr;
    }
    if (at != waiting_.end()) waiting_.erase(at);
    ++*taken_;
    return {static_cast<void*>(taken_.get()), [taken = taken_](void*) { --*taken; }};
}

}  // namespace tidings::broadcaster
