#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

namespace {

struct todo_id {
    ids::uuid operator()(const queued_set&) const { return {}; }
    template <class Write>
    ids::uuid operator()(const Write& w) const {
        return w.what.id;
    }
};

struct whose {
    user_id operator()(const queued_create& c) const { return c.what.owner; }
    user_id operator()(const queued_create_once& c) const { return c.what.owner; }
    template <class Write>
    user_id operator()(const Write& w) const {
        return w.by;
    }
};

// What a write without text takes.
constexpr std::size_t least_bytes = 512;

std::size_t bytes_of(const std::vector<std::string>& labels) {
    std::size_t bytes = labels.size() * sizeof(std::string);
    for (const auto& label : labels)
        bytes += label.size();
    return bytes;
}

std::size_t bytes_of(const todo_fields& f) { return f.title.size() + f.notes.size() + bytes_of(f.labels); }

std::size_t bytes_of(const todo_patch& p) {
    return (p.title ? p.title->size() : 0) + (p.notes ? p.notes->size() : 0) + (p.labels ? bytes_of(*p.labels) : 0);
}

std::size_t bytes_of(const change_todo& c) { return bytes_of(c.patch) + c.computed_bytes; }

struct text_bytes {
    std::size_t operator()(const queued_create& c) const { return bytes_of(c.what.fields) + c.event.payload.size(); }
    std::size_t operator()(const queued_create_once& c) const {
        return bytes_of(c.what.fields) + c.event.payload.size() + c.once.request.size() + c.answer.size();
    }
    std::size_t operator()(const queued_change& c) const { return bytes_of(c.what); }
    std::size_t operator()(const queued_remove&) const { return 0; }
    std::size_t operator()(const queued_restore& r) const { return r.once ? r.once->request.size() : 0; }
    std::size_t operator()(const queued_set& s) const {
        std::size_t bytes = s.once ? s.once->request.size() : 0;
        for (const auto& w : s.what)
            bytes += least_bytes + std::visit(*this, w);
        return bytes;
    }
    std::size_t operator()(const create_todo& c) const { return bytes_of(c.fields); }
    std::size_t operator()(const change_todo& c) const { return bytes_of(c); }
    std::size_t operator()(const remove_todo&) const { return 0; }
};

}  // namespace

ids::uuid todo_of(const write_request& r) { return std::visit(todo_id(), r); }

std::vector<user_id> owners_of(std::span<queued_write* const> batch) {
    std::vector<user_id> owners;
    for (const auto* w : batch)
        owners.push_back(std::visit(whose(), w->request));
    return owners;
}

std::size_t bytes_of(const write_request& r) { return least_bytes + std::visit(text_bytes(), r); }

}  // namespace tidings::todo_be
