#include "delivery/event_headers.hpp"

#include <array>

#include "events/subjects.hpp"

namespace tidings::broadcaster {

event_headers::event_headers(const bus::message& m) {
    static constexpr std::array names{events::type_header,
                                      events::content_type_header,
                                      std::string_view("Nats-Msg-Id"),
                                      std::string_view("Tidings-Replay"),
                                      std::string_view("Tidings-Endpoint"),
                                      std::string_view("Nats-Schedule"),
                                      std::string_view("Nats-Marker-Reason"),
                                      std::string_view("KV-Operation"),
                                      std::string_view("ce-datacontenttype")};
    std::array<std::string_view, names.size()> found{};
    m.find_headers(names, found);
    type = found[0];
    content_type = found[1];
    id = found[2];
    replay = found[3];
    replayed_for = found[4];
    of_server = {found[5], found[6], found[7]};
    data_content_type = found[8];
}

}  // namespace tidings::broadcaster
