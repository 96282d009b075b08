#include "domain/retry_records.hpp"

#include <algorithm>

namespace tidings::broadcaster {

retry_records::slot retry_records::find(retry_id id) const {
    if (id > highest_) return none;  // as most events that are read: no look at the table
    return ids_.find(hash_of(id), [&](slot s) { return (*this)[s].id() == id; });
}

retry_records::slot retry_records::first_of(std::uint64_t key) const {
    return keys_.find(key, [&](slot s) { return (*this)[s].key == key; });
}

retry_records::slot retry_records::free_slot() {
    if (free_.empty()) {
        const auto first = static_cast<slot>(chunks_.size() * per_chunk);
        chunks_.push_back(std::make_unique<chunk>());
        for (auto n = per_chunk; n > 0; --n)
            free_.push_back(first + static_cast<slot>(n - 1));
    }
    const auto s = free_.back();
    free_.pop_back();
    return s;
}

retry_records::slot retry_records::add(const retry_record& r) {
    const auto s = free_slot();
    (*this)[s] = r;
    ids_.insert(hash_of(r.id()), s, [this](slot other) { return hash_of((*this)[other].id()); });
    if (r.key != 0) chain(s);
    highest_ = std::max(highest_, r.id());
    ++size_;
    return s;
}

void retry_records::remove(slot s) {
    auto& r = (*this)[s];
    ids_.erase(hash_of(r.id()), s, [this](slot other) { return hash_of((*this)[other].id()); });
    if (r.key != 0) unchain(s);
    r = retry_record{};
    free_.push_back(s);
    if (--size_ == 0) *this = retry_records();
}

// Nearly always at the end of its key.
void retry_records::chain(slot s) {
    auto& r = (*this)[s];
    const auto first = first_of(r.key);
    if (first == none) {
        r.before = s;
        r.after = none;
        keys_.insert(r.key, s, [this](slot other) { return (*this)[other].key; });
        return;
    }
    const auto last = (*this)[first].before;
    if (r.id() < (*this)[first].id()) {
        r.before = last;
        r.after = first;
        (*this)[first].before = s;
        return keys_.replace(r.key, first, s);
    }
    auto at = last;
    while (r.id() < (*this)[at].id())
        at = (*this)[at].before;
    r.before = at;
    r.after = (*this)[at].after;
    (*this)[r.after == none ? first : r.after].before = s;
    (*this)[at].after = s;
}

void retry_records::unchain(slot s) {
    const auto& r = (*this)[s];
    const auto first = first_of(r.key);
    if (first == s && r.after == none) return keys_.erase(r.key, s, [this](slot other) { return (*this)[other].key; });
    if (first == s) {
        (*this)[r.after].before = r.before;
        return keys_.replace(r.key, s, r.after);
    }
    (*this)[r.before].after = r.after;
    (*this)[r.after == none ? first : r.after].before = r.before;
}

}  // namespace tidings::broadcaster
