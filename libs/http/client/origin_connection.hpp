// One connection to an origin: opened for its first exchange, used for one exchange after the other, closed once and
// for all. A state machine of completion handlers; the transport below it (plain or TLS) is a derived class.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/origin.hpp"
#include "http/client/origin_addresses.hpp"
#include "http/client/origin_response.hpp"

namespace tidings::http {

class origin_pool;

// What one send() asked for.
struct exchange {
    std::string_view bytes;
    runtime::time_point started;
    runtime::time_point deadline;
    origin::on_reply done;
};

class origin_connection : public std::enable_shared_from_this<origin_connection> {
  public:
    using tcp = runtime::asio::ip::tcp;
    using error_code = boost::system::error_code;

    origin_connection(origin_pool& pool, std::size_t response_limit, header_list* headers);
    virtual ~origin_connection() = default;
    origin_connection(const origin_connection&) = delete;
    origin_connection& operator=(const origin_connection&) = delete;

    // Pre: no exchange is under way, and the connection is new or was handed back as reusable.
    void start(exchange e);
    // Gives up what took too long: the exchange, or the address that does not answer.
    void check_deadlines(runtime::time_point now);
    bool overdue(runtime::time_point now) const { return now >= exchange_.deadline || now >= address_deadline_; }
    // Ends the exchange with `error`.
    void fail(transport_error error, std::string_view reason);
    // What has become of an idle connection: only over a quiet one will the next bytes answer the next request (RFC
    // 9112, 9.2). Bytes that belong to no request and are no notice of a timeout (408) show a peer out of step.
    enum class idle_state { quiet, ended, out_of_step };
    virtual idle_state look() = 0;
    // For good, silently: no call to the pool comes after this.
    void close();

    // An exchange has begun and not ended.
    bool under_way() const { return stage_ != stage::fresh && stage_ != stage::idle && stage_ != stage::closed; }
    exchange take_exchange();

    std::size_t place = 0;             // where the pool keeps it among the busy ones
    runtime::time_point idle_since{};  // kept by the pool, too

  protected:
    virtual void connect_to(const tcp::endpoint& where) = 0;  // -> connected()
    virtual void cancel_connect() = 0;
    virtual void secure() = 0;                                 // -> secured()
    virtual void write(std::string_view bytes) = 0;            // -> begin_writing(), written() unless it fails
    virtual void read_into(char* room, std::size_t size) = 0;  // -> was_read()
    virtual void close_transport() = 0;

    void connected(const error_code& failure);
    void secured(const error_code& failure, std::string_view reason);
    void begin_writing() { writing_ = true; }
    void written() { writing_ = false; }
    void was_read(const error_code& failure, std::size_t bytes);
    bool closed() const { return stage_ == stage::closed; }
    static bool is_out_of_step(std::string_view unasked);

  private:
    enum class stage { fresh, resolving, connecting, securing, idle, waiting, closed };

    void open();
    void resolved(const error_code& failure, const origin_addresses::list& found);
    void try_next_address();
    void no_address_worked();
    void ask();
    void read_more();
    void parse();
    void answered(bool reusable, bool cut);
    void lost(const error_code& failure);

    origin_pool* pool_;  // null once closed
    exchange exchange_;
    origin_response response_;
    stage stage_ = stage::fresh;
    bool writing_ = false;      // the peer has not got the whole request (and never will, when writing failed)
    bool used_before_ = false;  // a whole response has come over it
    std::string buffer_;
    std::size_t filled_ = 0;

    origin_addresses::list addresses_;
    std::size_t next_address_ = 0;
    runtime::time_point address_deadline_ = runtime::time_point::max();
    error_code last_failure_;
    bool refused_ = false;
};

}  // namespace tidings::http
