// The problems of a configuration.
#pragma once

#include <string>

#include "config/reader.hpp"

namespace tidings {

// The text of finish()'s error; empty if it throws none.
inline std::string problems_of(config::reader& in) {
    try {
        in.finish();
    } catch (const config::error& e) {
        return e.what();
    }
    return {};
}

}  // namespace tidings
