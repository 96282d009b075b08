#include "domain/server_message.hpp"

#include "text/ascii.hpp"

namespace tidings::broadcaster {

bool is_server_message(const server_headers& h) {
    return !h.schedule.empty() || !h.marker_reason.empty() || text::iequals(h.kv_operation, "DEL") ||
           text::iequals(h.kv_operation, "PURGE");
}

}  // namespace tidings::broadcaster
