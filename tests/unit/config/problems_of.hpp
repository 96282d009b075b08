// What a configuration has to say against itself.
#pragma once

#include <string>

#include "config/reader.hpp"

namespace tidings {

// The text of finish()'s error; empty when it is content.
inline std::string problems_of(config::reader& in) {
    try {
        in.finish();
    } catch (const config::error& e) {
        return e.what();
    }
    return {};
}

}  // namespace tidings
