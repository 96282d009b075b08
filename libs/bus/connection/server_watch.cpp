#include "bus/connection/server_watch.hpp"

#include <utility>

namespace tidings::bus {

void server_watch::connected(runtime::time_point now) { last_answer_ = now; }

void server_watch::answered(runtime::time_point now) {
    last_answer_ = now;
    ever_answered_ = true;
    patience_ = first_patience;
    trouble_.clear();
}

bool server_watch::failed(runtime::time_point now, std::string why, sign s) {
    const bool is_lively = s == sign::silence && now - heard_ < lively;
    if (is_lively && !ever_answered_) return false;
    trouble_ = std::move(why);
    sign_ = s;
    if (now - last_answer_ < (is_lively ? std::max(patience_, patience_of_lively) : patience_)) return false;
    last_answer_ = now;
    patience_ = std::min(patience_ * 2, longest_patience);
    return true;
}

}  // namespace tidings::bus
