// Open-loop reads: sends the GETs of its input on a fixed schedule, each as if nothing were known of the others. One
// that cannot be sent on time still counts from when it should have been.
//
//     ask_loop URL PER_SECOND < LINES      (of each line: the name of a group, a space, a path with its query)
//
// Prints one line of JSON: for each group how many were asked, how many were answered with which status (0: not at
// all), and percentiles in milliseconds from the intended time to the whole answer; "all" is of all of them.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <deque>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "http/client/origin.hpp"
#include "percentiles.hpp"
#include "runtime/run.hpp"
#include "runtime/task.hpp"

namespace {

using namespace tidings;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::size_t connections = 256;  // clients do not wait for each other
constexpr auto deadline = 10s;

struct question {
    std::string group, request;
    clock::time_point intended{};
};

struct tally {
    std::vector<double> milliseconds;
    std::map<unsigned, std::size_t> statuses;
};

boost::json::object summary_of(const tally& t) {
    auto summary = bench::percentiles(t.milliseconds);
    summary["asked"] = t.milliseconds.size();
    boost::json::object statuses;
    for (const auto& [status, count] : t.statuses)
        statuses[std::to_string(status)] = count;
    summary["statuses"] = std::move(statuses);
    return summary;
}

std::vector<question> read_questions(const http::url_parts& service) {
    std::vector<question> all;
    for (std::string line; std::getline(std::cin, line);) {
        const auto space = line.find(' ');
        if (space == line.npos) throw std::invalid_argument("not a group and a path: " + line);
        all.push_back({line.substr(0, space),
                       "GET " + line.substr(space + 1) + " HTTP/1.1\r\nHost: " + service.host_header + "\r\n\r\n"});
    }
    if (all.empty()) throw std::invalid_argument("nothing to ask");
    return all;
}

http::origin_options options() {
    http::origin_options o;
    o.connections = connections;
    o.response_limit = std::size_t{16} << 20U;
    o.allow_private_addresses = true;
    return o;
}

class ask_loop {
  public:
    ask_loop(runtime::asio::io_context& ctx, const http::url_parts& service, double per_second)
        : service_(ctx, service, options()),
          period_(std::chrono::duration_cast<clock::duration>(1s / per_second)),
          questions_(read_questions(service)) {}

    runtime::task<> run() {
        const auto start = clock::now() + 100ms;
        for (std::size_t i = 0; i < questions_.size(); ++i) {
            auto& q = questions_[i];
            q.intended = start + period_ * static_cast<clock::rep>(i);
            if (const auto left = q.intended - clock::now(); left > clock::duration::zero())
                co_await runtime::sleep_for(left);
            late_.push_back(&q);
            send_late();
        }
        while (answered_ < questions_.size())
            co_await runtime::sleep_for(10ms);
    }

    boost::json::object summary() const {
        boost::json::object o;
        for (const auto& [group, t] : groups_)
            o[group] = summary_of(t);
        return o;
    }

  private:
    void send_late() {
        while (!late_.empty() && service_.in_flight() < service_.capacity()) {
            const question& q = *late_.front();
            late_.pop_front();
            service_.send(q.request, deadline, [this, &q](const http::reply& r) { note(q, r); });
        }
    }

    void note(const question& q, const http::reply& r) {
        const std::chrono::duration<double, std::milli> took = clock::now() - q.intended;
        for (auto* const t : {&groups_[q.group], &groups_["all"]}) {
            t->milliseconds.push_back(took.count());
            ++t->statuses[r.status];
        }
        ++answered_;
        send_late();
    }

    http::origin service_;
    clock::duration period_;
    std::vector<question> questions_;
    std::deque<const question*> late_;
    std::map<std::string, tally> groups_;
    std::size_t answered_ = 0;
};

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) throw std::invalid_argument("usage: ask_loop URL PER_SECOND < LINES");
    const auto service = http::parse_url(argv[1]);
    if (!service) throw std::invalid_argument("not a URL");
    runtime::asio::io_context ctx(1);
    ask_loop loop(ctx, *service, bench::number(argv[2]));
    runtime::run(ctx, loop.run());
    std::printf("%s\n", boost::json::serialize(loop.summary()).c_str());
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "ask_loop: %s\n", e.what());
    return 1;
}
