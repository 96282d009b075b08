// The addresses of a host as they were last found, and when to look them up again. No I/O; time is an argument.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <vector>

#include "http/client/lookup_queue.hpp"
#include "runtime/task.hpp"

namespace tidings::http::client {

class known_addresses {
  public:
    using tcp = runtime::asio::ip::tcp;
    using list = std::shared_ptr<const std::vector<tcp::endpoint>>;  // never null

    // getaddrinfo does not tell how long an address is valid.
    static constexpr std::chrono::seconds fresh{20};    // older ones are looked up again, and used meanwhile
    static constexpr std::chrono::seconds current{60};  // older ones are used only if the lookup takes long or fails,
    static constexpr std::chrono::minutes usable{10};   // but not longer than this
    static constexpr std::chrono::seconds pause{5};     // between a failed lookup and the next in the background

    known_addresses() = default;
    // An address instead of a name: valid for ever.
    explicit known_addresses(const tcp::endpoint& literal);

    list get() const { return list_; }
    enum class worth { good, doubtful, none };
    worth at(runtime::time_point now) const;
    // Whether to begin a lookup in the background.
    bool due(runtime::time_point now) const { return !looking_ && now >= next_; }
    bool looking() const { return looking_; }
    lookup_history history() const { return history_; }
    // Whether these are others than were found the last time, in whatever order.
    bool differ_from(const std::vector<tcp::endpoint>& found) const;

    void begin() { looking_ = true; }
    // A lookup ended; `slow`: it took so long that others should go first the next time.
    void found(std::vector<tcp::endpoint> addresses, bool slow, runtime::time_point now);
    void failed(bool slow, runtime::time_point now);
    // They did not work.
    void forget();

  private:
    list list_ = std::make_shared<const std::vector<tcp::endpoint>>();
    runtime::time_point since_ = runtime::time_point::min();
    runtime::time_point next_ = runtime::time_point::min();
    lookup_history history_ = lookup_history::unknown;
    bool literal_ = false;
    bool looking_ = false;
    bool work_ = true;
};

// Whether a connection to `where` ought to move: its host no longer has that address.
bool is_gone(const known_addresses::tcp::endpoint& where, const known_addresses::list& known);

}  // namespace tidings::http::client
