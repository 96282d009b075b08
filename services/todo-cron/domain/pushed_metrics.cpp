#include "domain/pushed_metrics.hpp"

#include <algorithm>

namespace tidings::todo_cron {

std::string pushed_metrics(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
        std::string_view name = text.substr(0, length);
        for (const std::string_view comment : {"# HELP ", "# TYPE "})
            if (name.starts_with(comment)) name.remove_prefix(comment.size());
        if (name.starts_with("todo_cron_")) out.append(text.substr(0, length));
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace tidings::todo_cron
