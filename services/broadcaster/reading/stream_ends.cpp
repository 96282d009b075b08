#include "reading/stream_ends.hpp"

#include "observe/log.hpp"

namespace tidings::broadcaster {

bool stream_ends::too_early(const std::string& stream, const stream_now& now, const kept_positions& kept) {
    const auto known = known_to(kept, stream, now.created);
    if (known <= now.last + 1) {
        seen_.erase(stream);
        return false;
    }
    const auto [check, first] = seen_.try_emplace(stream, now.created);
    if (first)
        log::warn("a stream ends before what was read: its leader may lag, or it has lost its end",
                  {{"shard", shard_}, {"stream", stream}, {"last", now.last}, {"read_to", known - 1}});
    const auto found = check->second.look(now.created, now.last, known, runtime::now());
    if (found == stream_check::verdict::ends_too_early) return true;
    seen_.erase(check);
    return false;
}

}  // namespace tidings::broadcaster
