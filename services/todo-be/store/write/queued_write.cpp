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

}  // namespace

ids::uuid todo_of(const write_request& r) { return std::visit(todo_id(), r); }

}  // namespace tidings::todo_be
