// Whether the server at the other end still reaches JetStream, and when to leave it for another. Pure: time is an
// argument.
//
// A server that has lost its cluster, or hangs, keeps the connection open and answers nothing, or that JetStream is
// unavailable. It is asked every now and then what only the cluster's leader answers. While other answers of JetStream
// still come the cluster may just be electing, or be cut off: the server is kept longer, unless it leads a stream whose
// replicas it does not hear. Where no server is better, each is kept longer than the one before.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "runtime/task.hpp"

namespace tidings::bus {

class server_watch {
  public:
    static constexpr std::chrono::milliseconds pause{1'500};        // from an answer to the next question
    static constexpr std::chrono::milliseconds ask_limit{1'500};    // after it a question counts as not answered
    static constexpr std::chrono::milliseconds longest_ask{5'000};  // that becomes where answers are known to be slow
    static constexpr std::chrono::milliseconds first_patience{4'000}, longest_patience{60'000};
    static constexpr std::chrono::milliseconds lively{3'500};  // since another answer
    static constexpr std::chrono::milliseconds patience_of_lively{7'000};

    void connected(runtime::time_point now);
    // Where no server is better, slow ones get more time.
    std::chrono::milliseconds longest_wait() const { return std::max(longest_ask, patience_); }
    // The question was answered.
    void answered(runtime::time_point now);
    // Something else that JetStream does was: all there is when the account may not ask.
    void heard(runtime::time_point now) { heard_ = now; }
    // The first time immediately: whether it was ever answered tells an account that may not ask.
    bool should_ask(runtime::time_point now) const { return !ever_answered_ || now - last_answer_ >= pause; }
    // A question was not answered, or by a server that is surely cut off: it says so after 10 s itself. True: leave the
    // server now; it is asked again when there is no other.
    enum class sign { silence, cut_off };
    bool failed(runtime::time_point now, std::string why, sign s = sign::silence);
    // The same when it is time to without another question: the last one was not answered.
    bool overdue(runtime::time_point now) { return !trouble_.empty() && failed(now, trouble_, sign_); }
    // What the last question met with, until there is an answer; empty: nothing is wrong.
    const std::string& trouble() const { return trouble_; }

  private:
    runtime::time_point last_answer_{};  // or the connect
    runtime::time_point heard_{};
    bool ever_answered_ = false;
    std::chrono::milliseconds patience_ = first_patience;
    std::string trouble_;
    sign sign_ = sign::silence;
};

}  // namespace tidings::bus
