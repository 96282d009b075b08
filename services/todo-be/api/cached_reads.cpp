#include "api/cached_reads.hpp"

#include <utility>

namespace tidings::todo_be {

runtime::task<looked_up> cached_reads::find(user_id owner, std::string what) {
    looked_up l{.read = {}, .owner = owner, .what = std::move(what), .generation = {}};
    if (!memory_.is_live()) co_return l;
    if (memory_.has(owner, l.what, answer_cache::clock::now()) && co_await caught_up_())
        l.read = memory_.find(owner, l.what, answer_cache::clock::now());
    l.generation = memory_.generations().of(owner).number;
    on_read_(l.read.answer != nullptr);
    co_return l;
}

void cached_reads::keep(looked_up& l, kept_read read) {
    l.read = std::move(read);
    if (l.generation) memory_.put(l.owner, l.what, *l.generation, l.read, answer_cache::clock::now());
}

}  // namespace tidings::todo_be
