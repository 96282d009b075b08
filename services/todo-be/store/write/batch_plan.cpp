#include "store/write/batch_plan.hpp"

#include <algorithm>

namespace tidings::todo_be {

namespace {

constexpr unsigned most_tries = 8;

}  // namespace

bool batch_plan::take(const batch_candidate& next) {
    if (size_ == most_rows || (size_ > 0 && next.kind != kind_)) return false;
    // The ids of creates are new: no need to look for them.
    const bool may_repeat = next.kind == write_kind::update || next.kind == write_kind::remove;
    if (may_repeat && std::find(ids_, ids_ + size_, next.id) != ids_ + size_) return false;
    kind_ = next.kind;
    ids_[size_++] = next.id;
    return true;
}

bool is_conflict(std::string_view sqlstate) { return sqlstate == "40P01" || sqlstate == "40001"; }

next_step after_failure(std::string_view sqlstate, std::size_t writes, unsigned tries) {
    if (is_conflict(sqlstate)) return tries < most_tries ? next_step::retry : next_step::fail;
    const bool bad_row = sqlstate.starts_with("22") || sqlstate.starts_with("23");
    return bad_row && writes > 1 ? next_step::split : next_step::fail;
}

}  // namespace tidings::todo_be
