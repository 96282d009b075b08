// Arguments of the load generators.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace tidings::bench {

// Throws std::invalid_argument unless `text` is a number above 0.
inline double number(const char* text) {
    char* end = nullptr;
    const double n = std::strtod(text, &end);
    if (*end != '\0' || !(n > 0)) throw std::invalid_argument(std::string("not a positive number: ") + text);
    return n;
}

}  // namespace tidings::bench
