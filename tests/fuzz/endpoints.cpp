// The broadcaster's endpoints, from YAML.
#include "endpoints/read_endpoints.hpp"

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    try {
        auto in = config::reader::parse(bytes, {});
        const auto endpoints = broadcaster::read_endpoints(in, false);
        in.finish();
        for (const auto& e : endpoints)
            require(broadcaster::valid_endpoint_name(e.name), "what was accepted has a valid name");
    } catch (const config::error& e) {
        require(!std::string_view(e.what()).empty(), "a refusal says why");
    }
}

}  // namespace tidings::fuzz
