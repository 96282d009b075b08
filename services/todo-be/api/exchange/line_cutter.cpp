#include "api/exchange/line_cutter.hpp"

namespace tidings::todo_be {

void line_cutter::keep(std::string_view part, std::size_t longest) {
    const auto room = longest - line_.size();
    too_long_ = too_long_ || part.size() > room;
    line_ += part.substr(0, room);
}

}  // namespace tidings::todo_be
