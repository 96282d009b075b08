#include "server_fixture.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <future>
#include <stdexcept>

#include "http/server/health_routes.hpp"
#include "http/server/response_head.hpp"

namespace tidings::http_test {

using http::method;
using http::request;
using http::response;
using runtime::task;

namespace {

std::string list(const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::string out;
    for (const auto& [name, value] : pairs)
        out += name + '=' + value + ';';
    return out;
}

task<response> echo(request& r) {
    http::content out;
    out.content_type = "text/plain";
    out.body =
        std::string(to_string(r.method)) + '|' + r.path + '|' + list(r.query) + '|' + list(r.params) + '|' + r.body;
    out.headers.emplace_back("X-Peer", r.peer);
    co_return out;
}

task<response> large(request&) { co_return http::json_response(200, std::string(8 * std::size_t{1024} * 1024, 'x')); }

task<response> empty(request&) { co_return http::no_content(); }

task<response> prepared(request&) {
    static const auto ready = http::prepare(http::json_response(200, R"({"ready":true})"));
    co_return http::prepared{ready};
}

task<response> fails(request&) {
    throw std::runtime_error("the secret reason");
    co_return http::no_content();
}

task<response> silent(request&) { co_return http::cut(); }

task<response> fails_oddly(request&) {
    throw 7;
    co_return http::no_content();
}

struct counted_pieces {
    int left;
    task<std::string> operator()() {
        if (left < 0) throw std::runtime_error("no more pieces");
        co_return left-- == 0 ? "" : "piece\n";
    }
};

task<response> pieces(request& r) {
    http::stream out;
    out.content_type = "text/plain";
    out.next = counted_pieces{std::stoi(std::string(r.param("n")))};
    co_return out;
}

}  // namespace

http::server_options loopback() {
    http::server_options o;
    o.address = "127.0.0.1";
    return o;
}

http::router running_server::routes() {
    http::router r("/base");
    for (const auto m : {method::get, method::post, method::put, method::patch, method::delete_})
        r.add(m, "/echo", echo);
    r.add(method::get, "/echo/{a}/{b}", echo);
    r.add(method::get, "/large", large);
    r.add(method::get, "/empty", empty);
    r.add(method::get, "/prepared", prepared);
    r.add(method::get, "/fails", fails);
    r.add(method::get, "/silent", silent);
    r.add(method::get, "/fails-oddly", fails_oddly);
    r.add(method::get, "/pieces/{n}", pieces);
    http::add_health_routes(r, [] { return true; }, [] { return std::string(); });
    r.add(method::get, "/slow", [this](request&) -> task<response> {
        ++waiting_;
        boost::system::error_code ec;
        co_await released_.async_wait(runtime::asio::redirect_error(runtime::use_task, ec));
        co_return http::json_response(200, "\"released\"");
    });
    r.add(method::get, "/stuck", [this](request&) -> task<response> {
        ++waiting_;
        co_await runtime::sleep_for(1h);
        co_return http::no_content();
    });
    r.add(method::get, "/waits", [this](request&) -> task<response> {
        http::stream out;
        out.content_type = "text/event-stream";
        out.next = [this, first = true]() mutable -> task<std::string> {
            if (std::exchange(first, false)) co_return "first";
            ++waiting_;
            co_await runtime::sleep_for(1h);
            co_return "";
        };
        co_return out;
    });
    return r;
}

running_server::running_server(http::server_options options, const std::function<void(http::router&)>& more)
    : released_(ctx_, 1h) {
    auto all = routes();
    if (more) more(all);
    options.on_failure = [this](const request& r, const std::exception& e) {
        failures_.push_back(r.path + ": " + e.what());
    };
    options.on_served = [this](const http::served& s) {
        served_.push_back({std::string(to_string(s.req.method)), s.req.path, std::string(s.pattern),
                           s.req.context.request_id, s.status});
    };
    server_.emplace(ctx_, std::move(options), std::move(all));
    port_ = server_->port();
    thread_ = std::thread([this] { ctx_.run(); });
}

running_server::~running_server() {
    runtime::asio::post(ctx_, [this] {
        server_.reset();
        ctx_.stop();
    });
    thread_.join();
}

void running_server::on_loop(const std::function<void()>& f) {
    std::promise<void> done;
    runtime::asio::post(ctx_, [&] {
        f();
        done.set_value();
    });
    done.get_future().get();
}

std::size_t running_server::connections() {
    std::size_t n = 0;
    on_loop([&] { n = server_->connections(); });
    return n;
}

std::size_t running_server::waiting() {
    std::size_t n = 0;
    on_loop([&] { n = waiting_; });
    return n;
}

void running_server::release() {
    on_loop([this] { released_.cancel(); });
}

void running_server::begin_stop(std::chrono::milliseconds limit) {
    on_loop([this, limit] {
        const auto began = std::chrono::steady_clock::now();
        runtime::asio::co_spawn(ctx_, server_->stop(limit), [this, began](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
            stopped_ = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
        });
    });
}

std::optional<std::chrono::milliseconds> running_server::stopped() {
    std::optional<std::chrono::milliseconds> took;
    on_loop([&] { took = stopped_; });
    return took;
}

std::vector<running_server::seen> running_server::served() {
    std::vector<seen> all;
    on_loop([&] { all = served_; });
    return all;
}

std::vector<std::string> running_server::failures() {
    std::vector<std::string> all;
    on_loop([&] { all = failures_; });
    return all;
}

client::answer client::receive(bool to_head) {
    auto got = stream_.read_answer(to_head ? support::tcp_stream::body::none : support::tcp_stream::body::counted);
    if (!got) return {};
    answer a{got->status, {}, std::move(got->body)};
    for (const auto& [name, value] : got->headers)
        a.headers[boost::algorithm::to_lower_copy(name)] = value;
    return a;
}

std::string client::rest() {
    std::string bytes;
    while (stream_.read_some(bytes))
        continue;
    return bytes;
}

bool client::closed() { return rest().empty() && std::chrono::steady_clock::now() < until_; }

std::string get(const std::string& path, const std::string& headers) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

std::string post(const std::string& path, const std::string& body, const std::string& headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace tidings::http_test
