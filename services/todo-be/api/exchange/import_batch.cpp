#include "api/exchange/import_batch.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "api/todo_json.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t most_bytes = 1'000'000;
constexpr std::size_t most_parents = 15;  // each may have a hundred subtasks, all of which are read

std::size_t bytes_of(const import_row& row) {
    const auto& f = row.what.fields;
    auto bytes = f.title.size() + f.notes.size();
    for (const auto& label : f.labels)
        bytes += label.size();
    return bytes;
}

}  // namespace

// The random end of a version 7 UUID.
std::size_t import_batch::id_hash::operator()(const ids::uuid& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes().data() + id.bytes().size() - sizeof hash, sizeof hash);
    return hash;
}

bool import_batch::is_full_for(const import_row& row) const {
    if (rows_.empty()) return false;
    const auto& parent = row.what.fields.parent;
    if (parent && waiting_.contains(*parent)) return true;
    return rows_.size() == most_writes_in_set || bytes_ + bytes_of(row) > most_bytes ||
           (parent && parents_.size() == most_parents && !parents_.contains(*parent));
}

void import_batch::add(import_row row) {
    bytes_ += bytes_of(row);
    const auto& parent = row.what.fields.parent;
    if (row.id && !parent) waiting_.insert(*row.id);
    if (parent) parents_.insert(*parent);
    rows_.push_back(std::move(row));
}

write_set import_batch::writes(std::size_t begin, std::size_t end) const {
    write_set set;
    for (std::size_t i = begin; i < end; ++i) {
        auto what = rows_[i].what;
        if (auto& parent = what.fields.parent) {
            const auto known = known_.find(*parent);
            if (known != known_.end()) parent = known->second;
        }
        set.emplace_back(std::move(what));
    }
    return set;
}

std::string import_batch::text(std::size_t begin, std::size_t end) const {
    std::string text;
    for (std::size_t i = begin; i < end; ++i) {
        text += canonical_json(rows_[i].what.fields);
        if (rows_[i].what.done_at) ids::append_to(text, *rows_[i].what.done_at);
        if (rows_[i].id) rows_[i].id->append_to(text);
        text += '\n';
    }
    return text;
}

void import_batch::settle(const std::vector<std::optional<ids::uuid>>& ids) {
    for (std::size_t i = 0; i < rows_.size() && i < ids.size(); ++i) {
        const auto& row = rows_[i];
        if (ids[i] && row.id && !row.what.fields.parent) remember(*row.id, *ids[i]);
    }
    rows_.clear();
    bytes_ = 0;
    waiting_.clear();
    parents_.clear();
}

void import_batch::remember(const ids::uuid& in_file, const ids::uuid& made) {
    if (known_.insert_or_assign(in_file, made).second) order_.push_back(in_file);
    if (order_.size() <= most_parents_known) return;
    known_.erase(order_.front());
    order_.pop_front();
}

}  // namespace tidings::todo_be
