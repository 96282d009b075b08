#include "reading/stream_check.hpp"

#include <algorithm>

namespace tidings::broadcaster {

stream_check::verdict stream_check::look(const std::string& created, std::uint64_t last, std::uint64_t next,
                                         runtime::time_point now) {
    if (created != created_) return verdict::made_anew;
    if (last + 1 >= next) {
        too_early_since_.reset();
        return verdict::same;
    }
    if (!too_early_since_) too_early_since_ = now;
    return now - *too_early_since_ < stale_for ? verdict::ends_too_early : verdict::made_anew;
}

std::uint64_t stream_check::first_of(const bus::stream_info& info) {
    return std::max(info.first_seq, info.messages == 0 ? info.last_seq + 1 : 0);
}

std::uint64_t stream_check::complete_to(const bus::stream_info& info) {
    return info.messages > 0 && info.last_seq - info.first_seq + 1 == info.messages ? info.last_seq : 0;
}

}  // namespace tidings::broadcaster
