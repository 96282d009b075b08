// Finds the handler of a message that was sent to this connection alone. One wildcard subscription ("<prefix>*")
// receives them all: replies are identified by the token in their subject, messages of a pull consumer, which keep the
// subject under which they were stored, by their reply subject. No I/O.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bus/connection/message.hpp"
#include "text/text_hash.hpp"

namespace tidings::bus {

class inbox_router {
  public:
    using inbox_handler = std::function<bool(message&)>;  // false: the inbox closes
    using consumer_handler = std::function<void(message)>;

    // `prefix`: "_INBOX.<unique>." or "_INBOX.<user>.<unique>.".
    explicit inbox_router(std::string prefix) : prefix_(std::move(prefix)) {}

    std::string wildcard() const { return prefix_ + "*"; }

    // Returns the inbox "<prefix><token>"; its handler also gets messages to "<prefix><token>-<anything>".
    std::string open(inbox_handler on_message);
    void close(std::string_view inbox);
    // `consumer`: "<stream>.<consumer>". There is one handler for each; binding again replaces it.
    void bind(std::string consumer, consumer_handler on_message);
    void unbind(std::string_view consumer);

    // A handler may open, close, bind and unbind, also its own. A message without a handler is dropped.
    void dispatch(message m);
    void clear();

  private:
    bool token_of(std::string_view subject, std::uint64_t& token) const;
    void dispatch_reply(std::uint64_t token, message& m);
    void dispatch_delivery(message m);

    std::string prefix_;
    std::uint64_t last_token_ = 0;
    // Shared, so that a handler outlives its own removal.
    std::unordered_map<std::uint64_t, std::shared_ptr<inbox_handler>> inboxes_;
    std::unordered_map<std::string, std::shared_ptr<consumer_handler>, text::text_hash, std::equal_to<>> consumers_;
};

}  // namespace tidings::bus
