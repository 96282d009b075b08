#include "domain/run_key.hpp"

namespace tidings::todo_cron {

std::string run_key(ids::timestamp scheduled) {
    constexpr std::size_t up_to_the_hour = 13;
    return "todo-cron-" + ids::format(scheduled).substr(0, up_to_the_hour);
}

}  // namespace tidings::todo_cron
