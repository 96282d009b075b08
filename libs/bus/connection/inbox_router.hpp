// Whose message is it? One wildcard subscription ("<inbox>.*") hears everything that is sent to this connection alone;
// here each message finds its handler, by the token in its subject or, for pulled messages, by its "$JS.ACK" reply.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bus/connection/connection.hpp"

namespace tidings::bus {

class inbox_router {
  public:
    // `prefix`: "_INBOX.<unique>."
    explicit inbox_router(std::string inbox_prefix) : prefix_(std::move(inbox_prefix)) {}

    std::string wildcard() const { return prefix_ + "*"; }

    std::string open(connection::inbox_handler on_message);
    void close(std::string_view subject);
    // `reply_prefix`: "$JS.ACK.<stream>.<consumer>."
    void claim(std::string_view reply_prefix, std::function<void(message)> on_message);
    void release(std::string_view reply_prefix);

    // cnats keeps a "no responders" status (503) from those who read a subscription: it only says that there was one. A
    // question therefore goes out between two notes to ourselves; a server answers in order, so that what is reported
    // between the two belongs to it. Messages about it look like the server's own: status() is 503.
    std::string note_before() const { return prefix_ + "0"; }
    std::string note_after(std::string_view reply) const;
    void no_responders() { ++unanswered_; }

    // A handler may open, close, claim and release, itself as well. What nobody wants is dropped.
    void dispatch(message m);
    void clear();

  private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using claim_handler = std::function<void(message)>;

    void note_came(std::string_view subject);
    bool token_of(std::string_view subject, std::uint64_t& token) const;
    void dispatch_answer(std::uint64_t token, message& m);
    void dispatch_pulled(message m);

    std::string prefix_;
    std::uint64_t last_token_ = 0;  // 0 is that of the notes
    std::size_t unanswered_ = 0;    // since the last note
    // Shared, so that a handler survives its own closing.
    std::unordered_map<std::uint64_t, std::shared_ptr<connection::inbox_handler>> inboxes_;
    std::unordered_map<std::string, std::shared_ptr<claim_handler>, text_hash, std::equal_to<>> claims_;
};

}  // namespace tidings::bus
