#include <sstream>

#include "support/servers.hpp"

namespace tidings::support {

std::optional<double> metric_value(const std::string& text, const std::string& series) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(series + ' ')) continue;
        return std::strtod(line.c_str() + series.size(), nullptr);  // knows NaN and +Inf too
    }
    return std::nullopt;
}

}  // namespace tidings::support
