#include "runtime/main_loop.hpp"

#include <utility>

#include "runtime/run.hpp"

namespace tidings::runtime {

void main_loop::run_all(task<> t) {
    struct end {
        main_loop& loop;
        ~end() { loop.shutdown(); }
    } const at_the_end{*this};
    runtime::run(*this, std::move(t));
}

}  // namespace tidings::runtime
