#include "observe/metric_name.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string_view>

namespace tidings::observe {

namespace {

bool is_name(std::string_view name, bool colons) {
    const auto fits = [colons](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (colons && c == ':');
    };
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::ranges::all_of(name, fits);
}

}  // namespace

void check_metric_name(const std::string& name) {
    if (!is_name(name, true)) throw std::invalid_argument("'" + name + "' is not a valid metric name");
}

void check_label_name(const std::string& metric_name, const std::string& label) {
    if (!is_name(label, false) || label.starts_with("__") || label == "le")
        throw std::invalid_argument("'" + label + "' is not a valid label name of " + metric_name);
}

}  // namespace tidings::observe
