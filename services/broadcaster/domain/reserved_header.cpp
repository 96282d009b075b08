#include "domain/reserved_header.hpp"

#include "text/ascii.hpp"

namespace tidings::broadcaster {

bool is_reserved_header(std::string_view name) {
    return text::istarts_with(name, "tidings-") || text::istarts_with(name, "nats-");
}

}  // namespace tidings::broadcaster
