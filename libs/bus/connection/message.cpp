#include <nats/nats.h>
#include <nats/version.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include "bus/connection/connection.hpp"
#include "bus/connection/header_block.hpp"
#include "bus/connection/status_message.hpp"
#include "bus/link/graveyard.hpp"

namespace tidings::bus {

namespace {

std::string_view view(const char* text) { return text ? std::string_view(text) : std::string_view(); }

// cnats hands out arrays whose elements stay the message's but whose array is ours.
using owned_array = std::unique_ptr<const char*, decltype(&std::free)>;

owned_array own(const char** array) { return {array, &std::free}; }

// cnats parses all headers into a table of its own, on the heap, when the first is asked for: a fifth of what a
// delivery costs (docs/adr/0007). In the versions named here a received message is one block, "subject reply headers
// payload", each ended by a NUL, in which the headers still stand as they came; later versions are asked the slow way.
// Empty: the message has none there.
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

message::~message() {
    if (msg_) bury(msg_);
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
    const auto* const key = std::find_if(keys, keys + count, [&](const char* k) { return same_name(view(k), name); });
    const char* value = nullptr;
    if (key == keys + count || natsMsgHeader_Get(msg_, *key, &value) != NATS_OK) return {};
    return view(value);
}

std::vector<std::pair<std::string, std::string>> message::all_headers() const {
    if (const auto block = headers_as_received(msg_); !block.empty()) return header_block(block).all();
    std::vector<std::pair<std::string, std::string>> found;
    const char** keys = nullptr;
    int key_count = 0;
    if (natsMsgHeader_Keys(msg_, &keys, &key_count) != NATS_OK) return found;
    const auto owned_keys = own(keys);
    for (int k = 0; k < key_count; ++k) {
        const char** values = nullptr;
        int value_count = 0;
        if (natsMsgHeader_Values(msg_, keys[k], &values, &value_count) != NATS_OK) continue;
        const auto owned_values = own(values);
        for (int v = 0; v < value_count; ++v)
            found.emplace_back(keys[k], view(values[v]));
    }
    return found;
}

int message::status() const {
    // A status never has a payload: that spares ordinary messages the search through their headers.
    if (natsMsg_GetDataLength(msg_) != 0) return 0;
    const std::string_view text = header("Status");
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

message make_status(const std::string& subject, const char* status) {
    natsMsg* m = nullptr;
    if (natsMsg_Create(&m, subject.c_str(), nullptr, nullptr, 0) != NATS_OK) throw std::bad_alloc();
    expect_burial();
    message made(m);
    if (natsMsgHeader_Set(m, "Status", status) != NATS_OK) throw std::bad_alloc();
    return made;
}

}  // namespace tidings::bus
