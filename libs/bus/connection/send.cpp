// Publishing: the hot way out.
#include <nats/nats.h>

#include "bus/connection/connection_state.hpp"
#include "bus/link/graveyard.hpp"

namespace tidings::bus {

namespace {

boost::system::error_code outcome_of(natsStatus s) {
    switch (s) {
        case NATS_OK:
            return {};
        case NATS_MAX_PAYLOAD:
            return make_error_code(errc::too_large);
        case NATS_CONNECTION_CLOSED:
        case NATS_CONNECTION_DISCONNECTED:
            return make_error_code(errc::disconnected);
        default:
            return make_error_code(errc::refused);
    }
}

}  // namespace

boost::system::error_code connection::state::send(std::string_view subject, std::string_view reply,
                                                  std::string_view payload) {
    if (!link) return make_error_code(errc::disconnected);
    subject_text_ = subject;
    const int size = static_cast<int>(payload.size());
    if (reply.empty())
        return outcome_of(natsConnection_Publish(link->nats(), subject_text_.c_str(), payload.data(), size));
    reply_text_ = reply;
    return outcome_of(
        natsConnection_PublishRequest(link->nats(), subject_text_.c_str(), reply_text_.c_str(), payload.data(), size));
}

boost::system::error_code connection::state::send(std::string_view subject, std::string_view reply, const headers& h,
                                                  std::string_view payload) {
    if (!link) return make_error_code(errc::disconnected);
    subject_text_ = subject;
    reply_text_ = reply;
    natsMsg* m = nullptr;
    natsStatus s = natsMsg_Create(&m, subject_text_.c_str(), reply.empty() ? nullptr : reply_text_.c_str(),
                                  payload.data(), static_cast<int>(payload.size()));
    if (s != NATS_OK) return outcome_of(s);
    expect_burial();
    for (const auto& [name, value] : h) {
        if (s == NATS_OK) s = natsMsgHeader_Add(m, name.c_str(), value.c_str());
    }
    if (s == NATS_OK) s = natsConnection_PublishMsg(link->nats(), m);
    bury(m);
    bury_soon();
    return outcome_of(s);
}

boost::system::error_code connection::state::ask(std::string_view subject, const std::string& inbox, const headers& h,
                                                 std::string_view payload) {
    send(inboxes.note_before(), {}, {});
    const auto failure = h.empty() ? send(subject, inbox, payload) : send(subject, inbox, h, payload);
    if (!failure) send(inboxes.note_after(inbox), {}, {});
    return failure;
}

}  // namespace tidings::bus
