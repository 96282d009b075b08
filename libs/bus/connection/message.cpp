#include "bus/connection/message.hpp"

#include <nats/nats.h>
#include <nats/version.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "bus/connection/header_block.hpp"
#include "bus/link/message_recycler.hpp"
#include "text/ascii.hpp"

namespace tidings::bus {

namespace {

std::string_view view(const char* text) { return text ? std::string_view(text) : std::string_view(); }

// cnats hands out arrays whose elements stay the message's but whose array is ours.
using owned_array = std::unique_ptr<const char*, decltype(&std::free)>;

owned_array own(const char** array) { return {array, &std::free}; }

// cnats parses all headers into a heap-allocated table on the first lookup, which is a fifth of the cost of a delivery
// (docs/adr/0007). In the versions named here a received message is one block, "subject reply headers payload", each
// part NUL-terminated and the headers as received; later versions take the slow path. Empty when there are none.
std::string_view headers_as_received([[maybe_unused]] natsMsg* m) {
#if NATS_VERSION_NUMBER >= 0x030400 && NATS_VERSION_NUMBER < 0x030b00
    const char* reply = natsMsg_GetReply(m);
    const char* data = natsMsg_GetData(m);
    if (reply == nullptr || data == nullptr || *reply == '\0') return {};
    const char* begin = reply + std::strlen(reply) + 1;
    if (data - begin <= static_cast<std::ptrdiff_t>(header_block::beginning.size())) return {};
    const std::string_view between(begin, static_cast<std::size_t>(data - 1 - begin));
    if (between.starts_with(header_block::beginning) && between.ends_with("\r\n\r\n")) return between;
#endif
    return {};
}

}  // namespace

message::message(natsMsg* m) : msg_(m) {
    if (m) message_recycler::of_this_thread().in_use();
}

message::~message() {
    if (msg_) message_recycler::of_this_thread().recycle(msg_);
}

message& message::operator=(message&& other) noexcept {
    std::swap(msg_, other.msg_);
    return *this;
}

std::string_view message::subject() const { return view(natsMsg_GetSubject(msg_)); }

std::string_view message::reply() const { return view(natsMsg_GetReply(msg_)); }

std::string_view message::payload() const {
    return {natsMsg_GetData(msg_), static_cast<std::size_t>(natsMsg_GetDataLength(msg_))};
}

std::string_view message::header(std::string_view name) const {
    if (const auto block = headers_as_received(msg_); !block.empty()) return header_block(block).find(name);
    const char** keys = nullptr;
    int count = 0;
    if (natsMsgHeader_Keys(msg_, &keys, &count) != NATS_OK) return {};
    const auto owned = own(keys);
    const auto* const key =
        std::find_if(keys, keys + count, [&](const char* k) { return text::iequals(view(k), name); });
    const char* value = nullptr;
    if (key == keys + count || natsMsgHeader_Get(msg_, *key, &value) != NATS_OK) return {};
    return view(value);
}

void message::find_headers(std::span<const std::string_view> names, std::span<std::string_view> values) const {
    if (const auto block = headers_as_received(msg_); !block.empty()) return header_block(block).find(names, values);
    for (std::size_t i = 0; i < names.size(); ++i)
        values[i] = header(names[i]);
}

headers message::all_headers() const {
    const auto all = header_views();
    return {all.begin(), all.end()};
}

std::vector<std::pair<std::string_view, std::string_view>> message::header_views() const {
    if (const auto block = headers_as_received(msg_); !block.empty()) return header_block(block).views();
    std::vector<std::pair<std::string_view, std::string_view>> all;
    const char** keys = nullptr;
    int key_count = 0;
    if (natsMsgHeader_Keys(msg_, &keys, &key_count) != NATS_OK) return all;
    const auto owned_keys = own(keys);
    for (int k = 0; k < key_count; ++k) {
        const char** values = nullptr;
        int value_count = 0;
        if (natsMsgHeader_Values(msg_, keys[k], &values, &value_count) != NATS_OK) continue;
        const auto owned_values = own(values);
        for (int v = 0; v < value_count; ++v)
            all.emplace_back(view(keys[k]), view(values[v]));
    }
    return all;
}

int message::status() const {
    // A status never has a payload: that spares ordinary messages the search through their headers.
    if (natsMsg_GetDataLength(msg_) != 0) return 0;
    const std::string_view text = header("Status");
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

message make_message(const std::string& subject, const std::string& reply, const headers& h, std::string_view payload) {
    natsMsg* raw = nullptr;
    if (natsMsg_Create(&raw, subject.c_str(), reply.empty() ? nullptr : reply.c_str(), payload.data(),
                       static_cast<int>(payload.size())) != NATS_OK)
        return message();
    message m(raw);
    for (const auto& [name, value] : h) {
        if (natsMsgHeader_Add(raw, name.c_str(), value.c_str()) != NATS_OK) return message();
    }
    return m;
}

}  // namespace tidings::bus
