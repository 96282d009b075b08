#include "reading/stream_ends.hpp"

#include "observe/log.hpp"

namespace tidings::broadcaster {

bool stream_ends::too_early(const std::string& stream, const stream_now& now, const kept_positions& kept,
                            runtime::time_point at) {
    const auto known = known_to(kept, stream, now.created);
    const auto before = seen_.find(stream);
    const bool others = before != seen_.end() && (before->second.check.created() != now.created ||
                                                  at - before->second.last >= looks_belong_together);
    if (others) seen_.erase(before);
    if (known <= now.last + 1) {
        seen_.erase(stream);
        return false;
    }
    const auto [s, first] = seen_.try_emplace(stream, seen{stream_check(now.created), at});
    if (first)
        log::warn("a stream ends before what was read: its leader may lag, or it has lost its end",
                  {{"shard", shard_}, {"stream", stream}, {"last", now.last}, {"read_to", known - 1}});
    s->second.last = at;
    if (s->second.check.look(now.created, now.last, known, at) == stream_check::verdict::ends_too_early) return true;
    seen_.erase(s);
    return false;
}

}  // namespace tidings::broadcaster
