// A cache that speaks the Redis protocol (Redis, Valkey, Dragonfly): asked without ever being waited for. While it is
// away, slow or out of its mind, there is simply nothing there.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "redis/circuit_breaker.hpp"
#include "redis/replies.hpp"
#include "redis/url.hpp"
#include "runtime/task.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::redis {

class link;

struct client_options {
    server_address server;
    std::string ca_file = {};                     // PEM, for TLS; empty: the system's authorities
    std::chrono::milliseconds patience{20};       // of get(); slower is too slow, whoever asks
    std::chrono::milliseconds answer_limit{500};  // then the connection is given up
    std::size_t most_value = std::size_t{1} << 20U;
    // It is away, and why, again at growing intervals; with an empty text: it is back.
    std::function<void(const std::string& why)> on_news = [](const std::string&) {};
    std::size_t most_waiting = 1'000, most_waiting_bytes = std::size_t{8} << 20U;
};

class client {
  public:
    // What became of a question.
    enum class outcome { hit, miss, late, unavailable };
    struct found {
        outcome what = outcome::unavailable;
        std::string value = {};
    };

    // Throws boost::system::system_error when ca_file cannot be read.
    client(const runtime::executor& ex, client_options options);
    ~client();

    // Connects, again and again, until the surrounding task is cancelled.
    runtime::task<> run();

    // Within about `patience`.
    runtime::task<found> get(std::string key);
    // Some time later, or never: nobody is told. Too large a value is not sent.
    void set(std::string_view key, std::string_view value, std::chrono::seconds time_to_live);

    // `count` commands (see command()), which are sent together. As many replies, or none: then it is not known whether
    // any of them were carried out. Within about `patience`.
    runtime::task<std::vector<reply>> ask(std::string commands, std::size_t count, std::chrono::milliseconds patience);
    // The same, some time later or never.
    void tell(std::string commands, std::size_t count);

    // It gave what nobody had put there: the connection is given up.
    void distrust();

    bool connected() const { return connected_; }
    // Why it is not used now, for people; empty: it is.
    std::string trouble() const;

  private:
    struct question;
    using questions = std::deque<std::shared_ptr<question>>;

    runtime::task<> serve();
    runtime::task<> exchange(link& l, questions batch);
    runtime::task<outcome> answered(std::shared_ptr<question> q, std::chrono::milliseconds patience);
    bool answer(question& q, reply r);
    bool enqueue(std::shared_ptr<question> q);
    void send(std::string commands, std::size_t count);
    questions take_batch();
    static void give_up(questions& all);

    runtime::executor ex_;
    client_options options_;
    std::shared_ptr<void> trust_;  // an ssl::context; null without TLS
    circuit_breaker breaker_;
    runtime::wakeup wake_;
    questions waiting_;
    std::size_t waiting_bytes_ = 0;
    bool connected_ = false;
    bool distrusted_ = false;
    std::string away_ = "connecting";
};

}  // namespace tidings::redis
