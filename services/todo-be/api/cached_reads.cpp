#include "api/cached_reads.hpp"

#include <utility>

namespace tidings::todo_be {

cached_reads::cached_reads(answer_cache& memory, cached_reads_hooks hooks, second_level* shared)
    : memory_(memory), hooks_(std::move(hooks)), shared_(shared) {}

runtime::task<looked_up> cached_reads::find(user_id owner, std::string what) {
    looked_up l{.read = {}, .owner = owner, .what = std::move(what), .generation = {}};
    if (!memory_.is_live()) co_return l;
    const auto has = memory_.find(owner, l.what, answer_cache::clock::now()).answer != nullptr;
    const bool usable = shared_ != nullptr && shared_->connected();
    const bool known = (has || usable) && co_await hooks_.caught_up();
    if (known) l.read = memory_.find(owner, l.what, answer_cache::clock::now());
    l.generation = memory_.generations().of(owner).number;
    const char* answered_by = l.read.answer ? "memory" : "database";
    if (known && usable && !l.read.answer) {
        co_await find_shared(l);
        if (l.read.answer) answered_by = "cache";
    }
    hooks_.on_read(answered_by);
    co_return l;
}

// Under the name of the commit that changed the owner's to-dos last, as everything says that was heard of. What is
// stored under it was read when that commit was there.
runtime::task<> cached_reads::find_shared(looked_up& l) {
    auto& generations = memory_.generations();
    if (generations.of(l.owner).commit.empty()) {
        const auto state = co_await hooks_.state(l.owner);
        generations.name(l.owner, *l.generation, "state " + state);
    }
    const auto now = generations.of(l.owner);
    if (now.number != *l.generation) co_return;
    l.commit = now.commit;
    if (l.commit.empty()) co_return;
    auto found = co_await shared_->find({l.owner, l.commit, l.what});
    if (!found) co_return;
    l.read = std::move(*found);
    memory_.put(l.owner, l.what, *l.generation, l.read, answer_cache::clock::now());
}

void cached_reads::keep(looked_up& l, kept_read read) {
    l.read = std::move(read);
    if (!l.generation || memory_.generations().of(l.owner).number != *l.generation) return;
    memory_.put(l.owner, l.what, *l.generation, l.read, answer_cache::clock::now());
    if (!l.commit.empty()) shared_->put({l.owner, l.commit, l.what}, l.read);
}

}  // namespace tidings::todo_be
