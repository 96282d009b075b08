// The pools of one event loop: one for each origin that somebody sends to, gone when nobody does. Together they keep no
// more connections open than half of the descriptors that the process may have, if it can be helped: those that are
// idle for the longest are closed first.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <map>
#include <memory>

#include "http/client/pool.hpp"

namespace tidings::http::client {

class pool_directory final : public runtime::asio::execution_context::service {
  public:
    using key_type = pool_directory;
    static runtime::asio::execution_context::id id;

    // `ctx` is an io_context.
    explicit pool_directory(runtime::asio::execution_context& ctx);

    // Makes it when it is not there. To be joined at once. Throws boost::system::system_error when the key's ca_file
    // cannot be read.
    std::shared_ptr<pool> find(const pool_key& key);

  private:
    using pools = std::map<pool_key, std::weak_ptr<pool>>;
    void shutdown() override;
    void make_room();

    runtime::executor ex_;
    std::shared_ptr<pools> pools_ = std::make_shared<pools>();
    std::shared_ptr<connection_room> room_;
};

}  // namespace tidings::http::client
