// Looks every now and then which subjects the endpoints' streams have, since both may change at any time: an endpoint
// whose filter matches none of them gets nothing. It is told in the log when it becomes so, and when no more.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bus/connection/connection.hpp"
#include "domain/endpoint.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class source_watch {
  public:
    source_watch(runtime::asio::io_context& ctx, bus::connection& c);

    // New or changed.
    void set(const endpoint_ptr& e);
    void remove(const std::string& name);
    // Works until cancelled.
    runtime::task<> run();
    // At one stream, now. What is known stays when it cannot be asked.
    runtime::task<> look(std::string stream);

    // endpoints/warnings: source_warning, by what is known of its stream. Empty also when nothing is.
    std::string warning_of(const endpoint& e) const;
    // Of the first, and how many there are; empty: none.
    std::string trouble() const;

  private:
    struct watched {
        endpoint_ptr settings;
        std::string told;  // the last warning of it
    };
    void tell(watched& w) const;

    bus::connection& bus_;
    std::map<std::string, watched, std::less<>> endpoints_;  // those with a filter
    std::map<std::string, std::vector<std::string>, std::less<>> subjects_;
    runtime::wakeup wake_;
};

}  // namespace tidings::broadcaster
